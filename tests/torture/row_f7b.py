"""Thousands of circulars added by `gongwen add` while readers search: found soon, nobody slowed."""

from __future__ import annotations

import random
import time
from functools import partial
from typing import TYPE_CHECKING

from corpus.ingest import add_paths
from corpus.library import Library
from indexer.build import update_index
from indexer.index_following import IndexFollower
from search.requests import SearchRequest
from search.searcher import Searcher
from tests.torture.adding import warm_up, write_circulars
from tests.torture.outcome import Tally, scratch
from tests.torture.row_f7 import STANDING, Board, answer_of, fork, read_until, say

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SHORT = 120  # circulars
LONG = 5_000
READERS = {False: 8, True: 20}
MOST_LAG = {False: 120.0, True: 5.0}
IDLE = {False: 4.0, True: 20.0}


def run(trials: int, seed: int, long: bool) -> tuple[int, int]:
    """Add so many circulars as `gongwen add` does; each search meanwhile is a trial."""
    rng = random.Random(seed)
    tally = Tally()
    with scratch("F7B") as folder:
        place, inbox = folder / "library", folder / "inbox"
        warm_up(place)
        write_circulars(folder / "files", rng, 1, STANDING)
        write_circulars(inbox, rng, STANDING + 1, trials)
        board = Board()
        with Library.open(place) as library:
            add_paths(library, [folder / "files"], workers=0)
            update_index(library)
            for serial in range(1, STANDING + 1):
                board.acknowledge(serial)
            warm = Searcher(library)
            warm.search(SearchRequest(q="监管"))
            warm.close()
        until = time.monotonic() + IDLE[long]
        idle = _read_beside(place, board, lambda: time.monotonic() < until, rng, long=long)
        started = time.monotonic()
        busy = _read_beside(
            place,
            board,
            lambda: board.last < STANDING + trials,
            rng,
            long=long,
            writer=partial(_add, place, inbox, board),
        )
        print(f"{trials} circulars in {time.monotonic() - started:.0f} s")
    for said in (*idle, *busy):
        for problem in said["problems"]:
            tally.trial(problem)
    for _ in range(sum(said["reads"] for said in (*idle, *busy)) - tally.trials):
        tally.trial()
    say(idle, busy, board, tally, long=long)
    return tally.result()


def _read_beside(
    place: Path,
    board: Board,
    goes_on: Callable[[], bool],
    rng: random.Random,
    *,
    long: bool,
    writer: Callable[[], dict] | None = None,
) -> list[dict]:
    jobs: list[Callable[[], dict]] = [
        partial(read_until, place, board, goes_on, rng.random(), MOST_LAG[long])
        for _ in range(READERS[long])
    ]
    if writer is not None:
        jobs.append(writer)
    return [answer_of(*child) for child in [fork(job) for job in jobs]]


def _add(place: Path, inbox: Path, board: Board) -> dict:
    with Library.open(place) as library, IndexFollower(library):
        add_paths(library, [inbox], on_result=lambda _result: board.acknowledge(board.last + 1))
    with Library.open(place) as library:
        update_index(library)
    return {"reads": 0, "problems": [], "times": [], "lags": []}
