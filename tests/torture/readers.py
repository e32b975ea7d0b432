"""Readers beside a writer, as processes: what they must see, how long a search takes them meanwhile.

In the short form every reader searches in its own process, again and again: that is the hardest on
what an index shares between processes. In the long form, which judges times, they are visitors of
one `gongwen serve` and read for a while what they found, as staff do. One more looks all the time
for the newest circular, and says how soon it was there.
"""

from __future__ import annotations

import json
import mmap
import os
import random
import struct
import time
import traceback
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from corpus.ingest import add_paths
from corpus.library import Library
from indexer.build import update_index
from search.requests import SearchRequest
from search.searcher import Searcher
from tests.torture.adding import warm_up, write_circulars
from tests.torture.serving import Visitor, answer_of, percentile, serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.torture.outcome import Tally

    Ask = Callable[[str], "Found"]

STANDING = 60  # circulars there before anybody reads
MOST_CIRCULARS = 100_000
# In the short form other work may hold the two cores for long.
MOST_LAG = {False: 120.0, True: 5.0}
# At most so many seconds between two looks. Fifty who read for three seconds at most ask more than
# two cores answer beside a writer (docs/reliability.md): that is the overload of row L2.
READING = {False: 0.05, True: 10.0}
WATCHING = 0.25  # between two looks for the newest
_ENTRY = struct.Struct("<d")  # when a circular was acknowledged; 0 = not yet


class Found(NamedTuple):
    """What a search found."""

    total: int
    hits: list[tuple[str, str]]  # id and text
    is_whole: bool  # or it says itself that it is not


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


@contextmanager
def doors(place: Path, *, long: bool) -> Iterator[Callable[[int], Ask]]:
    """Lend what gives each reader its way of asking."""
    if not long:
        yield lambda _number: _ask_inside(place)
        return
    with serving(place) as service:
        ask = _ask_service(service.port, 0)
        for _ in range(20):
            ask("监管")
        yield lambda number: _ask_service(service.port, number)


def _ask_inside(place: Path) -> Ask:
    searcher = Searcher(Library.open(place))

    def ask(line: str) -> Found:
        found = searcher.search(SearchRequest(q=line))
        hits = [(hit.id, hit.text) for hit in found.hits]
        return Found(found.total, hits, not found.timed_out)

    return ask


def _ask_service(port: int, number: int) -> Ask:
    visitor = Visitor(port, f"127.0.4.{number + 1}")

    def ask(line: str) -> Found:
        reply = visitor.get(f"/api/v1/search?q={quote(line)}")
        if reply.status != 200:
            raise RuntimeError(f"{reply.status} {reply.trouble} {reply.body[:200]!r}")
        answer = answer_of(reply)
        hits = [(hit["id"], hit["text"]) for hit in answer["hits"]]
        return Found(answer["total"], hits, not answer["timed_out"])

    return ask


def read_beside(
    door: Callable[[int], Ask],
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
        partial(_read, partial(door, number), board, goes_on, rng.random(), long=long)
        for number in range(readers)
    ]
    jobs.append(partial(_watch, partial(door, readers), board, goes_on, long=long))
    if writer is not None:
        jobs.append(writer)
    return [_answer_of(*child) for child in [_fork(job) for job in jobs]]


def for_seconds(seconds: float) -> Callable[[], bool]:
    """Return what says, for so long from now, that it goes on."""
    until = time.monotonic() + seconds
    return lambda: time.monotonic() < until


