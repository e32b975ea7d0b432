"""What may become of a cluster, and that nothing is lost or doubled by it (故障试验).

Each trial does one thing to real nodes while circulars are written or read; afterwards it counts
circular by circular, and tells what it saw. The same trials run small in the tests and large by
`python -m tests.cluster.opensearch_faults`.
"""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import indexer.opensearch_writer
from indexer.analyzer import default_analyzer
from indexer.build_records import records_of
from indexer.errors import ClusterAnswerError, ClusterError, ClusterUnreachableError
from indexer.opensearch_build import update_cluster_index
from indexer.opensearch_connection import Cluster, ClusterAddress
from indexer.opensearch_generation import find_generation
from indexer.opensearch_writer import ClusterWriter
from search.opensearch_engine import OpenSearchEngine
from search.query import Page, Phrase, Query
from tests.cluster.fault_library import IN_CHANGED, IN_FIRST, SmallLibrary, demand_each_once

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cluster.fault_nodes import FaultNodes

LONGEST = 400.0  # seconds that anything is waited for, however busy the machine
QUESTION = Query(Phrase(IN_FIRST), page=Page(0, 5))
CHANGED_ONES = Query(Phrase(IN_CHANGED), page=Page(0, 0))


class StoppedError(Exception):
    """An update that was told to end."""


@dataclass
class Stage:
    """What a trial works on: the nodes, an index of its own, and how many circulars."""

    nodes: FaultNodes
    name: str
    count: int
    facts: dict[str, float] = field(default_factory=dict)

    def __enter__(self):
        self.nodes.wait()
        self._open = [self.connect(replicas=1)]
        return self

    def __exit__(self, *_):
        for cluster in self._open:
            cluster.close()
        until(lambda: self.nodes.ask(0, "DELETE", f"/{self.name}*"), f"{self.name} is deleted")

    @property
    def cluster(self):
        return self._open[0]

    def connect(self, name="", replicas=0):
        """Connect to an index; `cluster` is the one with copies on two nodes."""
        address = self.nodes.address(f"{self.name}{name}", f"?shards=3&replicas={replicas}")
        return Cluster(ClusterAddress.parse(address))

    def bring_up(self, library, cluster=None, on_progress=None):
        """Bring an index up to date as `gongwen index --follow` does: again until it succeeds."""
        until = time.monotonic() + LONGEST
        while True:
            try:
                return update_cluster_index(
                    library, cluster or self.cluster, on_progress=on_progress, lock_timeout=90
                )
            except ClusterAnswerError:
                raise
            except ClusterError:
                self.facts["tries"] = self.facts.get("tries", 1) + 1
                if time.monotonic() > until:
                    raise
                time.sleep(1)

    def demand(self, library, cluster=None, changed=None):
        """Demand that every circular is found once, and as many changed ones as there are.

        Counted up to three times: a busy machine may lose a node for a moment while we count, and
        what a listing lacks then it does not say. What is lost is lost the third time as well.
        """
        for is_last in (False, False, True):
            self.nodes.wait("green")
            try:
                self._count(library, cluster, changed)
            except AssertionError:
                self.facts["counted_again"] = self.facts.get("counted_again", 0) + 1
                if is_last:
                    raise
            else:
                return

    def _count(self, library, cluster, changed):
        with opened(cluster or self.cluster) as engine:
            self.facts |= demand_each_once(engine, library)
            if changed is not None:
                said = until(
                    lambda: None if (m := engine.search(CHANGED_ONES)).timed_out else m,
                    "a whole answer",
                )
                assert said.total == changed, (said.total, changed)
            assert engine.sequence == library.sequence()


@contextmanager
def opened(cluster):
    generation = find_generation(cluster, patience=60)
    engine = OpenSearchEngine(cluster, generation.index, generation.sequence)
    try:
        yield engine
    finally:
        engine.close()


@contextmanager
def small_batches():
    """Let batches be small, so that many are on their way whenever something happens."""
    before, indexer.opensearch_writer.BULK_BYTES = indexer.opensearch_writer.BULK_BYTES, 50_000
    try:
        yield
    finally:
        indexer.opensearch_writer.BULK_BYTES = before


def until(holds: Callable[[], object], what: str, seconds: float = LONGEST):
    """Return what holds at last; say what was waited for where it never does."""
    end = time.monotonic() + seconds
    while not (said := holds()):
        assert time.monotonic() < end, f"never within {seconds} s: {what}"
        time.sleep(0.3)
    return said


