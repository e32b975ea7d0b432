"""The pages of the division of work (任务分工矩阵): of a circular, and of a search."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, request, url_for

from indexer.records import Unit
from search.matrix import build_matrix, tasks_in
from webui.desk import current_desk
from webui.errors import NotInMatrixError
from webui.export_answers import answer_file
from webui.export_xlsx import XLSX_TYPE
from webui.matrix_views import Links, Source, view_agency, view_matrix
from webui.matrix_xlsx import matrix_workbook
from webui.pages import held_circular
from webui.views_state import address_of, read_search
from webui.writing import answer_page

if TYPE_CHECKING:
    from corpus.library_records import StoredCircular
    from search.matrix import Matrix, Task
    from search.requests import SearchRequest

blueprint = Blueprint("matrix", __name__)

MOST_ON_PAGE: Final = 100  # measures; the workbook holds more
MOST_IN_FILE: Final = 2_000


@blueprint.get("/d/<circular_id>/matrix")
def of_circular(circular_id: str) -> Response:
    """Show who does what in one circular; `?who=` shows one agency's whole list."""
    stored = held_circular(circular_id)
    matrix = build_matrix(tasks_in(stored), tell_apart=current_desk().label)
    here = url_for("matrix.of_circular", circular_id=stored.id)
    xlsx = url_for("matrix.of_circular_xlsx", circular_id=stored.id)
    return answer_matrix(matrix, _source_of(stored), here, xlsx)


@blueprint.get("/d/<circular_id>/matrix.xlsx")
def of_circular_xlsx(circular_id: str) -> Response:
    """Hand out a circular's matrix as a workbook."""
    stored = held_circular(circular_id)
    matrix = build_matrix(tasks_in(stored), tell_apart=current_desk().label)
    here = url_for("matrix.of_circular", circular_id=stored.id, _external=True)
    return answer_workbook(matrix, _source_of(stored), here)


@blueprint.get("/matrix")
def of_search() -> Response:
    """Show who does what in the measures that a search finds."""
    asked = _by_measures(read_search(request.args))
    matrix, source = _found(asked, MOST_ON_PAGE)
    here = address_of(asked, url_for("matrix.of_search"))
    return answer_matrix(matrix, source, here, address_of(asked, url_for("matrix.of_search_xlsx")))


@blueprint.get("/matrix.xlsx")
def of_search_xlsx() -> Response:
    """Hand out the matrix of a search as a workbook."""
    asked = _by_measures(read_search(request.args))
    matrix, source = _found(asked, MOST_IN_FILE)
    here = address_of(asked, url_for("matrix.of_search", _external=True))
    return answer_workbook(matrix, source, here)


def answer_matrix(matrix: Matrix, source: Source, here: str, xlsx: str) -> Response:
    """Return the page of a matrix that stands at an address, or of the agency asked for."""
    joint = "&" if "?" in here else "?"

    def agency_url(agency_id: str) -> str:
        return here + joint + url_for("matrix.of_search", who=agency_id).partition("?")[2]

    root = url_for("pages.home", _external=True).rstrip("/")
    who = request.args.get("who", "")
    links = Links(
        canonical=root + (agency_url(who) if who else here),
        xlsx=xlsx,
        whole=here,
        agency=agency_url,
        task=_task_url,
    )
    day = _now().date().isoformat()
    view = view_matrix(matrix, source, links, day=day)
    if who:
        one = view_agency(matrix, who, source, links, day=day)
        if one is None:
            raise NotInMatrixError(who, source.title, here)
        view = one
    return answer_page("matrix.html", view=view)


def answer_workbook(matrix: Matrix, source: Source, here: str) -> Response:
    """Return a matrix as a workbook to be saved."""
    data = matrix_workbook(
        matrix,
        title=source.title,
        source=here,
        address=lambda task: url_for(
            "pages.permalink", circular_id=task.circular, eid=task.paragraph, _external=True
        ),
        made=_now(),
    )
    return answer_file(data, XLSX_TYPE, f"任务分工矩阵-{source.title}", "xlsx")


def _source_of(stored: StoredCircular) -> Source:
    circular = stored.circular
    title = circular.title or stored.source_name
    return Source(
        title=title,
        sentence=str(circular.number or ""),
        back_label="看原文",
        back_url=url_for("pages.circular", circular_id=stored.id),
    )


def _by_measures(asked: SearchRequest) -> SearchRequest:
    return replace(asked, unit=Unit.MEASURE, page=1)


def _found(asked: SearchRequest, most: int) -> tuple[Matrix, Source]:
    """Return the matrix of what a search finds, in its order, and what to say about it."""
    desk = current_desk()
    found = desk.find_all(asked)
    beyond = max(0, found.total - most)
    matrix = build_matrix(found.tasks(most), tell_apart=desk.label, beyond=beyond)
    source = Source(
        title=f"检索“{asked.q}”" if asked.q else "检索结果",
        sentence=f"共找到 {found.total} 条措施，来自 {found.circulars} 份文件",
        back_label="回到检索结果",
        back_url=address_of(asked),
        by_circular=True,
    )
    return matrix, source


def _task_url(task: Task) -> str:
    address = url_for("pages.permalink", circular_id=task.circular, eid=task.paragraph)
    return f"{address}#{task.paragraph}"


def _now() -> datetime:
    return datetime.now().astimezone()
