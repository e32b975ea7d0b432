"""Several processes behind one address: all answer, one that dies is replaced, none is left over."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest

PATIENCE = 180  # an interpreter starts in that time, whatever else the machine does


@pytest.fixture(autouse=True)
def at_the_root(repository, monkeypatch):
    monkeypatch.chdir(repository)


@contextmanager
def serving(library):
    command = [sys.executable, "-m", "webui.cli", "--library", str(library), "serve"]
    process = subprocess.Popen(
        [*command, "--port", "0", "--workers", "2"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process, process.stdout.readline().strip()
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate(timeout=PATIENCE)


def wait_until(is_so):
    until = time.monotonic() + PATIENCE
    while not (found := is_so()):
        assert time.monotonic() < until
        time.sleep(0.1)
    return found


def worker_of(process):
    """Return the id of the other process, once it is there."""

    def found():
        lists = Path(f"/proc/{process.pid}/task").glob("*/children")
        return [int(each) for path in lists for each in path.read_text().split()]

    return wait_until(found)[0]


def answering(address):
    """Return which process answered, by its start."""
    with urllib.request.urlopen(f"{address}metrics", timeout=PATIENCE) as answer:
        return re.search(r"\nprocess_start_time_seconds (\S+)", answer.read().decode())[1]


def test_two_processes_answer_at_one_address_and_end_together(sample_library):
    with serving(sample_library) as (process, address):
        worker = worker_of(process)
        seen = set()
        wait_until(lambda: seen.add(answering(address)) or len(seen) == 2)
        process.send_signal(signal.SIGTERM)
        _, notes = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    assert "Traceback" not in notes
    assert not Path(f"/proc/{worker}").exists()


def test_a_process_that_dies_is_replaced_and_none_outlives_the_first(sample_library):
    with serving(sample_library) as (process, address):
        worker = worker_of(process)
        os.kill(worker, signal.SIGKILL)
        another = wait_until(lambda: (now := worker_of(process)) != worker and now)
        assert answering(address)
        process.kill()
        process.wait(timeout=PATIENCE)
        wait_until(lambda: not Path(f"/proc/{another}").exists())
