"""The catalogue (目录) of an open library: kept in memory, and only what has changed is read again.

A page asks for it, and so does whatever finds circulars by title or number; a library that grows
while it is searched would otherwise be read whole after every circular.
"""

from __future__ import annotations

import time
from bisect import insort
from threading import Lock
from typing import TYPE_CHECKING, Final

from corpus.library_reading import changes, summary

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from corpus.library_records import CircularSummary

_BACKWARDS: Final = str.maketrans("0123456789", "9876543210")
_LONGEST_BEHIND: Final = 10.0  # seconds; longer than any reader looks at one moment
_UNDATED: Final = "~"  # behind every digit


class Catalogue:
    """One line per circular, newest first, undated ones last; safe to share between threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._sequence = 0
        self._hidden: frozenset[str] = frozenset()
        self._lines: tuple[CircularSummary, ...] = ()
        self._behind_since: float | None = None

    def read(
        self, connection: Connection, sequence: int, hidden: frozenset[str]
    ) -> tuple[CircularSummary, ...]:
        """Return the lines as of a sequence number (变更序号), which the connection sees, or later.

        `hidden` are the circulars that the connection does not show at that moment.
        """
        with self._lock:
            if self._went_back(sequence):
                self._sequence, self._lines = 0, ()
            if sequence > self._sequence:
                since = self._sequence
                changed = {each.circular_id for each in changes(connection, since)}
                changed |= hidden - self._hidden  # of which the connection tells nothing
                fresh = sorted(summary(connection, since), key=_order)
                changed.update(line.id for line in fresh)  # by now there may be more of them
                kept = [line for line in self._lines if line.id not in changed]
                for line in fresh if kept else ():
                    insort(kept, line, key=_order)  # a handful, as a rule
                self._sequence, self._hidden = sequence, hidden
                self._lines = tuple(kept or fresh)
            if hidden <= self._hidden:
                return self._lines
            return tuple(line for line in self._lines if line.id not in hidden)

    def _went_back(self, sequence: int) -> bool:
        """Tell whether the library is an earlier one than before: brought back from a backup.

        A reader whom others have overtaken is behind as well, but not for long.
        """
        if sequence >= self._sequence:
            self._behind_since = None
            return False
        if self._behind_since is None:
            self._behind_since = time.monotonic()
        return time.monotonic() - self._behind_since > _LONGEST_BEHIND


def _order(line: CircularSummary) -> tuple[str, str, str, str]:
    return line.date.translate(_BACKWARDS) or _UNDATED, line.number, line.title, line.id
