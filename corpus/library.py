"""The library (公文库): the one place where circulars are kept, so the one that must not lose any.

A library is a folder with an SQLite database in it, or a PostgreSQL database named by its address,
which many may write to at once; the index beside it is only a cache. Original
bytes, every revision, every permalink ever issued and the quarantine list are kept. One source file
is one transaction on stable storage, and every change counts the library's sequence number up, so
that an index can ask what has changed since it was built.

>>> from tempfile import TemporaryDirectory
>>> with TemporaryDirectory() as folder, Library.open(folder, create=True) as library:
...     library.sequence(), library.circular_ids()
(0, ())
"""

from __future__ import annotations

from contextlib import contextmanager
from threading import local
from typing import TYPE_CHECKING, Self, TypeVar

from sqlalchemy import select

from corpus import library_citations, library_validity
from corpus import library_reading as reading
from corpus.audit import note_change
from corpus.library_catalogue import Catalogue
from corpus.library_checking import check_library
from corpus.library_claims import Claims
from corpus.library_database import FREE_FLOOR, check_free_space, open_database, translated
from corpus.library_records import Quarantined, Sighting, Stored, number_text
from corpus.library_removing import put_in_quarantine, set_removed
from corpus.library_renewing import renew_circular
from corpus.library_schema import is_server, meta, quarantine
from corpus.library_transactions import transact
from corpus.library_visibility import hidden_circulars, show_only
from corpus.library_writing import note_file, put_into, store_source

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
    from pathlib import Path

    from sqlalchemy import Connection, Engine

    from corpus.library_checking import Finding
    from corpus.library_database import Database
    from corpus.library_records import (
        AgencyNames,
        Change,
        CircularSummary,
        CitedBy,
        Citing,
        Counts,
        Missing,
        Permalink,
        Source,
        StatedValidity,
        StoredCircular,
        StoredParagraph,
        Undoing,
    )
    from corpus.model import Circular
    from corpus.number import DocumentNumber

_Made = TypeVar("_Made")


