"""Opening a library on a server: what is in the way is said in Chinese, with how to mend it."""

from __future__ import annotations

import stat
import threading

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from corpus.errors import (
    LibraryKindError,
    LibraryMissingError,
    LibraryRefusedError,
    LibraryTooNewError,
    LibraryUnreachableError,
)
from corpus.library import Library
from corpus.library_schema import metadata
from tests.cluster.postgres_server import PASSWORD, PostgresServer

pytestmark = pytest.mark.cluster


@pytest.fixture
def base(postgres):
    """A database with nothing in it."""
    name = postgres.make_database()
    yield name
    postgres.drop_database(name)


@pytest.fixture(autouse=True)
def beside(tmp_path, monkeypatch):
    """A folder for what is kept beside a library on a server."""
    monkeypatch.setenv("GONGWEN_INDEX", str(tmp_path / "旁"))
    return tmp_path / "旁"


def test_a_database_without_a_library_is_missing_one_and_stays_empty(postgres, base):
    with pytest.raises(LibraryMissingError, match="gongwen add"):
        Library.open(postgres.address(base))
    with postgres.connect(base) as connection:
        found = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
        assert found.fetchone() == (0,)


def test_migrations_make_exactly_the_tables_of_the_schema(postgres, base):
    with Library.open(postgres.address(base), create=True) as library:
        with library._reading() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": False})
            assert compare_metadata(context, metadata) == []
        assert library.check() == ()


def test_many_may_make_a_new_library_at_once(postgres, base):
    names = []

    def make():
        with Library.open(postgres.address(base), create=True) as library:
            names.append(library.identity())

    makers = [threading.Thread(target=make) for _ in range(4)]
    for maker in makers:
        maker.start()
    for maker in makers:
        maker.join()
    assert len(names) == 4
    assert len(set(names)) == 1


def test_what_is_beside_it_is_this_users_alone(postgres, base, beside):
    with Library.open(postgres.address(base), create=True) as library:
        assert library.folder == beside
        assert stat.S_IMODE(beside.stat().st_mode) == 0o700


def test_without_a_word_each_database_has_a_folder_of_its_own(
    postgres, base, tmp_path, monkeypatch
):
    monkeypatch.delenv("GONGWEN_INDEX")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "家"))
    with Library.open(postgres.address(base), create=True) as library:
        assert library.folder.parent == tmp_path / "家" / "gongwen" / "servers"
        assert library.folder.name.startswith(base)


def test_its_location_shows_no_password(postgres, base):
    with Library.open(postgres.address(base), create=True) as library:
        assert "***" in library.location
        assert PASSWORD not in library.location
        assert base in library.location


@pytest.mark.parametrize(
    ("user", "password", "said"),
    [
        ("gongwen", "wrong", "用户名或口令不对"),
        ("stranger", "wrong", "用户名或口令不对"),
        ("gongwen", "", "网址里没有写"),
    ],
)
def test_who_may_not_come_in_is_told_why(postgres, base, user, password, said):
    address = postgres.address(base, user=user, password=password)
    with pytest.raises(LibraryRefusedError, match=said) as refused:
        Library.open(address)
    assert "请" in str(refused.value)
    assert not password or password not in str(refused.value)


def test_a_database_that_is_not_there_is_said_to_be_missing(postgres):
    with pytest.raises(LibraryRefusedError, match="createdb"):
        Library.open(postgres.address("nowhere"))


def test_a_server_that_does_not_answer_is_said_so(postgres, base):
    address = postgres.address(base).replace(f":{postgres.port}/", ":1/")
    with pytest.raises(LibraryUnreachableError, match="确认服务器已经启动") as refused:
        Library.open(address)
    assert "%E7" not in str(refused.value)  # the password


def test_a_host_without_an_address_is_said_so(postgres, base):
    address = postgres.address(base).replace("127.0.0.1", "no.such.host.invalid")
    with pytest.raises(LibraryUnreachableError, match="主机名"):
        Library.open(address)


def test_another_programs_database_is_left_alone(postgres, base):
    with postgres.connect(base) as connection:
        connection.execute("CREATE TABLE photos (id integer)")
    with pytest.raises(LibraryRefusedError, match="别的程序"):
        Library.open(postgres.address(base), create=True)


def test_a_database_that_cannot_carry_every_character_is_refused(postgres):
    name = postgres.make_database(encoding="LATIN1")
    with pytest.raises(LibraryKindError, match="UTF-8"):
        Library.open(postgres.address(name), create=True)
    postgres.drop_database(name)


def test_a_library_of_a_newer_version_is_refused(address):
    with Library.open(address) as library, library._writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(LibraryTooNewError, match="请升级"):
        Library.open(address, create=True)


def test_a_user_who_may_only_look_is_told_so_when_writing(postgres, address, source, circular):
    name = address.rpartition("/")[2]
    with postgres.connect(name) as connection:
        connection.execute("DROP ROLE IF EXISTS looker")
        connection.execute(f"CREATE ROLE looker LOGIN PASSWORD '{PASSWORD}'")
        connection.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO looker")
    with Library.open(postgres.address(name, user="looker")) as library:
        assert library.circular_ids() == ()
        with pytest.raises(LibraryRefusedError, match="没有所需的权限"):
            library.add(source("甲"), circular("甲"))


def test_readers_see_one_state_for_as_long_as_they_look(address, source, circular):
    with Library.open(address) as one, Library.open(address) as other:
        with one._reading() as connection:
            before = connection.execute(text("SELECT sequence FROM meta")).scalar()
            other.add(source("甲"), circular("甲"))
            assert connection.execute(text("SELECT sequence FROM meta")).scalar() == before
            assert connection.execute(text("SELECT count(*) FROM circulars")).scalar() == 0
        assert one.sequence() == 1


def test_a_restarted_server_is_not_noticed_by_whoever_reads_and_adds(tmp_path, source, circular):
    with (
        PostgresServer() as server,
        Library.open(server.address(server.make_database()), create=True) as library,
    ):
        library.add(source("甲", "/甲.txt"), circular("加强监管。", title="甲"))
        server.stop()
        with pytest.raises(LibraryUnreachableError):
            library.summary()
        starter = threading.Timer(0.5, server.start)
        starter.start()
        stored = library.add(source("乙", "/乙.txt"), circular("推进诚信。", title="乙"))
        starter.join()
        assert stored.reason == "new"
        assert library.counts().circulars == 2
        server.kill()
        server.start()
        assert library.counts().circulars == 2
        assert library.check() == ()
