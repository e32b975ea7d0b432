"""What is ticked, over arrays: which matches pass, and how many each facet value stands for."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from search.query import Filters

if TYPE_CHECKING:
    from collections.abc import Iterator

    from search.execution import Execution
    from search.literals import Docs, Mask

_PLAIN_FACETS = ("issuer", "region", "year", "kind")
_NOTHING_TICKED = Filters()


class Ticked:
    """The matches of a question under its filters."""

    def __init__(self, execution: Execution, filters: Filters, found: Mask) -> None:
        self._execution = execution
        self._filters = filters
        self._found = found

    def docs(self) -> Docs:
        """Return the matches that pass all filters."""
        return self._passing("", self._filters)[1]

    def count(self, facet: str) -> dict[str, int]:
        """Count what would match were a value the only one ticked in its facet."""
        filters = self._filters
        if filters == _NOTHING_TICKED:
            column = self._execution.column(facet)
            return column.count_named(self._found, self._found_docs, self._found_others)
        if facet == "role" and (filters.agency or filters.line):
            counts = {
                role: len(self._passing("", filters.ticking("role", role))[1])
                for role in self._execution.column("role").values
            }
            return {role: count for role, count in counts.items() if count}
        paired = filters.ticking(facet)
        if facet in {"agency", "line"}:
            other = filters.line if facet == "agency" else filters.agency
            if not other:  # the role is counted with the value itself
                paired = paired.ticking("role")
            if filters.role:
                _, docs = self._passing("", paired)
                return self._execution.pairs(f"{facet}_role").count_owners(docs, filters.role)
        mask, docs = self._passing(facet, paired)
        column = self._execution.column(facet)
        others = self._found_others if mask is self._found else None
        return column.count_named(mask, docs, others)

    @cached_property
    def _found_docs(self) -> Docs:
        return np.flatnonzero(self._found)

    @cached_property
    def _found_others(self) -> Docs | None:
        """What does not match, where that is less than what does."""
        few = len(self._found_docs) > len(self._found) // 2
        return np.flatnonzero(~self._found) if few else None

    def _passing(self, but: str, filters: Filters) -> tuple[Mask, Docs]:
        """Return the matches that pass some filters, as mask and as numbers."""
        conditions = [*self._plain(but), *self._among(but), *self._assigned(filters)]
        if not conditions:
            return self._found, self._found_docs
        mask = self._found.copy()
        for condition in conditions:
            mask &= condition
        return mask, np.flatnonzero(mask)

    def _plain(self, but: str) -> Iterator[Mask]:
        for facet in _PLAIN_FACETS:
            ticked = self._filters.ticked(facet)
            if ticked and facet != but:
                yield self._execution.keyword_mask(facet, ticked)

    def _among(self, but: str) -> Iterator[Mask]:
        if self._filters.circular is not None and but != "circular":
            yield self._execution.column("circular").mask(self._filters.circular)

    def _assigned(self, filters: Filters) -> Iterator[Mask]:
        """Yield what agency, line and role together ask for."""
        if filters.agency:
            each = [self._in_role("agency", agency, filters.role) for agency in filters.agency]
            yield np.all(each, axis=0) if filters.agency_all else np.any(each, axis=0)
        if filters.line:
            yield np.any([self._in_role("line", one, filters.role) for one in filters.line], axis=0)
        if filters.role and not (filters.agency or filters.line):
            yield self._execution.keyword_mask("role", filters.role)

    def _in_role(self, field: str, value: str, roles: tuple[str, ...]) -> Mask:
        if roles:
            return self._execution.keyword_mask(f"{field}_role", [f"{value}/{r}" for r in roles])
        return self._execution.keyword_mask(field, (value,))
