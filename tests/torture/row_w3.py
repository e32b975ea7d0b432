"""W3 HTTP abuse over raw sockets: a status or a closed door, no trace of ours, no worker lost."""

from __future__ import annotations

import random
import re
import socket
import time

from tests.torture.outcome import Tally, scratch
from tests.torture.serving import fill_library, lacks, leaks, serving

SHORT, LONG = 300, 5_000
HOST = b"Host: 127.0.0.1\r\n"
END = b"Connection: close\r\n\r\n"
GET = b"GET / HTTP/1.1\r\n" + HOST
POST = b"POST / HTTP/1.1\r\n" + HOST
STATUS = re.compile(rb"^HTTP/1\.[01] (\d{3}) ")
# What is sent, and the statuses that answer it; 0 stands for a closed connection.
ABUSES: dict[str, tuple[bytes, set[int]]] = {
    "plain": (GET + END, {200}),
    "http 1.0": (b"GET / HTTP/1.0\r\n" + HOST + b"\r\n", {200}),
    "no host": (b"GET / HTTP/1.1\r\n" + END, {200, 400}),
    "foreign host": (b"GET / HTTP/1.1\r\nHost: evil.example\r\n" + END, {400}),
    "two hosts": (GET + b"Host: evil.example\r\n" + END, {200, 400}),
    "host with spaces": (b"GET / HTTP/1.1\r\nHost: 127.0.0.1 evil\r\n" + END, {400}),
    "host with a user": (b"GET / HTTP/1.1\r\nHost: a@127.0.0.1\r\n" + END, {400}),
    "long host": (b"GET / HTTP/1.1\r\nHost: " + b"a" * 9_000 + b"\r\n" + END, {400}),
    "absolute form": (b"GET http://evil.example/ HTTP/1.1\r\n" + HOST + END, {200, 400, 404}),
    "star": (b"OPTIONS * HTTP/1.1\r\n" + HOST + END, {200, 400, 404, 405}),
    "connect": (b"CONNECT evil.example:443 HTTP/1.1\r\n" + HOST + END, {400, 404, 405}),
    "trace": (b"TRACE / HTTP/1.1\r\n" + HOST + END, {405}),
    "delete": (b"DELETE /search HTTP/1.1\r\n" + HOST + END, {405}),
    "invented method": (b"FETCH / HTTP/1.1\r\n" + HOST + END, {400, 405}),
    "lower case method": (b"get / HTTP/1.1\r\n" + HOST + END, {400, 405, 200}),
    "long method": (b"A" * 5_000 + b" / HTTP/1.1\r\n" + HOST + END, {400, 405}),
    "no path": (b"GET  HTTP/1.1\r\n" + HOST + END, {400}),
    "no version": (b"GET /\r\n\r\n", {200, 400}),
    "http 9": (b"GET / HTTP/9.9\r\n" + HOST + END, {200, 400, 505}),
    "up and out": (b"GET /../../etc/passwd HTTP/1.1\r\n" + HOST + END, {404}),
    "up and out of static": (b"GET /static/../../etc/passwd HTTP/1.1\r\n" + HOST + END, {404}),
    "quoted dots": (b"GET /static/%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\n" + HOST + END, {404}),
    "backslashes": (b"GET /static/..\\..\\app.py HTTP/1.1\r\n" + HOST + END, {404}),
    "NUL in the path": (b"GET /static/%00 HTTP/1.1\r\n" + HOST + END, {400, 404}),
    "NUL in an id": (b"GET /d/%00/p/%00 HTTP/1.1\r\n" + HOST + END, {404}),
    "raw NUL": (b"GET /\x00 HTTP/1.1\r\n" + HOST + END, {400, 404}),
    "raw bytes": (b"GET /\xff\xfe HTTP/1.1\r\n" + HOST + END, {400, 404}),
    "long path": (b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\n" + HOST + END, {404, 414, 431}),
    "longer path": (b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\n" + HOST + END, {400, 414, 431}),
    "long query": (b"GET /search?q=" + b"a" * 30_000 + b" HTTP/1.1\r\n" + HOST + END, {400, 431}),
    "split lines in the query": (b"GET /search?q=%0d%0aX:1 HTTP/1.1\r\n" + HOST + END, {200, 400}),
    "split lines in an id": (b"GET /d/%0d%0aX:1/ HTTP/1.1\r\n" + HOST + END, {404}),
    "slashes": (b"GET //evil.example/ HTTP/1.1\r\n" + HOST + END, {200, 308, 404}),
    "a huge header": (GET + b"X: " + b"a" * 70_000 + b"\r\n" + END, {400, 431}),
    "many headers": (GET + b"".join(b"X-%d: a\r\n" % n for n in range(4_000)) + END, {400, 431}),
    "folded header": (GET + b"X: a\r\n b\r\n" + END, {200, 400}),
    "header without colon": (GET + b"XXXX\r\n" + END, {400}),
    "space before colon": (GET + b"X : a\r\n" + END, {400}),
    "bare line feeds": (b"GET / HTTP/1.1\nHost: 127.0.0.1\n\n", {200, 400, 408, 0}),
    "control characters": (GET + b"X: \x01\x02\r\n" + END, {200, 400}),
    "body too long": (POST + b"Content-Length: 99999999\r\n" + END, {413}),
    "length below nothing": (POST + b"Content-Length: -1\r\n" + END, {400}),
    "length no number": (POST + b"Content-Length: abc\r\n" + END, {400}),
    "two lengths": (POST + b"Content-Length: 1\r\nContent-Length: 2\r\n" + END, {400}),
    "length and chunks": (
        POST + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n" + END + b"0\r\n\r\n",
        {400, 405},
    ),
    "unknown coding": (POST + b"Transfer-Encoding: gzip\r\n" + END, {501}),
    "bad chunk": (POST + b"Transfer-Encoding: chunked\r\n" + END + b"zz\r\n", {400}),
    "chunk too long": (
        POST + b"Transfer-Encoding: chunked\r\n" + END + b"fffffffffffff\r\n",
        {400, 405, 413, 408, 0},
    ),
    "post to a page": (POST + b"Content-Length: 3\r\n" + END + b"abc", {405}),
    "large post": (POST + b"Content-Length: 200000\r\n" + END + b"a" * 200_000, {405, 413}),
    "expect": (POST + b"Content-Length: 99999999\r\nExpect: 100-continue\r\n" + END, {413}),
    "expect nothing": (GET + b"Expect: 100-continue\r\n" + END, {200}),
    "upgrade": (GET + b"Upgrade: websocket\r\nConnection: Upgrade\r\n\r\n", {200, 400}),
    "tls": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 80, {400, 408, 0}),
    "nothing but line ends": (b"\r\n" * 200, {0}),
    "noise": (bytes(range(256)) * 8, {400, 408, 0}),
    "pipelined": (GET + b"\r\n" + GET + b"\r\n" + GET + END, {200}),
    "smuggled": (
        POST + b"Content-Length: 4\r\n\r\nabcdGET /nowhere HTTP/1.1\r\n" + HOST + END,
        {405},
    ),
    "forwarded": (GET + b"X-Forwarded-Host: evil.example\r\nForwarded: host=evil\r\n" + END, {200}),
    "range": (GET + b"Range: bytes=0-99999999999999999999\r\n" + END, {200}),
    "bad cookie": (GET + b"Cookie: \xff\xfe=;;;=\r\n" + END, {200}),
    "bad authorisation": (GET + b"Authorization: Basic \xff\xff\r\n" + END, {200}),
    "bad etag": (b"GET /static/gongwen.css HTTP/1.1\r\n" + HOST + b'If-None-Match: \xff"\r\n' + END, {200, 304}),
}  # fmt: skip


def run(trials: int, seed: int, long: bool) -> tuple[int, int]:
    tally, rng = Tally(), random.Random(seed)
    with scratch("w3") as folder:
        library = fill_library(folder / "library", rng, 20)
        with serving(library, log=folder / "notes") as service:
            service.visitor().get("/search?q=a")
            threads = service.figures()["threads"]
            slow = [begin_slowly(service.port, kind) for kind in range(30)]
            names = list(ABUSES)
            for turn in range(trials):
                if turn < len(names):
                    name = names[turn]
                    data, allowed = ABUSES[name]
                    tally.trial(*told(name, exchange(service.port, data), allowed))
                else:
                    name = rng.choice(names)
                    data = mutate(ABUSES[name][0], rng)
                    tally.trial(
                        *told(f"mutated {name} {data[:80]!r}", exchange(service.port, data))
                    )
            tally.trial(*late(slow))
            reply = service.visitor().get("/search?q=a")
            tally.trial(*([] if reply.status == 200 else [f"afterwards {reply.status}"]))
            lost = threads - service.figures()["threads"]
            tally.trial(*([f"{lost} workers lost"] if lost > 0 else []))
        tally.trial(*(f"in the log: {one}" for one in leaks((folder / "notes").read_bytes())))
    return tally.result()


def mutate(data: bytes, rng: random.Random) -> bytes:
    """Return the bytes with some of them changed, doubled or lost, and the end of the sending."""
    changed = bytearray(data[:4_000])
    for _ in range(rng.randrange(1, 6)):
        at = rng.randrange(len(changed) + 1)
        match rng.randrange(4):
            case 0:
                changed[at : at + 1] = bytes([rng.randrange(256)])
            case 1:
                del changed[at : at + rng.randrange(1, 20)]
            case 2:
                changed[at:at] = rng.choice(
                    [b"\r\n", b"\x00", b" ", b":", b"%", b"\xff", b"HTTP/1.1"]
                )
            case _:
                changed[at:at] = changed[at : at + rng.randrange(1, 40)]
    return bytes(changed)


def exchange(port: int, data: bytes) -> bytes:
    """Send bytes and the end of the sending, return all that comes back; never waits for long."""
    with socket.create_connection(("127.0.0.1", port), timeout=8) as stream:
        try:
            stream.sendall(data)
            stream.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # refused while we were still sending
        received = b""
        try:
            while piece := stream.recv(65536):
                received += piece
        except OSError:
            pass
    return received


def told(name: str, received: bytes, allowed: set[int] | None = None) -> list[str]:
    found = [f"{name}: shows {one}" for one in leaks(received)]
    status = STATUS.match(received)
    code = int(status[1]) if status else 0
    if allowed is None:
        allowed = {0, *range(200, 500), 501, 505}
    if code not in allowed:
        found.append(f"{name}: status {code} {received[:120]!r}")
    if status:
        head = received.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")[1:]
        headers = {key.lower(): value for key, _, value in (line.partition(": ") for line in head)}
        found += [f"{name}: lacks {one}" for one in lacks(headers)] if code != 100 else []
    return found


def begin_slowly(port: int, kind: int) -> socket.socket:
    """Open a connection that never finishes what it says."""
    stream = socket.create_connection(("127.0.0.1", port), timeout=60)
    beginnings = [GET, POST + b"Content-Length: 1000\r\n\r\nab", b"", b"G"]
    stream.sendall(beginnings[kind % len(beginnings)])
    stream.settimeout(60)
    return stream


def late(slow: list[socket.socket]) -> list[str]:
    """Every slow connection is answered 408, or closed where it said nothing at all."""
    found, started = [], time.monotonic()
    for kind, stream in enumerate(slow):
        with stream:
            received = b""
            try:
                while piece := stream.recv(65536):
                    received += piece
            except OSError as error:
                found.append(f"slow client {kind}: {error!r}")
        status = STATUS.match(received)
        if (int(status[1]) if status else 0) != (0 if kind % 4 == 2 else 408):
            found.append(f"slow client {kind}: {received[:100]!r}")
    print(f"slow clients were let go within {time.monotonic() - started:.0f} s of the last abuse")
    return found
