"""Tampered indexes: foreign code in them never runs, with a key not even under a right checksum."""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import pickle
import random
import shutil
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from whoosh import __version__ as whoosh_version
from whoosh.filedb.filestore import FileStorage
from whoosh.index import _CURRENT_TOC_VERSION, _FLOAT_SIZE, _INT_SIZE, _LONG_SIZE

from corpus.ingest import add_paths
from corpus.library import Library
from indexer import generation
from indexer.build import update_index
from indexer.errors import IndexerError
from indexer.generation import MANIFEST, FileFacts, Manifest, pointer_text
from indexer.index_checking import check_index
from indexer.index_key import KEY_VARIABLE
from indexer.whoosh_schema import build_schema
from search.requests import SearchRequest
from search.searcher import Searcher
from tests.torture.adding import index_root_of, write_circulars
from tests.torture.outcome import Tally, scratch

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SHORT = 1
LONG = 5
KEY = b"a key of more than thirty-two bytes, kept elsewhere"


def run(trials: int, seed: int, long: bool) -> tuple[int, int]:
    """Put foreign code into every place where stock Whoosh would run it, sealed in every way."""
    rng = random.Random(seed)
    tally = Tally()
    for _ in range(trials):
        with scratch("F5") as folder:
            _one_round(folder, rng, tally)
    return tally.result()


def _one_round(folder: Path, rng: random.Random, tally: Tally) -> None:
    key_file = folder / "key"
    key_file.write_bytes(KEY)
    os.environ[KEY_VARIABLE] = str(key_file)
    with Library.open(folder / "library", create=True) as library:
        write_circulars(folder / "files", rng, 1, 3)
        add_paths(library, [folder / "files"], workers=0)
        update_index(library)
        sound = folder / "sound"
        index_root_of(library.folder).rename(sound)
        for tamper, (seal, keyed), use in itertools.product(TAMPERS, SEALS, USES):
            root = index_root_of(library.folder)
            shutil.copytree(sound, root)
            marker = folder / "foreign code ran"
            target = tamper(root, marker)
            seal(target)
            if not keyed:  # an index published without a key must be refused by its checksums
                del os.environ[KEY_VARIABLE]
            generation._CHECKSUMS.clear()
            problems = [] if use(library) else ["not refused"]
            os.environ[KEY_VARIABLE] = str(key_file)
            if marker.exists():
                problems.append("foreign code ran")
                marker.rmdir()
            what = f"{tamper.__name__}, {seal.__name__}, {use.__name__}"
            tally.trial(*(f"{what}: {each}" for each in problems))
            shutil.rmtree(root)
        del os.environ[KEY_VARIABLE]
        _say_what_a_key_is_for(library, sound, folder / "foreign code ran")


def _say_what_a_key_is_for(library: Library, sound: Path, marker: Path) -> None:
    """Print in how many places code would run for one who may write, where there is no key."""
    ran = 0
    for tamper in TAMPERS:
        root = index_root_of(library.folder)
        shutil.copytree(sound, root)
        with_right_checksums(tamper(root, marker))
        with suppress(Exception):
            by_searching(library)
        if marker.exists():
            ran += 1
            marker.rmdir()
        shutil.rmtree(root)
    print(f"without a key, under right checksums: foreign code ran in {ran} of {len(TAMPERS)}")


class Foreign:
    """Makes a folder when it is unpickled."""

    def __init__(self, marker: Path) -> None:
        self._marker = marker

    def __reduce__(self):
        return os.mkdir, (str(self._marker),)


# Where code is put; each returns the generation it is in


def schema_of_the_contents_table(root: Path, marker: Path) -> Path:
    target = root / "gen-000001"
    _write_toc(target, _toc_number(target), Foreign(marker), [])
    return target


def segments_of_the_contents_table(root: Path, marker: Path) -> Path:
    target = root / "gen-000001"
    _write_toc(target, _toc_number(target), build_schema(), Foreign(marker))
    return target


def a_newer_contents_table(root: Path, marker: Path) -> Path:
    target = root / "gen-000001"
    _write_toc(target, _toc_number(target) + 1, Foreign(marker), Foreign(marker))
    return target


