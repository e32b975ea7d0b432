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


def come(server):
    return socket.create_connection(("127.0.0.1", server.port))


def test_readers_who_come_at_once_are_all_taken_in(monkeypatch):
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
            stack.enter_context(come(first))
        until = time.monotonic() + PATIENCE
        while sum(map(connections_of, servers)) < READERS and time.monotonic() < until:
            time.sleep(0.01)

        shares = [connections_of(each) for each in servers]

        for server in servers:
            server.stop()
        for thread in threads:
            thread.join()
    assert sum(shares) == READERS  # none was left at the door
    assert min(shares) > 0


def test_who_has_taken_a_reader_in_leaves_the_next_to_others(monkeypatch):
    monkeypatch.setattr(http_server, "YIELD", 0.3)
    monkeypatch.setattr(http_server, "LONGEST_YIELD", 0.3)
    with HttpServer(Flask("empty"), "127.0.0.1", 0, ServeLimits(), shared=True) as server:
        (listener,) = server._listeners
        listener.handle_accept()  # where another process was quicker
        assert listener.readable()
        with come(server):
            listener.handle_accept()
            assert connections_of(server) == 1
            assert not listener.readable()
            time.sleep(0.3)
            assert listener.readable()


def test_a_service_that_shares_with_nobody_lets_nobody_wait():
    with HttpServer(Flask("empty"), "127.0.0.1", 0, ServeLimits()) as server:
        (listener,) = server._listeners
        with come(server):
            listener.handle_accept()

            assert connections_of(server) == 1
            assert listener.readable()
