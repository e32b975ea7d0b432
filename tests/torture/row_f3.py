"""A full disk, an I/O error, a spent quota: at the n-th write, then n + 1, until all goes well."""

from __future__ import annotations

import errno
import itertools
import os
import random
import resource
import shutil
import subprocess
from functools import partial
from typing import TYPE_CHECKING

from indexer.analyzer import Analyzer
from indexer.build import index_root, update_index
from indexer.disk import Disk
from indexer.errors import IndexNotWritableError
from indexer.fields import schema_fingerprint
from indexer.generation import Fingerprints, current
from indexer.index_lock import hold_lock
from tests.generations.conftest import FakeLibrary
from tests.torture.adding import (
    DONE,
    REFUSED,
    Child,
    Told,
    debris,
    problems_after,
    warm_up,
    write_circulars,
)
from tests.torture.outcome import Tally, scratch

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SHORT = 1
LONG = 20
FAULTS = (errno.ENOSPC, errno.EIO, errno.EDQUOT)
LARGEST_FILE = 4_000_000
DISK = 80_000_000  # more than the floor below which nothing is added at all
LARGEST_ROOM = 16_000_000


def run(trials: int, seed: int, long: bool) -> tuple[int, int]:
    """Go through all n so many times, each time with other circulars."""
    rng = random.Random(seed)
    tally = Tally()
    with scratch("F3") as folder:
        warm_up(folder / "empty")
        for number in range(trials):
            place = folder / f"round-{number}"
            place.mkdir()
            for fault, stays in itertools.product(FAULTS, (False, True)):
                _fail_at_the_door(place / f"door-{fault}-{stays}", fault, tally, stays=stays)
            _limit_files(place, folder / "empty", rng, tally)
            _limit_disk(place, folder / "empty", rng, tally)
            shutil.rmtree(place)
    return tally.result()


# At the door of publishing, in this process


class FaultyDisk(Disk):
    """Its n-th change fails; with `stays` those after it too, but for removals."""

    def __init__(self, fail_at: int, fault: int, *, stays: bool) -> None:
        self.seen = 0
        self._fail_at = fail_at
        self._fault = fault
        self._stays = stays

    def _change(self) -> None:
        self.seen += 1
        if self.seen == self._fail_at or (self._stays and self.seen > self._fail_at):
            raise OSError(self._fault, os.strerror(self._fault))

    def make_work_folder(self, root: Path, prefix: str) -> Path:
        self._change()
        return super().make_work_folder(root, prefix)

    def share(self, source: Path, target: Path) -> None:
        self._change()
        super().share(source, target)

    def write(self, path: Path, data: bytes) -> None:
        path.write_bytes(data[: len(data) // 2])  # what fitted stays
        self._change()
        super().write(path, data)

    def rename(self, source: Path, target: Path) -> None:
        self._change()
        super().rename(source, target)

    def sync(self, path: Path) -> None:
        self._change()
        super().sync(path)


def _fail_at_the_door(place: Path, fault: int, tally: Tally, *, stays: bool) -> None:
    analyzer = Analyzer({}, [])
    for fail_at in itertools.count(1):
        library = FakeLibrary(place / str(fail_at))
        library.put("c1", "打假专项整治")
        update_index(library, analyzer=analyzer)
        library.put("c2", "打假专项整治")
        disk = FaultyDisk(fail_at, fault, stays=stays)
        problems = []
        try:
            update_index(library, analyzer=analyzer, disk=disk)
        except IndexNotWritableError as error:
            if os.strerror(fault) not in str(error):
                problems.append(f"unclear: {error}")
        expected = Fingerprints(schema_fingerprint(), analyzer.fingerprint)
        if current(index_root(library), expected=expected).manifest.sequence < 1:
            problems.append("the old generation is gone")
        with hold_lock(index_root(library), timeout=1.0):
            pass
        if update_index(library, analyzer=analyzer).circulars != 2:
            problems.append("the next update left something out")
        problems += debris(index_root(library))
        tally.trial(*(f"door, operation {fail_at}: {each}" for each in problems))
        if disk.seen < fail_at:
            return


# In all that is written, SQLite's and Whoosh's files included, in a child


def _limit_files(place: Path, empty: Path, rng: random.Random, tally: Tally) -> None:
    """No file may grow beyond so many bytes: the write that would do it fails."""
    for limit in _growing(1_000, LARGEST_FILE):
        library, files = _begin(place, empty, rng)
        sizes = limit, limit
        told = Child(
            library, files, first=partial(resource.setrlimit, resource.RLIMIT_FSIZE, sizes)
        ).wait()
        if _end(f"files up to {limit} bytes", library, files, told, tally):
            return


def _limit_disk(place: Path, empty: Path, rng: random.Random, tally: Tally) -> None:
    """A small file system in memory that fills up when the adding has begun."""
    disk = place / "disk"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "gongwen-torture", disk]
    if os.geteuid() or subprocess.run(command, check=False, capture_output=True).returncode:
        print("no small file system was mounted: that needs root")
        return
    filler = disk / "filler"
    try:
        for left in _growing(4_096, LARGEST_ROOM):
            library, files = _begin(place, empty, rng, disk)
            told = Child(library, files, started=partial(_fill, filler, left)).wait()
            filler.unlink()
            if _end(f"disk with {left} bytes left", library, files, told, tally):
                return
    finally:
        subprocess.run(["umount", disk], check=True)


def _fill(filler: Path, left: int, _files: int) -> None:
    with filler.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, shutil.disk_usage(filler.parent).free - left)


def _growing(first: int, last: int) -> Iterator[int]:
    size = first
    while size < last:
        yield size
        size = size * 5 // 4
    yield last


def _begin(
    place: Path, empty: Path, rng: random.Random, disk: Path | None = None
) -> tuple[Path, Path]:
    library, files = (disk or place) / "library", place / "files"
    shutil.copytree(empty, library)
    shutil.rmtree(files, ignore_errors=True)
    write_circulars(files, rng, 1, 4)
    return library, files


def _end(what: str, library: Path, files: Path, told: Told | None, tally: Tally) -> bool:
    """Judge a trial; return whether nothing stood in its way any more."""
    problems = problems_after(library, files, told, endings=(DONE, REFUSED), goes_on=True)
    if told is not None and told.killed:
        problems.append("was killed")
    if told is not None and told.status == REFUSED and "磁盘" not in told.message:
        problems.append(f"unclear: {told.message}")
    tally.trial(*(f"{what}: {each}" for each in problems))
    shutil.rmtree(library)
    return told is not None and told.status == DONE
