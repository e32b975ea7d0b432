"""Whether a library is sound (质检): the database, and what its tables promise each other."""

from __future__ import annotations

import hashlib
import zlib
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import select, text

from corpus.interchange import circular_from_json, paragraph_from_json
from corpus.library_codec import from_bytes
from corpus.library_schema import is_server, meta, paragraphs, revisions, sources

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Connection

_DANGLING: Final = {  # finding → statement that lists what should not be there
    "公文没有当前版本": """
        SELECT c.id FROM circulars c LEFT JOIN revisions r
        ON r.circular_id = c.id AND r.revision = c.revision WHERE r.circular_id IS NULL""",
    "版本的段数与登记不符": """
        SELECT r.circular_id FROM revisions r WHERE r.paragraphs !=
        (SELECT count(*) FROM paragraphs p
        WHERE p.circular_id = r.circular_id AND p.revision = r.revision)""",
    "段落没有永久链接": """
        SELECT p.circular_id || '/' || p.eid FROM paragraphs p LEFT JOIN permalinks l
        ON l.circular_id = p.circular_id AND l.eid = p.eid WHERE l.eid IS NULL""",
    "永久链接指向不存在的段落": """
        SELECT l.circular_id || '/' || l.eid FROM permalinks l
        JOIN circulars c ON c.id = l.circular_id
        LEFT JOIN paragraphs p ON p.circular_id = c.id AND p.revision = c.revision
        AND p.eid = l.target WHERE l.status != 'removed' AND p.eid IS NULL""",
    "公文没有原文件": """
        SELECT c.id FROM circulars c LEFT JOIN sources s ON s.circular_id = c.id
        WHERE s.sha256 IS NULL""",
    "公文的变更序号大于公文库的序号": """
        SELECT c.id FROM circulars c, meta m WHERE c.sequence > m.sequence""",
}
# A server sends rows by so many; an original may take fifty megabytes.
_A_FEW: Final = {"yield_per": 4}
_MANY: Final = {"yield_per": 1_000}


class Finding(NamedTuple):
    """Something wrong with the library: what, and where (发现的问题)."""

    message: str
    where: str


def check_library(connection: Connection) -> tuple[Finding, ...]:
    """Return what is wrong, nothing when the library is sound."""
    return tuple(_findings(connection))


def _findings(connection: Connection) -> Iterator[Finding]:
    if not is_server(connection.dialect):
        yield from _damaged_pages(connection)
    if connection.execute(select(meta.c.id)).first() is None:
        yield Finding("公文库没有登记信息", "meta")
    for message, statement in _DANGLING.items():
        for (where,) in connection.execute(text(statement)):
            yield Finding(message, str(where))
    yield from _changed_sources(connection)
    yield from _unreadable_rows(connection)


def _damaged_pages(connection: Connection) -> Iterator[Finding]:
    """Ask SQLite; a server checks its own pages and keeps its own references."""
    for (said,) in connection.execute(text("PRAGMA integrity_check")):
        if said != "ok":
            yield Finding("数据库文件损坏", str(said))
    for row in connection.execute(text("PRAGMA foreign_key_check")):
        yield Finding("记录引用了不存在的记录", f"{row[0]} {row[1]}")


def _changed_sources(connection: Connection) -> Iterator[Finding]:
    """Compare every source with its checksum, one at a time to spare memory."""
    columns = select(sources.c.sha256, sources.c.size, sources.c.data, sources.c.text)
    for sha256, size, data, said in connection.execute(columns, execution_options=_A_FEW):
        try:
            original = zlib.decompress(data)
            zlib.decompress(said)  # which compares its own checksum
        except zlib.error:
            original = b""
        if hashlib.sha256(original).hexdigest() != sha256 or len(original) != size:
            yield Finding("原文件与校验和不符", sha256)


def _unreadable_rows(connection: Connection) -> Iterator[Finding]:
    """Read every row that holds a value of ours, and compare hashes with the digest over them."""
    hashes: dict[tuple[str, int], list[str]] = {}
    rows = select(
        paragraphs.c.circular_id,
        paragraphs.c.revision,
        paragraphs.c.eid,
        paragraphs.c.hash,
        paragraphs.c.payload,
    ).order_by(paragraphs.c.circular_id, paragraphs.c.revision, paragraphs.c.position)
    for circular_id, revision, eid, digest, payload in connection.execute(
        rows, execution_options=_MANY
    ):
        hashes.setdefault((circular_id, revision), []).append(digest)
        if not _reads(payload, paragraph_from_json):
            yield Finding("段落的记录无法读取", f"{circular_id}/{eid}")
    columns = select(
        revisions.c.circular_id, revisions.c.revision, revisions.c.digest, revisions.c.parsed
    )
    for circular_id, revision, digest, parsed in connection.execute(
        columns, execution_options=_MANY
    ):
        if not _reads(parsed, lambda said: circular_from_json({**said, "paragraphs": []})):
            yield Finding("公文的记录无法读取", f"{circular_id}（第 {revision} 版）")
        held = hashes.get((circular_id, revision), [])
        if hashlib.sha256(" ".join(held).encode()).hexdigest() != digest:
            yield Finding("版本的校验码与各段不符", f"{circular_id}（第 {revision} 版）")


def _reads(data: bytes, read: Callable[[Any], object]) -> bool:
    try:
        read(from_bytes(data))
    except (ValueError, KeyError, TypeError, AttributeError, IndexError):
        return False
    return True
