"""A library whose index is on a real cluster: the same commands, the same answers, one index for all."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from corpus.ingest import add_paths
from corpus.library import Library
from indexer.analyzer import default_analyzer
from indexer.build import published_sequence, update_index
from indexer.build_records import records_of
from indexer.errors import (
    ClusterError,
    ClusterRefusedError,
    ClusterUnreachableError,
    IndexBusyError,
    IndexMissingError,
)
from indexer.index_checking import check_index
from indexer.opensearch_connection import INDEX_VARIABLE, Cluster, ClusterAddress
from indexer.opensearch_generation import find_generation
from indexer.opensearch_lock import ClusterLock
from indexer.opensearch_writer import ClusterWriter
from indexer.records import Unit
from search.requests import SearchRequest
from search.searcher import Searcher

pytestmark = pytest.mark.cluster

QUESTIONS = (
    "", "知识产权", "市公安局 牵头", '"侵权假冒"', "农村电商怎么发展", "监管 -网络", "责任单位:市公安局", "年:2016..2018 市场",
    "政务服务 一网通办", "云港市哪个部门负责食品安全", "标题:工作要点", "检查 /措施 市公安局", "督查考核问责情况通报",
)  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory, repository):
    """A library of the samples with its index beside it."""
    place = tmp_path_factory.mktemp("library")
    with Library.open(place, create=True) as library:
        list(add_paths(library, [repository / "corpus" / "samples"]))
        update_index(library)
    return place


@pytest.fixture
def on_cluster(folder, search_nodes, request, monkeypatch):
    """The address of an index of one test's own, configured as a user would."""
    name = f"life-{request.node.name.encode().hex()[-20:]}"
    address = search_nodes.address(name, "?shards=2&replicas=1")
    monkeypatch.setenv(INDEX_VARIABLE, address)
    monkeypatch.setattr("search.budget.SECONDS", 600.0)  # whatever else the machine does
    yield address
    search_nodes.ask(0, "DELETE", f"/{name}-*")


@pytest.fixture
def library(folder):
    with Library.open(folder) as opened:
        yield opened


def asked(**wanted):
    return [SearchRequest(q=line, unit=unit, **wanted) for line in QUESTIONS for unit in Unit]


def answers(library, requests):
    with Searcher(library) as searcher:
        return [replace(searcher.search(each), took_ms=0.0, sequence=0) for each in requests]


def test_the_samples_are_answered_alike_from_folder_and_cluster(library, on_cluster, monkeypatch):
    update_index(library)
    there = answers(library, asked())
    monkeypatch.delenv(INDEX_VARIABLE)

    for one, other in zip(there, answers(library, asked()), strict=True):
        assert one == other, one.request.q
    assert sum(each.total for each in there) > 100


def test_everything_a_search_finds_and_what_is_suggested_are_alike(
    library, on_cluster, monkeypatch
):
    update_index(library)

    def asked_in_full():
        with Searcher(library) as searcher:
            found = [searcher.find_all(each).matches for each in asked()]
            return found, searcher.suggest("市"), searcher.overview(SearchRequest(q="监管"))

    there = asked_in_full()
    monkeypatch.delenv(INDEX_VARIABLE)
    here = asked_in_full()
    assert there[:2] == here[:2]
    assert replace(there[2], sequence=0) == replace(here[2], sequence=0)


def test_what_one_worker_changes_another_finds_and_a_rebuild_moves_everybody(library, on_cluster):
    with pytest.raises(IndexMissingError):
        published_sequence(library)
    first = update_index(library)
    with Searcher(library) as worker:
        before = worker.search(SearchRequest(q="监管")).total
        gone = library.circular_ids()[0]
        library.remove(gone)
        assert update_index(library).changed == 1
        assert worker._source._next_look  # it has looked, and will again
        worker._source._next_look = 0.0
        assert worker.index_sequence() == library.sequence()
        library.restore(gone)

        rebuilt = update_index(library, rebuild=True)
        worker._source._next_look = 0.0
        assert (rebuilt.generation, rebuilt.records) == (first.generation + 1, first.records)
        assert worker.search(SearchRequest(q="监管")).total == before
    assert check_index(library) == ()
    assert update_index(library).changed == 0


