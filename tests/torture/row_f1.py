"""kill -9 of `gongwen add` at random moments, and at every file operation."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sys
import time
from typing import TYPE_CHECKING

from tests.torture.adding import (
    DONE,
    Child,
    problems_after,
    problems_going_on,
    warm_up,
    write_circulars,
)
from tests.torture.outcome import Tally, scratch

if TYPE_CHECKING:
    from pathlib import Path

SHORT = 100
LONG = 1_000
FILES = 5
CHAIN = 8  # kills of one library before a new one is begun
MOST_OPERATIONS = 1_000
EVENTS = frozenset(
    {"open", "os.rename", "os.remove", "os.mkdir", "os.link", "os.rmdir", "os.truncate"}
    | {"os.chmod", "os.scandir", "os.listdir", "shutil.rmtree", "sqlite3.connect", "fcntl.flock"}
)


def run(trials: int, seed: int, long: bool) -> tuple[int, int]:
    """Kill; what was acknowledged is there, the rest is finished by the next run."""
    rng = random.Random(seed)
    tally = Tally()
    with scratch("F1") as folder:
        empty = folder / "empty"
        warm_up(empty)
        _kill_at_random(folder, empty, trials, rng, tally)
        _kill_everywhere(folder, empty, rng, tally)
    return tally.result()


def _kill_at_random(
    folder: Path, empty: Path, trials: int, rng: random.Random, tally: Tally
) -> None:
    whole = _time_of_a_run(folder, empty, rng)
    for chain in range(0, trials, CHAIN):
        library, files = folder / f"library-{chain}", folder / f"files-{chain}"
        if rng.random() < 0.8:  # else its making is killed too
            shutil.copytree(empty, library)
        for number in range(min(CHAIN, trials - chain)):
            write_circulars(files, rng, chain * 1_000 + number * FILES + 1, FILES)
            child = Child(library, files, workers=rng.choice((0, 0, 0, 2)))
            time.sleep(rng.random() ** 1.5 * whole * 1.2)
            child.kill()
            told, goes_on = child.wait(), rng.random() < 0.5
            problems = problems_after(library, files, told, endings=(DONE,), goes_on=goes_on)
            tally.trial(*problems)
        tally.trial(*problems_going_on(library, files))
        shutil.rmtree(library)


def _kill_everywhere(folder: Path, empty: Path, rng: random.Random, tally: Tally) -> None:
    """Kill at the first operation on a file of the library, at the second, and so on."""
    files = folder / "files"
    write_circulars(files, rng, 1, 2)
    standing = folder / "standing"
    shutil.copytree(empty, standing)
    Child(standing, files).wait()
    write_circulars(files, rng, 3, 2)
    library = folder / "library"
    for number in range(1, MOST_OPERATIONS):
        shutil.copytree(standing, library)
        told = Child(library, files, first=KillAt(number, str(library))).wait()
        tally.trial(*problems_after(library, files, told, endings=(DONE,), goes_on=True))
        shutil.rmtree(library)
        if told is not None and not told.killed:
            print(f"killed at each of {number - 1} file operations")
            return


class KillAt:
    """Kills its process at the n-th operation on a file below a folder."""

    def __init__(self, number: int, folder: str) -> None:
        self._left = number
        self._folder = folder

    def __call__(self) -> None:
        sys.addaudithook(self._heard)

    def _heard(self, event: str, arguments: tuple) -> None:
        if event in EVENTS and (event == "fcntl.flock" or self._folder in str(arguments[0])):
            self._left -= 1
            if not self._left:
                os.kill(os.getpid(), signal.SIGKILL)


def _time_of_a_run(folder: Path, empty: Path, rng: random.Random) -> float:
    library, files = folder / "timed", folder / "timed-files"
    shutil.copytree(empty, library)
    write_circulars(files, rng, 1, FILES)
    started = time.monotonic()
    Child(library, files).wait()
    return time.monotonic() - started
