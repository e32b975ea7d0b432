"""Transactions that are worth another try (重试): a server that starts anew, writers in the way."""

from __future__ import annotations

import random
import time
from itertools import count
from typing import TYPE_CHECKING, Final, TypeVar

from corpus.errors import LibraryBusyError, LibraryUnreachableError
from corpus.library_database import translated
from corpus.library_postgres import lock_until_the_end
from corpus.library_schema import is_server

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection, Engine

PATIENCE: Final = 120.0  # seconds: a server that is restarted is back by then
_LONGEST_PAUSE: Final = 3.0
_Made = TypeVar("_Made")


def transact(engine: Engine, location: str, work: Callable[[Connection], _Made]) -> _Made:
    """Do some work in one transaction; on a server, again where it was not the work that failed.

    What was committed without our hearing of it is done twice, so work has to bear that: a source
    that is there already is told to be.

    Raises:
        LibraryError: it failed, or kept failing for as long as patience lasts.
    """
    patience = PATIENCE if is_server(engine.dialect) else 0.0
    give_up = time.monotonic() + patience
    for attempt in count():
        try:
            with translated(location), engine.begin() as connection:
                return work(connection)
        except (LibraryUnreachableError, LibraryBusyError):
            if time.monotonic() >= give_up:
                raise
        longest = min(_LONGEST_PAUSE, 0.05 * 2 ** min(attempt, 10))
        time.sleep(random.uniform(0.5, 1.0) * longest)  # noqa: S311 - so that not all come back at once
    raise AssertionError  # count() does not end


def hold(connection: Connection, *keys: str) -> bool:
    """Keep other writers who name one of these keys out until the end of the transaction.

    Return whether there may have been any: what was read before has to be read again.

    In a file a writer is alone anyway. On a server the order is: what a file is known by, all at
    once; then the circular; then the library's sequence number, with nothing after it. So nobody
    waits in a circle.
    """
    if not is_server(connection.dialect):
        return False
    lock_until_the_end(connection, *keys)
    return True
