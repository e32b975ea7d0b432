"""Twenty `gongwen add` at once, owners that crash, locks that are held: nothing lost, nobody hangs."""

from __future__ import annotations

import os
import random
import shutil
import time
from typing import TYPE_CHECKING

from corpus.library import Library
from indexer.build import update_index
from indexer.errors import IndexBusyError
from indexer.index_lock import hold_lock, lock_holder
from tests.torture.adding import (
    DONE,
    REFUSED,
    Child,
    index_root_of,
    problems_after,
    problems_going_on,
    warm_up,
    write_circulars,
)
from tests.torture.outcome import Tally, scratch

if TYPE_CHECKING:
    from pathlib import Path

SHORT = 3  # rounds of twenty starters
LONG = 50
STARTERS = 20
FILES = 2
PATIENCE = 180.0


def run(trials: int, seed: int, long: bool) -> tuple[int, int]:
    """Start twenty at once, some of which are killed; each starter is a trial."""
    rng = random.Random(seed)
    tally = Tally()
    with scratch("F8") as folder:
        warm_up(folder / "empty")
        for number in range(trials):
            place = folder / f"round-{number}"
            place.mkdir()
            library = place / "library"
            if rng.random() < 0.7:  # else they race to make it as well
                shutil.copytree(folder / "empty", library)
            _one_round(place, library, rng, tally)
            shutil.rmtree(place)
        _held_lock(folder, folder / "empty", tally)
    return tally.result()


def _one_round(place: Path, library: Path, rng: random.Random, tally: Tally) -> None:
    starters = []
    for number in range(STARTERS):
        files = place / f"files-{number}"
        write_circulars(files, rng, number * FILES + 1, FILES)
        starters.append((Child(library, files), files))
    time.sleep(rng.random() * 2)
    doomed = set(rng.sample(range(STARTERS), 3))
    for number in doomed:
        starters[number][0].kill()
    for number, (child, files) in enumerate(starters):
        told = child.wait(PATIENCE)
        problems = problems_after(library, files, told, endings=(DONE, REFUSED))
        # One that could not wait says who holds what; what it reported is stored.
        if told is not None and told.status == REFUSED and "写入" not in told.message:
            problems.append(f"refused: {told.message}")
        tally.trial(*(f"starter {number}: {each}" for each in problems))
    for _, files in starters:
        tally.trial(*problems_going_on(library, files))


def _held_lock(folder: Path, empty: Path, tally: Tally) -> None:
    """A lock held by a living process is respected and named; one left by a dead one is not."""
    place = folder / "held"
    shutil.copytree(empty, place)
    with Library.open(place) as library:
        update_index(library)
    ready, ours = os.pipe()
    holder = os.fork()
    if not holder:
        with hold_lock(index_root_of(place), timeout=1.0):
            os.write(ours, b"held")
            time.sleep(PATIENCE)
        os._exit(0)
    os.read(ready, 4)
    with Library.open(place) as library:
        started = time.monotonic()
        try:
            update_index(library, lock_timeout=0.5)
            said = "not refused"
        except IndexBusyError as error:
            said = "" if str(holder) in str(error) else f"unclear: {error}"
        if time.monotonic() - started > 30.0:
            said += " late"
        tally.trial(*([said] if said else []))
        tally.trial(*([] if str(holder) in lock_holder(index_root_of(place)) else ["not named"]))
        os.kill(holder, 9)
        os.waitpid(holder, 0)
        tally.trial(*([] if not lock_holder(index_root_of(place)) else ["a dead one is named"]))
        update_index(library, rebuild=True, lock_timeout=0.5)
    os.close(ready)
    os.close(ours)
