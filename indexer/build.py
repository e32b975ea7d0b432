"""Library → index generation (建索引): what changed since the last one, or everything."""

from __future__ import annotations

import gc
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from indexer.analyzer import default_analyzer
from indexer.build_records import records_of
from indexer.disk import DISK
from indexer.errors import (
    IndexDamagedError,
    IndexMissingError,
    IndexNotWritableError,
    IndexStaleError,
    RecordError,
)
from indexer.fields import schema_fingerprint
from indexer.generation import Fingerprints, Manifest, current
from indexer.index_lock import hold_lock
from indexer.opensearch_build import update_cluster_index
from indexer.opensearch_connection import Cluster, cluster_address
from indexer.opensearch_generation import find_generation
from indexer.publishing import drop_work, prepare_root, publish, start_work, sweep
from indexer.whoosh_writer import QUICK, USUAL, WHOLE, RecordWriter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from corpus.library import Library
    from corpus.model import Circular
    from indexer.analyzer import Analyzer
    from indexer.disk import Disk
    from indexer.generation import Generation
    from indexer.whoosh_writer import Merging

INDEX_FOLDER = "index"
LOCK_TIMEOUT = 10.0
MUCH = 0.1  # of a library: whoever has changed so much waits for the index to be merged far as well


@dataclass(frozen=True, slots=True)
class IndexState:
    """What an update came to: the generation, what it holds, how many circulars were touched.

    `unmerged` says why segments were left as they are that had better been merged.
    """

    generation: int
    sequence: int
    records: int
    circulars: int
    changed: int
    rejected: tuple[str, ...] = ()  # records that no index can keep, in Chinese
    unmerged: str = ""


def index_root(library: Library) -> Path:
    """Return the folder of a library's index."""
    return library.folder / INDEX_FOLDER


def published_sequence(library: Library, *, on_warning: Callable[[str], None] | None = None) -> int:
    """Return the library's sequence number that its published index agrees with.

    Raises:
        IndexerError: there is no index that can be used.
    """
    if (address := cluster_address()) is not None:
        with closing(Cluster(address)) as cluster:
            return find_generation(cluster).sequence
    return current(index_root(library), on_warning=on_warning).manifest.sequence


def update_index(
    library: Library,
    *,
    rebuild: bool = False,
    merge: bool = True,
    added: int = 0,
    on_progress: Callable[[int, int], None] | None = None,
    analyzer: Analyzer | None = None,
    lock_timeout: float = LOCK_TIMEOUT,
    disk: Disk = DISK,
) -> IndexState:
    """Bring the index up to date with the library and return its state.

    What has changed is published first, with quick merges alone; then, where segments had better be
    merged for the sake of all later searches, that is published as well; after much has changed
    it is done as far as segments go.

    Only changed circulars are read. Everything is read when there is no usable index, when it was
    built with other word lists or for another library, or with `rebuild`, which never opens the
    index it replaces. The old generation serves until the new one is published; on any error it
    stays.

    Args:
        library: the library to follow.
        rebuild: read everything again.
        merge: merge large segments too; without it the time depends on what has changed only.
        added: circulars that this command has indexed before, without merging.
        on_progress: told the circulars done and to do, after each.
        analyzer: another analyzer than this program's.
        lock_timeout: how many seconds to wait for another writer before `IndexBusyError`.
        disk: another way to the disk, for tests that cut its power.

    Raises:
        IndexBusyError: another process is writing.
        IndexNotWritableError: the disk is full, failing or closed to us.
        ClusterError: the index is kept on a cluster (`cluster_address`) that cannot be written to.
    """
    if (address := cluster_address()) is not None:
        with closing(Cluster(address)) as cluster:
            made, changed, rejected = update_cluster_index(
                library,
                cluster,
                rebuild=rebuild,
                on_progress=on_progress,
                analyzer=analyzer,
                lock_timeout=lock_timeout,
            )
        return IndexState(
            made.number, made.sequence, made.records, made.circulars, changed, rejected
        )
    root = index_root(library)
    try:
        prepare_root(root, disk)
        with hold_lock(root, lock_timeout):
            sweep(root, disk)
            update = _Update(library, root, analyzer or default_analyzer(), disk)
            published, state = update.run(None if rebuild else update.find_base(), on_progress)
            if not merge:
                return state
            much = max(added, state.changed) > MUCH * state.circulars
            try:
                return update.merge(published, state, WHOLE if much else USUAL)
            except OSError as error:
                # What came in is published already: only later searches pay for it.
                return replace(state, unmerged=error.strerror or str(error))
    except OSError as error:
        raise IndexNotWritableError(root, error.strerror or str(error)) from error


