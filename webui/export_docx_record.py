"""A record as a Word document (核对记录、对照表): a title, facts, and one table on A4 landscape."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from webui.export_cells import one_line, writable
from webui.export_docx import HEITI, add_web_link, save_document, set_page, set_styles

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

_RED: Final = RGBColor(0xB3, 0x26, 0x1E)
_TEXT: Final = Pt(9)
_LINE: Final = Pt(13)
_TINT: Final = "F3F0E8"


class Run(NamedTuple):
    """A stretch of text in a cell: plain, `strong`, `lack` (struck), `gain` (underlined), `link`.

    `lack` is what the other text lacks and the first has; `gain` the reverse.
    """

    text: str
    kind: str = ""


class Head(NamedTuple):
    """A column of the table: its heading and width in millimetres."""

    title: str
    width: float


def record_document(
    title: str,
    facts: Sequence[str],
    heads: Sequence[Head],
    rows: Iterable[Sequence[Sequence[Run]]],
    *,
    made: datetime,
) -> bytes:
    """Return a record as a Word document; a cell is runs, a line break begins a new line.

    A fact that is an address becomes a link.
    """
    document = docx.Document()
    set_page(document, landscape=True)
    set_styles(document)
    document.core_properties.title = writable(title)
    document.core_properties.author = ""
    document.core_properties.comments = "公文检索"
    document.core_properties.language = "zh-CN"
    document.core_properties.created = made.replace(tzinfo=None)
    document.add_paragraph(writable(title), style="Title")
    for fact in facts:
        add_web_link(document.add_paragraph(style="Gongwen Meta"), fact)
    _add_table(document, heads, rows)
    return save_document(document)


def _add_table(
    document: Any, heads: Sequence[Head], rows: Iterable[Sequence[Sequence[Run]]]
) -> None:
    table = document.add_table(rows=1, cols=len(heads))
    table.style = "Table Grid"
    table.autofit = False
    for column, head in zip(table.columns, heads, strict=True):
        column.width = Mm(head.width)
    for cell, head in zip(table.rows[0].cells, heads, strict=True):
        cell.width = Mm(head.width)
        _fill(cell, (Run(head.title, "strong"),))
        cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
        _shade(cell)
    _mark_row(table.rows[0], "w:tblHeader")
    for row in rows:
        line = table.add_row()
        _mark_row(line, "w:cantSplit")
        for cell, runs, head in zip(line.cells, row, heads, strict=True):
            cell.width = Mm(head.width)
            _fill(cell, runs)


def _fill(cell: Any, runs: Sequence[Run]) -> None:
    paragraph = cell.paragraphs[0]
    _set_lines(paragraph)
    for run in runs:
        for order, line in enumerate(run.text.split("\n")):
            if order:
                paragraph = cell.add_paragraph()
                _set_lines(paragraph)
            _add_run(paragraph, line, run.kind)


def _set_lines(paragraph: Any) -> None:
    paragraph.paragraph_format.space_after = Pt(0)
    paragraph.paragraph_format.line_spacing = _LINE


def _add_run(paragraph: Any, text: str, kind: str) -> None:
    if kind == "link":
        add_web_link(paragraph, text).font.size = _TEXT
        return
    run = paragraph.add_run(writable(one_line(text)))
    run.font.size = _TEXT
    if kind == "strong":
        run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), HEITI)  # noqa: SLF001
    elif kind == "lack":
        run.font.strike = True
        run.font.color.rgb = _RED
    elif kind == "gain":
        run.font.underline = True
        run.font.color.rgb = _RED


def _mark_row(row: Any, name: str) -> None:
    """Set a property of a row: repeated as heading, or kept on one page."""
    row._tr.get_or_add_trPr().append(OxmlElement(name))  # noqa: SLF001  no such property there


def _shade(cell: Any) -> None:
    shade = OxmlElement("w:shd")
    shade.set(qn("w:val"), "clear")
    shade.set(qn("w:fill"), _TINT)
    cell._tc.get_or_add_tcPr().append(shade)  # noqa: SLF001
