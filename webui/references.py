"""The pages of citations (引用): one circular's graph, and what is cited, not held (缺件清单)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, request, url_for

from webui.charts import as_file
from webui.desk import current_desk
from webui.export_answers import answer_file
from webui.export_search import remembered
from webui.export_table import stream_csv
from webui.export_xlsx import XLSX_TYPE, Book, Column
from webui.pages import held_circular
from webui.views_lists import LIST_PAGE, steps
from webui.views_references import MissingView, list_missing, view_graph
from webui.views_state import read_page
from webui.writing import answer_json, answer_page, encode

if TYPE_CHECKING:
    from corpus.library_records import StoredCircular
    from webui.views_references import GraphView, MissingRow

blueprint = Blueprint("references", __name__)

_COLUMNS: Final = (
    Column("发文字号", 24),
    Column("标题（引用时所写）", 60),
    Column("引用它的文件（份）", 12),
    Column("引用处", 10),
    Column("网址", 30, link=True),
)


@blueprint.get("/d/<circular_id>/references")
def graph(circular_id: str) -> Response:
    """Show what a circular cites and what cites it."""
    return answer_page("references.html", view=_graph_of(held_circular(circular_id)))


@blueprint.get("/d/<circular_id>/references.svg")
def graph_svg(circular_id: str) -> Response:
    """Hand out the graph of a circular's citations as a picture file."""
    view = _graph_of(held_circular(circular_id))
    name = f"引用图谱-{view.number or view.title}"
    return answer_file(encode(as_file(view.chart)), "image/svg+xml", name, "svg")


def _graph_of(stored: StoredCircular) -> GraphView:
    desk = current_desk()
    circular = stored.circular
    titles = tuple(filter(None, (circular.title, *circular.inner_titles)))
    citing = desk.library.citing(circular.number, titles)
    return view_graph(stored, desk.summaries(), citing)


@blueprint.get("/missing")
def missing() -> Response:
    """List the numbers that are cited and not held, those most circulars cite first."""
    rows = _rows()
    last = max(1, -(-len(rows) // LIST_PAGE))
    page = read_page(request.args, most=last)
    first = (page - 1) * LIST_PAGE
    view = MissingView(
        headline=f"库中文件引用了、但库里没有的文号 {len(rows)} 个，引用它的文件多的在前",
        rows=rows[first : first + LIST_PAGE],
        first=first + 1,
        pages=steps(page, last, lambda number: url_for("references.missing", page=number)),
    )
    return answer_page("missing.html", view=view, total=len(rows))


@blueprint.get("/missing.csv")
def missing_csv() -> Response:
    """Hand out the list as CSV."""
    lines = stream_csv([column.title for column in _COLUMNS], _table())
    return remembered(answer_file(lines, "text/csv; charset=utf-8", "缺件清单", "csv"))


@blueprint.get("/missing.xlsx")
def missing_xlsx() -> Response:
    """Hand out the list as a workbook."""
    made = datetime.now().astimezone()
    book = Book("缺件清单", made)
    book.table("缺件清单", _COLUMNS, _table())
    book.notes(
        (
            ("内容", "库中文件引用了、但库里没有的发文字号，引用它的文件多的在前"),
            ("网址", url_for("references.missing", _external=True)),
            ("导出", made.strftime("%Y-%m-%d %H:%M")),
        )
    )
    return remembered(answer_file(book.done(), XLSX_TYPE, "缺件清单", "xlsx"))


@blueprint.get("/missing.json")
@blueprint.get("/api/v1/missing")
def missing_json() -> Response:
    """Answer the list as JSON."""
    found = current_desk().library.missing()
    return remembered(
        answer_json({"total": len(found), "missing": [each._asdict() for each in found]})
    )


def _rows() -> tuple[MissingRow, ...]:
    return list_missing(current_desk().library.missing())


def _table() -> list[tuple[str | int, ...]]:
    root = url_for("pages.home", _external=True).rstrip("/")
    return [
        (row.number, row.title, row.circulars, row.places, f"{root}{row.url}") for row in _rows()
    ]
