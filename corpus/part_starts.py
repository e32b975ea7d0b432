# ruff: noqa: PLR2004 — measured lengths stand where they are used
"""Where a further text of a file begins (另起一篇): a named attachment, a numbering begun anew."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from corpus.markers import parse_marker
from corpus.model import Level
from corpus.title import INNER_KINDS, kind_of, looks_like_title

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from corpus.lines import Line

_NUMBERED_MARK: Final = re.compile(r"^[^号]{4,30}号(?=附\s?件)")  # 某建发〔2020〕46号附件1
_NAMED_MARK: Final = re.compile(  # 附件2：适老化设计规范
    r"(附\s?件\s?(?:\d{1,2}|[一二三四五六七八九十]{1,3})(?!\d))\s?[:：\s]\s?([^。；，]{4,70})"
)
_TITLE_LINES: Final = 3
_LONGEST_TITLE_LINE: Final = 40
_COUNTED: Final = 3  # so many numbers make a text of its own
_OUTER: Final = frozenset({Level.PART, Level.CHAPTER, Level.ARTICLE})


class NamedAttachment(NamedTuple):
    """An attachment whose number and title stand on one line."""

    ordinal: int
    title: str


def without_number(line: str) -> str:
    """Return a line without the circular's number before its 附件1."""
    return _NUMBERED_MARK.sub("", line) if len(line) <= 40 else line


def named_attachment(line: str) -> NamedAttachment | None:
    """Read 附件2：某某规范, the number and the title of an attachment in one line.

    >>> named_attachment("附件2：防汛物资清单")
    NamedAttachment(ordinal=2, title='防汛物资清单')
    """
    found = _NAMED_MARK.fullmatch(line) if len(line) <= 90 else None
    marker = parse_marker(found[1]) if found else None
    return NamedAttachment(marker.ordinal, found[2].strip()) if found and marker else None


def restart_length(lines: Sequence[Line], index: int, reached: Mapping[Level, int]) -> int:
    """Return over how many lines a title stands below which the numbering begins anew, or 0.

    `reached` holds the last number of each level in the text so far.
    """
    counted = any(reached.get(level, 0) >= _COUNTED for level in _OUTER)
    if not counted or parse_marker(lines[index].text) is not None:
        return 0
    joined = ""
    for taken in range(1, min(_TITLE_LINES, len(lines) - index) + 1):
        line = lines[index + taken - 1].text
        if len(line) > _LONGEST_TITLE_LINE or not looks_like_title(line):
            return 0
        joined += line
        if kind_of(joined) in INNER_KINDS and _begins_anew(
            lines[index + taken : index + taken + 4], reached
        ):
            return taken
    return 0


def _begins_anew(lines: Sequence[Line], reached: Mapping[Level, int]) -> bool:
    """Whether the next number within a few lines is a first one of a level counted before."""
    for line in lines:
        marker = parse_marker(line.text)
        if marker is not None:
            again = reached.get(marker.level, 0) >= _COUNTED
            return marker.ordinal == 1 and marker.level in _OUTER and again
    return False
