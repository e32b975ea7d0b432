"""The tables of the library (公文库), and the schema versions this gongwen can read.

Texts that came out of a file are kept as bytes of JSON, not as SQL text: a source may hold lone
surrogates, which SQL text cannot carry. The plain columns beside them are for finding and listing.
"""

from __future__ import annotations

from typing import Final

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
)

KNOWN_VERSIONS: Final = ("0001", "0002")  # oldest first; the last is the one this gongwen writes

metadata: Final = MetaData()

meta: Final = Table(  # one row: who the library is and how often it has changed
    "meta",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("identity", Text, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("created_at", Text, nullable=False),
)

circulars: Final = Table(  # 公文
    "circulars",
    metadata,
    Column("id", Text, primary_key=True),
    Column("revision", Integer, nullable=False),  # the current one
    Column("removed", Boolean, nullable=False),
    Column("sequence", Integer, nullable=False),  # of its last change
    Column("added_at", Text, nullable=False),
    Column("changed_at", Text, nullable=False),
    Column("collection", Text, nullable=False, server_default=""),  # 合集: "" is open to everybody
)
Index("circulars_sequence", circulars.c.sequence, unique=True)

sources: Final = Table(  # 原文件: bytes that hold a circular, by content
    "sources",
    metadata,
    Column("sha256", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("encoding", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("data", LargeBinary, nullable=False),  # original bytes, zlib
    Column("text", LargeBinary, nullable=False),  # the text spans count in, zlib
    Column("circular_id", Text, ForeignKey("circulars.id"), nullable=False),
    Column("added_at", Text, nullable=False),
)
Index("sources_circular", sources.c.circular_id)

files: Final = Table(  # where a source was last seen
    "files",
    metadata,
    Column("place", Text, primary_key=True),  # absolute path, or a caller's own key
    Column("name", Text, nullable=False),  # relative to the folder that was added
    Column("sha256", Text, ForeignKey("sources.sha256"), nullable=False),
)
Index("files_name", files.c.name)

revisions: Final = Table(  # 版本
    "revisions",
    metadata,
    Column("circular_id", Text, ForeignKey("circulars.id"), primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("sha256", Text, ForeignKey("sources.sha256"), nullable=False),
    Column("parsed", LargeBinary, nullable=False),  # JSON without the paragraphs
    Column("title", Text, nullable=False),
    Column("folded_title", Text, nullable=False),
    Column("number", Text, nullable=False),
    Column("date", Text, nullable=False),
    Column("issuers", Text, nullable=False),  # JSON
    Column("region", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("period", Text, nullable=False),
    Column("paragraphs", Integer, nullable=False),
    Column("measures", Integer, nullable=False),
    Column("digest", Text, nullable=False),  # of all paragraph hashes in order
    Column("added_at", Text, nullable=False),
)
Index("revisions_number", revisions.c.number)
Index("revisions_folded_title", revisions.c.folded_title)
Index("revisions_digest", revisions.c.digest)

paragraphs: Final = Table(  # 段, of every revision
    "paragraphs",
    metadata,
    Column("circular_id", Text, primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("eid", Text, nullable=False),
    Column("place", Text, nullable=False),  # the id its structure gives it
    Column("hash", Text, nullable=False),  # 校验码
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
    Column("circular_id", Text, ForeignKey("circulars.id"), primary_key=True),
    Column("eid", Text, primary_key=True),
    Column("issued_revision", Integer, nullable=False),
    Column("last_revision", Integer, nullable=False),  # the last that held the paragraph
    Column("place", Text, nullable=False),  # as issued
    Column("hash", Text, nullable=False),  # as issued
    Column("prefix", Text, nullable=False),  # folded context as issued
    Column("suffix", Text, nullable=False),
    Column("position", Integer, nullable=False),
    Column("target", Text, nullable=False),  # the eid that answers now; "" when removed
    Column("status", Text, nullable=False),
    Column("similarity", Float, nullable=False),
    Column("changed_at", Text, nullable=False),  # "" while nothing has changed
)

quarantine: Final = Table(  # 隔离区: files that hold no circular we can read
    "quarantine",
    metadata,
    Column("place", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("at", Text, nullable=False),
)
Index("quarantine_sha256", quarantine.c.sha256)

mentions: Final = Table(  # agencies in the current revisions
    "mentions",
    metadata,
    Column("circular_id", Text, ForeignKey("circulars.id"), primary_key=True),
    Column("agency_id", Text, primary_key=True),
    Column("as_written", Text, primary_key=True),
    Column("expanded", Text, primary_key=True),
    Column("role", Text, primary_key=True),
    Column("canonical", Text, nullable=False),
    Column("line", Text, nullable=False),
    Column("collective", Boolean, nullable=False),
    Column("times", Integer, nullable=False),
)
Index("mentions_agency", mentions.c.agency_id)

citations: Final = Table(  # 引用, of the current revisions
    "citations",
    metadata,
    Column("circular_id", Text, ForeignKey("circulars.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("eid", Text, nullable=False),
    Column("number", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("relation", Text, nullable=False),
)
Index("citations_number", citations.c.number)
