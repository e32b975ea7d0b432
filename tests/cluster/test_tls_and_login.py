"""Encrypted and with a login, to real servers: who is not the one meant is told, and told nothing."""

from __future__ import annotations

import logging
import shutil
import socket
import time
from base64 import b64encode
from urllib.parse import quote

import pytest

from corpus.errors import LibraryRefusedError
from corpus.ingest import add_paths
from corpus.library import Library
from corpus.samples import sample_files
from indexer.build import update_index
from indexer.errors import (
    ClusterAddressError,
    ClusterRefusedError,
    ClusterTrustError,
    ClusterUnreachableError,
)
from indexer.index_checking import check_index
from indexer.opensearch_connection import INDEX_VARIABLE, Cluster, ClusterAddress
from search.requests import SearchRequest
from search.searcher import Searcher
from tests.cluster.postgres_server import PostgresServer
from tests.cluster.tls_gate import Authority, TlsGate

pytestmark = pytest.mark.cluster

USER, PASSWORD = "检索员", "口令 @/:%乙"
HERE = "127.0.0.1"


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("trusted"), "trusted")


@pytest.fixture(scope="module")
def stranger(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("stranger"), "stranger")


@pytest.fixture(scope="module")
def gate(authority, search_nodes):
    """The cluster behind TLS and a login, as its users see it."""
    with TlsGate(authority.sign(HERE), search_nodes.ports[0], f"{USER}:{PASSWORD}") as opened:
        yield opened


def address(port, ca="", password=PASSWORD, scheme="opensearch+https"):
    login = f"{quote(USER)}:{quote(password, safe='')}"
    options = f"&ca={quote(str(ca))}" if ca else ""
    return f"{scheme}://{login}@{HERE}:{port}/tls-office?replicas=0{options}"


def ask(url):
    """Ask once, and see that neither what is said nor what is logged shows the password."""
    cluster = Cluster(ClusterAddress.parse(url))
    try:
        return cluster.ask("GET", "/_cluster/health", patience=5.0)
    finally:
        cluster.close()


@pytest.fixture(autouse=True)
def no_password_in_any_log(caplog):
    caplog.set_level(logging.DEBUG)
    yield
    secrets = (
        PASSWORD,
        quote(PASSWORD, safe=""),
        b64encode(f"{USER}:{PASSWORD}".encode()).decode(),
    )
    assert not [secret for secret in secrets if secret in caplog.text]


def refused(kind, said, url):
    started = time.monotonic()
    with pytest.raises(kind, match=said) as told:
        ask(url)
    assert "请" in str(told.value)
    for secret in (PASSWORD, quote(PASSWORD, safe=""), "geheim"):
        assert secret not in str(told.value)
    return time.monotonic() - started


def test_an_index_is_built_and_searched_through_tls_with_a_login(
    gate, authority, tmp_path, monkeypatch, search_nodes
):
    monkeypatch.setenv(INDEX_VARIABLE, address(gate.port, authority.ca))
    monkeypatch.setattr("search.budget.SECONDS", 600.0)
    with Library.open(tmp_path / "库", create=True) as library:
        add_paths(
            library, [path for path in sample_files() if path.suffix == ".txt"][:4], workers=0
        )
        assert update_index(library).records
        assert check_index(library) == ()
        with Searcher(library) as searcher:
            assert searcher.search(SearchRequest(q="监管")).total
    search_nodes.ask(0, "DELETE", "/tls-office-*")


def test_whoever_another_authority_vouches_for_is_not_trusted_and_hears_no_password(
    gate, authority, stranger, search_nodes
):
    before = len(gate.seen)
    refused(ClusterTrustError, "不是可信的机构签发的", address(gate.port, stranger.ca))
    refused(ClusterTrustError, "不是可信的机构签发的", address(gate.port))
    with TlsGate(authority.sign("elsewhere.example"), search_nodes.ports[0], "") as elsewhere:
        url = address(elsewhere.port, authority.ca)
        refused(ClusterTrustError, "给别的主机的", url)
        assert elsewhere.seen == []
    assert len(gate.seen) == before


