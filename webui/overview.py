"""The overview (总览): what the library, or a search, holds and says, drawn and as files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from flask import Blueprint, Response, request, url_for

from webui.charts import as_file
from webui.desk import current_desk
from webui.errors import BadParameterError
from webui.export_answers import answer_file
from webui.export_search import remembered, say_filters
from webui.export_table import stream_csv
from webui.export_xlsx import XLSX_TYPE, Book, Column
from webui.views_overview import draw_figures, is_narrowed
from webui.views_state import address_of, changed, read_search
from webui.writing import answer_json, answer_page, encode

if TYPE_CHECKING:
    from search.overview import Overview
    from search.requests import SearchRequest
    from webui.views_overview import Figure

blueprint = Blueprint("overview", __name__)

FIGURES: Final = ("years", "regions", "cells", "agencies", "together")


@dataclass(frozen=True, slots=True)
class OverviewView:
    """The page of the overview."""

    title: str
    headline: str
    filters: str
    canonical: str
    search_url: str
    narrowed: bool
    figures: tuple[Figure, ...]
    notices: tuple[str, ...]
    files: dict[str, str]
    print_line: str


@blueprint.get("/overview")
def show() -> Response:
    """Show the overview of the library, or of a search given as on the search page."""
    found = current_desk().overview(read_search(request.args))
    asked = changed(found.request)
    root = url_for("pages.home", _external=True).rstrip("/")
    address = root + address_of(asked, url_for("overview.show"))
    narrowed = is_narrowed(asked)
    day = _now().date().isoformat()
    view = OverviewView(
        title=f"检索“{asked.q}”" if asked.q else "检索结果" if narrowed else "全库",
        headline=f"{found.amount.circulars} 份文件，{found.amount.measures} 条措施",
        filters=say_filters(asked),
        canonical=address,
        search_url=address_of(asked),
        narrowed=narrowed,
        figures=draw_figures(found),
        notices=found.notices,
        files={ending: address_of(asked, url_for(f"overview.as_{ending}")) for ending in ("xlsx",)},
        print_line=f"{address}　打印于 {day}",
    )
    return answer_page("overview.html", view=view, line=asked.q, file_of=_file_of(asked))


def _file_of(asked: SearchRequest) -> Any:
    """Return the function with which the page names the file of one figure."""

    def name(figure: str, ending: str) -> str:
        address = address_of(asked, url_for(f"overview.as_{ending}"))
        return f"{address}{'&' if '?' in address else '?'}figure={figure}"

    return name


@blueprint.get("/overview.json")
@blueprint.get("/api/v1/overview")
def as_json() -> Response:
    """Answer the overview as JSON."""
    found = _asked_for()
    return remembered(answer_json(overview_to_json(found)), found.sequence)


@blueprint.get("/overview.csv")
def as_csv() -> Response:
    """Hand out the data table of one figure as CSV."""
    found = _asked_for()
    figure = _figure_of(found)
    lines = stream_csv(figure.table.columns, figure.table.values())
    return remembered(
        answer_file(lines, "text/csv; charset=utf-8", f"{_name(found)}-{figure.title}", "csv")
    )


@blueprint.get("/overview.svg")
def as_svg() -> Response:
    """Hand out one chart as a picture file."""
    found = _asked_for()
    figure = _figure_of(found)
    data = encode(as_file(figure.chart))
    return remembered(answer_file(data, "image/svg+xml", f"{_name(found)}-{figure.title}", "svg"))


@blueprint.get("/overview.xlsx")
def as_xlsx() -> Response:
    """Hand out every data table as a sheet of one workbook."""
    found = _asked_for()
    made = _now()
    book = Book(_name(found), made)
    for figure in draw_figures(found):
        columns = [
            Column(title, 30 if not at else 14) for at, title in enumerate(figure.table.columns)
        ]
        book.table(figure.title, columns, figure.table.values())
    asked = changed(found.request)
    root = url_for("pages.home", _external=True).rstrip("/")
    book.notes(
        [
            ("检索式", asked.q or "（全部）"),
            ("筛选", say_filters(asked) or "无"),
            ("数量", f"{found.amount.circulars} 份文件，{found.amount.measures} 条措施"),
            ("说明", "上级地区的数含所属地区；一条措施有几个单位，就在各单位下各计一次。"),
            *(("提示", notice) for notice in found.notices),
            ("网址", root + address_of(asked, url_for("overview.show"))),
            ("导出", made.strftime("%Y-%m-%d %H:%M")),
        ]
    )
    return remembered(answer_file(book.done(), XLSX_TYPE, _name(found), "xlsx"))


def overview_to_json(found: Overview) -> dict[str, Any]:
    """Return the overview as programs read it; keys may be added, never renamed."""
    return {
        "query": found.request.q,
        "params": [list(pair) for pair in changed(found.request).to_params()],
        **found.amount._asdict(),
        "years": [{"year": each.name, **each.amount._asdict()} for each in found.years],
        "regions": [
            {"region": each.name, "depth": each.depth, **each.amount._asdict()}
            for each in found.regions
        ],
        "cells": [
            {"region": region, "year": year, **amount._asdict()}
            for (region, year), amount in found.cells.items()
        ],
        "agencies": [each._asdict() for each in found.agencies],
        "together": [
            {"agencies": [pair.first.agency_id, pair.second.agency_id], "measures": pair.measures}
            for pair in found.together
        ],
        "notices": list(found.notices),
        "sequence": found.sequence,
    }


def _asked_for() -> Overview:
    return current_desk().overview(read_search(request.args))


def _figure_of(found: Overview) -> Figure:
    """Return the figure that `?figure=` names, the first where it names none."""
    wanted = request.args.get("figure", FIGURES[0])
    if wanted not in FIGURES:
        raise BadParameterError("figure", f"可用：{'、'.join(FIGURES)}")
    figures = draw_figures(found)
    figure = next((each for each in figures if each.name == wanted), None)
    if figure is None:
        raise BadParameterError("figure", "这次检索没有可画的内容")
    return figure


def _name(found: Overview) -> str:
    return f"总览-{found.request.q}" if found.request.q else "总览"


def _now() -> datetime:
    return datetime.now().astimezone()
