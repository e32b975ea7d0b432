"""TLS and a login in front of a real cluster (测试用的加密入口), as an office's gateway would be.

An OpenSearch without its security plugin knows neither. What goes through is left as it is.
"""

from __future__ import annotations

import http.client
import ssl
import subprocess
import threading
from base64 import b64encode
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from pathlib import Path

_CERTIFICATE = ("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2")


class Authority:
    """Somebody who signs certificates: `ca` is the file by which others trust it."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder = folder
        self._name = name
        self.ca, self._key = folder / f"{name}.pem", folder / f"{name}.key"
        run(*_CERTIFICATE, "-subj", f"/CN={name}", "-keyout", self._key, "-out", self.ca)

    def sign(self, host: str) -> tuple[Path, Path]:
        """Return a certificate for a host, and its key."""
        kind = "IP" if host[0].isdigit() else "DNS"
        made, key = (self._folder / f"{self._name}-{host}.{ending}" for ending in ("pem", "key"))
        run(
            *(*_CERTIFICATE, "-subj", f"/CN={host}", "-keyout", key, "-out", made),
            *("-CA", self.ca, "-CAkey", self._key, "-addext", f"subjectAltName={kind}:{host}"),
            *("-addext", "basicConstraints=critical,CA:FALSE"),
        )
        return made, key


def run(*command: str | Path) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


class TlsGate:
    """A door on loopback that lets those in who know the password, to one node of a cluster."""

    def __init__(self, certificate: tuple[Path, Path], node: int, login: str) -> None:
        self.seen: list[str] = []  # what callers said to prove themselves

        class Handler(_Handler):
            port = node
            wanted = f"Basic {b64encode(login.encode()).decode()}"
            seen = self.seen

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.socket = context.wrap_socket(
            self._server.socket, server_side=True, do_handshake_on_connect=False
        )
        self.port = self._server.server_port
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    port: int
    wanted: str
    seen: list[str]

    def handle(self) -> None:
        try:
            super().handle()
        except (OSError, ssl.SSLError):  # the caller did not trust us, or is gone
            self.close_connection = True

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        said = self.headers.get("authorization", "")
        self.seen.append(said)
        if said != self.wanted:
            self._send(401, b"Unauthorized", "text/plain")
            return
        node = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        node.request(self.command, self.path, body, {"content-type": "application/json"})
        answer = node.getresponse()
        self._send(answer.status, answer.read(), answer.headers["content-type"])
        node.close()

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = _answer  # noqa: N815 - the library's names

    def _send(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""
