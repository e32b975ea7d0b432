"""A damaged library database: opened or refused with a reason, never with an accident of another kind.

SQLite keeps no checksums of its pages, so a flipped bit inside a value that nothing else repeats
cannot be found; how many are is printed. The promise is that damage never ends in anything but a
sound answer, a finding or an error of ours; against loss there are backups.
"""

from __future__ import annotations

import random
import sqlite3
from typing import TYPE_CHECKING

from corpus.errors import LibraryError
from corpus.ingest import add_paths
from corpus.library import Library
from tests.torture.adding import write_circulars
from tests.torture.outcome import Tally, scratch
from tests.torture.row_f4 import flip_bit, truncate, zero_block

if TYPE_CHECKING:
    from pathlib import Path

SHORT = 200
LONG = 5_000


def run(trials: int, seed: int, long: bool) -> tuple[int, int]:
    """Damage the database and ask `gongwen check`."""
    rng = random.Random(seed)
    tally = Tally()
    visible = found = 0
    with scratch("F4B") as folder:
        with Library.open(folder / "library", create=True) as library:
            write_circulars(folder / "files", rng, 1, 12)
            add_paths(library, [folder / "files"], workers=0)
        database = folder / "library" / "library.sqlite"
        sound = database.read_bytes()
        right = _said(database)
        for _ in range(trials):
            damage = rng.choice((flip_bit, flip_bit, flip_bit, zero_block, truncate))
            damaged = damage(sound, rng, [])
            _replace(database, damaged)
            changed = _said(database) != right
            _replace(database, damaged)
            noticed, problem = _check(folder / "library")
            visible += changed
            found += changed and noticed
            tally.trial(*([f"{damage.__name__}: {problem}"] if problem else []))
    print(f"of {visible} damages that changed what a table says, {found} were found")
    return tally.result()


def _check(folder: Path) -> tuple[bool, str]:
    """Return whether damage was noticed, and what went wrong in looking."""
    try:
        with Library.open(folder) as library:
            return bool(library.check()), ""
    except LibraryError:
        return True, ""
    except Exception as error:  # noqa: BLE001 # whatever it is, it is a failure
        return True, f"{type(error).__name__}: {error}"


def _replace(database: Path, data: bytes) -> None:
    for beside in database.parent.glob("library.sqlite*"):
        beside.unlink()
    database.write_bytes(data)


def _said(database: Path) -> object:
    """Return what every table says; None where SQLite cannot tell."""
    connection = sqlite3.connect(database)
    connection.text_factory = bytes
    try:
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        return [
            (name, connection.execute(f'SELECT * FROM "{name.decode()}"').fetchall())
            for (name,) in tables.fetchall()
        ]
    except (sqlite3.Error, UnicodeDecodeError):
        return None
    finally:
        connection.close()
