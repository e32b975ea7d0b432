"""Generations on a search cluster (代): indices under versioned names, one of them published.

`name-g000042` is an index; the alias `name` leads to the published one, and moves in one step. What
a generation says about itself stands in its mapping (`_meta`), where a reader finds it at once.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from indexer.errors import ClusterAnswerError, ClusterError, IndexMissingError, IndexStaleError
from indexer.generation import Fingerprints
from indexer.opensearch_mapping import mapping, settings_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

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
    built_at: float  # seconds since 1970; 0 while it is being filled

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
        generation = _generation_of(index, held)
        if expected is not None and generation.fingerprints != expected:
            raise IndexStaleError(place, "词典、分析程序或字段")
        return generation
    raise IndexMissingError(place)


def demand_free_name(cluster: Cluster, library: str) -> None:
    """Raise ClusterError where the index of another library is published under the name."""
    try:
        published = find_generation(cluster)
    except IndexMissingError:
        return
    if published.library != library:
        problem = "这个索引名下是另一个公文库的索引，请换一个索引名"
        raise ClusterError(str(cluster.address), problem)


def take_up_generation(
    cluster: Cluster, fingerprints: Fingerprints, library: str, sequence: int
) -> ClusterGeneration:
    """Return a generation to be filled, seen by nobody yet: one that was left so, else a new one.

    One that was left is taken up where it is known to hold changes of this library, as far as its
    own `sequence` says; others that nobody finished are dropped.
    """
    path = f"/{cluster.address.name}-g*/_mapping"
    answer = cluster.ask("GET", path, filter_path="*.mappings._meta")
    taken: ClusterGeneration | None = None
    for index in sorted(_own(cluster, answer), key=_number_of, reverse=True):
        left = _generation_of(index, answer[index])
        if left.built_at:
            continue
        fits = (left.fingerprints, left.library) == (fingerprints, library)
        if taken is None and fits and 0 < left.sequence <= sequence:
            taken = left
        else:
            drop_generation(cluster, index)
    return taken or _create_generation(cluster, fingerprints, library)


def _create_generation(
    cluster: Cluster, fingerprints: Fingerprints, library: str
) -> ClusterGeneration:
    name, address = cluster.address.name, cluster.address
    number = max(map(_number_of, _generations(cluster)), default=0) + 1
    made = ClusterGeneration(f"{name}-g{number:06d}", fingerprints, library, 0, 0, 0, 0.0)
    mappings = {**mapping(), "_meta": _facts_of(made)}
    body = {"settings": settings_of(address.shards, address.replicas), "mappings": mappings}
    try:
        cluster.ask("PUT", f"/{made.index}", body, seconds=60.0)
    except ClusterAnswerError as error:
        # Under the lock nobody else makes one: it is ours, asked for again when no answer came.
        if error.kind != "resource_already_exists_exception":
            raise
    return made


def describe_generation(cluster: Cluster, generation: ClusterGeneration) -> None:
    """Write down what a generation says about itself, in one step."""
    about = {"_meta": _facts_of(generation)}
    cluster.ask("PUT", f"/{generation.index}/_mapping", about, seconds=60.0)


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
    return {index: frozenset(answer[index]["aliases"]) for index in _own(cluster, answer)}


def _own(cluster: Cluster, indices: Iterable[str]) -> Iterator[str]:
    """Yield the indices that are generations of the name, and not of a longer one."""
    for index in indices:
        if _number_of(index) and index.rpartition("-")[0] == cluster.address.name:
            yield index


def _facts_of(generation: ClusterGeneration) -> dict[str, Any]:
    facts = asdict(generation)
    del facts["index"]
    return facts


def _generation_of(index: str, held: dict[str, Any]) -> ClusterGeneration:
    facts = held["mappings"]["_meta"]
    made = {**facts, "fingerprints": Fingerprints(*facts["fingerprints"])}
    return ClusterGeneration(index, **made)


def _number_of(index: str) -> int:
    found = _NUMBER.search(index)
    return int(found[1]) if found else 0
