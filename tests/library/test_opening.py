"""Opening a library: what it is made of, and what each obstacle is called."""

from __future__ import annotations

import shutil
import sqlite3
import stat
import threading

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from corpus import library_database
from corpus.errors import (
    LibraryBusyError,
    LibraryDamagedError,
    LibraryFullError,
    LibraryKindError,
    LibraryMissingError,
    LibraryNotWritableError,
    LibraryTooNewError,
)
from corpus.library import Library
from corpus.library_database import _prepare, translated
from corpus.library_schema import KNOWN_VERSIONS, metadata


@pytest.fixture
def library(folder_library):
    """What stands here is about folders; a server's obstacles have tests of their own."""
    return folder_library


def test_nothing_there_is_said_to_be_missing(tmp_path):
    with pytest.raises(LibraryMissingError, match="gongwen add"):
        Library.open(tmp_path / "无")
    assert not (tmp_path / "无").exists()


def test_the_address_of_a_database_makes_no_folder_of_that_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(LibraryKindError, match="只支持 PostgreSQL") as refused:
        Library.open("mysql://reader:secret@host/base", create=True)
    assert "secret" not in str(refused.value)
    assert not list(tmp_path.iterdir())


def test_a_folder_without_a_library_is_missing_one(tmp_path):
    with pytest.raises(LibraryMissingError):
        Library.open(tmp_path)


def test_an_interrupted_creation_is_taken_up_again(tmp_path):
    (tmp_path / "library.sqlite").touch()
    with pytest.raises(LibraryMissingError):
        Library.open(tmp_path)
    with Library.open(tmp_path, create=True) as library:
        assert library.sequence() == 0


def test_the_folder_is_its_owners_alone(library):
    assert stat.S_IMODE(library.folder.stat().st_mode) == 0o700


def test_a_commit_is_on_stable_storage_before_it_is_acknowledged(library):
    with library._reading() as connection:
        assert connection.execute(text("PRAGMA synchronous")).scalar() == 2  # FULL
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
        assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1


def test_migrations_make_exactly_the_tables_of_the_schema(library):
    with library._reading() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, metadata) == []


def test_the_known_versions_are_those_of_the_migrations():
    config = Config()
    config.set_main_option("script_location", "corpus:migrations")
    scripts = ScriptDirectory.from_config(config)
    oldest_first = [script.revision for script in scripts.walk_revisions()][::-1]
    assert tuple(oldest_first) == KNOWN_VERSIONS


def test_a_library_of_a_newer_version_is_refused_and_left_alone(library):
    with library._writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    library.close()
    database = library.folder / "library.sqlite"
    before = database.read_bytes()
    with pytest.raises(LibraryTooNewError, match="请升级"):
        Library.open(library.folder, create=True)
    assert database.read_bytes() == before


def test_a_file_that_is_no_database_is_called_damaged(tmp_path):
    (tmp_path / "library.sqlite").write_bytes(b"not a database at all" * 100)
    with pytest.raises(LibraryDamagedError):
        Library.open(tmp_path, create=True)


def test_another_programs_database_is_left_alone(tmp_path):
    connection = sqlite3.connect(tmp_path / "library.sqlite")
    connection.execute("CREATE TABLE photos (id INTEGER)")
    connection.close()
    before = (tmp_path / "library.sqlite").read_bytes()
    with pytest.raises(LibraryDamagedError, match="别的程序"):
        Library.open(tmp_path, create=True)
    assert (tmp_path / "library.sqlite").read_bytes() == before


def test_a_database_with_overwritten_pages_is_called_damaged(library, add, circular):
    add(circular("加强协调配合。" * 50))
    library.close()
    database = library.folder / "library.sqlite"
    size = database.stat().st_size
    with database.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * (size - 4096))
    with pytest.raises(LibraryDamagedError), Library.open(library.folder) as reopened:
        reopened.circular_ids()


def test_a_location_that_is_a_file_is_refused(tmp_path):
    (tmp_path / "文件").write_text("x", encoding="utf-8")
    with pytest.raises(LibraryNotWritableError, match="不是文件夹"):
        Library.open(tmp_path / "文件", create=True)


