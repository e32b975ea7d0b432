"""The processes beside the first of a service are started, and started again, whatever happens."""

from __future__ import annotations

import io
import time

import pytest

from tests.serving.conftest import PATIENCE
from webui import workers
from webui.cli_serve import ServeOptions
from webui.workers import Workers


class Process:
    """A worker that lives until its input ends."""

    def __init__(self, *_args, **_options):
        self.stdin = io.StringIO()
        self.returncode = None

    def poll(self):
        return 0 if self.stdin.closed else None

    def wait(self, timeout=None):
        return self.poll()


@pytest.fixture(autouse=True)
def _soon(monkeypatch):
    monkeypatch.setattr(workers, "LOOK_EVERY", 0.01)
    monkeypatch.setattr(workers, "FIRST_REST", 0.01)


def wait_until(holds):
    until = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.01)


def test_one_that_cannot_be_started_now_is_started_later(monkeypatch):
    tried = []

    def start(*args, **options):
        tried.append(args)
        if len(tried) < 3:
            raise BlockingIOError("no process left")
        return Process()

    monkeypatch.setattr(workers.subprocess, "Popen", start)
    beside = Workers("library", ServeOptions(workers=2), [])
    beside.start()
    wait_until(lambda: beside._running)
    beside.close(1.0)

    assert len(tried) == 3


def test_none_is_started_any_more_once_they_are_to_end(monkeypatch):
    monkeypatch.setattr(workers.subprocess, "Popen", Process)
    beside = Workers("library", ServeOptions(workers=3), [])
    beside.drain()

    beside._start_missing(0.0)  # which would otherwise try for ever

    assert beside._running == []


def test_one_that_dies_is_replaced(monkeypatch):
    monkeypatch.setattr(workers.subprocess, "Popen", Process)
    beside = Workers("library", ServeOptions(workers=2), [])
    beside.start()
    wait_until(lambda: beside._running)
    first = beside._running[0]
    first.stdin.close()
    wait_until(lambda: beside._running and beside._running[0] is not first)
    now = list(beside._running)
    beside.close(1.0)

    assert len(now) == 1
    assert first not in now
