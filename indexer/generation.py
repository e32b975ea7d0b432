"""Index generations (代): folders that are complete before anyone can see them.

```
index/                 0700: a Whoosh index holds pickles, so whoever may write it may run code
  CURRENT              the name of the published generation
  gen-000042/          segment files, table of contents, manifest.json
  LOCK                 held by the one writer (`indexer.index_lock`)
  work-…/              a generation while it is written; swept when the next writer starts
```

Whoosh never asks the disk to keep anything, so a power cut can empty its files long after they were
written. Here every file and folder is synced before the pointer names the generation, and nothing
of it is opened by Whoosh before size and sha256 of each file agree with the manifest.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import tempfile
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from indexer.analyzer import default_analyzer
from indexer.errors import IndexDamagedError, IndexMissingError, IndexStaleError
from indexer.fields import schema_fingerprint

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

FORMAT = 1
KEPT_GENERATIONS = 3
POINTER = "CURRENT"
MANIFEST = "manifest.json"
_NAME = re.compile(r"gen-([0-9]{6,12})")
_WORK_PREFIX = "work-"
_PRIVATE = 0o700


class FileFacts(NamedTuple):
    """What the manifest knows of a file."""

    size: int
    sha256: str


class Fingerprints(NamedTuple):
    """What an index was built with: field table, and analyzer with its word lists."""

    schema: str
    analyzer: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation says about itself (清单)."""

    fingerprints: Fingerprints
    library: str  # the library's identity
    sequence: int  # the library's sequence number the index agrees with
    records: int
    circulars: int
    files: Mapping[str, FileFacts]

    def to_bytes(self) -> bytes:
        """Return the manifest as JSON, with a checksum of itself."""
        facts = {"format": FORMAT, **asdict(self)}
        return json.dumps({**facts, "sha256": _digest(facts)}, indent=1, sort_keys=True).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Manifest:
        """Read a manifest; raises ValueError, KeyError or TypeError where it is not a sound one."""
        facts: dict[str, Any] = json.loads(data)
        if facts.pop("sha256") != _digest(facts):
            raise ValueError("清单的校验值不符")
        if facts.pop("format") != FORMAT:
            raise ValueError("索引格式的版本不同")
        facts["fingerprints"] = Fingerprints(*facts["fingerprints"])
        facts["files"] = {name: FileFacts(*each) for name, each in facts["files"].items()}
        return cls(**facts)


def _digest(facts: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Generation:
    """A complete, verified generation."""

    path: Path
    manifest: Manifest

    @property
    def number(self) -> int:
        """The number in the folder's name."""
        return _number_of(self.path.name)


# Reading


def program_fingerprints() -> Fingerprints:
    """Return what this program would build an index with."""
    return Fingerprints(schema_fingerprint(), default_analyzer().fingerprint)


def current(
    root: Path,
    *,
    expected: Fingerprints | None = None,
    on_warning: Callable[[str], None] | None = None,
) -> Generation:
    """Return the published generation, or the newest sound one before it, with a warning.

    Args:
        root: the index folder.
        expected: what it must have been built with; this program's own where not given.
        on_warning: told in Chinese about every generation that had to be passed over.

    Raises:
        IndexMissingError: nothing was ever published here.
        IndexDamagedError: no generation is sound.
        IndexStaleError: it was built with other fields, word lists or code.
    """
    names = list(_candidates(root))
    if not names:
        raise IndexMissingError(root)
    problems: list[IndexDamagedError] = []
    for name in names:
        try:
            found = verify(root / name)
        except IndexDamagedError as error:
            problems.append(error)
            continue
        _check_fingerprints(found, expected or program_fingerprints())
        if on_warning is not None:
            for problem in problems:
                on_warning(f"{problem} 现使用上一代索引 {name}。")
        return found
    raise problems[0]


def _candidates(root: Path) -> Iterator[str]:
    """Yield the names of generations to try: the published one, then those before it."""
    published = _read_pointer(root)
    names = sorted(_generation_names(root), key=_number_of, reverse=True)
    if published is None:
        yield from names
    else:
        yield published
        yield from (name for name in names if _number_of(name) < _number_of(published))


def _read_pointer(root: Path) -> str | None:
    try:
        name = (root / POINTER).read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return None
    return name if _NAME.fullmatch(name) else None


def _generation_names(root: Path) -> list[str]:
    try:
        return [path.name for path in root.iterdir() if _NAME.fullmatch(path.name)]
    except (FileNotFoundError, NotADirectoryError):
        return []


def _number_of(name: str) -> int:
    return int(name.removeprefix("gen-"))


def verify(folder: Path) -> Generation:
    """Return the generation in a folder, its files compared with its manifest.

    The contents of files are read once per process, as long as nothing touches the files.
    """
    try:
        manifest = Manifest.from_bytes((folder / MANIFEST).read_bytes())
        present = {path.name: path.lstat() for path in folder.iterdir() if path.name != MANIFEST}
    except OSError as error:
        raise IndexDamagedError(folder, f"无法读取（{error.strerror}）") from error
    except (ValueError, KeyError, TypeError) as error:
        raise IndexDamagedError(folder, "清单不完整或已改动") from error
    # A file too many is as bad as one too few: Whoosh would run what is in a newer contents table.
    if present.keys() != manifest.files.keys():
        odd = ", ".join(sorted(present.keys() ^ manifest.files.keys()))
        raise IndexDamagedError(folder, f"文件缺失或多余：{odd}")
    for name, facts in manifest.files.items():
        status = present[name]
        if status.st_size != facts.size:
            raise IndexDamagedError(folder, f"{name} 的长度不符")
        if _sha256_of(folder / name, status.st_ino, status.st_mtime_ns) != facts.sha256:
            raise IndexDamagedError(folder, f"{name} 的校验值不符")
    return Generation(folder, manifest)


@lru_cache(maxsize=4_096)
def _sha256_of(path: Path, inode: int, modified: int) -> str:  # noqa: ARG001 # part of the key
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise IndexDamagedError(path, f"无法读取（{error.strerror}）") from error


def _check_fingerprints(found: Generation, expected: Fingerprints) -> None:
    has = found.manifest.fingerprints
    if has.schema != expected.schema:
        raise IndexStaleError(found.path, "字段表")
    if has.analyzer != expected.analyzer:
        raise IndexStaleError(found.path, "切词程序或词典")


# Writing; only the holder of the lock may call these


def prepare_root(root: Path) -> None:
    """Make the index folder, for this user alone."""
    root.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)


def sweep(root: Path) -> None:
    """Remove what a writer left behind that was killed."""
    published = _read_pointer(root)
    (root / f"{POINTER}.new").unlink(missing_ok=True)
    for path in root.iterdir():
        unpublished = published is not None and (
            _NAME.fullmatch(path.name) and _number_of(path.name) > _number_of(published)
        )
        if path.name.startswith(_WORK_PREFIX) or unpublished:
            shutil.rmtree(path, ignore_errors=True)


def start_work(root: Path, base: Generation | None) -> Path:
    """Return a new work folder; it shares the files of `base`, which are never written again."""
    work = root / tempfile.mkdtemp(prefix=_WORK_PREFIX, dir=root)
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
    number = 1 + max(map(_number_of, _generation_names(root)), default=0)
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
    for name in _generation_names(root):
        if _number_of(name) <= newest - KEPT_GENERATIONS:
            # What cannot be removed now is tried again after the next publication.
            with suppress(OSError):
                shutil.rmtree(root / name)
