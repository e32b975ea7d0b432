"""A library in one file and back (备份与恢复): made while it is in use, restored elsewhere only.

A backup is a ZIP of the database as it was at one moment, of the audit file, and of a manifest with
the checksum of each. The index is not in it: it is a cache, and one that came from elsewhere could
run code. Restoring makes a new folder and touches no library that is there.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import lzma
import os
import shutil
import sqlite3
import struct
import tempfile
import zipfile
import zlib
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

from sqlalchemy import func, select

from corpus.audit import AUDIT_FILE
from corpus.errors import BackupError
from corpus.file_systems import network_file_system
from corpus.library_checking import check_library
from corpus.library_codec import now
from corpus.library_database import DATABASE, open_database, translated
from corpus.library_moving import move_library
from corpus.library_postgres import is_address
from corpus.library_schema import KNOWN_VERSIONS, circulars, meta

if TYPE_CHECKING:
    from collections.abc import Iterator

    from corpus.library_checking import Finding

_FORMAT: Final = 1
_MANIFEST: Final = "manifest.json"
_LONGEST_MANIFEST: Final = 1_000_000
_WORK: Final = ".gongwen-work-"
_CHUNK: Final = 1 << 20
_MEMBERS: Final = (DATABASE, AUDIT_FILE)
# What reading a damaged archive may end with; a flipped bit can ask for any compression or a key.
_DAMAGED: Final = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error),
    *(EOFError, RuntimeError, TypeError, ValueError),
)


@dataclass(frozen=True, slots=True)
class BackupFacts:
    """What a backup (备份) says about itself, and what was found wrong with the library in it."""

    made_at: str
    schema: str  # schema version of the database
    identity: str  # the library's own name, which a restored one keeps
    sequence: int
    circulars: int
    findings: tuple[Finding, ...] = ()


def back_up_library(location: Path | str, file: Path) -> BackupFacts:
    """Write a library to a new file, as it is at one moment, and check the copy.

    Others may search and add meanwhile. The file is there whole or not at all. A library on a
    server is brought into a folder first: a backup is the same file wherever it came from. The
    file may be on a network share; the copy it is made of is then beside the library.

    Raises:
        BackupError: the file is there already, or cannot be written.
        LibraryError: the library cannot be opened.
    """
    if file.exists():
        raise BackupError(str(file), "已有同名文件，没有改动它")
    opened = open_database(location, create=False)
    try:
        # No database is safe on a share: there only the finished file is put.
        shared = network_file_system(file.absolute().parent)
        desk = opened.folder / DATABASE if shared else file
        with _explained(file), _folder_beside(file) as outbox, _folder_beside(desk) as work:
            copied = work / "library"
            copied.mkdir(mode=0o700)
            if is_address(location):
                move_library(location, work / "moved")
                (work / "moved" / DATABASE).replace(copied / DATABASE)
            else:
                with opened.reader.connect() as connection:
                    held: Any = connection.connection.driver_connection
                    _copy_database(held, copied / DATABASE)
            if (opened.folder / AUDIT_FILE).exists():
                shutil.copyfile(opened.folder / AUDIT_FILE, copied / AUDIT_FILE)
            facts = _facts_of(copied, opened.location)
            made = outbox / "backup.zip"
            _pack(copied, facts, made)
            _give_name(made, file)
            _sync(file.absolute().parent)
    finally:
        opened.close()
    return facts


def restore_library(file: Path, location: Path | str) -> BackupFacts:
    """Make the library in a backup again in a folder, which must be new or empty, and check it.

    A library of an earlier schema version is brought up to date. There is no index yet.

    Raises:
        BackupError: the file is no backup or is damaged, or the folder holds something.
        LibraryTooNewError: a newer gongwen made the backup.
    """
    if is_address(location):
        place = str(location).partition("://")[0] + "://…"
        raise BackupError(place, "备份先恢复到新的文件夹，再用 gongwen move --to 迁到服务器")
    folder = Path(location)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BackupError(str(folder), "这里不是空文件夹；备份只恢复到新的位置")
    with _explained(file), _folder_beside(folder.absolute()) as work:
        restored = work / "library"
        restored.mkdir(mode=0o700)
        with _opened(file) as package:
            _unpack(package, _read_manifest(file, package), restored, file)
        open_database(restored, create=False).close()
        facts = _facts_of(restored, str(file))
        with sqlite3.connect(restored / DATABASE) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
        connection.close()
        for path in (*restored.iterdir(), restored):
            _sync(path)
        restored.replace(folder)
        _sync(folder.absolute().parent)
    return facts


@contextmanager
def _explained(file: Path) -> Iterator[None]:
    """Turn what a disk or an archive may say into our own error."""
    try:
        yield
    except OSError as error:
        raise BackupError(str(file), f"读写失败（{error.strerror or error}）") from error
    except sqlite3.Error as error:
        raise BackupError(str(file), f"读写失败（{error}）") from error


@contextmanager
def _folder_beside(target: Path) -> Iterator[Path]:
    """Lend a folder on the same disk as `target`, for this user alone; it is removed in the end.

    So are those that a killed process has left there: what is still in use is locked.
    """
    parent = target.absolute().parent
    parent.mkdir(parents=True, exist_ok=True)
    with ExitStack() as held:
        with _locked(parent):  # nobody takes a folder for left behind that is not locked yet
            for left in parent.glob(f"{_WORK}*"):
                with suppress(OSError), _locked(left, wait=False):
                    shutil.rmtree(left)
            work = Path(held.enter_context(tempfile.TemporaryDirectory(prefix=_WORK, dir=parent)))
            held.enter_context(_locked(work))
        yield work


@contextmanager
def _locked(folder: Path, *, wait: bool = True) -> Iterator[None]:
    """Hold the lock of a folder, which ends with its process; not to wait raises OSError.

    Some shares know no locks: nothing is held there, and nothing swept.
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except OSError:
            if not wait:
                raise
        yield
    finally:
        os.close(descriptor)


