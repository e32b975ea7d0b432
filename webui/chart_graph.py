"""One circular's citations (引用图谱) as SVG: what it rests on, itself, who cites it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from markupsafe import Markup

from webui.charts import INK, SOFT, frame, shorten

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

BOX: Final = 264  # width of a box
GAP: Final = 72  # between the three columns, room for a word on the line
_WIDTH: Final = 3 * BOX + 2 * GAP
_TALL: Final = 58
_STEP: Final = 70
_SIGNS: Final = 17  # 汉字 on a line of a box


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
    for node in nodes:
        level = top + _TALL // 2
        yield Markup(
            '<path class="edge" fill="none" stroke="#b9b4a6" d="M{} {} C{} {} {} {} {} {}"/>'
        ).format(near, level, (near + towards) // 2, level, (near + towards) // 2, middle,
                 towards, middle)  # fmt: skip
        yield from _box(node, left, top, "node", "#b9b4a6")
        anchor, at = ("start", near + 4) if near < towards else ("end", near - 4)
        yield Markup(
            '<text class="figures" x="{}" y="{}" text-anchor="{}" fill="{}" font-size="13">'
            "{}</text>"
        ).format(at, level - 5, anchor, SOFT, node.relation)
        top += _STEP


def _box(node: Node, left: int, top: int, style: str, stroke: str) -> Iterator[Markup]:
    broken = "" if node.held else Markup(' stroke-dasharray="5 4"')
    yield Markup(
        '<rect class="{}" x="{}" y="{}" width="{}" height="{}" rx="3" fill="#ffffff"'
        ' stroke="{}"{}/>'
    ).format(style, left + 1, top, BOX - 2, _TALL, stroke, broken)
    first = node.name if node.held else f"{node.name}（未入库）"
    for line, (text, colour, css) in enumerate(
        ((first, INK, "label"), (node.title, SOFT, "figures"))
    ):
        yield Markup('<text class="{}" x="{}" y="{}" fill="{}" font-size="14">{}</text>').format(
            css, left + 10, top + 24 + line * 22, colour, shorten(text, _SIGNS)
        )
