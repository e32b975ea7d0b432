"""An index that follows its library while files come in (边入库边建索引)."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Final, Self

from corpus.errors import LibraryError
from indexer.build import update_index
from indexer.errors import IndexBusyError, IndexerError

if TYPE_CHECKING:
    from corpus.library import Library

# What is acknowledged is to be found within five seconds: this, an update, and a reader's look.
LOOK_EVERY: Final = 0.5


class _StoppedError(Exception):
    """The follower was told to end in the middle of an update."""


class IndexFollower:
    """Brings the index up to date again and again, in a thread, until the `with` block ends.

    Whatever goes wrong is left to the update that every addition ends with, which tells of it. An
    update that is under way at the end is given up: that one does its work as well.
    """

    def __init__(self, library: Library, *, look_every: float = LOOK_EVERY) -> None:
        self._library = library
        self._look_every = look_every
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="index-follower", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        pause, seen = self._look_every, -1
        while not self._stop.wait(pause):
            started = time.monotonic()
            try:
                if self._library.sequence() != seen:
                    seen = update_index(
                        self._library, merge=False, on_progress=self._go_on, lock_timeout=0.0
                    ).sequence
            except IndexBusyError:
                continue
            except (_StoppedError, IndexerError, LibraryError):
                return
            # The longer an update takes, the rarer: the files get a third of the time at least.
            pause = max(self._look_every, (time.monotonic() - started) / 2)

    def _go_on(self, _done: int, _total: int) -> None:
        if self._stop.is_set():
            raise _StoppedError
