"""Writing a circular into the library: which circular it is, its revision, its permalinks.

Every function runs inside the transaction of its caller: one source file, one transaction.
"""

from __future__ import annotations

import base64
import json
import zlib
from bisect import bisect_right
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import bindparam, delete, insert, or_, select, update

from corpus.identity import Likeness
from corpus.interchange import circular_to_json
from corpus.library_codec import now, plain, to_bytes
from corpus.library_identity import (
    bears_name_of,
    circular_elsewhere,
    circular_in_place,
    current_revision,
    duplicate_reason,
    likeness_of,
)
from corpus.library_links import settle_links
from corpus.library_records import Sighting, Source, Stored, listed_date, number_text
from corpus.library_schema import (
    circulars,
    citations,
    files,
    mentions,
    meta,
    paragraphs,
    quarantine,
    revisions,
    sources,
)
from corpus.library_transactions import hold
from corpus.permalinks import Arrival
from corpus.text import fold_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from corpus.model import Circular, Paragraph

_ID_LENGTH: Final = 10


# Built once: for small rows building a statement costs more than running it.
_KNOWN: Final = select(sources.c.circular_id).where(sources.c.sha256 == bindparam("bytes"))
_TAKEN: Final = select(circulars.c.id).where(circulars.c.id == bindparam("wanted"))
_COUNT: Final = update(meta).values(sequence=meta.c.sequence + 1).returning(meta.c.sequence)
_MOVE: Final = (
    update(files)
    .where(files.c.place == bindparam("at"))
    .values(name=bindparam("called"), sha256=bindparam("bytes"))
)
_ENTER: Final = insert(files).values(
    place=bindparam("at"), name=bindparam("called"), sha256=bindparam("bytes")
)
_ADD_CIRCULAR: Final = insert(circulars)
_ADD_SOURCE: Final = insert(sources)
_ADD_REVISION: Final = insert(revisions)
_ADD_PARAGRAPHS: Final = insert(paragraphs)
_ADD_MENTIONS: Final = insert(mentions)
_ADD_CITATIONS: Final = insert(citations)
_RENEW: Final = (
    update(circulars)
    .where(circulars.c.id == bindparam("circular"))
    .values(revision=bindparam("number"), changed_at=bindparam("at"), sequence=bindparam("counted"))
)
_ACQUIT: Final = delete(quarantine).where(
    or_(quarantine.c.place == bindparam("seen"), quarantine.c.sha256 == bindparam("bytes"))
)


class Draft(NamedTuple):
    """A revision (版本) about to be written: what the bytes of `sha256` say in a circular."""

    circular_id: str
    revision: int
    sha256: str
    circular: Circular
    likeness: Likeness
    texts: Sequence[str]  # of the paragraphs, in their search form


class _Belonging(NamedTuple):
    """What a source is to the library: known bytes, a file seen before, another's copy, or new."""

    known: str | None = None  # the circular that has these very bytes
    before: str | None = None  # the circular that this file held
    joined: str | None = None
    corrected: bool = False

    @property
    def held(self) -> str | None:
        """The circular it belongs to, None where it begins one."""
        return self.known or self.joined


def store_source(connection: Connection, source: Source, circular: Circular) -> Stored:
    """Store a source and the circular parsed from it; see `corpus.identity` for what is one."""
    texts = tuple(fold_text(paragraph.text) for paragraph in circular.paragraphs)
    likeness = Likeness.of(plain(number_text(circular.number)), fold_text(circular.title), texts)
    # Two files that might be one circular are stored one after the other, wherever they come in.
    signs = [f"source:{source.sha256}", f"place:{source.place}", f"digest:{likeness.digest}"]
    hold(connection, *signs, *([f"title:{likeness.title}"] if likeness.title else ()))
    found = _belonging(connection, source, circular, likeness)
    while found.held and hold(connection, f"circular:{found.held}"):
        looked, found = found, _belonging(connection, source, circular, likeness)
        if found.held == looked.held:
            break
    held = found.held
    circular_id = held or _new_circular(connection, source)
    if found.known is None:
        _insert_source(connection, source, circular_id)
    note_file(connection, source)
    revision, reason = 1, ""
    if held:
        reason = duplicate_reason(connection, held, likeness, circular, corrected=found.corrected)
        if found.known and not found.before:
            reason = "same_bytes"
        revision = current_revision(connection, held) + (not reason)
    if reason:
        return Stored("duplicate", reason, circular_id, revision, len(texts))
    draft = Draft(circular_id, revision, source.sha256, circular, likeness, texts)
    write_revision(connection, draft)
    return Stored("indexed", "revised" if held else "new", circular_id, revision, len(texts))


