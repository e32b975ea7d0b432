"""Whether a library is sound (质检): the database, and what its tables promise each other."""

from __future__ import annotations

import hashlib
import zlib
from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import select, text

from corpus.library_schema import meta, sources

if TYPE_CHECKING:
    from collections.abc import Iterator

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


class Finding(NamedTuple):
    """Something wrong with the library: what, and where (发现的问题)."""

    message: str
    where: str


def check_library(connection: Connection) -> tuple[Finding, ...]:
    """Return what is wrong, nothing when the library is sound."""
    return tuple(_findings(connection))


def _findings(connection: Connection) -> Iterator[Finding]:
    for (said,) in connection.execute(text("PRAGMA integrity_check")):
        if said != "ok":
            yield Finding("数据库文件损坏", str(said))
    for row in connection.execute(text("PRAGMA foreign_key_check")):
        yield Finding("记录引用了不存在的记录", f"{row[0]} {row[1]}")
    if connection.execute(select(meta.c.id)).first() is None:
        yield Finding("公文库没有登记信息", "meta")
    for message, statement in _DANGLING.items():
        for (where,) in connection.execute(text(statement)):
            yield Finding(message, str(where))
    yield from _changed_sources(connection)


def _changed_sources(connection: Connection) -> Iterator[Finding]:
    """Compare every source with its checksum, one at a time to spare memory."""
    for sha256, data in connection.execute(select(sources.c.sha256, sources.c.data)):
        try:
            held = hashlib.sha256(zlib.decompress(data)).hexdigest()
        except zlib.error:
            held = ""
        if held != sha256:
            yield Finding("原文件与校验和不符", sha256)
