"""The tables of the library (公文库), and the schema versions this gongwen can read.

Texts that came out of a file are kept as bytes of JSON, not as SQL text: a source may hold lone
surrogates, which SQL text cannot carry. The plain columns beside them are for finding and listing.
Texts sort by code point in every database, so that lists have one order.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Final

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    bindparam,
    column,
    func,
)
from sqlalchemy.dialects.postgresql import JSONB

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import ColumnElement, Dialect, FromClause
    from sqlalchemy.types import TypeEngine

KNOWN_VERSIONS: Final = ("0001", "0002")  # oldest first; the last is the one this gongwen writes

metadata: Final = MetaData()


class Words(TypeDecorator[str]):
    """A column of text (文字列), which sorts by code point whatever language a server speaks.

    A server can carry no NUL, and no long text in an index over several columns: there, what is
    longer than `most` bytes is cut and told apart by its checksum.
    """

    impl = Text
    cache_ok = True

    def __init__(self, most: int | None = None) -> None:
        super().__init__()
        self.most = most

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[str]:
        """Return the type of the column in this kind of database."""
        return dialect.type_descriptor(Text(collation="C" if is_server(dialect) else None))

    def bind_processor(self, dialect: Dialect) -> Callable[[str | None], str | None] | None:
        """Return what makes a text one the database can carry: in a file, where any is, nothing."""
        return super().bind_processor(dialect) if is_server(dialect) else None

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Return a text as the database can carry it."""
        if value is None or not is_server(dialect):
            return value
        carried = value.replace("\0", "\ufffd")
        if self.most is None or len(carried.encode()) <= self.most:
            return carried
        return f"{carried[: self.most // 6]}…{hashlib.sha256(carried.encode()).hexdigest()}"


def is_server(dialect: Dialect) -> bool:
    """Tell whether a database lets several write at once, as PostgreSQL does and SQLite not."""
    return dialect.name == "postgresql"


_PLACE: Final = Words(2_000)  # a path; a page of an index takes 2,704 bytes
_NAME: Final = Words(500)
# Titles, names and numbers are of any length: only a hash of them fits a page of an index.

