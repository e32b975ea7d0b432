"""What serving may cost (限额): every limit of `gongwen serve` in one place."""

from __future__ import annotations

from dataclasses import dataclass

_KILO = 1024


@dataclass(frozen=True, slots=True)
class ServeLimits:
    """The limits of the service (服务限额); times in seconds, sizes in bytes.

    >>> ServeLimits().threads
    40
    """

    slots: int = 4  # requests worked on at once: answering is bound by the processor
    turn: float = 0.05  # each has the process to itself for so long; nobody where a cluster answers
    queue: int = 32  # requests that may wait for a slot
    wait: float = 2.0  # how long each may wait before it is sent away
    connections: int = 512
    request_time: float = 20.0  # until a request must have arrived whole
    idle_time: float = 30.0  # a connection that says nothing, or reads nothing
    drain_time: float = 10.0  # for answers under way when the service is stopped
    header_bytes: int = 32 * _KILO
    body_bytes: int = 9 * _KILO * _KILO  # more than any page takes: pages refuse in Chinese
    unread_bytes: int = 4 * _KILO * _KILO  # of an answer that its reader does not take
    heaps: int = 2  # of the allocator, for all threads

    @property
    def threads(self) -> int:
        """Threads enough that nobody waits for one: the rest refuse, or hand out static files."""
        return self.slots + self.queue + 4
