"""The two engines under growth: what they take in, what they then hold, how fast they answer.

Time goes by the clock and by the processors: where the machine does other things besides, seconds
of processors are what can be carried over to another machine.
"""

from __future__ import annotations

import gc
import os
import shutil
import subprocess
import time
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, Protocol

from indexer.generation import Manifest, current, program_fingerprints
from indexer.opensearch_connection import Cluster, ClusterAddress
from indexer.opensearch_mapping import mapping, settings_of
from indexer.opensearch_writer import ClusterWriter
from indexer.publishing import prepare_root, publish, start_work, sweep
from indexer.whoosh_writer import RecordWriter
from search.opensearch_engine import OpenSearchEngine
from search.whoosh_engine import WhooshEngine
from tests.benchmarks.scale_records import Simulated, questions_on
from tests.cluster.opensearch_server import SearchNodes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from indexer.records import Record
    from search.engine import Engine, Matches
    from tests.benchmarks.scale_records import AskedQuery

ROUNDS = 3  # after one that is not counted
MB = 1e6
NAME = "scale"
TICKS = os.sysconf("SC_CLK_TCK")  # of a second, in which processes are charged


@dataclass(frozen=True, slots=True)
class Written:
    """What taking in a chunk came to."""

    records: int
    seconds: float
    client_cpu: float
    node_cpu: float

    def __add__(self, other: Written) -> Written:
        return Written(*(a + b for a, b in zip(_values(self), _values(other), strict=True)))


def _values(written: Written) -> tuple[float, ...]:
    return tuple(asdict(written).values())


@dataclass(frozen=True, slots=True)
class Answered:
    """What one kind of question came to: each time a median of rounds; processors, a mean."""

    times: tuple[float, ...]  # ms, one a question
    cpu: float  # ms a question, nodes and client together
    requests: float  # a question
    totals: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Used:
    """What some questions have used: seconds of processors, and requests to the cluster."""

    cpu: float
    requests: int

    def __add__(self, other: Used) -> Used:
        return Used(self.cpu + other.cpu, self.requests + other.requests)

    def __sub__(self, other: Used) -> Used:
        return Used(self.cpu - other.cpu, self.requests - other.requests)


class Target(Protocol):
    """An engine that is fed and asked."""

    def write(self, circulars: Sequence[Sequence[Record]]) -> None:
        """Take in some circulars, so that they can be found."""
        ...

    def node_cpu(self) -> float:
        """Return the seconds of processors that its own processes have used."""
        ...


def write_chunk(target: Target, simulated: Simulated, start: int, stop: int) -> Written:
    """Take in the paragraphs from `start` to `stop`; making them up is not counted."""
    circulars = list(simulated.circulars(start, stop))
    began, client, nodes = time.perf_counter(), time.process_time(), target.node_cpu()
    target.write(circulars)
    return Written(
        sum(map(len, circulars)),
        time.perf_counter() - began,
        time.process_time() - client,
        target.node_cpu() - nodes,
    )


def ask_all(
    search: Callable[[Any], Matches],
    asked: Sequence[AskedQuery],
    node_cpu: Callable[[], float],
    requests: Callable[[], int],
) -> dict[str, Answered]:
    """Put every question several times, one reader; return what came of each kind."""
    totals = {kind: [] for kind in dict.fromkeys(one.kind for one in asked)}
    for one in asked:  # not counted: what is asked for the first time is learnt first
        totals[one.kind].append(search(one.query).total)
    times: dict[str, list[list[float]]] = {kind: [] for kind in totals}
    used = {kind: Used(0.0, 0) for kind in totals}
    for _ in range(ROUNDS):
        for kind in totals:
            times[kind].append([])
            before = Used(time.process_time() + node_cpu(), requests())
            for one in asked:
                if one.kind == kind:
                    began = time.perf_counter()
                    search(one.query)
                    times[kind][-1].append((time.perf_counter() - began) * 1_000)
            used[kind] += Used(time.process_time() + node_cpu(), requests()) - before
    return {
        kind: Answered(
            tuple(median(each) for each in zip(*times[kind], strict=True)),
            used[kind].cpu * 1_000 / (ROUNDS * len(totals[kind])),
            used[kind].requests / (ROUNDS * len(totals[kind])),
            tuple(totals[kind]),
        )
        for kind in totals
    }


