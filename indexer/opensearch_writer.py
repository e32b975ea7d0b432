"""Records → an index on a search cluster, in bulk (成批写入).

A document's id is its record's, so that sending it twice, as every retry may, leaves one. Nothing
written here is seen before `commit`.

A request that was given up may still come to the cluster, minutes later, when a cable is mended.
So the version of a document, and of its removal, is the moment its writer began: what an earlier
writer sent changes nothing then.
"""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TYPE_CHECKING, Any

from indexer.errors import (
    ClusterAnswerError,
    ClusterError,
    ClusterUnreachableError,
    RecordError,
)
from indexer.opensearch_connection import BUSY, busy_error, pauses
from indexer.opensearch_mapping import documents_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from concurrent.futures import Future

    from indexer.opensearch_connection import Cluster
    from indexer.records import Record

BULK_BYTES = 4_000_000
LEAST_BYTES = 50_000  # a busy cluster gets smaller and smaller batches, down to this
SENDERS = 2  # batches on their way while the next is made
PATIENCE = 180.0  # seconds without one document taken, before an update is given up
REMOVED_AT_ONCE, USUALLY_HELD = 100, 10_000  # circulars; their records
WRITE_SECONDS = 120.0
_TOO_LARGE, _CONFLICT = 413, 409

_Line = tuple[str, bytes]  # a record's id; its action and its document


