"""Files on their way through the parser (解析队列): a few here, the others in processes.

Whoever has many files gives them in their order and takes them back in their order; which process
parsed which does not show.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from corpus.parse_worker import ParserPool
    from corpus.parsing import Outcome

AHEAD: Final = 16  # files read before the first of them is stored
_IN_PROCESS: Final = 7  # so many files are parsed before it is worth starting processes


class Parcel(Protocol):
    """A file to be parsed (待解析文件): its outcome stands in it as soon as there is one."""

    outcome: Outcome | None

    @property
    def name(self) -> str:
        """The file's name, which tells some texts their title."""

    @property
    def data(self) -> bytes:
        """The file's bytes."""

    @property
    def ready(self) -> bool:
        """Whether there is nothing left to parse."""


class ParseQueue:
    """Parses the first few files here, and the others in processes once there are more."""

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._here = 0
        self._pool: ParserPool | None = None
        self._parcels: dict[int, Parcel] = {}
        self._jobs = 0

    def take(self, parcel: Parcel) -> None:
        """Parse a file, or have it parsed."""
        if self._here < _IN_PROCESS or self._workers < 1:
            from corpus.parsing import parse_file

            self._here += 1
            parcel.outcome = parse_file(parcel.name, parcel.data)
            return
        if self._pool is None:
            from corpus.parse_worker import ParserPool

            self._pool = ParserPool(self._workers)
        while not self._pool.free:
            self._collect()
        self._jobs += 1
        self._parcels[self._jobs] = parcel
        self._pool.submit(self._jobs, parcel.name, parcel.data)

    def finish(self, parcel: Parcel) -> None:
        """Wait until a file has its outcome."""
        while not parcel.ready:
            self._collect()

    def close(self) -> None:
        """End the processes."""
        if self._pool is not None:
            self._pool.close()

    def _collect(self) -> None:
        assert self._pool is not None  # noqa: S101 - only files given to the pool wait
        for job, outcome in self._pool.results():
            self._parcels.pop(job).outcome = outcome
