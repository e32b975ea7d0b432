"""The library's database: opening, checking and migrating it, and what its errors mean."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from sqlalchemy import create_engine, event, insert, inspect, select, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from corpus.errors import (
    LibraryBusyError,
    LibraryDamagedError,
    LibraryError,
    LibraryFullError,
    LibraryMissingError,
    LibraryNetworkError,
    LibraryNotWritableError,
    LibraryTooNewError,
)
from corpus.file_systems import network_file_system
from corpus.library_codec import now
from corpus.library_schema import KNOWN_VERSIONS, meta

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Connection, Engine

DATABASE: Final = "library.sqlite"
FREE_FLOOR: Final = 50_000_000  # bytes: below it nothing is added
NETWORK_VARIABLE: Final = "GONGWEN_ALLOW_NETWORK_FS"
_MAGIC: Final = b"SQLite format 3\x00"
_BUSY_MS: Final = 30_000


def open_database(folder: Path, *, create: bool) -> Engine:
    """Return an engine on the library in `folder`, its schema brought up to date.

    Transactions begin with a lock for writing when the engine's option `writing` is set, so that
    two writers wait for each other at the beginning and never fail in the middle.

    Raises:
        LibraryError: the branch that says why it cannot be opened.
    """
    location = str(folder)
    _check_folder(folder, create=create)
    _check_file_system(folder)
    _check_file(folder / DATABASE, location, create=create)
    engine = create_engine(URL.create("sqlite", database=str(folder / DATABASE)))
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    try:
        with translated(location):
            _bring_up_to_date(engine, location, create=create)
    except BaseException:
        engine.dispose()
        raise
    return engine


def check_free_space(folder: Path, floor: int) -> None:
    """Raise `LibraryFullError` where the disk has too little room to add anything."""
    if shutil.disk_usage(folder).free < floor:
        raise LibraryFullError(str(folder))


@contextmanager
def translated(location: str) -> Iterator[None]:
    """Turn the database's errors into ours; a mistake in our own statements stays what it is."""
    try:
        yield
    except DBAPIError as error:
        ours = _meaning(location, error.orig)
        if ours is None:
            raise
        raise ours from error
    except UnicodeDecodeError as error:  # the driver, in a text or in a message about one
        raise LibraryDamagedError(location, "文字不是 UTF-8") from error


def _meaning(location: str, error: BaseException | None) -> LibraryError | None:
    code = getattr(error, "sqlite_errorcode", None)
    message = str(error)
    if message.startswith("Could not decode to UTF-8"):
        return LibraryDamagedError(location, "文字不是 UTF-8")
    if code is None:
        return None
    match code & 0xFF:
        case 5 | 6:
            return LibraryBusyError(location)
        case 8 | 14:
            return LibraryNotWritableError(location, message)
        case 13:
            return LibraryFullError(location)
        case 11 | 26:
            return LibraryDamagedError(location, message)
        case 10:
            return LibraryError(location, f"读写磁盘失败（{message}）")
        case 1 if message.startswith("no such"):
            return LibraryDamagedError(location, message)
        case _:
            return None


def _check_folder(folder: Path, *, create: bool) -> None:
    location = str(folder)
    if "://" in location:
        raise LibraryError(location, "公文库的位置须是文件夹，本版本不支持网址")
    if folder.exists() and not folder.is_dir():
        raise LibraryNotWritableError(location, "这是一个文件，不是文件夹")
    if not create or folder.exists():
        return
    try:
        _make_folder(folder)
    except OSError as error:
        raise LibraryNotWritableError(location, error.strerror or str(error)) from error


def _check_file_system(folder: Path) -> None:
    """Refuse network file systems, where neither SQLite's locks nor ours hold between hosts."""
    kind = network_file_system(folder)
    if kind and not os.environ.get(NETWORK_VARIABLE):
        raise LibraryNetworkError(str(folder), kind)


def _make_folder(folder: Path) -> None:
    """Make a folder and those above it so that a power cut cannot take them with the library.

    SQLite syncs its files and their names, but not the name of the folder they are in.
    """
    missing = [folder, *(each for each in folder.parents if not each.exists())]
    folder.mkdir(mode=0o700, parents=True)  # the index is code to its readers: ours alone
    for made in missing:
        descriptor = os.open(made.absolute().parent, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _check_file(database: Path, location: str, *, create: bool) -> None:
    try:
        with database.open("rb") as file:
            head = file.read(len(_MAGIC))
    except FileNotFoundError:
        if create:
            return
        raise LibraryMissingError(location) from None
    except OSError as error:
        raise LibraryNotWritableError(location, error.strerror or str(error)) from error
    if head and head != _MAGIC:
        raise LibraryDamagedError(location, "文件不是 SQLite 数据库")


def _bring_up_to_date(engine: Engine, location: str, *, create: bool) -> None:
    version = _version(engine, location)
    if version == KNOWN_VERSIONS[-1]:
        return
    if version is None and not create:
        raise LibraryMissingError(location)
    if version is not None and version not in KNOWN_VERSIONS:
        raise LibraryTooNewError(location, version)
    with engine.connect() as connection:
        connection.connection.execute("PRAGMA journal_mode = WAL")
    with engine.execution_options(writing=True).begin() as connection:
        _migrate(connection)
        if connection.execute(select(meta.c.id)).first() is None:
            connection.execute(
                insert(meta).values(id=1, identity=uuid4().hex, sequence=0, created_at=now())
            )


def _version(engine: Engine, location: str) -> str | None:
    """Return the schema's version, None in an empty database."""
    with engine.connect() as connection:
        tables = inspect(connection).get_table_names()
        if not tables:
            return None
        if "alembic_version" not in tables:
            raise LibraryDamagedError(location, "数据库属于别的程序")
        version = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return None if version is None else str(version)


def _migrate(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "corpus:migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, KNOWN_VERSIONS[-1])


def _prepare(connection: Any, _record: Any) -> None:
    """Set up a new connection; transactions are begun by `_begin`, never by the driver."""
    connection.isolation_level = None
    for pragma in (
        f"busy_timeout = {_BUSY_MS}",
        "foreign_keys = ON",
        "synchronous = FULL",
        "cache_size = -32768",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    writing = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
