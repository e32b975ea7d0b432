"""How the engines grow: `make simulate-scale`, `make simulate-scale MINUTES=40 MOST=1000000`.

Invented circulars go into three nodes of OpenSearch and into the index of a folder, chunk by chunk;
at each size the same questions are put to both, whose totals must agree. What is done is kept in
`--work`: interrupted anywhere, the next run goes on there. It ends at the size asked for, or where
time, memory or disk end, and says which.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import time
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import Any

from indexer.records import Unit
from tests.benchmarks.datasets import REAL
from tests.benchmarks.figures import REPOSITORY, p95
from tests.benchmarks.scale_engines import (
    NAME,
    Answered,
    ClusterTarget,
    ScaleNodes,
    Written,
    ask_folder,
    in_own_process,
    keep_folder,
    kilobytes_in,
    write_chunk,
    write_folder,
)
from tests.benchmarks.scale_page import KEPT, growth_of, write_page
from tests.benchmarks.scale_records import Simulated, questions_on, real_circulars
from tests.benchmarks.scale_worker import SIZES as LISTS
from tests.benchmarks.scale_worker import hold_lists

SIZES = (10_000, 30_000, 100_000, 300_000, 1_000_000)
SMALL, LARGE = 10_000, 50_000  # paragraphs of a chunk, until 100,000 and after
REAL_PARAGRAPHS = 4_000  # that are weighed against as many invented ones
ASKING = 0.35  # of the time, kept for the questions
LEAST_MEMORY, LEAST_DISK = 2e9, 5e9
ENGINES = ("cluster", "folder")


class Simulation:
    """One simulation, kept in a folder while it goes on."""

    def __init__(self, work: Path, shards: int, minutes: float, most: int) -> None:
        self._work = work
        self._seconds = minutes * 60
        self._until = time.monotonic() + self._seconds
        self._most = most
        self._state_file = work / "state.json"
        self._simulated = Simulated()
        self._is_warm = False
        self.state: dict[str, Any] = {
            "shards": shards,
            "worker": [],
            "chunks": [],
            "steps": [],
        }
        if self._state_file.exists():
            self.state = json.loads(self._state_file.read_text(encoding="utf-8"))
        self.shards: int = self.state["shards"]

    def hold_lists(self) -> None:
        """Measure what a web worker holds of every circular."""
        done = {each["circulars"] for each in self.state["worker"]}
        for circulars in (size for size in LISTS if size not in done):
            tell(f"网页进程的目录：{circulars:,} 份")
            self.state["worker"].append(in_own_process(hold_lists, circulars))
            self._keep()

    def run(self, nodes: ScaleNodes) -> str:
        """Go on until the end; return why that was, in Chinese.

        All is taken in first, then every size is asked by the same warm servers.
        """
        cluster = ClusterTarget(nodes, self.shards)
        why = ""
        for size in (size for size in SIZES if size <= self._most):
            why = self._grow(cluster, size)
            # Where a run was interrupted, a part of the next chunk may stand in the cluster already.
            if (why or self._reached() == size) and self._reached() > self._measured():
                self._note(cluster)
            if why:
                break
        for step in self.state["steps"]:
            self._ask(cluster, step)
        self._weigh_real(cluster)
        return why or f"到了要求的 {self._measured():,} 段"

    def forget_answers(self) -> None:
        """Let every question be put again at every size."""
        for step in self.state["steps"]:
            step.pop("agreed", None)

    def _grow(self, cluster: ClusterTarget, size: int) -> str:
        """Take in chunks until a size is reached; return what prevented it."""
        while (start := self._reached()) < size:
            if why := self._end_of_means():
                return why
            stop = min(size, start + (SMALL if start < 100_000 else LARGE))
            tell(f"入库到 {stop:,} 段（目标 {size:,}）")
            into_cluster = write_chunk(cluster, self._simulated, start, stop)
            into_folder, peak = in_own_process(write_folder, self._work / "folder", start, stop)
            self.state["chunks"].append(
                {
                    "paragraphs": stop,
                    "cluster": asdict(into_cluster),
                    "folder": {**asdict(into_folder), "peak_mb": peak},
                    "load": os.getloadavg()[0],
                }
            )
            self._keep()
        return ""

    def _end_of_means(self) -> str:
        """Return why no further chunk can be taken in."""
        if time.monotonic() > self._until - ASKING * self._seconds:
            return "到了时限"
        if kilobytes_in(Path("/proc/meminfo"), "MemAvailable") * 1_024 < LEAST_MEMORY:
            return "内存不够了"
        if shutil.disk_usage(self._work).free < LEAST_DISK:
            return "磁盘不够了"
        return ""

    def _note(self, cluster: ClusterTarget) -> None:
        """Keep what the size reached has come to; both indices stay as they are now, to be asked."""
        paragraphs = self._reached()
        tell(f"{paragraphs:,} 段：磁盘和内存")
        done = self._measured()
        chunks = [each for each in self.state["chunks"] if each["paragraphs"] > done]
        step: dict[str, Any] = {
            "paragraphs": paragraphs,
            "records": cluster.records(),
            "day": datetime.now().astimezone().date().isoformat(),
            "load": round(median(each["load"] for each in chunks), 1),
            "cluster": figures_of(chunks, "cluster") | cluster.held(),
            "folder": figures_of(chunks, "folder"),
        }
        cluster.keep_as(f"{NAME}-{paragraphs}")
        keep_folder(self._work / "folder", self._work / f"folder-{paragraphs}")
        self.state["steps"].append(step)
        self._keep()

    def _ask(self, cluster: ClusterTarget, step: dict[str, Any]) -> None:
        """Ask both engines at one size, where that is not done."""
        if "agreed" in step:
            return
        paragraphs = step["paragraphs"]
        tell(f"{paragraphs:,} 段：检索")
        asked = questions_on(self._simulated)
        if not self._is_warm:  # a server's first thousand questions are no measure of it
            cluster.ask(f"{NAME}-{paragraphs}", asked)
            self._is_warm = True
        on_cluster = cluster.ask(f"{NAME}-{paragraphs}", asked)
        in_folder, held = in_own_process(ask_folder, self._work / f"folder-{paragraphs}")
        assert step["records"] == held["records"], (step["records"], held["records"])
        step["cluster"] |= answers_of(on_cluster)
        step["folder"] |= answers_of(in_folder) | held
        step["agreed"] = {kind: agreement(one, in_folder[kind]) for kind, one in on_cluster.items()}
        self._keep()

    def _weigh_real(self, cluster: ClusterTarget) -> None:
        """Compare what real circulars take with what as many invented ones do, where there are any."""
        folder = REAL["circulars"]
        if "real" in self.state or not folder.exists():
            return
        tell("真实公文的大小")
        real = list(real_circulars(folder, REAL_PARAGRAPHS))
        paragraphs = sum(record.unit is Unit.PARAGRAPH for records in real for record in records)
        invented = self._simulated.circulars(0, REAL_PARAGRAPHS)
        self.state["real"] = {
            "circulars": len(real),
            "bytes": cluster.weigh(real) * 1e6 / paragraphs,
            "invented_bytes": cluster.weigh(invented) * 1e6 / REAL_PARAGRAPHS,
        }
        self._keep()

    def _reached(self) -> int:
        chunks = self.state["chunks"]
        return chunks[-1]["paragraphs"] if chunks else 0

    def _measured(self) -> int:
        steps = self.state["steps"]
        return steps[-1]["paragraphs"] if steps else 0

    def _keep(self) -> None:
        fresh = self._state_file.with_suffix(".new")
        fresh.write_text(json.dumps(self.state, ensure_ascii=False), encoding="utf-8")
        fresh.replace(self._state_file)


def figures_of(chunks: list[dict[str, Any]], engine: str) -> dict[str, Any]:
    """Return what taking in some chunks took one engine."""
    each = [{**chunk[engine]} for chunk in chunks]
    peaks = [chunk.pop("peak_mb", 0.0) for chunk in each]
    written = [Written(**chunk) for chunk in each]
    return {"written": asdict(sum(written[1:], written[0])), "peak_mb": max(peaks)}


def answers_of(answered: dict[str, Answered]) -> dict[str, Any]:
    """Return what a step keeps of the answers of one engine."""
    return {
        "questions": {
            kind: {
                "p50": median(one.times),
                "slowest": max(one.times),
                "cpu": one.cpu,
                "requests": one.requests,
                "total": round(median(one.totals)),
            }
            for kind, one in answered.items()
        },
        "all": overall([ms for one in answered.values() for ms in one.times]),
    }


def agreement(one: Answered, other: Answered) -> str:
    """Return how many questions have the same total on both: 8/8.

    A sentence's partial matches are the best among the candidates, which may differ (ADR 17).
    """
    same = sum(a == b for a, b in zip(one.totals, other.totals, strict=True))
    return f"{same}/{len(one.totals)}"


def overall(times: list[float]) -> dict[str, float]:
    """Return p50 and p95 of all questions."""
    return {"p50": median(times), "p95": p95(times)}


def tell(line: str) -> None:
    """Show how far it is."""
    print(f"{datetime.now().astimezone():%H:%M:%S} {line}", file=sys.stderr, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=60.0, help="how long this run may take")
    parser.add_argument("--most", type=int, default=SIZES[-1], help="paragraphs to reach")
    parser.add_argument("--shards", type=int, default=3)
    parser.add_argument("--work", type=Path, default=REPOSITORY / "var" / "scale")
    parser.add_argument("--afresh", action="store_true", help="forget what an earlier run has done")
    parser.add_argument("--again", action="store_true", help="put every question again")
    parser.add_argument("--write", action="store_true", help="write docs/scale.md")
    asked = parser.parse_args()
    if asked.afresh:
        shutil.rmtree(asked.work, ignore_errors=True)
    asked.work.mkdir(parents=True, exist_ok=True)
    simulation = Simulation(asked.work, asked.shards, asked.minutes, asked.most)
    try:
        if asked.again:
            simulation.forget_answers()
        simulation.hold_lists()
        with ScaleNodes(folder=asked.work / "nodes") as nodes:
            why = simulation.run(nodes)
    except KeyboardInterrupt:
        raise SystemExit("停下了；同样的命令再运行一次就接着做。") from None
    kept = {**simulation.state, "ended": why}
    del kept["chunks"]
    print(growth_of(kept))
    print(why)
    if asked.write:
        KEPT.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        write_page()


if __name__ == "__main__":
    main()