def at(steps):
    """Return a progress callback that does something once when so many circulars are done."""
    waiting = dict(steps)

    def on_progress(done, _total):
        if done in waiting:
            waiting.pop(done)()

    return on_progress


def stop():
    raise StoppedError


class Reader:
    """Somebody who asks the same again and again, in a thread, until the `with` block ends."""

    def __init__(self, engine):
        self._engine = engine
        self.whole = engine.search(QUESTION)
        assert not self.whole.timed_out
        self.answers = {"whole": 0, "partial": 0, "none": 0}
        self.wrong = []
        self.longest = 0.0
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, name="reader")

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._end.set()
        self._thread.join(LONGEST)
        assert not self._thread.is_alive(), "a search has not ended"

    def wait_for(self, kind):
        """Wait until one more answer of a kind has come."""
        before = self.answers[kind]
        until(lambda: self.answers[kind] > before, f"{kind} answer, after {self.answers}")

    def _run(self):
        while not self._end.wait(0.05):
            started = time.monotonic()
            self._note()
            self.longest = max(self.longest, time.monotonic() - started)

    def _note(self):
        try:
            said = self._engine.search(QUESTION)
        except ClusterUnreachableError:
            self.answers["none"] += 1  # which the reader is told, in Chinese
            return
        if said == self.whole:
            self.answers["whole"] += 1
        elif said.timed_out and said.total <= self.whole.total:
            self.answers["partial"] += 1
        else:
            self.wrong.append(said)

    def tell(self, facts, name):
        """Demand that no answer was wrong unsaid; write down how many of each kind there were."""
        assert self.wrong == []
        facts |= {f"{name}_{kind}": number for kind, number in self.answers.items()}
        facts[f"{name}_longest"] = round(self.longest, 1)


# --- the trials ----------------------------------------------------------------------------------


