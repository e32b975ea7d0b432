"""The service as `gongwen serve` builds it, on a free loopback port, and raw sockets to it."""

from __future__ import annotations

import socket
import threading
import urllib.error
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_string
from typing import TYPE_CHECKING

import pytest

from tests.libraries import fill_library, sample_texts
from webui.access import AccessRules
from webui.http_server import HttpServer
from webui.limits import ServeLimits
from webui.service import make_service

if TYPE_CHECKING:
    from email.message import Message

PATIENCE = 60


@dataclass
class Answer:
    """What came back over a socket."""

    status: int
    headers: Message
    body: str = ""


@dataclass
class Served:
    """A running service."""

    app: object
    server: HttpServer
    opener: object = field(default_factory=urllib.request.build_opener)

    @property
    def port(self):
        return self.server.port

    def get(self, path, **headers):
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", headers=names)
        try:
            with self.opener.open(request, timeout=PATIENCE) as answer:
                return Answer(answer.status, answer.headers, answer.read().decode())
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, error.headers, error.read().decode())

    def send(self, data, *, source="127.0.0.1"):
        """Send bytes as they are and read until the other side closes."""
        with socket.create_connection(
            ("127.0.0.1", self.port), timeout=PATIENCE, source_address=(source, 0)
        ) as stream:
            stream.sendall(data)
            return read_answer(stream)


def read_answer(stream):
    received = b""
    while piece := stream.recv(65536):
        received += piece
    head, _, body = received.decode("utf-8", "replace").partition("\r\n\r\n")
    first, _, rest = head.partition("\r\n")
    headers = message_from_string(rest)
    return Answer(int(first.split()[1]) if first else 0, headers, body)


@pytest.fixture(scope="session")
def filled_library(tmp_path_factory):
    return fill_library(tmp_path_factory.mktemp("serving") / "library", sample_texts())


@pytest.fixture
def serve(filled_library):
    """Serve the samples with some limits and rules until the test ends."""

    @contextmanager
    def run(limits=None, rules=None, folder=filled_library, **options):
        limits = limits or ServeLimits()
        app = make_service(str(folder), ["127.0.0.1"], limits, rules or AccessRules(), **options)
        with HttpServer(app, "127.0.0.1", 0, limits) as server:
            thread = threading.Thread(target=server.run, daemon=True)
            thread.start()
            yield Served(app, server)
            server.stop()
            thread.join(timeout=PATIENCE)
            assert not thread.is_alive()

    return run
