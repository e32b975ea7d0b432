"""What a report claims (待核对的内容): its quotations, document numbers and permalinks."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import unquote

from corpus.model import Span
from corpus.number import DocumentNumber, NumberError, find_numbers
from search.likeness import bare_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SHORTEST: Final = 8  # letters and digits: what is shorter between quotation marks is a term
LONGEST: Final = 4_000  # characters: a mark that closes later never closed
FEW_LINES: Final = 20  # a text without quotation marks is itself the quotation up to so many lines
_PAIRS: Final = {"“": "”", "「": "」", "『": "』", "﹁": "﹂", "〝": "〞"}
_SENTENCE_ENDS: Final = frozenset("。！？；：…!?;:")
_MOST_UNCLOSED: Final = 100  # marks that never close: each costs a look at what follows
_MARGIN: Final = " \t\u3000"
_TAIL: Final = "”’」』）)]】 \t"
# http://127.0.0.1:8321/d/云政办发-2017-58/p/sec_1__p_2, /d/云政办发-2017-58/
_LINK: Final = re.compile(
    r"(?:https?://[A-Za-z0-9.:\[\]-]{1,120})?/d/([^/\s?#<>“”\"'，。；（）]{1,200})"
    r"/(?:p/([A-Za-z0-9_-]{1,200}))?"
)
# http://127.0.0.1:8321/id/云政办发-2017-58
_NUMBER_LINK: Final = re.compile(
    r"(?:https?://[A-Za-z0-9.:\[\]-]{1,120})?/id/([^/\s?#<>“”\"'，。；（）]{1,200})"
)
_BLOCK: Final = re.compile(r"[ \t]{0,8}>[ \t>]{0,8}(?:\d{1,3}\\?[.．][ \t]{0,4})?")  # "> 3\. 加强"
# ）第一部分第（二）项第3段, ）附件2第1段, ）《办法》第二章第十二条第一款
_LOCATOR: Final = re.compile(
    r"[）)]{0,2}((?:《[^《》\n]{1,100}》)?(?:通知正文|正文|引言|附件[0-9一二三四五六七八九十]{0,3}(?:引言)?)?"
    r"(?:第[（(]?[0-9一二三四五六七八九十百]{1,6}[）)]?(?:编|章|节|部分|条|款|项|目|小点|点|段)){1,7})"
)
_LONGEST_LOCATOR: Final = 160
_ITEM: Final = re.compile(r"\d{1,3}．([^\n]{1,4000})\[\d{1,3}\]")  # 3．加强监管。[1]
_NO_BLOCK: Final = (
    "●",
    "○",
    "△",
    "■",
    "——",
    "注意：",
)  # lines of our own reports below a quotation
_MARKDOWN: Final = re.compile(r"\\([\\`*_\[\]<>#|.])")
_TITLE_BEFORE: Final = re.compile(r"》[\s（(〔\[]{0,4}$")
_LONGEST_TITLE: Final = 200


class ClaimKind(StrEnum):
    """What is claimed: a wording, a document number, an address."""

    QUOTATION = "quotation"  # 引文
    NUMBER = "number"  # 文号
    LINK = "link"  # 永久链接


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing a report claims, and where it stands there.

    `title` is the 《…》 right before a number, `locator` the place right behind it; `number`,
    `circular` and `eid` say what a number or a link names; `times` counts how often the report
    says the same.
    """

    kind: ClaimKind
    text: str
    span: Span
    title: str = ""
    number: DocumentNumber | None = None
    circular: str = ""
    eid: str = ""
    times: int = 1
    locator: str = ""


class Claims(NamedTuple):
    """Everything found in a text, in order; `short` counts what is too short to be a quotation.

    `unmarked` says that there were no quotation marks, so each line was taken for a quotation.
    """

    found: tuple[Claim, ...]
    short: int = 0
    unmarked: bool = False


