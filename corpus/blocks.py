# ruff: noqa: RUF001, PLR2004 — full-width signs are what this module reads; measured lengths stand where they are used
"""Lines that lost their line ends (整段): cut again before titles, recipients, numbered parts.

Sites flatten circulars into one block. Where the block itself shows what comes next — a number in
sequence after the end of a sentence, a run of layout spaces — it is cut there; nothing is added.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from corpus.markers import parse_marker
from corpus.model import Level
from corpus.number import find_numbers
from corpus.readers.labels import label_of, opens_label
from corpus.recipients import read_recipients
from corpus.signatures import SPACES, closing_cuts, signature_start
from corpus.title import is_issuer_name, kind_of

_SHORTEST_BLOCK: Final = 260
_LONGEST_ROW: Final = 2000
_ENDS: Final = "。；：！？;:!?）)”】"
_SPACES: Final = SPACES
_STARTS: Final = "一二三四五六七八九十（(〔㈠㈡㈢㈣㈤㈥㈦㈧㈨㈩第0123456789１２３４５６７８９⒈⑴①附"
_HEAD: Final = 600
_PEEK: Final = 40
_SEQUENCES: Final = (
    Level.CHAPTER,
    Level.SECTION,
    Level.ARTICLE,
    Level.PART,
    Level.ITEM,
    Level.POINT,
    Level.SUBPOINT,
)


def cut_block(
    line: str,
    *,
    first: bool = False,
    near_top: bool = False,
    signs: bool = False,
    earlier: str = "",
    before: int = 0,
) -> tuple[tuple[int, int], ...]:
    """Return the pieces of a line as ranges: one for a real line, several for a block.

    `first` is the first line of a file, where a title may stand; `near_top` one of its first
    lines, where a number may be run together with what follows it; `signs` says that a date
    alone stands on the next line; `earlier[:before]` is the text before the line.

    >>> cut_block("一、加强领导")
    ((0, 6),)
    """
    if "\t" in line and len(line) < _LONGEST_ROW:
        return ((0, len(line)),)  # a row of a table: its cells stay together
    cuts = _cut_head(line) if near_top else set()
    if "日" in line:
        cuts |= closing_cuts(line, earlier, before)
    if signs and (start := signature_start(line, len(line), earlier[: min(before, _HEAD)])) > 0:
        cuts.add(start)
    if len(line) < _SHORTEST_BLOCK and not cuts:
        return _pieces(line, sorted(_cut_at_next(line)))
    if first and not cuts:
        cuts |= _cut_title(line)
    cuts |= _cut_at_spaces(line)
    cuts |= _cut_at_markers(line)
    return _pieces(line, sorted(cuts))


def _pieces(line: str, cuts: list[int]) -> tuple[tuple[int, int], ...]:
    found: list[tuple[int, int]] = []
    start = 0
    for cut in [*cuts, len(line)]:
        end = cut
        while start < end and line[start] in _SPACES:
            start += 1
        while end > start and line[end - 1] in _SPACES:
            end -= 1
        if end > start:
            found.append((start, end))
        start = cut
    return tuple(found)


_ADDRESSES: Final = ("各", "有关", "市直", "省直", "县直", "市各", "省各", "局属", "机关各")
_ISSUER_COLON: Final = re.compile(
    r"^[^：。；，]{2,40}：(?=关于|转发|印发|贯彻|[^：。；，]{2,24}关于)"
)
_OPENS: Final = ("现将", "为贯彻", "为深入", "为进一步")
_LONGEST_TITLE: Final = 120
_GOES_ON: Final = "文和及与或、，,。；》）)〕的中规要明等附《〈"


def _cut_title(line: str) -> set[int]:
    """Cut after a first token that is short and holds no sentence: the title of a flat page."""
    at = next((index for index, character in enumerate(line[:80]) if character in _SPACES), 0)
    piece = line[:at]
    if len(piece) < 6 or any(mark in piece for mark in "。；：，"):
        return set()
    return {at}


def _cut_head(line: str) -> set[int]:
    """Cut `标题字号主送：` run together: after the title, the number, the recipients."""
    head = line[:_HEAD]
    cuts: set[int] = set()
    after = 0
    own = ""
    for mention in find_numbers(head):
        start, end = mention.span
        bracketed = head[start - 1 : start] in ("（", "(") and head[end : end + 1] in ("）", ")")
        if bracketed:  # …的通知（国办发〔2017〕46号）
            start, end = start - 1, end + 1
        if head.startswith("〕", end):
            end += 1  # 闽某函〔2020〕120号〕各区: a bracket too many
        before = head[after:start].strip(_SPACES)
        rest = head[end:].lstrip(_SPACES)
        named = _ISSUER_COLON.sub("", before)
        titled = kind_of(named) and not any(mark in named for mark in "。：；")
        unrelated = rest[:1] not in _GOES_ON or (rest != head[end:] and rest[:1] != "《")
        cited = before.startswith(("根据", "按照", "依据", "为", "现将", "贯彻", "落实"))
        quoted = bracketed and (not before or before.endswith("》"))
        fits = titled or not (before or after)  # a number may open the line, once
        if not fits and not own and not bracketed:
            above = _title_before(head, start, rest)
            cuts |= above
            fits = bool(above)
        if cited or quoted or not (fits and unrelated and rest):
            break
        if own not in ("", str(mention.number)):
            break
        cuts |= {start, end}
        after = end
        own = str(mention.number)
    colon = min((at for mark in "：:" if (at := head.find(mark, after)) >= 0), default=-1)
    addressed = head[after : colon + 1].strip(_SPACES)
    if 0 < colon < len(line) - 1 and (after or addressed.startswith(_ADDRESSES)):
        following = head[colon + 1 : colon + 5].lstrip(_SPACES)
        if read_recipients(addressed) and not following.startswith(("关于", "印发", "转发", "《")):
            cuts.add(colon + 1)
    if colon > 0:
        cuts |= _cut_before_recipients(head, after, colon)
    return cuts - {0}


def _title_before(head: str, number: int, rest: str) -> set[int]:
    """Cut before the title or red head between site text and a number that recipients follow."""
    colon = min((at for mark in "：:" if (at := rest.find(mark)) > 0), default=-1)
    if not (rest.startswith(_OPENS) or (colon > 0 and read_recipients(rest[: colon + 1]))):
        return set()
    for at in range(number - 2, -1, -1):
        if at and head[at - 1] not in _SPACES:
            continue
        title = _ISSUER_COLON.sub("", head[at:number].strip(_SPACES))
        if any(mark in title for mark in "。：；") or len(title) > _LONGEST_TITLE:
            break
        if title.endswith("文件") and is_issuer_name("".join(title.removesuffix("文件").split())):
            return {at, number}
        if "关于" in title and kind_of(title) and not title.startswith(("《", "（", "(")):
            return {at, number}
    return set()


def _cut_before_recipients(head: str, start: int, colon: int) -> set[int]:
    """Cut `…的通知 各区人民政府：` before those addressed."""
    for at in range(colon - 1, start, -1):
        if head[at - 1] not in _SPACES:
            continue
        before = head[start:at].strip(_SPACES)
        titled = bool(kind_of(before)) or is_issuer_name(before.split()[-1] if before else "")
        if titled and head.startswith(_ADDRESSES, at) and read_recipients(head[at : colon + 1]):
            return {at}
    return set()


def _cut_at_spaces(line: str) -> set[int]:
    """Cut at spaces that stand for a lost line end."""
    cuts: set[int] = set()
    last = 0
    for space in _SPACE_RUN.finditer(line):
        start, position = space.span()
        if position >= len(line) or start == 0 or _is_bare_marker(line, last, start):
            continue
        if _DIVISION_END.search(line, max(0, start - 8), start):
            continue  # …万元。第三章　　项目的受理
        if start <= _LABELS_REACH:
            if label_of(line[last:start]):
                continue  # 发文字号： 某政发…: the value stays with its label
            if _opens_plain_label(line, position):
                cuts.add(position)
                last = position
                continue
        wide = position - start >= 2 or line[start] == "\u3000"
        ended = line[start - 1] in _ENDS
        if (
            (ended and (wide or line[start - 1] in "。；：！？"))
            or (
                line[position] in _STARTS
                and parse_marker(line[position : position + _PEEK]) is not None
            )
            or (wide and start > 1 and (position - start >= 4 or _indents(line, start, position)))
            or opens_label(line[position : position + _PEEK])
            or _after_heading(line, last, start)
        ):
            cuts.add(position)
            last = position
    return cuts


_SPACE_RUN: Final = re.compile(f"[{re.escape(_SPACES)}]+")
_DIVISION_END: Final = re.compile(r"[。；：\s]第[一二三四五六七八九十百]{1,4}[章节条]$")


def _opens_plain_label(line: str, position: int) -> bool:
    """Whether a label of a site's table stands here: 发文字号： 某政发〔2021〕5号."""
    colon = _LABEL_COLON.match(line, position)
    return colon is not None and bool(label_of(colon.group()))


