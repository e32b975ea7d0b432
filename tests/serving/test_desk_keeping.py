"""The desk of a service is renewed beside its readers, whatever goes wrong meanwhile."""

from __future__ import annotations

import time

import pytest

from corpus.errors import LibraryMissingError
from search.derived import RENEWED
from tests.serving.conftest import PATIENCE
from webui import desk_keeping
from webui.desk_keeping import LONGEST_REST, LOOK_EVERY, DeskKeeper


class Desk:
    """A desk that counts how often it is renewed, and at first cannot be."""

    def __init__(self) -> None:
        self.renewed = 0

    def renew(self):
        self.renewed += 1
        if self.renewed == 1:
            raise LibraryMissingError("库")
        if self.renewed == 2:
            raise MemoryError


def test_a_library_that_is_not_there_ends_nothing(monkeypatch):
    monkeypatch.setattr(desk_keeping, "LOOK_EVERY", 0.01)
    desk = Desk()
    keeper = DeskKeeper(desk)
    keeper.start()
    until = time.monotonic() + PATIENCE
    while desk.renewed < 4:
        assert time.monotonic() < until
        time.sleep(0.01)
    keeper.stop()

    renewed = desk.renewed
    time.sleep(0.05)

    assert desk.renewed == renewed


def test_what_takes_long_is_renewed_more_seldom(monkeypatch):
    rests, costs = [], iter([0.001, 0.1, 9.0])

    class Stop:
        def wait(self, rest):
            rests.append(rest)
            return len(rests) == 4

    class Busy:
        def renew(self):
            spent[0] += next(costs)

    spent = [0.0]
    monkeypatch.setattr(desk_keeping.time, "thread_time", lambda: spent[0])
    keeper = DeskKeeper(Busy())
    keeper._stop = Stop()
    keeper._run()

    assert rests == pytest.approx([LOOK_EVERY, LOOK_EVERY, 1.0, LONGEST_REST])
    assert LONGEST_REST < RENEWED
