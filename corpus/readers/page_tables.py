# ruff: noqa: PLR2004 — a table has two columns, and borders on both sides
"""Ruled tables (表格) on a page: the lines drawn form boxes, the boxes hold the letters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from corpus.readers.page_lines import Glyph, Rule, group_lines
from corpus.readers.page_text import Joint

if TYPE_CHECKING:
    from collections.abc import Sequence

_MOST_RULES: Final = 1_500
_MOST_BOXES: Final = 20_000
_NEAR: Final = 0.25  # of an em: lines that should meet
_SHORTEST: Final = 0.6  # of an em: shorter strokes are ornaments or letters


class PlacedRow(NamedTuple):
    """A row of a table: its height on the page and its cells (表格行)."""

    top: float
    cells: tuple[str | Joint, ...]


class PlacedTable(NamedTuple):
    """A table: where it stands and its rows, each with as many cells as there are columns."""

    top: float
    bottom: float
    rows: tuple[PlacedRow, ...]


def find_tables(
    glyphs: Sequence[Glyph], rules: Sequence[Rule], em: float
) -> tuple[list[PlacedTable], list[Glyph]]:
    """Return the ruled tables of a page, and the glyphs that stand in none."""
    near = _NEAR * em
    level = [r for r in rules if r.bottom - r.top <= near and r.x1 - r.x0 >= _SHORTEST * em]
    upright = [r for r in rules if r.x1 - r.x0 <= near and r.bottom - r.top >= _SHORTEST * em]
    if len(level) < 2 or len(upright) < 3 or len(level) + len(upright) > _MOST_RULES:
        return [], list(glyphs)
    tables: list[PlacedTable] = []
    rest = list(glyphs)
    for levels, uprights in _groups(level, upright, near):
        grid = _Grid(levels, uprights, near)
        inside = [one for one in rest if grid.holds(one)]
        if not grid.is_table or not inside:
            continue
        rest = [one for one in rest if not grid.holds(one)]
        tables.append(grid.fill(inside))
    return tables, rest


def _groups(
    level: list[Rule], upright: list[Rule], near: float
) -> list[tuple[list[Rule], list[Rule]]]:
    """Gather the rules that hang together."""
    parent = list(range(len(level) + len(upright)))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    for i, flat in enumerate(level):
        for j, tall in enumerate(upright):
            if (
                flat.x0 - near <= tall.x0 <= flat.x1 + near
                and tall.top - near <= flat.top <= tall.bottom + near
            ):
                parent[root(i)] = root(len(level) + j)
    found: dict[int, tuple[list[Rule], list[Rule]]] = {}
    for i, flat in enumerate(level):
        found.setdefault(root(i), ([], []))[0].append(flat)
    for j, tall in enumerate(upright):
        found.setdefault(root(len(level) + j), ([], []))[1].append(tall)
    return list(found.values())


class _Grid:
    """The boxes that one group of rules forms; boxes with no line between them are one cell."""

    def __init__(self, level: list[Rule], upright: list[Rule], near: float) -> None:
        self._level = level
        self._upright = upright
        self._near = near
        self.xs = _distinct([r.x0 for r in upright], near)
        self.ys = _distinct([r.top for r in level], near)

    @property
    def is_table(self) -> bool:
        """Whether there are at least two columns, and not too many boxes to be one."""
        boxes = (len(self.xs) - 1) * (len(self.ys) - 1)
        return len(self.xs) >= 3 and len(self.ys) >= 2 and boxes <= _MOST_BOXES

    def holds(self, glyph: Glyph) -> bool:
        """Whether a glyph stands inside the outer border."""
        if not self.xs or not self.ys:
            return False
        middle = (glyph.x0 + glyph.x1) / 2
        return self.xs[0] <= middle <= self.xs[-1] and self.ys[0] <= glyph.middle <= self.ys[-1]

    def fill(self, glyphs: list[Glyph]) -> PlacedTable:
        """Put the glyphs into their cells, and return the rows."""
        columns, rows = len(self.xs) - 1, len(self.ys) - 1
        owner = self._owners(rows, columns)
        contents: dict[tuple[int, int], list[Glyph]] = {}
        for glyph in glyphs:
            row = _interval(self.ys, glyph.middle)
            column = _interval(self.xs, (glyph.x0 + glyph.x1) / 2)
            contents.setdefault(owner[row, column], []).append(glyph)
        lines: list[PlacedRow] = []
        for row in range(rows):
            cells: list[str | Joint] = []
            for column in range(columns):
                home = owner[row, column]
                if home == (row, column):
                    cells.append(_cell_text(contents.get(home, [])))
                else:
                    cells.append(Joint.ABOVE if home[1] == column else Joint.LEFT)
            lines.append(PlacedRow(self.ys[row], tuple(cells)))
        return PlacedTable(self.ys[0], self.ys[-1], tuple(lines))

    def _owners(self, rows: int, columns: int) -> dict[tuple[int, int], tuple[int, int]]:
        """The upper left box of the cell that each box belongs to."""
        owner: dict[tuple[int, int], tuple[int, int]] = {}
        for row in range(rows):
            height = (self.ys[row] + self.ys[row + 1]) / 2
            for column in range(columns):
                across = (self.xs[column] + self.xs[column + 1]) / 2
                if column and not self._cut_upright(self.xs[column], height):
                    owner[row, column] = owner[row, column - 1]
                elif row and not self._cut_level(self.ys[row], across):
                    owner[row, column] = owner[row - 1, column]
                else:
                    owner[row, column] = (row, column)
        return owner

    def _cut_upright(self, x: float, height: float) -> bool:
        return any(
            abs(r.x0 - x) <= self._near and r.top <= height <= r.bottom for r in self._upright
        )

    def _cut_level(self, y: float, across: float) -> bool:
        return any(abs(r.top - y) <= self._near and r.x0 <= across <= r.x1 for r in self._level)


def _distinct(values: list[float], near: float) -> list[float]:
    found: list[float] = []
    for value in sorted(values):
        if not found or value - found[-1] > near:
            found.append(value)
    return found


def _interval(bounds: list[float], value: float) -> int:
    for index in range(1, len(bounds) - 1):
        if value < bounds[index]:
            return index - 1
    return len(bounds) - 2


def _cell_text(glyphs: list[Glyph]) -> str:
    return " ".join("".join(line.text for line in group_lines(glyphs)).split())
