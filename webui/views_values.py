"""All values of one facet (筛选项的取值) → a page: found by name or initials, ticked by a link."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from search.facets import FACET_NAMES
from search.regions import nest_regions
from webui.views_facets import find_values
from webui.views_lists import steps
from webui.views_state import UNIT_NAMES, Toggles, address_of, read_page

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from werkzeug.datastructures import MultiDict

    from search.facets import FacetValue
    from search.requests import SearchRequest
    from webui.views_lists import Step

VALUES_PAGE = 200
DEEPEST = 2  # steps that a region is set in
FIND = "find"


@dataclass(frozen=True, slots=True)
class ValueRow:
    """A value with its count, and the address of the search that has it ticked, or no longer."""

    label: str
    count: str
    url: str
    selected: bool
    depth: int = 0


@dataclass(frozen=True, slots=True)
class ValuesView:
    """The page of one facet's values."""

    title: str
    headline: str
    back: str
    find: str
    hidden: tuple[tuple[str, str], ...]
    rows: tuple[ValueRow, ...]
    pages: tuple[Step, ...]


def view_values(
    facet: str,
    asked: SearchRequest,
    values: Sequence[FacetValue],
    names: Callable[[str], tuple[str, ...]],
    args: MultiDict[str, str],
) -> ValuesView:
    """Return the page of a facet's values that an address asks for.

    Raises:
        BadParameterError: there is no such page.
    """
    find = args.get(FIND, "").strip()
    found = find_values(facet, values, find, names) if find else tuple(values)
    rows = _nested(asked, found) if facet == "region" else _rows(asked, facet, found)
    last = max(1, -(-len(rows) // VALUES_PAGE))
    page = read_page(args, most=last)
    carried = tuple(pair for pair in asked.to_params() if pair[0] != "page")

    def address(number: int) -> str:
        more = ((FIND, find),) * bool(find) + (("page", str(number)),) * (number > 1)
        return f"?{urlencode((*carried, *more))}"

    what = f"名称、简称或首字母合“{find}”的 {len(found)} 个" if find else "数量多的在前"
    return ValuesView(
        title=FACET_NAMES[facet],
        headline=f"{_name(asked)}里有 {len(values)} 个，{what}",
        back=address_of(asked),
        find=find,
        hidden=carried,
        rows=rows[(page - 1) * VALUES_PAGE : page * VALUES_PAGE],
        pages=steps(page, last, address),
    )


def _name(asked: SearchRequest) -> str:
    return f"“{asked.q}”的检索结果" if asked.q else "检索结果"


def _rows(asked: SearchRequest, facet: str, values: Sequence[FacetValue]) -> tuple[ValueRow, ...]:
    unit = UNIT_NAMES[asked.unit]
    toggles = Toggles(asked, facet)
    return tuple(
        ValueRow(
            label=value.label,
            count=f"{value.count} {unit}",
            url=toggles.address(value.value),
            selected=value.selected,
        )
        for value in values
    )


def _nested(asked: SearchRequest, values: Sequence[FacetValue]) -> tuple[ValueRow, ...]:
    """Return regions as a tree, a province before its cities."""
    rows = {row.label: row for row in _rows(asked, "region", values)}
    return tuple(
        replace(rows[name], depth=min(depth, DEEPEST)) for name, depth in nest_regions(rows)
    )
