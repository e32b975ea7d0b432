"""The machine-readable answers (程序接口): the same search, the same circular, as JSON."""

from __future__ import annotations

from dataclasses import asdict
from importlib import metadata
from typing import TYPE_CHECKING, Any

from flask import Blueprint, request, url_for

from corpus.interchange import circular_to_json
from search.facets import FACET_NAMES, FACETS
from search.requests import DEFAULT_LIMIT
from webui.additions import SINCE, address_since, count_additions, read_since
from webui.desk import current_desk
from webui.errors import BadParameterError
from webui.export_search import remembered
from webui.openapi import NARROWING, OPERATIONS, PROMISE, describe_api
from webui.pages import held_circular
from webui.views_facets import MOST_FOUND, find_values
from webui.views_lists import LIST_PAGE, newest_first
from webui.views_state import Toggles, address_of, changed, read_page, read_search, toggled
from webui.writing import answer_json, answer_page

if TYPE_CHECKING:
    from flask import Response

    from corpus.library_records import CircularSummary
    from search.requests import SearchRequest
    from search.results import Results

blueprint = Blueprint("api", __name__)


@blueprint.get("/api/v1/search")
@blueprint.get("/search.json")
def search() -> Response:
    """Answer a search; the same object as `gongwen search --json`, with links."""
    results = current_desk().search(read_search(request.args))
    return remembered(answer_json(_with_links(results, request.path)), results.sequence)


def _with_links(results: Results, path: str) -> dict[str, Any]:
    """Return the answer to a search with the addresses that lead on from it."""
    asked = results.request
    answer = results.to_json()
    for facet, values in answer["facets"].items():
        toggles = Toggles(asked, facet, path)
        for value in values:
            value["toggle_url"] = toggles.address(value["value"])
    more = asked.page < results.pages
    answer["next"] = address_of(changed(asked, page=asked.page + 1), path) if more else None
    return answer


@blueprint.get("/api/v1/facets/<facet>")
def facet_values(facet: str) -> Response:
    """Answer the values of one facet that a name, short name or pinyin initials mean."""
    if facet not in FACETS:
        raise BadParameterError("facet", f"可用：{'、'.join(FACETS)}")
    asked = changed(read_search(request.args), limit=0)
    desk = current_desk()
    results = desk.search(asked)
    found = find_values(
        facet,
        results.facets[facet],
        request.args.get("find", ""),
        desk.agency_names(),
        most=MOST_FOUND,
    )
    values = [each._asdict() | {"toggle_url": _toggle(asked, facet, each.value)} for each in found]
    answer = {"facet": facet, "title": FACET_NAMES[facet], "total": len(results.facets[facet])}
    return remembered(answer_json(answer | {"values": values}), results.sequence)


def _toggle(asked: SearchRequest, facet: str, value: str) -> str:
    return address_of(changed(toggled(asked, facet, value), limit=DEFAULT_LIMIT))


@blueprint.get("/api/v1/additions")
def additions() -> Response:
    """Answer how much a search finds in what has come or changed since a sequence number."""
    asked = read_search(request.args)
    since = read_since(request.args.get(SINCE, "")) or 0
    found = count_additions(current_desk(), asked, since)
    more = {"sentence": found.say(asked), "url": address_since(changed(asked), since)}
    return remembered(answer_json(found._asdict() | more))


@blueprint.get("/api/v1/suggest")
def suggest() -> Response:
    """Answer completions of what is being typed: `{"suggestions": [{"kind", "text", "value"}]}`."""
    found = current_desk().suggest(request.args.get("q", ""))
    return remembered(answer_json({"suggestions": [asdict(one) for one in found]}))


@blueprint.get("/api/v1/circulars")
def circulars() -> Response:
    """Answer the list of circulars, newest first."""
    held = newest_first(current_desk().summaries())
    last = max(1, -(-len(held) // LIST_PAGE))
    page = read_page(request.args, most=last)
    shown = held[(page - 1) * LIST_PAGE : page * LIST_PAGE]
    onward = url_for("api.circulars", page=page + 1) if page < last else None
    answer = {"total": len(held), "page": page, "pages": last, "next": onward}
    return remembered(answer_json(answer | {"circulars": [_line_of(each) for each in shown]}))


def _line_of(summary: CircularSummary) -> dict[str, Any]:
    return {
        "id": summary.id,
        "title": summary.title,
        "number": summary.number or None,
        "date": summary.date or None,
        "issuers": list(summary.issuers),
        "region": summary.region,
        "kind": summary.kind,
        "paragraphs": summary.paragraphs,
        "measures": summary.measures,
        "permalink": url_for("pages.circular", circular_id=summary.id),
    }


@blueprint.get("/api/v1/circulars/<circular_id>")
def circular(circular_id: str) -> Response:
    """Answer one circular; the object of `gongwen parse --json` and where it stands here."""
    stored = held_circular(circular_id)
    address = url_for("pages.circular", circular_id=stored.id)
    whole = {"id": stored.id, "permalink": address, "revision": stored.revision}
    return remembered(answer_json(whole | circular_to_json(stored.circular)))


@blueprint.get("/api/v1/openapi.json")
def openapi() -> Response:
    """Answer the description of this interface, for programs."""
    return remembered(answer_json(describe_api(metadata.version("gongwen"))))


@blueprint.get("/api")
def describe() -> Response:
    """Show the description of this interface, for people."""
    return answer_page("api.html", operations=OPERATIONS, promise=PROMISE, narrowing=NARROWING)
