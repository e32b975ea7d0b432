"""Who is served now, who waits, who is asked to come back (准入): slots shared fairly.

A semaphore with a short queue, not a limit per address: offices sit behind one address. Only while
several clients are active does each get no more than its share of the slots.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from enum import Enum, auto
from typing import TYPE_CHECKING

from flask import g, request

from webui.errors import OverloadedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask, Response

    from webui.limits import ServeLimits

ACTIVE = 10.0  # seconds a client counts as active after it was last heard of
# Cheap, and needed most while the service is busy.
ALWAYS_SERVED = frozenset({"static", "health.alive", "health.ready", "health.metrics"})


class _State(Enum):
    WAITING = auto()
    ADMITTED = auto()
    SHED = auto()


class _Ticket:
    """One request that waits."""

    __slots__ = ("client", "settled", "state")

    def __init__(self, client: str) -> None:
        self.client = client
        self.state = _State.WAITING
        self.settled = threading.Event()

    def settle(self, state: _State) -> None:
        self.state = state
        self.settled.set()


class Slots:
    """Slots (名额) for requests: a fair share for every active client, the rest waits or goes."""

    def __init__(
        self,
        slots: int,
        queue: int,
        wait: float,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._slots = slots
        self._queue = queue
        self._wait = wait
        self._clock = clock
        self._lock = threading.Lock()
        self._running: Counter[str] = Counter()
        self._waiting: list[_Ticket] = []
        self._heard: dict[str, float] = {}

    @property
    def busy(self) -> tuple[int, int]:
        """How many requests are worked on, and how many wait."""
        with self._lock:
            return self._running.total(), len(self._waiting)

    def enter(self, client: str) -> bool:
        """Take a slot, waiting for it a short while; False where the client should come back."""
        with self._lock:
            self._hear(client)
            if self._running.total() < self._slots and self._has_share(client):
                self._running[client] += 1
                return True
            ticket = _Ticket(client)
            self._waiting.append(ticket)
            if len(self._waiting) > self._queue:
                self._shed_one()
        ticket.settled.wait(self._wait)
        with self._lock:
            if ticket.state is _State.WAITING:
                self._waiting.remove(ticket)
        return ticket.state is _State.ADMITTED

    def leave(self, client: str) -> None:
        """Give a slot back, to whoever waits and has least."""
        with self._lock:
            self._running[client] -= 1
            if not self._running[client]:
                del self._running[client]
            self._admit()

    def _hear(self, client: str) -> None:
        now = self._clock()
        self._heard[client] = now
        quiet = [one for one, when in self._heard.items() if when < now - ACTIVE]
        for one in quiet:
            if not self._running[one]:
                del self._heard[one]

    def _has_share(self, client: str) -> bool:
        return self._running[client] < max(1, self._slots // max(1, len(self._heard)))

    def _admit(self) -> None:
        while self._running.total() < self._slots:
            entitled = [ticket for ticket in self._waiting if self._has_share(ticket.client)]
            if not entitled:
                return
            # The first of those whose client has fewest: `min` keeps the order of arrival.
            chosen = min(entitled, key=lambda ticket: self._running[ticket.client])
            self._waiting.remove(chosen)
            self._running[chosen.client] += 1
            chosen.settle(_State.ADMITTED)

    def _shed_one(self) -> None:
        """Send away the newest request of the client that has most of them waiting."""
        counts = Counter(ticket.client for ticket in self._waiting)
        most = max(counts.values())
        victim = next(ticket for ticket in reversed(self._waiting) if counts[ticket.client] == most)
        self._waiting.remove(victim)
        victim.settle(_State.SHED)


def admit_requests(app: Flask, limits: ServeLimits) -> Slots:
    """Let the app work on a few requests at a time; the others get 503 with Retry-After."""
    slots = Slots(limits.slots, limits.queue, limits.wait)

    def enter() -> None:
        if request.endpoint in ALWAYS_SERVED:
            return
        client = g.client
        if not slots.enter(client):
            raise OverloadedError
        g.slot = client

    def hand_over(response: Response) -> Response:
        client = g.pop("slot", None)
        if client is not None:
            # A stream is worked on until its last piece is out.
            response.call_on_close(lambda: slots.leave(client))
        return response

    def give_back(_error: BaseException | None) -> None:
        client = g.pop("slot", None)
        if client is not None:
            slots.leave(client)

    app.before_request(enter)
    app.after_request(hand_over)
    app.teardown_request(give_back)
    return slots
