"""Locks of a library in a folder: a process has them until it lets go of the library, or loses data.

POSIX gives locks to the process, not to whoever opened the file: closing any descriptor of a file
drops all that the process has on it (SQLite, "How To Corrupt An SQLite Database File", 2.2).
"""

from __future__ import annotations

import subprocess
import sys

import pytest

from corpus.ingest import add_paths
from corpus.library import Library

_LOOK = """
import sys
from corpus.library import Library
with Library.open(sys.argv[1]) as library:
    print(len(library.circular_ids()))
"""


@pytest.fixture
def library(folder_library):
    """What stands here is about files."""
    return folder_library


def count_elsewhere(library):
    """Let another process open the library, count its circulars and let go of it."""
    command = [sys.executable, "-c", _LOOK, str(library.folder)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return int(done.stdout)


def again(library):
    Library.open(library.folder).close()


def again_in_vain(library):
    with pytest.raises(ValueError, match="no"), Library.open(library.folder):
        raise ValueError("no")


def added_by_mistake(library):
    add_paths(library, [library.folder / "library.sqlite"])


def added_with_its_folder(library):
    add_paths(library, [library.folder.parent])


@pytest.mark.parametrize(
    "looked_at", [again, again_in_vain, added_by_mistake, added_with_its_folder]
)
def test_nobody_else_clears_away_what_an_open_library_still_writes_to(
    library, add, circular, looked_at
):
    add(circular("加强监管。", number="青川政发〔2024〕1号"))
    log = library.folder / "library.sqlite-wal"
    before = log.stat().st_ino

    looked_at(library)
    assert count_elsewhere(library) == 1
    assert log.stat().st_ino == before  # the last who lets go removes it

    add(circular("加强协调。", number="青川政发〔2024〕2号"))
    assert len(library.circular_ids()) == 2
    assert count_elsewhere(library) == 2
