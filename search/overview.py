"""The overview (总览) as values: what a search finds, counted by year, region and agency."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Final, NamedTuple

from search.facets import ROLE_NAMES
from search.regions import nest_regions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from search.engine import Row
    from search.requests import SearchRequest

OF_PARAGRAPHS: Final = ("circular", "year", "region")
OF_MEASURES: Final = (*OF_PARAGRAPHS, "agency_role")
MOST_TOGETHER: Final = 60  # agencies, those of most measures, looked at in pairs


class Amount(NamedTuple):
    """How many circulars and how many measures (文件数、措施数)."""

    circulars: int = 0
    measures: int = 0


class Tally(NamedTuple):
    """What falls under one year or one region; the name is "" where a circular states none.

    `depth` counts the regions of the list that hold this one; they count what it holds too.
    """

    name: str
    amount: Amount
    depth: int = 0


class AgencyTally(NamedTuple):
    """In how many measures an agency has a part, and in which role (各单位的措施数)."""

    agency_id: str
    label: str
    counts: Mapping[str, int]  # by role
    total: int


class Together(NamedTuple):
    """Two agencies and in how many measures both have a part (共同承担)."""

    first: AgencyTally
    second: AgencyTally
    measures: int


@dataclass(frozen=True, slots=True)
class Overview:
    """What a search finds, or the whole library holds, in numbers (总览).

    Circulars are those of the paragraphs found, measures are those found. Years stand oldest first,
    regions as a tree, agencies by their number of measures. `cells` is keyed by (region, year).
    """

    request: SearchRequest
    amount: Amount
    years: tuple[Tally, ...]
    regions: tuple[Tally, ...]
    cells: Mapping[tuple[str, str], Amount]
    agencies: tuple[AgencyTally, ...]
    together: tuple[Together, ...]
    notices: tuple[str, ...] = ()
    sequence: int = 0

    def shared(self, first: str, second: str) -> int:
        """Return in how many measures two agencies, given by id, both have a part."""
        both = {first, second}
        found = (pair for pair in self.together if {pair[0].agency_id, pair[1].agency_id} == both)
        return next((pair.measures for pair in found), 0)


def build_overview(
    request: SearchRequest,
    paragraphs: Sequence[Row],
    measures: Sequence[Row],
    label: Callable[[str], str],
    *,
    notices: tuple[str, ...] = (),
    sequence: int = 0,
) -> Overview:
    """Return the overview of what was found.

    `paragraphs` are rows of `OF_PARAGRAPHS`, `measures` rows of `OF_MEASURES`.
    """
    places = {row[0][0]: row[1:3] for row in (*paragraphs, *measures)}
    per_circular = Counter(row[0][0] for row in measures)
    by_year, by_region, by_cell = _Amounts(), _Amounts(), _Amounts()
    for circular, (years, regions) in places.items():
        count = per_circular[circular]
        for year in years or ("",):
            by_year.add(year, count)
        for region in regions or ("",):
            by_region.add(region, count)
            for year in years or ("",):
                by_cell.add((region, year), count)
    agencies = _tally_agencies((row[3] for row in measures), label)
    return Overview(
        request=request,
        amount=Amount(len(places), len(measures)),
        years=tuple(Tally(year, by_year[year]) for year in _in_order(by_year.keys())),
        regions=_tree_of(by_region),
        cells=by_cell.whole(),
        agencies=agencies,
        together=_pairs_of((row[3] for row in measures), agencies[:MOST_TOGETHER]),
        notices=notices,
        sequence=sequence,
    )


class _Amounts:
    """Circulars and measures by some key, added up circular by circular."""

    def __init__(self) -> None:
        self._circulars: Counter[object] = Counter()
        self._measures: Counter[object] = Counter()

    def add(self, key: object, measures: int) -> None:
        self._circulars[key] += 1
        self._measures[key] += measures

    def __getitem__(self, key: object) -> Amount:
        return Amount(self._circulars[key], self._measures[key])

    def keys(self) -> list[str]:
        return [str(key) for key in self._circulars]

    def whole(self) -> dict[tuple[str, str], Amount]:
        return {key: self[key] for key in self._circulars if isinstance(key, tuple)}


def _in_order(years: Iterable[str]) -> list[str]:
    """Return years oldest first, years that nothing has in between; "" stands last."""
    known = sorted(int(year) for year in years if year)
    every = [str(year) for year in range(known[0], known[-1] + 1)] if known else []
    return [*every, *({""} & set(years))]


def _tree_of(amounts: _Amounts) -> tuple[Tally, ...]:
    named = sorted(
        filter(None, amounts.keys()),
        key=lambda name: (-amounts[name].circulars, -amounts[name].measures, name),
    )
    tree = [Tally(name, amounts[name], depth) for name, depth in nest_regions(named)]
    nowhere = [Tally("", amounts[""])] if amounts[""].circulars else []
    return (*tree, *nowhere)


def _tally_agencies(
    shares: Iterable[tuple[str, ...]], label: Callable[[str], str]
) -> tuple[AgencyTally, ...]:
    """Count the measures of each agency by role; a measure counts once in its total."""
    counts: dict[str, Counter[str]] = {}
    totals: Counter[str] = Counter()
    for pairs in shares:
        own = {pair.rpartition("/")[::2] for pair in pairs}
        for agency, role in own:
            counts.setdefault(agency, Counter())[role] += 1
        totals.update({agency for agency, _ in own})
    found = [
        AgencyTally(
            agency,
            label(agency),
            {role: by_role[role] for role in ROLE_NAMES if by_role[role]},
            totals[agency],
        )
        for agency, by_role in counts.items()
    ]
    return tuple(sorted(found, key=lambda one: (-one.total, one.label, one.agency_id)))


def _pairs_of(
    shares: Iterable[tuple[str, ...]], agencies: Sequence[AgencyTally]
) -> tuple[Together, ...]:
    """Count in how many measures two agencies stand together, the most frequent pairs first."""
    place = {agency.agency_id: at for at, agency in enumerate(agencies)}
    counts: Counter[tuple[int, int]] = Counter()
    for pairs in shares:
        owners = {pair.rpartition("/")[0] for pair in pairs}
        counts.update(combinations(sorted(place[one] for one in owners if one in place), 2))
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple(Together(agencies[one], agencies[two], times) for (one, two), times in ranked)
