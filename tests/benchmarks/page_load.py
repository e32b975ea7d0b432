"""Search pages under load: `make bench-http` (N=20000, CLIENTS=8, WORKERS=2).

A service is started as an office starts it; readers with connections of their own, all in one other
process, ask it the 40 questions as search pages with facets, each the next as soon as it has its
answer. No time is believed before the totals and every facet count on the pages are those of the
engine. Processor time stands beside the clock, as other work may run; the last line is JSON.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from statistics import mean, median
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlencode
from urllib.request import urlopen

from lxml import html

from corpus.library import Library
from indexer.build import INDEX_FOLDER
from search.requests import SearchRequest
from search.searcher import TIMED_OUT, Searcher
from tests.benchmarks.figures import REPOSITORY, p95
from tests.benchmarks.page_library import Pairs, make_library, pages_for
from tests.benchmarks.pages import TimedSource

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from search.results import Results

KEPT = REPOSITORY / "var" / "bench-http"
LONGEST = 600.0  # seconds until a service answers, whatever else the machine does
ATTEMPTS = 10
_IDLE_THREADS = 4  # fewer than a service has, more than an interpreter that starts
_TICKS = os.sysconf("SC_CLK_TCK")
# 找到 9312 段，来自 500 份文件
_HEADLINE = re.compile(r"找到 (\d+) 段，来自 (\d+) 份文件")


class Page(NamedTuple):
    """One answer: when it was whole, in milliseconds since it was asked for, and its size."""

    milliseconds: float
    status: int
    size: int


@contextmanager
def served(library: Path, workers: int, port: int) -> Iterator[int]:
    """Serve a library with so many processes; yield the id of the first of them."""
    command = [sys.executable, "-m", "webui.cli", "--library", str(library), "serve"]
    command += ["--port", str(port), "--workers", str(workers)]
    process = subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        if not process.stdout.readline():
            raise SystemExit("服务没有启动。")
        yield process.pid
    finally:
        process.terminate()
        process.wait(timeout=LONGEST)


def processes_of(first: int) -> tuple[int, ...]:
    """Return a service's processes: the first and its workers."""
    # A child is listed with the thread that began it.
    threads = Path(f"/proc/{first}/task").glob("*/children")
    children = " ".join(each.read_text(encoding="ascii") for each in threads)
    return (first, *map(int, children.split()))


def busy_ms(processes: Sequence[int]) -> float:
    """Return how long processes have kept a processor busy."""
    spent = 0
    for process in processes:
        fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2]
        spent += sum(map(int, fields.split()[11:13]))
    return spent * 1_000 / _TICKS


def check_page(body: bytes, results: Results, question: Pairs) -> None:
    """Stop where a page does not say what the engine found."""
    page = html.fromstring(body.decode())
    told = _HEADLINE.search(page.findtext(".//h1/span") or "")
    found = (int(told[1]), int(told[2])) if told else (0, 0)
    if found != (results.total, results.circulars):
        raise SystemExit(f"总数与引擎不同：{question}")
    counts = {
        (facet, each.value): each.count
        for facet, values in results.facets.items()
        for each in values
    }
    shown = 0
    for tick in page.iterfind('.//label/input[@type="checkbox"]'):
        label = tick.getparent()
        count = int(label.findtext("em"))
        shown += 1
        if counts.get((tick.get("name"), tick.get("value")), 0) != count:
            raise SystemExit(f"筛选项的数目与引擎不同：{question}")
    if results.total and not shown:
        raise SystemExit(f"页面上没有筛选项：{question}")


def check_all(library: Path, port: int, asked: Sequence[Pairs]) -> list[float]:
    """Compare every page with the engine's answer; return the engine's milliseconds on each."""
    engine_ms = []
    source = TimedSource(library / INDEX_FOLDER)
    with Library.open(library) as held, Searcher(held, source) as searcher:
        for question in asked:
            request = SearchRequest.from_params(question)
            for _ in range(ATTEMPTS):  # on a busy machine either may run out of its time
                results = searcher.search(request)
                with urlopen(f"http://127.0.0.1:{port}/search?{urlencode(question)}") as answer:
                    body = answer.read()
                if not results.timed_out and TIMED_OUT.encode() not in body:
                    break
            check_page(body, results, question)
            times = []
            for _ in range(3):
                source.noted.clear()
                searcher.search(request)
                times.append(sum(busy for _, busy in source.noted) * 1_000)
            engine_ms.append(min(times))
    return engine_ms


