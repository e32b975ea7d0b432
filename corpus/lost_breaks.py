"""Line ends that a page lost before a number (漏断): 二、 inside a line between 一、 and 三、.

The sequence itself shows that a number is missing; it is looked for between its neighbours only.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from corpus.markers import Marker, parse_marker
from corpus.model import Level

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# From the outermost: what a number ends when it comes.
_LEVELS: Final = (Level.CHAPTER, Level.SECTION, Level.ARTICLE, Level.PART, Level.ITEM)
_ENDS: Final = "。；：！？;:!?）)”】 \t\u3000\xa0"
_STOPS: Final = "。；："
_RUN_ON: Final = frozenset({Level.CHAPTER, Level.PART, Level.ITEM})
_SIGNS: Final = "一二三四五六七八九十（(〔㈠㈡㈢㈣㈤㈥㈦㈧㈨㈩第"
_PEEK: Final = 40
_MOST_MISSING: Final = 3
_LONGEST_TITLE: Final = 24


class Break(NamedTuple):
    """Where a line is to be cut: the line's index and the place in its text."""

    line: int
    at: int


def find_lost_breaks(lines: Sequence[str]) -> tuple[Break, ...]:
    """Return where numbers missing from a sequence stand inside the lines between (漏断).

    >>> find_lost_breaks(["一、目标", "做好防汛。二、任务", "加强值守。", "三、要求"])
    (Break(line=1, at=5),)
    """
    found: list[Break] = []
    last: dict[Level, tuple[int, int]] = {}  # the number reached at each level, and its line
    markers = [parse_marker(line[:_PEEK]) for line in lines]
    seconds = [index for index, marker in enumerate(markers) if _is(marker, Level.PART, 2)]
    for index, (line, marker) in enumerate(zip(lines, markers, strict=True)):
        if marker is not None and marker.level in _LEVELS and "\t" not in line:
            before, where = last.get(marker.level, (0, 0))
            if before and 1 < marker.ordinal - before <= _MOST_MISSING:
                between = range(before + 1, marker.ordinal)
                found += _look_for(lines, marker.level, between, where, index)
            _reach(last, marker.level, marker.ordinal, index)
        for at in _places(line):
            inner = parse_marker(line[at : at + _PEEK])
            if inner is None or inner.doubtful or not inner.rest:
                continue
            level, ordinal = inner.level, inner.ordinal
            if _opens_below(line, at, level, ordinal, last):
                found.append(Break(index, at))
                _reach(last, level, ordinal, index)
                continue
            if line[at - 1] not in _STOPS:
                continue
            goes_on = level in _RUN_ON and last.get(level, (-1, 0))[0] == ordinal - 1
            goes_on = goes_on and (level is not Level.ITEM or line[at - 1] == "。")
            if level is Level.ARTICLE and _is_spaced(inner):
                goes_on = ordinal > last.get(level, (0, 0))[0]
            opens = level is Level.PART and ordinal == 1 and level not in last
            if goes_on or (opens and any(second >= index for second in seconds)):
                found.append(Break(index, at))
                _reach(last, level, ordinal, index)
    return tuple(sorted(set(found)))


def _opens_below(
    line: str, at: int, level: Level, ordinal: int, last: dict[Level, tuple[int, int]]
) -> bool:
    """Whether a number stands right behind the title of its part: 三、有关要求（一）…"""
    above, article = parse_marker(line[:_PEEK]), parse_marker(line[at : at + _PEEK])
    if (
        above is None
        or article is None
        or at > _LONGEST_TITLE
        or any(mark in line[:at] for mark in _STOPS + "，")
    ):
        return False
    if level is Level.ITEM:
        return above.level is Level.PART and ordinal == 1 and at - above.rest_start > 1
    divided = above.level in {Level.CHAPTER, Level.SECTION} and level is Level.ARTICLE
    before = last.get(level, (0, 0))[0]
    follows = before == ordinal - 1
    return divided and (follows or (before < ordinal and _is_spaced(article)))


def _is_spaced(marker: Marker) -> bool:
    """Whether a wide space parts a number from its words, as where it opens an article."""
    return marker.rest_start > len(marker.number)


def _is(marker: Marker | None, level: Level, ordinal: int) -> bool:
    return marker is not None and (marker.level, marker.ordinal) == (level, ordinal)


def _reach(last: dict[Level, tuple[int, int]], level: Level, ordinal: int, index: int) -> None:
    """Note the number reached at a level; what stood below begins anew."""
    for deeper in _LEVELS[_LEVELS.index(level) + 1 :]:
        if deeper is not Level.ARTICLE:
            last.pop(deeper, None)
    last[level] = (ordinal, index)


def _look_for(
    lines: Sequence[str], level: Level, ordinals: range, start: int, stop: int
) -> Iterator[Break]:
    wanted = iter(ordinals)
    ordinal = next(wanted, 0)
    for index in range(start, stop):
        for at in _places(lines[index]):
            if _is(parse_marker(lines[index][at : at + _PEEK]), level, ordinal):
                yield Break(index, at)
                ordinal = next(wanted, 0)


def _places(line: str) -> Iterator[int]:
    """Where a number may begin inside a line: behind a sentence or the title of a chapter."""
    opened = parse_marker(line[:_PEEK])
    titled = opened is not None and opened.level in {Level.CHAPTER, Level.SECTION, Level.PART}
    for sign in (_SIGN_IN_TITLE if titled else _SIGN).finditer(line, 1, len(line) - 1):
        at = sign.start()
        if at <= _LONGEST_TITLE or line[at - 1] in _ENDS:
            yield at


# A sign behind a mark; in a title also 第 and （ behind anything.
_SIGN: Final = re.compile(rf"(?<=[{re.escape(_ENDS)}])[{re.escape(_SIGNS)}]")
_SIGN_IN_TITLE: Final = re.compile(rf"{_SIGN.pattern}|[第（(]")
