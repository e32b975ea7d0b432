# ruff: noqa: PLR2004 — full-width signs are what this module reads; measured lengths stand where they are used
"""How a circular begins (文首): page title, title, number, site labels, recipients."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from corpus.dates import parse_date
from corpus.furniture import furniture_reason, validity_note
from corpus.markers import parse_marker
from corpus.model import Dropped, Evidence, Level, Span
from corpus.number import DocumentNumber, NumberError, NumberKind, find_numbers, is_only_number
from corpus.portal import SHORTEST_TITLE, breadcrumb_reason, is_masthead, stands_above
from corpus.readers.labels import split_label
from corpus.recipients import read_recipients
from corpus.signatures import split_issuers
from corpus.title import (
    STATUTORY_KINDS,
    kind_of,
    looks_like_title,
    tidy_title,
    title_key,
    without_suffix,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from corpus.lines import Line

_LONGEST_HEAD: Final = 80
_TITLE_LINES: Final = 5


@dataclass(slots=True)
class Head:
    """What the first lines say, and where the body begins."""

    body: int = 0
    title: str = ""
    titles: list[str] = field(default_factory=list)
    number: DocumentNumber | None = None
    recipients: tuple[str, ...] = ()
    metadata: dict[str, str] = field(default_factory=dict)
    evidence: list[Evidence] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)


def read_head(lines: Sequence[Line], metadata: Mapping[str, str]) -> Head:
    """Read the beginning of a circular (文首) up to its first line of body."""
    head = Head(metadata=dict(metadata))
    index = 0
    while index < min(len(lines), _LONGEST_HEAD):
        taken = _take(lines, index, head) or _take_site_text(lines, index, head)
        if taken == 0:
            break
        index += taken
        if head.recipients:
            break
    head.body = index
    _choose_number(head)
    _choose_title(head)
    return head


def _take(lines: Sequence[Line], index: int, head: Head) -> int:
    """Consume the head line at `index`; return how many lines it took, 0 where the body begins."""
    line = lines[index]
    span = Span(line.start, line.end)
    reason = furniture_reason(line.text) or breadcrumb_reason(lines, index)
    if reason:
        head.dropped.append(Dropped(span, reason))
        return 1
    if validity_note(line.text):
        head.evidence.append(Evidence("validity", line.text, span, "site_note", 0.8))
        return 1
    for take in (_take_label, _take_number, _take_page_title, _take_recipients):
        taken = take(lines, index, head)
        if taken:
            return taken
    if parse_date(line.text) is not None:
        head.evidence.append(Evidence("date_shown", line.text, span, "head_date", 0.3))
        return 1
    if is_masthead(line.text):
        head.evidence.append(Evidence("masthead", line.text, span, "masthead", 0.8))
        return 1
    if head.titles and _PROMULGATED.fullmatch(line.text):
        head.evidence.append(Evidence("title_note", line.text, span, "below_title", 0.8))
        _number_of_note(line.text, head)
        return 1
    noted = _note_length(lines, index) if head.titles else 0
    if noted:
        note = "".join(one.text for one in lines[index : index + noted])
        whole = Span(line.start, lines[index + noted - 1].end)
        head.evidence.append(Evidence("title_note", note, whole, "bracket_below_title", 0.9))
        _number_of_note(note, head)
        return noted
    return _take_title(lines, index, head)


def _note_length(lines: Sequence[Line], index: int) -> int:
    """Over how many lines the bracket below a title runs: （2018年…会议通过⏎2018年…批准）."""
    if lines[index].text[:1] not in "（(":
        return 0
    for taken, line in enumerate(lines[index : index + _NOTE_LINES], start=1):
        if line.text[-1:] in "）)":
            return taken
        if any(mark in line.text for mark in "）)。；"):
            return 0
    return 0


_NOTE_LINES: Final = 4


def _take_site_text(lines: Sequence[Line], index: int, head: Head) -> int:
    """Take a line of a portal that stands above the title or the number of the circular."""
    line = lines[index]
    below = any(read_recipients(one.text) for one in lines[index + 1 : index + 5])
    wordless = len(line.text) <= _LONGEST_WORDLESS and not _HAN.search(line.text)
    if not (below and wordless) and not stands_above(lines, index, head.titles):
        return 0
    span = Span(line.start, line.end)
    head.evidence.append(Evidence("site_text", line.text, span, "above_title", 0.5))
    return 1


def _number_of_note(note: str, head: Head) -> None:
    """Take the order that promulgated a law from the note below its title: （…令第31号发布）."""
    found = _PROMULGATED.fullmatch(note.strip(" （()）"))
    mention = is_only_number(found[1]) if found else None
    if mention is not None:
        head.evidence.append(Evidence("number", str(mention.number), None, "promulgation", 0.85))


_PROMULGATED: Final = re.compile(
    r"(?:\d{4}年\d{1,2}月\d{1,2}日\s?)([\u4e00-\u9fff\s]{2,40}令第?\s?[\d一二三四五六七八九十百]{1,5}\s?号)(?:公布|发布|颁布)?"
)  # 1993年3月26日卫生部令第31号发布


def _take_label(lines: Sequence[Line], index: int, head: Head) -> int:
    line = lines[index]
    pair = split_label(line.text)
    if pair is None:
        return 0
    label, value = pair
    taken = 1
    stop = line.end
    if not value and index + 1 < len(lines) and len(lines[index + 1].text) <= 120:
        following = lines[index + 1]
        if split_label(following.text) is None and not furniture_reason(following.text):
            value, stop, taken = following.text, following.end, 2
    if label and value:
        head.metadata.setdefault(label, value)
    head.evidence.append(
        Evidence(label or "site_field", value, Span(line.start, stop), "label", 0.9)
    )
    return taken


def _take_number(lines: Sequence[Line], index: int, head: Head) -> int:
    line = lines[index]
    words = line.text.replace("\n", "")
    if len(words) > 60:
        return 0
    if index + 1 < len(lines) and line.text.rstrip().endswith("令"):
        joined = is_only_number(line.text + lines[index + 1].text)
        if joined is not None:
            span = Span(line.start, lines[index + 1].end)
            head.titles.append(line.text)
            head.evidence.append(Evidence("number", str(joined.number), span, "own_line", 0.98))
            return 2
    mention = is_only_number(words)
    if mention is None:
        return 0
    span = Span(line.start, line.end)
    head.evidence.append(Evidence("number", str(mention.number), span, "own_line", 0.98))
    return 1


def _take_page_title(lines: Sequence[Line], index: int, head: Head) -> int:
    """Take `字号《标题》`, `字号 标题` or `《标题》`."""
    line = lines[index]
    text = line.text
    span = Span(line.start, line.end)
    if len(text) > 200:
        return 0
    mentions = find_numbers(text[:60])
    if mentions and mentions[0].span.start == 0:
        rest = text[mentions[0].span.end :].strip(" \u3000\xa0-—–：:")
        shown = _unquoted(rest)
        if shown and looks_like_title(shown) and (shown != rest or kind_of(shown)):
            number = str(mentions[0].number)
            cut = line.start + mentions[0].span.end
            numbered, titled = Span(line.start, cut), Span(cut, line.end)
            head.evidence.append(Evidence("number", number, numbered, "page_title", 0.9))
            head.evidence.append(Evidence("title", shown, titled, "page_title", 0.9))
            head.titles.append(shown)
            return 1
    shown = _unquoted(text)
    if shown != text and kind_of(shown) and looks_like_title(shown):
        head.evidence.append(Evidence("title", shown, span, "own_line", 0.95))
        head.titles.append(shown)
        return 1
    return 0


def _unquoted(text: str) -> str:
    """The text inside 《》 when the quotes enclose all of it."""
    if not (text.startswith("《") and text.endswith("》")):
        return text
    depth = 0
    for index, character in enumerate(text):
        depth += (character == "《") - (character == "》")
        if depth == 0 and index < len(text) - 1:
            return text
    return text[1:-1]


def _take_recipients(lines: Sequence[Line], index: int, head: Head) -> int:
    line = lines[index]
    names = read_recipients(line.text)
    if not names:
        return 0
    head.recipients = names
    span = Span(line.start, line.end)
    head.evidence.append(Evidence("recipients", line.text, span, "line_with_colon", 0.9))
    return 1


def _take_title(lines: Sequence[Line], index: int, head: Head) -> int:
    taken = title_length(lines, index, head.metadata.get("标题", ""))
    if taken == 0:
        return 0
    title = tidy_title(" ".join(line.text for line in lines[index : index + taken]))
    span = Span(lines[index].start, lines[index + taken - 1].end)
    head.titles.append(title)
    rule = "own_line" if taken == 1 else "joined_lines"
    head.evidence.append(Evidence("title", title, span, rule, 0.95))
    return taken


def title_length(lines: Sequence[Line], index: int, *known: str) -> int:
    """Return over how many lines from `index` a title runs (折行标题), 0 where none stands there.

    A title broken over lines ends where its genre word stands, or where it equals a title known
    from elsewhere.
    """
    keys = {title_key(title) for title in known if title}
    joined = ""
    best = 0
    above = _issuer_lines(lines, index)
    for taken in range(1, min(above + _TITLE_LINES, len(lines) - index) + 1):
        line = lines[index + taken - 1].text
        if not looks_like_title(line) or not _may_continue(line) or len(joined) > _LONGEST_TITLE:
            break
        joined += line
        if title_key(joined) in keys:
            best = taken
            break
        if kind_of(joined) and (best == 0 or _goes_on(lines[index + best].text)):
            best = taken
            continue
        if best:
            break
    if best == 0:
        return _untyped_title(lines, index)
    while index + best < len(lines) and is_title_suffix(lines[index + best].text):
        best += 1
    return best


def _issuer_lines(lines: Sequence[Line], index: int) -> int:
    """How many lines from `index` hold nothing but the joint issuers of a title."""
    count = 0
    while count < _MOST_ISSUER_LINES and index + count < len(lines):
        line = lines[index + count].text
        if len(line) > _LONGEST_TITLE or not split_issuers("".join(line.split())):
            break
        count += 1
    return count


_MOST_ISSUER_LINES: Final = 12
_LONGEST_TITLE: Final = 300


def _may_continue(line: str) -> bool:
    marker = parse_marker(line)
    return (
        (marker is None or (marker.level is Level.ATTACHMENT and bool(marker.rest)))
        and is_only_number(line) is None
        and parse_date(line) is None
        and not furniture_reason(line)
    )


def _goes_on(line: str) -> bool:
    """Whether a line after a complete-looking title still belongs to it: 的通知, 和实施办法."""
    return line.startswith(("的", "和", "及", "与", "等")) or (
        len(line) <= 12 and without_suffix(line).endswith(STATUTORY_KINDS) and "关于" not in line
    )


def is_title_suffix(line: str) -> bool:
    """Whether a line is the bracket that belongs to the title above: （试行）, （2016—2020年）."""
    bare = line.strip()
    if not (bare[:1] in "（(" and bare[-1:] in "）)") or len(bare) > 20:
        return False
    inside = bare[1:-1]
    return any(
        word in inside for word in ("试行", "暂行", "修订", "征求意见", "草案", "版", "稿")
    ) or (inside[:2] in {"19", "20"} and "通过" not in inside and "月" not in inside)


def _untyped_title(lines: Sequence[Line], index: int) -> int:
    """A title without a genre word: what stands right above the number or the recipients."""
    for taken in range(1, min(_TITLE_LINES, len(lines) - index) + 1):
        line = lines[index + taken - 1].text
        if not looks_like_title(line) or not _may_continue(line) or not _HAN.search(line):
            return 0
        if index + taken >= len(lines):
            return 0
        following = lines[index + taken].text
        if is_only_number(following) is not None or read_recipients(following):
            return taken
    first = lines[index].text
    return 1 if index == 0 and 6 <= len(first) <= 60 and _reads_on(lines) else 0


_LONGEST_WORDLESS: Final = 60
_HAN: Final = re.compile(r"[\u4e00-\u9fff]{3}")


def _reads_on(lines: Sequence[Line]) -> bool:
    """Whether running text follows the first line soon, so that it may be its title."""
    return any(len(line.text) > 40 and "。" in line.text for line in lines[1:4])


def _choose_number(head: Head) -> None:
    """The number on a line of its own, else what the site says, else the page title's."""
    own = [one for one in head.evidence if one.field == "number"]
    lines = [one for one in own if one.rule in {"own_line", "promulgation"}]
    parsed = [_parse_number(one.value) for one in lines]
    orders = [one for one in parsed if one is not None and one.kind is not NumberKind.LETTER]
    letters = [one for one in parsed if one is not None and one.kind is NumberKind.LETTER]
    longest = max(orders, key=lambda one: len(one.code), default=None)
    head.number = letters[0] if letters else longest
    if head.number is None:
        said = _parse_number(head.metadata.get("发文字号", ""))
        if said is not None:
            head.number = said
            head.evidence.append(Evidence("number", str(said), None, "metadata", 0.9))
    if head.number is None and own:
        head.number = _parse_number(own[0].value)


def _parse_number(text: str) -> DocumentNumber | None:
    if not text:
        return None
    mention = is_only_number(text[:100])
    if mention is not None:
        return mention.number
    try:
        return DocumentNumber.parse(text[:100])
    except NumberError:
        return None


def _choose_title(head: Head) -> None:
    """The first title with a genre in the text, else the site's, else the first line."""
    typed = [title for title in head.titles if kind_of(title)]
    # 中华人民共和国国务院令 is the sign over an order; what it promulgates is the title.
    named = [title for title in typed if kind_of(title) != "令" or "关于" in title]
    named = [title for title in named if len(title) > SHORTEST_TITLE] or named
    shown = head.metadata.get("标题", "")
    if not named and not kind_of(shown):
        named = typed
    if named:
        head.title = named[0]
    elif shown and kind_of(shown):
        head.title = shown
        head.evidence.append(Evidence("title", shown, None, "metadata", 0.85))
    elif shown:
        head.title = shown
        head.evidence.append(Evidence("title", shown, None, "metadata", 0.7))
    elif head.titles:
        head.title = head.titles[0]
    head.title = tidy_title(head.title)
