"""Reading from the library: the statements, and the values made of their rows.

Every function reads inside the transaction of its caller, so what it joins belongs together.
"""

from __future__ import annotations

import json
import zlib
from collections import Counter, defaultdict
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import bindparam, func, select

from corpus.interchange import circular_from_json, paragraph_from_json
from corpus.library_codec import from_bytes, plain
from corpus.library_identity import stored_paragraphs
from corpus.library_records import (
    AgencyNames,
    Change,
    CircularSummary,
    CitedBy,
    Counts,
    Permalink,
    Quarantined,
    Sighting,
    Source,
    Stored,
    StoredCircular,
    StoredParagraph,
)
from corpus.library_schema import (
    bound_pairs,
    circulars,
    citations,
    files,
    is_server,
    mentions,
    meta,
    pairs_as_table,
    paragraphs,
    permalinks,
    quarantine,
    revisions,
    sources,
)
from corpus.permalinks import LinkStatus

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Connection, Select

_AT_ONCE: Final = 5_000  # ids in one statement; a bound on memory
_SEQUENCE: Final = select(meta.c.sequence)  # built once: every request asks


def _current() -> ColumnElement[bool]:
    return (revisions.c.circular_id == circulars.c.id) & (
        revisions.c.revision == circulars.c.revision
    )


def sequence(connection: Connection) -> int:
    """Return how many changes there have been."""
    return int(connection.execute(_SEQUENCE).scalar_one())


def changes(connection: Connection, since: int) -> tuple[Change, ...]:
    """Return the last change of each circular changed after `since`, in order."""
    rows = connection.execute(
        select(circulars.c.sequence, circulars.c.id, circulars.c.removed)
        .where(circulars.c.sequence > since)
        .order_by(circulars.c.sequence)
    )
    return tuple(Change(*row) for row in rows)


def circular_ids(connection: Connection) -> tuple[str, ...]:
    """Return the ids of all circulars that are not removed."""
    return tuple(
        connection.execute(
            select(circulars.c.id).where(~circulars.c.removed).order_by(circulars.c.sequence)
        ).scalars()
    )


def get_circular(connection: Connection, circular_id: str) -> StoredCircular | None:
    """Return a circular in its current revision; None where unknown or removed."""
    row = connection.execute(_CIRCULAR, {"circular": circular_id}).one_or_none()
    if row is None:
        return None
    parsed = from_bytes(row.parsed)
    parsed["paragraphs"] = [
        payload for _, payload in stored_paragraphs(connection, circular_id, row.revision)
    ]
    return StoredCircular(
        id=circular_id,
        revision=row.revision,
        circular=circular_from_json(parsed),
        text=zlib.decompress(row.text).decode("utf-8", "surrogatepass"),
        source_name=row.name,
        source_sha256=row.sha256,
        added_at=row.added_at,
        sequence=row.sequence,
    )


_CIRCULAR: Final = (  # built once: every build of an index asks for every circular
    select(circulars.c.sequence, revisions, sources.c.name, sources.c.text)
    .join(revisions, _current())
    .join(sources, sources.c.sha256 == revisions.c.sha256)
    .where(circulars.c.id == bindparam("circular"), ~circulars.c.removed)
)


def source_of(connection: Connection, circular_id: str) -> Source | None:
    """Return the source of a circular's current revision, with where its file was last seen."""
    row = connection.execute(
        select(sources, files.c.place)
        .join(revisions, revisions.c.sha256 == sources.c.sha256)
        .join(circulars, _current())
        .outerjoin(files, files.c.sha256 == sources.c.sha256)
        .where(circulars.c.id == circular_id, ~circulars.c.removed)
        .order_by(files.c.place)
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    return Source(
        name=row.name,
        place=row.place or "",
        sha256=row.sha256,
        data=zlib.decompress(row.data),
        text=zlib.decompress(row.text).decode("utf-8", "surrogatepass"),
        media_type=row.media_type,
        encoding=row.encoding,
    )


def original(connection: Connection, sha256: str) -> bytes | None:
    """Return the bytes of a source."""
    data = connection.execute(select(sources.c.data).where(sources.c.sha256 == sha256)).scalar()
    return None if data is None else zlib.decompress(data)


def get_paragraphs(
    connection: Connection, ids: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], StoredParagraph]:
    """Return paragraphs of current revisions by (circular id, paragraph id)."""
    on_server = is_server(connection.dialect)
    found: dict[tuple[str, str], StoredParagraph] = {}
    for start in range(0, len(ids), _AT_ONCE):
        wanted = bound_pairs(ids[start : start + _AT_ONCE], on_server=on_server)
        for row in connection.execute(_select_paragraphs(on_server=on_server), {"wanted": wanted}):
            circular, eid, check_code, payload, title, number, date, issuers, region, kind = row
            found[circular, eid] = StoredParagraph(
                circular_id=circular,
                paragraph=paragraph_from_json(from_bytes(payload)),
                title=title,
                number=number,
                date=date,
                issuers=tuple(json.loads(issuers)),
                region=region,
                kind=kind,
                check_code=check_code,
            )
    return found


