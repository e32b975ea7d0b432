"""A library moved to a server and back: every answer and every link is what it was."""

from __future__ import annotations

import pytest

from corpus.errors import BackupError, LibraryMoveError, LibraryUnfinishedError
from corpus.ingest import add_paths
from corpus.library import Library
from corpus.library_backup import back_up_library, restore_library
from corpus.library_moving import move_library
from corpus.library_records import Quarantined
from corpus.samples import sample_files
from tests.cluster.whole_answers import everything_held as everything

pytestmark = pytest.mark.cluster


@pytest.fixture
def bare_address(postgres, tmp_path, monkeypatch):
    """The address of a database with nothing in it."""
    monkeypatch.setenv("GONGWEN_INDEX", str(tmp_path / "旁"))
    name = postgres.make_database()
    yield postgres.address(name)
    postgres.drop_database(name)


@pytest.fixture
def origin(tmp_path, source, circular):
    """A library with samples, revisions, a reprint, a removed circular and a rejected file."""
    with Library.open(tmp_path / "原库", create=True) as library:
        add_paths(library, [path for path in sample_files() if path.suffix == ".txt"], workers=0)
        for n in range(3):
            text = f"第{n}稿：各部门要加强协调配合，形成监管合力，重点打击违法行为。"
            body = circular(
                "推进诚信建设。", text, title="工作要点\0一", number="云政发〔2017〕1号"
            )
            library.add(source(text, "/文件/要点.txt"), body)
        library.add(source("网页", "/网站/页.html"), body)
        gone = library.add(source("旧", "/旧.txt"), circular("旧的规定。", title="旧文件"))
        library.remove(gone.circular_id)
        library.quarantine(
            Quarantined("坏.txt", "0" * 64, "binary", "损坏", "2026-01-01"), "/坏.txt"
        )
    return tmp_path / "原库"


def test_a_library_moved_to_a_server_and_back_answers_the_same(origin, bare_address, tmp_path):
    before = everything(origin)
    facts = move_library(origin, bare_address)
    assert (facts.circulars, facts.sequence) == (facts.moved, before["name"][1])
    assert everything(bare_address) == before
    move_library(bare_address, tmp_path / "回来")
    assert everything(tmp_path / "回来") == before
    assert everything(origin) == before


def test_a_move_that_was_interrupted_goes_on_where_it_stopped(
    origin, bare_address, monkeypatch, source, circular
):
    monkeypatch.setattr("corpus.library_moving._AT_ONCE", 2)
    before = everything(origin)

    def stop(done, _total):
        if done >= 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        move_library(origin, bare_address, on_progress=stop)
    with pytest.raises(LibraryUnfinishedError, match="从中断处继续"):
        Library.open(bare_address)
    with pytest.raises(LibraryUnfinishedError):
        Library.open(bare_address, create=True)
    with Library.open(origin) as library:  # what came before has changed, and there is more
        library.restore(next(each.circular_id for each in library.changes() if each.removed))
        library.add(source("新", "/新.txt"), circular("新的规定。", title="新文件"))
    told = []
    facts = move_library(origin, bare_address, on_progress=lambda *counts: told.append(counts))
    assert facts.moved < facts.circulars
    assert told[-1][0] == told[-1][1] == facts.circulars
    after = everything(origin)
    assert everything(bare_address) == after != before


def test_what_is_added_during_a_move_comes_along(origin, bare_address, source, circular):
    added = []

    def add(*_counts):
        if not added:
            with Library.open(origin) as library:
                added.append(library.add(source("中途", "/中途.txt"), circular("中途加入。")))

    move_library(origin, bare_address, on_progress=add)
    with Library.open(bare_address) as library:
        assert library.get(added[0].circular_id) is not None


def test_a_library_that_has_arrived_is_not_moved_again(origin, bare_address, source, circular):
    first = move_library(origin, bare_address)
    again = move_library(origin, bare_address)
    assert (again.circulars, again.sequence, again.moved) == (first.circulars, first.sequence, 0)
    with Library.open(origin) as library:
        library.add(source("新", "/新.txt"), circular("新的规定。", title="新文件"))
    with pytest.raises(LibraryMoveError, match="已经在那里"):
        move_library(origin, bare_address)


def test_nothing_is_moved_over_another_library(origin, bare_address, tmp_path):
    Library.open(tmp_path / "别的库", create=True).close()
    Library.open(bare_address, create=True).close()
    for taken in (tmp_path / "别的库", bare_address):
        with pytest.raises(LibraryMoveError, match="已经有一个公文库"):
            move_library(origin, taken)
    with pytest.raises(LibraryMoveError, match="已经在那里"):
        move_library(origin, origin)


def test_two_libraries_are_not_moved_to_one_place(origin, bare_address, tmp_path, source, circular):
    def stop(*_counts):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        move_library(origin, bare_address, on_progress=stop)
    with Library.open(tmp_path / "别的库", create=True) as other:
        other.add(source("甲"), circular("甲"))
    with pytest.raises(LibraryMoveError, match="另一个公文库"):
        move_library(tmp_path / "别的库", bare_address)


def test_the_audit_goes_with_the_library_to_where_its_index_will_be(
    origin, bare_address, tmp_path, monkeypatch
):
    move_library(origin, bare_address, beside=str(tmp_path / "新索引"))
    monkeypatch.setenv("GONGWEN_INDEX", str(tmp_path / "新索引"))
    with Library.open(bare_address) as library:
        lines = (library.folder / "audit.jsonl").read_text().splitlines()
    assert len(lines) > 5
    assert '"action": "move"' in lines[-1]


def test_a_library_on_a_server_is_backed_up_into_one_file(origin, bare_address, tmp_path):
    move_library(origin, bare_address)
    before = everything(bare_address)
    facts = back_up_library(bare_address, tmp_path / "备份.zip")
    assert facts.findings == ()
    restore_library(tmp_path / "备份.zip", tmp_path / "恢复")
    assert everything(tmp_path / "恢复") == before


def test_a_backup_is_restored_to_a_folder_and_moved_from_there(bare_address, tmp_path):
    with pytest.raises(BackupError, match="gongwen move --to"):
        restore_library(tmp_path / "备份.zip", bare_address)
