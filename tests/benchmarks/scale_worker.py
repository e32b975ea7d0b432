"""What a web worker holds of every circular (目录): time to read it, memory, time of one search.

Each worker keeps a line, the title and the number of every circular, reads those that have changed
and makes the tables of them anew: they grow with circulars, not with matches. The library is a real one on disk,
whose rows were written at once, without texts.
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpus.library import Library
from corpus.library_database import DATABASE
from corpus.library_schema import circulars, revisions, sources
from search.numbers import NumberDirectory
from search.suggest import Completions
from tests.benchmarks.scale_engines import status_mb
from tests.benchmarks.scale_records import TITLE_WORDS, Simulated

if TYPE_CHECKING:
    from collections.abc import Iterator

SIZES = (10_000, 30_000, 100_000, 300_000)
ASKED = 20

_DAY = "2016-09-14"


def hold_lists(circulars_held: int) -> dict[str, Any]:
    """Return what the lists of so many circulars take, in a process of its own."""
    words = Simulated().words
    with tempfile.TemporaryDirectory(prefix="gongwen-scale-") as folder:
        Library.open(folder, create=True).close()
        _fill(Path(folder), words, circulars_held)
        with Library.open(folder) as library:
            before, began = status_mb(os.getpid(), "RssAnon"), time.process_time()
            summaries = {one.id: one for one in library.summary()}
            read = time.process_time() - began
            completions = Completions((), [(one.id, one.title) for one in summaries.values()])
            numbers = NumberDirectory(one.number for one in summaries.values())
            made = time.process_time() - began
            held = status_mb(os.getpid(), "RssAnon") - before
            _fill(Path(folder), words, 1, first=circulars_held)
            began = time.process_time()
            summaries = {one.id: one for one in library.summary()}
            read_again = time.process_time() - began
            completions = Completions((), [(one.id, one.title) for one in summaries.values()])
            numbers = NumberDirectory(one.number for one in summaries.values())
            made_again = time.process_time() - began
    began = time.process_time()
    for place in range(ASKED):
        completions.find_titles(words[200 + place])
    asked = (time.process_time() - began) * 1_000 / ASKED
    assert numbers.find("1号")
    return {
        "circulars": circulars_held,
        "read_cpu_s": read,
        "make_cpu_s": made,
        "read_again_cpu_s": read_again,
        "make_again_cpu_s": made_again,
        "held_mb": held,
        "titles_cpu_ms": asked,
    }


def _fill(folder: Path, words: list[str], count: int, first: int = 0) -> None:
    """Write the rows that so many lines of the list are read from, from a number on."""
    with sqlite3.connect(folder / DATABASE) as database:
        database.execute("PRAGMA foreign_keys = OFF")
        for table in (circulars, sources, revisions):
            names = [column.name for column in table.columns]
            marks = ",".join(f":{name}" for name in names)
            rows = ({**dict.fromkeys(names, ""), **row} for row in _rows(words, count, first))
            database.executemany(
                f"INSERT INTO {table.name} ({','.join(names)}) VALUES ({marks})", rows
            )
        database.execute("UPDATE meta SET sequence = ?", (first + count,))
    database.close()


def _rows(words: list[str], count: int, first: int) -> Iterator[dict[str, Any]]:
    """Yield what the three tables hold of each circular."""
    for number in range(first, first + count):
        # A step that has no factor in common with the vocabulary reaches every word.
        places = (number * 7_919 + place * 101 for place in range(TITLE_WORDS))
        title = "".join(words[place % len(words)] for place in places)
        yield {
            "id": f"c{number:07d}",
            "circular_id": f"c{number:07d}",
            "revision": 1,
            "removed": 0,
            "sequence": number + 1,
            "sha256": f"{number:064x}",
            "title": title,
            "folded_title": title,
            "number": f"云府办〔{2001 + number % 24}〕{number % 99_999 + 1}号",
            "date": _DAY,
            "issuers": "[]",
            "paragraphs": 20,
            "measures": 2,
            "size": 0,
        }