class Library:
    """An open library (公文库); safe to share between threads, closed by `close` or `with`."""

    def __init__(self, database: Database, *, narrowed: bool = False) -> None:
        self.location = database.location  # as it may be shown: no password
        self.folder = database.folder  # of what is kept beside the database, if it is not in it
        self._narrowed = narrowed
        self._database = database
        self._reader = database.reader
        self._writer = database.reader if narrowed else database.writer
        self._claims = Claims(database.writer) if is_server(database.writer.dialect) else None
        self._catalogue = Catalogue()
        self._moment = local()

    @classmethod
    def open(
        cls,
        location: Path | str,
        *,
        create: bool = False,
        collections: Collection[str] | None = None,
    ) -> Self:
        """Open the library in a folder or at an address; with `create` make it where absent.

        An address is `postgresql+psycopg://用户:口令@主机:5432/数据库`; the database must be there.

        With `collections` it holds only what those may see who may see these collections (合集).

        Raises:
            LibraryKindError: the location is neither.
            LibraryUnreachableError: the server does not answer.
            LibraryRefusedError: the server does not let us in.
            LibraryUnfinishedError: a library is still on its way to this place.
            LibraryMissingError: there is none.
            LibraryTooNewError: a newer gongwen wrote it; it is left as it is.
            LibraryDamagedError: the database is damaged or not ours.
            LibraryNotWritableError: the folder does not let us.
        """
        database = open_database(location, create=create)
        if collections is not None:
            show_only(database.reader, collections)
        return cls(database, narrowed=collections is not None)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the database, and of every claim."""
        if self._claims is not None:
            self._claims.close()
        self._database.close()

    # What has changed

    def identity(self) -> str:
        """Return the library's own random name, which tells it from every other library."""
        with self._reading() as connection:
            return str(connection.execute(select(meta.c.identity)).scalar_one())

    def sequence(self) -> int:
        """Return how many changes there have been (序号)."""
        remembered: int | None = getattr(self._moment, "sequence", None)
        if remembered is not None:
            return remembered
        with self._reading() as connection:
            return reading.sequence(connection)

    @contextmanager
    def one_moment(self) -> Iterator[None]:
        """Let `sequence` go on saying, in this thread, what it says first: a search is one moment.

        What a search looks up is then of one state, and the number is read once, not ten times.
        """
        if getattr(self._moment, "sequence", None) is not None:
            yield
            return
        self._moment.sequence = self.sequence()
        try:
            yield
        finally:
            self._moment.sequence = None

    def changes(self, since: int = 0) -> Iterator[Change]:
        """Yield the last change of each circular changed after number `since`, in order."""
        with self._reading() as connection:
            found = reading.changes(connection, since)
        yield from found

    def hidden(self) -> frozenset[str]:
        """Return the circulars that are not for those this library was opened for (不可见)."""
        if not self._narrowed:
            return frozenset()
        with self._reading() as connection:
            return hidden_circulars(connection)

    def collections(self) -> Mapping[str, int]:
        """Return the collections (合集) by name, each with how many circulars it has."""
        with self._reading() as connection:
            return reading.collections(connection)

    # Circulars and paragraphs

    def circular_ids(self) -> tuple[str, ...]:
        """Return the ids of all circulars, in the order of their last change."""
        with self._reading() as connection:
            return reading.circular_ids(connection)

    def get(self, circular_id: str) -> StoredCircular | None:
        """Return a circular in its current revision; None where unknown or removed."""
        with self._reading() as connection:
            return reading.get_circular(connection, circular_id)

    def source_of(self, circular_id: str) -> Source | None:
        """Return the source of a circular's current revision; None where unknown or removed."""
        with self._reading() as connection:
            return reading.source_of(connection, circular_id)

    def original(self, sha256: str) -> bytes | None:
        """Return the bytes of a source file as they were read (原文件)."""
        with self._reading() as connection:
            return reading.original(connection, sha256)

    def paragraphs(self, ids: Sequence[tuple[str, str]]) -> dict[tuple[str, str], StoredParagraph]:
        """Return the paragraphs named by (circular id, paragraph id); unknown ones are left out."""
        with self._reading() as connection:
            return reading.get_paragraphs(connection, ids)

    def find_number(self, number: DocumentNumber | str) -> tuple[StoredCircular, ...]:
        """Return the circulars with this document number (发文字号)."""
        with self._reading() as connection:
            return reading.find_number(connection, str(number))

    def cited_by(self, number: DocumentNumber | str) -> tuple[CitedBy, ...]:
        """Return where a document number is cited, held or not (引用处)."""
        with self._reading() as connection:
            return reading.cited_by(connection, str(number))

    def citing(
        self, number: DocumentNumber | str | None, titles: Sequence[str] = ()
    ) -> tuple[Citing, ...]:
        """Return where a document is cited by its number, or without one by a title (被引)."""
        with self._reading() as connection:
            return library_citations.citing(connection, number_text(number), titles)

    def missing(self) -> tuple[Missing, ...]:
        """Return the numbers that are cited and not held, most cited first (缺件清单)."""
        with self._reading() as connection:
            return library_citations.missing(connection)

    def stated_validity(self) -> tuple[StatedValidity, ...]:
        """Return what circulars and their sites say of their own force, where they do (时效)."""
        with self._reading() as connection:
            return library_validity.stated_validity(connection)

    def undoings(self) -> tuple[Undoing, ...]:
        """Return which circulars repeal or amend which others (废止、修改)."""
        with self._reading() as connection:
            return library_validity.undoings(connection)

    def resolve(self, circular_id: str, eid: str) -> Permalink:
        """Return what the permalink of a paragraph answers with now (永久链接)."""
        with self._reading() as connection:
            return reading.resolve(connection, circular_id, eid)

    # Lists

    def summary(self) -> tuple[CircularSummary, ...]:
        """Return one line per circular, newest first, undated ones last."""
        with self._reading() as connection:
            hidden = hidden_circulars(connection) if self._narrowed else frozenset()
            return self._catalogue.read(connection, reading.sequence(connection), hidden)

    def counts(self) -> Counts:
        """Return how much the library holds."""
        with self._reading() as connection:
            return reading.counts(connection)

    def quarantined(self) -> tuple[Quarantined, ...]:
        """Return the files that hold no circular we can read, by name (隔离区)."""
        with self._reading() as connection:
            return reading.quarantined(connection)

    def quarantined_places(self) -> tuple[str, ...]:
        """Return where the files in quarantine were, as paths (隔离文件的位置)."""
        with self._reading() as connection:
            rows = connection.execute(select(quarantine.c.place).order_by(quarantine.c.place))
            return tuple(rows.scalars())

    def agency_names(self) -> Mapping[str, Mapping[str, int]]:
        """Return for each agency id its expanded spellings with their counts, commonest first."""
        return {each.agency_id: dict(each.expanded) for each in self.agencies()}

    def agencies(self) -> tuple[AgencyNames, ...]:
        """Return every agency named in a responsibility group, with all its spellings (机构)."""
        with self._reading() as connection:
            return reading.agencies(connection)

    # Writing

    def recall(self, source_name: str, place: str, sha256: str) -> Stored | Quarantined | None:
        """Return what is known of a file by its bytes alone; None when it has to be read.

        None also when the file went back to bytes its circular had before: that is a revision.
        """
        sighting = Sighting(source_name, place, sha256)
        known, news = self._transact(
            lambda connection: reading.recall(connection, sighting), self._reader
        )
        if news:
            self._transact(lambda connection: note_file(connection, sighting))
        return known

    def claim(self, sha256: str) -> bool:
        """Claim a file's bytes for parsing (认领); False while another process has claimed them.

        A claim ends with `release`, with this library, or with the process, however that ends. In
        a folder there is nobody to share the work with, and everything may be claimed.
        """
        return self._claims is None or self._claims.take(sha256)

    def release(self, sha256: str) -> None:
        """Let go of a claim."""
        if self._claims is not None:
            self._claims.give_back(sha256)

    def add(self, source: Source, circular: Circular, collection: str | None = None) -> Stored:
        """Store a source and the circular parsed from it, in one transaction.

        `corpus.identity` says when it is another source of a circular that is here already. With
        a `collection` the circular belongs to it from the first moment.
        """

        def store(connection: Connection) -> tuple[Stored, bool]:
            stored = store_source(connection, source, circular)
            moved = collection is not None and put_into(connection, stored.circular_id, collection)
            return stored, moved

        stored, moved = self._transact(store)
        if stored.status == "indexed":
            facts = {"id": stored.circular_id, "file": source.name, "sha256": source.sha256}
            note_change(self.folder, "add", **facts, revision=stored.revision)
        if moved:
            note_change(self.folder, "collect", id=stored.circular_id, collection=collection or "")
        return stored

    def collect(self, circular_id: str, collection: str) -> bool:
        """Put a circular into a collection (合集), out of any other; tell whether that is new."""
        moved = self._transact(lambda connection: put_into(connection, circular_id, collection))
        if moved:
            note_change(self.folder, "collect", id=circular_id, collection=collection)
        return moved

    def renew(self, circular_id: str, source: Source, circular: Circular) -> Stored:
        """Store what a parser now makes of the source of a circular, in one transaction (重新解析).

        What is kept of it is replaced where its paragraphs stand as they stood, else revised.
        """
        stored = self._transact(
            lambda connection: renew_circular(connection, circular_id, source, circular)
        )
        if stored.status == "indexed":
            facts = {"id": circular_id, "file": source.name, "sha256": source.sha256}
            note_change(self.folder, "reparse", **facts, revision=stored.revision)
        return stored

    def quarantine(self, rejected: Quarantined, place: str) -> None:
        """Put a file that could not be read on the quarantine list, with its reason (隔离)."""
        self._transact(lambda connection: put_in_quarantine(connection, rejected, place))

    def remove(self, circular_id: str) -> bool:
        """Take a circular out; its permalinks answer `removed`, its bytes are kept (移除)."""
        return self._set_removed(circular_id, removed=True)

    def restore(self, circular_id: str) -> bool:
        """Bring a removed circular back as it was (恢复)."""
        return self._set_removed(circular_id, removed=False)

    def _set_removed(self, circular_id: str, *, removed: bool) -> bool:
        done = self._transact(
            lambda connection: set_removed(connection, circular_id, removed=removed)
        )
        if not done:
            return False
        note_change(self.folder, "remove" if removed else "restore", id=circular_id)
        return True

    # Care

    def check_free_space(self, floor: int = FREE_FLOOR) -> None:
        """Raise `LibraryFullError` where the disk has too little room to add anything.

        A server's disk is not ours to look at: it says itself when it is full.
        """
        if self._claims is None:
            check_free_space(self.folder, floor)

    def check(self) -> tuple[Finding, ...]:
        """Return what is wrong with the library; nothing when it is sound (质检)."""
        with self._reading() as connection:
            return check_library(connection)

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with translated(self.location), self._reader.connect() as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with translated(self.location), self._writer.begin() as connection:
            yield connection

    def _transact(self, work: Callable[[Connection], _Made], engine: Engine | None = None) -> _Made:
        return transact(engine or self._writer, self.location, work)
