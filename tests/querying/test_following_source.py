"""A new generation goes into service without keeping anybody waiting."""

from __future__ import annotations

import gc
import threading
import weakref
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace

from indexer.errors import ClusterUnreachableError, IndexDamagedError
from search.derived import RENEWED
from search.engine_source import LOOK_EVERY, FollowingSource
from search.memory_engine import MemoryEngine
from search.visibility import VisibleSource


class Shelf(FollowingSource):
    """Generations by number; opening one may take long."""

    def __init__(self) -> None:
        self.now = 0.0
        super().__init__(clock=lambda: self.now)
        self.published = 1
        self.damaged = False
        self.may_open = threading.Event()
        self.may_open.set()
        self.opens = threading.Event()
        self.engines: dict[MemoryEngine, int] = {}

    def _open(self):
        number = self.published
        self.opens.set()
        assert self.may_open.wait(30)
        if self.damaged:
            raise IndexDamagedError(Path("索引"), "坏了")
        engine = MemoryEngine([])
        self.engines[engine] = number
        return engine, datetime.now().astimezone()

    def _read_pointer(self):
        return str(self.published)

    def number(self):
        with self.borrow() as engine:
            return self.engines[engine]

    def look_later(self):
        self.now += LOOK_EVERY

    @contextmanager
    def opening(self, number, seen):
        """Let a reader be at opening a generation until the block ends."""
        self.published = number
        self.look_later()
        self.opens.clear()
        self.may_open.clear()
        opener = threading.Thread(target=lambda: seen.append(self.number()))
        opener.start()
        assert self.opens.wait(30)
        yield
        self.may_open.set()
        opener.join()


def test_the_newest_generation_is_in_service_after_the_next_look():
    shelf = Shelf()
    assert shelf.number() == 1
    shelf.published = 2
    assert shelf.number() == 1
    shelf.look_later()
    assert shelf.number() == 2


def test_where_somebody_follows_no_reader_opens_it():
    shelf = Shelf()
    assert shelf.number() == 1
    shelf.published = 2
    shelf.follow()
    assert shelf.number() == 2


def test_a_new_generation_is_warmed_up_before_anybody_else_has_it():
    shelf, warmed = Shelf(), []
    assert shelf.number() == 1
    shelf.published = 2
    shelf.follow(lambda engine: warmed.append((shelf.engines[engine], shelf.number())))
    assert warmed == [(2, 1)]
    assert shelf.number() == 2


def test_who_warms_engines_up_is_left_to_look():
    shelf = Shelf()
    assert shelf.number() == 1
    shelf.follow(lambda _engine: None)
    shelf.published = 2
    shelf.look_later()
    assert shelf.number() == 1
    shelf.now += RENEWED
    assert shelf.number() == 2


def test_a_generation_that_warming_finds_damaged_is_closed_and_leaves_the_old_one(monkeypatch):
    shelf, closed = Shelf(), []
    assert shelf.number() == 1
    shelf.published = 2
    monkeypatch.setattr(MemoryEngine, "close", lambda engine: closed.append(shelf.engines[engine]))

    def ask(_engine):
        raise IndexDamagedError(Path("索引"), "坏了")

    shelf.follow(ask)
    assert (closed, shelf.number()) == ([2], 1)


def test_a_generation_that_cannot_be_warmed_up_is_in_service_all_the_same():
    shelf = Shelf()
    assert shelf.number() == 1
    shelf.published = 2

    def ask(_engine):
        raise ClusterUnreachableError("检索集群", "没有回答")

    shelf.follow(ask)
    assert shelf.number() == 2


def test_while_one_opens_it_the_others_search_on():
    shelf, seen = Shelf(), []
    assert shelf.number() == 1
    with shelf.opening(2, seen):
        assert shelf.number() == 1
    assert seen == [2]
    assert shelf.number() == 2


def test_a_generation_that_cannot_be_opened_leaves_the_old_one_in_service():
    shelf = Shelf()
    assert shelf.number() == 1
    shelf.published, shelf.damaged = 2, True
    shelf.look_later()
    assert shelf.number() == 1
    shelf.damaged = False
    shelf.look_later()
    assert shelf.number() == 2


def test_what_is_opened_for_a_source_that_was_closed_is_closed_as_well():
    shelf, seen = Shelf(), []
    assert shelf.number() == 1
    with shelf.opening(2, seen):
        shelf.close()
    assert sorted(shelf.engines.values()) == [1, 2, 2]  # the reader who came after the end opens
    shelf.close()


def test_those_who_see_less_hold_no_engine_that_nobody_else_has():
    shelf = Shelf()
    library = SimpleNamespace(sequence=lambda: 1, hidden=frozenset)
    visible = VisibleSource(shelf, library)
    with visible.borrow():
        held = weakref.ref(next(iter(shelf.engines)))
    shelf.engines.clear()
    visible.let_go()
    gc.collect()
    assert held() is not None  # still the one in service

    shelf.published = 2
    shelf.follow()
    visible.let_go()
    gc.collect()
    assert held() is None


def test_an_engine_that_takes_long_to_close_keeps_nobody_waiting(monkeypatch):
    shelf, seen = Shelf(), []
    assert shelf.number() == 1
    shelf.published = 2

    def close(_engine):
        reader = threading.Thread(target=lambda: seen.append(shelf.number()))
        reader.start()
        reader.join(30)

    monkeypatch.setattr(MemoryEngine, "close", close)
    shelf.follow()
    assert seen == [2]
