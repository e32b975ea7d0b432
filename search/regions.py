"""Regions in order (地区树): a province before its cities, a city before its districts."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from corpus.places import ancestors, find_place

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable


class Nested(NamedTuple):
    """A region and how many of the others it lies in."""

    name: str
    depth: int


def nest_regions(names: Iterable[str]) -> tuple[Nested, ...]:
    """Return the regions as a tree read from top to bottom; siblings keep the order given.

    A place that no list knows stands on its own.

    >>> [tuple(each) for each in nest_regions(("厦门市", "云港市", "福建省"))]
    [('云港市', 0), ('福建省', 0), ('厦门市', 1)]
    """
    known = tuple(dict.fromkeys(names))
    children: dict[str, list[str]] = {}
    for name in known:
        children.setdefault(_holder(name, known), []).append(name)
    found: list[Nested] = []

    def add(name: str, depth: int) -> None:
        found.append(Nested(name, depth))
        for child in children.get(name, ()):
            add(child, depth + 1)

    for name in children.get("", ()):
        add(name, 0)
    return tuple(found)


def _holder(name: str, known: Collection[str]) -> str:
    """Return the nearest region of the list that holds this one, "" where none does."""
    place = find_place(name)
    above = ancestors(place.code) if place is not None else ()
    return next((each.name for each in above if each.name in known and each.name != name), "")