def _belonging(
    connection: Connection, source: Source, circular: Circular, likeness: Likeness
) -> _Belonging:
    known = connection.execute(_KNOWN, {"bytes": source.sha256}).scalar()
    before = circular_in_place(connection, source.place, likeness)
    joined, corrected = (before, True) if before else (None, False)
    if not known and not before:
        joined, corrected = _circular_joined(connection, source, circular, likeness)
    return _Belonging(known, before, joined, corrected)


def _circular_joined(
    connection: Connection, source: Source, circular: Circular, likeness: Likeness
) -> tuple[str | None, bool]:
    """Find the circular from another file that this one belongs to, and whether it corrects it.

    A corrected download bears the file name of a source of that circular. Any other copy belongs
    to it only where it adds nothing or hides nothing; with other words it is a reprint and stays a
    circular of its own, since as a revision it would hide the text that was there before.
    """
    found = circular_elsewhere(connection, likeness)
    if found is None:
        return None, False
    if bears_name_of(connection, found, plain(source.name)):
        return found, True
    adds_nothing = duplicate_reason(connection, found, likeness, circular, corrected=False)
    if adds_nothing or likeness.holds(likeness_of(connection, found)):
        return found, False
    return None, False


def note_file(connection: Connection, source: Source | Sighting) -> None:
    """Remember which source stands at a place; what it holds is not in quarantine any more."""
    seen = {"at": source.place, "called": plain(source.name), "bytes": source.sha256}
    if not connection.execute(_MOVE, seen).rowcount:
        connection.execute(_ENTER, seen)
    connection.execute(_ACQUIT, {"seen": source.place, "bytes": source.sha256})


def put_into(connection: Connection, circular_id: str, collection: str) -> bool:
    """Put a circular into a collection; tell whether it was not there already."""
    hold(connection, f"circular:{circular_id}")
    elsewhere = (circulars.c.id == circular_id) & (circulars.c.collection != collection)
    if connection.execute(select(circulars.c.id).where(elsewhere)).scalar() is None:
        return False
    connection.execute(
        update(circulars)
        .where(circulars.c.id == circular_id)
        .values(collection=collection, sequence=next_sequence(connection))
    )
    return True


def next_sequence(connection: Connection) -> int:
    """Count one change of the library and return its sequence number."""
    return int(connection.execute(_COUNT).scalar_one())


def _new_circular(connection: Connection, source: Source) -> str:
    """Enter a circular under an id taken from its first source; longer if that is taken."""
    digest = base64.b32encode(bytes.fromhex(source.sha256)).decode("ascii").lower()
    length = _ID_LENGTH
    while connection.execute(_TAKEN, {"wanted": digest[:length]}).scalar():
        length += 1
    at = now()
    connection.execute(
        _ADD_CIRCULAR,
        {
            "id": digest[:length],
            "revision": 1,
            "removed": False,
            "sequence": _unlike_any(source),
            "added_at": at,
            "changed_at": at,
        },
    )
    return digest[:length]


def _unlike_any(source: Source) -> int:
    """Return a number for a circular that has none before its transaction ends."""
    return -1 - (int(source.sha256[:8], 16) >> 1)


def _insert_source(connection: Connection, source: Source, circular_id: str) -> None:
    connection.execute(
        _ADD_SOURCE,
        {
            "sha256": source.sha256,
            "name": plain(source.name),
            "media_type": plain(source.media_type),
            "encoding": plain(source.encoding),
            "size": len(source.data),
            "data": zlib.compress(source.data, 3),
            "text": zlib.compress(source.text.encode("utf-8", "surrogatepass"), 3),
            "circular_id": circular_id,
            "added_at": now(),
        },
    )


def write_revision(connection: Connection, draft: Draft) -> None:
    """Write a new revision (版本) of a circular: its permalinks, its paragraphs, what it says."""
    at = now()
    arrivals = arrivals_of(draft.circular.paragraphs, draft.texts)
    ids = settle_links(connection, draft.circular_id, draft.revision, arrivals, at)
    places = tuple(zip(ids, (arrival.place for arrival in arrivals), strict=True))
    put_revision(connection, draft, places, at=at, known=draft.revision > 1)


