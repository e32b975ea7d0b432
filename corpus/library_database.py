"""The library's database: opening, checking and migrating it, and what its errors mean."""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple
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
    LibraryRefusedError,
    LibraryTooNewError,
    LibraryUnfinishedError,
)
from corpus.file_systems import network_file_system
from corpus.library_codec import now
from corpus.library_postgres import (
    INDEX_VARIABLE,
    check_encoding,
    folder_beside,
    is_address,
    lock_until_the_end,
    make_engine,
    read_address,
    server_error,
    shown_address,
)
from corpus.library_schema import KNOWN_VERSIONS, is_server, meta

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Engine

DATABASE: Final = "library.sqlite"
FREE_FLOOR: Final = 50_000_000  # bytes: below it nothing is added
NETWORK_VARIABLE: Final = "GONGWEN_ALLOW_NETWORK_FS"
_BUSY_MS: Final = 30_000
_SWITCH_EVERY: Final = 0.02  # seconds
_ARRIVING: Final = "moving-"  # before the schema version, while a library is being moved there
_SERVER_TABLES: Final = text("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")


class Database(NamedTuple):
    """The database of a library (数据库), open: what it is called, who reads and who writes it."""

    location: str  # as it may be shown: no password
    folder: Path  # what is kept beside the database
    reader: Engine
    writer: Engine

    def close(self) -> None:
        """Let go of it."""
        self.reader.dispose()


def open_database(
    location: Path | str, *, create: bool, arriving: bool = False, beside: str | None = None
) -> Database:
    """Open the database of the library in a folder or at an address, its schema up to date.

    In a file, writers' transactions begin with the lock for writing, so that two of them wait for
    each other at the beginning and never fail in the middle. `arriving` opens, or makes, one that
    a library is being moved to, and which nobody else may open before it is complete. `beside` is
    where its index will be, where that is not what is configured.

    Raises:
        LibraryError: the branch that says why it cannot be opened.
    """
    if is_address(location):
        address = read_address(str(location))
        said = os.environ.get(INDEX_VARIABLE, "") if beside is None else beside
        folder = folder_beside(address, said)
        shown, engine = shown_address(address), make_engine(address)
        reader = engine.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )
        opened = Database(shown, folder, reader, engine)
    else:
        opened = _open_file(Path(location), create=create)
    try:
        with translated(opened.location):
            _bring_up_to_date(opened, create=create, arriving=arriving)
        if is_address(location):
            _make_folder_beside(opened)
    except BaseException:
        opened.close()
        raise
    return opened


def _open_file(folder: Path, *, create: bool) -> Database:
    _check_folder(folder, create=create)
    _check_file_system(folder)
    _check_file(folder / DATABASE, str(folder), create=create)
    engine = create_engine(URL.create("sqlite", database=str(folder / DATABASE)))
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return Database(str(folder), folder, engine, engine.execution_options(writing=True))


def _make_folder_beside(opened: Database) -> None:
    try:
        if not opened.folder.exists():
            _make_folder(opened.folder)
    except OSError as error:
        raise LibraryNotWritableError(str(opened.folder), error.strerror or str(error)) from error


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
    if error is not None and type(error).__module__.startswith("psycopg"):
        return server_error(location, error)
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
        case 11:
            return LibraryDamagedError(location, message)
        case 26:
            return LibraryDamagedError(location, "文件不是 SQLite 数据库")
        case 10:
            return LibraryError(location, f"读写磁盘失败（{message}）")
        case 1 if message.startswith("no such"):
            return LibraryDamagedError(location, message)
        case _:
            return None


def _check_folder(folder: Path, *, create: bool) -> None:
    location = str(folder)
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

    SQLite syncs its files and their names, but not the name of the folder they are in. Another
    run may make the same folder at the same moment.
    """
    missing = [folder, *(each for each in folder.parents if not each.exists())]
    # The index is code to its readers: ours alone.
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for made in missing:
        descriptor = os.open(made.absolute().parent, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _check_file(database: Path, location: str, *, create: bool) -> None:
    """Refuse a folder without a database; the file itself is for SQLite alone to open.

    Locks belong to the process (POSIX): whoever closes any descriptor of the file drops those of
    its open connections too. Another process that ends then thinks itself the last, clears the log
    away, and what is still written to that is lost (SQLite, "How To Corrupt", 2.2).
    """
    try:
        database.stat()
    except FileNotFoundError:
        if not create:
            raise LibraryMissingError(location) from None
    except OSError as error:
        raise LibraryNotWritableError(location, error.strerror or str(error)) from error


def _bring_up_to_date(opened: Database, *, create: bool, arriving: bool) -> None:
    location = opened.location
    version = _version(opened.writer, location)
    if version is not None and version.startswith(_ARRIVING):
        if not arriving:
            raise LibraryUnfinishedError(location)
        version = version.removeprefix(_ARRIVING)
    if version == KNOWN_VERSIONS[-1]:
        return
    if version is None and not create:
        raise LibraryMissingError(location)
    if version is not None and version not in KNOWN_VERSIONS:
        raise LibraryTooNewError(location, version)
    if not is_server(opened.writer.dialect):
        _write_ahead(opened)
    with opened.writer.begin() as connection:
        if is_server(connection.dialect):
            check_encoding(connection, location)
            lock_until_the_end(connection, "schema")
        _migrate(connection)
        if connection.execute(select(meta.c.id)).first() is None:
            connection.execute(
                insert(meta).values(id=1, identity=uuid4().hex, sequence=0, created_at=now())
            )
            if arriving:
                mark_arriving(connection, arriving=True)


def _write_ahead(opened: Database) -> None:
    """Switch write-ahead logging on.

    SQLite waits for those who read meanwhile, but refuses at once where two switch it.
    """
    deadline = time.monotonic() + _BUSY_MS / 1000
    with opened.reader.connect() as connection:
        driver = connection.connection  # no transaction, within which it cannot be switched
        while True:
            try:
                driver.execute("PRAGMA journal_mode = WAL").fetchall()
            except sqlite3.Error as error:
                meaning = _meaning(opened.location, error)
                if not isinstance(meaning, LibraryBusyError) or time.monotonic() > deadline:
                    raise meaning or error from error
                time.sleep(_SWITCH_EVERY)
            else:
                return


def mark_arriving(connection: Connection, *, arriving: bool) -> None:
    """Note that a library is on its way into this database, or that it has arrived (迁入)."""
    version = (_ARRIVING if arriving else "") + KNOWN_VERSIONS[-1]
    connection.execute(text("UPDATE alembic_version SET version_num = :v"), {"v": version})


def is_arriving(connection: Connection) -> bool:
    """Tell whether a library is on its way into this database."""
    version = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
    return str(version).startswith(_ARRIVING)


def _version(engine: Engine, location: str) -> str | None:
    """Return the schema's version, None in an empty database."""
    with engine.connect() as connection:
        if is_server(connection.dialect):
            tables = set(connection.execute(_SERVER_TABLES).scalars())
        else:
            tables = set(inspect(connection).get_table_names())
        if not tables:
            return None
        if "alembic_version" not in tables:
            if is_server(connection.dialect):
                raise LibraryRefusedError(location, "数据库里已有别的程序的表，请换一个空的数据库")
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
        # KiB, for each thread of the service; the system keeps pages of the file as well.
        "cache_size = -4096",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    writing = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
