"""Facet fields as columns: which values documents have, and how many under what is ticked."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from indexer.postings import spread
from search.query import Condition, Filters

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from indexer.whoosh_reader import IndexReader
    from search.execution import Execution
    from search.literals import Docs, Mask

# From this share of all documents on, each value is asked for its documents, not the reverse.
_MANY = 0.04
# A value of this share of all documents or more is counted by its bitmap.
_COMMON = 1 / 40


class Found:
    """Some documents, as a mask, by number, and as a bitmap in words of 64 bits."""

    def __init__(self, mask: Mask) -> None:
        self.mask = mask

    @cached_property
    def docs(self) -> Docs:
        """Their numbers, ascending."""
        return np.flatnonzero(self.mask)

    @cached_property
    def bitmap(self) -> npt.NDArray[np.uint64]:
        """A bit for each document there is."""
        padding = np.zeros(-len(self.mask) % 64, dtype=np.bool_)
        return np.packbits(np.append(self.mask, padding)).view(np.uint64)


class ValueColumn:
    """The values of one KEYWORDS field: pairs (document, value number), documents ascending.

    Values are in the order of their text, so a number is a rank too.
    """

    def __init__(self, source: IndexReader, field: str) -> None:
        self._column = self.values, self.starts, self.numbers = source.column(field)
        self.number_of = {value: number for number, value in enumerate(self.values)}
        self._source, self._field = source, field
        self._size = source.size
        # Whether every document has exactly one.
        self._single = len(self.numbers) == self._size == int(np.count_nonzero(self._lengths))

    @cached_property
    def _lengths(self) -> npt.NDArray[np.integer]:
        return np.diff(self.starts)

    @cached_property
    def docs(self) -> Docs:
        """The document of each pair."""
        return np.repeat(np.arange(self._size), self._lengths)

    def count(self, found: Found) -> dict[str, int]:
        """Return how many of some documents have each value that any has."""
        if not self.values:
            return {}
        if len(found.docs) < _MANY * self._size:
            numbers = self.numbers.take(self.pairs_of(found.docs))
            counts = np.bincount(numbers, minlength=len(self.values))
        else:
            common, bitmaps, others, docs, begins = self._by_value
            counts = np.zeros(len(self.values), dtype=np.int64)
            counts[common] = np.bitwise_count(bitmaps & found.bitmap).sum(axis=1)
            if len(others):
                held = found.mask.take(docs).astype(np.uint32)  # one type adds up much faster
                counts[others] = np.add.reduceat(held, begins, dtype=np.uint32)
        return _named(self.values, counts)

    @cached_property
    def _by_value(self) -> tuple[Docs, npt.NDArray[np.uint64], Docs, npt.NDArray[Any], Docs]:
        """The common values and a bitmap of each; the others, and where the docs of each begin."""
        docs, starts = self._source.holders(self._field, self._column)
        lengths = np.diff(starts)
        is_common = lengths >= _COMMON * self._size
        common, others = np.flatnonzero(is_common), np.flatnonzero(~is_common)
        bitmaps = np.zeros((len(common), -(-self._size // 64)), dtype=np.uint64)
        for row, value in zip(bitmaps, common.tolist(), strict=True):
            mask = np.zeros(self._size, dtype=np.bool_)
            mask[docs[starts[value] : starts[value + 1]]] = True
            row[:] = Found(mask).bitmap
        begins = np.cumsum(lengths[others], dtype=np.int64) - lengths[others]
        return common, bitmaps, others, docs[np.repeat(~is_common, lengths)], begins

    def pairs_of(self, docs: Docs) -> npt.NDArray[np.integer]:
        """Return which pairs belong to some documents."""
        return docs if self._single else spread(self.starts.take(docs), self._lengths.take(docs))

    def rows(self, docs: Docs) -> list[tuple[str, ...]]:
        """Return the values of some documents, in their order."""
        if self._single:
            return [(self.values[number],) for number in self.numbers[docs].tolist()]
        pairs = zip(self.starts[docs].tolist(), self.starts[docs + 1].tolist(), strict=True)
        value_of, numbers = self.values.__getitem__, self.numbers
        return [tuple(map(value_of, numbers[start:end].tolist())) for start, end in pairs]

    def mask(self, values: Iterable[str]) -> Mask:
        """Return the documents that have any of some values."""
        wanted = np.zeros(len(self.values) + 1, dtype=np.bool_)
        wanted[[self.number_of.get(value, -1) for value in values]] = True
        wanted[-1] = False
        holds: Mask = wanted[self.numbers]
        if self._single:
            return holds
        mask = np.zeros(self._size, dtype=np.bool_)
        mask[self.docs[holds]] = True
        return mask

    @cached_property
    def _halves(self) -> tuple[list[str], npt.NDArray[np.intp], npt.NDArray[np.str_]]:
        """The owners among values like `<owner>/<role>`; of each value, which, and its role."""
        halves = [value.rpartition("/") for value in self.values]
        owners, owner_of = np.unique([owner for owner, _, _ in halves], return_inverse=True)
        return owners.tolist(), owner_of, np.array([role for _, _, role in halves], dtype=np.str_)

    def count_owners(self, docs: Docs, roles: tuple[str, ...]) -> dict[str, int]:
        """Count the documents in which each owner has one of some roles."""
        names, owner_of, role_of = self._halves
        pairs = self.pairs_of(docs)
        pairs = pairs[np.isin(role_of, roles)[self.numbers[pairs]]]
        owners = owner_of[self.numbers[pairs]]
        if len(roles) > 1:
            owners = np.unique(self.docs[pairs] * len(names) + owners) % len(names)
        return _named(names, np.bincount(owners))


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
            masks = [self._passing(filters.ticking(facet, role)).mask for role in column.values]
            return _named(column.values, np.array([*map(np.count_nonzero, masks)]))
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


def _named(names: Sequence[str], counts: npt.NDArray[np.integer]) -> dict[str, int]:
    held = np.flatnonzero(counts)
    return dict(zip([names[at] for at in held.tolist()], counts[held].tolist(), strict=True))