class _Update:
    """One update, while the lock is held."""

    def __init__(self, library: Library, root: Path, analyzer: Analyzer, disk: Disk) -> None:
        self._library = library
        self._disk = disk
        self._root = root
        self._analyzer = analyzer
        self._fingerprints = Fingerprints(schema_fingerprint(), analyzer.fingerprint)
        self._identity = library.identity()
        # Read before the circulars: what changes meanwhile is simply read again next time.
        self._sequence = library.sequence()

    def find_base(self) -> Generation | None:
        """Return the generation to build on; None where everything must be read."""
        try:
            base = current(self._root, expected=self._fingerprints)
        except (IndexMissingError, IndexDamagedError, IndexStaleError):
            return None
        # A library brought back from a backup is behind its index.
        follows = base.manifest.sequence <= self._sequence
        return base if follows and base.manifest.library == self._identity else None

    def run(
        self, base: Generation | None, on_progress: Callable[[int, int], None] | None
    ) -> tuple[Generation, IndexState]:
        """Publish what has changed; return what is published then, and what it came to."""
        if base is not None and base.manifest.sequence == self._sequence:
            return base, _state_of(base, 0, ())
        work = start_work(self._root, base, self._disk)
        try:
            writer = RecordWriter(work)
            changed = self._changed(base)
            if base is not None:
                writer.remove_circulars(changed)
            rejected: list[str] = []
            with _collector_paused():
                for done, circular_id in enumerate(changed, start=1):
                    rejected += self._add_circular(writer, circular_id)
                    if on_progress is not None:
                        on_progress(done, len(changed))
            facts = Manifest(
                fingerprints=self._fingerprints,
                library=self._identity,
                sequence=self._sequence,
                records=writer.commit(QUICK),
                circulars=len(self._library.circular_ids()),
                files={},
            )
            published = publish(self._root, work, facts, base, self._disk)
        except BaseException:
            drop_work(work, self._disk)
            raise
        return published, _state_of(published, len(changed), tuple(rejected))

    def merge(self, base: Generation, state: IndexState, merging: Merging) -> IndexState:
        """Publish what is published once more, merged, where that is worth it."""
        if not RecordWriter(base.path).wants(merging):
            return state
        work = start_work(self._root, base, self._disk)
        try:
            RecordWriter(work).commit(merging)
            published = publish(self._root, work, base.manifest, base, self._disk)
        except BaseException:
            drop_work(work, self._disk)
            raise
        return replace(state, generation=published.number)

    def _changed(self, base: Generation | None) -> tuple[str, ...]:
        if base is None:
            return tuple(self._library.circular_ids())
        changes = self._library.changes(base.manifest.sequence)
        return tuple(dict.fromkeys(change.circular_id for change in changes))

    def _add_circular(self, writer: RecordWriter, circular_id: str) -> Iterator[str]:
        stored = self._library.get(circular_id)
        if stored is not None:
            yield from self._add_records(writer, circular_id, stored.circular)

    def _add_records(
        self, writer: RecordWriter, circular_id: str, circular: Circular
    ) -> Iterator[str]:
        for record in records_of(circular_id, circular, self._analyzer):
            try:
                writer.add(record)
            except RecordError as error:
                yield str(error)


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Keep the cyclic garbage collector out of a loop that makes millions of tokens and no cycles.

    It would walk them again and again: a third of the time of a whole build.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _state_of(generation: Generation, changed: int, rejected: tuple[str, ...]) -> IndexState:
    manifest = generation.manifest
    return IndexState(
        generation=generation.number,
        sequence=manifest.sequence,
        records=manifest.records,
        circulars=manifest.circulars,
        changed=changed,
        rejected=rejected,
    )