def test_a_circular_is_found_while_it_is_being_changed(tmp_path, repository, on_cluster):
    original = repository / "corpus" / "samples" / "yungang-2018-44.txt"
    file = tmp_path / original.name
    with Library.open(tmp_path / "library", create=True) as library:
        file.write_text(original.read_text(encoding="utf-8"), encoding="utf-8")
        add_paths(library, [file])
        before = update_index(library).records
        text = file.read_text(encoding="utf-8").replace("市公安局牵头", "市公安局、市教育局牵头", 1)
        file.write_text(text, encoding="utf-8")
        add_paths(library, [file])
        seen = []

        def come_and_search(_done, _total):
            with Searcher(library) as newcomer:
                seen.append(newcomer.search(SearchRequest(q="市公安局")).total)

        changed = update_index(library, on_progress=come_and_search)
        with Searcher(library) as newcomer:
            after = newcomer.search(SearchRequest(q="市公安局")).total
    assert changed.changed == 1
    assert changed.records == before
    assert seen == [after]
    assert after > 0


def test_what_an_earlier_writer_sent_and_comes_late_changes_nothing(library, on_cluster):
    update_index(library)
    name, gone = library.circular_ids()[:2]
    cluster = Cluster(ClusterAddress.parse(on_cluster))
    index = find_generation(cluster).index

    def count():
        answer = cluster.ask("GET", f"/{index}/_count")
        return answer["count"]

    def records(circular):
        return records_of(name, library.get(circular).circular, default_analyzer())

    before = count()
    early = ClusterWriter(cluster, index)
    early.add_circular(records_of(gone, library.get(gone).circular, default_analyzer()))
    early_too = ClusterWriter(cluster, index)
    early_too.add_circular(records(gone))  # under the name of another
    late = ClusterWriter(cluster, index)
    left = late.remove_circulars([name, gone])
    late.add_circular(records(name))
    standing, rejected = late.commit()
    assert (standing, rejected) == (left + late.written, ())
    assert standing < before

    for each in (early, early_too):
        with pytest.raises(ClusterError, match="更晚"):
            each.commit()
    early = ClusterWriter(cluster, index)
    early._moment = late._moment - 1
    with pytest.raises(ClusterError, match="更晚"):
        early.remove_circulars([name])
    late._refresh()
    assert count() == standing


def test_check_says_what_the_cluster_lacks(library, on_cluster):
    assert "还没有索引" in check_index(library)[0]
    update_index(library)
    with_one_less = Cluster(ClusterAddress.parse(on_cluster))
    index = find_generation(with_one_less).index
    gone = {"query": {"term": {"circular": library.circular_ids()[0]}}}
    with_one_less.ask("POST", f"/{index}/_delete_by_query", gone, refresh="true")
    with_one_less.close()

    lost = [finding for finding in check_index(library) if library.circular_ids()[0] in finding]
    assert len(lost) == 1


def test_only_one_writes_and_whoever_waits_is_told_for_whom(library, on_cluster):
    cluster = Cluster(ClusterAddress.parse(on_cluster))
    with ClusterLock(cluster, 1.0), pytest.raises(IndexBusyError, match="进程"):
        update_index(library, lock_timeout=0.0)
    assert update_index(library).records
    cluster.close()


def test_two_who_write_at_once_leave_one_whole_index(library, on_cluster, folder):
    failures = []

    def write():
        try:
            with Library.open(folder) as opened:
                update_index(opened, rebuild=True, lock_timeout=120)
        except Exception as error:  # noqa: BLE001 - told below
            failures.append(error)

    writers = [threading.Thread(target=write) for _ in range(2)]
    for each in writers:
        each.start()
    for each in writers:
        each.join()
    assert failures == []
    assert check_index(library) == ()


def test_a_cluster_that_is_not_there_is_named_without_its_password():
    address = ClusterAddress.parse("opensearch+http://reader:geheim@127.0.0.1:9/office")
    with pytest.raises(ClusterUnreachableError, match=r"127\.0\.0\.1:9/office") as raised:
        find_generation(Cluster(address), patience=0)
    assert "geheim" not in str(raised.value)
    assert not issubclass(ClusterRefusedError, ClusterUnreachableError)
