"""One writer beside many readers: nothing wrong, missing or repeated, and new text soon found."""

from __future__ import annotations

import random
import time
from functools import partial
from typing import TYPE_CHECKING

from corpus.ingest import add_paths
from corpus.library import Library
from indexer.build import update_index
from tests.torture.adding import circular_text
from tests.torture.outcome import Tally, scratch
from tests.torture.readers import Board, begin, judge, read_beside, said

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SHORT = 30  # seconds
LONG = 600
READERS = {False: 8, True: 50}
IDLE = {False: 5, True: 30}


def run(trials: int, seed: int, long: bool) -> tuple[int, int]:
    """Read for `trials` seconds; each read is a trial."""
    rng = random.Random(seed)
    tally = Tally()
    with scratch("F7") as folder:
        place = folder / "library"
        board = begin(place, rng)
        goes_on = _for_seconds(IDLE[long])
        idle = read_beside(place, board, goes_on, READERS[long], rng, long=long)
        goes_on = _for_seconds(trials)
        writer = partial(_write, place, board, goes_on, rng)
        busy = read_beside(place, board, goes_on, READERS[long], rng, long=long, writer=writer)
    judge(idle, busy, board, tally, long=long)
    return tally.result()


def _for_seconds(seconds: float) -> Callable[[], bool]:
    until = time.monotonic() + seconds
    return lambda: time.monotonic() < until


def _write(place: Path, board: Board, goes_on: Callable[[], bool], rng: random.Random) -> dict:
    """Add one circular after another, each acknowledged before it is indexed."""
    inbox = place.with_name("inbox")
    inbox.mkdir()
    with Library.open(place) as library:
        while goes_on():
            serial = board.last + 1
            path = inbox / f"{serial:05d}.txt"
            path.write_text(circular_text(rng, serial), encoding="utf-8")
            add_paths(library, [path], workers=0)
            board.acknowledge(serial)
            update_index(library)
    return said()
