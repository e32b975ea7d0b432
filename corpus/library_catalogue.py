"""The catalogue (目录) of an open library: kept in memory, and only what has changed is read again.

A page asks for it, and so does whatever finds circulars by title or number; a library that grows
while it is searched would otherwise be read whole after every circular.
"""

from __future__ import annotations

from bisect import insort
from threading import Lock
from typing import TYPE_CHECKING, Final

from corpus.library_reading import changes, summary

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from corpus.library_records import CircularSummary

_BACKWARDS: Final = str.maketrans("0123456789", "9876543210")
_UNDATED: Final = "~"  # behind every digit


class Catalogue:
    """One line per circular, newest first, undated ones last; safe to share between threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._sequence = 0
        self._hidden: frozenset[str] = frozenset()
        self._lines: tuple[CircularSummary, ...] = ()

    def read(
        self, connection: Connection, sequence: int, hidden: frozenset[str]
    ) -> tuple[CircularSummary, ...]:
        """Return the lines as of a sequence number (变更序号), which the connection sees, or later.

        `hidden` are the circulars that the connection does not show: where others are hidden than
        before, everything is read again.
        """
        with self._lock:
            if hidden != self._hidden:
                self._sequence, self._hidden, self._lines = 0, hidden, ()
            if sequence > self._sequence:
                since = self._sequence
                changed = {each.circular_id for each in changes(connection, since)}
                fresh = sorted(summary(connection, since), key=_order)
                changed.update(line.id for line in fresh)  # by now there may be more of them
                kept = [line for line in self._lines if line.id not in changed]
                for line in fresh if kept else ():
                    insort(kept, line, key=_order)  # a handful, as a rule
                self._sequence, self._lines = sequence, tuple(kept or fresh)
            return self._lines


def _order(line: CircularSummary) -> tuple[str, str, str, str]:
    return line.date.translate(_BACKWARDS) or _UNDATED, line.number, line.title, line.id
