"""The service keeps its own index up to date (自动建索引), in a process that may be killed."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from corpus.errors import LibraryError
from corpus.library import Library
from corpus.library_postgres import is_address
from indexer.build import index_root
from indexer.errors import IndexerError
from indexer.generation import POINTER, current
from indexer.opensearch_connection import Cluster, cluster_address
from indexer.opensearch_generation import find_generation
from webui.statuses import ExitCode

if TYPE_CHECKING:
    from pathlib import Path

    from indexer.opensearch_connection import ClusterAddress

LOOK_EVERY = 0.5
# `gongwen add` brings the index up by itself; what has not moved for so long is ours to do.
PATIENCE = 3.0
RETRY_AFTER = 30.0
NICENESS = 10
_REPORT = logging.getLogger("gongwen.index")


class Standstill:
    """How long an index has lain behind its library without moving (停滞).

    While files come in it is behind at every look, and yet somebody brings it up again and again:
    to begin as well would only keep that one from the lock.
    """

    def __init__(self) -> None:
        self._known, self._since = -1, 0.0

    def seconds(self, known: int, newest: int, now: float) -> float:
        """Return how long, when the index is `known` to hold the library up to that sequence.

        >>> standstill = Standstill()
        >>> standstill.seconds(5, 9, 100.0), standstill.seconds(5, 12, 102.0)
        (0.0, 2.0)
        >>> standstill.seconds(9, 15, 103.0), standstill.seconds(9, 15, 104.5)
        (0.0, 1.5)
        """
        if known != self._known or known == newest:
            self._known, self._since = known, now
        return now - self._since


class IndexKeeper:
    """Follows the library and runs `gongwen index` where its index is missing, bad or behind.

    A folder this process may not write is left to whoever may.
    """

    def __init__(self, location: str) -> None:
        self._location = location
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="index-keeper", daemon=True)
        self._process: subprocess.Popen[bytes] | None = None
        # Held between looks, lest each of them make new connections to servers.
        self._library: Library | None = None
        self._cluster: Cluster | None = None
        self._known: tuple[str, int] = ("", -1)  # pointer, and the sequence of its index
        self._standstill = Standstill()
        self._next_try = 0.0

    @property
    def is_building(self) -> bool:
        """Whether an index is being built right now."""
        return self._process is not None

    def start(self) -> None:
        """Begin to follow the library."""
        self._thread.start()

    def stop(self) -> None:
        """End; a build under way is killed, which leaves the index that is in service."""
        self._stop.set()
        process = self._process
        if process is not None:
            with suppress(OSError):
                process.terminate()
        if self._thread.is_alive():
            self._thread.join(timeout=5)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                if self._is_due():
                    self._build()
            except (LibraryError, IndexerError, OSError) as error:
                _REPORT.warning("cannot look after the index: %s", error)
                self._next_try = time.monotonic() + RETRY_AFTER
                self._let_go()
            self._stop.wait(LOOK_EVERY)
        self._let_go()

    def _let_go(self) -> None:
        for held in (self._library, self._cluster):
            if held is not None:
                held.close()
        self._library = self._cluster = None

    def _is_due(self) -> bool:
        now = time.monotonic()
        if now < self._next_try:
            return False
        library, address = self._open_library(), cluster_address()
        root = index_root(library)
        known = self._index_sequence(root) if address is None else self._cluster_sequence(address)
        newest = library.sequence()
        still = self._standstill.seconds(known, newest, now)
        if known == newest:
            return False
        folder = root if root.exists() else library.folder
        if address is None and not os.access(folder, os.W_OK):
            return False
        return known < 0 or still >= PATIENCE

    def _index_sequence(self, root: Path) -> int:
        """Return what the published index was built from; -1 where none can be used."""
        try:
            pointer = (root / POINTER).read_text(encoding="ascii")
        except (OSError, UnicodeDecodeError):
            return -1
        if pointer != self._known[0]:
            # Read once a generation: its checksums are compared with every file.
            try:
                self._known = (pointer, current(root).manifest.sequence)
            except IndexerError as error:
                _REPORT.warning("%s", error)
                self._known = (pointer, -1)
        return self._known[1]

    def _open_library(self) -> Library:
        """Return the library, open; one in a folder is opened anew, which may be another by now."""
        if self._library is not None and not is_address(self._location):
            self._library.close()
            self._library = None
        if self._library is None:
            self._library = Library.open(self._location)
        return self._library

    def _cluster_sequence(self, address: ClusterAddress) -> int:
        """Return what the index on the cluster was built from; -1 where none can be used."""
        try:
            if self._cluster is None:
                self._cluster = Cluster(address)
            return find_generation(self._cluster).sequence
        except IndexerError as error:
            _REPORT.warning("%s", error)
            return -1

    def _build(self) -> None:
        command = [sys.executable, "-m", "webui.cli", "index"]
        # Everybody on this machine sees a command line, and an address may hold a password.
        environment = {**os.environ, "GONGWEN_LIBRARY": self._location}
        _REPORT.info("building the index")
        self._process = subprocess.Popen(  # noqa: S603 - our own program
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=environment,
        )
        try:
            with suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, self._process.pid, NICENESS)
            notes = self._process.communicate()[1].decode("utf-8", "replace").strip()
            code = self._process.returncode
        finally:
            self._process = None
        self._known = ("", -1)
        if code == ExitCode.DONE:
            _REPORT.info("the index is built")
        elif not self._stop.is_set():
            _REPORT.warning("the index was not built: %s", notes[-400:])
            self._next_try = time.monotonic() + RETRY_AFTER
