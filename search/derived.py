"""What is made of a whole library (派生数据): made anew as it changes, within a share of the time.

While thousands of circulars come in, a library changes many times a second. What takes long to make
is then made anew only after a rest in proportion, so that searches go on as fast as before. What is
hidden from the library's readers is another matter: it is left out at once.
"""

from __future__ import annotations

import threading
import time
from datetime import datetime
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from corpus.library import Library

CHEAP = 0.02  # seconds of the processor: no rest after less
REST = 60  # times as long as the making took
LONGEST_REST = 30.0  # seconds
RENEWED = 4.0  # seconds for which readers take it that whoever renews it will come again

_T = TypeVar("_T")


class _Made(NamedTuple, Generic[_T]):
    """Something made, of which state of the library and for which day, and its rest's end."""

    state: tuple[int, str]
    hidden: frozenset[str]
    value: _T
    rests_until: float


class Derived(Generic[_T]):
    """Something made of a library; safe to share between threads."""

    def __init__(self, library: Library, make: Callable[[], _T]) -> None:
        self._library = library
        self._make = make
        self._lock = threading.Lock()
        self._made: _Made[_T] | None = None
        self._renewed_until = 0.0

    def renew(self) -> None:
        """Make it anew where it is time; readers then need not, for a while."""
        self._renewed_until = 0.0
        self.get()
        self._renewed_until = time.monotonic() + RENEWED

    def get(self) -> _T:
        """Return it as of now; where it is dear and the library keeps changing, as of before."""
        made = self._made
        state = (self._library.sequence(), today())
        if made is not None and made.state == state:
            return made.value
        hidden = self._library.hidden()
        if made is not None and made.hidden == hidden:
            resting = time.monotonic() < max(made.rests_until, self._renewed_until)
            if resting or self._lock.locked():  # somebody else is at it
                return made.value
        with self._lock:
            if self._made is None or self._made is made or self._made.hidden != hidden:
                self._made = self._make_anew(state, hidden)
            return self._made.value

    def _make_anew(self, state: tuple[int, str], hidden: frozenset[str]) -> _Made[_T]:
        started = time.thread_time()
        value = self._make()
        cost = time.thread_time() - started
        rest = min(REST * cost, LONGEST_REST) if cost > CHEAP else 0.0
        return _Made(state, hidden, value, time.monotonic() + rest)


def today() -> str:
    """Return the date of this day where we are, as 2026-01-31."""
    return datetime.now().astimezone().date().isoformat()
