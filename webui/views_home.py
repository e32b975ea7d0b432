"""The home page: what the library holds, and ways in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from indexer.errors import IndexerError
from indexer.records import Unit
from search.requests import SearchRequest
from webui.views_lists import newest_first, row_of
from webui.views_state import Toggles, address_of, changed

if TYPE_CHECKING:
    from corpus.library_records import Counts
    from webui.desk import Desk
    from webui.views_lists import Row

RECENT = 6
AGENCIES = 10


@dataclass(frozen=True, slots=True)
class AgencyLink:
    """An agency with the number of its measures."""

    label: str
    url: str
    count: int


@dataclass(frozen=True, slots=True)
class HomeView:
    """The home page; `fault` says why nothing can be searched now."""

    counts: Counts
    recent: tuple[Row, ...]
    examples: tuple[str, ...]
    agencies: tuple[AgencyLink, ...]
    more_agencies: int
    measures_url: str
    fault: str = ""


def view_home(desk: Desk) -> HomeView:
    """Return the home page; it stands even while there is no index."""
    summaries = newest_first(desk.summaries())
    everything = SearchRequest(unit=Unit.MEASURE)
    agencies: tuple[AgencyLink, ...] = ()
    fault = ""
    try:
        facet = desk.search(changed(everything, limit=0)).facets["agency"] if summaries else ()
    except IndexerError as error:
        fault, facet = str(error), ()
    toggles = Toggles(everything, "agency")
    agencies = tuple(
        AgencyLink(each.label, toggles.address(each.value), each.count) for each in facet[:AGENCIES]
    )
    numbers = [summary.number for summary in summaries if summary.number]
    examples = [f"牵头:{agencies[0].label}"] if agencies else []
    return HomeView(
        counts=desk.library.counts(),
        recent=tuple(row_of(summary) for summary in summaries[:RECENT]),
        examples=(*examples, *numbers[:1]),
        agencies=agencies,
        more_agencies=max(0, len(facet) - AGENCIES),
        measures_url=address_of(everything),
        fault=fault,
    )
