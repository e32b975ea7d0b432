"""Library → the index on a search cluster (建索引): what changed since, or everything."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from indexer.analyzer import default_analyzer
from indexer.build_records import records_of
from indexer.errors import ClusterError, IndexMissingError, IndexStaleError
from indexer.fields import schema_fingerprint
from indexer.generation import Fingerprints
from indexer.opensearch_generation import (
    ClusterGeneration,
    describe_generation,
    drop_generation,
    find_generation,
    publish_generation,
    take_up_generation,
)
from indexer.opensearch_lock import ClusterLock
from indexer.opensearch_writer import ClusterWriter

if TYPE_CHECKING:
    from collections.abc import Callable

    from corpus.library import Library
    from corpus.library_records import Change
    from indexer.analyzer import Analyzer
    from indexer.opensearch_connection import Cluster

# Circulars after which a generation that is being filled notes how far it is.
NOTED_EVERY = 500


def update_cluster_index(
    library: Library,
    cluster: Cluster,
    *,
    rebuild: bool = False,
    on_progress: Callable[[int, int], None] | None = None,
    analyzer: Analyzer | None = None,
    lock_timeout: float = 10.0,
) -> tuple[ClusterGeneration, int, tuple[str, ...]]:
    """Bring the index on a cluster up to date; return it, how much changed, what was refused.

    Changes are written into the published generation and show all at once; that can be cut off
    anywhere and is begun again from the library. Everything is read into a new generation where
    there is none that can be used; one that was left unfinished is filled on from where it was
    known to stand. The arguments are those of `indexer.build.update_index`.

    Raises:
        IndexBusyError: another process is writing.
        ClusterError: the cluster cannot be written to; what was published stays.
    """
    with ClusterLock(cluster, lock_timeout) as lock:
        update = _Update(library, cluster, analyzer or default_analyzer(), lock)
        base = None if rebuild else update.find_base()
        return update.change(base, on_progress) if base else update.rebuild(on_progress)


class _Update:
    """One update, while the lock is held."""

    def __init__(
        self, library: Library, cluster: Cluster, analyzer: Analyzer, lock: ClusterLock
    ) -> None:
        self._library = library
        self._cluster = cluster
        self._analyzer = analyzer
        self._lock = lock
        self._fingerprints = Fingerprints(schema_fingerprint(), analyzer.fingerprint)
        self._identity = library.identity()
        # Read before the circulars: what changes meanwhile is simply read again next time.
        self._sequence = library.sequence()

    def find_base(self) -> ClusterGeneration | None:
        """Return the generation to change; None where everything must be read."""
        try:
            base = find_generation(self._cluster, self._fingerprints, patience=30.0)
        except (IndexMissingError, IndexStaleError):
            return None
        # A library brought back from a backup is behind its index.
        follows = base.sequence <= self._sequence
        return base if follows and base.library == self._identity else None

    def change(
        self, base: ClusterGeneration, on_progress: Callable[[int, int], None] | None
    ) -> tuple[ClusterGeneration, int, tuple[str, ...]]:
        """Write what has changed since into a generation."""
        if base.sequence == self._sequence:
            return base, 0, ()
        changes = tuple(self._library.changes(base.sequence))
        records, _, rejected = self._write(base, changes, on_progress)
        changed_base = replace(base, **self._facts(records))
        describe_generation(self._cluster, changed_base)
        return changed_base, len(changes), rejected

    def rebuild(
        self, on_progress: Callable[[int, int], None] | None
    ) -> tuple[ClusterGeneration, int, tuple[str, ...]]:
        """Write everything into a new generation, or one that was left unfinished; publish it."""
        base = take_up_generation(self._cluster, self._fingerprints, self._identity, self._sequence)
        changes = tuple(self._library.changes(base.sequence))
        records, expected, rejected = self._write(base, changes, on_progress)
        if records != expected:
            drop_generation(self._cluster, base.index)
            problem = f"应有 {expected} 条记录，集群却有 {records} 条"
            raise ClusterError(str(self._cluster.address), problem)
        made = replace(base, **self._facts(records))
        publish_generation(self._cluster, made)
        return made, made.circulars, rejected

    def _write(
        self,
        base: ClusterGeneration,
        changes: tuple[Change, ...],
        on_progress: Callable[[int, int], None] | None,
    ) -> tuple[int, int, tuple[str, ...]]:
        """Write changes; return how many records stand and should, and those refused."""
        writer = ClusterWriter(self._cluster, base.index)
        before, done = 0, 0
        try:
            if base.sequence:
                before = writer.remove_circulars(change.circular_id for change in changes)
            if not base.built_at:
                done = max(0, len(self._library.circular_ids()) - len(changes))
            total = done + len(changes)
            for number, change in enumerate(changes, start=1):
                stored = self._library.get(change.circular_id)
                if stored is not None:
                    records = records_of(change.circular_id, stored.circular, self._analyzer)
                    writer.add_circular(records)
                self._lock.check()
                if on_progress is not None:
                    on_progress(done + number, total)
                if not base.built_at and number % NOTED_EVERY == 0:
                    writer.flush()
                    describe_generation(self._cluster, replace(base, sequence=change.sequence))
            standing, rejected = writer.commit()
        except BaseException:
            writer.give_up()
            raise
        self._lock.check()
        return standing, before + writer.written, rejected

    def _facts(self, records: int) -> dict[str, Any]:
        return {
            "sequence": self._sequence,
            "records": records,
            "circulars": len(self._library.circular_ids()),
            "built_at": time.time(),
        }