async def ask(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, question: Pairs, port: int
) -> Page:
    """Ask for one page as a browser does, over a connection that is kept."""
    started = time.perf_counter()
    writer.write(
        f"GET /search?{urlencode(question)} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
        "Accept-Encoding: gzip\r\n\r\n".encode()
    )
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    found = re.search(r"(?i)content-length: (\d+)", head)
    assert found is not None, head
    body = await reader.readexactly(int(found[1]))
    took = (time.perf_counter() - started) * 1_000
    return Page(took, int(head.split(" ", 2)[1]), len(body))


async def read_on(port: int, asked: Iterator[Pairs], pages: list[Page]) -> None:
    """Ask one question after the other, as long as there are any."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for question in asked:
        pages.append(await ask(reader, writer, question, port))
    writer.close()
    await writer.wait_closed()


async def load(port: int, clients: int, asked: Iterator[Pairs]) -> list[Page]:
    """Let so many readers ask at once; return every page they got."""
    pages: list[Page] = []
    await asyncio.gather(*(read_on(port, asked, pages) for _ in range(clients)))
    return pages


def wait_for_workers(first: int, port: int, workers: int) -> None:
    """Wait until every process of a service has answered, as far as that can be seen."""
    until = time.monotonic() + LONGEST
    while time.monotonic() < until:
        each = processes_of(first)
        if len(each) >= workers and all(_listens(process, port) for process in each[:workers]):
            return
        time.sleep(0.2)
    raise SystemExit("工作进程没有启动。")


def _listens(process: int, port: int) -> bool:
    """Tell whether a process has threads of its own: it serves as soon as it has."""
    return sum(1 for _ in Path(f"/proc/{process}/task").iterdir()) > _IDLE_THREADS


def measure(size: int, workers: int, clients: int, rounds: int, port: int) -> dict[str, float]:
    """Return the figures of one load."""
    library = make_library(KEPT, size)
    asked = [question for _, question in pages_for(size)]
    with served(library, workers, port) as first:
        wait_for_workers(first, port, workers)
        engine_ms = check_all(library, port, asked)
        # Enough that every process has met every question.
        asyncio.run(load(port, clients, iter(asked * 3 * workers)))
        before, own = busy_ms(processes_of(first)), time.process_time()
        began = time.perf_counter()
        pages = asyncio.run(load(port, clients, iter(asked * rounds)))
        seconds = time.perf_counter() - began
        client_ms = (time.process_time() - own) * 1_000 / len(pages)
        service_ms = (busy_ms(processes_of(first)) - before) / len(pages)
    refused = sum(page.status != 200 for page in pages)
    times = sorted(page.milliseconds for page in pages)
    return {
        "paragraphs": size,
        "workers": workers,
        "clients": clients,
        "pages": len(pages),
        "refused": refused,
        "pages_per_second": len(pages) / seconds,
        "p50": median(times),
        "p95": p95(times),
        "p99": times[min(len(times) - 1, round(0.99 * len(times)))],
        "service_cpu_ms": service_ms,
        "client_cpu_ms": client_ms,
        "engine_cpu_ms": mean(engine_ms),
        "kilobytes": mean(page.size for page in pages) / 1_000,
        "load": os.getloadavg()[0],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=200_000, help="synthetic paragraphs")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--port", type=int, default=8399)
    asked = parser.parse_args()
    found = measure(asked.size, asked.workers, asked.clients, asked.rounds, asked.port)
    service, engine = found["service_cpu_ms"], found["engine_cpu_ms"]
    print(
        f"{found['pages']} pages of {found['kilobytes']:.1f} kB to {found['clients']} readers,"
        f" {found['refused']} refused: {found['pages_per_second']:.0f} a second,"
        f" p50 {found['p50']:.0f} ms, p95 {found['p95']:.0f} ms, p99 {found['p99']:.0f} ms\n"
        f"processor a page: service {service:.1f} ms, of which the engine {engine:.1f} ms alone"
        f" ({service / engine:.1f}×); readers {found['client_cpu_ms']:.2f} ms;"
        f" two cores would carry {2_000 / (service + found['client_cpu_ms']):.0f} a second\n"
        f"load of the machine {found['load']:.1f}\n{json.dumps(found)}"
    )


if __name__ == "__main__":
    main()
