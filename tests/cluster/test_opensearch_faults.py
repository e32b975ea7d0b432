"""Nothing is lost and nothing doubled on a real cluster, whatever becomes of its nodes.

Ten thousand small circulars are written while nodes are killed, writers told to wait and indices
blocked; what stands afterwards is counted circular by circular.
"""

from __future__ import annotations

import threading
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, replace

import pytest

from corpus.library_records import Change
from corpus.model import Circular, Paragraph, Part, PartKind, Span
from indexer.errors import ClusterUnreachableError
from indexer.opensearch_build import update_cluster_index
from indexer.opensearch_connection import Cluster, ClusterAddress
from indexer.opensearch_generation import find_generation
from search.opensearch_engine import OpenSearchEngine
from search.query import Page, Phrase, Query
from tests.cluster.opensearch_server import SearchNodes

pytestmark = pytest.mark.cluster

CIRCULARS = 10_000
EVERYTHING = Query(page=Page(0, 0))


def small_circular(number, text="云港市商务局开展市场检查"):
    words = f"{text}，第{number}号。"
    paragraph = Paragraph(
        id="p_1", part=Part(PartKind.BODY), path=(), headings=(), number=1, display="¶1", cite="第1段",
        run_in_heading="", text=words, span=Span(0, len(words)), groups=(),
    )  # fmt: skip
    return Circular(title=f"通知{number}", region="云港市", kind="通知", paragraphs=(paragraph,))


@dataclass
class Kept:
    circular: Circular


class SmallLibrary:
    """As much of a library as an indexer reads; its changes are counted as a library does."""

    def __init__(self, count):
        self._held = {f"c{number}": small_circular(number) for number in range(count)}
        self._changed = dict.fromkeys(self._held, 1)

    def identity(self):
        return "small"

    def sequence(self):
        return max(self._changed.values())

    def circular_ids(self):
        return tuple(self._held)

    def get(self, circular_id):
        return Kept(self._held[circular_id]) if circular_id in self._held else None

    def changes(self, since=0):
        return [Change(n, each, 1) for each, n in self._changed.items() if n > since]

    def rewrite(self, numbers, text):
        sequence = self.sequence() + 1
        for number in numbers:
            self._held[f"c{number}"] = small_circular(number, text)
            self._changed[f"c{number}"] = sequence

    def remove(self, numbers):
        sequence = self.sequence() + 1
        for number in numbers:
            del self._held[f"c{number}"]
            self._changed[f"c{number}"] = sequence


@pytest.fixture(scope="module")
def nodes():
    """A cluster of this file's own, since its nodes are killed."""
    with SearchNodes() as started:
        yield started


@pytest.fixture
def cluster(nodes, request):
    nodes.wait()
    name = f"faults-{request.node.name.encode().hex()[:24]}"
    held = Cluster(ClusterAddress.parse(nodes.address(name, "?shards=3&replicas=1")))
    yield held
    nodes.ask(0, "DELETE", f"/{name}-*")
    held.close()


@contextmanager
def opened(cluster):
    generation = find_generation(cluster, patience=60)
    engine = OpenSearchEngine(cluster, generation.index, generation.sequence)
    yield engine
    engine.close()


def at(steps):
    """Return a progress callback that does something once when so many circulars are done."""
    waiting = dict(steps)

    def on_progress(done, _total):
        if done in waiting:
            waiting.pop(done)()

    return on_progress


def expect_each_once(engine, library, text="市场检查"):
    rows = engine.columns(Query(Phrase(text)), ("circular",))
    held = Counter(circular for ((circular,),) in rows)
    assert held == dict.fromkeys(library.circular_ids(), 1)
    assert engine.search(EVERYTHING).total == len(library.circular_ids())


def rejections(nodes):
    stats = nodes.ask(0, "GET", "/_nodes/stats/indexing_pressure")
    return sum(
        each["indexing_pressure"]["memory"]["total"]["coordinating_rejections"]
        for each in stats["nodes"].values()
    )