# --- the cluster ---------------------------------------------------------------------------------


class ScaleNodes(SearchNodes):
    """Nodes as a province would run them but for their size: all tiers of the compiler, G1."""

    heap = "1g"
    java = ("-XX:+UseG1GC",)
    own = {"indexing_pressure.memory.limit": "10%"}  # noqa: RUF012 — the server's own default

    def pids(self) -> tuple[int, ...]:
        """Return the processes of the nodes."""
        return tuple(process.pid for process in self._processes if process is not None)


class _CountingCluster(Cluster):
    """A connection that counts what is asked over it."""

    requests = 0

    def ask(self, *arguments: Any, **named: Any) -> Any:
        self.requests += 1
        return super().ask(*arguments, **named)


class ClusterTarget:
    """The three nodes, and one index in as many shards as asked for."""

    def __init__(self, nodes: ScaleNodes, shards: int) -> None:
        self.cluster = _CountingCluster(ClusterAddress.parse(nodes.address(NAME)))
        self._nodes = nodes
        self._made = {"settings": settings_of(shards, 0), "mappings": mapping()}
        if NAME not in self.cluster.ask("GET", f"/{NAME}*/_alias"):
            self.cluster.ask("PUT", f"/{NAME}", self._made, seconds=60.0)

    def write(self, circulars: Iterable[Sequence[Record]], name: str = NAME) -> None:
        writer = ClusterWriter(self.cluster, name)
        for records in circulars:
            writer.add_circular(records)
        _, refused = writer.commit()
        assert not refused, refused[:3]

    def weigh(self, circulars: Iterable[Sequence[Record]]) -> float:
        """Return the megabytes that some circulars take in an index of their own."""
        name = f"{NAME}-beside"
        self.cluster.ask("DELETE", f"/{name}", ignore_unavailable="true")
        self.cluster.ask("PUT", f"/{name}", self._made, seconds=60.0)
        self.write(circulars, name)
        self.cluster.ask("POST", f"/{name}/_flush", seconds=120.0)
        said = self.cluster.ask("GET", f"/{name}/_stats/store")
        return int(said["_all"]["primaries"]["store"]["size_in_bytes"]) / MB

    def node_cpu(self) -> float:
        used = 0.0
        for pid in self._nodes.pids():
            # Behind the name, which may hold blanks, user and system time are the 12th and 13th.
            said = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
            used += (int(said[11]) + int(said[12])) / TICKS
        return used

    def records(self) -> int:
        """Return how many records can be found."""
        self.cluster.ask("POST", f"/{NAME}/_refresh", seconds=120.0)
        return int(self.cluster.ask("GET", f"/{NAME}/_count")["count"])

    def keep_as(self, name: str) -> None:
        """Keep the index as it is now under another name; on disk the two share what they have."""
        blocked = f"/{NAME}/_settings"
        self.cluster.ask("DELETE", f"/{name}", ignore_unavailable="true")
        self.cluster.ask("PUT", blocked, {"index.blocks.write": True})
        alone = {"settings": {"index.number_of_replicas": 0}}
        clone = f"/{NAME}/_clone/{name}"
        self.cluster.ask("PUT", clone, alone, seconds=120.0, wait_for_active_shards="all")
        self.cluster.ask("PUT", blocked, {"index.blocks.write": None})
        self.cluster.ask("PUT", f"/{name}/_settings", {"index.blocks.write": None})

    def ask(self, name: str, asked: Sequence[AskedQuery]) -> dict[str, Answered]:
        """Put the questions to the index that was kept under a name."""
        engine = OpenSearchEngine(self.cluster, name)
        try:
            return ask_all(engine.search, asked, self.node_cpu, lambda: self.cluster.requests)
        finally:
            engine.close()

    def held(self) -> dict[str, Any]:
        """Return what it holds on disk and in memory; heap after a full collection."""
        self.cluster.ask("POST", f"/{NAME}/_flush", seconds=120.0)
        shards = self.cluster.ask("GET", f"/_cat/shards/{NAME}", format="json", bytes="b")
        sizes = [int(each["store"]) for each in shards]
        for pid in self._nodes.pids():
            subprocess.run(["jcmd", str(pid), "GC.run"], check=True, capture_output=True)
        said = self.cluster.ask("GET", "/_nodes/stats/jvm")["nodes"].values()
        segments = self.cluster.ask("GET", f"/{NAME}/_stats/segments")
        return {
            "disk_mb": sum(sizes) / MB,
            "shard_mb": [round(size / MB, 1) for size in sizes],
            "heap_mb": [round(each["jvm"]["mem"]["heap_used_in_bytes"] / MB) for each in said],
            "rss_mb": [round(status_mb(pid, "VmRSS")) for pid in self._nodes.pids()],
            "private_mb": [round(status_mb(pid, "RssAnon")) for pid in self._nodes.pids()],
            "segments": segments["_all"]["total"]["segments"]["count"],
        }


