"""Where a searcher gets its engine from: the published generation, followed as it moves."""

from __future__ import annotations

import logging
import threading
import time
from abc import ABC, abstractmethod
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from indexer.build import index_root
from indexer.errors import IndexDamagedError, IndexerError
from indexer.generation import MANIFEST, POINTER, open_current
from indexer.opensearch_connection import Cluster, cluster_address
from search.derived import RENEWED
from search.whoosh_engine import WhooshEngine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from corpus.library import Library
    from indexer.generation import Generation
    from search.engine import Engine

    Warm = Callable[[Engine], None]  # asks an engine something

LOOK_EVERY = 0.5  # seconds between looks at the pointer
_REPORT = logging.getLogger("gongwen.index")


class EngineSource(Protocol):
    """Lends out an engine for the time of one search."""

    def borrow(self) -> AbstractContextManager[Engine]:
        """Lend the engine of the newest published index."""
        ...

    def follow(self, warm: Warm | None = None) -> None:
        """Look for a newer index now, so that no borrower has to open it; `warm` is asked first."""
        ...

    def built_at(self) -> str:
        """Return when that index was built, as a clock shows it; "" where nobody knows."""
        ...

    def close(self) -> None:
        """Close the engine when the last borrower is done."""
        ...


class _Lent:
    """An engine, how many borrow it, and whether it is to be closed after them."""

    def __init__(self, engine: Engine, pointer: str, built_at: str) -> None:
        self.engine = engine
        self.pointer = pointer
        self.built_at = built_at
        self.borrowers = 0
        self.retired = False
        self.closed = False


class FollowingSource(ABC):
    """An engine over a published index; looks now and then whether another is published.

    A new generation that cannot be opened leaves the old one in service: what is on the screen
    stays searchable while somebody mends the index. While one is being opened the others search on
    in the old one: in a library that grows nobody waits for every generation.
    """

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._looking = threading.Lock()  # held by the one who looks, and opens
        self._lent: _Lent | None = None
        self._next_look = 0.0

    @contextmanager
    def borrow(self) -> Iterator[Engine]:
        """Lend the engine of the newest published generation; raises IndexerError without one."""
        if self._clock() >= self._next_look:
            self.follow()
        with self._lock:
            if self._lent is None:
                self._lent = self._open_newest()
            lent = self._lent
            lent.borrowers += 1
        try:
            yield lent.engine
        finally:
            with self._lock:
                lent.borrowers -= 1
            self._close_if_done(lent)

    def built_at(self) -> str:
        """Return when the generation in service was built: 14:05, or 11-20 14:05 on another day."""
        with self._lock:
            return "" if self._lent is None else self._lent.built_at

    def close(self) -> None:
        """Close the engine when the last borrower is done."""
        with self._lock:
            lent, self._lent = self._lent, None
        if lent is not None:
            self._retire(lent)

    def follow(self, warm: Warm | None = None) -> None:
        """Put the newest generation into service, unless somebody else is at it.

        `warm` is given its engine before anybody else is: what it asks is remembered by then.
        """
        if not self._looking.acquire(blocking=False):
            return
        try:
            old = self._lent
            if old is None or self._read_pointer() == old.pointer:
                return
            try:
                newest = self._open_newest()
                if warm is not None:
                    _warm_up(newest.engine, warm)
            except IndexerError as error:
                _REPORT.warning("新的索引不能打开，仍用原来的：%s", error)
                return
            with self._lock:
                # Where the source was closed meanwhile, what was opened for it goes as well.
                unwanted = newest if self._lent is None else self._lent
                if self._lent is not None:
                    self._lent = newest
            self._retire(unwanted)
        finally:
            # Who warms an engine up comes again, before readers would look by themselves.
            self._next_look = self._clock() + (LOOK_EVERY if warm is None else RENEWED)
            self._looking.release()

    def _open_newest(self) -> _Lent:
        # Read first: a generation published in between is then found at the next look.
        pointer = self._read_pointer()
        engine, built = self._open()
        today = built.date() == datetime.now().astimezone().date()
        return _Lent(engine, pointer, built.strftime("%H:%M" if today else "%m-%d %H:%M"))

    @abstractmethod
    def _open(self) -> tuple[Engine, datetime]:
        """Open the published index; return when it was built, too. Raises IndexerError."""

    @abstractmethod
    def _read_pointer(self) -> str:
        """Return what changes whenever another index is published; "" where there is none."""

    def _retire(self, lent: _Lent) -> None:
        with self._lock:
            lent.retired = True
        self._close_if_done(lent)

    def _close_if_done(self, lent: _Lent) -> None:
        """Close what nobody has any more; without the lock, as a cluster may take its time."""
        with self._lock:
            is_done = lent.retired and not lent.borrowers and not lent.closed
            lent.closed = lent.closed or is_done
        if is_done:
            lent.engine.close()


def _warm_up(engine: Engine, warm: Warm) -> None:
    try:
        warm(engine)
    except IndexDamagedError:
        engine.close()
        raise
    except Exception:  # noqa: BLE001 - opened and not damaged: readers are told what goes wrong
        _REPORT.exception("新的索引没有预热成")


def open_source(library: Library) -> EngineSource:
    """Return where the index of a library is: the cluster that is configured, else its folder."""
    address = cluster_address()
    if address is None:
        return IndexSource(index_root(library))
    from search.opensearch_source import ClusterSource  # which needs this module

    return ClusterSource(Cluster(address))


class IndexSource(FollowingSource):
    """The engine over an index folder; a look is a look at its pointer."""

    def __init__(self, root: Path, *, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(clock=clock)
        self._root = root

    def _open(self) -> tuple[Engine, datetime]:
        return open_current(self._root, _engine_of, on_warning=_REPORT.warning)

    def _read_pointer(self) -> str:
        try:
            return (self._root / POINTER).read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError):
            return ""


def _engine_of(generation: Generation) -> tuple[Engine, datetime]:
    """Open a generation; return when it was built, too."""
    built = datetime.fromtimestamp((generation.path / MANIFEST).stat().st_mtime).astimezone()
    return WhooshEngine(generation.path, generation.manifest.sequence), built