def test_no_circular_is_lost_or_doubled_when_a_node_is_killed_during_ingest(nodes, cluster):
    library = SmallLibrary(CIRCULARS)
    told = rejections(nodes)
    steps = {2_000: lambda: nodes.kill(1), 6_000: lambda: nodes.start(1)}

    generation, changed, rejected = update_cluster_index(library, cluster, on_progress=at(steps))

    assert (generation.records, changed, rejected) == (CIRCULARS, CIRCULARS, ())
    nodes.wait()
    assert rejections(nodes) > told, "the writer was never told to wait"
    with opened(cluster) as engine:
        expect_each_once(engine, library)

    # A change that is cut off in the middle by losing the node that leads, then done again.
    library.rewrite(range(0, CIRCULARS, 2), "云港市财政局开展市场检查")
    library.remove(range(1, 1_000, 2))
    leader = next(n for n in range(3) if is_leader(nodes, n))
    steps = {1_500: lambda: nodes.kill(leader), 4_000: stop}
    with pytest.raises(StoppedError):
        update_cluster_index(library, cluster, on_progress=at(steps))
    nodes.start(leader)
    update_cluster_index(library, cluster, lock_timeout=90)
    nodes.wait()
    with opened(cluster) as engine:
        expect_each_once(engine, library)
        assert engine.search(Query(Phrase("财政局"))).total == CIRCULARS // 2

    # Every node at once, as in a power cut.
    for number in range(3):
        nodes.kill(number)
    for number in range(3):
        nodes.start(number)
    nodes.wait()
    with opened(cluster) as engine:
        expect_each_once(engine, library)
        assert engine.sequence == library.sequence()


class StoppedError(Exception):
    """An update that was told to end."""


def stop():
    raise StoppedError


def is_leader(nodes, number):
    said = nodes.ask(number, "GET", "/_cat/cluster_manager?format=json")
    return said[0]["node"] == f"node{number}"


def test_a_full_disk_holds_an_update_up_and_loses_nothing(nodes, cluster):
    library = SmallLibrary(2_000)
    update_cluster_index(library, cluster)
    index = find_generation(cluster).index
    library.rewrite(range(2_000), "云港市财政局开展市场检查")

    def block(value):
        # What the cluster itself does to an index at the last watermark (flood stage).
        setting = {"index.blocks.read_only_allow_delete": value}
        assert nodes.ask(0, "PUT", f"/{index}/_settings", setting)

    freed = threading.Timer(4, block, [None])
    steps = {500: lambda: (block(True), freed.start())}
    generation, _, rejected = update_cluster_index(library, cluster, on_progress=at(steps))
    freed.join()

    assert (generation.records, rejected) == (2_000, ())
    with opened(cluster) as engine:
        expect_each_once(engine, library, "财政局")


def test_an_answer_that_lacks_a_shard_says_so_and_the_next_whole_one_does_not(nodes, cluster):
    name = cluster.address.name
    lonely = Cluster(replace(cluster.address, replicas=0))
    library = SmallLibrary(3_000)
    update_cluster_index(library, lonely)
    with opened(lonely) as engine:
        whole = engine.search(Query(Phrase("商务局"), page=Page(0, 5)))
        assert (whole.total, whole.timed_out) == (3_000, False)

        nodes.kill(2)
        partial = answer_of(engine)
        assert partial.timed_out
        assert 0 < partial.total < 3_000

        nodes.start(2)
        nodes.wait()
        assert answer_of(engine) == whole
    lonely.close()
    nodes.ask(0, "DELETE", f"/{name}-*")


def answer_of(engine):
    """Ask until the cluster answers at all: it may be choosing a leader."""
    for _ in range(30):
        try:
            return engine.search(Query(Phrase("商务局"), page=Page(0, 5)))
        except ClusterUnreachableError:
            continue
    raise AssertionError("no answer")


def test_searches_go_on_while_a_node_is_killed_and_none_is_wrong_unsaid(nodes, cluster):
    library = SmallLibrary(3_000)
    update_cluster_index(library, cluster)
    nodes.wait("green")
    with opened(cluster) as engine:
        whole = engine.search(Query(Phrase("商务局"), page=Page(0, 5)))
        answers = []
        for turn in range(40):
            if turn == 5:
                nodes.kill(1)
            answers.append(answer_of(engine))
        nodes.start(1)
        nodes.wait("green")
        answers.append(answer_of(engine))
    assert [each for each in answers if each != whole and not each.timed_out] == []
    assert answers[-1] == whole
