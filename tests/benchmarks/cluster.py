"""Both engines in one run: `python -m tests.benchmarks.cluster [FOLDER]`.

The circulars of a folder are read into a library, which is indexed beside it and on a search
cluster; then as many clients as `CLIENTS` says put the lines of `tests/quality/queries.tsv` to
either engine, one after the other, each line once beforehand. The machine's load stands beside the
figures: compare lines of one run. The last line of the output holds all figures as JSON.
"""

from __future__ import annotations

import argparse
import csv
import itertools
import json
import os
import tempfile
import threading
import time
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, NamedTuple

from corpus.ingest import add_paths
from corpus.library import Library
from indexer.analyzer import default_analyzer
from indexer.build import index_root, update_index
from indexer.opensearch_build import update_cluster_index
from indexer.opensearch_connection import Cluster, ClusterAddress
from search.opensearch_engine import OpenSearchEngine
from search.query import Query
from search.synonyms import Expander
from search.syntax import parse_query
from search.whoosh_engine import WhooshEngine
from tests.benchmarks.datasets import REAL
from tests.benchmarks.figures import p95
from tests.benchmarks.quality_cluster import Nodes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from search.engine import Engine

REPOSITORY = Path(__file__).resolve().parents[2]
LINES = REPOSITORY / "tests" / "quality" / "queries.tsv"
CLIENTS = (1, 8, 32)
NAME = "measured"


class Line(NamedTuple):
    """A line as staff type it; `kind` is question or another."""

    kind: str
    query: Query


def read_lines() -> list[Line]:
    """Return the typed lines, cut and expanded as a searcher does."""
    expander = Expander()
    with LINES.open(encoding="utf-8") as file:
        return [
            Line(row["kind"], Query(parse_query(row["query"], expand=expander).root))
            for row in csv.DictReader(file, delimiter="\t")
        ]


def ask(engine: Engine, lines: Sequence[Line], clients: int, least: int) -> dict[str, float]:
    """Return how many milliseconds answers take while so many ask at once, and how many a second.

    At least so many questions are asked, each line equally often.
    """
    rounds = -(-least // len(lines))
    turns: Iterator[Line] = iter([*lines] * rounds)
    lock, took = threading.Lock(), []

    def keep_asking() -> None:
        while True:
            with lock:
                line = next(turns, None)
            if line is None:
                return
            started = time.perf_counter()
            engine.search(line.query)
            took.append(time.perf_counter() - started)

    threads = [threading.Thread(target=keep_asking) for _ in range(clients)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - started
    assert len(took) == rounds * len(lines)
    return {
        "p50_ms": round(1_000 * median(took), 1),
        "p95_ms": round(1_000 * p95(took), 1),
        "a_second": round(len(took) / seconds, 1),
    }


def measure(name: str, engine: Engine, lines: Sequence[Line], least: int) -> list[dict[str, Any]]:
    """Ask an engine by all numbers of clients, and at one client by the kind of line; tell each."""
    for line in lines:
        engine.search(line.query)
    sentences = [line for line in lines if line.kind == "question"]
    others = [line for line in lines if line.kind != "question"]
    rows = []
    for what, asked, clients in itertools.chain(
        (("全部", lines, clients) for clients in CLIENTS),
        (("句子", sentences, 1), ("关键词等", others, 1)),
    ):
        figures = ask(engine, asked, clients, least)
        rows.append({"engine": name, "lines": what, "clients": clients, **figures, "load": load()})
        print(
            f"  {name:<10} {what:<5} {clients:>2} 人  p50 {figures['p50_ms']:>8.1f} ms  "
            f"p95 {figures['p95_ms']:>8.1f} ms  每秒 {figures['a_second']:>6.1f} 问",
            flush=True,
        )
    return rows


def compare(folder: Engine, cluster: Engine, lines: Sequence[Line]) -> dict[str, int]:
    """Count the lines to which both engines give the same first page, and the same totals."""
    pairs = [(folder.search(line.query), cluster.search(line.query)) for line in lines]
    same = {
        "lines": len(pairs),
        "same_page": sum(one.hits == other.hits for one, other in pairs),
        "same_total": sum(one.total == other.total for one, other in pairs),
        "same_facets": sum(one.facets == other.facets for one, other in pairs),
    }
    print(f"  一样的答复：{same}", flush=True)
    return same


def timed(what: str, paragraphs: int, started: float) -> dict[str, Any]:
    """Tell how fast paragraphs went somewhere."""
    seconds = time.perf_counter() - started
    speed = round(paragraphs / seconds)
    print(f"  {what}：{paragraphs} 段，{seconds:.1f} 秒，每秒 {speed} 段", flush=True)
    return {
        "what": what,
        "seconds": round(seconds, 1),
        "paragraphs_a_second": speed,
        "load": load(),
    }


def load() -> float:
    """Return how many processes want the processor."""
    return round(os.getloadavg()[0], 1)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=REAL["circulars"])
    parser.add_argument("--library", type=Path, help="a library that is there already")
    parser.add_argument("--nodes", type=int, default=1)
    parser.add_argument("--shards", type=int, default=3)
    parser.add_argument("--least", type=int, default=200, help="questions of each figure")
    options = parser.parse_args()
    default_analyzer()
    ingested: list[dict[str, Any]] = []
    with ExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        nodes = stack.enter_context(Nodes(options.nodes))
        address = nodes.address(NAME, f"?shards={options.shards}&replicas=0")
        where = options.library or place / "library"
        library = stack.enter_context(Library.open(where, create=not options.library))
        if not options.library:
            started = time.perf_counter()
            for _ in add_paths(library, [options.folder]):
                pass
            ingested.append(timed("读入并存库", library.counts().paragraphs, started))
        paragraphs = library.counts().paragraphs
        started = time.perf_counter()
        update_index(library, rebuild=True)
        ingested.append(timed("索引到文件夹", paragraphs, started))
        cluster = Cluster(ClusterAddress.parse(address))
        stack.callback(cluster.close)
        started = time.perf_counter()
        generation, _, rejected = update_cluster_index(library, cluster)
        assert rejected == ()
        ingested.append(timed("索引到 OpenSearch", paragraphs, started))
        lines = read_lines()
        folder = WhooshEngine.open(index_root(library))
        on_cluster = OpenSearchEngine(cluster, generation.index)
        same = compare(folder, on_cluster, lines)
        searched = measure("文件夹", folder, lines, options.least)
        searched += measure("OpenSearch", on_cluster, lines, options.least)
        on_cluster.close()
        folder.close()
    print(
        json.dumps({"ingested": ingested, "same": same, "searched": searched}, ensure_ascii=False)
    )


if __name__ == "__main__":
    main()
