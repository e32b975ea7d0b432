"""What of a library somebody may see (可见范围): its open circulars, and those of some collections.

A collection (合集) is a name that circulars are added under; without one they are open to all.
A library opened for some collections holds nothing else for whoever asks it. Views of the same
names stand before the tables on every connection, so each statement there is, and each there will
be, is narrowed at one place; such a library cannot be written.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import event, text

from corpus.errors import CollectionNameError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection, Engine

OPEN: Final = ""  # no collection: everybody may see it
OPEN_NAME: Final = "公开"
ALL_NAME: Final = "全部"
LONGEST_NAME: Final = 40
_SEEN: Final = "IN (SELECT name FROM temp.seen_collections)"
_OWNED: Final = "EXISTS (SELECT 1 FROM main.circulars c WHERE c.id = t.circular_id AND c.collection"
_VIEWS: Final = {
    "circulars": f"t.collection {_SEEN}",
    **dict.fromkeys(
        ("sources", "revisions", "paragraphs", "permalinks", "mentions", "citations"),
        f"{_OWNED} {_SEEN})",
    ),
    # The view of the same name, which is narrowed already.
    "files": "EXISTS (SELECT 1 FROM temp.sources s WHERE s.sha256 = t.sha256)",
    # A file that cannot be read belongs to no circular, so nobody can tell whose it is.
    "quarantine": "0",
}
_HIDDEN: Final = text(f"SELECT id FROM main.circulars WHERE collection NOT {_SEEN}")  # noqa: S608 # constants


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


def show_only(engine: Engine, collections: Iterable[str]) -> None:
    """Let every connection made from now on see the open circulars and some collections alone."""
    names = [(name,) for name in sorted({OPEN, *collections})]

    def narrow(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA temp_store = MEMORY")
        connection.execute("CREATE TEMP TABLE seen_collections (name TEXT PRIMARY KEY)")
        connection.executemany("INSERT INTO temp.seen_collections VALUES (?)", names)
        for table, condition in _VIEWS.items():
            connection.execute(
                f"CREATE TEMP VIEW {table} AS SELECT t.* FROM main.{table} t WHERE {condition}"  # noqa: S608
            )
        connection.execute("PRAGMA query_only = ON")

    engine.dispose()
    event.listen(engine, "connect", narrow)


def hidden_circulars(connection: Connection) -> frozenset[str]:
    """Return the circulars that a narrowed connection does not show, removed ones included."""
    return frozenset(connection.execute(_HIDDEN).scalars())
