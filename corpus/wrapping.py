# ruff: noqa: RUF001 — full-width signs are what this module reads
"""Paragraphs broken over lines (断行): at one width, or wherever a page set an element in line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from corpus.dates import parse_date
from corpus.furniture import furniture_reason
from corpus.markers import parse_marker
from corpus.number import is_only_number

if TYPE_CHECKING:
    from collections.abc import Sequence

_FEWEST_LINES: Final = 30
_NARROWEST, _WIDEST = 44, 140  # a 汉字 is 2 wide
_SLACK: Final = 8
_INDENT: Final = 5
_FULL_SHARE: Final = 0.35
_ENDS: Final = "。；：！？;:"
_WIDE: Final = re.compile("[“”‘’—…·\u2e80-\U0010ffff]+")
_FEWEST_STOPS: Final = 8  # lines to one full stop, at most: lists of names have fewer


def width_of(line: str) -> int:
    """Return how wide a line is set: 汉字 and their marks count two."""
    return len(line) + sum(map(len, _WIDE.findall(line)))


def find_wrap(lines: Sequence[str]) -> int:
    """Return the width at which a text was broken into lines, or 0 when its lines are paragraphs.

    >>> find_wrap(["强化监管。"] * 40)
    0
    """
    if len(lines) < _FEWEST_LINES:
        return 0
    lengths = sorted(map(len, lines))
    if not _NARROWEST // 2 <= lengths[len(lengths) * 9 // 10] <= _WIDEST:
        return 0
    widths = sorted(map(width_of, lines))
    width = widths[len(widths) * 9 // 10]
    if not _NARROWEST <= width <= _WIDEST:
        return 0
    broken = sum(
        width - _SLACK <= width_of(line) <= width + _SLACK and line[-1] not in _ENDS
        for line in lines
    )
    stops = sum(line.count("。") for line in lines)
    enough = broken >= len(lines) * _FULL_SHARE and stops * _FEWEST_STOPS >= len(lines)
    return width if enough else 0


def goes_on(line: str, following: str, width: int) -> bool:
    """Whether a line of a wrapped text goes on in the one that follows it."""
    if width_of(line) < width - _SLACK or furniture_reason(line) or furniture_reason(following):
        return False
    marker = parse_marker(following)
    if (marker is not None and not marker.doubtful) or is_only_number(following):
        return False
    if parse_date(following) is not None:
        return False
    indented = width - _SLACK <= width_of(following) <= width - _INDENT + 1
    if line[-1] not in _ENDS:
        return not (indented and parse_marker(line))
    return line[-1] == "。" and not indented


_GOES_ON: Final = "，。；：、）)〕］】》”’％%,;"
_OPENS: Final = "〔（(《“［["
_FEWEST_FRAGMENTS: Final = 3
_FRAGMENT_SHARE: Final = 0.05
_FRAGMENT: Final = re.compile(r"[0-9A-Za-z０-９.,:：/_~@?=&%+（()）〔〕\[\] -]{1,80}")


def is_shredded(lines: Sequence[str]) -> bool:
    """Whether a page broke its lines at every number and bracket (碎行): 〔, 2025, 〕, 349, 号."""
    broken = sum(line[0] in _GOES_ON or line[-1] in _OPENS for line in lines)
    return broken >= max(_FEWEST_FRAGMENTS, len(lines) * _FRAGMENT_SHARE)


def joins(before: str, last: str, line: str) -> bool:
    """Whether a line of a shredded text belongs to the line before.

    `before` is the line so far, `last` the piece of it that stood on a line of its own.
    """
    if line[0] in _GOES_ON or before[-1] in _OPENS or line in _OPENS or line[0] == "〔":
        return True
    marker = parse_marker(line)
    if before[-1] in _ENDS or (marker is not None and not marker.doubtful):
        return False
    if _FRAGMENT.fullmatch(line):
        return True
    return (
        bool(_FRAGMENT.fullmatch(last)) and not furniture_reason(last) and len(before) > len(last)
    )
