"""The desk of a service is renewed beside its readers, whatever goes wrong meanwhile."""

from __future__ import annotations

import time

from corpus.errors import LibraryMissingError
from tests.serving.conftest import PATIENCE
from webui import desk_keeping
from webui.desk_keeping import DeskKeeper


class Desk:
    """A desk that counts how often it is renewed, and at first cannot be."""

    def __init__(self) -> None:
        self.renewed = 0

    def renew(self):
        self.renewed += 1
        if self.renewed == 1:
            raise LibraryMissingError("库")


def test_a_library_that_is_not_there_ends_nothing(monkeypatch):
    monkeypatch.setattr(desk_keeping, "LOOK_EVERY", 0.01)
    desk = Desk()
    keeper = DeskKeeper(desk)
    keeper.start()
    until = time.monotonic() + PATIENCE
    while desk.renewed < 3:
        assert time.monotonic() < until
        time.sleep(0.01)
    keeper.stop()

    renewed = desk.renewed
    time.sleep(0.05)

    assert desk.renewed == renewed