meta: Final = Table(  # one row: who the library is and how often it has changed
    "meta",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("identity", Words, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("created_at", Words, nullable=False),
)

circulars: Final = Table(  # 公文
    "circulars",
    metadata,
    Column("id", Words, primary_key=True),
    Column("revision", Integer, nullable=False),  # the current one
    Column("removed", Boolean, nullable=False),
    Column("sequence", Integer, nullable=False),  # of its last change
    Column("added_at", Words, nullable=False),
    Column("changed_at", Words, nullable=False),
    Column("collection", Words, nullable=False, server_default=""),  # 合集: "" is open to everybody
)
Index("circulars_sequence", circulars.c.sequence, unique=True)

sources: Final = Table(  # 原文件: bytes that hold a circular, by content
    "sources",
    metadata,
    Column("sha256", Words, primary_key=True),
    Column("name", Words, nullable=False),
    Column("media_type", Words, nullable=False),
    Column("encoding", Words, nullable=False),
    Column("size", Integer, nullable=False),
    Column("data", LargeBinary, nullable=False),  # original bytes, zlib
    Column("text", LargeBinary, nullable=False),  # the text spans count in, zlib
    Column("circular_id", Words, ForeignKey("circulars.id"), nullable=False),
    Column("added_at", Words, nullable=False),
)
Index("sources_circular", sources.c.circular_id)

files: Final = Table(  # where a source was last seen
    "files",
    metadata,
    Column("place", _PLACE, primary_key=True),  # absolute path, or a caller's own key
    Column("name", Words, nullable=False),  # relative to the folder that was added
    Column("sha256", Words, ForeignKey("sources.sha256"), nullable=False),
)
Index("files_name", files.c.name, postgresql_using="hash")

revisions: Final = Table(  # 版本
    "revisions",
    metadata,
    Column("circular_id", Words, ForeignKey("circulars.id"), primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("sha256", Words, ForeignKey("sources.sha256"), nullable=False),
    Column("parsed", LargeBinary, nullable=False),  # JSON without the paragraphs
    Column("title", Words, nullable=False),
    Column("folded_title", Words, nullable=False),
    Column("number", Words, nullable=False),
    Column("date", Words, nullable=False),
    Column("issuers", Words, nullable=False),  # JSON
    Column("region", Words, nullable=False),
    Column("kind", Words, nullable=False),
    Column("period", Words, nullable=False),
    Column("paragraphs", Integer, nullable=False),
    Column("measures", Integer, nullable=False),
    Column("digest", Words, nullable=False),  # of all paragraph hashes in order
    Column("added_at", Words, nullable=False),
)
Index("revisions_number", revisions.c.number, postgresql_using="hash")
Index("revisions_folded_title", revisions.c.folded_title, postgresql_using="hash")
Index("revisions_digest", revisions.c.digest)

paragraphs: Final = Table(  # 段, of every revision
    "paragraphs",
    metadata,
    Column("circular_id", Words, primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("eid", Words, nullable=False),
    Column("place", Words, nullable=False),  # the id its structure gives it
    Column("hash", Words, nullable=False),  # 校验码
    Column("payload", LargeBinary, nullable=False),  # JSON
    ForeignKeyConstraint(
        ["circular_id", "revision"], ["revisions.circular_id", "revisions.revision"]
    ),
)
Index(
    "paragraphs_eid",
    paragraphs.c.circular_id,
    paragraphs.c.eid,
    paragraphs.c.revision,
    unique=True,
)

permalinks: Final = Table(  # 永久链接: every paragraph id ever issued
    "permalinks",
    metadata,
    Column("circular_id", Words, ForeignKey("circulars.id"), primary_key=True),
    Column("eid", Words, primary_key=True),
    Column("issued_revision", Integer, nullable=False),
    Column("last_revision", Integer, nullable=False),  # the last that held the paragraph
    Column("place", Words, nullable=False),  # as issued
    Column("hash", Words, nullable=False),  # as issued
    Column("prefix", Words, nullable=False),  # folded context as issued
    Column("suffix", Words, nullable=False),
    Column("position", Integer, nullable=False),
    Column("target", Words, nullable=False),  # the eid that answers now; "" when removed
    Column("status", Words, nullable=False),
    Column("similarity", Float, nullable=False),
    Column("changed_at", Words, nullable=False),  # "" while nothing has changed
)

quarantine: Final = Table(  # 隔离区: files that hold no circular we can read
    "quarantine",
    metadata,
    Column("place", _PLACE, primary_key=True),
    Column("name", Words, nullable=False),
    Column("sha256", Words, nullable=False),
    Column("code", Words, nullable=False),
    Column("detail", Words, nullable=False),
    Column("at", Words, nullable=False),
)
Index("quarantine_sha256", quarantine.c.sha256)

mentions: Final = Table(  # agencies in the current revisions
    "mentions",
    metadata,
    Column("circular_id", Words, ForeignKey("circulars.id"), primary_key=True),
    Column("agency_id", _NAME, primary_key=True),
    Column("as_written", _NAME, primary_key=True),
    Column("expanded", _NAME, primary_key=True),
    Column("role", Words, primary_key=True),
    Column("canonical", Words, nullable=False),
    Column("line", Words, nullable=False),
    Column("collective", Boolean, nullable=False),
    Column("times", Integer, nullable=False),
)
Index("mentions_agency", mentions.c.agency_id)

citations: Final = Table(  # 引用, of the current revisions
    "citations",
    metadata,
    Column("circular_id", Words, ForeignKey("circulars.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("eid", Words, nullable=False),
    Column("number", Words, nullable=False),
    Column("title", Words, nullable=False),
    Column("relation", Words, nullable=False),
)
Index("citations_number", citations.c.number, postgresql_using="hash")


def pairs_as_table(
    name: str, *, on_server: bool
) -> tuple[FromClause, ColumnElement[str], ColumnElement[str]]:
    """Return the pairs that are bound to a parameter as a table and its two columns.

    Joined and not asked for with IN: for pairs SQLite would then read the whole table.
    """
    if on_server:
        listed = func.jsonb_array_elements(bindparam(name, type_=JSONB))
        each = listed.table_valued(column("value", JSONB))
        return each, each.c.value[0].astext, each.c.value[1].astext
    wanted = func.json_each(bindparam(name)).table_valued("value")
    value = wanted.c.value
    return wanted, func.json_extract(value, "$[0]"), func.json_extract(value, "$[1]")


def bound_pairs(pairs: Sequence[tuple[str, str]], *, on_server: bool) -> object:
    """Return what to bind to the parameter of `pairs_as_table`."""
    if on_server:
        return [[one.replace("\0", "\ufffd") for one in pair] for pair in pairs]
    return json.dumps(pairs)
