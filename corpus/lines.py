"""The lines of a raw circular (行): trimmed, in place, long ones cut where they begin anew."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from corpus.blocks import cut_block
from corpus.dates import parse_date
from corpus.furniture import furniture_reason
from corpus.lost_breaks import find_lost_breaks
from corpus.markers import parse_marker
from corpus.model import Level
from corpus.wrapping import find_wrap, goes_on, is_shredded, joins

if TYPE_CHECKING:
    from corpus.model import RawCircular

MARGIN: Final = (
    " \t\x0b\x0c\x1a\x1c\x1d\x1e\x1f\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007"
    "\u2008\u2009\u200a\u200b\u200c\u200d\u200e\u200f\u202f\u205f\u2060\u3000\ufeff"
)


class Line(NamedTuple):
    """One line (行) without its margins; `number` is the physical line, from 1."""

    number: int
    start: int
    end: int
    text: str


def read_lines(raw: RawCircular) -> tuple[Line, ...]:
    """Return the lines that hold text and are not page furniture, in order.

    A line that is a whole document run together is cut before its markers; the pieces share the
    number of the physical line.
    """
    found: list[Line] = []
    whole = _paragraphs(_physical(raw), raw.text)
    for index, (number, start, end) in enumerate(whole):
        following = whole[index + 1] if index + 1 < len(whole) else None
        stripped = raw.text[start:end]
        pieces = cut_block(
            stripped,
            first=not found,
            near_top=len(found) < _NEAR_TOP,
            signs=following is not None and _is_date(raw.text, following),
            earlier=raw.text,
            before=start,
        )
        for piece_start, piece_end in pieces:
            text = stripped[piece_start:piece_end]
            found.append(Line(number, start + piece_start, start + piece_end, text))
    for _ in range(_PASSES):  # what is cut may show what else is missing
        cut = _cut_lost_breaks(found)
        if len(cut) == len(found):
            break
        found = cut
    return tuple(found)


def _cut_lost_breaks(lines: list[Line]) -> list[Line]:
    cuts: dict[int, list[int]] = {}
    for found_in, at in find_lost_breaks([line.text for line in lines]):
        cuts.setdefault(found_in, []).append(at)
    if not cuts:
        return lines
    found: list[Line] = []
    for index, line in enumerate(lines):
        for begin, end in pairwise([0, *cuts.get(index, []), len(line.text)]):
            text = line.text[begin:end].rstrip(MARGIN)
            start = line.start + begin
            found.append(Line(line.number, start, start + len(text), text))
    return found


def _physical(raw: RawCircular) -> list[tuple[int, int, int]]:
    """The number, start and end of each line that holds text and is not dropped."""
    skipped = {one.span.start: one.span.end for one in raw.dropped}
    found: list[tuple[int, int, int]] = []
    position = 0
    for number, whole in enumerate(raw.text.splitlines(keepends=True), start=1):
        start = position + len(whole) - len(whole.lstrip(_LEFT))
        position += len(whole)
        end = start + len(whole.strip(_LEFT))
        if end > start and skipped.get(start, -1) < end:
            found.append((number, start, end))
    return found


def _paragraphs(lines: list[tuple[int, int, int]], text: str) -> list[tuple[int, int, int]]:
    """Join the lines of paragraphs that were broken at a fixed width."""
    lines = _with_markers(lines, text)
    words = [text[start:end] for _, start, end in lines]
    if is_shredded(words):
        return _without_shreds(lines, text)
    width = find_wrap(words)
    if not width:
        return lines
    joined: list[tuple[int, int, int]] = []
    last = 0  # where the last physical line of the paragraph begins
    for number, start, end in lines:
        if joined and goes_on(text[last : joined[-1][2]], text[start:end], width):
            joined[-1] = (joined[-1][0], joined[-1][1], end)
        else:
            joined.append((number, start, end))
        last = start
    return joined


def _with_markers(lines: list[tuple[int, int, int]], text: str) -> list[tuple[int, int, int]]:
    """Join a number that stands on a line of its own to the words below it: 第一章, 总则.

    A signature and its date are no such words: the list above them lost its own.
    """
    joined: list[tuple[int, int, int]] = []
    bare = False
    for index, (number, start, end) in enumerate(lines):
        words = text[start:end]
        marker = parse_marker(words) if len(words) <= _LONGEST_HEADING else None
        goes_on = bare and marker is None and not furniture_reason(words)
        if goes_on and not any(_is_date(text, line) for line in lines[index : index + 2]):
            joined[-1] = (joined[-1][0], joined[-1][1], end)
        else:
            joined.append((number, start, end))
        bare = marker is not None and not marker.rest and marker.level is not Level.ATTACHMENT
    return joined


_LONGEST_HEADING: Final = 60


def _without_shreds(lines: list[tuple[int, int, int]], text: str) -> list[tuple[int, int, int]]:
    """Join the pieces of a page that broke its lines at every number and bracket."""
    joined: list[tuple[int, int, int]] = []
    last = ""
    for number, start, end in lines:
        words = text[start:end]
        before = text[joined[-1][1] : joined[-1][2]] if joined else ""
        if before and not furniture_reason(words) and joins(before, last, words):
            joined[-1] = (joined[-1][0], joined[-1][1], end)
        else:
            joined.append((number, start, end))
        last = words
    return joined


def _is_date(text: str, line: tuple[int, int, int]) -> bool:
    _, start, end = line
    return end - start <= _DATE_LINE and parse_date(text[start:end]) is not None


_PASSES: Final = 2
_NEAR_TOP: Final = 30
_DATE_LINE: Final = 60
_LEFT: Final = MARGIN + "\n\r\x85\u2028\u2029"
