"""What the page adds to the engine's answer: `make bench-page LIBRARY=folder`.

Each question is put to the engine alone and to the served page in turn, the page over HTTP on this
machine until the first byte of its body. Processor time stands beside the clock, as other work may
run. `--profile` says where the page's own time goes, function by function.
"""

from __future__ import annotations

import argparse
import cProfile
import http.client
import pstats
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlencode

from corpus.library import Library
from indexer.build import INDEX_FOLDER
from search.engine_source import IndexSource
from search.requests import SearchRequest
from search.searcher import Searcher
from webui.app import create_app
from webui.http_server import HttpServer
from webui.limits import ServeLimits

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from search.engine import Engine, Matches, Row
    from search.query import Query

Pairs = tuple[tuple[str, str], ...]
QUESTIONS: tuple[Pairs, ...] = (
    (),
    (("unit", "measure"),),
    (("q", "知识产权"),),
    (("q", "食品安全"),),
    (("q", "乡村振兴"),),
    (("q", "加强"),),
    (("q", "“安全生产责任制”"),),
    (("q", "数字 政府"),),
    (("q", "养老 服务 社区"),),
    (("q", "种子 OR 农药"),),
    (("q", "侵权 -网络"),),
    (("q", "标题:工作要点"),),
    (("q", "国办发〔2017〕46号"),),
    (("q", "市公安局"),),
    (("q", "怎样支持企业建立研发中心"),),
    (("q", "营商环境"), ("unit", "measure")),
    (("q", "市公安局"), ("unit", "measure"), ("role", "lead")),
    (("q", "安全"), ("year", "2018"), ("year", "2019")),
    (("q", "改革"), ("sort", "date")),
    (("q", "改革"), ("page", "5")),
    (("q", "环境"), ("limit", "100")),
    (("q", "保护"), ("validity", "unknown")),
    (("q", "无损化销毁的特别办法"),),
    (("q", "公安"), ("year", "1950")),
)
TARGET = 50.0  # milliseconds the page may add
AS_BROWSERS = {"Accept-Encoding": "gzip, deflate"}


class TimedEngine:
    """An engine that notes how long its first answer took."""

    def __init__(self, engine: Engine, noted: list[tuple[float, float]]) -> None:
        self._engine = engine
        self._noted = noted

    @property
    def sequence(self) -> int:
        return self._engine.sequence

    def search(self, query: Query) -> Matches:
        clock, busy = time.perf_counter(), time.thread_time()
        matches = self._engine.search(query)
        self._noted.append((time.perf_counter() - clock, time.thread_time() - busy))
        return matches

    def columns(self, query: Query, fields: Sequence[str]) -> tuple[Row, ...]:
        return self._engine.columns(query, fields)

    def words(self, beginning: str, limit: int) -> tuple[str, ...]:
        return self._engine.words(beginning, limit)

    def close(self) -> None:
        self._engine.close()


class TimedSource(IndexSource):
    """The published index, lent out under a clock."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.noted: list[tuple[float, float]] = []

    @contextmanager
    def borrow(self) -> Iterator[Engine]:
        with super().borrow() as engine:
            yield TimedEngine(engine, self.noted)


class Took(NamedTuple):
    """Milliseconds by the clock and of the processor."""

    wall: float
    cpu: float


@dataclass(frozen=True, slots=True)
class Answered:
    """One question: the engine's answer, the first byte of its page, the page's size."""

    question: Pairs
    engine: Took
    page: Took
    kilobytes: float

    @property
    def added(self) -> Took:
        """What the page took beyond the engine's answer."""
        return Took(self.page.wall - self.engine.wall, self.page.cpu - self.engine.cpu)


@contextmanager
def serve(folder: Path) -> Iterator[http.client.HTTPConnection]:
    """Serve a library as `gongwen serve` does; yield a connection to it."""
    with HttpServer(create_app(folder), "127.0.0.1", 0, ServeLimits()) as server:
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        yield connection
        connection.close()
        server.stop()
        thread.join(timeout=10)


def ask_page(connection: http.client.HTTPConnection, question: Pairs) -> tuple[Took, float]:
    """Ask for one page; return when its first byte came, and its kilobytes."""
    clock, busy = time.perf_counter(), time.process_time()
    connection.request("GET", f"/search?{urlencode(question)}", headers=AS_BROWSERS)
    answer = connection.getresponse()
    first = answer.read(1)
    took = Took((time.perf_counter() - clock) * 1_000, (time.process_time() - busy) * 1_000)
    size = len(first) + len(answer.read())
    if answer.status != 200:
        raise SystemExit(f"{answer.status}：{question}")
    return took, size / 1_000


def ask_engine(searcher: Searcher, source: TimedSource, question: Pairs) -> Took:
    """Ask the engine alone; return how long its first answer took."""
    source.noted.clear()
    searcher.search(SearchRequest.from_params(question))
    wall, cpu = source.noted[0]
    return Took(wall * 1_000, cpu * 1_000)


def measure(folder: Path, rounds: int) -> list[Answered]:
    """Put every question to both in turn, and return the medians."""
    rows = []
    source = TimedSource(folder / INDEX_FOLDER)
    with (
        Library.open(folder) as library,
        Searcher(library, source) as searcher,
        serve(folder) as connection,
    ):
        for question in QUESTIONS:  # what is kept from then on is kept for every reader
            ask_engine(searcher, source, question)
            ask_page(connection, question)
        for question in QUESTIONS:
            engine, page, size = [], [], 0.0
            for _ in range(rounds):
                engine.append(ask_engine(searcher, source, question))
                took, size = ask_page(connection, question)
                page.append(took)
            rows.append(Answered(question, _median(engine), _median(page), size))
    return rows


def _median(several: Sequence[Took]) -> Took:
    return Took(median(each.wall for each in several), median(each.cpu for each in several))


def show(rows: Sequence[Answered]) -> None:
    """Print the table, and how many questions miss the target."""
    print("   engine ms (cpu)  first byte ms (cpu)      added ms (cpu)     kB  question")
    for row in rows:
        question = " ".join(f"{name}={value}" for name, value in row.question) or "(everything)"
        print(
            f"{row.engine.wall:10.1f} ({row.engine.cpu:5.1f})"
            f"{row.page.wall:13.1f} ({row.page.cpu:5.1f})"
            f"{row.added.wall:12.1f} ({row.added.cpu:5.1f})"
            f"{row.kilobytes:7.0f}  {question}"
        )
    walls, busy = ([row.added[at] for row in rows] for at in (0, 1))
    late = sum(wall > TARGET for wall in walls)
    print(
        f"added: median {median(walls):.1f} ms (cpu {median(busy):.1f}),"
        f" most {max(walls):.1f} ms (cpu {max(busy):.1f});"
        f" {late} of {len(rows)} above {TARGET:.0f} ms"
    )


def profile(folder: Path, rounds: int) -> None:
    """Print which functions the pages spend their time in, the engine's included."""
    client = create_app(folder).test_client()
    paths = [f"/search?{urlencode(question)}" for question in QUESTIONS]
    for path in paths:
        client.get(path)
    with cProfile.Profile() as watched:
        for path in paths * rounds:
            client.get(path)
    pstats.Stats(watched).sort_stats("tottime").print_stats(40)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("library", type=Path)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--profile", action="store_true")
    asked = parser.parse_args()
    if asked.profile:
        profile(asked.library, asked.rounds)
    else:
        show(measure(asked.library, asked.rounds))


if __name__ == "__main__":
    main()
