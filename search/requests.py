"""A search as asked for from outside (检索请求): parameters of an address or a command, checked.

`SearchRequest.from_params` and `to_params` are inverse: one search has one canonical address.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from corpus.text import REPLACEMENT
from search.errors import ParameterError
from search.facets import FACETS, NAMES_OF_VALUES
from search.query import Sort, SynonymKind, Unit
from search.synonyms import DEFAULT_KINDS

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_HITS = 100
DEEPEST_HIT = 10_000
DEFAULT_LIMIT = 20
MOST_VALUES = 50
LONGEST_VALUE = 200
_MOST_DIGITS = 9
_SINGLE = ("q", "unit", "agency_op", "sort", "page", "limit")
_OPERATORS = ("any", "all")
_NO_EXPANSION = "off"
_LONE = re.compile("[\ud800-\udfff]")  # what bytes of a terminal become that are no UTF-8


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """One search with everything that is ticked.

    `agency` holds ids or any name a library knows; the other filters hold exact values. `expand`
    names the kinds of synonyms in force, `verbatim` words that have none.

    >>> SearchRequest.from_params([("q", "侵权"), ("role", "牵头"), ("page", "2")]).to_params()
    (('q', '侵权'), ('role', 'lead'), ('page', '2'))
    """

    q: str = ""
    unit: Unit = Unit.PARAGRAPH
    agency: tuple[str, ...] = ()
    agency_all: bool = False
    role: tuple[str, ...] = ()
    line: tuple[str, ...] = ()
    issuer: tuple[str, ...] = ()
    region: tuple[str, ...] = ()
    year: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    validity: tuple[str, ...] = ()
    sort: Sort = Sort.RELEVANCE
    page: int = 1
    limit: int = DEFAULT_LIMIT
    expand: tuple[SynonymKind, ...] = DEFAULT_KINDS
    verbatim: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        # Callers may hand on what a command line gave them.
        object.__setattr__(self, "unit", Unit(self.unit))
        object.__setattr__(self, "sort", Sort(self.sort))

    @classmethod
    def from_params(cls, pairs: Iterable[tuple[str, str]]) -> Self:
        """Read parameters as an address carries them; unknown names are passed over.

        Raises:
            ParameterError: a value is impossible; the text says which are possible.
        """
        given: defaultdict[str, list[str]] = defaultdict(list)
        for name, value in pairs:
            given[name].append(value)
        for name in _SINGLE:
            if len(given[name]) > 1:
                raise ParameterError(name, "、".join(given[name]), "一个值")
        one = {name: given[name][0] if given[name] else "" for name in _SINGLE}
        page = _number(one["page"], "page", 1, least=1, most=DEEPEST_HIT)
        limit = _number(one["limit"], "limit", DEFAULT_LIMIT, least=0, most=MOST_HITS)
        return cls(
            q=one["q"].strip(),
            unit=Unit(_choice(one["unit"], "unit", tuple(Unit))),
            agency_all=_choice(one["agency_op"], "agency_op", _OPERATORS) == "all",
            sort=Sort(_choice(one["sort"], "sort", tuple(Sort))),
            page=page,
            limit=limit,
            expand=_kinds(given["expand"]),
            verbatim=_values(given["verbatim"], "verbatim"),
            **{facet: _values(given[facet], facet) for facet in FACETS},
        ).checked()

    def checked(self) -> Self:
        """Return the request; raises ParameterError where it cannot be answered."""
        if self.page < 1 or not 0 <= self.limit <= MOST_HITS:
            raise ParameterError("limit", str(self.limit), f"0 到 {MOST_HITS} 的整数")
        if self.page * self.limit > DEEPEST_HIT:
            raise ParameterError(
                "page", str(self.page), f"前 {DEEPEST_HIT} 条；请增加条件，缩小范围"
            )
        return self

    def to_params(self) -> tuple[tuple[str, str], ...]:
        """Return the canonical parameters: defaults left out, a fixed order of names."""
        pairs = [("q", self.q)] if self.q else []
        if self.unit is not Unit.PARAGRAPH:
            pairs.append(("unit", self.unit.value))
        for facet in FACETS:
            pairs += [(facet, value) for value in getattr(self, facet)]
            if facet == "agency" and self.agency_all:
                pairs.append(("agency_op", "all"))
        if self.sort is not Sort.RELEVANCE:
            pairs.append(("sort", self.sort.value))
        if self.expand != DEFAULT_KINDS:
            kinds = [kind.value for kind in SynonymKind if kind in self.expand]
            pairs += [("expand", kind) for kind in kinds or [_NO_EXPANSION]]
        pairs += [("verbatim", word) for word in self.verbatim]
        if self.limit != DEFAULT_LIMIT:
            pairs.append(("limit", str(self.limit)))
        if self.page != 1:
            pairs.append(("page", str(self.page)))
        return tuple(pairs)


def _values(given: list[str], facet: str) -> tuple[str, ...]:
    stripped = (_LONE.sub(REPLACEMENT, value.strip()) for value in given)
    values = tuple(dict.fromkeys(value for value in stripped if value))
    if len(values) > MOST_VALUES:
        raise ParameterError(facet, f"{len(values)} 个值", f"最多 {MOST_VALUES} 个值")
    for value in values:
        if len(value) > LONGEST_VALUE:
            raise ParameterError(facet, value, f"最多 {LONGEST_VALUE} 字的值")
    if facet in NAMES_OF_VALUES:
        names = NAMES_OF_VALUES[facet]
        by_name = {name: value for value, name in names.items()}
        chosen = tuple(dict.fromkeys(by_name.get(value, value) for value in values))
        for value in chosen:
            if value not in names:
                known = "、".join(f"{name}（{value}）" for value, name in names.items())
                raise ParameterError(facet, value, known)
        return chosen
    return values


def _kinds(given: list[str]) -> tuple[SynonymKind, ...]:
    """Return the kinds of synonyms named, in their own order; all but renames where none is."""
    wanted = tuple(dict.fromkeys(value.strip() for value in given if value.strip()))
    allowed = (*(kind.value for kind in SynonymKind), _NO_EXPANSION)
    for value in wanted:
        _choice(value, "expand", allowed)
    if not wanted:
        return DEFAULT_KINDS
    return () if _NO_EXPANSION in wanted else tuple(kind for kind in SynonymKind if kind in wanted)


def _choice(value: str, name: str, allowed: tuple[str, ...]) -> str:
    chosen = value or allowed[0]
    if chosen not in allowed:
        raise ParameterError(name, value, "、".join(map(str, allowed)))
    return chosen


def _number(text: str, name: str, default: int, *, least: int, most: int) -> int:
    if not text:
        return default
    plain = text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS
    if not plain or not least <= int(text) <= most:
        raise ParameterError(name, text, f"{least} 到 {most} 的整数")
    return int(text)
