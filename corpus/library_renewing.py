"""A source read again by a better parser (重新解析): what that changes, and what it must not.

The bytes are the same, so it is the same circular. Where its paragraphs stand as they stood, what
is known about them is put in place of what was; where a paragraph changed or moved it is a new
revision, and the permalinks follow as they do when a file was corrected.
"""

from __future__ import annotations

import json
import zlib
from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import delete, select, update

from corpus.identity import Likeness
from corpus.interchange import circular_to_json
from corpus.library_codec import from_bytes, plain, to_bytes
from corpus.library_identity import stored_paragraphs
from corpus.library_records import Stored, number_text
from corpus.library_schema import circulars, paragraphs, revisions, sources
from corpus.library_transactions import hold
from corpus.library_writing import Draft, arrivals_of, put_revision, write_revision
from corpus.text import fold_text

if TYPE_CHECKING:
    from typing import Any

    from sqlalchemy import Connection, Row

    from corpus.library_records import Source
    from corpus.model import Circular


def renew_circular(
    connection: Connection, circular_id: str, source: Source, circular: Circular
) -> Stored:
    """Store what a parser now makes of the source of a circular's current revision (重新解析).

    The reason is `unchanged`, `renewed` (the paragraphs stand as they stood), `revised`, or
    `overtaken` when the circular was removed or came from another file meanwhile.
    """
    hold(connection, f"circular:{circular_id}")
    held = connection.execute(
        select(revisions, sources.c.text)
        .join(circulars, circulars.c.id == revisions.c.circular_id)
        .join(sources, sources.c.sha256 == revisions.c.sha256)
        .where(
            circulars.c.id == circular_id,
            circulars.c.revision == revisions.c.revision,
            ~circulars.c.removed,
            revisions.c.sha256 == source.sha256,
        )
    ).one_or_none()
    count = len(circular.paragraphs)
    if held is None:
        return Stored("skipped", "overtaken", circular_id, 0, count)
    texts = tuple(fold_text(paragraph.text) for paragraph in circular.paragraphs)
    likeness = Likeness.of(plain(number_text(circular.number)), fold_text(circular.title), texts)
    arrivals = arrivals_of(circular.paragraphs, texts)
    rows = stored_paragraphs(connection, circular_id, held.revision)
    stand = [(row.place, row.hash) for row, _ in rows] == [
        (arrival.place, checked) for arrival, checked in zip(arrivals, likeness.hashes, strict=True)
    ]
    places = tuple((row.eid, row.place) for row, _ in rows)
    text = source.text.encode("utf-8", "surrogatepass")
    payloads = [payload for _, payload in rows]
    same = stand and zlib.decompress(held.text) == text
    if same and _says_the_same(held, payloads, circular, places):
        return Stored("duplicate", "unchanged", circular_id, held.revision, count)
    connection.execute(
        update(sources)
        .where(sources.c.sha256 == source.sha256)
        .values(
            text=zlib.compress(text, 3),
            media_type=plain(source.media_type),
            encoding=plain(source.encoding),
        )
    )
    revision = held.revision + (not stand)
    draft = Draft(circular_id, revision, source.sha256, circular, likeness, texts)
    if not stand:
        write_revision(connection, draft)
        return Stored("indexed", "revised", circular_id, revision, count)
    for table in (paragraphs, revisions):
        connection.execute(
            delete(table).where(
                table.c.circular_id == circular_id, table.c.revision == held.revision
            )
        )
    put_revision(connection, draft, places, at=held.added_at, known=True)
    return Stored("indexed", "renewed", circular_id, held.revision, count)


def _says_the_same(
    held: Row[Any],
    payloads: list[dict[str, Any]],
    circular: Circular,
    places: tuple[tuple[str, str], ...],
) -> bool:
    """Whether a parser says of a circular what is kept of it, word for word."""
    body = tuple(
        replace(paragraph, id=eid)
        for paragraph, (eid, _) in zip(circular.paragraphs, places, strict=True)
    )
    fresh = from_bytes(to_bytes(circular_to_json(replace(circular, paragraphs=body))))
    stored = {**from_bytes(held.parsed), "paragraphs": payloads}
    return json.dumps(fresh, sort_keys=True) == json.dumps(stored, sort_keys=True)