@cache  # building it takes as long as what it finds, and every page of hits asks
def _select_paragraphs(*, on_server: bool) -> Select[Any]:
    wanted, circular_id, eid = pairs_as_table("wanted", on_server=on_server)
    return (
        select(
            paragraphs.c.circular_id,
            paragraphs.c.eid,
            paragraphs.c.hash,
            paragraphs.c.payload,
            revisions.c.title,
            revisions.c.number,
            revisions.c.date,
            revisions.c.issuers,
            revisions.c.region,
            revisions.c.kind,
        )
        .select_from(wanted)
        .join(paragraphs, (paragraphs.c.circular_id == circular_id) & (paragraphs.c.eid == eid))
        .join(
            circulars,
            (circulars.c.id == paragraphs.c.circular_id)
            & (circulars.c.revision == paragraphs.c.revision),
        )
        .join(revisions, _current())
        .where(~circulars.c.removed)
    )


def find_number(connection: Connection, number: str) -> tuple[StoredCircular, ...]:
    """Return the circulars whose own number it is."""
    ids = connection.execute(
        select(circulars.c.id)
        .join(revisions, _current())
        .where(revisions.c.number == number, ~circulars.c.removed)
        .order_by(circulars.c.sequence)
    ).scalars()
    return tuple(filter(None, (get_circular(connection, each) for each in ids.all())))


def cited_by(connection: Connection, number: str) -> tuple[CitedBy, ...]:
    """Return where a number is cited, once a paragraph."""
    rows = connection.execute(
        select(citations.c.circular_id, revisions.c.title, citations.c.eid)
        .join(circulars, circulars.c.id == citations.c.circular_id)
        .join(revisions, _current())
        .where(citations.c.number == number, ~circulars.c.removed)
        .order_by(revisions.c.date.desc(), citations.c.circular_id, citations.c.position)
    )
    return tuple(dict.fromkeys(CitedBy(*row) for row in rows))


def resolve(connection: Connection, circular_id: str, eid: str) -> Permalink:
    """Return what a permalink answers with in the circular's current revision."""
    link = connection.execute(
        select(
            permalinks,
            circulars.c.revision,
            circulars.c.removed,
            circulars.c.changed_at.label("moment"),
        )
        .join(circulars, circulars.c.id == permalinks.c.circular_id)
        .where(permalinks.c.circular_id == circular_id, permalinks.c.eid == eid)
    ).one_or_none()
    if link is None:
        return Permalink(LinkStatus.UNKNOWN)
    if link.removed:
        return Permalink(LinkStatus.REMOVED, changed_at=link.moment, revision=link.revision)
    status = LinkStatus(link.status)
    payload = connection.execute(
        select(paragraphs.c.payload).where(
            paragraphs.c.circular_id == circular_id,
            paragraphs.c.revision == link.revision,
            paragraphs.c.eid == link.target,
        )
    ).scalar()
    return Permalink(
        status=status,
        eid=link.target,
        paragraph=None if payload is None else paragraph_from_json(from_bytes(payload)),
        similarity=link.similarity,
        changed_at=link.changed_at,
        revision=link.revision,
    )


def summary(connection: Connection, since: int = 0) -> tuple[CircularSummary, ...]:
    """Return one line per circular changed after number `since`, in no order."""
    rows = connection.execute(
        select(circulars.c.id, revisions, sources.c.name)
        .join(revisions, _current())
        .join(sources, sources.c.sha256 == revisions.c.sha256)
        .where(~circulars.c.removed, circulars.c.sequence > since)
    )
    return tuple(
        CircularSummary(
            id=row.id,
            revision=row.revision,
            title=row.title,
            number=row.number,
            date=row.date,
            issuers=tuple(json.loads(row.issuers)),
            region=row.region,
            kind=row.kind,
            period=row.period,
            paragraphs=row.paragraphs,
            measures=row.measures,
            source_name=row.name,
            added_at=row.added_at,
        )
        for row in rows
    )


