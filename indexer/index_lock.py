"""One writer at a time (写锁): a lock that dies with its process and says who holds it."""

from __future__ import annotations

import fcntl
import json
import os
import socket
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from indexer.errors import IndexBusyError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LOCK = "LOCK"
_PAUSE = 0.05


@contextmanager
def hold_lock(root: Path, timeout: float) -> Iterator[None]:
    """Hold the writer's lock of an index folder; raises `IndexBusyError` after `timeout` seconds.

    The file is never deleted: a process that still waits for a deleted one would hold nothing.
    """
    descriptor = os.open(root / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        _acquire(descriptor, root, timeout)
        _sign(descriptor)
        yield
    finally:
        os.close(descriptor)  # which also lets the lock go


def lock_holder(root: Path) -> str:
    """Return in Chinese who is writing the index now; "" where nobody is (写锁)."""
    try:
        descriptor = os.open(root / LOCK, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return ""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _holder(descriptor) or "另一个进程"
    else:
        return ""
    finally:
        os.close(descriptor)


def _acquire(descriptor: int, root: Path, timeout: float) -> None:
    deadline = time.monotonic() + timeout
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if time.monotonic() >= deadline:
                raise IndexBusyError(root, _holder(descriptor), timeout) from error
            time.sleep(_PAUSE)
        else:
            return


def _sign(descriptor: int) -> None:
    started = datetime.now(tz=UTC).isoformat(timespec="seconds")
    facts = {"pid": os.getpid(), "host": socket.gethostname(), "started": started}
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, json.dumps(facts).encode(), 0)


def _holder(descriptor: int) -> str:
    """Return who signed the lock, in Chinese; "" where the file does not say."""
    try:
        facts = json.loads(os.pread(descriptor, 1_000, 0))
        return f"{facts['host']} 上的进程 {facts['pid']}（{facts['started']} 起）"
    except (ValueError, KeyError, TypeError):
        return ""
