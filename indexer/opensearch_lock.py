"""One writer at a time on a search cluster (写锁): a record that ends by itself unless renewed."""

from __future__ import annotations

import os
import socket
import threading
import time
from typing import TYPE_CHECKING, Any, Self

from indexer.errors import (
    ClusterAnswerError,
    ClusterError,
    ClusterUnreachableError,
    IndexBusyError,
)

if TYPE_CHECKING:
    from indexer.opensearch_connection import Cluster

# A holder that was killed keeps others out for so long; clocks may differ by less.
SECONDS = 60.0
RENEW_EVERY = 15.0
LOOK_EVERY = 0.5
_NOT_FOUND, _CONFLICT = 404, 409


class ClusterLock:
    """Held inside a `with` block; `check` says whether it still is."""

    def __init__(self, cluster: Cluster, timeout: float) -> None:
        self._cluster = cluster
        self._timeout = timeout
        self._path = f"/{cluster.address.name}-writer/_doc/writer"
        self._state: dict[str, Any] = {}
        self._end = threading.Event()
        self._lost = threading.Event()
        self._renewing = threading.Thread(target=self._renew, name="cluster-lock", daemon=True)

    def __enter__(self) -> Self:
        started = time.monotonic()
        while (holder := self._try()) is not None:
            waited = time.monotonic() - started
            if waited >= self._timeout:
                raise IndexBusyError(str(self._cluster.address), holder, round(waited, 1))
            time.sleep(LOOK_EVERY)
        self._renewing.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._renewing.join()
        try:
            self._cluster.ask("DELETE", self._path, patience=1.0, **self._state)
        except ClusterError:
            return  # it ends by itself

    def check(self) -> None:
        """Raise ClusterUnreachableError where another writer may have begun."""
        if self._lost.is_set():
            raise ClusterUnreachableError(str(self._cluster.address), "写锁已失效")

    def _try(self) -> str | None:
        """Take the lock; return who holds it where somebody does."""
        held = self._read()
        if held is not None:
            if held["_source"]["until"] > time.time():
                return str(held["_source"]["holder"])
            self._state = _state_of(held)
        else:
            self._state = {}
        try:
            self._write()
        except ClusterAnswerError as error:
            if error.status != _CONFLICT:
                raise
            return "另一个进程"
        return None

    def _read(self) -> dict[str, Any] | None:
        try:
            held: dict[str, Any] = self._cluster.ask("GET", self._path)
        except ClusterAnswerError as error:
            if error.status != _NOT_FOUND:
                raise
            return None
        return held

    def _write(self) -> None:
        holder = f"{socket.gethostname()} 上的进程 {os.getpid()}"
        body = {"holder": holder, "until": time.time() + SECONDS}
        # Without a state it must not be there yet, else be as it was when we read it.
        condition: dict[str, Any] = self._state or {"op_type": "create"}
        self._state = _state_of(self._cluster.ask("PUT", self._path, body, **condition))

    def _renew(self) -> None:
        until = time.monotonic() + SECONDS
        while not self._end.wait(RENEW_EVERY):
            try:
                self._write()
                until = time.monotonic() + SECONDS
            except ClusterAnswerError:
                self._lost.set()
                return
            except ClusterError:
                if time.monotonic() > until:
                    self._lost.set()
                    return


def _state_of(answer: dict[str, Any]) -> dict[str, Any]:
    return {"if_seq_no": answer["_seq_no"], "if_primary_term": answer["_primary_term"]}