def test_a_server_without_tls_and_tls_without_a_server_are_said_so(gate, authority, search_nodes):
    before = len(gate.seen)
    refused(ClusterTrustError, "不用加密", address(search_nodes.ports[0], authority.ca))
    refused(ClusterUnreachableError, "没有回应", address(gate.port, scheme="opensearch+http"))
    with socket.socket() as silent:
        silent.bind((HERE, 0))
        refused(ClusterUnreachableError, "没有回应", address(silent.getsockname()[1], authority.ca))
    assert len(gate.seen) == before


def test_a_certificate_file_that_is_not_there_is_named(gate, tmp_path):
    before = len(gate.seen)
    refused(ClusterAddressError, "没有的.pem", address(gate.port, tmp_path / "没有的.pem"))
    assert len(gate.seen) == before


def test_a_wrong_password_is_told_at_once(gate, authority):
    refused(ClusterRefusedError, "用户或口令不对", address(gate.port, authority.ca, "geheim"))
    assert ask(address(gate.port, authority.ca))["status"] in {"green", "yellow"}


@pytest.fixture(scope="module")
def secured(authority):
    """A PostgreSQL server that lets nobody in without TLS, and a database on it."""
    with PostgresServer(durable=False) as server:
        for source, name in zip(authority.sign(HERE), ("tls.pem", "tls.key"), strict=True):
            place = server.folder / "data" / name
            shutil.copyfile(source, place)
            place.chmod(0o600)
            shutil.copystat(source, place)
            place.chmod(0o600)
            if server._user:
                shutil.chown(place, server._user)
        rules = server.folder / "data" / "pg_hba.conf"
        rules.write_text(rules.read_text().replace("\nhost ", "\nhostssl "))
        with server.connect("postgres") as connection:
            for name, value in (
                ("ssl_cert_file", "tls.pem"),
                ("ssl_key_file", "tls.key"),
                ("ssl", "on"),
            ):
                connection.execute(f"ALTER SYSTEM SET {name} = '{value}'")
            connection.execute("SELECT pg_reload_conf()")
        yield server


@pytest.fixture
def base(secured, tmp_path, monkeypatch):
    monkeypatch.setenv(INDEX_VARIABLE, str(tmp_path / "旁"))
    while True:
        try:
            return secured.address(secured.make_database())
        except Exception:  # noqa: BLE001 - the server is reading its settings anew
            time.sleep(0.1)


def test_a_library_is_opened_through_tls_by_a_server_that_proves_itself(
    base, authority, source, circular
):
    with Library.open(
        f"{base}?sslmode=verify-full&sslrootcert={authority.ca}", create=True
    ) as library:
        library.add(source("甲"), circular("加强监管。"))
        with library._reading() as connection:
            said = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
            assert connection.exec_driver_sql(said).scalar_one()


def test_a_server_that_cannot_prove_itself_is_not_trusted_with_a_library(
    base, secured, authority, stranger, tmp_path
):
    other_name = base.replace(HERE, "localhost")
    for url, said in (
        (f"{base}?sslmode=verify-full&sslrootcert={stranger.ca}", "加密连接没有建立"),
        (f"{other_name}?sslmode=verify-full&sslrootcert={authority.ca}", "加密连接没有建立"),
        (f"{base}?sslmode=verify-full&sslrootcert={tmp_path}/none.pem", "加密连接没有建立"),
        (f"{base}?sslmode=disable", "不许从这里连接"),
    ):
        with pytest.raises(LibraryRefusedError, match=said) as told:
            Library.open(url, create=True)
        assert "%E7" not in str(told.value)  # the password


def test_a_server_without_tls_is_not_talked_to_where_tls_is_wanted(postgres, authority):
    base = postgres.address("postgres")
    with pytest.raises(LibraryRefusedError, match="加密连接没有建立"):
        Library.open(f"{base}?sslmode=require")