def status_mb(pid: int, key: str) -> float:
    """Return a line of a process's status in MB."""
    return kilobytes_in(Path(f"/proc/{pid}/status"), key) * 1_024 / MB


def kilobytes_in(file: Path, key: str) -> int:
    """Return what one line of a file of the kernel says."""
    for line in file.read_text(encoding="utf-8").splitlines():
        if line.startswith(f"{key}:"):
            return int(line.split()[1])
    raise KeyError(key)


# --- the folder, in a process of its own ---------------------------------------------------------


class FolderTarget:
    """The index of a folder: every chunk is a generation, as an update makes one."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def write(self, circulars: Sequence[Sequence[Record]]) -> None:
        prepare_root(self._root)
        sweep(self._root)
        base = current(self._root) if (self._root / "CURRENT").exists() else None
        work = start_work(self._root, base)
        writer = RecordWriter(work)
        for records in circulars:
            for record in records:
                writer.add(record)
        number = (base.manifest.circulars if base else 0) + len(circulars)
        facts = Manifest(program_fingerprints(), NAME, number, writer.commit(), number, {})
        publish(self._root, work, facts, base)

    def node_cpu(self) -> float:
        return 0.0  # it works in the client's own process


def keep_folder(root: Path, kept: Path) -> None:
    """Keep the folder's index as it is now; files are shared, since none is ever written again."""
    shutil.rmtree(kept, ignore_errors=True)
    shutil.copytree(root, kept, copy_function=os.link)


def in_own_process(task: Callable[..., Any], *arguments: Any) -> Any:
    """Return what a function returns in a process that does nothing else, so its memory is its own."""
    with get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
        return pool.apply(task, arguments)


def write_folder(root: Path, start: int, stop: int) -> tuple[Written, float]:
    """Take a chunk into the folder's index; return what it took, and the most memory in MB."""
    gc.disable()  # as `indexer.build` does
    written = write_chunk(FolderTarget(root), Simulated(), start, stop)
    return written, status_mb(os.getpid(), "VmHWM")


def ask_folder(root: Path) -> tuple[dict[str, Answered], dict[str, Any]]:
    """Put the questions to the folder's index; return the answers, and what it holds."""
    asked = questions_on(Simulated())
    before = status_mb(os.getpid(), "RssAnon")
    generation = current(root)
    engine: Engine = WhooshEngine.open(root)
    answered = ask_all(engine.search, asked, lambda: 0.0, lambda: 0)
    held = {
        "records": generation.manifest.records,
        "disk_mb": sum(file.size for file in generation.manifest.files.values()) / MB,
        "rss_mb": status_mb(os.getpid(), "VmRSS"),
        "private_mb": status_mb(os.getpid(), "RssAnon") - before,
    }
    engine.close()
    return answered, held
