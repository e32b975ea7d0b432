"""Placed glyphs (版面文字) as lines: what stands on one height, from left to right.

Positions run right and down from the upper left corner, in whatever unit the format uses; every
distance is measured in ems, the size of the letters themselves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

ASCENT: Final = 0.85  # of an em above the base line, as Chinese letters stand
DESCENT: Final = 0.15
_SAME_LINE: Final = 0.5  # of an em between the middles of two glyphs
_WORD_GAP: Final = 0.2
_WIDE_GAP: Final = 0.9
_OVERPRINT: Final = 0.25
_CLOSING: Final = frozenset("，。、；：？！）〕】》”’…—,.;:?!)]%")


class Glyph(NamedTuple):
    """A letter, or a run of letters set together, with its place on the page (字形)."""

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    size: float
    bold: bool = False

    @property
    def middle(self) -> float:
        """The height of its middle."""
        return (self.top + self.bottom) / 2


class Rule(NamedTuple):
    """A straight line drawn on the page, level or upright (线)."""

    x0: float
    top: float
    x1: float
    bottom: float


class PlacedPage(NamedTuple):
    """One page: its size, its letters, its lines (页)."""

    width: float
    height: float
    glyphs: Sequence[Glyph]
    rules: Sequence[Rule] = ()


class TextLine(NamedTuple):
    """A line of text with its place, in pieces that are bold or not (行)."""

    x0: float
    x1: float
    top: float
    bottom: float
    size: float
    pieces: tuple[tuple[str, bool], ...]
    first_width: float  # of what cannot be broken at its beginning

    @property
    def text(self) -> str:
        """The line without weights."""
        return "".join(text for text, _ in self.pieces)


def group_lines(glyphs: Iterable[Glyph]) -> list[TextLine]:
    """Return the lines that glyphs form, from top to bottom."""
    ordered = sorted((one for one in glyphs if one.size > 0), key=lambda one: one.middle)
    rows: list[list[Glyph]] = []
    height = 0.0
    for glyph in ordered:
        if rows and glyph.middle - height <= _SAME_LINE * max(glyph.size, rows[-1][-1].size):
            rows[-1].append(glyph)
            height += (glyph.middle - height) / len(rows[-1])
        else:
            rows.append([glyph])
            height = glyph.middle
    return [line for row in rows if (line := _line_of(row)) is not None]


def _line_of(row: list[Glyph]) -> TextLine | None:
    row.sort(key=lambda one: one.x0)
    shown = _without_overprint([one for one in row if one.text.strip()])
    if not shown:
        return None
    blanks = [one.x0 for one in row if not one.text.strip()]
    size = sorted(one.size for one in shown)[len(shown) // 2]
    pieces: list[tuple[str, bool]] = []
    before: Glyph | None = None
    position = 0
    for glyph in shown:
        space = ""
        if before is not None:
            while position < len(blanks) and blanks[position] < before.x0:
                position += 1
            blank = position < len(blanks) and blanks[position] < glyph.x0
            space = " " if _parted(before, glyph, size, blank=blank) else ""
        if pieces and pieces[-1][1] == glyph.bold:
            pieces[-1] = (f"{pieces[-1][0]}{space}{glyph.text}", glyph.bold)
        else:
            pieces.append((f"{space}{glyph.text}", glyph.bold))
        before = glyph
    return TextLine(
        x0=shown[0].x0,
        x1=max(one.x1 for one in shown),
        top=min(one.top for one in shown),
        bottom=max(one.bottom for one in shown),
        size=size,
        pieces=tuple(pieces),
        first_width=_first_width(shown),
    )


def _without_overprint(row: list[Glyph]) -> list[Glyph]:
    """Leave out letters printed twice, a hair apart, to look bold."""
    kept: list[Glyph] = []
    for glyph in row:
        near = _OVERPRINT * glyph.size
        if any(
            other.text == glyph.text
            and abs(other.x0 - glyph.x0) < near
            and abs(other.top - glyph.top) < near
            for other in kept[-3:]
        ):
            continue
        kept.append(glyph)
    return kept


def _parted(before: Glyph, after: Glyph, size: float, *, blank: bool) -> bool:
    """Whether a space stands between two neighbours."""
    gap = after.x0 - before.x1
    if gap >= _WIDE_GAP * size:
        return True
    latin = before.text[-1].isascii() and after.text[0].isascii()
    letters = before.text[-1].isalnum() and after.text[0].isalnum()
    return gap >= _WORD_GAP * size and (blank or (latin and letters))


def _first_width(row: list[Glyph]) -> float:
    """How much room the beginning of a line would have needed on the line before."""
    first = row[0]
    right = first.x1
    for glyph in row[1:]:
        joined = glyph.text[0].isascii() and glyph.text[0].isalnum() and first.text[-1].isascii()
        if not joined and glyph.text[0] not in _CLOSING:
            break
        right = glyph.x1
        first = glyph
    return min(right - row[0].x0, row[-1].x1 - row[0].x0)