def counts(connection: Connection) -> Counts:
    """Return how much the library holds."""
    held = connection.execute(
        select(
            func.count(),
            func.coalesce(func.sum(revisions.c.paragraphs), 0),
            func.coalesce(func.sum(revisions.c.measures), 0),
        )
        .select_from(circulars)
        .join(revisions, _current())
        .where(~circulars.c.removed)
    ).one()
    others: list[int] = [
        connection.execute(select(func.count()).select_from(table)).scalar_one()
        for table in (sources, revisions, quarantine)
    ]
    return Counts(held[0], held[1], held[2], others[0], others[1], others[2], sequence(connection))


def collections(connection: Connection) -> dict[str, int]:
    """Return how many circulars each collection has, by its name."""
    rows = connection.execute(
        select(circulars.c.collection, func.count())
        .where(circulars.c.collection != "", ~circulars.c.removed)
        .group_by(circulars.c.collection)
        .order_by(circulars.c.collection)
    )
    return {row[0]: row[1] for row in rows}


def recall(connection: Connection, sighting: Sighting) -> tuple[Stored | Quarantined | None, bool]:
    """Return what is known of a file by its bytes, and whether it was never seen at this place."""
    held = connection.execute(_HELD, {"sha256": sighting.sha256}).one_or_none()
    if held is None:
        return quarantined_as(connection, sighting.sha256), False
    if held.removed:
        return Stored("skipped", "removed", held.circular_id, held.revision, 0), False
    seen = connection.execute(_SEEN, {"place": sighting.place}).one_or_none()
    if seen and seen.sha256 != sighting.sha256 and seen.circular_id == held.circular_id:
        return None, False  # the file went back to what it held before: that is a revision
    news = seen is None or (seen.sha256, seen.name) != (sighting.sha256, plain(sighting.name))
    known = Stored("duplicate", "same_bytes", held.circular_id, held.revision, held.paragraphs)
    return known, news


_HELD: Final = (
    select(sources.c.circular_id, circulars.c.revision, circulars.c.removed, revisions.c.paragraphs)
    .join(circulars, circulars.c.id == sources.c.circular_id)
    .join(revisions, _current())
    .where(sources.c.sha256 == bindparam("sha256"))
)
_SEEN: Final = (
    select(files.c.sha256, files.c.name, sources.c.circular_id)
    .join(sources, sources.c.sha256 == files.c.sha256)
    .where(files.c.place == bindparam("place"))
)


def quarantined(connection: Connection) -> tuple[Quarantined, ...]:
    """Return the quarantine list by name."""
    rows = connection.execute(_QUARANTINED.order_by(quarantine.c.name, quarantine.c.place))
    return tuple(Quarantined(*row) for row in rows)


def quarantined_as(connection: Connection, sha256: str) -> Quarantined | None:
    """Return the entry of a file with these bytes; None where there is none."""
    if not sha256:
        return None
    row = connection.execute(_QUARANTINED_AS, {"sha256": sha256}).first()
    return None if row is None else Quarantined(*row)


_QUARANTINED: Final = select(
    quarantine.c.name, quarantine.c.sha256, quarantine.c.code, quarantine.c.detail, quarantine.c.at
)
_QUARANTINED_AS: Final = _QUARANTINED.where(quarantine.c.sha256 == bindparam("sha256")).order_by(
    quarantine.c.place
)


def agencies(connection: Connection) -> tuple[AgencyNames, ...]:
    """Return every agency with its spellings, those of removed circulars left out."""
    # The database counts: it takes a fraction of the time, and lets other threads work meanwhile.
    facts = (mentions.c.agency_id, mentions.c.canonical, mentions.c.line, mentions.c.collective)
    spelling = (mentions.c.as_written, mentions.c.expanded)
    newest = func.max(circulars.c.sequence)
    rows = connection.execute(
        select(*facts, *spelling, func.sum(mentions.c.times).label("times"))
        .join(circulars, circulars.c.id == mentions.c.circular_id)
        .where(~circulars.c.removed)
        .group_by(*facts, *spelling)
        # The newest circular says what a body is, wherever the library is kept.
        .order_by(newest, *spelling)
    )
    expanded: defaultdict[str, Counter[str]] = defaultdict(Counter)
    written: defaultdict[str, Counter[str]] = defaultdict(Counter)
    said: dict[str, Any] = {}
    for row in rows:
        expanded[row.agency_id][row.expanded] += row.times
        written[row.agency_id][row.as_written] += row.times
        said[row.agency_id] = row
    return tuple(
        AgencyNames(
            agency_id=agency_id,
            canonical=said[agency_id].canonical,
            line=said[agency_id].line,
            collective=said[agency_id].collective,
            expanded=_ranked(expanded[agency_id]),
            as_written=_ranked(written[agency_id]),
        )
        for agency_id in sorted(said)
    )


def _ranked(spellings: Counter[str]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(spellings.items(), key=lambda item: (-item[1], item[0])))
