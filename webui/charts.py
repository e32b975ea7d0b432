"""Charts (图) as SVG made here, without any library: bars and a heat map, readable without colour.

A chart carries its own light colours, so that the file alone can be put into a report; on a page
the style sheet paints over them by class. Every number it shows is written out in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from webui.markup import element

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from markupsafe import Markup

WIDTH: Final = 720  # of the file; on a page bars take the width there is
INK: Final = "#1f2328"
SOFT: Final = "#5d6269"
_DEEP: Final = "#1f4e79"
_PAPER: Final = "#fbfaf7"
_FONT: Final = "PingFang SC, Microsoft YaHei, Noto Sans CJK SC, Source Han Sans SC, sans-serif"
_LINE: Final = 20  # height of a line of text
_BAR: Final = 8
_GAP: Final = 3
_BETWEEN: Final = 10  # rows
_HEAT_LINE: Final = 30
_LABEL_SIGN: Final = 14  # width of a 汉字 in a label
_LONGEST_LABEL: Final = 14  # 汉字
LEVELS: Final = 5
# How parts of a bar differ: by fill and outline first, so that grey print tells them apart.
STYLES: Final = {
    "full": ({"fill": _DEEP}, ""),
    "lead": ({"fill": _DEEP}, ""),
    "sole": ({"fill": _DEEP}, "dots"),
    "joint": ({"fill": _PAPER, "stroke": _DEEP}, "lines"),
    "support": ({"fill": _PAPER, "stroke": _DEEP}, ""),
    "pale": ({"fill": "#cfcabb"}, ""),
}


class Part(NamedTuple):
    """A piece of a bar: its share of the longest bar, 0…1, and its style."""

    share: float
    style: str


class BarRow(NamedTuple):
    """A line of a bar chart: what it is, what it says in figures, and its bars below."""

    label: str
    figures: str
    bars: tuple[tuple[Part, ...], ...]
    inset: int = 0


class HeatCell(NamedTuple):
    """A cell of a heat map; `level` is 0…LEVELS, `hint` what a pointer is told."""

    text: str
    level: int
    hint: str = ""


def draw_bars(name: str, title: str, rows: Sequence[BarRow]) -> Markup:
    """Return a chart of horizontal bars, one row a line of text with its bars under it."""
    parts: list[Markup] = []
    top = 0
    for row in rows:
        inset = row.inset * _LABEL_SIGN
        label = {"class": "label", "x": inset, "y": top + 14, "fill": INK}
        figures = {"class": "figures", "x": "100%", "y": top + 14, "fill": SOFT}
        parts.append(element("text", label, row.label))
        parts.append(element("text", {**figures, "text-anchor": "end"}, row.figures))
        top += _LINE
        for bar in row.bars:
            parts += _draw_bar(name, bar, top)
            top += _BAR + _GAP
        top += _BETWEEN
    return frame(name, title, parts, "100%", max(top - _BETWEEN, _LINE))


def _draw_bar(name: str, bar: Iterable[Part], top: int) -> Iterable[Markup]:
    start = 0.0
    for part in bar:
        if part.share > 0:
            paint, pattern = STYLES[part.style]
            place = {
                "x": f"{start * 100:.2f}%",
                "y": top,
                "width": f"{max(part.share * 100, 0.3):.2f}%",
                "height": _BAR,
            }
            yield element("rect", {"class": part.style, **place, **paint})
            if pattern:
                yield element("rect", {"fill": f"url(#{name}-{pattern})", **place})
        start += part.share


def draw_heat(
    name: str,
    title: str,
    rows: Sequence[str],
    columns: Sequence[str],
    cells: Sequence[Sequence[HeatCell]],
    *,
    column_width: int = 44,
) -> Markup:
    """Return a heat map: rows by columns, each cell with its number and the deeper the more."""
    longest = min(_LONGEST_LABEL, max((_width_of(row) for row in rows), default=1))
    left = round(longest * _LABEL_SIGN) + 12
    parts: list[Markup] = []
    for at, label in enumerate(columns):
        middle = left + at * column_width + column_width // 2
        place = {"class": "figures", "x": middle, "y": 18, "text-anchor": "middle"}
        parts.append(element("text", {"fill": SOFT, **place}, label))
    for down, (label, line) in enumerate(zip(rows, cells, strict=True)):
        top = _HEAT_LINE * (down + 1) - 4
        place = {"class": "label", "x": 0, "y": top + 20, "fill": INK}
        parts.append(element("text", place, shorten(label)))
        parts += [
            _draw_cell(cell, left + at * column_width, top, column_width)
            for at, cell in enumerate(line)
            if cell.text
        ]
    width = left + len(columns) * column_width + 2
    return frame(name, title, parts, str(width), _HEAT_LINE * (len(rows) + 1))


def _draw_cell(cell: HeatCell, left: int, top: int, width: int) -> Markup:
    box = {
        "class": "heat",
        "x": left,
        "y": top,
        "width": width - 2,
        "height": _HEAT_LINE - 2,
        "fill": _DEEP,
        "fill-opacity": f"{cell.level * 0.07:.2f}",
        "stroke": "#e3e0d8",
    }
    middle = {"x": left + width // 2 - 1, "y": top + 19, "text-anchor": "middle"}
    text = element("text", {"class": "cell", "fill": INK, **middle}, cell.text)
    hint = (element("title", {}, cell.hint),) if cell.hint else ()
    return element("g", {}, *hint, element("rect", box), text)


def frame(name: str, title: str, parts: Iterable[Markup], width: str, height: int) -> Markup:
    """Return the SVG element around a chart."""
    lines = element("path", {"d": "M0 5 5 0", "stroke": _DEEP, "stroke-width": 1})
    dots = element("circle", {"cx": 2.5, "cy": 2.5, "r": 1.2, "fill": _PAPER})
    patterns = (_pattern(f"{name}-lines", lines), _pattern(f"{name}-dots", dots))
    return element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "class": "chart",
            "role": "img",
            "aria-labelledby": f"{name}-title",
            "width": width,
            "height": height,
            "font-family": _FONT,
            "font-size": 14,
        },
        element("title", {"id": f"{name}-title"}, title),
        element("defs", {}, *patterns),
        *parts,
    )


def _pattern(name: str, drawn: Markup) -> Markup:
    tile = {"id": name, "width": 5, "height": 5, "patternUnits": "userSpaceOnUse"}
    return element("pattern", tile, drawn)


def as_file(chart: Markup) -> str:
    """Return a chart as an SVG file of a fixed width."""
    fixed = str(chart).replace('width="100%"', f'width="{WIDTH}"', 1)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{fixed}\n'


def level_of(value: int, most: int) -> int:
    """Return the depth of colour of a number, 0 for none, LEVELS for the greatest.

    >>> [level_of(value, 100) for value in (0, 1, 40, 100)]
    [0, 1, 2, 5]
    """
    return 0 if not value else max(1, -(-value * LEVELS // max(most, 1)))


def shorten(label: str, most: float = _LONGEST_LABEL) -> str:
    """Return a label that is at most so many 汉字 wide."""
    if _width_of(label) <= most:
        return label
    kept = ""
    for sign in label:
        if _width_of(kept + sign) > most - 1:
            break
        kept += sign
    return f"{kept}…"


def _width_of(label: str) -> float:
    """Return the width of a label in 汉字."""
    return sum(0.55 if sign.isascii() else 1 for sign in label)
