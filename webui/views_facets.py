"""Facets (筛选项) → the filter form: what is ticked stays in sight, the rest unfolds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final, TypeVar

from pypinyin import Style, lazy_pinyin

from corpus.text import fold_text
from search.facets import FACET_NAMES, NAMES_OF_VALUES, ROLE_NAMES
from search.regions import nest_regions
from webui.markup import Item, write_ticks
from webui.views_state import (
    ROLE_MARKS,
    UNIT_NAMES,
    Toggles,
    address_of,
    changed,
    chosen,
    toggled,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from markupsafe import Markup

    from search.facets import FacetValue
    from search.requests import SearchRequest
    from webui.desk import Desk

ORDER = ("agency", "role", "line", "year", "region", "issuer", "kind", "validity")
SHOWN = {"agency": 8, "role": 4}
SHOWN_ELSE = 6
UNFOLDED = 30  # values unfolded at most; the others stand on a page of their own
MOST_FOUND = 120  # values that the text filter is answered
MOST_ALIASES = 4  # further names of one body that the text filter knows
FINDABLE = 15  # from so many values a facet has its own text filter
BAR_HEIGHT = 40
FEWEST_BARS = 3
_SLACK = 2  # unfolding one or two more values costs the reader more than showing them


Listed = TypeVar("Listed", Item, "FacetValue")


@dataclass(frozen=True, slots=True)
class Bar:
    """One year of the small chart."""

    label: str
    count: int
    height: int
    selected: bool
    url: str


@dataclass(frozen=True, slots=True)
class FacetView:
    """One facet of the form: what is in sight, and `more`, which holds `unfolded` values.

    `beyond` counts those that are listed at `all_url` alone.
    """

    name: str
    title: str
    shown: Markup
    more: Markup
    unfolded: int = 0
    beyond: int = 0
    all_url: str = ""
    operator: bool | None = None
    findable: bool = False
    bars: tuple[Bar, ...] = ()


@dataclass(frozen=True, slots=True)
class Chip:
    """A ticked value above the results, with the address that takes it away."""

    label: str
    url: str


def view_facets(
    asked: SearchRequest, facets: Mapping[str, Sequence[FacetValue]], desk: Desk
) -> tuple[FacetView, ...]:
    """Return the facets that hold anything, in the order of the page."""
    whole, names = desk.facets(asked.unit), desk.agency_names()
    return tuple(
        _view_facet(asked, name, _with_absent(facets[name], whole[name]), names)
        for name in ORDER
        if facets.get(name)
    )


def _with_absent(values: Sequence[FacetValue], whole: Sequence[FacetValue]) -> Sequence[FacetValue]:
    """Return a short facet with the values that nothing matches now, greyed, at the end.

    What was there a moment ago stays in its place for the eye; a long list would only get longer.
    """
    if len(whole) >= FINDABLE:
        return values
    here = {value.value for value in values}
    return (*values, *(each._replace(count=0) for each in whole if each.value not in here))


def _view_facet(
    asked: SearchRequest,
    name: str,
    values: Sequence[FacetValue],
    names: Callable[[str], tuple[str, ...]],
) -> FacetView:
    findable = len(values) >= FINDABLE
    arrange = _ARRANGED.get(name)
    items = arrange([_item(name, value) for value in values]) if arrange else ()
    most = SHOWN.get(name, SHOWN_ELSE)
    if arrange:
        shown, more, beyond = _fold(items, most)
    else:  # of a thousand values only those are made that are shown
        sight, rest, beyond = _fold(values, most)
        shown, more = (tuple([_item(name, value) for value in part]) for part in (sight, rest))
    known_as = (lambda item: " ".join(_names_of(name, item, names))) if findable else None
    unit = UNIT_NAMES[asked.unit]
    return FacetView(
        name=name,
        title=FACET_NAMES[name],
        shown=write_ticks(name, unit, shown, known_as),
        more=write_ticks(name, unit, more, known_as),
        unfolded=len(more),
        beyond=beyond,
        all_url=address_of(changed(asked), f"/search/{name}") if beyond else "",
        operator=asked.agency_all if name == "agency" else None,
        findable=findable,
        bars=_bars(asked, items) if name == "year" else (),
    )


def _newest(items: Iterable[Item]) -> list[Item]:
    """Return years, the last first, those that nothing has at the end."""
    return sorted(items, key=lambda item: (item.style != "none", item.value), reverse=True)


def _all_roles(items: Iterable[Item]) -> list[Item]:
    """Return the four roles in their order; one that nothing has stays, greyed."""
    by_role = {item.value: item for item in items}
    return [
        by_role.get(role)
        or Item(role, label, 0, selected=False, style="none", mark=ROLE_MARKS[role])
        for role, label in ROLE_NAMES.items()
    ]


def _item(name: str, value: FacetValue) -> Item:
    return Item(
        value=value.value,
        label=value.label,
        count=value.count,
        selected=value.selected,
        style="on" if value.selected else "" if value.count else "none",
        mark=ROLE_MARKS.get(value.value, "") if name == "role" else "",
    )


def _names_of(
    facet: str, value: FacetValue | Item, names: Callable[[str], tuple[str, ...]]
) -> tuple[str, ...]:
    """Return what else a value may be looked for by: pinyin initials, further names of a body."""
    return _known_as(value.label, names(value.value) if facet == "agency" else ())


@lru_cache(maxsize=20_000)
def _known_as(label: str, others: tuple[str, ...]) -> tuple[str, ...]:
    aliases = [name for name in others if name not in label][:MOST_ALIASES]
    return tuple(dict.fromkeys((initials(label), *aliases, *map(initials, aliases))))


def find_values(
    facet: str,
    values: Sequence[FacetValue],
    wanted: str,
    names: Callable[[str], tuple[str, ...]],
    *,
    most: int | None = None,
) -> tuple[FacetValue, ...]:
    """Return the values whose name, other name or pinyin initials hold what is typed.

    The ticked ones come first, so that they never vanish; then the order given.
    """
    folded = fold_text(wanted)
    found = [
        value
        for value in values
        if value.selected
        or folded in fold_text(value.label)
        or any(folded in name for name in _names_of(facet, value, names))
    ]
    return tuple(sorted(found, key=lambda value: not value.selected)[:most])


@lru_cache(maxsize=20_000)
def initials(label: str) -> str:
    """Return the pinyin initials of a name (拼音首字母).

    >>> initials("市公安局")
    'sgaj'
    """
    return "".join(lazy_pinyin(label, style=Style.FIRST_LETTER))


def _fold(items: Sequence[Listed], most: int) -> tuple[tuple[Listed, ...], tuple[Listed, ...], int]:
    """Split values into those in sight, those to unfold, and how many are left out.

    A ticked value is always in sight, whatever its place in the list.
    """
    if len(items) <= most + _SLACK:
        return tuple(items), (), 0
    first, late = tuple(items[:most]), tuple(items[most:])
    chosen = tuple([item for item in late if item.selected])
    rest = tuple([item for item in late if not item.selected]) if chosen else late
    return first + chosen, rest[:UNFOLDED], max(0, len(rest) - UNFOLDED)


def _nested(items: Sequence[Item]) -> list[Item]:
    """Order regions as a tree, province before its cities; unknown places stand on their own."""
    by_name = {item.value: item for item in items}
    found: list[Item] = []
    for name, depth in nest_regions(by_name):
        inset = f"in{min(depth, 2)}" if depth else ""
        style = " ".join(filter(None, (by_name[name].style, inset)))
        found.append(by_name[name]._replace(style=style))
    return found


_ARRANGED: Final = {"role": _all_roles, "year": _newest, "region": _nested}


def _bars(asked: SearchRequest, items: Sequence[Item]) -> tuple[Bar, ...]:
    """Return the years as bars, oldest first, missing years as gaps."""
    by_year = {int(item.value): item for item in items if item.value.isdigit()}
    if len(by_year) < FEWEST_BARS:
        return ()
    top = max(item.count for item in by_year.values()) or 1
    toggles = Toggles(asked, "year")
    bars = []
    for year in range(min(by_year), max(by_year) + 1):
        item = by_year.get(year)
        count = item.count if item else 0
        bars.append(
            Bar(
                label=f"{year}年",
                count=count,
                height=max(2, round(BAR_HEIGHT * count / top)) if count else 0,
                selected=bool(item and item.selected),
                url=toggles.address(str(year)),
            )
        )
    return tuple(bars)


def list_chips(
    asked: SearchRequest, facets: Mapping[str, Sequence[FacetValue]]
) -> tuple[Chip, ...]:
    """Return a chip for every ticked value, in the order of the address."""
    ticked = chosen(asked)
    labels = {
        (name, value.value): value.label for name in dict(ticked) for value in facets.get(name, ())
    }
    return tuple(
        Chip(label_of(name, value, labels), address_of(toggled(asked, name, value)))
        for name, value in ticked
    )


def label_of(name: str, value: str, labels: Mapping[tuple[str, str], str]) -> str:
    """Return what a ticked value is called, also where no facet knows it."""
    if name in NAMES_OF_VALUES:
        return NAMES_OF_VALUES[name].get(value, value)
    return labels.get((name, value), value)
