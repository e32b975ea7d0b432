"""A library from one place to another (迁移): folder or server, either way, row by row as it is.

Ids, revisions, permalinks, sequence numbers and the library's own name stay, so every address that
was ever handed out goes on answering. What is moved follows the library's own change feed: a move
that was interrupted goes on behind the last circular that arrived, and what is added meanwhile
comes along. The origin is only read.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeVar

from sqlalchemy import Connection, Table, delete, func, insert, select, update

from corpus.audit import AUDIT_FILE, note_change
from corpus.errors import LibraryMoveError
from corpus.library_database import is_arriving, mark_arriving, open_database, translated
from corpus.library_reading import changes
from corpus.library_schema import (
    circulars,
    citations,
    files,
    mentions,
    meta,
    metadata,
    paragraphs,
    permalinks,
    quarantine,
    revisions,
    sources,
)
from corpus.library_transactions import transact

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from sqlalchemy import ColumnElement, Row

    from corpus.library_database import Database
    from corpus.library_records import Change

_Made = TypeVar("_Made")
_AT_ONCE: Final = 20  # circulars in one transaction
_ROWS: Final = 500
_OWN: Final = (  # what belongs to one circular, referred to before referring
    (sources, sources.c.circular_id),
    (revisions, revisions.c.circular_id),
    (paragraphs, paragraphs.c.circular_id),
    (permalinks, permalinks.c.circular_id),
    (mentions, mentions.c.circular_id),
    (citations, citations.c.circular_id),
)


@dataclass(frozen=True, slots=True)
class MoveFacts:
    """What a move (迁移) came to."""

    location: str  # where the library is now; no password
    circulars: int  # all there are, removed ones too
    moved: int  # by this run
    sequence: int


def move_library(
    origin: Path | str,
    to: Path | str,
    *,
    beside: str | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> MoveFacts:
    """Bring the library at `origin` to a new place, whole, and compare what arrived.

    Nobody can open the new place before everything is there. Others may go on reading and adding
    at the origin; what they add after the end is not at the new place. One that is there already,
    with no change since, is left as it is. `beside` says where the index will be at the new place.

    Raises:
        LibraryMoveError: there is another library at the new place, or not everything arrived.
        LibraryError: one of the two cannot be opened, read or written.
    """
    source = open_database(origin, create=False)
    try:
        target = open_database(to, create=True, arriving=True, beside=beside)
        try:
            return _Move(source, target).run(on_progress)
        finally:
            target.close()
    finally:
        source.close()


class _Move:
    """One move, both ends open."""

    def __init__(self, source: Database, target: Database) -> None:
        self._source = source
        self._target = target
        self._moved = 0

    def run(self, on_progress: Callable[[int, int], None] | None) -> MoveFacts:
        if (arrived := self._write(self._begin)) is not None:
            if not (self._target.folder / AUDIT_FILE).exists():
                self._bring_audit()
            return arrived
        while True:
            left = self._left()
            done = self._read(_count_of(circulars)) - len(left)
            for start in range(0, len(left), _AT_ONCE):
                batch = left[start : start + _AT_ONCE]
                self._bring(batch)
                self._moved += len(batch)
                done += len(batch)
                if on_progress is not None:
                    on_progress(done, done + len(left) - start - len(batch))
            finished = self._finish()
            if finished is not None:
                self._bring_audit()
                return finished

    def _begin(self, target: Connection) -> MoveFacts | None:
        """See whether this is the place for it, and write its name there; None if it is to come."""
        identity = self._read(select(meta.c.identity))
        there = target.execute(select(meta.c.identity, meta.c.sequence)).one()
        if not is_arriving(target):
            problem = "那里已经有一个公文库；请换一个新的文件夹，或空的数据库"
            if there.identity == identity:
                if self._is_elsewhere() and there.sequence == self._read(select(meta.c.sequence)):
                    return self._facts_of(target)
                problem = "这个公文库已经在那里了"
            raise LibraryMoveError(self._target.location, problem)
        begun = target.execute(select(circulars.c.id).limit(1)).first() is not None
        if begun and there.identity != identity:
            problem = "另一个公文库正在迁到那里；请换一个新的文件夹，或空的数据库"
            raise LibraryMoveError(self._target.location, problem)
        target.execute(update(meta).values(identity=identity))
        return None

    def _is_elsewhere(self) -> bool:
        return self._source.reader.url != self._target.reader.url

    def _left(self) -> Sequence[Change]:
        with self._target.reader.connect() as target:
            reached = target.execute(select(meta.c.sequence)).scalar_one()
        with translated(self._source.location), self._source.reader.connect() as source:
            return changes(source, reached)

    def _bring(self, batch: Sequence[Change]) -> None:
        """Copy some circulars as they are now, and note how far the move has come."""
        ids = [change.circular_id for change in batch]
        with translated(self._source.location), self._source.reader.connect() as source:
            held = [
                (table, _rows(source, table, key.in_(ids)))
                for table, key in ((circulars, circulars.c.id), *_OWN)
            ]

        def put(target: Connection) -> None:
            for table, key in reversed(_OWN):  # there from a run that was interrupted, or changed
                target.execute(delete(table).where(key.in_(ids)))
            target.execute(delete(circulars).where(circulars.c.id.in_(ids)))
            for table, rows in held:
                _put(target, table, rows)
            target.execute(update(meta).values(sequence=batch[-1].sequence))

        self._write(put)

    def _finish(self) -> MoveFacts | None:
        """Copy what belongs to no circular, compare, open the new place; None if there is more."""

        def close(target: Connection) -> MoveFacts | None:
            with translated(self._source.location), self._source.reader.connect() as source:
                reached = target.execute(select(meta.c.sequence)).scalar_one()
                if changes(source, reached):
                    return None
                _bring_late_sources(source, target)
                for table in (files, quarantine):
                    target.execute(delete(table))
                    stream = source.execute(select(table), execution_options={"yield_per": _ROWS})
                    for part in stream.mappings().partitions():
                        _put(target, table, [dict(row) for row in part])
                about = source.execute(select(meta)).mappings().one()
                target.execute(update(meta).values(**about))
                self._compare(source, target)
            mark_arriving(target, arriving=False)
            return self._facts_of(target)

        return self._write(close)

    def _facts_of(self, target: Connection) -> MoveFacts:
        held: int = target.execute(_count_of(circulars)).scalar_one()
        reached: int = target.execute(select(meta.c.sequence)).scalar_one()
        return MoveFacts(self._target.location, held, self._moved, reached)

    def _compare(self, source: Connection, target: Connection) -> None:
        for table in metadata.sorted_tables:
            here, there = (each.execute(_count_of(table)).scalar_one() for each in (source, target))
            if here != there:
                problem = f"{table.name} 应有 {here} 条，到了 {there} 条；请重新运行"
                raise LibraryMoveError(self._target.location, problem)

    def _bring_audit(self) -> None:
        held, there = (each.folder / AUDIT_FILE for each in (self._source, self._target))
        if held.exists() and not there.exists():
            shutil.copyfile(held, there)
            there.chmod(0o600)
        note_change(self._target.folder, "move", **{"from": self._source.location})

    def _read(self, statement: Any) -> Any:
        with translated(self._source.location), self._source.reader.connect() as source:
            return source.execute(statement).scalar_one()

    def _write(self, work: Callable[[Connection], _Made]) -> _Made:
        return transact(self._target.writer, self._target.location, work)


def _bring_late_sources(source: Connection, target: Connection) -> None:
    """Copy the files that were found to hold a circular after it was: they are no change of it."""
    there = set(target.execute(select(sources.c.sha256)).scalars())
    late = [
        each for each in source.execute(select(sources.c.sha256)).scalars() if each not in there
    ]
    for sha256 in late:
        _put(target, sources, _rows(source, sources, sources.c.sha256 == sha256))


def _rows(
    connection: Connection, table: Table, wanted: ColumnElement[bool]
) -> list[dict[str, Any]]:
    found: Iterable[Row[Any]] = connection.execute(select(table).where(wanted))
    return [dict(row._mapping) for row in found]  # noqa: SLF001 - SQLAlchemy's public name for it


def _put(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(insert(table), rows)


def _count_of(table: Table) -> Any:
    return select(func.count()).select_from(table)
