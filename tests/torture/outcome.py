"""What a row of torture counts, and how it says that it cannot be run here."""

from __future__ import annotations

import re
import resource
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_MEMORY = Path("/dev/shm")
_STATUS = Path("/proc/self/status")


class NotRunError(Exception):
    """This machine lacks what a row needs; the message says what."""


class Tally:
    """Counts trials and failures; each failure is printed, the first ones in full."""

    MOST_SHOWN = 20

    def __init__(self) -> None:
        self.trials = 0
        self.failures = 0

    def trial(self, *problems: str) -> None:
        """Note one trial, and what was wrong in it: one failure, however many problems."""
        self.trials += 1
        if problems:
            self.failures += 1
            if self.failures <= self.MOST_SHOWN:
                print(f"FAILED trial {self.trials}: {'; '.join(problems)}", flush=True)

    def result(self) -> tuple[int, int]:
        """Return what a row's `run` returns."""
        return self.trials, self.failures


@contextmanager
def scratch(row: str) -> Iterator[Path]:
    """Lend an empty folder, in memory where that can be: thousands of syncs need no real disk."""
    place = _MEMORY if _MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(prefix=f"gongwen-{row.lower()}-", dir=place) as folder:
        yield Path(folder)


def peak_memory() -> int:
    """Return the most bytes that this process has ever held.

    Linux counts a parent's memory into `ru_maxrss` of the program it starts (vfork shares it), so
    the mark of the process's own memory is asked where there is one.
    """
    if _STATUS.exists():
        found = re.search(r"VmHWM:\s+(\d+) kB", _STATUS.read_text(encoding="ascii"))
        if found:
            return int(found[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def peak_memory_of_children() -> int:
    """Return the most bytes that any one ended child has held."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
