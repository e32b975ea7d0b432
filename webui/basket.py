"""The report basket (报告篮): its page, and the files it is carried away in."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, redirect, request, url_for

from search.matrix import build_matrix
from webui.basket_items import collect
from webui.basket_state import Basket, add_typed, address_of_basket, read_basket
from webui.basket_views import view_basket
from webui.desk import current_desk
from webui.errors import UnknownFormatError
from webui.export_answers import answer_file
from webui.export_cites import FORMATS, answer_entries
from webui.export_docx import DOCX_TYPE, report_document
from webui.export_report import (
    COLUMNS,
    report_entries,
    report_markdown,
    report_rows,
    report_workbook,
)
from webui.export_table import stream_csv
from webui.export_xlsx import XLSX_TYPE
from webui.matrix import answer_matrix, answer_workbook
from webui.matrix_views import Source
from webui.writing import answer_page, encode

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as BaseResponse

    from search.matrix import Matrix
    from webui.basket_items import Report

blueprint = Blueprint("basket", __name__)

ENDINGS: Final = ("docx", "xlsx", "md", "csv", *FORMATS)
_STEPS: Final = {"up": -1, "down": 1}


@blueprint.get("/basket")
def show() -> BaseResponse:
    """Show a basket; a change asked for leads to the address of the changed basket."""
    asked = read_basket(_query())
    basket = asked.basket
    unknown: tuple[str, ...] = ()
    match asked.action:
        case "up" | "down":
            step = _STEPS[asked.action]
            moved = basket.moved(asked.order, step)
            there = min(len(basket.items), max(1, asked.order + step))
            return redirect(f"{address_of_basket(moved)}#item-{there}", 303)
        case "drop":
            return redirect(address_of_basket(basket.without(asked.order)), 303)
        case "add":
            basket, unknown = add_typed(basket, asked.added)
            if not unknown:
                return redirect(f"{address_of_basket(basket)}#item-{len(basket.items)}", 303)
    view = view_basket(_report(basket), basket, unknown)
    return answer_page("basket.html", view=view)


@blueprint.get("/basket.<ending>")
def save(ending: str) -> Response:
    """Hand out a basket as a file."""
    if ending not in ENDINGS:
        raise UnknownFormatError(ending, ENDINGS)
    report = _report(read_basket(_query()).basket)
    made = datetime.now().astimezone()
    name = report.title or f"报告材料-{made:%Y%m%d}"
    match ending:
        case "docx":
            return answer_file(report_document(report, made=made), DOCX_TYPE, name, ending)
        case "xlsx":
            return answer_file(report_workbook(report, made=made), XLSX_TYPE, name, ending)
        case "md":
            text = encode(report_markdown(report))
            return answer_file(text, "text/markdown; charset=utf-8", name, ending)
        case "csv":
            columns = [column.title for column in COLUMNS]
            lines = stream_csv(columns, report_rows(report))
            return answer_file(lines, "text/csv; charset=utf-8", name, ending)
        case _:
            return answer_entries(report_entries(report, accessed=made.date()), ending, name)


@blueprint.get("/basket/matrix")
def of_basket() -> Response:
    """Show who does what in the measures of a basket."""
    basket = read_basket(_query()).basket
    matrix, source = _matrix_of(basket)
    here = address_of_basket(basket, url_for("basket.of_basket"))
    xlsx = address_of_basket(basket, url_for("basket.of_basket_xlsx"))
    return answer_matrix(matrix, source, here, xlsx)


@blueprint.get("/basket/matrix.xlsx")
def of_basket_xlsx() -> Response:
    """Hand out the matrix of a basket as a workbook."""
    basket = read_basket(_query()).basket
    matrix, source = _matrix_of(basket)
    here = address_of_basket(basket, url_for("basket.of_basket", _external=True))
    return answer_workbook(matrix, source, here)


def _matrix_of(basket: Basket) -> tuple[Matrix, Source]:
    report = _report(basket)
    tasks = dict.fromkeys(task for item in report.items for task in item.tasks)
    source = Source(
        title=report.title or "报告篮",
        sentence=f"报告篮中 {len(report.items)} 项",
        back_label="回到报告篮",
        back_url=address_of_basket(basket),
        by_circular=True,
    )
    return build_matrix(tasks, tell_apart=current_desk().label), source


def _report(basket: Basket) -> Report:
    root = url_for("pages.home", _external=True).rstrip("/")
    today = datetime.now().astimezone().date()
    address = root + address_of_basket(basket)
    return collect(basket, current_desk().library, address=address, today=today)


def _query() -> str:
    return request.query_string.decode("utf-8", "replace")
