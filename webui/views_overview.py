"""The overview (总览) → its figures: a chart, its data table with links, its files."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Final, NamedTuple

from search.facets import ROLE_NAMES
from search.overview import Tally
from search.query import Unit
from search.requests import DEFAULT_LIMIT, SearchRequest
from webui.charts import BarRow, HeatCell, Part, draw_bars, draw_heat, level_of
from webui.views_state import address_of, changed, chosen
from webui.wording import ROLE_MARKS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from markupsafe import Markup

    from search.overview import AgencyTally, Amount, Overview

MOST_AGENCIES: Final = 20  # drawn as bars
MOST_HEATED: Final = 12  # agencies drawn against one another
MOST_PAIRS: Final = 30
MOST_REGIONS: Final = 40
MOST_YEARS: Final = 16  # columns of the heat map, the latest ones
LISTED: Final = 60  # rows of a data table on the page; files hold all
UNKNOWN: Final = "未注明"
_ROLE_ORDER: Final = ("lead", "sole", "joint", "support")


class Cell(NamedTuple):
    """A cell of a data table: a text or a number, and where it leads."""

    value: str | int
    url: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A data table (数据表): `columns` are headings, the first cell of a row is its name."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def values(self) -> list[tuple[str | int, ...]]:
        """Return the rows as plain values."""
        return [tuple(cell.value for cell in row) for row in self.rows]


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of the overview: what it shows, the chart, and the table behind it."""

    name: str
    title: str
    note: str
    chart: Markup
    table: Table
    scrolls: bool = False

    @property
    def beyond(self) -> int:
        """How many rows the page leaves to the files."""
        return max(0, len(self.table.rows) - LISTED)

    @property
    def listed(self) -> tuple[tuple[Cell, ...], ...]:
        """The rows that the page shows."""
        return self.table.rows[:LISTED]


def draw_figures(overview: Overview) -> tuple[Figure, ...]:
    """Return the figures that have anything to show, in the order of the page."""
    if not overview.amount.circulars:
        return ()
    figures = [_by_year(overview), _by_region(overview)]
    if len(overview.years) > 1 and len(overview.regions) > 1:
        figures.append(_by_both(overview))
    if overview.agencies:
        figures.append(_by_agency(overview))
    if overview.together:
        figures.append(_by_pair(overview))
    return tuple(figures)


def _search(overview: Overview, **changes: object) -> str:
    """Return the address of a search by measures that the overview's is narrowed to."""
    asked = changed(overview.request, unit=Unit.MEASURE, limit=DEFAULT_LIMIT)
    return address_of(changed(asked, **changes))


def _year_url(overview: Overview, year: str) -> str:
    return _search(overview, year=(year,)) if year else ""


def _region_url(overview: Overview, region: str) -> str:
    """Return where a region leads; nowhere where the search is about others inside it."""
    asked = overview.request.region
    return _search(overview, region=(region,)) if region and (not asked or region in asked) else ""


def _say(amount: Amount) -> str:
    return f"{amount.circulars} 份　{amount.measures} 条措施"


def _amount_rows(tallies: Sequence[Tally], unit: str = "") -> list[BarRow]:
    """Return a row a tally: circulars as a pale bar, measures as a dark one below it."""
    most_circulars = max((each.amount.circulars for each in tallies), default=0) or 1
    most_measures = max((each.amount.measures for each in tallies), default=0) or 1
    return [
        BarRow(
            label=f"{each.name}{unit}" if each.name else UNKNOWN,
            figures=_say(each.amount) if each.amount.circulars else "没有文件",
            bars=(
                (Part(each.amount.circulars / most_circulars, "pale"),),
                (Part(each.amount.measures / most_measures, "full"),),
            )
            if each.amount.circulars
            else (),
            inset=each.depth,
        )
        for each in tallies
    ]


def _gathered(years: Sequence[Tally]) -> list[Tally]:
    """Return the years with each run of years that have nothing as one line: 2006—2012."""
    found: list[Tally] = []
    for known, run in groupby(years, key=lambda each: each.amount.circulars > 0):
        each = list(run)
        whole = f"{each[0].name}—{each[-1].name}" if len(each) > 1 else each[0].name
        found += each if known else [Tally(whole, each[0].amount)]
    return found


def _amount_table(
    name: str, tallies: Sequence[Tally], url: Callable[[str], str], unit: str = ""
) -> Table:
    rows = tuple(
        (
            Cell(f"{each.name}{unit}" if each.name else UNKNOWN, url(each.name)),
            Cell(each.amount.circulars),
            Cell(each.amount.measures),
        )
        for each in tallies
    )
    return Table((name, "文件（份）", "措施（条）"), rows)


def _by_year(overview: Overview) -> Figure:
    return Figure(
        name="years",
        title="各年度的文件和措施",
        note="上一条是文件份数，下一条是措施条数，各按最多的一年为满格。",
        chart=draw_bars(
            "years", "各年度的文件和措施", _amount_rows(_gathered(overview.years), "年")
        ),
        table=_amount_table(
            "年度", overview.years, lambda year: _year_url(overview, year), unit="年"
        ),
    )


def _by_region(overview: Overview) -> Figure:
    more = len(overview.regions) - MOST_REGIONS
    shown = f"图中列 {MOST_REGIONS} 个，其余 {more} 个见数据表。" if more > 0 else ""
    return Figure(
        name="regions",
        title="各地区的文件和措施",
        note=f"上级地区的数含所属地区。{shown}",
        chart=draw_bars(
            "regions", "各地区的文件和措施", _amount_rows(overview.regions[:MOST_REGIONS])
        ),
        table=_amount_table("地区", overview.regions, lambda region: _region_url(overview, region)),
    )


