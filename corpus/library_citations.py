"""Who cites whom in the library (引用关系): what cites a circular, what is cited and not held."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import func, or_, select

from corpus.library_records import Citing, Missing
from corpus.library_schema import circulars, citations, revisions
from corpus.model import Relation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Connection

_LIVE: Final = (revisions.c.circular_id == circulars.c.id) & (
    revisions.c.revision == circulars.c.revision
)


def citing(connection: Connection, number: str, titles: Sequence[str]) -> tuple[Citing, ...]:
    """Return where a document is cited, newest circulars first.

    A citation with a number is by its number alone; one without is by its title.
    """
    meant: list[ColumnElement[bool]] = []
    if number:
        meant.append(citations.c.number == number)
    if titles:
        meant.append((citations.c.number == "") & citations.c.title.in_(titles))
    if not meant:
        return ()
    rows = connection.execute(
        select(
            citations.c.circular_id,
            revisions.c.title,
            revisions.c.number,
            revisions.c.date,
            citations.c.eid,
            citations.c.relation,
            citations.c.title.label("as_cited"),
        )
        .join(circulars, circulars.c.id == citations.c.circular_id)
        .join(revisions, _LIVE)
        .where(or_(*meant), ~circulars.c.removed)
        .order_by(revisions.c.date.desc(), citations.c.circular_id, citations.c.position)
    )
    found = (Citing(*row[:5], Relation(row.relation), row.as_cited) for row in rows)
    return tuple(dict.fromkeys(found))


def missing(connection: Connection) -> tuple[Missing, ...]:
    """Return the document numbers that are cited and not held, those most circulars cite first."""
    held = select(revisions.c.number).join(circulars, _LIVE).where(~circulars.c.removed)
    rows = connection.execute(
        select(
            citations.c.number,
            func.count(citations.c.circular_id.distinct()).label("files"),
            func.count().label("places"),
            func.max(citations.c.title).label("title"),
        )
        .join(circulars, circulars.c.id == citations.c.circular_id)
        .where(citations.c.number != "", citations.c.number.not_in(held), ~circulars.c.removed)
        .group_by(citations.c.number)
    )
    found = [Missing(row.number, row.title, row.files, row.places) for row in rows]
    return tuple(sorted(found, key=lambda each: (-each.circulars, -each.places, each.number)))