def directory_of_a_segment(root: Path, marker: Path) -> Path:
    target = root / "gen-000001"
    postings = next(target.glob("*.pst"))
    postings.write_bytes(postings.read_bytes() + pickle.dumps(Foreign(marker)))
    return target


def a_generation_of_its_own(root: Path, marker: Path) -> Path:
    target = root / "gen-000002"
    shutil.copytree(root / "gen-000001", target)
    _write_toc(target, _toc_number(target), Foreign(marker), Foreign(marker))
    (root / "CURRENT").write_text(pointer_text(target.name), encoding="ascii")
    return target


def _toc_number(folder: Path) -> int:
    return int(next(folder.glob("*.toc")).stem.rpartition("_")[2])


def _write_toc(folder: Path, number: int, schema: object, segments: object) -> None:
    """Write a table of contents as Whoosh 2.7.4 does, whatever is in it."""
    name = next(folder.glob("*.toc")).stem.rpartition("_")[0]
    stream = FileStorage(str(folder)).create_file(f"{name}_{number}.toc")
    for size in (_INT_SIZE, _LONG_SIZE, _FLOAT_SIZE):
        stream.write_varint(size)
    stream.write_int(-12345)
    stream.write_int(_CURRENT_TOC_VERSION)
    for part in whoosh_version[:3]:
        stream.write_varint(part)
    stream.write_string(pickle.dumps(schema, 2))
    stream.write_int(number)
    stream.write_int(0)
    stream.write_pickle(segments)
    stream.close()


# How it is sealed


def left_as_it_was(target: Path) -> None:
    pass


def with_right_checksums(target: Path) -> None:
    (target / MANIFEST).write_bytes(_manifest_of(target).to_bytes())


def with_the_old_signature(target: Path) -> None:
    data = json.loads(_manifest_of(target).to_bytes())
    data["signature"] = json.loads((target / MANIFEST).read_bytes())["signature"]
    (target / MANIFEST).write_text(json.dumps(data), encoding="utf-8")


def signed_with_another_key(target: Path) -> None:
    (target / MANIFEST).write_bytes(_manifest_of(target).to_bytes(b"another key" * 4))


def _manifest_of(target: Path) -> Manifest:
    known = Manifest.from_bytes((target / MANIFEST).read_bytes())
    files = {
        path.name: FileFacts(path.stat().st_size, hashlib.sha256(path.read_bytes()).hexdigest())
        for path in target.iterdir()
        if path.name != MANIFEST
    }
    return replace(known, files=files)


# Who opens it; each tells whether the tampered generation was refused


def by_searching(library: Library) -> bool:
    searcher = Searcher(library)
    try:
        searcher.search(SearchRequest(q="监管"))
    except IndexerError:
        return True
    finally:
        searcher.close()
    return _serves_the_first(library)


def by_checking(library: Library) -> bool:
    return bool(check_index(library))


def by_updating(library: Library) -> bool:
    return update_index(library).changed > 0 or _serves_the_first(library)


def by_rebuilding(library: Library) -> bool:
    return update_index(library, rebuild=True).changed > 0


def _serves_the_first(library: Library) -> bool:
    """Tell whether the generation before the tampered one serves."""
    found = generation.current(index_root_of(library.folder))
    return found.path.name == "gen-000001" and (found.path.parent / "gen-000002").exists()


TAMPERS: tuple[Callable[[Path, Path], Path], ...] = (
    schema_of_the_contents_table,
    segments_of_the_contents_table,
    a_newer_contents_table,
    directory_of_a_segment,
    a_generation_of_its_own,
)
SEALS: tuple[tuple[Callable[[Path], None], bool], ...] = (
    (left_as_it_was, False),
    (left_as_it_was, True),
    (with_right_checksums, True),
    (with_the_old_signature, True),
    (signed_with_another_key, True),
)
USES: tuple[Callable[[Library], bool], ...] = (
    by_searching,
    by_checking,
    by_updating,
    by_rebuilding,
)
