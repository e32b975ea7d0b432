"""A kill and a full disk at every single file operation of an update."""

from __future__ import annotations

import errno
import gc
import os
import signal
import sys

import pytest

from indexer.build import index_root, update_index
from indexer.fields import schema_fingerprint
from indexer.generation import Fingerprints, current
from indexer.whoosh_reader import IndexReader

# `fork` keeps the analyzer's half second out of each of some hundred trials.
pytestmark = pytest.mark.filterwarnings("ignore:This process .* is multi-threaded")

FILE_EVENTS = {"open", "os.rename", "os.remove", "os.mkdir", "os.link", "os.rmdir", "os.truncate"}
NOT_REACHED = 0
MOST_OPERATIONS = 1_000


def found(library, analyzer) -> tuple[str, ...]:
    expected = Fingerprints(schema_fingerprint(), analyzer.fingerprint)
    reader = IndexReader(current(index_root(library), expected=expected).path)
    ids = reader.ids(reader.postings("grams", "打假").docs)
    reader.close()
    return ids


def update_in_child(library, analyzer, fail_at: int, failure) -> bool:
    """Update in a forked child whose n-th file operation fails; return whether it got so far."""
    child = os.fork()
    if not child:
        watched = _Watch(str(index_root(library)), fail_at, failure)
        try:
            sys.addaudithook(watched)
            update_index(library, analyzer=analyzer)
        finally:
            os._exit(NOT_REACHED if watched.seen < fail_at else 1)
    _, status = os.waitpid(child, 0)
    return status != NOT_REACHED


class _Watch:
    """Counts file operations below a folder; the n-th fails."""

    def __init__(self, folder: str, fail_at: int, failure) -> None:
        self.seen = 0
        self._folder = folder
        self._fail_at = fail_at
        self._failure = failure

    def __call__(self, event: str, arguments: tuple) -> None:
        if event in FILE_EVENTS and str(arguments[0]).startswith(self._folder):
            self.seen += 1
            if self.seen == self._fail_at:
                self._failure()


def kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def fill_disk() -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize("failure", [kill, fill_disk])
def test_whichever_file_operation_fails_the_index_opens_and_the_next_update_works(
    library, analyzer, failure
):
    update_index(library, analyzer=analyzer)
    library.put("c3", "打假")
    standing = ("c1/p_2",), ("c1/p_2", "c3/p_1")
    fail_at = 0
    while True:
        fail_at += 1
        assert fail_at < MOST_OPERATIONS
        reached = update_in_child(library, analyzer, fail_at, failure)

        assert found(library, analyzer) in standing, f"operation {fail_at}"
        update_index(library, analyzer=analyzer)
        assert "c3/p_1" in found(library, analyzer), f"operation {fail_at}"
        names = {path.name[:4] for path in index_root(library).iterdir()}
        assert names == {"CURR", "LOCK", "gen-"}, f"operation {fail_at}"
        if not reached:
            break
        library.remove("c3")
        update_index(library, analyzer=analyzer)
        library.put("c3", "打假")

    assert fail_at > 20, "the watch saw too few file operations to prove anything"


@pytest.mark.parametrize("failure", [kill, fill_disk])
def test_the_first_build_may_fail_anywhere_too(tmp_path, library, analyzer, failure):
    for fail_at in range(1, 30):
        fresh = type(library)(tmp_path / f"{failure.__name__}{fail_at}")
        fresh.put("c1", "打假")

        update_in_child(fresh, analyzer, fail_at, failure)

        assert update_index(fresh, analyzer=analyzer).records == 1
        assert found(fresh, analyzer) == ("c1/p_1",)


def test_the_garbage_collector_runs_again_after_an_error(library, analyzer):
    def fail(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        update_index(library, analyzer=analyzer, on_progress=fail)

    assert gc.isenabled()
