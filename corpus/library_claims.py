"""Who parses which file (认领), among the processes that share one library on a server."""

from __future__ import annotations

from contextlib import suppress
from threading import Lock
from typing import TYPE_CHECKING, Final

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from corpus.library_postgres import key_number

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

_TAKE: Final = text("SELECT pg_try_advisory_lock(:key)")
_GIVE_BACK: Final = text("SELECT pg_advisory_unlock(:key)")
_GIVE_ALL_BACK: Final = text("SELECT pg_advisory_unlock_all()")


class Claims:
    """The files that this process is parsing (认领的文件): locks that end with its connection.

    They save work and guard nothing: two who parse one file store it once. So a file may be parsed
    by whoever cannot ask.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._connection: Connection | None = None
        self._mine: set[str] = set()
        self._lock = Lock()

    def take(self, name: str) -> bool:
        """Claim a file; False while another process has it."""
        with self._lock:
            if name in self._mine:
                return True
            try:
                taken = self._ask(name)
            except DBAPIError:
                self._drop()
                taken = True
            if taken:
                self._mine.add(name)
            return taken

    def give_back(self, name: str) -> None:
        """Let go of a file."""
        with self._lock:
            if name not in self._mine:
                return
            self._mine.discard(name)
            try:
                if self._connection is not None:
                    self._connection.execute(_GIVE_BACK, {"key": key_number(f"parse:{name}")})
            except DBAPIError:
                self._drop()

    def close(self) -> None:
        """Let go of everything, at once."""
        with self._lock:
            if self._connection is not None:
                with suppress(DBAPIError):
                    self._connection.execute(_GIVE_ALL_BACK)
            self._drop()

    def _ask(self, name: str) -> bool:
        if self._connection is None:
            self._connection = self._engine.connect()
        return bool(self._connection.execute(_TAKE, {"key": key_number(f"parse:{name}")}).scalar())

    def _drop(self) -> None:
        """Forget the connection; the server lets go of what it held."""
        self._mine.clear()
        if self._connection is not None:
            with suppress(DBAPIError):
                self._connection.invalidate()  # not back to the pool: its locks would live on
                self._connection.close()
            self._connection = None