def said(*problems: str, reads: int = 0) -> dict:
    """Return what a process tells that has no times to tell."""
    return {"reads": reads, "problems": problems, "times": [], "lags": [], "partial": 0}


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
    begin_asking: Callable[[], Ask],
    board: Board,
    goes_on: Callable[[], bool],
    seed: float,
    *,
    long: bool,
) -> dict:
    """Search again and again; return what was wrong and how long it took."""
    rng = random.Random(seed)
    times, problems = [], []
    most = partial_answers = 0
    awaited = 0  # a circular that was not there yet when it was looked for
    ask = begin_asking()
    time.sleep(rng.random() * READING[long])  # nobody comes through the door with all others
    while goes_on():
        last = board.last
        serial = awaited or rng.choice((last, rng.randint(1, last)))
        acknowledged = board.moment(serial)
        started = time.monotonic()
        named = ask(_words_of(serial))
        between = time.monotonic()
        many = ask("监管")
        times += [between - started, time.monotonic() - between]
        # An answer that says that it is not whole is no error; how many there were is told.
        partial_answers += 2 - named.is_whole - many.is_whole
        ids = [one for one, _text in many.hits]
        if len(set(ids)) != len(ids):
            problems.append(f"repeated hits: {ids}")
        if many.is_whole and many.total < most:
            problems.append(f"back in time: {many.total} after {most}")
        most = max(most, many.total)
        if named.total > 1 or any(f"第{serial}批" not in text for _id, text in named.hits):
            problems.append(f"wrong hits for {serial}")
        awaited = 0
        if not named.total and named.is_whole:
            awaited = serial
            if started - acknowledged > MOST_LAG[long]:
                problems.append(f"{serial} not found after {started - acknowledged:.1f} s")
                awaited = 0
        time.sleep(rng.random() * READING[long])
    return said(*problems, reads=len(times)) | {"times": times, "partial": partial_answers}


def _watch(
    begin_asking: Callable[[], Ask], board: Board, goes_on: Callable[[], bool], *, long: bool
) -> dict:
    """Look for the newest circular until it is there, then for the next; return how long each took.

    Who watches asks as often beside a writer as without one, and is none of the readers whose times
    are judged: that what is new is not there yet makes no reader ask more.
    """
    ask = begin_asking()
    began = time.monotonic()
    serial, lags, problems, reads = board.last, [], [], 0
    while goes_on():
        found = ask(_words_of(serial)).total
        reads += 1
        lag = time.monotonic() - board.moment(serial)
        is_late = lag > MOST_LAG[long]
        if found or is_late:
            if board.moment(serial) >= began:  # while somebody watched
                lags.append(lag)
                problems += [f"{serial} found after {lag:.1f} s"] if is_late else []
            serial = board.last
        time.sleep(WATCHING)
    return said(*problems, reads=reads) | {"lags": lags}


def _words_of(serial: int) -> str:
    return f'"将第{serial}批重点工作安排"'


def judge(
    before: list[dict],
    busy: list[dict],
    after: list[dict],
    board: Board,
    tally: Tally,
    *,
    long: bool,
) -> None:
    """Count each search as a trial, and print what the readers met; the long form judges times.

    The library is many times larger at the end, so idle is what its readers meet then.
    """
    everybody = (*before, *busy, *after)
    for one in everybody:
        for problem in one["problems"]:
            tally.trial(problem)
    for _ in range(sum(one["reads"] for one in everybody) - tally.trials):
        tally.trial()

    def slowest(part: list[dict]) -> float:
        return percentile([each for one in part for each in one["times"]], 0.99)

    quiet, loaded = slowest(after), slowest(busy)
    lags = [each for one in busy for each in one["lags"]]
    print(
        f"{board.last - STANDING} circulars added; a search took p99 {slowest(before) * 1000:.0f} "
        f"ms before, {loaded * 1000:.0f} ms beside the writer, {quiet * 1000:.0f} ms after; "
        f"searchable after {percentile(lags, 0.5):.1f} s (p50), at most {max(lags, default=0):.1f} s; "
        f"{sum(one['partial'] for one in everybody)} answers said that they were not whole"
    )
    if long:
        slow = loaded > 2 * quiet
        tally.trial(*([f"p99 {loaded:.3f} s is more than twice {quiet:.3f} s"] if slow else []))