def find_claims(text: str) -> Claims:
    """Find what a report claims.

    >>> [claim.text for claim in find_claims("提出“严查网络侵权盗版”，见国办发[2017]46号").found]
    ['严查网络侵权盗版', '国办发[2017]46号']
    """
    links = tuple(sorted(_find_links(text), key=lambda claim: claim.span))
    hidden = _blotted(text, [link.span for link in links])
    numbers = tuple(_find_numbers(hidden))
    marked = [
        span
        for quoted in (*_quoted(text), *_blocks(text), *_items(text))
        for span in _lines(text, quoted)
        if not _is_in_title(text, span)
    ]
    kept = [span for span in marked if _is_long(text, span)]
    short = sum(not _is_long(text, span) for span in marked)
    unmarked = False
    if not kept:
        text = hidden
        every = _lines(text, Span(0, len(text)), wrapped=False)
        named = [
            Span(one.span.start - len(one.title), one.span.end + len(one.locator))
            for one in numbers
        ]
        words = _blotted(text, named)
        lines = [span for span in every if _is_long(words, span)]
        unmarked = 0 < len(lines) <= FEW_LINES
        kept = lines if unmarked else []
    quotations = [
        Claim(ClaimKind.QUOTATION, _MARKDOWN.sub(r"\1", text[span.start : span.end]), span)
        for span in _disjoint(kept)
    ]
    found = [*quotations, *numbers, *links]
    return Claims(_told_once(sorted(found, key=lambda claim: claim.span)), short, unmarked)


def split_lines(claim: Claim) -> tuple[Claim, ...]:
    r"""Return each line of a quotation as a quotation of its own (分段).

    >>> claim = Claim(ClaimKind.QUOTATION, "严查盗版\n“通报进展", Span(3, 13))
    >>> [(line.text, line.span) for line in split_lines(claim)]
    [('严查盗版', Span(start=3, end=7)), ('通报进展', Span(start=9, end=13))]
    """
    lines = []
    for span in _lines(claim.text, Span(0, len(claim.text)), wrapped=False):
        words = claim.text[slice(*span)]
        if bare_text(words):
            moved = Span(claim.span.start + span.start, claim.span.start + span.end)
            lines.append(replace(claim, text=words, span=moved))
    return tuple(lines)


def _told_once(claims: list[Claim]) -> tuple[Claim, ...]:
    """Return the claims without those that were made before, word for word."""
    counts: dict[tuple[str, str, str], int] = {}
    first: dict[tuple[str, str, str], Claim] = {}
    for claim in claims:
        key = (claim.kind.value, claim.text, claim.title + claim.locator)
        counts[key] = counts.get(key, 0) + 1
        first.setdefault(key, claim)
    return tuple(replace(claim, times=counts[key]) for key, claim in first.items())


def _find_links(text: str) -> Iterator[Claim]:
    for found in _LINK.finditer(text):
        circular, eid = found.groups()
        yield Claim(
            ClaimKind.LINK,
            found[0],
            Span(*found.span()),
            circular=unquote(circular),
            eid=unquote(eid or ""),
        )
    for found in _NUMBER_LINK.finditer(text):
        try:
            number = DocumentNumber.from_slug(unquote(found[1]))
        except NumberError:  # 国办发〔2017〕46号 is another writing of it, id/abc is no number
            continue
        yield Claim(ClaimKind.LINK, found[0], Span(*found.span()), number=number)


def _blotted(text: str, spans: Iterable[Span]) -> str:
    """Return the text with some ranges made blank."""
    parts, done = [], 0
    for start, end in spans:
        parts += [text[done:start], " " * (end - max(start, done))]
        done = end
    return "".join((*parts, text[done:]))


def _find_numbers(text: str) -> Iterator[Claim]:
    for mention in find_numbers(text):
        yield Claim(
            ClaimKind.NUMBER,
            mention.as_written,
            mention.span,
            title=_title_before(text, mention.span.start),
            locator=_place_behind(text, mention.span.end),
            number=mention.number,
        )


def _place_behind(text: str, start: int) -> str:
    found = _LOCATOR.match(text, start, start + _LONGEST_LOCATOR)
    return found[1] if found else ""


