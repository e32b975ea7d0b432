"""Readers beside a writer, as processes: what they must see, how long a search takes them meanwhile."""

from __future__ import annotations

import json
import mmap
import os
import random
import struct
import time
import traceback
from functools import partial
from typing import TYPE_CHECKING

from corpus.ingest import add_paths
from corpus.library import Library
from indexer.build import update_index
from search.requests import SearchRequest
from search.searcher import Searcher
from tests.torture.adding import warm_up, write_circulars
from tests.torture.serving import percentile

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.torture.outcome import Tally

STANDING = 60  # circulars there before anybody reads
MOST_CIRCULARS = 100_000
# In the short form other work may hold the two cores for long.
MOST_LAG = {False: 120.0, True: 5.0}
_ENTRY = struct.Struct("<d")  # when a circular was acknowledged; 0 = not yet


class Board:
    """Shared memory that says when each circular was acknowledged."""

    def __init__(self) -> None:
        self._map = mmap.mmap(-1, _ENTRY.size * (MOST_CIRCULARS + 1))

    def acknowledge(self, serial: int) -> None:
        _ENTRY.pack_into(self._map, serial * _ENTRY.size, time.monotonic())
        _ENTRY.pack_into(self._map, 0, float(serial))

    @property
    def last(self) -> int:
        return int(_ENTRY.unpack_from(self._map, 0)[0])

    def moment(self, serial: int) -> float:
        return _ENTRY.unpack_from(self._map, serial * _ENTRY.size)[0]


def begin(place: Path, rng: random.Random) -> Board:
    """Make an indexed library of `STANDING` circulars, and load what the forks then share."""
    warm_up(place)
    files = place.with_name("files")
    write_circulars(files, rng, 1, STANDING)
    board = Board()
    with Library.open(place) as library:
        add_paths(library, [files], workers=0)
        update_index(library)
        for serial in range(1, STANDING + 1):
            board.acknowledge(serial)
        with Searcher(library) as searcher:
            searcher.search(SearchRequest(q="监管"))
    return board


def read_beside(
    place: Path,
    board: Board,
    goes_on: Callable[[], bool],
    readers: int,
    rng: random.Random,
    *,
    long: bool,
    writer: Callable[[], dict] | None = None,
) -> list[dict]:
    """Let so many readers search as long as `goes_on` says; return what each of all told."""
    jobs: list[Callable[[], dict]] = [
        partial(_read, place, board, goes_on, rng.random(), MOST_LAG[long]) for _ in range(readers)
    ]
    if writer is not None:
        jobs.append(writer)
    return [_answer_of(*child) for child in [_fork(job) for job in jobs]]


def said(*problems: str, reads: int = 0) -> dict:
    """Return what a process tells that has no times to tell."""
    return {"reads": reads, "problems": problems, "times": [], "lags": []}


def _fork(job: Callable[[], dict]) -> tuple[int, int]:
    read, write = os.pipe()
    pid = os.fork()
    if pid:
        os.close(write)
        return pid, read
    try:
        told = job()
    except BaseException:  # noqa: BLE001 # the parent must hear of it
        told = said(traceback.format_exc(), reads=1)
    with os.fdopen(write, "wb") as pipe:
        pipe.write(json.dumps(told).encode())
    os._exit(0)


def _answer_of(pid: int, read: int) -> dict:
    with os.fdopen(read, "rb") as pipe:
        data = pipe.read()
    os.waitpid(pid, 0)
    return json.loads(data) if data else said("a process died", reads=1)


def _read(
    place: Path, board: Board, goes_on: Callable[[], bool], seed: float, most_lag: float
) -> dict:
    """Search again and again; return what was wrong and how long it took."""
    rng = random.Random(seed)
    times, lags, problems = [], [], []
    reads = most = 0
    awaited = 0  # the newest circular when it was last looked for
    with Library.open(place) as library:
        searcher = Searcher(library)
        while goes_on():
            last = board.last
            serial = awaited or rng.choice((last, rng.randint(1, last)))
            acknowledged = board.moment(serial)
            started = time.monotonic()
            found = searcher.search(SearchRequest(q=f'"将第{serial}批重点工作安排"'))
            many = searcher.search(SearchRequest(q="监管"))
            ended = time.monotonic()
            times.append((ended - started) / 2)
            reads += 2
            ids = [hit.id for hit in many.hits]
            if len(set(ids)) != len(ids):
                problems.append(f"repeated hits: {ids}")
            if many.total < most:
                problems.append(f"back in time: {many.total} after {most}")
            most = many.total
            if found.total > 1 or any(f"第{serial}批" not in hit.text for hit in found.hits):
                problems.append(f"wrong hits for {serial}")
            if found.total:
                if awaited:
                    lags.append(ended - acknowledged)
                awaited = 0
            else:
                awaited = serial
                if started - acknowledged > most_lag:
                    problems.append(f"{serial} not found after {started - acknowledged:.1f} s")
                    awaited = 0
            time.sleep(rng.random() * 0.05)
        searcher.close()
    return {"reads": reads, "problems": problems, "times": times, "lags": lags}


def judge(idle: list[dict], busy: list[dict], board: Board, tally: Tally, *, long: bool) -> None:
    """Count each search as a trial, and print what the readers met; the long form judges times."""
    everybody = (*idle, *busy)
    for one in everybody:
        for problem in one["problems"]:
            tally.trial(problem)
    for _ in range(sum(one["reads"] for one in everybody) - tally.trials):
        tally.trial()
    quiet = percentile([each for one in idle for each in one["times"]], 0.99)
    loaded = percentile([each for one in busy for each in one["times"]], 0.99)
    lags = [each for one in busy for each in one["lags"]]
    print(
        f"{board.last - STANDING} circulars added; a search took p99 {quiet * 1000:.0f} ms idle, "
        f"{loaded * 1000:.0f} ms beside the writer; searchable after at most "
        f"{max(lags, default=0):.1f} s"
    )
    if long:
        slow = loaded > 2 * quiet
        tally.trial(*([f"p99 {loaded:.3f} s is more than twice {quiet:.3f} s"] if slow else []))
