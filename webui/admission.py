"""Who is served now, who waits, who is asked to come back (准入): slots shared fairly.

A semaphore with a short queue, not a limit per address: offices sit behind one address. Only while
several clients are active does each get no more than its share of the slots, and those that wait
take turns.

Answers compete for one interpreter: four pages at once take twice the processor time of one after
the other, and all four are late. So a request has the process to itself for a short while; what
takes longer, an export or a slow question, goes on beside others.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from enum import Enum, auto
from typing import TYPE_CHECKING

from flask import g, request

from indexer.opensearch_connection import cluster_address
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


class Ticket:
    """One request that waits, or is worked on."""

    __slots__ = ("arrived", "begun", "client", "settled", "state")

    def __init__(self, client: str, arrived: float) -> None:
        self.client = client
        self.arrived = arrived
        self.state = _State.WAITING
        self.settled = threading.Event()
        self.begun = 0.0

    def settle(self, state: _State) -> None:
        """Let it in, or send it away."""
        self.state = state
        self.settled.set()


class Slots:
    """Slots (名额) for requests: a fair share for every active client, the rest waits or goes.

    Times in seconds. Another request is let in when those before it have ended, or have been worked
    on for `turn` each.
    """

    def __init__(
        self,
        slots: int,
        queue: int,
        wait: float,
        turn: float = 0.0,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._slots = slots
        self._queue = queue
        self._wait = wait
        self._turn = turn
        self._clock = clock
        self._lock = threading.Lock()
        self._running: list[Ticket] = []
        self._waiting: list[Ticket] = []
        self._heard: dict[str, float] = {}
        self._last_begun: dict[str, float] = {}

    @property
    def busy(self) -> tuple[int, int]:
        """How many requests are worked on, and how many wait."""
        with self._lock:
            return len(self._running), len(self._waiting)

    def enter(self, client: str) -> Ticket | None:
        """Take a slot, waiting for it a short while; None where the client should come back."""
        with self._lock:
            ticket = Ticket(client, self._hear(client))
            until = ticket.arrived + self._wait
            self._waiting.append(ticket)
            self._admit()
            if len(self._running) + len(self._waiting) > self._slots + self._queue:
                self._shed_one()
        while ticket.state is _State.WAITING and (rest := self._rest(until)) > 0:
            ticket.settled.wait(rest)
        with self._lock:
            if ticket.state is _State.WAITING:
                self._waiting.remove(ticket)
        return ticket if ticket.state is _State.ADMITTED else None

    def leave(self, ticket: Ticket) -> None:
        """Give a slot back, to whoever waits and has least."""
        with self._lock:
            self._running.remove(ticket)
            self._admit()

    def _rest(self, until: float) -> float:
        """Let in who may come in by now; return in how long to look again, until then at most."""
        with self._lock:
            self._admit()
            now = self._clock()
            # Whoever comes in meanwhile has a turn as well, and is not seen from here.
            ends = [now, *(one.begun for one in self._running)] if self._turn else []
            looks = [end + self._turn for end in ends if end + self._turn > now]
            return min([until, *looks]) - now

    def _hear(self, client: str) -> float:
        now = self._clock()
        self._heard[client] = now
        running = {ticket.client for ticket in self._running}
        quiet = [one for one, when in self._heard.items() if when < now - ACTIVE]
        for one in quiet:
            if one not in running:
                del self._heard[one]
                self._last_begun.pop(one, None)
        return now

    def _running_of(self, client: str) -> int:
        return sum(ticket.client == client for ticket in self._running)

    def _has_share(self, client: str) -> bool:
        return self._running_of(client) < max(1, self._slots // max(1, len(self._heard)))

    def _admit(self) -> None:
        now = self._clock()
        while len(self._running) < self._slots and not any(
            now < ticket.begun + self._turn for ticket in self._running
        ):
            entitled = [ticket for ticket in self._waiting if self._has_share(ticket.client)]
            if not entitled:
                return
            # The first of those whose client has fewest, and has been without a turn for longest:
            # `min` keeps the order of arrival.
            chosen = min(
                entitled,
                key=lambda ticket: (
                    self._running_of(ticket.client),
                    self._last_begun.get(ticket.client, ticket.arrived),
                ),
            )
            self._waiting.remove(chosen)
            self._running.append(chosen)
            chosen.begun = self._last_begun[chosen.client] = now
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
    # What a cluster answers is waited for, not worked on.
    turn = 0.0 if cluster_address() else limits.turn
    slots = Slots(limits.slots, limits.queue, limits.wait, turn)

    def enter() -> None:
        if request.endpoint in ALWAYS_SERVED:
            return
        g.slot = slots.enter(g.client)
        if g.slot is None:
            raise OverloadedError

    def hand_over(response: Response) -> Response:
        ticket = g.pop("slot", None)
        if ticket is not None:
            # A stream is worked on until its last piece is out.
            response.call_on_close(lambda: slots.leave(ticket))
        return response

    def give_back(_error: BaseException | None) -> None:
        ticket = g.pop("slot", None)
        if ticket is not None:
            slots.leave(ticket)

    app.before_request(enter)
    app.after_request(hand_over)
    app.teardown_request(give_back)
    return slots
