"""What is ticked, over arrays: which matches pass, and how many each facet value stands for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from search.facet_columns import Found
from search.query import Condition, Filters

if TYPE_CHECKING:
    from search.execution import Execution
    from search.literals import Docs, Mask


class Ticked:
    """The matches of a question under its filters."""

    def __init__(self, execution: Execution, filters: Filters, found: Mask) -> None:
        self._execution = execution
        self._filters = filters
        self._is_ticked = filters != Filters()
        # What passes some conditions: most facets are counted under the same.
        self._passed: dict[tuple[Condition, ...], Found] = {(): Found(found)}

    def docs(self) -> Docs:
        """Return the matches that pass all filters."""
        return self._passing(self._filters).docs

    def count(self, facet: str) -> dict[str, int]:
        """Count what would match were a value the only one ticked in its facet."""
        filters = self._filters
        column = self._execution.column(facet)
        if facet == "role" and (filters.agency or filters.line):
            counts = {
                role: int(np.count_nonzero(self._passing(filters.ticking("role", role)).mask))
                for role in column.values
            }
            return {role: count for role, count in counts.items() if count}
        found = self._passing(filters.ticking(facet) if self._is_ticked else filters)
        if facet in {"agency", "line"} and filters.role:
            return self._execution.column(f"{facet}_role").count_owners(found.docs, filters.role)
        return column.count(found)

    def _passing(self, filters: Filters) -> Found:
        """Return the matches that pass some filters."""
        conditions = tuple(filters.conditions()) if self._is_ticked else ()
        if conditions not in self._passed:
            mask = self._passed[()].mask.copy()
            for field, values in conditions:
                mask &= self._execution.having(field, values)
            self._passed[conditions] = Found(mask)
        return self._passed[conditions]
