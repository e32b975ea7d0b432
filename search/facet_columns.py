"""Facet fields as columns: which values each document has, counted or asked for at once."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from indexer.postings import spread

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from indexer.whoosh_reader import IndexReader
    from search.literals import Docs, Mask

# From this share of all documents on, all pairs are looked at rather than those of each document.
_MANY = 0.2


class ValueColumn:
    """The values of one KEYWORDS field: pairs (document, value number), documents ascending.

    Values are in the order of their text, so a number is a rank too.
    """

    def __init__(self, source: IndexReader, field: str) -> None:
        self.values, self.starts, self.numbers = source.column(field)
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

    @cached_property
    def _counts_of_all(self) -> npt.NDArray[np.int64]:
        return self._bincount(self.numbers)

    def _bincount(self, numbers: npt.NDArray[np.integer]) -> npt.NDArray[np.int64]:
        return np.bincount(numbers, minlength=len(self.values))

    def count(self, mask: Mask, docs: Docs, others: Docs | None) -> dict[str, int]:
        """Return how many of some documents, given both ways, have each value that any has.

        `others` are all documents but those, given where they are fewer: then they are counted.
        """
        if not self.values:
            return {}
        fewer = docs if others is None else others
        if not self._single and len(fewer) > _MANY * self._size:
            return _named(self.values, self._count_by_value(mask))
        counts = self._bincount(self.numbers.take(fewer if self._single else self.pairs_of(fewer)))
        return _named(self.values, counts if others is None else self._counts_of_all - counts)

    def _count_by_value(self, mask: Mask) -> npt.NDArray[np.uint32]:
        """Count along the values, of which each has a document: one look at every pair."""
        docs, starts = self._holders
        held = mask.take(docs).astype(np.uint32)  # adding one type up is many times faster
        counts: npt.NDArray[np.uint32] = np.add.reduceat(held, starts[:-1], dtype=np.uint32)
        return counts

    @cached_property
    def _holders(self) -> tuple[npt.NDArray[np.integer], npt.NDArray[np.integer]]:
        return self._source.holders(self._field)

    def pairs_of(self, docs: Docs) -> npt.NDArray[np.integer]:
        """Return which pairs belong to some documents."""
        return spread(self.starts.take(docs), self._lengths.take(docs))

    def rows(self, docs: Docs) -> list[tuple[str, ...]]:
        """Return the values of some documents, in their order."""
        if self._single:
            return [(self.values[number],) for number in self.numbers[docs].tolist()]
        pairs = zip(self.starts[docs].tolist(), self.starts[docs + 1].tolist(), strict=True)
        numbers = self.numbers
        return [
            tuple(self.values[number] for number in numbers[start:end].tolist())
            for start, end in pairs
        ]

    def mask(self, values: Iterable[str]) -> Mask:
        """Return the documents that have any of some values."""
        wanted = np.zeros(len(self.values) + 1, dtype=np.bool_)
        wanted[[self.number_of.get(value, -1) for value in values]] = True
        wanted[-1] = False
        if self._single:
            single: Mask = wanted[self.numbers]
            return single
        mask = np.zeros(self._size, dtype=np.bool_)
        mask[self.docs[wanted[self.numbers]]] = True
        return mask


class PairColumn:
    """A field of pairs `<owner>/<role>`, such as agency_role: the two halves as numbers."""

    def __init__(self, column: ValueColumn) -> None:
        halves = [value.rpartition("/") for value in column.values]
        owners, self._owner_of = np.unique([owner for owner, _, _ in halves], return_inverse=True)
        self._owners: list[str] = owners.tolist()
        self._roles = np.array([role for _, _, role in halves], dtype=np.str_)
        self._column = column

    def count_owners(self, docs: Docs, roles: tuple[str, ...]) -> dict[str, int]:
        """Count the documents in which each owner has one of some roles."""
        pairs = self._column.pairs_of(docs)
        numbers = self._column.numbers[pairs]
        in_role = np.isin(self._roles, roles)[numbers]
        owners = self._owner_of[numbers[in_role]]
        if len(roles) > 1:
            documents = self._column.docs[pairs[in_role]]
            owners = np.unique(documents * len(self._owners) + owners) % len(self._owners)
        return _named(self._owners, np.bincount(owners))


def _named(names: Sequence[str], counts: npt.NDArray[np.integer]) -> dict[str, int]:
    held = np.flatnonzero(counts)
    names_held = [names[number] for number in held.tolist()]
    return dict(zip(names_held, counts[held].tolist(), strict=True))