def _title_before(text: str, end: int) -> str:
    """Return the title in 《》 that a number follows at once; "" where none does."""
    before = text[max(0, end - _LONGEST_TITLE - 8) : end]
    closed = _TITLE_BEFORE.search(before)
    if closed is None:
        return ""
    depth = 0
    for place in range(closed.start(), -1, -1):
        depth += (before[place] == "》") - (before[place] == "《")
        if not depth:
            return before[place + 1 : closed.start()].replace("\n", "")
    return ""


def _quoted(text: str) -> Iterator[Span]:
    """Yield what stands between the outermost quotation marks."""
    place = unclosed = 0
    while place < len(text):
        sign = text[place]
        if sign in _PAIRS and unclosed < _MOST_UNCLOSED:
            end = _closing(text, place, sign, _PAIRS[sign])
        elif sign == '"':
            end = _straight_closing(text, place)
        else:
            place += 1
            continue
        if end < 0:
            place += 1
            unclosed += 1
            continue
        yield Span(place + 1, end)
        place = end + 1


def _closing(text: str, start: int, opening: str, closing: str) -> int:
    depth = 0
    for place in range(start, min(len(text), start + LONGEST)):
        sign = text[place]
        if sign == opening:
            # Each paragraph of a long quotation opens again, and only the last one closes.
            again = place > start and depth == 1 and _begins_line(text, place)
            depth += not again
        elif sign == closing:
            depth -= 1
            if not depth:
                return place
    return -1


def _is_in_title(text: str, quoted: Span) -> bool:
    """Tell whether marks stand inside 《》: 《关于开展“…”行动的通知》 quotes nothing."""
    before = text[max(0, quoted.start - _LONGEST_TITLE) : quoted.start].rpartition("\n")[2]
    behind = text[quoted.end : quoted.end + _LONGEST_TITLE].partition("\n")[0]
    opened = before.rfind("《") > before.rfind("》")
    closed = "》" in behind and (behind + "《").index("《") > behind.index("》")
    return opened and closed


def _begins_line(text: str, place: int) -> bool:
    while place and text[place - 1] in _MARGIN:
        place -= 1
    return not place or text[place - 1] == "\n"


def _straight_closing(text: str, start: int) -> int:
    line_end = text.find("\n", start)
    return text.find('"', start + 1, line_end if line_end >= 0 else len(text))


def _blocks(text: str) -> Iterator[Span]:
    """Yield the lines that Markdown sets apart as quotations."""
    start = 0
    for line in text.splitlines(keepends=True):
        mark = _BLOCK.match(line)
        words = line[mark.end() :].strip() if mark else ""
        if mark and words and not words.startswith(_NO_BLOCK):
            yield Span(start + mark.end(), start + len(line.rstrip()))
        start += len(line)


def _items(text: str) -> Iterator[Span]:
    """Yield the texts of a report made from a basket: numbered, and with a reference behind."""
    start = 0
    for line in text.splitlines(keepends=True):
        item = _ITEM.fullmatch(line.strip())
        if item:
            start_of_line = start + len(line) - len(line.lstrip())
            yield Span(start_of_line + item.start(1), start_of_line + item.end(1))
        start += len(line)


def _lines(text: str, quoted: Span, *, wrapped: bool = True) -> Iterator[Span]:
    """Yield the paragraphs of a quotation; a line broken inside a sentence goes on (断行)."""
    start = place = quoted.start
    while place < quoted.end:
        line_end = text.find("\n", place, quoted.end)
        line_end = quoted.end if line_end < 0 else line_end
        ends = text[place:line_end].rstrip(_TAIL)[-1:] in _SENTENCE_ENDS
        if ends or not wrapped or line_end == quoted.end:
            yield _trimmed(text, start, line_end)
            start = line_end + 1
        place = line_end + 1


def _trimmed(text: str, start: int, end: int) -> Span:
    while start < end and (text[start].isspace() or text[start] in _PAIRS):
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)


def _is_long(text: str, span: Span) -> bool:
    return len(bare_text(text[span.start : span.end])) >= SHORTEST


def _disjoint(spans: list[Span]) -> Iterator[Span]:
    done = -1
    for span in sorted(spans):
        if span.start >= done:
            yield span
            done = span.end
