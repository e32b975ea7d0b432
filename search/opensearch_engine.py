"""OpenSearchEngine: the port over an index on a search cluster.

The cluster finds and counts: tiers, filters and facets are conditions, so totals are exact. It also
proposes the candidates of each tier; their scores and order are made here (`opensearch_scoring`).
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, TypeVar

from search.opensearch_answer import Answer
from search.opensearch_questions import any_of
from search.opensearch_snapshot import Asking, Snapshot, SnapshotLostError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from indexer.opensearch_connection import Cluster
    from search.engine import Matches, Row
    from search.query import Query

_T = TypeVar("_T")
_SPECIAL = frozenset('.?+*|{}[]()"\\#@&<>~^$-')
# Each shard offers so many words, lest one that is rare here and frequent there be missed.
_WORDS_OF_A_SHARD = 2_000
# A partial snapshot is used again for so long, lest every search open one; one that was replaced is
# closed after so long, when nobody asks it any more.
_PARTIAL_SECONDS, _RETIRED_SECONDS = 1.0, 30.0


class OpenSearchEngine:
    """The engine over one generation of an index on a cluster; safe to share between threads."""

    def __init__(
        self, cluster: Cluster, index: str, sequence: int = 0, without: Collection[str] = ()
    ) -> None:
        self._cluster = cluster
        self._without = without
        self._narrowed: list[OpenSearchEngine] = []
        self._index = index
        self._sequence = sequence
        self._lock = threading.Lock()
        self._held: Snapshot | None = None
        self._opened = 0.0
        self._retired: list[tuple[float, Snapshot]] = []

    @property
    def sequence(self) -> int:
        """The library's sequence number the index was built from."""
        return self._sequence

    def search(self, query: Query) -> Matches:
        """Return the matches of a question; `timed_out` where a shard did not answer."""
        return self._asked(lambda asking: Answer(asking, query).matches())

    def columns(self, query: Query, fields: Sequence[str]) -> tuple[Row, ...]:
        """Return what each match has in some fields, whatever its page."""
        return self._asked(lambda asking: Answer(asking, query).columns(fields))

    def words(self, beginning: str, limit: int) -> tuple[str, ...]:
        """Return the words of the texts that begin so, those of most records first."""
        fields = ("words_paragraph", "words_measure")
        pattern = "".join(f"\\{c}" if c in _SPECIAL else c for c in beginning)
        counted = {
            "field": "words",
            "include": f"{pattern}.*",
            "size": limit,
            "shard_size": limit + _WORDS_OF_A_SHARD,
        }
        body = {
            "size": 0,
            "query": any_of({"prefix": {field: beginning}} for field in fields),
            "aggs": {"words": {"terms": counted}},
        }
        (answer,) = self._asked(lambda asking: asking.ask([body]))
        return tuple(bucket["key"] for bucket in answer["aggregations"]["words"]["buckets"])

    def without(self, circulars: Collection[str]) -> OpenSearchEngine:
        """Return the engine as if it had never held some circulars; closed by closing this one."""
        if not circulars:
            return self
        hidden = {*self._without, *circulars}
        narrowed = OpenSearchEngine(self._cluster, self._index, self._sequence, hidden)
        with self._lock:
            self._narrowed.append(narrowed)
        return narrowed

    def close(self) -> None:
        """Let go of the point in time; the connection belongs to whoever opened it."""
        for narrowed in self._narrowed:
            narrowed.close()
        with self._lock:
            self._retire()
            retired, self._retired = self._retired, []
        for _, snapshot in retired:
            snapshot.close()

    def _asked(self, question: Callable[[Asking], _T]) -> _T:
        """Return the answer to a question; asked again where a part of a snapshot is lost."""
        snapshot = self._snapshot(None)
        try:
            return question(Asking(snapshot, self._place, lenient=False))
        except SnapshotLostError:
            return question(Asking(self._snapshot(snapshot), self._place, lenient=True))

    @property
    def _place(self) -> str:
        return str(self._cluster.address)

    def _snapshot(self, lost: Snapshot | None) -> Snapshot:
        """Return the snapshot in use; a new one instead of a lost or a partial one."""
        with self._lock:
            held, now = self._held, time.monotonic()
            is_old = now > self._opened + _PARTIAL_SECONDS
            if held is not None and held is not lost and (held.is_whole or not is_old):
                return held
            self._retire()
            self._close_retired(now)
            self._held = Snapshot(self._cluster, self._index, self._without)
            self._opened = now
            return self._held

    def _retire(self) -> None:
        if self._held is not None:
            self._retired.append((time.monotonic(), self._held))
            self._held = None

    def _close_retired(self, now: float) -> None:
        """Close what was replaced a while ago: it holds shards, which a node must open anew."""
        while self._retired and self._retired[0][0] + _RETIRED_SECONDS < now:
            self._retired.pop(0)[1].close()
