"""The lines of a raw circular (行): trimmed, in place, long ones cut where they begin anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from corpus.blocks import cut_block
from corpus.dates import parse_date

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
    skipped = {one.span.start: one.span.end for one in raw.dropped}
    found: list[Line] = []
    position = 0
    physical = raw.text.splitlines(keepends=True)
    for number, whole in enumerate(physical, start=1):
        start = position + len(whole) - len(whole.lstrip(_LEFT))
        position += len(whole)
        stripped = whole.strip(_LEFT)
        if not stripped or skipped.get(start, -1) >= start + len(stripped):
            continue
        near_top = len(found) < _NEAR_TOP
        pieces = cut_block(
            stripped,
            first=not found,
            near_top=near_top,
            signs=number < len(physical) and parse_date(physical[number][:_DATE_LINE]) is not None,
            earlier=raw.text,
            before=start,
        )
        for piece_start, piece_end in pieces:
            text = stripped[piece_start:piece_end]
            found.append(Line(number, start + piece_start, start + piece_end, text))
    return tuple(found)


_NEAR_TOP: Final = 30
_DATE_LINE: Final = 60
_LEFT: Final = MARGIN + "\n\r\x85\u2028\u2029"
