"""A search under other endings (导出与订阅): `/search.csv`, `/search.xlsx`, `/search.atom`."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NamedTuple
from uuid import UUID, uuid5

from flask import Blueprint, Response, render_template, request, url_for

from search.facets import FACET_NAMES, NAMES_OF_VALUES, ROLE_NAMES
from search.hits import place_of
from webui.desk import current_desk
from webui.export_answers import answer_file
from webui.export_cells import one_line, writable
from webui.export_table import CSV_COLUMNS, hits_workbook, row_of_hit, stream_csv
from webui.export_xlsx import XLSX_TYPE
from webui.views_state import UNIT_NAMES, address_of, changed, chosen, read_search
from webui.writing import encode

if TYPE_CHECKING:
    from search.everything import Everything
    from search.requests import SearchRequest
    from search.results import Hit

blueprint = Blueprint("exports", __name__)

MOST_ROWS: Final = 10_000  # of a workbook; the CSV streams everything
FEED_ENTRIES: Final = 50
_TITLE_SIGNS: Final = 60


@blueprint.get("/search.csv")
def search_csv() -> Response:
    """Stream every hit as CSV, whatever page was asked for."""
    found = current_desk().find_all(read_search(request.args))
    root = _root()
    rows = (row_of_hit(hit, root) for hit in found.hits())
    lines = stream_csv(CSV_COLUMNS, rows)
    response = answer_file(lines, "text/csv; charset=utf-8", _name(found.request), "csv")
    return remembered(response, current_desk().index_sequence())


@blueprint.get("/search.xlsx")
def search_xlsx() -> Response:
    """Hand out the hits as a workbook."""
    found = current_desk().find_all(read_search(request.args))
    made = datetime.now().astimezone()
    beyond = max(0, found.total - MOST_ROWS)
    notes = [
        ("检索式", found.request.q or "（全部）"),
        ("筛选", say_filters(found.request) or "无"),
        ("数量", f"{found.total} {UNIT_NAMES[found.request.unit]}，来自 {found.circulars} 份文件"),
        *([("未列出", f"还有 {beyond} 条；CSV 导出不限条数")] if beyond else []),
        *(("提示", notice) for notice in found.notices),
        ("网址", _root() + address_of(changed(found.request))),
        ("导出", made.strftime("%Y-%m-%d %H:%M")),
    ]
    data = hits_workbook(
        found.hits(found.matches[:MOST_ROWS]),
        root=_root(),
        notes=notes,
        title=_name(found.request),
        made=made,
    )
    response = answer_file(data, XLSX_TYPE, _name(found.request), "xlsx")
    return remembered(response, current_desk().index_sequence())


class Entry(NamedTuple):
    """One entry of a feed."""

    id: str
    title: str
    url: str
    updated: str
    issuers: tuple[str, ...]
    text: str
    source: str


@blueprint.get("/search.atom")
def search_atom() -> Response:
    """Answer a search as a feed: what came into the library last stands first."""
    desk = current_desk()
    found = desk.find_all(read_search(request.args))
    added = {summary.id: summary.added_at for summary in desk.summaries()}
    newest = sorted(
        found.matches, key=lambda match: added.get(place_of(match.id)[0], ""), reverse=True
    )
    space = UUID(desk.library.identity())
    entries = [
        _entry_of(hit, space, added.get(hit.circular, ""))
        for hit in found.hits(newest[:FEED_ENTRIES])
    ]
    asked = changed(found.request)
    here = _root() + address_of(asked, "/search.atom")
    xml = render_template(
        "feed.xml",
        title=writable(_title(asked)),
        subtitle=writable(_subtitle(found)),
        id=uuid5(space, address_of(asked)).urn,
        here=here,
        page=_root() + address_of(asked),
        updated=max((entry.updated for entry in entries), default=_moment("")),
        entries=entries,
    )
    response = Response(encode(xml), content_type="application/atom+xml; charset=utf-8")
    return remembered(response, current_desk().index_sequence())


def _entry_of(hit: Hit, space: UUID, added_at: str) -> Entry:
    text = one_line(writable(hit.text))
    roles = (
        f"{name}：{'、'.join(labels)}"
        for role, name in ROLE_NAMES.items()
        if (labels := dict.fromkeys(each.label for each in hit.agencies if each.role == role))
    )
    return Entry(
        id=uuid5(space, hit.id).urn,
        title=text[:_TITLE_SIGNS] + ("…" if len(text) > _TITLE_SIGNS else ""),
        url=_root() + hit.permalink,
        updated=_moment(added_at),
        issuers=tuple(map(writable, hit.issuers)),
        text=text,
        source=writable("；".join((hit.citation, *roles))),
    )


def _moment(added_at: str) -> str:
    """Return a time as feeds write it; the beginning of time where it is not known."""
    try:
        moment = datetime.fromisoformat(added_at)
    except ValueError:
        moment = datetime.fromtimestamp(0, UTC)
    whole = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return whole.isoformat(timespec="seconds")


def say_filters(asked: SearchRequest) -> str:
    """Say what is ticked: 责任单位：市公安局；角色：牵头."""
    by_facet: dict[str, list[str]] = {}
    for facet, value in chosen(asked):
        by_facet.setdefault(facet, []).append(_label(facet, value))
    joined = {True: "和", False: "或"}
    return "；".join(
        f"{FACET_NAMES[facet]}：{joined[facet == 'agency' and asked.agency_all].join(values)}"
        for facet, values in by_facet.items()
    )


def _label(facet: str, value: str) -> str:
    if facet == "agency":
        return current_desk().label(value)
    return NAMES_OF_VALUES.get(facet, {}).get(value, value)


def _name(asked: SearchRequest) -> str:
    return f"检索-{asked.q}" if asked.q else "检索结果"


def _title(asked: SearchRequest) -> str:
    filters = say_filters(asked)
    return f"公文检索：{asked.q or '全部'}" + (f"（{filters}）" if filters else "")


def _subtitle(found: Everything) -> str:
    unit = UNIT_NAMES[found.request.unit]
    return f"{found.total} {unit}，来自 {found.circulars} 份文件；最近入库的在前"


def _root() -> str:
    return url_for("pages.home", _external=True).rstrip("/")


def remembered(response: Response, sequence: int = 0) -> Response:
    """Let a reader who has this answer already be told so: it changes when the library does.

    `sequence` is that of the index the answer came from, where it came from one.
    """
    desk = current_desk()
    told = (desk.identity(), str(desk.library.sequence()), str(sequence), request.url)
    response.set_etag(hashlib.sha256("\n".join(told).encode("utf-8", "replace")).hexdigest()[:32])
    response.headers["Cache-Control"] = "no-cache"
    if response.is_streamed:  # to count its bytes would be to build it whole
        response.automatically_set_content_length = False
    response.make_conditional(request)
    return response
