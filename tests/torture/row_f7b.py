"""Thousands of circulars added by `gongwen add` while readers search: found soon, nobody slowed."""

from __future__ import annotations

import random
import time
from functools import partial
from typing import TYPE_CHECKING

from corpus.ingest import add_paths
from corpus.library import Library
from corpus.priority import give_way
from indexer.build import update_index
from indexer.index_following import IndexFollower
from tests.torture.adding import write_circulars
from tests.torture.outcome import Tally, scratch
from tests.torture.readers import (
    STANDING,
    Board,
    begin,
    doors,
    for_seconds,
    judge,
    read_beside,
    said,
)

if TYPE_CHECKING:
    from pathlib import Path

SHORT = 120  # circulars
LONG = 5_000
READERS = {False: 8, True: 20}
IDLE = {False: 4.0, True: 40.0}


def run(trials: int, seed: int, long: bool) -> tuple[int, int]:
    """Add so many circulars as `gongwen add` does; each search meanwhile is a trial."""
    rng = random.Random(seed)
    tally = Tally()
    with scratch("F7B") as folder:
        place, inbox = folder / "library", folder / "inbox"
        board = begin(place, rng)
        write_circulars(inbox, rng, STANDING + 1, trials)
        with doors(place, long=long) as door:
            read = partial(read_beside, door, board, readers=READERS[long], rng=rng, long=long)
            before = read(for_seconds(IDLE[long]))
            started = time.monotonic()
            busy = read(
                lambda: board.last < STANDING + trials, writer=partial(_add, place, inbox, board)
            )
            print(f"{trials} circulars in {time.monotonic() - started:.0f} s")
            after = read(for_seconds(IDLE[long]))
    judge(before, busy, after, board, tally, long=long)
    return tally.result()


def _add(place: Path, inbox: Path, board: Board) -> dict:
    give_way()  # as `gongwen add` does
    with Library.open(place) as library, IndexFollower(library):
        add_paths(library, [inbox], on_result=lambda _result: board.acknowledge(board.last + 1))
    with Library.open(place) as library:
        update_index(library)
    return said()
