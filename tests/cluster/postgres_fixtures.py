"""Fixtures of libraries on a real PostgreSQL server."""

from __future__ import annotations

import pytest

from corpus.library import Library
from tests.cluster.postgres_server import PostgresServer


@pytest.fixture(scope="session")
def postgres():
    """A server for the whole run; it need not survive a power cut."""
    with PostgresServer(durable=False) as server:
        yield server


@pytest.fixture(scope="session")
def empty_base(postgres, tmp_path_factory):
    """A database with an empty library in it, to be copied."""
    name = postgres.make_database()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GONGWEN_INDEX", str(tmp_path_factory.mktemp("beside")))
        Library.open(postgres.address(name), create=True).close()
    return name


@pytest.fixture
def address(postgres, empty_base, tmp_path, monkeypatch):
    """The address of an empty library of one test's own, and a folder for what is beside it."""
    monkeypatch.setenv("GONGWEN_INDEX", str(tmp_path / "索引"))
    name = postgres.make_database(empty_base)
    yield postgres.address(name)
    postgres.drop_database(name)


@pytest.fixture
def server_library(address):
    with Library.open(address) as opened:
        yield opened