def put_revision(
    connection: Connection,
    draft: Draft,
    places: Sequence[tuple[str, str]],
    *,
    at: str,
    known: bool,
) -> None:
    """Put the rows of a revision in place; `places` are its paragraphs' ids and where they stand.

    No row of that revision may be there. `known` says that the circular has been read before, so
    that this is a change of it.
    """
    circular_id, revision, circular = draft.circular_id, draft.revision, draft.circular
    body = tuple(
        replace(paragraph, id=eid)
        for paragraph, (eid, _) in zip(circular.paragraphs, places, strict=True)
    )
    parsed = circular_to_json(replace(circular, paragraphs=body))
    payloads = parsed.pop("paragraphs")
    _insert_revision(connection, draft, parsed, at)
    if body:
        connection.execute(
            _ADD_PARAGRAPHS,
            [
                {
                    "circular_id": circular_id,
                    "revision": revision,
                    "position": position,
                    "eid": eid,
                    "place": place,
                    "hash": checked,
                    "payload": to_bytes(payload),
                }
                for position, ((eid, place), checked, payload) in enumerate(
                    zip(places, draft.likeness.hashes, payloads, strict=True)
                )
            ],
        )
    if known:
        connection.execute(delete(mentions).where(mentions.c.circular_id == circular_id))
        connection.execute(delete(citations).where(citations.c.circular_id == circular_id))
    _write_mentions(connection, circular_id, body)
    _write_citations(connection, circular_id, circular, body)
    # Last: until the commit nobody else can count, so the numbers follow the order of commits.
    connection.execute(
        _RENEW,
        {
            "circular": circular_id,
            "number": revision,
            "at": at,
            "counted": next_sequence(connection),
        },
    )


def _insert_revision(connection: Connection, draft: Draft, parsed: dict[str, Any], at: str) -> None:
    circular, likeness = draft.circular, draft.likeness
    connection.execute(
        _ADD_REVISION,
        {
            "circular_id": draft.circular_id,
            "revision": draft.revision,
            "sha256": draft.sha256,
            "parsed": to_bytes(parsed),
            "title": plain(circular.title),
            "folded_title": likeness.title,
            "number": likeness.number,
            "date": listed_date(circular),
            "issuers": json.dumps(circular.issuers),
            "region": plain(circular.region),
            "kind": plain(circular.kind),
            "period": plain(circular.period),
            "paragraphs": len(circular.paragraphs),
            "measures": sum(len(paragraph.groups) for paragraph in circular.paragraphs),
            "digest": likeness.digest,
            "added_at": at,
        },
    )


def arrivals_of(body: Sequence[Paragraph], texts: Sequence[str]) -> tuple[Arrival, ...]:
    """Return the paragraphs as they arrive; an id given twice is told apart by a counter."""
    seen: Counter[str] = Counter()
    arrivals = []
    for paragraph, text in zip(body, texts, strict=True):
        place = plain(paragraph.id)
        seen[place] += 1
        if seen[place] > 1:
            place = f"{place}-{seen[place]}"
            seen[place] += 1
        arrivals.append(Arrival(place, text))
    return tuple(arrivals)


def _write_mentions(connection: Connection, circular_id: str, body: Sequence[Paragraph]) -> None:
    """Enter the agencies named in the circular's current revision."""
    times: Counter[tuple[str, str, str, str]] = Counter()
    facts: dict[tuple[str, str, str, str], dict[str, Any]] = {}
    for member in (m for paragraph in body for group in paragraph.groups for m in group.members):
        key = (
            plain(member.agency_id),
            plain(member.as_written),
            plain(member.expanded),
            member.role.value,
        )
        times[key] += 1
        facts[key] = {
            "canonical": plain(member.canonical),
            "line": plain(member.line),
            "collective": member.collective,
        }
    rows = [
        {
            "circular_id": circular_id,
            **dict(zip(("agency_id", "as_written", "expanded", "role"), key, strict=True)),
            **facts[key],
            "times": count,
        }
        for key, count in times.items()
    ]
    if rows:
        connection.execute(_ADD_MENTIONS, rows)


def _write_citations(
    connection: Connection, circular_id: str, circular: Circular, body: Sequence[Paragraph]
) -> None:
    """Enter the citations of the circular's current revision."""
    starts = [paragraph.span.start for paragraph in body]
    rows = []
    for position, reference in enumerate(circular.references):
        index = bisect_right(starts, reference.span.start) - 1
        inside = index >= 0 and reference.span.end <= body[index].span.end
        rows.append(
            {
                "circular_id": circular_id,
                "position": position,
                "eid": body[index].id if inside else "",
                "number": plain(number_text(reference.number)),
                "title": plain(reference.title),
                "relation": reference.relation.value,
            }
        )
    if rows:
        connection.execute(_ADD_CITATIONS, rows)