def _copy_database(source: sqlite3.Connection, target: Path) -> None:
    copy = sqlite3.connect(target)
    try:
        source.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")  # one file, with nothing beside it
    finally:
        copy.close()


def _facts_of(folder: Path, called: str) -> BackupFacts:
    """Read what the database in a folder says of itself, and check it; errors name what it is."""
    opened = open_database(folder, create=False)
    try:
        with translated(called), opened.reader.connect() as connection:
            identity, sequence = connection.execute(select(meta.c.identity, meta.c.sequence)).one()
            held = connection.execute(select(func.count()).where(~circulars.c.removed)).scalar_one()
            return BackupFacts(
                made_at=now(),
                schema=KNOWN_VERSIONS[-1],  # opening has brought it there
                identity=identity,
                sequence=sequence,
                circulars=held,
                findings=check_library(connection),
            )
    finally:
        opened.close()


def _pack(work: Path, facts: BackupFacts, made: Path) -> None:
    said = asdict(facts)
    del said["findings"]
    present = [name for name in _MEMBERS if (work / name).exists()]
    files = {name: _size_and_sha256((work / name).open("rb")) for name in present}
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
        manifest = {"format": _FORMAT, **said, "files": files}
        package.writestr(_MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))
        for name in present:
            package.write(work / name, name)
    made.chmod(0o600)
    _sync(made)


def _give_name(made: Path, file: Path) -> None:
    """Let a finished file be found under its name, unless another has been given it meanwhile."""
    try:
        file.hardlink_to(made)  # unlike renaming, fails where the name is taken
    except FileExistsError:
        raise
    except OSError:  # sticks and shares (vfat, exFAT, some of SMB) know no links
        file.touch(exist_ok=False)
        made.replace(file)


def _size_and_sha256(file: IO[bytes]) -> tuple[int, str]:
    with file:
        digest = hashlib.file_digest(file, "sha256")  # type: ignore[arg-type]
        return file.tell(), digest.hexdigest()


@contextmanager
def _opened(file: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(file) as package:
            yield package
    except _DAMAGED as error:
        raise BackupError(str(file), "不是 gongwen 的备份，或已损坏") from error


def _read_manifest(file: Path, package: zipfile.ZipFile) -> dict[str, Any]:
    try:
        with package.open(_MANIFEST) as member:
            manifest = json.loads(member.read(_LONGEST_MANIFEST))
        known = manifest["format"] == _FORMAT and set(manifest["files"]) <= set(_MEMBERS)
    except (KeyError, TypeError) as error:
        raise BackupError(str(file), "不是 gongwen 的备份，或已损坏") from error
    if not known or DATABASE not in manifest["files"]:
        raise BackupError(str(file), "由更新版本的 gongwen 做成，请升级 gongwen")
    return dict(manifest)


def _unpack(package: zipfile.ZipFile, manifest: dict[str, Any], folder: Path, file: Path) -> None:
    """Write out the files that the manifest names, each compared with its size and checksum."""
    for name, (size, sha256) in manifest["files"].items():
        digest, left = hashlib.sha256(), size
        try:
            member = package.open(name)
        except KeyError as error:
            raise BackupError(str(file), f"缺少 {name}") from error
        with member, (folder / name).open("xb") as target:
            while part := member.read(_CHUNK):
                digest.update(part)
                left -= len(part)
                if left < 0:  # larger than it says: go no further
                    break
                target.write(part)
        if left or digest.hexdigest() != sha256:
            raise BackupError(str(file), f"{name} 与校验值不符，备份已损坏")


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
