"""The index as those see it who may not see everything (可见范围): hidden circulars are not in it.

Their records count as removed, so nothing finds them, counts them, completes from them or weighs by
them: the answers are those of an index that never held them. What is hidden is asked of the library
as it is now, never of the index, which may be older.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from corpus.library import Library
    from search.engine import Engine
    from search.engine_source import EngineSource, Warm


class _Narrowed(NamedTuple):
    """An engine without what was hidden at a sequence number."""

    engine: Engine
    sequence: int
    hidden: frozenset[str]
    without: Engine


class VisibleSource:
    """Lends the engines of another source without what a library hides from its reader."""

    def __init__(self, source: EngineSource, library: Library) -> None:
        self._source = source
        self._library = library
        self._lock = threading.Lock()
        self._known: _Narrowed | None = None

    @contextmanager
    def borrow(self) -> Iterator[Engine]:
        """Lend the engine; raises IndexerError where there is none."""
        with self._source.borrow() as engine:
            yield self._narrowed(engine)

    def follow(self, warm: Warm | None = None) -> None:
        """Let the other source look for a newer index."""
        self._source.follow(warm)

    def built_at(self) -> str:
        """Return when that index was built; "" where nobody knows."""
        return self._source.built_at()

    def close(self) -> None:
        """Forget the engine; the other source is its owner's to close."""
        with self._lock:
            self._known = None

    def let_go(self) -> None:
        """Forget an engine that is lent no more: as long as it is known its files are held."""
        with self._source.borrow() as engine, self._lock:
            if self._known is not None and self._known.engine is not engine:
                self._known = None

    def _narrowed(self, engine: Engine) -> Engine:
        # Asked after the engine was lent: whatever it holds, the library knows whether it is seen.
        sequence = self._library.sequence()
        with self._lock:
            known = self._known
            if known is None or (known.engine, known.sequence) != (engine, sequence):
                hidden = self._library.hidden()
                same = known is not None and (known.engine, known.hidden) == (engine, hidden)
                without = known.without if known and same else engine.without(hidden)
                known = self._known = _Narrowed(engine, sequence, hidden, without)
            return known.without
