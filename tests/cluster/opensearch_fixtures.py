"""Fixtures of indices on a real OpenSearch cluster."""

from __future__ import annotations

from itertools import count, groupby
from typing import TYPE_CHECKING

import pytest

from indexer.opensearch_connection import Cluster, ClusterAddress
from indexer.opensearch_mapping import mapping, settings_of
from indexer.opensearch_writer import ClusterWriter
from search.opensearch_engine import OpenSearchEngine
from tests.cluster.opensearch_server import SearchNodes

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from indexer.records import Record

SHARDS = 2


class _LentEngine(OpenSearchEngine):
    """An engine that gives its index back when it is closed."""

    def __init__(self, cluster: Cluster, index: str, free: list[str]) -> None:
        super().__init__(cluster, index)
        self._free = free

    def close(self) -> None:
        super().close()
        self._free.append(self._index)


class EngineBuilder:
    """Builds engines over indices of a cluster; one that was used before is emptied first.

    So most of them hold removed records besides: like an index that has lived, not one new-born.
    """

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._numbers = count()
        self._free: list[str] = []

    def __call__(self, records: Iterable[Record], _folder: Path | None = None) -> OpenSearchEngine:
        if self._free:
            index = self._free.pop()
            self._cluster.ask(
                "POST", f"/{index}/_delete_by_query", {"query": {"match_all": {}}}, refresh="true"
            )
        else:
            index = f"contract-{next(self._numbers)}"
            made = {"settings": settings_of(SHARDS, 0), "mappings": mapping()}
            self._cluster.ask("PUT", f"/{index}", made)
        write_records(self._cluster, index, records)
        return _LentEngine(self._cluster, index, self._free)


def write_records(cluster: Cluster, index: str, records: Iterable[Record]) -> None:
    """Write records in any order into an index."""

    def owner(record: Record) -> str:
        return record.circular

    writer = ClusterWriter(cluster, index)
    for _, held in groupby(sorted(records, key=owner), key=owner):
        writer.add_circular(held)
    assert writer.commit()[1] == ()


@pytest.fixture(scope="session")
def search_nodes():
    """Three nodes for the whole run."""
    with SearchNodes() as nodes:
        yield nodes


@pytest.fixture(scope="session")
def search_cluster(search_nodes):
    """A connection to the three nodes."""
    cluster = Cluster(ClusterAddress.parse(search_nodes.address("test")))
    yield cluster
    cluster.close()


@pytest.fixture(scope="session")
def build_on_cluster(search_cluster):
    """Build an engine over records on the cluster."""
    return EngineBuilder(search_cluster)
