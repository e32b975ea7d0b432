"""What the library holds about whether circulars still apply (时效): statements, never guesses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Integer, or_, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction

from corpus.library_codec import from_bytes
from corpus.library_records import StatedValidity, Undoing
from corpus.library_schema import circulars, citations, revisions
from corpus.model import Relation

if TYPE_CHECKING:
    from sqlalchemy import Connection
    from sqlalchemy.sql.compiler import SQLCompiler

_LIVE: Final = (revisions.c.circular_id == circulars.c.id) & (
    revisions.c.revision == circulars.c.revision
)
_FIELDS: Final = ("validity", "valid_until", "effective_from")
_ENDED: Final = "no_longer_in_force"


class _byte_place(GenericFunction[int]):  # noqa: N801 - a function of SQL, named like one
    """Where bytes stand in bytes, from 1; 0 where they do not."""

    type = Integer()
    inherit_cache = True


@compiles(_byte_place)
def _in_a_file(element: _byte_place, compiler: SQLCompiler, **how: Any) -> str:
    return f"instr({compiler.process(element.clauses, **how)})"


@compiles(_byte_place, "postgresql")
def _on_a_server(element: _byte_place, compiler: SQLCompiler, **how: Any) -> str:
    return f'pg_catalog."position"({compiler.process(element.clauses, **how)})'


def stated_validity(connection: Connection) -> tuple[StatedValidity, ...]:
    """Return what circulars and their sites say of their own force, those that say something."""
    # Most circulars say nothing: the database looks for the words, and only the others are read.
    says_something = or_(
        *(_byte_place(revisions.c.parsed, f'"{word}"'.encode()) > 0 for word in (*_FIELDS, _ENDED))
    )
    rows = connection.execute(
        select(circulars.c.id, revisions.c.parsed)
        .join(revisions, _LIVE)
        .where(~circulars.c.removed, says_something)
    )
    found = []
    for row in rows:
        parsed = from_bytes(row.parsed)
        said = tuple(
            (each["field"], each["value"])
            for each in parsed["evidence"]
            if each["field"] in _FIELDS
        )
        ended = next((each["message"] for each in parsed["remarks"] if each["code"] == _ENDED), "")
        if said or ended:
            found.append(StatedValidity(row.id, said, ended))
    return tuple(found)


def undoings(connection: Connection) -> tuple[Undoing, ...]:
    """Return which circulars repeal or amend which others, older ones first."""
    rows = connection.execute(
        select(
            citations.c.number.label("cited_number"),
            citations.c.title.label("cited_title"),
            citations.c.relation,
            circulars.c.id,
            revisions.c.title,
            revisions.c.number,
        )
        .join(circulars, circulars.c.id == citations.c.circular_id)
        .join(revisions, _LIVE)
        .where(
            citations.c.relation.in_((Relation.REPEALS.value, Relation.AMENDS.value)),
            ~circulars.c.removed,
        )
        .order_by(revisions.c.date, circulars.c.id, citations.c.position)
    )
    return tuple(
        Undoing(row.cited_number, row.cited_title, Relation(row.relation), *row[3:]) for row in rows
    )
