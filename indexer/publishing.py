"""Publishing a generation (发布), so that neither a kill nor a power cut can half do it.

Whoosh never asks the disk to keep anything, so a power cut can empty its files long after they were
written. Here every file and folder is synced before the pointer names the generation. Only the
holder of the lock (`indexer.index_lock`) may call anything here.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

from indexer.disk import DISK
from indexer.errors import IndexDamagedError
from indexer.generation import (
    MANIFEST,
    POINTER,
    FileFacts,
    Generation,
    Manifest,
    generation_names,
    is_generation,
    number_of,
    pointer_text,
    read_pointer,
    verify,
)
from indexer.index_key import read_key

if TYPE_CHECKING:
    from pathlib import Path

    from indexer.disk import Disk

KEPT_GENERATIONS = 3
_WORK_PREFIX = "work-"
_PRIVATE = 0o700


def prepare_root(root: Path, disk: Disk = DISK) -> None:
    """Make the index folder, for this user alone."""
    disk.make_folder(root, _PRIVATE)


def sweep(root: Path, disk: Disk = DISK) -> tuple[str, ...]:
    """Remove what a writer left behind that was killed, and return the names of it."""
    published = read_pointer(root)
    left = []
    for path in sorted(root.iterdir()):
        unpublished = published is not None and (
            is_generation(path.name) and number_of(path.name) > number_of(published)
        )
        if path.name == f"{POINTER}.new":
            disk.remove(path)
        elif path.name.startswith(_WORK_PREFIX) or unpublished:
            disk.remove_folder(path)
        else:
            continue
        left.append(path.name)
    return tuple(left)


def start_work(root: Path, base: Generation | None, disk: Disk = DISK) -> Path:
    """Return a new work folder; it shares the files of `base`, which are never written again."""
    work = disk.make_work_folder(root, _WORK_PREFIX)
    if base is not None:
        for name in base.manifest.files:
            disk.share(base.path / name, work / name)
    return work


def publish(
    root: Path, work: Path, facts: Manifest, base: Generation | None, disk: Disk = DISK
) -> Generation:
    """Make a finished work folder the current generation, so that a power cut cannot undo it.

    `facts` comes without files; those shared with `base` are not read again. The manifest is signed
    where a key is configured (`indexer.index_key`).
    """
    known = {} if base is None else base.manifest.files
    files = {
        path.name: known.get(path.name) or _file_facts(path) for path in sorted(work.iterdir())
    }
    manifest = replace(facts, files=files)
    _write_synced(work / MANIFEST, manifest.to_bytes(read_key()), disk)
    for name in files.keys() - known.keys():
        disk.sync(work / name)
    disk.sync(work)
    number = 1 + max(map(number_of, generation_names(root)), default=0)
    final = root / f"gen-{number:06d}"
    disk.rename(work, final)
    disk.sync(root)
    if base is None:  # the first of all: the folder of the index may itself be new
        disk.sync(root.parent)
    _point_to(root, final.name, disk)
    _drop_old(root, number, disk, unsound=base is None)
    return Generation(final, manifest)


def drop_work(work: Path, disk: Disk = DISK) -> None:
    """Remove a work folder that will not be published."""
    disk.remove_folder(work)


def _file_facts(path: Path) -> FileFacts:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return FileFacts(path.stat().st_size, digest)


def _point_to(root: Path, name: str, disk: Disk) -> None:
    fresh = root / f"{POINTER}.new"
    _write_synced(fresh, pointer_text(name).encode(), disk)
    disk.rename(fresh, root / POINTER)
    disk.sync(root)


def _write_synced(path: Path, data: bytes, disk: Disk) -> None:
    disk.write(path, data)
    disk.sync(path)


def _drop_old(root: Path, newest: int, disk: Disk, *, unsound: bool) -> None:
    """Remove the generations before those kept, and where all was built anew the `unsound` ones."""
    for name in generation_names(root):
        old = number_of(name) <= newest - KEPT_GENERATIONS
        if old or (unsound and number_of(name) < newest and not _is_sound(root / name)):
            # What cannot be removed now is tried again after the next publication.
            disk.remove_folder(root / name)


def _is_sound(folder: Path) -> bool:
    try:
        verify(folder)
    except IndexDamagedError:
        return False
    return True
