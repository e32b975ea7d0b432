"""The service builds and updates its index by itself, and leaves alone what it may not touch."""

from __future__ import annotations

import json
import os
import shutil
import time
from contextlib import contextmanager

import pytest

from corpus.ingest import add_paths
from corpus.library import Library
from indexer.build import index_root, update_index
from indexer.errors import IndexerError
from indexer.generation import current
from tests.serving.conftest import PATIENCE
from webui.index_keeping import IndexKeeper, Standstill


@contextmanager
def kept(folder):
    keeper = IndexKeeper(str(folder))
    keeper.start()
    try:
        yield keeper
    finally:
        keeper.stop()


def wait_until(is_so):
    until = time.monotonic() + 3 * PATIENCE  # a process starts and builds in that time
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.05)


def index_sequence(folder):
    with Library.open(folder) as library:
        try:
            return current(index_root(library)).manifest.sequence
        except IndexerError:
            return -1


@pytest.fixture
def library_folder(tmp_path, repository):
    sample = repository / "corpus" / "samples" / "yungang-2018-44.txt"
    with Library.open(tmp_path / "库", create=True) as library:
        add_paths(library, [sample])
    return tmp_path / "库"


def test_a_missing_index_is_built_while_the_service_already_answers(serve, library_folder):
    with kept(library_folder) as keeper, serve(folder=library_folder, keeper=keeper) as service:
        page = service.get("/search?q=%E5%86%9C%E8%B5%84")
        if page.status == 503:  # it was not that fast
            assert "自动建立索引" in page.body
            assert "gongwen index" not in page.body
        wait_until(lambda: service.get("/readyz").status == 200)
        answer = service.get("/api/v1/search?q=%E5%86%9C%E8%B5%84")
    assert json.loads(answer.body)["total"] > 0


def test_an_index_that_lags_catches_up(library_folder, repository):
    with Library.open(library_folder) as library:
        update_index(library)
        add_paths(library, [repository / "corpus" / "samples" / "yungang-2017-58.txt"])
        newest = library.sequence()
    assert index_sequence(library_folder) < newest
    with kept(library_folder):
        wait_until(lambda: index_sequence(library_folder) == newest)


def test_an_index_that_somebody_brings_up_is_left_to_them():
    standstill = Standstill()
    for second in range(0, 60, 2):  # always behind, and always further
        assert standstill.seconds(known=second, newest=second + 50, now=float(second)) == 0
    assert standstill.seconds(known=58, newest=200, now=70.0) == 12
    assert standstill.seconds(known=200, newest=200, now=80.0) == 0
    assert standstill.seconds(known=200, newest=201, now=80.5) == 0.5


def test_a_damaged_index_is_built_anew(library_folder):
    with Library.open(library_folder) as library:
        update_index(library)
        folder = current(index_root(library)).path
    for path in folder.iterdir():
        if path.is_file():
            path.write_bytes(b"x")
    assert index_sequence(library_folder) == -1
    with kept(library_folder):
        wait_until(lambda: index_sequence(library_folder) > 0)


def test_a_library_that_is_gone_or_not_there_yet_is_waited_for(library_folder, tmp_path):
    with kept(tmp_path / "还没有") as keeper:
        time.sleep(0.2)
        assert not keeper.is_building
    shutil.rmtree(library_folder)
    with kept(library_folder) as keeper:
        time.sleep(0.2)
        assert not keeper.is_building


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_only_be_read_is_left_to_its_owner(library_folder):
    library_folder.chmod(0o500)
    try:
        with kept(library_folder) as keeper:
            time.sleep(1)
            assert not keeper.is_building
    finally:
        library_folder.chmod(0o700)
