"""Processes that take connections from the same sockets share them out among themselves."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import ExitStack

from flask import Flask

from tests.serving.conftest import PATIENCE
from webui import http_server
from webui.http_server import HttpServer
from webui.limits import ServeLimits

READERS = 8


def connections_of(server):
    return sum(len(each.active_channels) for each in server._listeners)


def test_readers_who_come_at_once_are_shared_out(monkeypatch):
    monkeypatch.setattr(http_server, "YIELD", 0.05)  # so that a busy machine is no quicker
    monkeypatch.setattr(http_server, "LONGEST_YIELD", 0.5)
    app, limits = Flask("empty"), ServeLimits()
    with ExitStack() as stack:
        first = stack.enter_context(HttpServer(app, "127.0.0.1", 0, limits, shared=True))
        bound = [each.dup() for each in first.sockets]
        beside = HttpServer(app, "127.0.0.1", first.port, limits, sockets=bound)
        servers = (first, stack.enter_context(beside))
        threads = [threading.Thread(target=each.run) for each in servers]
        for thread in threads:
            thread.start()
        for _ in range(READERS):
            stack.enter_context(socket.create_connection(("127.0.0.1", first.port)))
        until = time.monotonic() + PATIENCE
        while sum(map(connections_of, servers)) < READERS and time.monotonic() < until:
            time.sleep(0.01)

        shares = [connections_of(each) for each in servers]

        for server in servers:
            server.stop()
        for thread in threads:
            thread.join()
    assert sum(shares) == READERS
    assert min(shares) >= READERS // 4


def test_a_service_that_shares_with_nobody_lets_nobody_wait():
    with HttpServer(Flask("empty"), "127.0.0.1", 0, ServeLimits()) as server:
        (listener,) = server._listeners
        with socket.create_connection(("127.0.0.1", server.port)):
            listener.handle_accept()

            assert connections_of(server) == 1
            assert listener.readable()
