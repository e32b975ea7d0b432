"""A library to serve, `gongwen serve` as a process of its own, and visitors over real sockets."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from corpus.ingest import add_paths
from corpus.library import Library
from corpus.samples import sample_files
from indexer.build import update_index
from tests.torture.adding import write_circulars
from tests.torture.outcome import scratch

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterator, Sequence

REPOSITORY = Path(__file__).resolve().parents[2]
GONGWEN = [sys.executable, "-m", "webui.cli"]
PATIENCE = 60.0
HEADERS = (
    "content-security-policy", "x-content-type-options", "referrer-policy", "x-frame-options",
)  # fmt: skip
POLICY = (
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'",
    "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'",
)  # fmt: skip
LEAKS = ("Traceback", 'File "/', "werkzeug", "site-packages")
LINES = ("知识产权", "网络交易监管", "农资打假", "市公安局", "诚信体系", "云政办发〔2018〕5号")
LIGHT = (
    *(f"/search?q={quote(line)}" for line in LINES),
    *("/", "/circulars", "/help", f"/api/v1/search?q={quote('监管')}"),
)
HEAVY_LINE = " OR ".join(
    f"{one}{two}" for one in ("知识", "网络", "农资", "专项", "诚信") for two in ("产权", "交易", "打假", "整治", "体系")
)  # fmt: skip
HEAVY = f"/search?unit=measure&limit=100&q={quote(HEAVY_LINE)}"


def fill_library(folder: Path, rng: random.Random, count: int) -> Path:
    """Make a library of invented circulars and the samples, indexed."""
    sources = folder.with_name(folder.name + "-sources")
    write_circulars(sources, rng, 1, count)
    with Library.open(folder, create=True) as library:
        add_paths(library, [sources, *sample_files()])
        update_index(library)
    return folder


@dataclass
class Reply:
    """One answer, or why there is none."""

    status: int
    seconds: float
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    trouble: str = ""
    first: float = 0.0  # seconds until the answer began

    @property
    def waited(self) -> float:
        """How long the reader waited: a download is as long as the library, and comes as it is made."""
        is_download = "attachment" in self.headers.get("content-disposition", "")
        return self.first if is_download else self.seconds


class Visitor:
    """One reader: asks over a connection that is kept, from an address of its own."""

    def __init__(self, port: int, address: str = "127.0.0.1") -> None:
        self._port = port
        self._address = address
        self._connection: http.client.HTTPConnection | None = None

    def get(self, path: str) -> Reply:
        started = time.monotonic()
        fresh = self._connection is None
        if self._connection is None:
            self._connection = http.client.HTTPConnection(
                "127.0.0.1", self._port, timeout=PATIENCE, source_address=(self._address, 0)
            )
        try:
            self._connection.request("GET", path)
            answer = self._connection.getresponse()
            first = time.monotonic() - started
            body = answer.read()
        except (http.client.RemoteDisconnected, ConnectionError) as error:
            self.leave()
            if not fresh:  # a kept connection may be closed between two requests
                return self.get(path)
            return Reply(0, time.monotonic() - started, trouble=repr(error))
        except (http.client.HTTPException, OSError) as error:
            self.leave()
            return Reply(0, time.monotonic() - started, trouble=repr(error))
        if answer.will_close:
            self.leave()
        headers = {name.lower(): value for name, value in answer.getheaders()}
        return Reply(answer.status, time.monotonic() - started, headers, body, first=first)

    def leave(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


@dataclass
class Service:
    """A running `gongwen serve`."""

    process: subprocess.Popen[bytes]
    port: int

    def visitor(self, address: str = "127.0.0.1") -> Visitor:
        return Visitor(self.port, address)

    def figures(self) -> dict[str, float]:
        """What `/proc` says of it: memory in bytes, descriptors, threads."""
        proc = Path(f"/proc/{self.process.pid}")
        status = dict(
            line.split(":", 1) for line in (proc / "status").read_text().splitlines() if ":" in line
        )
        return {
            "memory": int(status["VmRSS"].split()[0]) * 1024,
            "threads": int(status["Threads"]),
            "descriptors": len(list((proc / "fd").iterdir())),
        }

    def is_ready(self) -> bool:
        return self.visitor().get("/readyz").status == 200


@contextmanager
def serving(library: Path, *options: str, log: Path | None = None) -> Iterator[Service]:
    """Run the service until the block ends."""
    command = [*GONGWEN, "--library", str(library), "serve", "--port", "0", *options]
    with (log or Path(os.devnull)).open("ab") as notes:
        process = subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, stderr=notes)
    try:
        assert process.stdout is not None
        line = process.stdout.readline().decode().strip()
        if not line:
            raise RuntimeError("the service did not start")
        yield Service(process, int(line.rstrip("/").rpartition(":")[2]))
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        try:
            process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()


def complaints(log: Path) -> list[str]:
    """Return the warnings and errors that a service wrote down, in order."""
    lines = [line for line in log.read_text(encoding="utf-8").splitlines() if line.startswith("{")]
    noted = [json.loads(line) for line in lines]
    return [one["message"] for one in noted if one["level"] not in {"debug", "info"}]


@contextmanager
def serving_invented(row: str, rng: random.Random, count: int) -> Iterator[Service]:
    """Serve a library of invented circulars that has answered each light request once."""
    with scratch(row) as folder, serving(fill_library(folder / "library", rng, count)) as service:
        for path in LIGHT:
            service.visitor().get(path)
        yield service


def run_visitors(
    visitors: Sequence[Visitor],
    seconds: float,
    choose: Callable[[int, int], str],
    *,
    pause: float = 0.0,
) -> list[list[Reply]]:
    """Let every visitor ask for so long; `choose(visitor, turn)` says what. Bodies are dropped."""
    replies: list[list[Reply]] = [[] for _ in visitors]
    until = time.monotonic() + seconds

    def visit(number: int) -> None:
        turn = 0
        while time.monotonic() < until:
            reply = visitors[number].get(choose(number, turn))
            reply.body = b""
            replies[number].append(reply)
            turn += 1
            if pause:
                time.sleep(pause)
        visitors[number].leave()

    with ThreadPoolExecutor(len(visitors)) as threads:
        list(threads.map(visit, range(len(visitors))))  # what goes wrong in one is told here
    return replies


def percentile(seconds: Sequence[float], share: float) -> float:
    """Return the time that a share of the times is no longer than; 0 of none."""
    ordered = sorted(seconds)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def lacks(headers: dict[str, str]) -> list[str]:
    """Return which security headers an answer lacks; an original's own policy is stricter."""
    missing = [name for name in HEADERS if not headers.get(name)]
    policy = headers.get("content-security-policy", "")
    if "sandbox" not in policy:
        missing += [part for part in POLICY if part not in policy]
    if "unsafe" in policy:
        missing.append("a policy without 'unsafe'")
    return missing


def leaks(body: bytes) -> list[str]:
    """Return what of our insides an answer shows."""
    text = body.decode("utf-8", "replace")
    return [leak for leak in LEAKS if leak in text]


def answer_of(reply: Reply) -> dict:
    return json.loads(reply.body)
