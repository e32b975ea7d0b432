# ruff: noqa: PLR2004 — full-width signs are what this module reads; measured lengths stand where they are used
"""Signatures run on in a text (落款): where the names of the signing bodies begin before a date."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from corpus.agencies import AgencyRegistry
from corpus.dates import find_date
from corpus.model import Span
from corpus.places import invented_place, match_place
from corpus.title import is_issuer_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from corpus.dates import DateAt

SPACES: Final = (
    " \t\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u202f"
    "\u205f\u3000\ufeff"
)
_REACH: Final = 240
_LONGEST_PLACE: Final = 6
_LONGEST_NAME: Final = 50
_SENTENCE_ENDS: Final = "。；：！？;:!?”》】"
_NO_NAME: Final = "。，；：《》、？！,;:?!“”【】"
HOLDERS: Final = re.compile(  # 某局局长　李某　某部部长　王某 before the date of an order
    r"(?:[\u4e00-\u9fff]{0,20}?(?:主任|[部局署行省市区县州]长|总理|主席)[ \u3000]{0,8}"
    r"[\u4e00-\u9fff](?:[ \u3000]{0,3}[\u4e00-\u9fff]){1,2}[ \u3000]{0,12}){1,8}"
)
SEAL: Final = re.compile(r"[（(][^（()）]{0,40}代?章[)）]$")  # （代章）, （某省某厅代章）
_TAX: Final = "国家税务总局"


def split_issuers(text: str) -> tuple[str, ...]:
    """Return the names a run of known bodies consists of, or nothing when a part is unknown.

    >>> split_issuers("商务部海关总署国家税务总局福建省税务局")
    ('商务部', '海关总署', '国家税务总局福建省税务局')
    """
    registry = AgencyRegistry.load()
    names: list[str] = []
    here = 0
    while here < len(text):
        found = registry.match_at(text, here)
        end = found.end if found is not None else _end_of_placed(text, here)
        if end <= here:
            return ()
        office = _OFFICE.match(text, end)
        end = office.end() if office else end
        name = text[here:end]
        if names and names[-1] == _TAX and name.endswith("税务局"):
            names[-1] += name
        else:
            names.append(name)
        here = end
    return tuple(names)


_OFFICE: Final = re.compile(
    r"(?:办公厅|办公室|秘书局|综合司|基层司|科技司|(?:办公厅)?秘书局)(?![\u4e00-\u9fff]{0,2}[局厅委部]$)"
)


_THINGS: Final = (
    "名单", "表", "清单", "目录", "方案", "办法", "通知", "计划", "细则", "册", "申请书", "规定",
)  # fmt: skip


def _end_of_placed(text: str, start: int) -> int:
    """Where an unlisted body of a place ends, if another name or nothing follows; else `start`."""
    if match_place(text, start, shorts=False) is None:
        return start
    for end in range(start + 4, min(len(text), start + 40) + 1):
        if text[start:end].endswith(_THINGS):
            return start
        if not is_issuer_name(text[start:end]):
            continue
        if end == len(text) or match_place(text, end, shorts=False) is not None:
            return end
    return start


def signature_start(line: str, end: int, said: str = "") -> int:
    """Return where the signature (署名) that ends at `end` begins in a run-on line, or -1.

    `said` is text before it, whose title may give the name of the body in full.
    """
    end = _without_seal(line, end)
    floor = max(0, end - _REACH)
    for mark in _SENTENCE_ENDS:
        floor = max(floor, line.rfind(mark, floor, end) + 1)
    closed = max(line.rfind(mark, floor, end) for mark in "）)")
    floor = max(floor, closed + 1)
    tokens = _tokens(line, floor, end)
    if not tokens:
        return -1
    if len(tokens) > 2 and all(stop - start == 1 for start, stop in tokens[-2:]):
        return _spread_out(line, tokens)  # 国 务 院
    start, stop = tokens[-1]
    last = line[start:stop]
    if _opens(line, floor, tokens[0][0]):
        named = [line[begin:until] for begin, until in tokens]
        listed = all(_is_body(name) or _short(name) for name in named)
        if listed or HOLDERS.fullmatch(line, tokens[0][0], end):
            return tokens[0][0]
    opened = _opens(line, floor, start)
    beside = len(tokens) > 1 and _is_body(line[slice(*tokens[-2])]) and len(last) <= _LONGEST_NAME
    whole = _is_body(last) or ((opened or beside) and _short(last))
    if not whole:
        inside = _inside(line, start, stop, said)
        return inside if inside >= 0 else _joined(line, tokens)
    if not _is_body(last) and not beside:
        return start
    for begin, until in reversed(tokens[:-1]):
        if not _is_body(line[begin:until]):
            inside = _inside(line, begin, until, said)
            return start if inside <= 0 or line[inside - 1] in "、和及与，" else inside
        start = begin
    return start


def _without_seal(line: str, end: int) -> int:
    """The end of the names, without the note whose seal stands in for theirs."""
    while end > 0 and line[end - 1] in SPACES:
        end -= 1
    found = SEAL.search(line, max(0, end - 50), end)
    end = found.start() if found else end
    while end > 0 and line[end - 1] in SPACES:
        end -= 1
    return end


def _tokens(line: str, start: int, end: int) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    here = start
    while here < end:
        while here < end and line[here] in SPACES:
            here += 1
        begin = here
        while here < end and line[here] not in SPACES:
            here += 1
        if here > begin:
            found.append((begin, here))
    return found


def _short(name: str) -> bool:
    if any(mark in _NO_NAME for mark in name) or any(thing in name for thing in _THINGS):
        return False
    return "\u4e00" <= name[0] <= "\u9fff" and is_issuer_name(name)


def _is_body(name: str) -> bool:
    """Whether a token is the name of a body, or several names run together."""
    if any(mark in _NO_NAME for mark in name) or len(name) > _REACH:
        return False
    if split_issuers(name):
        return True
    placed = match_place(name, shorts=False) is not None or invented_place(name) is not None
    return placed and is_issuer_name(name) and not any(one in name for one in ("关于", *_THINGS))


def _inside(line: str, start: int, stop: int, said: str) -> int:
    """Where names begin that are run on to the words before them: …名单福建省某厅."""
    for at in range(max(start, stop - 160), stop - 1):
        if not "\u4e00" <= line[at] <= "\u9fff":
            continue
        if split_issuers(line[at:stop]):
            if line[at] not in "省市县区":
                return at
            longer = (at - more for more in range(_LONGEST_PLACE, 0, -1) if at - more >= start)
            return next((one for one in longer if line[one:stop] in said), at)
    for at in range(max(start, stop - 40), stop - 3):
        name = line[at:stop]
        if match_place(line, at, shorts=False) and _short(name) and "关于" not in name:
            return at
    return -1


def _joined(line: str, tokens: list[tuple[int, int]]) -> int:
    """A name broken by a space: 云港市防汛 指挥部办公室."""
    if len(tokens) < 2:
        return -1
    (start, first), (again, stop) = tokens[-2:]
    name = line[start:first] + line[again:stop]
    placed = match_place(name, shorts=False) is not None or invented_place(name) is not None
    return start if placed and is_issuer_name(name) else -1


def _spread_out(line: str, tokens: list[tuple[int, int]]) -> int:
    """国 务 院: single characters set apart, at most eight of them."""
    kept: list[tuple[int, int]] = []
    for start, stop in reversed(tokens[-24:]):
        kept.insert(0, (start, stop))
        if stop - start > 4:
            break
    for drop in range(len(kept) - 2):
        name = "".join(line[start:stop] for start, stop in kept[drop:])
        if split_issuers(name) or _short(name):
            return kept[drop][0]
    return -1


def _opens(line: str, floor: int, start: int) -> bool:
    """Whether a token stands right behind a sentence, white space aside."""
    return not line[floor:start].strip(SPACES) and _ends_sentence(line, floor)


def _ends_sentence(line: str, floor: int) -> bool:
    return floor == 0 or line[floor - 1] in _SENTENCE_ENDS + "）)"


_NOTES: Final = (
    "此件", "此文", "信息公开", "公开", "主动公开", "依申请", "联系", "代章", "不公开", "本文",
)  # fmt: skip
_AFTER: Final = (
    "附件", "附：", "附:", "附表", "抄送", "相关附件", "关闭", "打印", "分享", "主办", "主题词",
    "相关链接", "上一篇", "【", "扫一扫",
)  # fmt: skip
_GOES_ON: Final = (
    "印", "前", "后", "起", "至", "到", "在", "以", "之", "的", "期", "由", "与", "和", "发", "公",
    "组", "召", "下", "正", "联", "出", "制", "转", "批", "通", "修", "，", "、", ",", "～", "~",
    "-", "—", "内", "（含", "开", "经", "审", "实", "施", "生", "会", "上午", "下午", "星期",
)  # fmt: skip
_OPENS_TEXT: Final = ("为", "根据", "按照", "依据", "第一章", "第一条", "一、")
_SHORTEST_KNOWN: Final = 6
_LONGEST_KNOWN: Final = 80


def closing_cuts(line: str, earlier: str, before: int) -> set[int]:
    """Return where a line that goes on after its signature is to be cut (落款之后).

    `earlier[:before]` is the text before the line: a title it names may follow the date.
    """
    cuts: set[int] = set()
    for found in _at_both_ends(list(_dates(line))):
        here = found.span.end
        rest = here + _leading(line, here)
        if not _may_end_letter(line, here, rest, earlier, before):
            continue
        said = earlier[: min(before + max(0, found.span.start - _LONGEST_NAME), _EARLIER)]
        start = signature_start(line, found.span.start, said) if found.span.start else 0
        if start < 0:
            continue
        cuts |= {start, found.span.start, rest}
        rest = _after_note(line, rest, cuts)
        _cut_known_title(line, rest, earlier, before, cuts)
    return {cut for cut in cuts if 0 < cut < len(line)}


def _dates(line: str) -> Iterator[DateAt]:
    """The dates of a line that end in 日."""
    day = line.find("日")
    done = 0
    while day >= 0:
        found = _date_before(line, max(done, day - _LONGEST_DATE), day + 1)
        if found is not None and found.span.end == day + 1:
            yield found
            done = found.span.end
        day = line.find("日", day + 1)


def _at_both_ends(dates: list[DateAt]) -> list[DateAt]:
    """The dates worth looking at: a list of thousands is no row of letters."""
    return dates if len(dates) <= 2 * _MOST_DATES else dates[:_MOST_DATES] + dates[-_MOST_DATES:]


_MOST_DATES: Final = 60


def _date_before(line: str, start: int, end: int) -> DateAt | None:
    """The date that ends at `end`, its span counted in the line."""
    found = find_date(line[start:end])
    if found is None:
        return None
    return found._replace(span=Span(start + found.span.start, start + found.span.end))


_LONGEST_DATE: Final = 24


def _leading(line: str, start: int) -> int:
    here = start
    while here < len(line) and line[here] in SPACES:
        here += 1
    return here - start


def _may_end_letter(line: str, end: int, rest: int, earlier: str, before: int) -> bool:
    """Whether what follows a date shows that the letter ends with it."""
    after = line[rest : rest + 20]
    if not after:
        return True
    if after[0] in "（(":
        return after[1:].startswith(_NOTES)
    if after.startswith(_AFTER):
        return True
    if known_length(line, rest, earlier, before + end) >= _SHORTEST_KNOWN:
        return True
    if after.startswith(_GOES_ON) or after[0] in _NO_NAME:
        return False
    return rest > end or after.startswith(_OPENS_TEXT)


def _after_note(line: str, start: int, cuts: set[int]) -> int:
    """Step over （此件公开发布） and 附件1 behind a date, cutting after each."""
    here = start
    if line[here : here + 1] in {"（", "("} and line[here + 1 : here + 8].startswith(_NOTES):
        close = min((at for m in "）)" if (at := line.find(m, here, here + 60)) >= 0), default=-1)
        if close >= 0:
            here = close + 1
            here += _leading(line, here)
            cuts.add(here)
    mark = _ATTACHED.match(line, here)
    if mark:
        cuts |= {here, mark.end()}
        here = mark.end()
    return here


_ATTACHED: Final = re.compile(
    r"附\s?件\s?(?:\d{1,2}(?!\d)(?!\s?年)|[一二三四五六七八九十])?(?!下载|材料)\s?[:：]?\s?"
)


def _cut_known_title(line: str, start: int, earlier: str, before: int, cuts: set[int]) -> None:
    """Cut behind a title named before that stands at `start`."""
    length = known_length(line, start, earlier, before + start)
    if length >= _SHORTEST_KNOWN:
        cuts |= {start, start + length}


def known_length(line: str, start: int, earlier: str, before: int) -> int:
    """Return how many characters at `start` stood in the text before, spaces not counted."""
    piece = line[start : start + 2 * _LONGEST_KNOWN]
    wanted = "".join(piece.split())[:_LONGEST_KNOWN]
    said = "".join(earlier[: min(before, _EARLIER)].split())
    low, high = 0, len(wanted)
    while low < high:
        middle = (low + high + 1) // 2
        if wanted[:middle] in said:
            low = middle
        else:
            high = middle - 1
    length = 0
    while low and length < len(piece):
        low -= not piece[length].isspace()
        length += 1
    return length


_EARLIER: Final = 12_000
