"""The other forms of a search, as links on its page (导出、分工矩阵、订阅)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from flask import url_for

from webui.views_state import changed, query_of

if TYPE_CHECKING:
    from search.requests import SearchRequest


class SearchLinks(NamedTuple):
    """Where a search goes on: as a matrix, as a file, as a feed."""

    matrix: str
    overview: str
    csv: str
    xlsx: str
    json: str
    atom: str


def links_of(asked: SearchRequest) -> SearchLinks:
    """Return the other addresses of a search, from its first page."""
    first = query_of(changed(asked))
    return SearchLinks(
        matrix=url_for("matrix.of_search") + first,
        overview=url_for("overview.show") + first,
        csv=url_for("exports.search_csv") + first,
        xlsx=url_for("exports.search_xlsx") + first,
        json=url_for("api.search") + query_of(asked),
        atom=url_for("exports.search_atom") + first,
    )
