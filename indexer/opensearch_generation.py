"""Generations on a search cluster (代): indices under versioned names, one of them published.

`name-g000042` is an index; the alias `name` leads to the published one, and moves in one step. What
a generation says about itself stands in its mapping (`_meta`), where a reader finds it at once.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from indexer.errors import ClusterAnswerError, IndexMissingError, IndexStaleError
from indexer.generation import Fingerprints
from indexer.opensearch_mapping import mapping, settings_of

if TYPE_CHECKING:
    from indexer.opensearch_connection import Cluster

_NUMBER = re.compile(r"-g([0-9]{6,12})$")
_NOT_FOUND = 404


@dataclass(frozen=True, slots=True)
class ClusterGeneration:
    """One published generation and what it says about itself."""

    index: str
    fingerprints: Fingerprints
    library: str  # the library's identity
    sequence: int  # the library's sequence number the index agrees with
    records: int
    circulars: int
    built_at: float  # seconds since 1970

    @property
    def number(self) -> int:
        """Which generation it is."""
        return _number_of(self.index)


def find_generation(
    cluster: Cluster, expected: Fingerprints | None = None, *, patience: float = 3.0
) -> ClusterGeneration:
    """Return the published generation.

    Raises:
        IndexMissingError: none is published under this name.
        IndexStaleError: it was built with other word lists or another field table than `expected`.
        ClusterError: the cluster cannot be asked.
    """
    place = str(cluster.address)
    path = f"/{cluster.address.name}/_mapping"
    try:
        answer = cluster.ask("GET", path, patience=patience, filter_path="*.mappings._meta")
    except ClusterAnswerError as error:
        if error.status != _NOT_FOUND:
            raise
        raise IndexMissingError(place) from error
    for index, held in answer.items():
        facts = held["mappings"]["_meta"]
        made = {**facts, "fingerprints": Fingerprints(*facts["fingerprints"])}
        generation = ClusterGeneration(index, **made)
        if expected is not None and generation.fingerprints != expected:
            raise IndexStaleError(place, "词典、分析程序或字段")
        return generation
    raise IndexMissingError(place)


def create_generation(cluster: Cluster) -> str:
    """Create an empty index under the next free name, seen by nobody yet; return its name."""
    name, address = cluster.address.name, cluster.address
    number = max(map(_number_of, _generations(cluster)), default=0) + 1
    index = f"{name}-g{number:06d}"
    body = {"settings": settings_of(address.shards, address.replicas), "mappings": mapping()}
    cluster.ask("PUT", f"/{index}", body, seconds=60.0)
    return index


def describe_generation(cluster: Cluster, generation: ClusterGeneration) -> None:
    """Write down what a generation says about itself, in one step."""
    facts: dict[str, Any] = asdict(generation)
    del facts["index"]
    cluster.ask("PUT", f"/{generation.index}/_mapping", {"_meta": facts}, seconds=60.0)


def publish_generation(cluster: Cluster, generation: ClusterGeneration) -> None:
    """Let the alias lead to a generation instead of the one before; drop what is older than that.

    The one before stays, since searches under way may still ask it.
    """
    name = cluster.address.name
    describe_generation(cluster, generation)
    every = _generations(cluster)
    before = [index for index in every if name in every[index]]
    actions = [{"remove": {"index": index, "alias": name}} for index in before]
    actions.append({"add": {"index": generation.index, "alias": name}})
    cluster.ask("POST", "/_aliases", {"actions": actions}, seconds=60.0)
    for index in every.keys() - {*before, generation.index}:
        drop_generation(cluster, index)


def drop_generation(cluster: Cluster, index: str) -> None:
    """Delete an index, whether it is there or not."""
    cluster.ask("DELETE", f"/{index}", seconds=60.0, ignore_unavailable="true")


def _generations(cluster: Cluster) -> dict[str, frozenset[str]]:
    """Return every generation of the name, with the aliases that lead to it."""
    answer = cluster.ask("GET", f"/{cluster.address.name}-g*/_alias")
    return {
        index: frozenset(held["aliases"])
        for index, held in answer.items()
        if _number_of(index) and index.rpartition("-")[0] == cluster.address.name
    }


def _number_of(index: str) -> int:
    found = _NUMBER.search(index)
    return int(found[1]) if found else 0
