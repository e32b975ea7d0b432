"""The pages (网页): home, search, the list, a circular, a paragraph's permalink, a number, help."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from flask import Blueprint, Response, redirect, request, url_for

from corpus.model import split_measure_id
from corpus.number import DocumentNumber, NumberError
from corpus.permalinks import LinkStatus
from search.errors import QuestionError
from search.facets import FACETS
from search.requests import DEFAULT_LIMIT
from webui.additions import SINCE, read_since, visit_of
from webui.desk import current_desk
from webui.errors import BadParameterError, NotHeldError, RemovedError, UnknownParagraphError
from webui.export_answers import saved_as
from webui.export_links import links_of
from webui.security import SOURCE_POLICY
from webui.views_circular import view_circular
from webui.views_citation import view_citation
from webui.views_copies import copies_of
from webui.views_home import view_home
from webui.views_lists import (
    LIST_PAGE,
    ListView,
    near_numbers,
    newest_first,
    row_of,
    steps,
    view_number,
)
from webui.views_search import view_mistake, view_search
from webui.views_state import MOST_HIGHLIGHTED, changed, read_page, read_search
from webui.views_values import view_values
from webui.writing import answer_page

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as BaseResponse

    from corpus.library_records import Permalink, StoredCircular
    from webui.views_copies import Copy

blueprint = Blueprint("pages", __name__)

# /d/<circular>/p/<eid>, wherever the pasted address came from
_PERMALINK = re.compile(r"^/d/([^/\s]{1,200})/(?:p/([^/\s]{1,200})/?)?$")


@blueprint.get("/")
def home() -> Response:
    """Show the search box and what the library holds."""
    return answer_page("home.html", view=view_home(current_desk()))


@blueprint.get("/search")
def search() -> BaseResponse:
    """Show the hits of a search with its filters; a mistake keeps what was typed."""
    asked = read_search(request.args)
    pasted = _pasted_permalink(asked.q)
    if pasted:
        return redirect(pasted, 303)
    desk = current_desk()
    with desk.library.one_moment():
        try:
            results = desk.search(asked)
        except QuestionError as error:
            return answer_page("search.html", 400, view=view_mistake(asked, error), line=asked.q)
        visit = visit_of(desk, results, read_since(request.args.get(SINCE, "")))
        view, links = view_search(results, desk, visit), links_of(results.request)
    return answer_page("search.html", view=view, links=links, line=asked.q)


@blueprint.get("/search/<facet>")
def values(facet: str) -> Response:
    """Show every value of one facet of a search, to be found by name and ticked by a link."""
    if facet not in FACETS:
        raise BadParameterError("facet", f"可用：{'、'.join(FACETS)}")
    read = request.args.copy()
    read.poplist("page")  # a page of values, none of hits
    desk = current_desk()
    results = desk.search(changed(read_search(read), limit=0))
    asked = changed(results.request, limit=DEFAULT_LIMIT)
    found = results.facets[facet]
    view = view_values(facet, asked, found, desk.agency_names(), request.args)
    return answer_page("values.html", view=view, line=asked.q)


def _pasted_permalink(line: str) -> str:
    """Return our own address of a permalink typed into the search box, or ""."""
    if "/d/" not in line or " " in line:
        return ""
    path = unquote(urlsplit(line).path)
    found = _PERMALINK.match(path[path.find("/d/") :])
    if found is None:
        return ""
    circular_id, eid = found.groups()
    if eid is None:
        return url_for("pages.circular", circular_id=circular_id)
    return url_for("pages.permalink", circular_id=circular_id, eid=eid)


@blueprint.get("/circulars")
def circulars() -> Response:
    """List the circulars held, newest first."""
    held = newest_first(current_desk().summaries())
    page = read_page(request.args, most=max(1, -(-len(held) // LIST_PAGE)))
    shown = held[(page - 1) * LIST_PAGE : page * LIST_PAGE]
    last = -(-len(held) // LIST_PAGE)
    view = ListView(
        headline=f"共 {len(held)} 份文件，按成文日期排列，新的在前",
        rows=tuple(row_of(summary, with_date=False) for summary in shown),
        pages=steps(page, last, lambda number: url_for("pages.circulars", page=number)),
    )
    return answer_page("circulars.html", view=view)


@blueprint.get("/d/<circular_id>/")
def circular(circular_id: str) -> Response:
    """Show a circular."""
    stored = held_circular(circular_id)
    view = view_circular(stored, current_desk(), terms=_read_terms())
    copies = _copies_of(stored.id)
    return answer_page("circular.html", view=view, copies=copies)


@blueprint.get("/d/<circular_id>/p/<eid>")
def permalink(circular_id: str, eid: str) -> Response:
    """Show a circular with one paragraph marked, and say what has become of it."""
    stored, link = resolve_paragraph(circular_id, eid)
    view = view_circular(stored, current_desk(), link=link, terms=_read_terms())
    copies = _copies_of(stored.id)
    return answer_page("circular.html", view=view, copies=copies)


@blueprint.get("/d/<circular_id>/p/<eid>/cite")
def cite_paragraph(circular_id: str, eid: str) -> Response:
    """Show one paragraph's citations as text to select."""
    stored, link = resolve_paragraph(circular_id, eid)
    today = datetime.now().astimezone().date()
    return answer_page("cite.html", view=view_citation(stored, link, accessed=today))


