"""While a library grows, its index follows."""

from __future__ import annotations

import threading

from indexer.build import index_root, update_index
from indexer.generation import current
from indexer.index_following import IndexFollower
from indexer.index_lock import hold_lock

SOON = 30.0


def wait_until(holds) -> bool:
    waiting = threading.Event()
    for _ in range(int(SOON / 0.02)):
        if holds():
            return True
        waiting.wait(0.02)
    return False


def reached(library, sequence) -> bool:
    try:
        return current(index_root(library)).manifest.sequence >= sequence
    except Exception:  # noqa: BLE001 # not yet there, or between two
        return False


def test_what_comes_in_is_indexed_before_the_end(library):
    with IndexFollower(library, look_every=0.01):
        assert wait_until(lambda: reached(library, 2))
        library.put("c3", "打假")
        assert wait_until(lambda: reached(library, 3))


def test_another_writer_is_waited_for(library):
    update_index(library)
    with IndexFollower(library, look_every=0.01):
        with hold_lock(index_root(library), timeout=5.0):
            library.put("c3", "打假")
        assert wait_until(lambda: reached(library, 3))


def test_an_end_in_the_middle_of_an_update_leaves_the_index_sound(library):
    for number in range(200):
        library.put(f"d{number}", "打假专项整治")
    with IndexFollower(library, look_every=0.0):
        wait_until((index_root(library) / "LOCK").exists)

    assert update_index(library).circulars == 202
    assert {path.name[:4] for path in index_root(library).iterdir()} == {"CURR", "LOCK", "gen-"}


def test_an_index_that_cannot_be_written_does_not_stop_the_adding(library):
    index_root(library).write_bytes(b"in the way")

    with IndexFollower(library, look_every=0.01) as follower:
        follower._thread.join(SOON)

    assert not follower._thread.is_alive()
