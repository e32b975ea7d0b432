"""Threads of the service share a few heaps; other C libraries than glibc are left as they are."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys

import pytest

from corpus.library import Library
from webui import heaps
from webui.cli_serve import ServeOptions, serve_pages
from webui.heaps import limit_heaps
from webui.limits import ServeLimits

_THREADS = 12
# Counts the heaps after every thread has taken memory, all of them at once.
_COUNT = """
import ctypes, sys, threading
from webui.heaps import limit_heaps

libc = ctypes.CDLL(None)
if sys.argv[3] == "limited":
    assert limit_heaps(int(sys.argv[1]))
together = threading.Barrier(int(sys.argv[2]))
libc.malloc.restype = ctypes.c_void_p

def take():
    together.wait()
    libc.malloc(1000)
    together.wait()

threads = [threading.Thread(target=take) for _ in range(int(sys.argv[2]))]
for each in threads:
    each.start()
for each in threads:
    each.join()
libc.fdopen.restype = ctypes.c_void_p
out = ctypes.c_void_p(libc.fdopen(1, b"w"))
libc.malloc_info(0, out)
libc.fflush(out)
"""


def count_heaps(how):
    command = [sys.executable, "-c", _COUNT, str(ServeLimits().heaps), str(_THREADS), how]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return done.stdout.count("<heap nr=")


@pytest.mark.skipif(
    "CS_GNU_LIBC_VERSION" not in os.confstr_names, reason="这台机器的 C 库不是 glibc，没有这个限额"
)
def test_a_dozen_threads_share_as_many_heaps_as_allowed():
    assert count_heaps("free") > ServeLimits().heaps
    assert count_heaps("limited") <= ServeLimits().heaps


@pytest.mark.parametrize("trouble", [AttributeError, OSError])
def test_without_such_a_limit_nothing_is_changed(monkeypatch, trouble):
    def refuse(_name):
        raise trouble

    monkeypatch.setattr(ctypes, "CDLL", refuse)
    assert limit_heaps(2) is False


def test_a_service_has_the_limit_before_it_has_anything_else(monkeypatch, tmp_path):
    class AskedError(Exception):
        pass

    def ask(most):
        raise AskedError(most)

    Library.open(tmp_path, create=True).close()
    monkeypatch.setattr(heaps, "limit_heaps", ask)
    with pytest.raises(AskedError, match=str(ServeLimits().heaps)):
        serve_pages(str(tmp_path), ServeOptions())
