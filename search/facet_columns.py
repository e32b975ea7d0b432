"""Facet fields as columns: which values each document has, counted or asked for at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Iterable

    from search.postings import Docs, Mask, TermSource

_WHOLE_SCAN = 0.25  # from this share of all pairs on, one pass over them is the shorter way


class ValueColumn:
    """The values of one KEYWORDS field: pairs (document, value number), documents ascending."""

    def __init__(self, source: TermSource, field: str) -> None:
        values: list[str] = []
        docs: list[npt.NDArray[np.uint32]] = []
        for value, postings in source.all_postings(field):
            values.append(value)
            docs.append(postings.docs)
        self.values = tuple(values)
        self.number_of = {value: number for number, value in enumerate(values)}
        counts = [len(part) for part in docs]
        owners = np.repeat(np.arange(len(values), dtype=np.int32), counts)
        all_docs = np.concatenate(docs).astype(np.int64) if docs else np.empty(0, dtype=np.int64)
        order = np.argsort(all_docs, kind="stable")
        self.docs: Docs = all_docs[order]
        self.numbers: npt.NDArray[np.int32] = owners[order]
        self.starts: Docs = np.searchsorted(self.docs, np.arange(source.size + 1))

    def pairs_of(self, mask: Mask, docs: Docs) -> npt.NDArray[np.integer]:
        """Return which pairs belong to some documents, given both as mask and as numbers."""
        starts = self.starts[docs]
        lengths = self.starts[docs + 1] - starts
        total = int(lengths.sum())
        if total >= _WHOLE_SCAN * len(self.docs):
            whole: npt.NDArray[np.integer] = np.flatnonzero(mask[self.docs])
            return whole
        shift = np.cumsum(lengths) - lengths
        pairs: npt.NDArray[np.integer] = np.arange(total) + np.repeat(starts - shift, lengths)
        return pairs

    def first_numbers(self, size: int) -> npt.NDArray[np.int64]:
        """Return each document's first value number, -1 where it has none."""
        first = np.full(size, -1, dtype=np.int64)
        first[self.docs[::-1]] = self.numbers[::-1]
        return first

    def mask(self, values: Iterable[str], size: int) -> Mask:
        """Return the documents that have any of some values."""
        wanted = [self.number_of[value] for value in values if value in self.number_of]
        mask = np.zeros(size, dtype=np.bool_)
        if wanted:
            mask[self.docs[np.isin(self.numbers, wanted)]] = True
        return mask

    def named(self, counts: npt.NDArray[np.integer]) -> dict[str, int]:
        """Return counts by value number as counts by value, zero counts left out."""
        return {self.values[number]: int(counts[number]) for number in np.flatnonzero(counts)}


class PairColumn:
    """A field of pairs `<owner>/<role>`, such as agency_role: the two halves as numbers."""

    def __init__(self, column: ValueColumn) -> None:
        halves = [value.rpartition("/") for value in column.values]
        owners = sorted({owner for owner, _, _ in halves})
        numbers = {owner: number for number, owner in enumerate(owners)}
        self.column = column
        self.owners = tuple(owners)
        self._owner_of = np.array([numbers[owner] for owner, _, _ in halves], dtype=np.int64)
        self._role_of = np.array([role for _, _, role in halves], dtype=np.str_)

    def count_owners(self, mask: Mask, docs: Docs, roles: tuple[str, ...]) -> dict[str, int]:
        """Count the documents in which each owner has one of some roles."""
        if not self.owners:
            return {}
        in_role = np.isin(self._role_of, roles)
        pairs = self.column.pairs_of(mask, docs)
        pairs = pairs[in_role[self.column.numbers[pairs]]]
        owners = self._owner_of[self.column.numbers[pairs]]
        if len(roles) > 1:
            distinct = np.unique(self.column.docs[pairs] * len(self.owners) + owners)
            owners = distinct % len(self.owners)
        counts = np.bincount(owners, minlength=len(self.owners))
        return {self.owners[number]: int(counts[number]) for number in np.flatnonzero(counts)}
