"""What of a library somebody may see (可见范围): its open circulars, and those of some collections.

A collection (合集) is a name that circulars are added under; without one they are open to all.
A library opened for some collections holds nothing else for whoever asks it. Views of the same
names stand before the tables on every connection, so each statement there is, and each there will
be, is narrowed at one place; such a library cannot be written.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import event, text

from corpus.errors import CollectionNameError
from corpus.library_schema import is_server

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy import Connection, Engine

OPEN: Final = ""  # no collection: everybody may see it
OPEN_NAME: Final = "公开"
ALL_NAME: Final = "全部"
LONGEST_NAME: Final = 40
_OWNED: Final = ("sources", "revisions", "paragraphs", "permalinks", "mentions", "citations")


def collection_name(given: str) -> str:
    """Return the name of a collection as it is kept; `OPEN` for 公开.

    >>> collection_name(" 内部 "), collection_name("公开")
    ('内部', '')

    Raises:
        CollectionNameError: it cannot be a name.
    """
    name = unicodedata.normalize("NFKC", given).strip()
    if name == OPEN_NAME:
        return OPEN
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable() or set(name) & {"、", ","}:
        raise CollectionNameError(given, f"应有 1 至 {LONGEST_NAME} 字，不含顿号和逗号")
    if name == ALL_NAME:
        raise CollectionNameError(given, "“全部”指所有合集，不能作合集的名称")
    return name


class _Place(NamedTuple):
    """Where a database keeps the tables, and what a connection has for itself."""

    tables: str
    own: str

    @property
    def seen(self) -> str:
        """The condition of a collection that is shown."""
        return f"IN (SELECT name FROM {self.own}.seen_collections)"  # noqa: S608

    def views(self) -> Iterator[tuple[str, str]]:
        """Yield each table with the condition of its rows that are shown."""
        yield "circulars", f"t.collection {self.seen}"
        owned = (
            f"EXISTS (SELECT 1 FROM {self.tables}.circulars c"  # noqa: S608 # constants
            f" WHERE c.id = t.circular_id AND c.collection {self.seen})"
        )
        yield from ((table, owned) for table in _OWNED)
        # By the view of the same name, which is narrowed already.
        yield "files", f"EXISTS (SELECT 1 FROM {self.own}.sources s WHERE s.sha256 = t.sha256)"  # noqa: S608
        # A file that cannot be read belongs to no circular, so nobody can tell whose it is.
        yield "quarantine", "1 = 0"

    def hidden(self) -> str:
        """Return the statement for the circulars that are not shown."""
        return f"SELECT id FROM {self.tables}.circulars WHERE NOT collection {self.seen}"  # noqa: S608


_FILE: Final = _Place("main", "temp")
_SERVER: Final = "SELECT quote_ident(current_schema())"


def show_only(engine: Engine, collections: Iterable[str]) -> None:
    """Let every connection made from now on see the open circulars and some collections alone."""
    names = sorted({OPEN, *collections})
    on_server = is_server(engine.dialect)

    def narrow(connection: Any, _record: Any) -> None:
        place, mark = _FILE, "?"
        if on_server:
            place = _Place(connection.execute(_SERVER).fetchone()[0], "pg_temp")
            mark = "%s"
        else:
            connection.execute("PRAGMA temp_store = MEMORY")
        connection.execute("CREATE TEMP TABLE seen_collections (name TEXT PRIMARY KEY)")
        for name in names:
            connection.execute(f"INSERT INTO {place.own}.seen_collections VALUES ({mark})", (name,))  # noqa: S608
        for table, condition in place.views():
            connection.execute(
                f"CREATE TEMP VIEW {table} AS SELECT t.* FROM {place.tables}.{table} t"  # noqa: S608
                f" WHERE {condition}"
            )
        if on_server:
            connection.commit()
        else:
            connection.execute("PRAGMA query_only = ON")

    engine.dispose()
    event.listen(engine, "connect", narrow)


def hidden_circulars(connection: Connection) -> frozenset[str]:
    """Return the circulars that a narrowed connection does not show, removed ones included."""
    place = _FILE
    if is_server(connection.dialect):
        place = _Place(str(connection.execute(text(_SERVER)).scalar_one()), "pg_temp")
    return frozenset(connection.execute(text(place.hidden())).scalars())
