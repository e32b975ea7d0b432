"""Facets (分面): the engine's counts as the values a reader can tick."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from corpus.model import Role
from indexer.fields import FIELDS
from search.standing import VALIDITY_NAMES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from search.query import Filters

FACETS = (*(field.name for field in FIELDS if field.facet), "validity")
FACET_NAMES = {
    "agency": "责任单位",
    "role": "角色",
    "line": "条线",
    "issuer": "发文机关",
    "region": "地区",
    "year": "年度",
    "kind": "文种",
    "validity": "时效",
}
ROLE_NAMES = {
    Role.LEAD.value: "牵头",
    Role.SUPPORT.value: "配合",
    Role.JOINT.value: "共同",
    Role.SOLE.value: "单独",
}

# Facets of few values that are kept under short names.
NAMES_OF_VALUES: dict[str, dict[str, str]] = {
    "role": ROLE_NAMES,
    "validity": {value.value: name for value, name in VALIDITY_NAMES.items()},
}


class FacetValue(NamedTuple):
    """One value of a facet with its exact count; a ticked one is there even at zero."""

    value: str
    label: str
    count: int  # type: ignore[assignment]  # a tuple's own `count` is asked of none
    selected: bool


_FACET_VALUE = partial(tuple.__new__, FacetValue)  # without a call in Python for each


def facets_of(
    counts: Mapping[str, Mapping[str, int]],
    filters: Filters,
    label_agency: Callable[[str], str],
) -> dict[str, tuple[FacetValue, ...]]:
    """Return every facet with its values, most frequent first, then by name."""

    def label_in(facet: str) -> Callable[[str], str]:
        if facet == "agency":
            return label_agency
        names = NAMES_OF_VALUES.get(facet, {})
        return lambda value: names.get(value, value)

    return {
        facet: _values_of(counts.get(facet, {}), getattr(filters, facet), label_in(facet))
        for facet in FACETS
    }


def _values_of(
    counts: Mapping[str, int], ticked: Iterable[str], label: Callable[[str], str]
) -> tuple[FacetValue, ...]:
    chosen = frozenset(ticked)
    # As plain tuples in the order wanted: a library has thousands of agencies, at every search.
    rows = [(-count, label(value), value) for value, count in counts.items()]
    rows += [(0, label(value), value) for value in chosen - counts.keys()]
    rows.sort()
    listed = [(value, name, -less, value in chosen) for less, name, value in rows]
    return tuple(map(_FACET_VALUE, listed))
