"""Power cuts of a whole library on a real ext4, by its shutdown ioctl: needs root and loop devices."""

from __future__ import annotations

import fcntl
import os
import random
import shutil
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tests.torture.adding import Child, problems_after, warm_up, write_circulars
from tests.torture.outcome import NotRunError, Tally, scratch

if TYPE_CHECKING:
    from collections.abc import Iterator

SHORT = 20
LONG = 200
CHAIN = 5  # power cuts of one library
FILES = 5
IMAGE_BYTES = 160_000_000  # more than twice the floor below which nothing is added
SHUTDOWN = 0x8004587D  # EXT4_IOC_SHUTDOWN
WITHOUT_FLUSHING = 2
LONGEST_RUN = 1.5


def run(trials: int, seed: int, long: bool) -> tuple[int, int]:
    """Cut the power of a file system while `gongwen add` writes to it, then mount it again."""
    if os.geteuid() or not shutil.which("mkfs.ext4") or not Path("/dev/loop-control").exists():
        raise NotRunError("mounting an ext4 image needs root, mkfs.ext4 and loop devices")
    rng = random.Random(seed)
    tally = Tally()
    with scratch("F2B") as folder:
        image, place = folder / "image", folder / "mounted"
        place.mkdir()
        with image.open("wb") as file:
            file.truncate(IMAGE_BYTES)
        subprocess.run(["mkfs.ext4", "-q", "-F", image], check=True)
        warm_up(folder / "empty")
        for number in range(trials):
            library, files = (
                place / f"library-{number // CHAIN}",
                folder / f"files-{number // CHAIN}",
            )
            write_circulars(files, rng, number * FILES + 1, FILES)
            with _mounted(image, place):
                for old in place.glob("library-*"):
                    if old != library:
                        shutil.rmtree(old)
                if not library.exists() and rng.random() < 0.7:  # else its making is cut too
                    shutil.copytree(folder / "empty", library)
                    os.sync()
                child = Child(library, files)
                time.sleep(rng.random() * LONGEST_RUN)
                # Nobody hears anything after a power cut. Here the process lives on for a moment,
                # and an fsync that this cut overtakes says that it is done though it is not.
                before = child.told_so_far()
                _cut_power(place)
                told = child.wait()
                if told is not None:
                    told.stored, told.sequence = before.stored, before.sequence
            with _mounted(image, place):
                goes_on = rng.random() < 0.3
                tally.trial(*problems_after(library, files, told, goes_on=goes_on))
    return tally.result()


@contextmanager
def _mounted(image: Path, place: Path) -> Iterator[None]:
    mounted = subprocess.run(
        ["mount", "-t", "ext4", "-o", "loop", image, place], check=False, capture_output=True
    )
    if mounted.returncode:
        raise NotRunError(f"the ext4 image cannot be mounted: {mounted.stderr.decode().strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", place], check=True)


def _cut_power(place: Path) -> None:
    """Let the file system at `place` write nothing more; never any other one."""
    if place.stat().st_dev == place.parent.stat().st_dev or not place.is_mount():
        raise AssertionError("not the image's file system")
    descriptor = os.open(place, os.O_RDONLY)
    try:
        if os.fstat(descriptor).st_dev == place.parent.stat().st_dev:
            raise AssertionError("not the image's file system")
        fcntl.ioctl(descriptor, SHUTDOWN, WITHOUT_FLUSHING.to_bytes(4, "little"))
    finally:
        os.close(descriptor)