_LABEL_COLON: Final = re.compile(r"[^：:。，；]{2,10}[：:]")
_LABELS_REACH: Final = 1200


def _indents(line: str, start: int, stop: int) -> bool:
    """Whether 　　 stands for a new line rather than spreading out a word (总　　则)."""
    if line[start:stop] != "\u3000\u3000":
        return False
    around = line[max(0, start - 4) : start] + line[stop : stop + 4]
    return len(around) == 8 and not any(character in _SPACES for character in around)


def _is_bare_marker(line: str, start: int, stop: int) -> bool:
    """Whether only a number stands before the space: 第一条　为了, 第一章　总则."""
    if stop - start > 12:  # before it is sliced: a line may hold a million spaces
        return False
    piece = line[start:stop].strip(_SPACES)
    marker = parse_marker(piece)
    return marker is not None and len(marker.rest) <= 1


def _after_heading(line: str, start: int, space: int) -> bool:
    """Whether a space ends a heading: a short numbered piece without punctuation before it."""
    if not 0 < space - start <= 2 * _PEEK:
        return False
    piece = line[start:space]
    if any(mark in piece for mark in "。；，：,;"):
        return False
    if start == 0 and kind_of(piece):
        return True
    return len(piece) <= _PEEK and parse_marker(piece) is not None


