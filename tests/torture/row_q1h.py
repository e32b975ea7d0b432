"""Q1 over HTTP, hostile queries and parameters: 200, or 400 with a reason; never a 5xx, never slow."""

from __future__ import annotations

import random
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING
from urllib.parse import quote

from tests.torture.outcome import Tally, scratch
from tests.torture.serving import fill_library, leaks, percentile, serving

if TYPE_CHECKING:
    from tests.torture.serving import Reply

# The clock is judged in the long form alone: the short one shares its machine with other work.
SHORT, LONG = 2_000, 100_000
MOST_SECONDS, MOST_P99, MOST_MEMORY = 1.5, 0.3, 100_000_000
# What wedged or crashed the stock parser and its searches, at sizes an address can carry.
KNOWN = [
    "*", "?", "??", "*?*?*?*", "?*", "body:*", "[a TO z]", "a~5", "知~3", "NOT OR", "NOT NOT a",
    "REQUIRE ANDMAYBE *", "\ud800*", "\x00", "(" * 990, ")" * 990, "[" * 5_000, "[a TO " * 400,
    " ".join(f"词{n}" for n in range(1_000)), " OR ".join(f"词{n}" for n in range(1_000)),
    "知" * 5_000, '"' + "识" * 5_000 + '"', '"' * 500, "知识" * 250, "〔" * 300, "AND" * 170,
    "年:" + "9" * 500, "年:1..99999999", "文号:" + "〔" * 200, "责任单位:" * 30, "-" * 500, "NOT " * 120,
    "\u202e\u200b知\u200b识", "𠮷林省", "二〇二四", "%" * 500, "a" * 511, "a" * 512, "a" * 513, "１" * 512,
]  # fmt: skip
PIECES = [
    "知识产权", "市公安局", "牵头", "农资", "a", "2018", "〔2018〕", "云政办发〔2018〕5号", '"', "“", "”", "(", ")", "（", "）",
    " ", "　", "AND", "OR", "NOT", "与", "或", "非", "-", "+", "|", "*", "?", "~", ":", "：", "年:", "责任单位:", "牵头:", "标题:",
    "文号:", "..", "[", "]", "{", "}", "^", "\\", "/", "\x00", "\u200b", "\u202e", "\ufeff", "\ud83d", "😀", "𠮷", "〇", "①", "㈠", "'", ";", "--",
]  # fmt: skip
PARAMETERS = [
    "page=-1", "page=0", "page=1000000000", "page=%D9%A3", "page=1_000", "limit=-1", "limit=1e9", "limit=%00", "unit=x",
    "sort=x", "sort=date", "role=x", "year=x", "agency=" + "x" * 300, "expand=x", "unit=measure", "page=2", "limit=100",
    "agency_op=all", "q=x&q=y", "verbatim=%00", "line=%F0%28%8C%28", "kind=%ED%A0%80", "%00=1", "region[]=a",
]  # fmt: skip
ROADS = [
    "/search",
    "/api/v1/search",
    "/search.json",
    "/search.csv",
    "/search.atom",
    "/matrix",
    "/api/v1/suggest",
]


def hostile_line(rng: random.Random) -> str:
    """Return a line that no reader would type."""
    choice = rng.random()
    if choice < 0.1:
        return rng.choice(KNOWN)
    if choice < 0.9:
        return "".join(rng.choice(PIECES) for _ in range(rng.randrange(1, 40)))
    return "".join(chr(rng.randrange(1, 0x3000)) for _ in range(rng.randrange(1, 300)))


def hostile_path(rng: random.Random) -> str:
    line = quote(hostile_line(rng).encode("utf-8", "surrogatepass"))
    others = "".join(f"&{rng.choice(PARAMETERS)}" for _ in range(rng.randrange(3)))
    road = rng.choice(ROADS) if rng.random() < 0.3 else rng.choice(ROADS[:2])
    return f"{road}?q={line}{others}"


def problems_of(reply: Reply, long: bool) -> list[str]:
    allowed = {200, 303, 400, 404}
    found = leaks(reply.body)
    if reply.status == 400 and len(reply.body) < 20:
        found.append("no reason given")
    if reply.status not in allowed and reply.status != 431:
        found.append(f"status {reply.status} {reply.trouble}")
    if long and reply.waited > MOST_SECONDS:
        found.append(f"{reply.waited:.2f} s")
    return found


def run(trials: int, seed: int, long: bool) -> tuple[int, int]:
    tally, lock, times = Tally(), threading.Lock(), []
    with scratch("q1") as folder:
        library = fill_library(folder / "library", random.Random(seed), 2_000 if long else 300)
        with serving(library) as service:
            # Word lists, pinyin and templates come at the first question that needs them.
            for line in map(quote, ("网络交易监管", "网络交易坚管")):
                for road in ROADS:
                    service.visitor().get(f"{road}?q={line}")
            before = service.figures()["memory"]

            def ask(number: int) -> None:
                rng = random.Random(f"{seed}/{number}")
                visitor = service.visitor(f"127.0.0.{number + 2}")
                for _ in range(trials // 2):
                    path = hostile_path(rng)
                    reply = visitor.get(path)
                    with lock:
                        times.append(reply.waited)
                        found = problems_of(reply, long)
                        tally.trial(*(f"{one}: {path[:300]}" for one in found))

            with ThreadPoolExecutor(2) as threads:
                list(threads.map(ask, range(2)))
            grown = service.figures()["memory"] - before
    slow = percentile(times, 0.99)
    print(f"p99 {slow * 1_000:.0f} ms, longest {max(times):.2f} s, memory +{grown / 1e6:.0f} MB")
    tally.trial(*([f"memory +{grown}"] if grown > MOST_MEMORY else []))
    tally.trial(*([f"p99 {slow:.3f} s"] if long and slow > MOST_P99 else []))
    return tally.result()
