"""One circular's citations (引用图谱) as SVG: what it rests on, itself, who cites it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from webui.charts import INK, SOFT, frame, shorten
from webui.markup import element

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markupsafe import Markup

BOX: Final = 248  # width of a box
GAP: Final = 72  # between the three columns, room for a word on the line
_WIDTH: Final = 3 * BOX + 2 * GAP
_TALL: Final = 58
_STEP: Final = 70
_SIGNS: Final = 16  # 汉字 on a line of a box
_LINE: Final = "#b9b4a6"


class Node(NamedTuple):
    """A document in the graph: two lines of text, and whether the library holds it."""

    name: str
    title: str
    held: bool
    relation: str = ""


def draw_graph(
    name: str, title: str, here: Node, bases: Sequence[Node], citing: Sequence[Node]
) -> Markup:
    """Return the graph in three columns: cited documents, the circular, those that cite it.

    What is not held has a broken outline and says so; a relation stands on its line.
    """
    rows = max(len(bases), len(citing), 1)
    height = rows * _STEP
    middle = height // 2
    parts = [*_column(bases, 0, middle, towards=BOX + GAP)]
    parts += _column(citing, 2 * (BOX + GAP), middle, towards=BOX + GAP + BOX)
    parts += _box(here, BOX + GAP, middle - _TALL // 2, "node here", "#b3261e")
    return frame(name, title, parts, str(_WIDTH), height)


def _column(nodes: Sequence[Node], left: int, middle: int, *, towards: int) -> Iterator[Markup]:
    """Yield the boxes of a column, each with a line to the one in the middle."""
    top = middle - len(nodes) * _STEP // 2 + (_STEP - _TALL) // 2
    near = left + BOX if left < towards else left
    between = (near + towards) // 2
    for node in nodes:
        level = top + _TALL // 2
        curve = f"M{near} {level} C{between} {level} {between} {middle} {towards} {middle}"
        yield element("path", {"class": "edge", "fill": "none", "stroke": _LINE, "d": curve})
        yield from _box(node, left, top, "node", _LINE)
        anchor, at = ("start", near + 4) if near < towards else ("end", near - 4)
        place = {"x": at, "y": level - 5, "text-anchor": anchor, "font-size": 13}
        yield element("text", {"class": "figures", "fill": SOFT, **place}, node.relation)
        top += _STEP


def _box(node: Node, left: int, top: int, style: str, stroke: str) -> Iterator[Markup]:
    place = {"x": left + 1, "y": top, "width": BOX - 2, "height": _TALL, "rx": 3}
    broken = {} if node.held else {"stroke-dasharray": "5 4"}
    yield element("rect", {"class": style, "fill": "#ffffff", "stroke": stroke, **place, **broken})
    first = node.name if node.held else f"{node.name}（未入库）"
    for line, (text, colour, css) in enumerate(
        ((first, INK, "label"), (node.title, SOFT, "figures"))
    ):
        place = {"x": left + 10, "y": top + 24 + line * 22, "font-size": 14}
        yield element("text", {"class": css, "fill": colour, **place}, shorten(text, _SIGNS))
