"""A state of an index on a cluster, held while it is asked (时点视图), and how it is asked.

A point in time keeps every answer to one question, and every page of one search, on the same state
of the index, whatever is written meanwhile. A node that goes takes its part of it along: then a new
one is opened and the question asked again; what still does not answer makes the answer incomplete.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from indexer.errors import ClusterAnswerError, ClusterError, ClusterUnreachableError
from indexer.opensearch_connection import BUSY
from search.budget import seconds_left
from search.literals import Cache

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from indexer.opensearch_connection import Cluster
    from indexer.records import Unit

KEEP_ALIVE = "1m"
PAGE = 1_000  # hits of one answer
PATIENCE = 3.0  # a reader waits no longer for a busy cluster
_NOT_FOUND = 404
_MOST_HOLDING = 20_000_000  # bytes of what is remembered of terms
# Versions whose BM25 has the factor k1 + 1; 7 is what OpenSearch 2 calls itself for old clients.
_MULTIPLYING = ("1.", "2.", "7.")
# What no answer need hold; of the circulars only the number is wanted (`search.opensearch_facets`).
_UNREAD = "-responses.hits.hits._index,-responses.aggregations.circulars.values.buckets"

Body = dict[str, Any]


class SnapshotLostError(Exception):
    """A part of a snapshot does not answer any more."""


class Snapshot:
    """One point in time of one index, and what is known of it once and for all.

    Records of circulars in `without` are never found, and so never counted nor weighed by.
    """

    def __init__(self, cluster: Cluster, index: str, without: Collection[str] = ()) -> None:
        self._cluster = cluster
        self._hidden = {"terms": {"circular": sorted(without)}} if without else None
        version: str = cluster.ask("GET", "/", patience=PATIENCE)["version"]["number"]
        self.multiplies = version.startswith(_MULTIPLYING)
        answer = cluster.ask(
            "POST",
            f"/{index}/_search/point_in_time",
            patience=PATIENCE,
            keep_alive=KEEP_ALIVE,
            allow_partial_pit_creation="true",
        )
        shards = answer["_shards"]
        self._id: str = answer["pit_id"]
        self.is_whole: bool = shards["successful"] + shards["skipped"] >= shards["total"]
        self.units: dict[Unit, tuple[int, float, float]] = {}
        # By (unit, term): how many records hold it.
        self.holding = Cache(_MOST_HOLDING)

    def close(self) -> None:
        """Let the cluster forget it; one that is not told so forgets by itself."""
        with suppress(ClusterError):
            self._cluster.ask(
                "DELETE", "/_search/point_in_time", {"pit_id": [self._id]}, patience=0
            )

    def ask(self, bodies: Sequence[Body]) -> list[Any]:
        """Return the cluster's answers to some searches, sent together."""
        if not bodies:
            return []
        left = seconds_left()
        shared: Body = {"pit": {"id": self._id, "keep_alive": KEEP_ALIVE}}
        if left is not None:
            shared["timeout"] = f"{max(int(left * 1_000), 1)}ms"
        answer = self._cluster.ask(
            "POST",
            "/_msearch",
            [*self._lines(bodies, shared)],  # a busy cluster is sent them again
            patience=PATIENCE,
            filter_path=_UNREAD,
        )
        responses: list[Any] = answer["responses"]
        return responses

    def _lines(self, bodies: Iterable[Body], shared: Body) -> Iterator[Body]:
        for body in bodies:
            # Where terms are weighed, every shard does so by the same counts.
            yield {"search_type": "dfs_query_then_fetch"} if body.get("size") else {}
            asked = body | shared
            if self._hidden is not None:
                asked["query"] = {
                    "bool": {"must": [body["query"]], "must_not": [self._hidden]},
                }
            yield asked


class Asking:
    """One question put to a snapshot; knows afterwards whether every shard has answered in time."""

    def __init__(self, snapshot: Snapshot, place: str, *, lenient: bool) -> None:
        self.snapshot = snapshot
        self._place = place
        self._lenient = lenient  # whether a part that does not answer is done without
        self.incomplete = not snapshot.is_whole

    def ask(self, bodies: Sequence[Body]) -> list[Any]:
        """Return the answers to some searches.

        Raises:
            SnapshotLostError: a part did not answer, and is not to be done without.
            ClusterError: nothing answered, or the question was refused.
        """
        answers = self.snapshot.ask(bodies)
        for answer in answers:
            self._check(answer)
        return answers

    def _check(self, answer: Any) -> None:
        if "error" in answer:
            status, kind = answer["status"], answer["error"]["type"]
            if kind == "search_phase_execution_exception" and (
                status in BUSY or status >= 500 or status == _NOT_FOUND  # noqa: PLR2004 — its own fault
            ):
                if not self._lenient:
                    raise SnapshotLostError
                raise ClusterUnreachableError(self._place, "没有分片回应")
            reason = str(answer["error"].get("reason", ""))
            raise ClusterAnswerError(self._place, status, kind, reason)
        if answer["_shards"]["failed"]:
            if not self._lenient:
                raise SnapshotLostError
            self.incomplete = True
        if answer["timed_out"]:
            self.incomplete = True

    def all_hits(self, body: Body, most: int) -> list[Any]:
        """Return the first hits of one search, page by page (search_after); `body` has a sort."""
        (answer,) = self.ask([first_page(body, most)])
        return self.go_on(body, answer, most)

    def go_on(self, body: Body, answer: Any, most: int) -> list[Any]:
        """Return the first hits of a search whose first page is there; a sort must end ties."""
        page = hits_of(answer)
        found = list(page)
        while len(page) == PAGE and len(found) < most:
            after = first_page(body, PAGE) | {"search_after": page[-1]["sort"]}
            (answer,) = self.ask([after])
            page = hits_of(answer)
            found += page
        return found[:most]


def hits_of(answer: Any) -> list[Any]:
    """Return the hits of an answer; one that has none says nothing of hits."""
    hits: list[Any] = answer.get("hits", {}).get("hits", [])
    return hits


def first_page(body: Body, most: int) -> Body:
    """Return the search for as many hits of another as one answer may hold."""
    return body | {"size": min(most, PAGE), "track_total_hits": False}