def test_a_folder_that_cannot_be_made_is_said_so(tmp_path):
    (tmp_path / "文件").write_text("x", encoding="utf-8")
    with pytest.raises(LibraryNotWritableError):
        Library.open(tmp_path / "文件" / "库", create=True)


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("postgresql://host/base", r"请写成 postgresql\+psycopg"),
        ("postgres://host/base", r"请写成 postgresql\+psycopg"),
        ("https://host/base", "文件夹的路径"),
        ("postgresql+psycopg://reader:a@b:c@host:port/base", "%40"),
        ("postgresql+psycopg://reader:secret@host", "没有数据库的名称"),
    ],
)
def test_an_address_that_cannot_be_used_says_how_to_write_it(address, said):
    with pytest.raises(LibraryKindError, match=said):
        Library.open(address)


def test_a_full_disk_loses_nothing_that_was_acknowledged(library, add, circular):
    add(circular("加强协调配合。"))
    with library._reading() as connection:  # the pool hands out this connection again
        connection.execute(text("PRAGMA max_page_count = 1"))
    with pytest.raises(LibraryFullError, match="磁盘已满"):
        add(circular("加大打击力度。" * 40000, title="二"), place="/文件/乙.txt")
    assert library.counts().circulars == 1
    assert library.check() == ()
    library.close()
    with Library.open(library.folder) as reopened:
        assert reopened.counts().circulars == 1


def test_a_writer_that_waits_too_long_says_who_is_in_the_way(library, add, circular):
    other = sqlite3.connect(library.folder / "library.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with library._reading() as connection:
        connection.execute(text("PRAGMA busy_timeout = 1"))
    with pytest.raises(LibraryBusyError):
        add(circular("加强协调配合。"))
    other.execute("ROLLBACK")
    other.close()
    assert add(circular("加强协调配合。")).status == "indexed"


def _refuse_at_once(connection, _record):
    """Set a connection up as SQLite behaves where two make the same database."""
    _prepare(connection, _record)
    connection.execute("PRAGMA busy_timeout = 0")


@pytest.fixture
def other_reader(tmp_path):
    """Somebody who reads in a database that is still empty, as another run does that makes it."""
    other = sqlite3.connect(
        tmp_path / "library.sqlite", isolation_level=None, check_same_thread=False
    )
    other.execute("BEGIN")
    other.execute("SELECT * FROM sqlite_master").fetchall()
    yield other
    other.close()


def test_a_new_library_waits_for_another_run_that_makes_it_too(tmp_path, other_reader, monkeypatch):
    monkeypatch.setattr(library_database, "_prepare", _refuse_at_once)
    leaving = threading.Timer(0.2, other_reader.execute, ["COMMIT"])
    leaving.start()
    with Library.open(tmp_path, create=True) as library:
        assert library.counts().circulars == 0
    leaving.join()


def test_another_run_that_never_ends_is_told_of(tmp_path, other_reader, monkeypatch):
    monkeypatch.setattr(library_database, "_BUSY_MS", 50)
    with pytest.raises(LibraryBusyError):
        Library.open(tmp_path, create=True)


def test_a_mistake_of_ours_is_not_called_damage(library):
    with (
        pytest.raises(Exception, match="syntax error"),
        translated("库"),
        library._reader.connect() as connection,
    ):
        connection.execute(text("SELEKT 1"))


def test_threads_may_share_a_library(library, add, circular):
    add(circular("加强协调配合。", title="通知"))
    seen = []

    def read():
        seen.extend(library.summary() for _ in range(20))

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    add(circular("加大打击力度。", title="另一通知"), place="/文件/乙.txt")
    for reader in readers:
        reader.join()
    assert len(seen) == 80


def test_a_library_can_be_copied_as_a_folder(library, add, circular, tmp_path):
    add(circular("加强协调配合。", title="通知"))
    library.close()
    shutil.copytree(library.folder, tmp_path / "副本")
    with Library.open(tmp_path / "副本") as copy:
        assert [each.title for each in copy.summary()] == ["通知"]
