"""WhooshEngine: a published generation of the Whoosh index, asked through arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from indexer.generation import current
from indexer.whoosh_reader import IndexReader
from search.execution import Execution

if TYPE_CHECKING:
    from pathlib import Path

    from search.engine import Matches
    from search.query import Query


class WhooshEngine:
    """The engine over one folder of a Whoosh index; safe to share between threads."""

    def __init__(self, folder: Path, sequence: int = 0) -> None:
        self._reader = IndexReader(folder)
        self._execution = Execution(self._reader)
        self._sequence = sequence

    @classmethod
    def open(cls, index_root: Path) -> Self:
        """Open the published generation of an index folder; raises IndexerError without one."""
        generation = current(index_root)
        return cls(generation.path, generation.manifest.sequence)

    @property
    def sequence(self) -> int:
        """The library's sequence number the index was built from."""
        return self._sequence

    def search(self, query: Query) -> Matches:
        """Return the matches of a question."""
        return self._execution.search(query)

    def close(self) -> None:
        """Close the files of the index."""
        self._reader.close()
