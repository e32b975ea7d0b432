"""WhooshEngine: a published generation of the Whoosh index, asked through arrays."""

from __future__ import annotations

from bisect import bisect_left
from functools import cached_property
from typing import TYPE_CHECKING, Self

from indexer.generation import open_current
from indexer.whoosh_reader import IndexReader
from search.execution import Execution

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

    from search.engine import Matches, Row
    from search.query import Query

_BEYOND = "\U0010ffff"


class WhooshEngine:
    """The engine over one Whoosh index, a folder or open; safe to share between threads."""

    def __init__(self, index: Path | IndexReader, sequence: int = 0) -> None:
        self._reader = index if isinstance(index, IndexReader) else IndexReader(index)
        self._execution = Execution(self._reader)
        self._sequence = sequence

    @classmethod
    def open(cls, index_root: Path) -> Self:
        """Open the published generation of an index folder; raises IndexerError without one."""
        return open_current(index_root, lambda each: cls(each.path, each.manifest.sequence))

    @property
    def sequence(self) -> int:
        """The library's sequence number the index was built from."""
        return self._sequence

    def search(self, query: Query) -> Matches:
        """Return the matches of a question."""
        return self._execution.search(query)

    def columns(self, query: Query, fields: Sequence[str]) -> tuple[Row, ...]:
        """Return what each match has in some fields, whatever its page."""
        return self._execution.columns(query, fields)

    def words(self, beginning: str, limit: int) -> tuple[str, ...]:
        """Return the words of the texts that begin so, those of most records first."""
        terms, counts = self._vocabulary
        first, last = bisect_left(terms, beginning), bisect_left(terms, beginning + _BEYOND)
        chosen = sorted(range(first, last), key=lambda place: (-counts[place], terms[place]))
        return tuple(terms[place] for place in chosen[:limit])

    def without(self, circulars: Collection[str]) -> WhooshEngine:
        """Return the engine as if it had never held some circulars; closed by closing this one."""
        return WhooshEngine(self._reader.without(circulars), self._sequence) if circulars else self

    @cached_property
    def _vocabulary(self) -> tuple[list[str], list[int]]:
        """Words and how many records hold each, in order; read when first asked for."""
        every = [(term, len(found.docs)) for term, found in self._reader.all_postings("words")]
        every.sort()
        return [term for term, _ in every], [count for _, count in every]

    def close(self) -> None:
        """Close the files of the index."""
        self._reader.close()
