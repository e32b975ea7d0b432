"""One writer beside many readers: nothing wrong, missing or repeated, and new text soon found."""

from __future__ import annotations

import random
from functools import partial
from typing import TYPE_CHECKING

from corpus.ingest import add_paths
from corpus.library import Library
from corpus.priority import give_way
from indexer.build import update_index
from tests.torture.adding import circular_text
from tests.torture.outcome import Tally, scratch
from tests.torture.readers import Board, begin, doors, for_seconds, judge, read_beside, said

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SHORT = 30  # seconds
LONG = 600
READERS = {False: 8, True: 50}
IDLE = {False: 5, True: 60}


def run(trials: int, seed: int, long: bool) -> tuple[int, int]:
    """Read for `trials` seconds; each read is a trial."""
    rng = random.Random(seed)
    tally = Tally()
    with scratch("F7") as folder:
        place = folder / "library"
        board = begin(place, rng)
        with doors(place, long=long) as door:
            read = partial(read_beside, door, board, readers=READERS[long], rng=rng, long=long)
            before = read(for_seconds(IDLE[long]))
            goes_on = for_seconds(trials)
            busy = read(goes_on, writer=partial(_write, place, board, goes_on, rng))
            after = read(for_seconds(IDLE[long]))
    judge(before, busy, after, board, tally, long=long)
    return tally.result()


def _write(place: Path, board: Board, goes_on: Callable[[], bool], rng: random.Random) -> dict:
    """Add one circular after another, each acknowledged before it is indexed."""
    give_way()  # as `gongwen add` does
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
