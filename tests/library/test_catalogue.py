"""The catalogue in memory is what a library opened afresh reads, whatever happened before."""

from __future__ import annotations

import random
from threading import Thread

import pytest

from corpus import library_catalogue
from corpus.ingest import add_paths
from corpus.library import Library
from corpus.library_catalogue import Catalogue
from tests.torture.adding import circular_text


@pytest.fixture
def library(tmp_path):
    with Library.open(tmp_path / "library", create=True) as library:
        yield library


def write(folder, rng, serial, *, dated=True):
    text = circular_text(rng, serial)
    path = folder / f"{serial}.txt"
    path.write_text(text if dated else text.replace("2018年3月5日", ""), encoding="utf-8")
    return path


def test_whatever_changes_the_catalogue_is_that_of_a_library_opened_afresh(library, tmp_path):
    rng = random.Random(7)
    removed = []
    for step in range(30):
        what = rng.choice(("add", "add", "change", "remove", "restore"))
        held = library.circular_ids()
        if what == "add" or not held:
            path = write(tmp_path, rng, step, dated=rng.random() < 0.7)
            add_paths(library, [path], workers=0)
        elif what == "change":
            path = rng.choice(sorted(tmp_path.glob("*.txt")))
            text = path.read_text(encoding="utf-8").replace("请认真", f"请各单位于{step}日前认真")
            path.write_text(text.replace("2018年", f"20{rng.randint(10, 25)}年"), encoding="utf-8")
            add_paths(library, [path], workers=0)
        elif what == "remove":
            removed.append(rng.choice(held))
            library.remove(removed[-1])
        elif removed:
            library.restore(removed.pop())

        with Library.open(library.folder) as afresh:
            assert library.summary() == afresh.summary()
    assert len({line.date for line in library.summary()}) > 2
    assert len(library.summary()) > 5


def test_newest_first_and_undated_last(library, tmp_path):
    rng = random.Random(1)
    for serial, year in enumerate((2011, 2023, None, 2019)):
        path = write(tmp_path, rng, serial, dated=year is not None)
        text = path.read_text(encoding="utf-8").replace("2018年", f"{year}年")
        path.write_text(text, encoding="utf-8")
        add_paths(library, [path], workers=0)

    dates = [line.date for line in library.summary()]

    assert [date[:4] for date in dates] == ["2023", "2019", "2011", ""]


def test_nothing_is_read_again_while_nothing_changes(library, tmp_path):
    add_paths(library, [write(tmp_path, random.Random(2), 1)], workers=0)

    assert library.summary() is library.summary()


def test_a_moment_keeps_its_number_and_the_next_has_the_new_one(library, tmp_path):
    path = write(tmp_path, random.Random(3), 1)
    before = library.sequence()

    with library.one_moment(), library.one_moment():
        adding = Thread(target=add_paths, args=(library, [path]), kwargs={"workers": 0})
        adding.start()
        adding.join()

        assert library.sequence() == before
    assert library.sequence() == before + 1


def test_a_reader_whom_others_have_overtaken_has_what_they_read(library, tmp_path):
    rng = random.Random(4)
    add_paths(library, [write(tmp_path, rng, 1), write(tmp_path, rng, 2)], workers=0)
    catalogue = Catalogue()

    with library._reading() as connection:
        lines = catalogue.read(connection, 2, frozenset())

        assert len(lines) == 2
        assert catalogue.read(connection, 1, frozenset()) is lines
        assert catalogue.read(connection, 1, frozenset({lines[0].id})) == lines[1:]
        assert catalogue.read(connection, 2, frozenset()) is lines


def test_a_library_brought_back_from_a_backup_is_read_anew(library, tmp_path, monkeypatch):
    now = [0.0]
    monkeypatch.setattr(library_catalogue.time, "monotonic", lambda: now[0])
    rng = random.Random(5)
    add_paths(library, [write(tmp_path, rng, 1), write(tmp_path, rng, 2)], workers=0)
    catalogue = Catalogue()
    with library._reading() as connection:
        lines = catalogue.read(connection, 9, frozenset())  # what was lost since the backup

        assert catalogue.read(connection, 2, frozenset()) is lines
        now[0] = 11.0
        again = catalogue.read(connection, 2, frozenset())

        assert again == lines
        assert again is not lines
        assert catalogue.read(connection, 2, frozenset()) is again
