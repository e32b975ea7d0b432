"""A search as its address: one search has one address, and every link changes one thing."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus, urlencode

from search.facets import FACETS, ROLE_NAMES
from search.requests import SearchRequest
from webui.errors import BadParameterError
from webui.wording import ROLE_MARKS, UNIT_NAMES

if TYPE_CHECKING:
    from werkzeug.datastructures import MultiDict

MOST_HIGHLIGHTED = 500  # characters of all terms that an address asks to mark
_MOST_DIGITS = 6
_PLAIN = "!$&'()*+,/:;=@"  # as Werkzeug leaves them in a path


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
    return path + query_of(asked)


def query_of(asked: SearchRequest) -> str:
    """Return what stands behind the path in the canonical address of a search."""
    pairs = asked.to_params()
    return f"?{urlencode(pairs)}" if pairs else ""


def circular_address(circular_id: str) -> str:
    """Return the address of a circular, as `url_for` does in twenty times the time.

    >>> circular_address("江政发-2018-33")
    '/d/%E6%B1%9F%E6%94%BF%E5%8F%91-2018-33/'
    """
    return f"/d/{_quoted(circular_id)}/"


def paragraph_address(circular_id: str, eid: str) -> str:
    """Return the permalink of a paragraph (永久链接), as `url_for` does.

    >>> paragraph_address("a", "sec_1__p_2")
    '/d/a/p/sec_1__p_2'
    """
    return f"/d/{_quoted(circular_id)}/p/{_quoted(eid)}"


@lru_cache(maxsize=20_000)
def _quoted(identifier: str) -> str:
    return quote(identifier, _PLAIN)


class Toggles:
    """The addresses of a search with one value of a facet ticked or unticked, back on page 1.

    What all of them have in common is written once.

    >>> Toggles(SearchRequest(q="a", year=("2018",), limit=50), "year").address("2019")
    '/search?q=a&year=2018&year=2019&limit=50'
    """

    def __init__(self, asked: SearchRequest, facet: str, path: str = "/search") -> None:
        self._path, self._facet, self._ticked = path, facet, values_of(asked, facet)
        pairs = changed(asked, **{facet: ("",)}).to_params()
        at = pairs.index((facet, ""))
        self._before, self._after = urlencode(pairs[:at]), urlencode(pairs[at + 1 :])

    def address(self, value: str) -> str:
        """Return the address with that value ticked, or unticked where it is."""
        kept = [each for each in self._ticked if each != value]
        if len(kept) == len(self._ticked):
            kept.append(value)
        own = "&".join([f"{self._facet}={quote_plus(each)}" for each in kept])
        query = "&".join(filter(None, (self._before, own, self._after)))
        return f"{self._path}?{query}" if query else self._path


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
    "Toggles",
    "address_of",
    "changed",
    "chosen",
    "circular_address",
    "paragraph_address",
    "query_of",
    "read_page",
    "read_search",
    "toggled",
    "values_of",
    "without_filters",
]
