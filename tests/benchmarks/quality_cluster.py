"""The same records and questions on a search cluster, and how far its first ten agree with ours."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from indexer.opensearch_connection import Cluster, ClusterAddress
from indexer.opensearch_mapping import mapping, settings_of
from indexer.opensearch_writer import ClusterWriter
from search.opensearch_engine import OpenSearchEngine
from tests.benchmarks.quality_engine import asking, records_of_passages
from tests.cluster.opensearch_server import SearchNodes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.benchmarks.quality_sets import QuestionSet

SHARDS = 3
FIRST = 10


class Nodes(SearchNodes):
    """Nodes that are to be fast."""

    heap = "1g"
    java = ("-XX:+UseG1GC",)


def open_on_cluster(
    questions: QuestionSet, location: str, index: str, depth: int
) -> Callable[[str], list[int]]:
    """Return a function from a typed line to passage numbers; the index is made where it lacks."""
    cluster = Cluster(ClusterAddress.parse(location))
    if _count(cluster, index) != len(questions.passages):
        _build(cluster, index, questions)
    return asking(OpenSearchEngine(cluster, index), depth)


def _count(cluster: Cluster, index: str) -> int:
    """Return how many records an index has; -1 where there is none."""
    answer = cluster.ask("GET", f"/_cat/indices/{index}*", format="json", h="index,docs.count")
    found = [each for each in answer if each["index"] == index]
    if not found:
        return -1
    return int(cluster.ask("GET", f"/{index}/_count")["count"])


def _build(cluster: Cluster, index: str, questions: QuestionSet) -> None:
    cluster.ask("DELETE", f"/{index}", ignore_unavailable="true")
    body = {"settings": settings_of(SHARDS, 0), "mappings": mapping()}
    cluster.ask("PUT", f"/{index}", body)
    writer = ClusterWriter(cluster, index)
    records = records_of_passages(questions.passages)
    for _, held in groupby(records, key=lambda record: record.circular):
        writer.add_circular(held)
    written, rejected = writer.commit()
    assert (written, rejected) == (len(questions.passages), ())


def agreement(ours: Sequence[list[int]], theirs: Sequence[list[int]]) -> dict[str, float]:
    """Return for which share of questions the first ten are the same, in order and as a set."""
    pairs = [(one[:FIRST], other[:FIRST]) for one, other in zip(ours, theirs, strict=True)]
    count = max(1, len(pairs))
    return {
        "in_order": round(sum(one == other for one, other in pairs) / count, 4),
        "as_set": round(sum(set(one) == set(other) for one, other in pairs) / count, 4),
    }
