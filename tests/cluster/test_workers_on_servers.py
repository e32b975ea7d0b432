"""Several services on one library and one index: what comes in through one is found through all."""

from __future__ import annotations

import time

import pytest

from indexer.build import update_index
from indexer.opensearch_connection import INDEX_VARIABLE
from tests.cluster.two_workers import Office, finds, seconds_until_found
from webui.index_keeping import LOOK_EVERY, IndexKeeper

pytestmark = pytest.mark.cluster


@pytest.fixture
def index(search_nodes, request, monkeypatch):
    name = f"workers-{request.node.name.encode().hex()[-20:]}"
    address = search_nodes.address(name, "?replicas=1")
    monkeypatch.setenv(INDEX_VARIABLE, address)
    yield address
    search_nodes.ask(0, "DELETE", f"/{name}-*")


@pytest.fixture
def office(address, index, tmp_path):
    return Office(address, index, tmp_path)


def test_what_is_added_through_one_is_found_through_the_other(office, capsys):
    first, line = office.write()
    office.run("add", str(first))
    with office.services() as pages:
        seconds_until_found(pages, line)
        second, line = office.write()
        assert not any(finds(page, line) for page in pages)
        office.run("add", str(second))
        waited = seconds_until_found(pages, line)
        with capsys.disabled():
            print(f" found by both services {waited:.1f} s after it was added ", end="")


def test_an_index_that_is_followed_elsewhere_serves_all(office):
    first, line = office.write()
    office.run("add", "--no-index", str(first))
    with office.services() as pages, office.running("index", "--follow"):
        seconds_until_found(pages, line)
        second, line = office.write()
        office.run("add", "--no-index", str(second))
        seconds_until_found(pages, line)
        assert all(finds(page, line) for page in pages)


def test_the_keeper_of_an_index_looks_again_without_new_connections(
    server_library, address, index, postgres
):
    update_index(server_library)
    name = address.rpartition("/")[2]

    def sessions():
        with postgres.connect("postgres") as connection:
            connection.execute("SELECT pg_stat_clear_snapshot()")
            asked = "SELECT sessions FROM pg_stat_database WHERE datname = %s"
            return connection.execute(asked, (name,)).fetchone()[0]

    keeper = IndexKeeper(address)
    keeper.start()
    time.sleep(4 * LOOK_EVERY)
    before = sessions()
    time.sleep(6 * LOOK_EVERY)
    after = sessions()
    keeper.stop()
    assert not keeper.is_building
    assert after - before <= 1  # the server counts a little behind
