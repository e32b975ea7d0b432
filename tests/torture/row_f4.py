"""Damaged, truncated, swapped, missing and added index files: found, and never answered from."""

from __future__ import annotations

import os
import random
import shutil
from typing import TYPE_CHECKING

from corpus.ingest import add_paths
from corpus.library import Library
from indexer import generation
from indexer.build import update_index
from indexer.errors import IndexerError
from indexer.generation import current
from indexer.index_checking import check_index
from indexer.whoosh_reader import IndexReader
from tests.torture.adding import index_root_of, write_circulars
from tests.torture.outcome import Tally, scratch

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SHORT = 1_000
LONG = 10_000
GENERATIONS = 3
REPAIRED = 50  # every so many trials the index is mended as the message says
TERMS = ("打假", "监管", "公安", "工作", "云港")


def run(trials: int, seed: int, long: bool) -> tuple[int, int]:
    """Damage one file of an index; `gongwen check` must say so, and no wrong answer be given."""
    rng = random.Random(seed)
    tally = Tally()
    with scratch("F4") as folder, Library.open(folder / "library", create=True) as library:
        right = {}
        for number in range(GENERATIONS):
            write_circulars(folder / "files", rng, number * 10 + 1, 8)
            add_paths(library, [folder / "files"], workers=0)
            sequence = update_index(library).sequence
            right[sequence] = _answers(index_root_of(library.folder))
        sound = folder / "sound"
        index_root_of(library.folder).rename(sound)
        for number in range(trials):
            shutil.copytree(sound, index_root_of(library.folder))
            tally.trial(*_trial(library, right, rng, repair=not number % REPAIRED))
            shutil.rmtree(index_root_of(library.folder))
    return tally.result()


def _trial(library: Library, right: dict, rng: random.Random, *, repair: bool) -> list[str]:
    root = index_root_of(library.folder)
    what = _damage(root, rng)
    generation._CHECKSUMS.clear()  # `gongwen check` is a process of its own
    problems = []
    if not check_index(library):
        problems.append("check found nothing")
    warnings: list[str] = []
    try:
        found = current(root, on_warning=warnings.append)
        if found.manifest.sequence < max(right) and not warnings:
            problems.append("an older generation serves without a word")
        if _answers(root) != right[found.manifest.sequence]:
            problems.append("wrong hits without an error")
    except IndexerError:
        pass  # said, and nothing answered
    if repair:
        update_index(library, rebuild=True)
        remains = check_index(library)
        if _answers(root) != right[max(right)] or remains:
            problems.append(f"not mended by a rebuild: {remains}")
    return [f"{what}: {each}" for each in problems]


def _answers(root: Path) -> list[tuple[str, ...]]:
    reader = IndexReader(current(root).path)
    found = [reader.ids(reader.postings("grams", term).docs) for term in TERMS]
    reader.close()
    return [tuple(sorted(each)) for each in found]


def _damage(root: Path, rng: random.Random) -> str:
    """Do something to a file of the index; return what."""
    files = sorted(path for path in root.rglob("*") if path.is_file() and path.name != "LOCK")
    while True:
        path = rng.choice(files)
        before = path.read_bytes()
        damage = rng.choice(DAMAGES)
        after = damage(before, rng, files)
        if after == before:
            continue
        status = path.stat()
        if after is None:
            path.unlink()
        else:
            path.write_bytes(after)
            if rng.random() < 0.5:  # rot leaves the times as they were
                os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
        return f"{damage.__name__} {path.relative_to(root)}"


def flip_bit(data: bytes, rng: random.Random, _files: list) -> bytes:
    place = rng.randrange(len(data) or 1)
    return data[:place] + bytes([data[place] ^ 1 << rng.randrange(8)]) + data[place + 1 :]


def zero_block(data: bytes, rng: random.Random, _files: list) -> bytes:
    start = rng.randrange(len(data) or 1)
    size = min(len(data) - start, rng.choice((1, 16, 512, 4_096)))
    return data[:start] + bytes(size) + data[start + size :]


def truncate(data: bytes, rng: random.Random, _files: list) -> bytes:
    return data[: rng.randrange(len(data) or 1)]


def extend(data: bytes, rng: random.Random, _files: list) -> bytes:
    return data + rng.randbytes(rng.randint(1, 4_096))


def swap(_data: bytes, rng: random.Random, files: list) -> bytes:
    return rng.choice(files).read_bytes()


def remove(_data: bytes, _rng: random.Random, _files: list) -> None:
    return None


DAMAGES: tuple[Callable[[bytes, random.Random, list], bytes | None], ...] = (
    flip_bit,
    flip_bit,
    zero_block,
    truncate,
    extend,
    swap,
    remove,
)