def _by_both(overview: Overview) -> Figure:
    years = [each.name for each in overview.years if each.amount.circulars]
    regions = [each.name for each in overview.regions]
    drawn, columns = regions[:MOST_REGIONS], years[-MOST_YEARS:]
    cells = overview.cells
    most = max((amount.measures for amount in cells.values()), default=0)

    def heat(region: str, year: str) -> HeatCell:
        amount = cells.get((region, year))
        if amount is None:
            return HeatCell("", 0)
        hint = f"{region or UNKNOWN} {year or UNKNOWN}：{_say(amount)}"
        return HeatCell(str(amount.measures), level_of(amount.measures, most), hint)

    rows = tuple(
        (
            Cell(region or UNKNOWN, _region_url(overview, region)),
            Cell(year or UNKNOWN, _year_url(overview, year)),
            Cell(cells[region, year].circulars),
            Cell(cells[region, year].measures),
        )
        for region in regions
        for year in years
        if (region, year) in cells
    )
    earlier = "，图中列最近的年度" if len(years) > MOST_YEARS else ""
    return Figure(
        name="cells",
        title="各地区、各年度的措施",
        note=f"格中是措施条数，颜色越浓条数越多；空格表示没有文件{earlier}。",
        chart=draw_heat(
            "cells",
            "各地区、各年度的措施",
            [region or UNKNOWN for region in drawn],
            [year or "不详" for year in columns],
            [[heat(region, year) for year in columns] for region in drawn],
        ),
        table=Table(("地区", "年度", "文件（份）", "措施（条）"), rows),
        scrolls=True,
    )


def _agency_url(overview: Overview, *agencies: str, role: str = "") -> str:
    """Return the search for measures in which some agencies have a part, all of them.

    Where roles or several alternatives are ticked no such search says the same, so there is none.
    """
    asked = overview.request
    if asked.role or (len(asked.agency) > 1 and not asked.agency_all):
        return ""
    wanted = tuple(dict.fromkeys((*asked.agency, *agencies)))
    if role and len(wanted) > 1:
        return ""
    roles = (role,) if role else ()
    return _search(overview, agency=wanted, agency_all=len(wanted) > 1, role=roles)


def _by_agency(overview: Overview) -> Figure:
    top = overview.agencies[:MOST_AGENCIES]
    most = max((sum(each.counts.values()) for each in top), default=0) or 1
    bars = [
        BarRow(
            label=each.label,
            figures="　".join(
                f"{ROLE_MARKS[role]} {each.counts[role]}"
                for role in _ROLE_ORDER
                if role in each.counts
            ),
            bars=(tuple(Part(each.counts.get(role, 0) / most, role) for role in _ROLE_ORDER),),
        )
        for each in top
    ]

    def row(each: AgencyTally) -> tuple[Cell, ...]:
        url = _agency_url(overview, each.agency_id)
        by_role = (
            Cell(each.counts.get(role, 0), _agency_url(overview, each.agency_id, role=role))
            if role in each.counts
            else Cell(0)
            for role in _ROLE_ORDER
        )
        return (Cell(each.label, url), Cell(each.total), *by_role)

    more = len(overview.agencies) - MOST_AGENCIES
    shown = f"图中列措施最多的 {MOST_AGENCIES} 个，其余 {more} 个见数据表。" if more > 0 else ""
    legend = "　".join(f"{ROLE_MARKS[role]} {ROLE_NAMES[role]}" for role in _ROLE_ORDER)
    return Figure(
        name="agencies",
        title="各单位牵头和配合的措施",
        note=f"{legend}。条块依次为实心、圆点、斜线、空心。{shown}",
        chart=draw_bars("agencies", "各单位牵头和配合的措施", bars),
        table=Table(
            ("责任单位", "措施（条）", *(ROLE_NAMES[role] for role in _ROLE_ORDER)),
            tuple(map(row, overview.agencies)),
        ),
    )


def _by_pair(overview: Overview) -> Figure:
    top = overview.agencies[:MOST_HEATED]
    counts = {
        frozenset((pair.first.agency_id, pair.second.agency_id)): pair.measures
        for pair in overview.together
    }
    most = max((pair.measures for pair in overview.together), default=0)

    def heat(down: int, across: int) -> HeatCell:
        one, other = top[down], top[across]
        if across == down:
            return HeatCell("—", 0, f"{one.label}：{one.total} 条措施")
        times = counts.get(frozenset((one.agency_id, other.agency_id)), 0)
        if across > down or not times:
            return HeatCell("", 0)
        hint = f"{one.label}、{other.label}：共同承担 {times} 条措施"
        return HeatCell(str(times), level_of(times, most), hint)

    rows = tuple(
        (
            Cell(pair.first.label),
            Cell(pair.second.label),
            Cell(
                pair.measures,
                _agency_url(overview, pair.first.agency_id, pair.second.agency_id),
            ),
        )
        for pair in overview.together
    )
    names = [f"{at} {each.label}" for at, each in enumerate(top, start=1)]
    return Figure(
        name="together",
        title="哪些单位一起承担措施",
        note=(
            "格中是两个单位共同承担的措施条数（不分牵头、配合），横向的号是左边单位的号；"
            "颜色越浓条数越多，空格表示没有。"
        ),
        chart=draw_heat(
            "together",
            "哪些单位一起承担措施",
            names,
            [str(at) for at in range(1, len(top) + 1)],
            [[heat(down, across) for across in range(len(top))] for down in range(len(top))],
            column_width=38,
        ),
        table=Table(("责任单位", "责任单位", "共同承担（条）"), rows),
        scrolls=True,
    )


def is_narrowed(asked: SearchRequest) -> bool:
    """Tell whether an overview is of a search, not of the whole library."""
    return bool(asked.q or chosen(asked))
