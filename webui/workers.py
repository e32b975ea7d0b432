"""Several processes behind one address (工作进程): one process of Python keeps one core busy.

The first process binds the address and looks after the index; the others are fresh interpreters
that take connections from the same sockets, each with threads, limits and an open index of its own.
One that dies is started anew. They end when their input does, so none outlives the first.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import asdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from webui.cli_serve import ServeOptions

LOOK_EVERY = 0.5  # seconds between looks at whether all of them live
FIRST_REST = 1.0  # seconds until one that died is started anew; twice as long the next time
LONGEST_REST = 60.0
_REPORT = logging.getLogger("gongwen.workers")


class Workers:
    """The other processes of a service (工作进程); started and stopped by the first."""

    def __init__(
        self, location: str, options: ServeOptions, sockets: Sequence[socket.socket]
    ) -> None:
        self._location = location
        self._count = options.workers - 1
        self._sockets = [each.fileno() for each in sockets]
        self._told = json.dumps({"options": asdict(options), "sockets": self._sockets}) + "\n"
        self._running: list[subprocess.Popen[str]] = []
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="workers", daemon=True)

    def start(self) -> None:
        """Start them, and go on starting those that die."""
        if self._count:
            self._thread.start()

    def drain(self) -> None:
        """Let them answer what they have begun, and end."""
        self._stop.set()
        with self._lock:
            for process in self._running:
                _end_input(process)

    def close(self, seconds: float) -> None:
        """Wait for their end for so many seconds, and no longer."""
        self.drain()
        if self._thread.is_alive():
            self._thread.join(timeout=5)
        until = time.monotonic() + seconds
        for process in self._running:
            try:
                process.wait(timeout=max(0.0, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _watch(self) -> None:
        rest, next_start = FIRST_REST, 0.0
        while not self._stop.is_set():
            with self._lock:
                dead = [each for each in self._running if each.poll() is not None]
                self._running = [each for each in self._running if each not in dead]
            for process in dead:
                _end_input(process)
                _REPORT.warning("a worker ended with %s", process.returncode)
                if time.monotonic() > next_start + LONGEST_REST:
                    rest = FIRST_REST  # they have lived long
                next_start, rest = time.monotonic() + rest, min(2 * rest, LONGEST_REST)
            try:
                self._start_missing(next_start)
            except OSError as error:  # the machine has no memory or no process left for it
                _REPORT.warning("a worker could not be started: %s", error)
                next_start, rest = time.monotonic() + rest, min(2 * rest, LONGEST_REST)
            self._stop.wait(LOOK_EVERY)

    def _start_missing(self, next_start: float) -> None:
        while len(self._running) < self._count and time.monotonic() >= next_start:
            if self._stop.is_set():
                return
            self._start_one()

    def _start_one(self) -> None:
        with self._lock:
            if self._stop.is_set():
                return
            process = subprocess.Popen(
                [sys.executable, "-m", "webui.workers"],
                stdin=subprocess.PIPE,
                text=True,
                pass_fds=self._sockets,
                # Everybody on this machine sees a command line; an address may hold a password.
                env={**os.environ, "GONGWEN_LIBRARY": self._location},
            )
            self._running.append(process)
        assert process.stdin is not None  # noqa: S101 - it is asked for above
        with suppress(OSError, ValueError):  # dead or told to end already: the next look will tell
            process.stdin.write(self._told)
            process.stdin.flush()


def _end_input(process: subprocess.Popen[str]) -> None:
    if process.stdin is not None:
        with suppress(OSError):
            process.stdin.close()


def main() -> None:
    """Serve as the first process says on the standard input, until that ends."""
    from webui.cli_serve import ServeOptions, serve_beside

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches us too; the first tells us
    told = json.loads(sys.stdin.readline())
    options = ServeOptions(**{**told["options"], "trust": tuple(told["options"]["trust"])})
    sockets = [socket.socket(fileno=number) for number in told["sockets"]]
    serve_beside(os.environ["GONGWEN_LIBRARY"], options, sockets, sys.stdin)


if __name__ == "__main__":
    main()
