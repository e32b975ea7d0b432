"""How long one search may take (时限): work that has not begun by then is left out, and said so.

What is left out can only make an answer smaller: a condition that was not looked at holds nowhere.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

SECONDS = 1.5
_UNTIL: ContextVar[float | None] = ContextVar("_UNTIL", default=None)


@contextmanager
def time_budget(seconds: float | None = None) -> Iterator[None]:
    """Give what runs inside so many seconds, `SECONDS` where nobody says.

    >>> with time_budget(0):
    ...     is_spent()
    True
    >>> is_spent()
    False
    """
    token = _UNTIL.set(time.monotonic() + (SECONDS if seconds is None else seconds))
    try:
        yield
    finally:
        _UNTIL.reset(token)


def is_spent() -> bool:
    """Tell whether the time given is over; never where none was given."""
    until = _UNTIL.get()
    return until is not None and time.monotonic() >= until


def seconds_left() -> float | None:
    """Return how much of the time given is left; None where none was given."""
    until = _UNTIL.get()
    return None if until is None else max(until - time.monotonic(), 0.0)
