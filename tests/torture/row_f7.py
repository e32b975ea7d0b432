"""One writer beside many readers: nothing wrong, missing or repeated, and new text soon found."""

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
from tests.torture.adding import circular_text, warm_up, write_circulars
from tests.torture.outcome import Tally, scratch

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SHORT = 30  # seconds
LONG = 600
READERS = {False: 8, True: 50}
IDLE = {False: 5, True: 30}
STANDING = 60  # circulars there before anybody reads
MOST_CIRCULARS = 100_000
# In the short form other work may hold the two cores for long.
MOST_LAG = {False: 120.0, True: 5.0}
_ENTRY = struct.Struct("<d")  # when a circular was acknowledged; 0 = not yet


def run(trials: int, seed: int, long: bool) -> tuple[int, int]:
    """Read for `trials` seconds; each read is a trial."""
    rng = random.Random(seed)
    tally = Tally()
    with scratch("F7") as folder:
        place = folder / "library"
        warm_up(place)
        write_circulars(folder / "files", rng, 1, STANDING)
        board = Board()
        with Library.open(place) as library:
            add_paths(library, [folder / "files"], workers=0)
            update_index(library)
            for serial in range(1, STANDING + 1):
                board.acknowledge(serial)
            warm = Searcher(library)
            warm.search(SearchRequest(q="监管"))  # tables that the forks then share
            warm.close()
        idle = _read_beside(place, board, IDLE[long], rng, long=long)
        busy = _read_beside(place, board, trials, rng, writer=_writer, long=long)
    for said in (*idle, *busy):
        for problem in said["problems"]:
            tally.trial(problem)
    for _ in range(sum(said["reads"] for said in (*idle, *busy)) - tally.trials):
        tally.trial()
    say(idle, busy, board, tally, long=long)
    return tally.result()


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


def _read_beside(
    place: Path,
    board: Board,
    seconds: float,
    rng: random.Random,
    *,
    writer: Callable | None = None,
    long: bool,
) -> list[dict]:
    until = time.monotonic() + seconds
    jobs: list[Callable[[], dict]] = [
        partial(
            read_until,
            place,
            board,
            lambda: time.monotonic() < until,
            rng.random(),
            MOST_LAG[long],
        )
        for _ in range(READERS[long])
    ]
    if writer is not None:
        jobs.append(partial(writer, place, board, until, rng))
    return [answer_of(*child) for child in [fork(job) for job in jobs]]


def fork(job: Callable[[], dict]) -> tuple[int, int]:
    read, write = os.pipe()
    pid = os.fork()
    if pid:
        os.close(write)
        return pid, read
    try:
        said = job()
    except BaseException:  # noqa: BLE001 # the parent must hear of it
        said = {"reads": 1, "problems": [traceback.format_exc()], "times": [], "lags": []}
    with os.fdopen(write, "wb") as pipe:
        pipe.write(json.dumps(said).encode())
    os._exit(0)


def answer_of(pid: int, read: int) -> dict:
    with os.fdopen(read, "rb") as pipe:
        data = pipe.read()
    os.waitpid(pid, 0)
    died = {"reads": 1, "problems": ["a process died"], "times": [], "lags": []}
    return json.loads(data) if data else died


def _writer(place: Path, board: Board, until: float, rng: random.Random) -> dict:
    """Add one circular after another, each acknowledged before it is indexed."""
    inbox = place.with_name("inbox")
    inbox.mkdir()
    with Library.open(place) as library:
        while time.monotonic() < until:
            serial = board.last + 1
            path = inbox / f"{serial:05d}.txt"
            path.write_text(circular_text(rng, serial), encoding="utf-8")
            add_paths(library, [path], workers=0)
            board.acknowledge(serial)
            update_index(library)
    return {"reads": 0, "problems": [], "times": [], "lags": []}


def read_until(
    place: Path, board: Board, goes_on: Callable[[], bool], seed: float, most_lag: float
) -> dict:
    """Search as long as `goes_on` says, and return what was wrong and how long it took."""
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


def say(idle: list[dict], busy: list[dict], board: Board, tally: Tally, *, long: bool) -> None:
    quiet = _percentile([each for said in idle for each in said["times"]])
    loaded = _percentile([each for said in busy for each in said["times"]])
    lags = sorted(each for said in busy for each in said["lags"])
    print(
        f"{board.last - STANDING} circulars added; a search took p99 {quiet * 1000:.0f} ms idle, "
        f"{loaded * 1000:.0f} ms beside the writer; searchable after at most "
        f"{max(lags, default=0):.1f} s"
    )
    if long:
        slow = loaded > 2 * quiet
        tally.trial(*([f"p99 {loaded:.3f} s is more than twice {quiet:.3f} s"] if slow else []))


def _percentile(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.99)] if times else 0.0
