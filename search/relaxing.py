"""What each ticked value keeps from being found (放宽), told where nothing was found."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from search.budget import is_spent
from search.facets import FACETS, NAMES_OF_VALUES
from search.query import Filters, Page
from search.results import Relaxation

if TYPE_CHECKING:
    from collections.abc import Callable

    from search.engine import Engine
    from search.query import Query
    from search.requests import SearchRequest

MOST_RELAXATIONS: Final = 12


def relax(
    engine: Engine,
    query: Query,
    request: SearchRequest,
    label_agency: Callable[[str], str],
    narrow: Callable[[Query], Query],
) -> tuple[Relaxation, ...]:
    """Return how much would be found without each ticked value, and without any.

    `narrow` gives a question the circulars that its ticked 时效 stands for.
    """
    ticked = [(facet, value) for facet in FACETS for value in getattr(request, facet)]
    if not ticked:
        return ()

    def count(filters: Filters) -> int:
        return engine.search(narrow(replace(query, filters=filters, page=Page(0, 0)))).total

    def label(facet: str, value: str) -> str:
        if facet == "agency":
            return label_agency(value)
        return NAMES_OF_VALUES.get(facet, {}).get(value, value)

    relaxations = [Relaxation("", "", "全部筛选", count(Filters()))]
    for facet, value in ticked[:MOST_RELAXATIONS]:
        if is_spent():
            break
        kept = tuple(one for one in getattr(request, facet) if one != value)
        total = count(query.filters.ticking(facet, *kept))
        if total:
            relaxations.append(Relaxation(facet, value, label(facet, value), total))
    return tuple(relaxations)
