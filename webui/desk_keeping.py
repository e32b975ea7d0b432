"""What answers are made of is renewed beside them (后台更新): no reader opens a new generation."""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING

from corpus.errors import LibraryError
from indexer.errors import IndexerError

if TYPE_CHECKING:
    from webui.desk import Desk

_REPORT = logging.getLogger("gongwen.desk")
LOOK_EVERY = 0.4  # seconds, where there is little to do
# A large library that changes all the time is renewed more seldom: so many times as long as the
# renewing took the processor, readers have it to themselves.
REST = 10
LONGEST_REST = 2.0  # seconds; less than readers rely on (search.derived.RENEWED)


class DeskKeeper:
    """Renews the desk of a service again and again, in a thread of its own."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="desk-keeper", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End; what is being opened is opened first."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(timeout=5)

    def _run(self) -> None:
        rest = LOOK_EVERY
        while not self._stop.wait(rest):
            began = time.thread_time()
            try:
                self._desk.renew()
            except (LibraryError, IndexerError, OSError):
                pass  # the readers are told, at the request that meets it
            except Exception:  # noqa: BLE001 - nobody else would renew it from then on
                _REPORT.exception("renewing the desk failed")
            rest = min(max(LOOK_EVERY, REST * (time.thread_time() - began)), LONGEST_REST)
