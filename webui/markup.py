"""Text and spans → HTML: the one place where markup is built, by escaping every part.

Everything else hands out plain text, spans and elements made here; templates escape by themselves.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from markupsafe import Markup, escape

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

_MOST_BOXES = 2_000  # kept; an address may name any values to tick, up to 10 KB each
_BLANKS = " \t\r\u3000"


class Layer(NamedTuple):
    """A range of a text that is shown in some way: `kind` is `mark` or a class name of the page.

    `anchor` names the first mark of a match, so that the page can jump to it.
    """

    start: int
    end: int
    kind: str
    anchor: str = ""


def element(name: str, attributes: Mapping[str, object], *children: str) -> Markup:
    """Return an element of HTML or SVG; all but children that are elements themselves is escaped.

    >>> str(element("text", {"x": 3, "class": "label"}, "1 < 2", element("path", {"d": "M0 5"})))
    '<text x="3" class="label">1 &lt; 2<path d="M0 5"/></text>'
    """
    inner = "".join(map(escape, children)) if children else None
    return Markup(_written(name, attributes, inner))  # noqa: S704 - every part has been escaped


def _written(name: str, attributes: Mapping[str, object], inner: str | None) -> str:
    """Return an element around what has been escaped already, or an empty one around nothing."""
    tag = escape(name)
    pairs = "".join([f' {escape(key)}="{escape(value)}"' for key, value in attributes.items()])
    return f"<{tag}{pairs}/>" if inner is None else f"<{tag}{pairs}>{inner}</{tag}>"


def dress(text: str, layers: Iterable[Layer] = ()) -> Markup:
    """Return the text as HTML, with `<mark>` and `<span class>` around the layers' ranges.

    Layers may overlap and may reach outside the text. A line break inside a
    paragraph is shown as nothing, since between 汉字 it is no space; between Latin words as one.

    >>> str(dress("<b>打击侵权", (Layer(3, 5, "mark"),)))
    '&lt;b&gt;<mark>打击</mark>侵权'
    """
    kept = [
        Layer(max(0, layer.start), min(len(text), layer.end), layer.kind, layer.anchor)
        for layer in layers
    ]
    kept = [layer for layer in kept if layer.start < layer.end]
    breaks = {start: (end, shown) for start, end, shown in _line_breaks(text)}
    cuts = sorted(
        {0, len(text)}
        | {edge for layer in kept for edge in (layer.start, layer.end)}
        | {edge for start, (end, _) in breaks.items() for edge in (start, end)}
    )
    parts: list[str] = []
    anchored: set[str] = set()
    hidden_until, shown = 0, ""
    for start, end in pairwise(cuts):
        if start in breaks:
            hidden_until, shown = breaks[start]
        else:
            shown = "" if start < hidden_until else text[start:end]
        if shown:
            parts.append(_wrap(shown, start, kept, anchored))
    return Markup("".join(parts))  # noqa: S704 - every part of it has been escaped


_MARKDOWN = str.maketrans({sign: f"\\{sign}" for sign in "\\`*_[]<>#|"})


def escape_markdown(text: str) -> str:
    r"""Return a text that Markdown shows as it is.

    >>> print(escape_markdown("*重点* [1]"))
    \*重点\* \[1\]
    """
    return text.translate(_MARKDOWN)


def _wrap(piece: str, start: int, layers: Sequence[Layer], anchored: set[str]) -> str:
    """Return one piece, escaped, inside the elements of all layers that cover its first character.

    A page has hundreds of pieces: they are joined as plain strings, and made markup as a whole.
    """
    html = str(escape(piece))
    over = [layer for layer in layers if layer.start <= start < layer.end]
    if not over:
        return html
    marks = [layer for layer in over if layer.kind == "mark"]
    if marks:
        anchor = next((m.anchor for m in marks if m.anchor and m.anchor not in anchored), "")
        anchored.add(anchor)
        html = _written("mark", {"id": anchor}, html) if anchor else f"<mark>{html}</mark>"
    names = " ".join(dict.fromkeys(layer.kind for layer in over if layer.kind != "mark"))
    return _written("span", {"class": names}, html) if names else html


def _line_breaks(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield each line break with the blanks around it, and what to show in its place."""
    done = 0
    at = text.find("\n")
    while at >= 0:
        start, end = at, at + 1
        while start > done and text[start - 1] in _BLANKS:
            start -= 1
        while end < len(text) and (text[end] in _BLANKS or text[end] == "\n"):
            end += 1
        latin = (
            start > 0 and end < len(text) and _is_latin(text[start - 1]) and _is_latin(text[end])
        )
        yield start, end, " " if latin else ""
        done = end
        at = text.find("\n", end)


def _is_latin(character: str) -> bool:
    return character.isascii() and character.isalnum()


class Item(NamedTuple):
    """A value of a facet to tick; `style` is a class of the page, `mark` the sign of a role."""

    value: str
    label: str
    count: int  # type: ignore[assignment]  # a tuple's own `count` is asked of none
    selected: bool
    style: str = ""
    mark: str = ""


def write_ticks(
    form: str, unit: str, items: Iterable[Item], names_of: Callable[[Item], str] | None = None
) -> Markup:
    """Return the boxes of some values (勾选框), as fields `form` with their counts in a unit.

    `names_of` gives what else a value is found by, where it can be looked for.

    >>> written = write_ticks("year", "条", [Item("2018", "2018", 3, selected=True, style="on")])
    >>> print(written.partition("<span>")[0])
    <label class="on"><input type="checkbox" name="year" value="2018" checked>
    """
    end = f'<span class="unseen"> {escape(unit)}</span></em></label>'
    boxes: list[str] = []
    for item in items:
        value, label, count, selected, style, mark = item
        box, text = _box_parts(form, value, label, mark, names_of(item) if names_of else "")
        styled = f' class="{escape(style)}"' if style else ""
        ticked = " checked" if selected else ""
        boxes.append(f"<label{styled}{box}{ticked}{text}{count}{end}")
    return Markup("".join(boxes))  # noqa: S704 - every part of it has been escaped


@lru_cache(_MOST_BOXES)
def _box_parts(form: str, value: str, label: str, mark: str, names: str) -> tuple[str, str]:
    """Return a box up to its tick, and what stands between that and the count.

    A page has hundreds of boxes, and of one only these two change: the rest is escaped once.
    """
    named = f' data-names="{escape(names)}"' if names else ""
    sign = f'<span class="role" aria-hidden="true">{escape(mark)}</span> ' if mark else ""
    return (
        f'{named}><input type="checkbox" name="{escape(form)}" value="{escape(value)}"',
        f"><span>{sign}{escape(label)}</span><em>",
    )