class ClusterWriter:
    """Adds and removes the records of one index; `commit` makes them visible there."""

    def __init__(self, cluster: Cluster, index: str, *, patience: float = PATIENCE) -> None:
        self._cluster = cluster
        self._index = index
        self._patience = patience
        # What is removed has this version, what is written the next one: where both are asked for
        # more than once, what is written stays.
        self._moment = time.time_ns() // 100_000
        self._batch: list[_Line] = []
        self._size = 0
        self._limit = BULK_BYTES
        self._senders = ThreadPoolExecutor(SENDERS, thread_name_prefix="bulk")
        self._sending: set[Future[list[str]]] = set()
        self._rejected: list[str] = []
        # Why the cluster was last busy.
        self._problem = ClusterUnreachableError(str(cluster.address), "一直繁忙")
        self.written = 0  # documents that were not refused, sent or still to be sent

    def add_circular(self, records: Iterable[Record]) -> None:
        """Add the records of one circular; those that no index can keep are told by `commit`."""
        for identifier, document in documents_of(records):
            if isinstance(document, RecordError):
                self._rejected.append(str(document))
                continue
            self._put("index", identifier, document)
            self.written += 1
        if self._size >= self._limit:
            self._send()

    def remove_circulars(self, circulars: Iterable[str]) -> int:
        """Remove all records of these circulars; return how many of others stand.

        They are there for readers until `commit`, as what is added is not: counted before they are
        removed, for to count afterwards would make visible that they are gone.
        """
        self._refresh()  # what an update that was cut off has left behind goes too
        # Their ids are asked for, as a removal by query has no version of ours.
        others, wanted = self._count(), tuple(circulars)
        for start in range(0, len(wanted), REMOVED_AT_ONCE):
            for identifier in self._held(wanted[start : start + REMOVED_AT_ONCE]):
                others -= 1
                self._put("delete", identifier)
            self._send()
        self._wait_for(0)  # what is removed is gone before it is written anew
        return others

    def _held(self, circulars: Sequence[str]) -> list[str]:
        """Return the ids of the visible records of some circulars."""
        wanted = USUALLY_HELD
        while True:  # a shard makes room for all that are wanted, so not for the most there may be
            answer = self._cluster.ask(
                "POST",
                f"/{self._index}/_search",
                {"query": {"terms": {"circular": circulars}}, "size": wanted, "_source": False},
                seconds=WRITE_SECONDS,
                patience=self._patience,
                track_total_hits="true",
                filter_path="timed_out,_shards.failed,hits.total.value,hits.hits._id",
            )
            if answer["timed_out"] or answer["_shards"]["failed"]:
                raise ClusterUnreachableError(str(self._cluster.address), "有分片没有回应")
            found = answer["hits"]["total"]["value"]
            if found <= wanted:
                return [hit["_id"] for hit in answer["hits"].get("hits", ())]
            wanted = found

    def _put(self, action: str, identifier: str, document: dict[str, Any] | None = None) -> None:
        version = self._moment + (action == "index")
        about = {"_id": identifier, "version": version, "version_type": "external_gte"}
        said = [{action: about}] if document is None else [{action: about}, document]
        line = "".join(f"{json.dumps(each, ensure_ascii=False)}\n" for each in said).encode()
        self._batch.append((identifier, line))
        self._size += len(line)

    def commit(self) -> tuple[int, tuple[str, ...]]:
        """Send what is left, make everything visible; return how many records stand, and why not.

        Raises:
            ClusterError: not everything could be written.
        """
        self.flush()
        self._senders.shutdown()
        self._refresh()
        return self._count(), tuple(self._rejected)

    def flush(self) -> None:
        """Send what is left and wait until the cluster has it; nothing becomes visible by that."""
        self._send()
        self._wait_for(0)

    def _count(self) -> int:
        """Return how many records are visible."""
        counted = self._cluster.ask("GET", f"/{self._index}/_count", patience=self._patience)
        if counted["_shards"]["failed"]:
            raise ClusterUnreachableError(str(self._cluster.address), "有分片没有回应")
        return int(counted["count"])

    def give_up(self) -> None:
        """Let go of what is under way; nothing of it is visible."""
        self._senders.shutdown(cancel_futures=True)

    def _refresh(self) -> None:
        until = time.monotonic() + self._patience
        for pause in pauses():
            answer = self._cluster.ask(
                "POST", f"/{self._index}/_refresh", seconds=WRITE_SECONDS, patience=self._patience
            )
            if not answer["_shards"]["failed"]:
                return
            if time.monotonic() + pause > until:
                raise ClusterUnreachableError(str(self._cluster.address), "有分片没有回应")
            time.sleep(pause)

    def _send(self) -> None:
        """Send the batch beside the making of the next; waits where enough are on their way."""
        if self._batch:
            self._wait_for(SENDERS - 1)
            batch, self._batch, self._size = self._batch, [], 0
            self._sending.add(self._senders.submit(self._send_batch, batch))

    def _wait_for(self, most: int) -> None:
        while len(self._sending) > most:
            done, self._sending = wait(self._sending, return_when="FIRST_COMPLETED")
            for sent in done:
                refused = sent.result()
                self.written -= len(refused)
                self._rejected += refused

    def _send_batch(self, batch: Sequence[_Line]) -> list[str]:
        """Send documents until each is taken or refused for good; return why each of those is."""
        rejected: list[str] = []
        waiting = list(batch)
        until = time.monotonic() + self._patience
        for pause in pauses():
            turn, waiting = self._cut(waiting)
            refused, busy = self._try(turn)
            rejected += refused
            waiting = busy + waiting
            if not waiting:
                return rejected
            if len(busy) < len(turn):
                until = time.monotonic() + self._patience
            if busy:
                self._limit = max(LEAST_BYTES, self._limit // 2)
                if time.monotonic() + pause > until:
                    raise self._problem
                time.sleep(pause)
            else:
                self._limit = min(BULK_BYTES, self._limit + LEAST_BYTES)
        raise AssertionError  # there is always another pause

    def _cut(self, lines: list[_Line]) -> tuple[list[_Line], list[_Line]]:
        """Return as many documents as may be sent at once, and the others."""
        size = 0
        for place, (_, line) in enumerate(lines):
            size += len(line)
            if size > self._limit and place:
                return lines[:place], lines[place:]
        return lines, []

    def _try(self, lines: list[_Line]) -> tuple[list[str], list[_Line]]:
        """Send documents once; return why some are refused, and those to be sent again."""
        try:
            answer = self._cluster.ask(
                "POST",
                f"/{self._index}/_bulk",
                b"".join(line for _, line in lines),
                seconds=WRITE_SECONDS,
                patience=0,
                filter_path="errors,items.*.status,items.*.error.type,items.*.error.reason",
            )
        except ClusterUnreachableError as error:
            self._problem = error
            return [], lines
        except ClusterAnswerError as error:
            if error.status != _TOO_LARGE or len(lines) == 1:
                raise
            return [], lines
        if not answer["errors"]:
            return [], []
        rejected: list[str] = []
        busy: list[_Line] = []
        for line, item in zip(lines, answer["items"], strict=True):
            (said,) = item.values()
            if said["status"] in BUSY:
                busy.append(line)
                place, kind = str(self._cluster.address), said["error"]["type"]
                self._problem = busy_error(place, said["status"], kind)
            elif "error" in said:
                if said["error"]["type"].startswith(("index_", "cluster_block")):
                    raise ClusterError(str(self._cluster.address), said["error"]["reason"])
                if said["status"] == _CONFLICT:
                    problem = "已有更晚写入的内容；请核对各台机器的时钟，再运行 gongwen index"
                    raise ClusterError(str(self._cluster.address), problem)
                rejected.append(str(RecordError(line[0], said["error"]["type"])))
        return rejected, busy
