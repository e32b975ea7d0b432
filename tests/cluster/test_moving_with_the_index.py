"""The library moved to PostgreSQL and its index to OpenSearch, by one command, and back by one."""

from __future__ import annotations

import os
import subprocess
import sys
from urllib.parse import quote

import pytest

from corpus.errors import LibraryUnfinishedError
from corpus.ingest import add_paths
from corpus.library import Library
from corpus.samples import sample_files
from indexer.build import update_index
from indexer.index_checking import check_index
from indexer.opensearch_connection import INDEX_VARIABLE, Cluster, ClusterAddress
from indexer.opensearch_generation import find_generation
from tests.cluster.postgres_server import PASSWORD
from tests.cluster.whole_answers import everything_found, everything_held

pytestmark = pytest.mark.cluster


@pytest.fixture(autouse=True)
def unhurried(monkeypatch, tmp_path):
    """Whatever else the machine does, answers are whole; what is beside a library is a test's."""
    monkeypatch.setattr("search.budget.SECONDS", 600.0)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    monkeypatch.delenv(INDEX_VARIABLE, raising=False)


@pytest.fixture
def base(postgres):
    """The address of a database with nothing in it."""
    name = postgres.make_database()
    yield postgres.address(name)
    postgres.drop_database(name)


@pytest.fixture
def index(search_nodes, request):
    """The address of an index of one test's own."""
    name = f"move-{request.node.name.encode().hex()[-20:]}"
    yield search_nodes.address(name, "?shards=2&replicas=1")
    search_nodes.ask(0, "DELETE", f"/{name}-*")


SAMPLES = [path for path in sample_files() if path.suffix == ".txt"]


@pytest.fixture
def origin(tmp_path):
    with Library.open(tmp_path / "原库", create=True) as library:
        add_paths(library, SAMPLES, workers=0)
        library.remove(library.circular_ids()[3])
        update_index(library)
    return tmp_path / "原库"


def move(library, *words, beside=None):
    """Run the command; `beside` is what its machine says of the index."""
    environment = {
        **os.environ,
        "GONGWEN_LIBRARY": str(library),
        **({INDEX_VARIABLE: beside} if beside else {}),
    }
    command = [sys.executable, "-m", "webui.cli", "move", *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    said = done.stdout + done.stderr
    assert "Traceback" not in said, said
    assert quote(PASSWORD, safe=" ") not in said
    return done


def test_library_and_index_go_to_servers_and_back_and_answer_the_same(
    origin, base, index, tmp_path, monkeypatch
):
    held, found = everything_held(origin), everything_found(origin)
    assert sum(each.total for each in found) > 100

    there = move(origin, "--to", base, "--index", index)
    assert (there.returncode, "已迁到" in there.stdout) == (0, True), there.stderr
    assert f"--index {ClusterAddress.parse(index)}" in there.stderr
    monkeypatch.setenv(INDEX_VARIABLE, index)
    assert everything_held(base) == held
    assert everything_found(base) == found
    with Library.open(base) as library:
        assert check_index(library) == ()

    monkeypatch.delenv(INDEX_VARIABLE)
    back = move(base, "--to", tmp_path / "回来", beside=index)
    assert (back.returncode, INDEX_VARIABLE in back.stderr) == (0, True), back.stderr
    assert everything_held(tmp_path / "回来") == held
    assert everything_found(tmp_path / "回来") == found


def test_a_move_cut_off_while_the_index_is_built_goes_on_there(origin, base, index, monkeypatch):
    found = everything_found(origin)
    assert move(origin, "--to", base, "--no-index").returncode == 0
    monkeypatch.setenv(INDEX_VARIABLE, index)
    monkeypatch.setattr("indexer.opensearch_build.NOTED_EVERY", 2)

    def stop(done, _total):
        if done == 7:
            raise KeyboardInterrupt

    with Library.open(base) as library:
        with pytest.raises(KeyboardInterrupt):
            update_index(library, on_progress=stop)
        changed = library.circular_ids()[1]  # what stands in the index already is no longer so
        library.remove(changed)
        library.restore(changed)
        told = []
        state = update_index(library, on_progress=lambda *counts: told.append(counts))
        assert (state.generation, state.circulars) == (1, len(library.circular_ids()))
        assert told[0][0] > 4
        assert told[-1] == (state.circulars, state.circulars)
        assert check_index(library) == ()
    later = everything_found(base)
    assert [each.total for each in later] == [each.total for each in found]
    assert [each.facets for each in later] == [each.facets for each in found]

    monkeypatch.delenv(INDEX_VARIABLE)
    again = move(base, "--to", base, "--index", index)
    assert (again.returncode, "已经在那里" in again.stderr) == (3, True)


def test_the_same_command_again_finishes_what_was_not_done(origin, base, index, monkeypatch):
    assert move(origin, "--to", base, "--no-index").returncode == 0
    again = move(origin, "--to", base, "--index", index)
    assert again.returncode == 0, again.stderr
    third = move(origin, "--to", base, "--index", index)
    assert (third.returncode, "索引已是最新" in third.stderr) == (0, True), third.stderr


def test_what_is_wrong_with_the_index_is_told_before_anything_is_moved(
    origin, base, index, tmp_path, monkeypatch
):
    with (
        monkeypatch.context() as elsewhere,
        Library.open(tmp_path / "别的库", create=True) as other,
    ):
        elsewhere.setenv(INDEX_VARIABLE, index)
        add_paths(other, SAMPLES[:1], workers=0)
        update_index(other)
    nobody = "opensearch+http://reader:geheim@127.0.0.1:9/office"
    for place, said in (
        (index, "另一个公文库"),
        ("https://127.0.0.1:9200/office", "不是 OpenSearch 集群的地址"),
        (f"{nobody}?shard=3", "没有“shard”这个选项"),
    ):
        done = move(origin, "--to", base, "--index", place)
        assert (done.returncode, said in done.stderr) == (3, True), done.stderr
        assert "geheim" not in done.stderr
    with pytest.raises(Exception, match="还没有公文库") as missing:
        Library.open(base)
    assert not isinstance(missing.value, LibraryUnfinishedError)
    held = Cluster(ClusterAddress.parse(index))
    assert find_generation(held).circulars == 1
    held.close()
    assert move(origin, "--to", tmp_path / "新", "--index", tmp_path / "别处").returncode == 2