def kill_nodes_during_ingest(stage):
    """A node dies and comes back; then the one that leads dies in a change that is cut off."""
    nodes, count = stage.nodes, stage.count
    library = SmallLibrary(count)

    def kill(number):
        # What only one node has yet is not there without it, and nobody could go on.
        nodes.wait("green")
        nodes.kill(number)

    steps = {count // 5: lambda: kill(1), 3 * count // 5: lambda: nodes.start(1)}
    with small_batches():
        generation, changed, rejected = stage.bring_up(library, on_progress=at(steps))
        assert (generation.records, changed, rejected) == (count, count, ())
        nodes.wait()
        stage.demand(library, changed=0)

        library.rewrite(range(0, count, 2))
        library.remove(range(1, count // 10, 2))
        leader = nodes.leader()
        steps = {count // 7: lambda: kill(leader), 2 * count // 5: stop}
        try:
            update_cluster_index(library, stage.cluster, on_progress=at(steps), lock_timeout=90)
        except StoppedError:
            nodes.start(leader)
        stage.bring_up(library)
    nodes.wait()
    stage.demand(library, changed=len(range(0, count, 2)))


def restart_everything_during_ingest(stage):
    """All nodes lose power in the middle of a change, and come back."""
    nodes, count = stage.nodes, stage.count
    library = SmallLibrary(count)
    stage.bring_up(library)
    library.rewrite(range(count))

    def lose_power():
        for number in range(3):
            nodes.kill(number)
        for number in range(3):
            nodes.start(number)

    with small_batches():
        stage.bring_up(library, on_progress=at({count // 2: lose_power}))
    nodes.wait()
    stage.demand(library, changed=count)


def kill_a_node_during_search(stage):
    """A node dies under two readers: one of an index with copies, one of an index without."""
    library = SmallLibrary(stage.count)
    lonely = stage.connect("-lonely")
    stage.bring_up(library)
    stage.bring_up(library, lonely)
    stage.nodes.wait("green")
    _read_meanwhile(stage, lonely, lambda: stage.nodes.kill(1), lambda: stage.nodes.start(1))
    lonely.close()


def _read_meanwhile(stage, lonely, harm, heal):
    """Read while a node goes and comes back; demand that answers say what they lack."""
    with (
        opened(stage.cluster) as engine,
        opened(lonely) as lonely_engine,
        Reader(engine) as reader,
        Reader(lonely_engine) as lonely_reader,
    ):
        reader.wait_for("whole")
        harm()
        started = time.monotonic()
        lonely_reader.wait_for("partial")
        reader.wait_for("whole")
        stage.nodes.wait(without=(1,), status="red")
        stage.facts["seconds_until_a_new_order"] = round(time.monotonic() - started, 1)
        heal()
        started = time.monotonic()
        stage.nodes.wait("green")
        lonely_reader.wait_for("whole")
        reader.wait_for("whole")
        stage.facts["seconds_until_whole"] = round(time.monotonic() - started, 1)
    reader.tell(stage.facts, "copied")
    lonely_reader.tell(stage.facts, "lonely")


def storm_of_writers(stage):
    """Three writers at once, with more than the cluster takes: it says 429 again and again."""
    told = stage.nodes.rejections()
    libraries = [SmallLibrary(stage.count) for _ in range(3)]
    clusters = [stage.connect(f"-{number}") for number in range(3)]
    failures = []

    def write(library, cluster):
        try:
            update_cluster_index(library, cluster)
        except Exception as error:  # noqa: BLE001 - told below
            failures.append(error)

    pairs = list(zip(libraries, clusters, strict=True))
    writers = [threading.Thread(target=write, args=pair) for pair in pairs]
    for each in writers:
        each.start()
    for each in writers:
        each.join(LONGEST)
    assert [each.name for each in writers if each.is_alive()] == []
    assert failures == []
    stage.facts["rejections"] = stage.nodes.rejections() - told
    assert stage.facts["rejections"] > 0, "no writer was ever told to wait"
    for library, cluster in pairs:
        stage.demand(library, cluster, changed=0)
        cluster.close()


def fill_a_disk(stage):
    """The disk of a node passes the last watermark in the middle of a change, and is freed."""
    nodes, count = stage.nodes, stage.count
    library = SmallLibrary(count)
    stage.bring_up(library)
    index = find_generation(stage.cluster).index
    library.rewrite(range(count))

    def fill():
        nodes.fill_disk(2)
        started = time.monotonic()
        until(lambda: nodes.is_blocked(index), f"{index} is blocked: {nodes.log(2)}")
        stage.facts["seconds_until_blocked"] = round(time.monotonic() - started, 1)
        stage.facts["told"] = _told_by_a_writer(stage.cluster, index, library)
        with opened(stage.cluster) as engine:
            assert not engine.search(QUESTION).timed_out  # reading goes on
        nodes.free_disk(2)

    with small_batches():
        started = time.monotonic()
        generation, _, rejected = stage.bring_up(library, on_progress=at({count // 4: fill}))
    stage.facts["seconds"] = round(time.monotonic() - started, 1)
    assert (generation.records, rejected) == (count, ())
    assert not nodes.is_blocked(index)
    stage.demand(library, changed=count)


def _told_by_a_writer(cluster, index, library):
    """Return what somebody is told who would write and does not wait."""
    writer = ClusterWriter(cluster, index, patience=1.0)
    try:
        writer.add_circular(records_of("c0", library.get("c0").circular, default_analyzer()))
        writer.commit()
    except ClusterUnreachableError as error:
        return str(error)
    finally:
        writer.give_up()
    raise AssertionError("a blocked index was written to")


def cut_the_network(stage):
    """The node that leads is cut off in the middle of a change; then another under two readers."""
    nodes, count = stage.nodes, stage.count
    library = SmallLibrary(count)
    lonely = stage.connect("-lonely")
    stage.bring_up(library, lonely)
    leader = nodes.leader()

    def cut():
        nodes.wait("green")  # what only one node has yet is not there without it
        nodes.network.cut(leader)

    with small_batches():
        started = time.monotonic()
        stage.bring_up(library, on_progress=at({count // 4: cut}))
        stage.facts["seconds"] = round(time.monotonic() - started, 1)
        library.rewrite(range(0, count, 2))
        stage.bring_up(library, on_progress=at({count // 4: lambda: nodes.network.mend(leader)}))
    nodes.wait("green")
    stage.demand(library, changed=len(range(0, count, 2)))
    _read_meanwhile(stage, lonely, lambda: nodes.network.cut(1), lambda: nodes.network.mend(1))
    stage.demand(library, changed=len(range(0, count, 2)))
    lonely.close()


IN_ANY_PLACE = (
    kill_nodes_during_ingest,
    restart_everything_during_ingest,
    kill_a_node_during_search,
    storm_of_writers,
)
AS_ROOT = (fill_a_disk, cut_the_network)