def _cut_at_markers(line: str) -> set[int]:
    """Cut before markers in sequence (一、 … 二、), also where nothing parts them from the text."""
    candidates: list[_Candidate] = []
    for start in _START.finditer(line, 1, len(line) - 1):
        position = start.start()
        ended = line[position - 1] in _ENDS or line[position - 1] in _SPACES
        if not ended and not _may_be_glued(line, position):
            continue
        marker = parse_marker(line[position : position + _PEEK])
        if marker is None or marker.level not in _SEQUENCES or marker.doubtful:
            continue
        if ended or marker.level in _GLUED or marker.level in _BELOW:
            candidates.append(_Candidate(position, marker.level, marker.ordinal, ended))
    return _in_sequence(line, candidates)


_START: Final = re.compile(f"[{re.escape(_STARTS)}]")
_NEXT: Final = re.compile(f"(?<=[。；]){_START.pattern}")


class _Candidate(NamedTuple):
    """A marker inside a line: where, which, and whether a sentence ends before it."""

    position: int
    level: Level
    ordinal: int
    ended: bool


_BELOW: Final = frozenset({Level.ITEM, Level.POINT, Level.SUBPOINT})
_GLUED: Final = frozenset({Level.PART, Level.ITEM, Level.CHAPTER, Level.ARTICLE})
_JOINS: Final = "、和与及或第至到—-～~〔《〈“（(按照见依据据之本前上下该项款条在为由对的中"
_NUMERALS: Final = "一二三四五六七八九十百零〇0123456789"


def _cut_at_next(line: str) -> set[int]:
    """Cut a line of ordinary length that begins 1. before the 2. behind a full stop in it."""
    start = parse_marker(line[:_PEEK])
    if start is None or start.level not in _NUMBERED or start.doubtful:
        return set()
    cuts: set[int] = set()
    ordinal = start.ordinal
    for sign in _NEXT.finditer(line, start.rest_start, len(line) - 1):
        position = sign.start()
        marker = parse_marker(line[position : position + _PEEK])
        if marker is None or marker.doubtful or marker.level is not start.level:
            continue
        if marker.ordinal == ordinal + 1:
            cuts.add(position)
            ordinal += 1
    return cuts


_NUMBERED: Final = frozenset({Level.PART, Level.ITEM, Level.POINT})


def _may_be_glued(line: str, position: int) -> bool:
    """Whether a marker may stand right behind a word: …金融办四、持续优化, 工作规则（一）会议."""
    before, here = line[position - 1], line[position]
    if before in _JOINS or before in _NUMERALS:
        return False
    if here in "（(":
        return not _IN_BRACKETS.match(line, position + 1)
    return (
        here in "一二三四五六七八九十㈠㈡㈢㈣㈤㈥㈦㈧㈨㈩第123456789"
        and "\u4e00" <= before <= "\u9fff"
    )


# （一）项 （二）款 （一）、（二） refer to items elsewhere
_IN_BRACKETS: Final = re.compile(
    r"[一二三四五六七八九十]{1,3}[）)]\s?(?:[、和至到及或中所规条款项]|$)"
)


def _in_sequence(line: str, candidates: list[_Candidate]) -> set[int]:
    """The candidates that continue a sequence, or open one that goes on."""
    cuts: set[int] = set()
    present = {(one.level, one.ordinal) for one in candidates}
    start = parse_marker(line[:_PEEK])
    last: dict[Level, int] = {start.level: start.ordinal} if start else {}
    through = dict(last)
    opened = 0 if start and start.level in _GLUED else -1
    for position, level, ordinal, ended in candidates:
        continues = last.get(level) == ordinal - 1 or (
            through.get(level) == ordinal - 1 and level not in last
        )
        opens = ordinal == 1 and (level, 2) in present
        skips = (
            level in {Level.PART, Level.CHAPTER}
            and ended
            and ordinal > last.get(level, 0)
            and (level, ordinal + 1) in present
        )
        below = level in _BELOW and _right_below(line, opened, position)
        below = below and (ordinal == 1 or ordinal == through.get(level, 0) + 1)
        if not (continues or opens or below or skips) or (opens and not ended and not below):
            continue
        if level is Level.POINT and not (ended or below):
            continue
        if level is Level.SUBPOINT and not (below or (ended and level in last)):
            continue
        cuts.add(position)
        last[level] = through[level] = ordinal
        opened = position
        for deeper in _SEQUENCES[_SEQUENCES.index(level) + 1 :]:
            if level is not Level.CHAPTER or deeper is not Level.ARTICLE:
                last.pop(deeper, None)
    return cuts


def _right_below(line: str, opened: int, position: int) -> bool:
    """Whether only the words of a heading stand between a marker and （一）."""
    if opened < 0 or not 0 < position - opened <= _PEEK:
        return False
    return not any(mark in line[opened:position].partition("、")[2] for mark in "。；，：")
