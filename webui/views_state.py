"""A search as its address: one search has one address, and every link changes one thing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from search.facets import FACETS, ROLE_NAMES
from search.requests import SearchRequest
from webui.errors import BadParameterError
from webui.wording import ROLE_MARKS, UNIT_NAMES

if TYPE_CHECKING:
    from werkzeug.datastructures import MultiDict

MOST_HIGHLIGHTED = 500  # characters of all terms that an address asks to mark
_MOST_DIGITS = 6


def read_search(args: MultiDict[str, str]) -> SearchRequest:
    """Read a search out of an address; raises ParameterError where a value is impossible."""
    return SearchRequest.from_params(args.items(multi=True))


def read_page(args: MultiDict[str, str], *, most: int) -> int:
    """Read the page number of a list with `most` pages."""
    text = args.get("page", "1")
    plain = text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS
    if not plain or not 1 <= int(text) <= most:
        raise BadParameterError("page", f"应为 1 到 {most} 的整数")
    return int(text)


def address_of(asked: SearchRequest, path: str = "/search") -> str:
    """Return the canonical address of a search under a path.

    >>> address_of(SearchRequest(q="网络侵权", role=("lead",), page=2))
    '/search?q=%E7%BD%91%E7%BB%9C%E4%BE%B5%E6%9D%83&role=lead&page=2'
    """
    pairs = asked.to_params()
    return f"{path}?{urlencode(pairs)}" if pairs else path


def changed(asked: SearchRequest, **changes: object) -> SearchRequest:
    """Return the search with changes; anything but a change of page leads back to page 1."""
    return replace(asked, **({"page": 1} | changes))  # type: ignore[arg-type]


def values_of(asked: SearchRequest, facet: str) -> tuple[str, ...]:
    """Return the ticked values of one facet."""
    values: tuple[str, ...] = getattr(asked, facet)
    return values


def toggled(asked: SearchRequest, facet: str, value: str) -> SearchRequest:
    """Return the search with one value ticked or unticked, back on page 1."""
    now = values_of(asked, facet)
    kept = tuple(v for v in now if v != value) if value in now else (*now, value)
    return changed(asked, **{facet: kept})


def chosen(asked: SearchRequest) -> tuple[tuple[str, str], ...]:
    """Return every ticked value as (facet, value), in the order of the page."""
    return tuple((facet, value) for facet in FACETS for value in values_of(asked, facet))


def without_filters(asked: SearchRequest) -> SearchRequest:
    """Return the search with nothing ticked, back on page 1."""
    return changed(asked, agency_all=False, **dict.fromkeys(FACETS, ()))


__all__ = [
    "MOST_HIGHLIGHTED",
    "ROLE_MARKS",
    "ROLE_NAMES",
    "UNIT_NAMES",
    "address_of",
    "changed",
    "chosen",
    "read_page",
    "read_search",
    "toggled",
    "values_of",
    "without_filters",
]