@blueprint.get("/d/<circular_id>/source")
def source(circular_id: str) -> Response:
    """Hand out the original file, to be saved and never to be shown."""
    stored = held_circular(circular_id)
    data = current_desk().library.original(stored.source_sha256)
    if data is None:
        raise NotHeldError(circular_id)
    response = Response(data, content_type="application/octet-stream")
    response.headers["Content-Security-Policy"] = SOURCE_POLICY
    name, _, extension = stored.source_name.rpartition("/")[2].rpartition(".")
    response.headers["Content-Disposition"] = saved_as(name or extension, extension)
    return response


@blueprint.get("/id/<slug>")
def number(slug: str) -> BaseResponse:
    """Lead from a document number to its circular, or say what is known about it."""
    desk = current_desk()
    try:
        wanted = DocumentNumber.from_slug(slug)
    except NumberError:
        raise BadParameterError("文号", f"“{slug[:40]}”不是发文字号") from None
    held = desk.find_number(wanted)
    if len(held) == 1:
        return redirect(url_for("pages.circular", circular_id=held[0].id), 303)
    near = near_numbers(wanted, desk.summaries())
    view = view_number(wanted, held, desk.library.citing(wanted), near)
    return answer_page("number.html", 200 if held else 404, view=view)


@blueprint.get("/help")
def help_page() -> Response:
    """Show how to write a search, and the keys."""
    return answer_page("help.html")


def held_circular(circular_id: str) -> StoredCircular:
    """Return a circular; raises where it is not held, or was removed on purpose."""
    desk = current_desk()
    stored = desk.library.get(circular_id)
    if stored is None:
        raise RemovedError("该文件") if desk.was_removed(circular_id) else NotHeldError(circular_id)
    return stored


def resolve_paragraph(circular_id: str, eid: str) -> tuple[StoredCircular, Permalink]:
    """Return the circular and what the paragraph's id stands for today."""
    stored = held_circular(circular_id)
    link = current_desk().library.resolve(circular_id, split_measure_id(eid)[0])
    if link.status is LinkStatus.REMOVED:
        raise RemovedError("该段", circular_id, stored.circular.title)
    if link.status is LinkStatus.UNKNOWN or link.paragraph is None:
        raise UnknownParagraphError(circular_id, stored.circular.title)
    return stored, link


def _copies_of(circular_id: str) -> tuple[Copy, ...]:
    desk = current_desk()
    return copies_of(desk.reprints(circular_id).get(circular_id, ()), desk)


def _read_terms() -> tuple[str, ...]:
    """Return the terms to mark, as the address names them: `?hl=` once per term."""
    terms = [term for term in request.args.getlist("hl") if term.strip()]
    if sum(map(len, terms)) > MOST_HIGHLIGHTED:
        raise BadParameterError("hl", f"最多 {MOST_HIGHLIGHTED} 字")
    return tuple(terms)
