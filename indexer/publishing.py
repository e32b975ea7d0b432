"""Publishing a generation (发布), so that neither a kill nor a power cut can half do it.

Whoosh never asks the disk to keep anything, so a power cut can empty its files long after they were
written. Here every file and folder is synced before the pointer names the generation. Only the
holder of the lock (`indexer.index_lock`) may call anything here.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from indexer.generation import (
    MANIFEST,
    POINTER,
    FileFacts,
    Generation,
    Manifest,
    generation_names,
    is_generation,
    number_of,
    read_pointer,
)

KEPT_GENERATIONS = 3
_WORK_PREFIX = "work-"
_PRIVATE = 0o700


def prepare_root(root: Path) -> None:
    """Make the index folder, for this user alone."""
    root.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)


def sweep(root: Path) -> None:
    """Remove what a writer left behind that was killed."""
    published = read_pointer(root)
    (root / f"{POINTER}.new").unlink(missing_ok=True)
    for path in root.iterdir():
        unpublished = published is not None and (
            is_generation(path.name) and number_of(path.name) > number_of(published)
        )
        if path.name.startswith(_WORK_PREFIX) or unpublished:
            shutil.rmtree(path, ignore_errors=True)


def start_work(root: Path, base: Generation | None) -> Path:
    """Return a new work folder; it shares the files of `base`, which are never written again."""
    work = Path(tempfile.mkdtemp(prefix=_WORK_PREFIX, dir=root))  # holds root already
    if base is not None:
        for name in base.manifest.files:
            _link(base.path / name, work / name)
    return work


def _link(source: Path, target: Path) -> None:
    try:
        target.hardlink_to(source)
    except OSError:  # a file system without hard links
        shutil.copy2(source, target)


def publish(root: Path, work: Path, facts: Manifest, base: Generation | None) -> Generation:
    """Make a finished work folder the current generation, so that a power cut cannot undo it.

    `facts` comes without files; those shared with `base` are not read again.
    """
    known = {} if base is None else base.manifest.files
    files = {
        path.name: known.get(path.name) or _file_facts(path) for path in sorted(work.iterdir())
    }
    manifest = replace(facts, files=files)
    _write_synced(work / MANIFEST, manifest.to_bytes())
    for name in files.keys() - known.keys():
        _sync(work / name)
    _sync(work)
    number = 1 + max(map(number_of, generation_names(root)), default=0)
    final = root / f"gen-{number:06d}"
    work.rename(final)
    _sync(root)
    _point_to(root, final.name)
    _drop_old(root, number)
    return Generation(final, manifest)


def drop_work(work: Path) -> None:
    """Remove a work folder that will not be published."""
    shutil.rmtree(work, ignore_errors=True)


def _file_facts(path: Path) -> FileFacts:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return FileFacts(path.stat().st_size, digest)


def _point_to(root: Path, name: str) -> None:
    fresh = root / f"{POINTER}.new"
    _write_synced(fresh, f"{name}\n".encode())
    fresh.replace(root / POINTER)
    _sync(root)


def _write_synced(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _drop_old(root: Path, newest: int) -> None:
    for name in generation_names(root):
        if number_of(name) <= newest - KEPT_GENERATIONS:
            # What cannot be removed now is tried again after the next publication.
            with suppress(OSError):
                shutil.rmtree(root / name)
