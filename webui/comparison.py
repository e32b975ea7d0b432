"""Comparing two circulars (对照): the page, choosing the other one, and the files."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, request, url_for

from search.comparison import Kind, compare
from search.query import Unit
from webui.comparison_files import comparison_docx, comparison_workbook
from webui.comparison_views import view_choice, view_comparison
from webui.desk import current_desk
from webui.errors import BadParameterError
from webui.export_answers import answer_file
from webui.export_docx import DOCX_TYPE
from webui.export_xlsx import XLSX_TYPE
from webui.pages import held_circular
from webui.writing import answer_page

if TYPE_CHECKING:
    from search.comparison import Comparison

blueprint = Blueprint("comparison", __name__)

_LONGEST: Final = 200


@blueprint.get("/compare")
def show() -> Response:
    """Show two circulars beside each other, or what may be set beside the first."""
    first, second = request.args.get("a", ""), request.args.get("b", "")
    if not first or not second:
        known = held_circular(first or second) if first or second else None
        wanted = request.args.get("find", "")[:_LONGEST]
        choice = view_choice(known, current_desk().summaries(), wanted)
        return answer_page("compare_choice.html", view=choice)
    shown = request.args.get("show", "")
    if shown and shown not in set(Kind):
        raise BadParameterError("show", f"只能是 {'、'.join(Kind)}")
    view = view_comparison(_compared(), Kind(shown) if shown else None)
    return answer_page("compare.html", view=view)


@blueprint.get("/compare.xlsx")
def as_workbook() -> Response:
    """Hand out a comparison as a workbook."""
    compared = _compared()
    data = comparison_workbook(compared, root=_root(), made=_now())
    return answer_file(data, XLSX_TYPE, _name(compared), "xlsx")


@blueprint.get("/compare.docx")
def as_document() -> Response:
    """Hand out a comparison as a Word document."""
    compared = _compared()
    data = comparison_docx(compared, root=_root(), made=_now())
    return answer_file(data, DOCX_TYPE, _name(compared), "docx")


def _compared() -> Comparison:
    unit = request.args.get("unit", "")
    if unit and unit not in set(Unit):
        raise BadParameterError("unit", f"只能是 {'、'.join(Unit)}")
    first, second = request.args.get("a", ""), request.args.get("b", "")
    if first == second:
        raise BadParameterError("b", "两边是同一份文件，请另选一份")
    return compare(held_circular(first), held_circular(second), Unit(unit) if unit else None)


def _name(compared: Comparison) -> str:
    names = (each.circular.title or each.source_name for each in (compared.a, compared.b))
    return "对照-" + "-".join(name[:30] for name in names)


def _root() -> str:
    return url_for("pages.home", _external=True).rstrip("/")


def _now() -> datetime:
    return datetime.now().astimezone()
