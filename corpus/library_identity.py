"""Which circular of the library a file belongs to, and whether it adds anything to it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import bindparam, or_, select

from corpus.identity import Likeness, is_correction, is_same_circular
from corpus.interchange import circular_to_json
from corpus.library_codec import from_bytes
from corpus.library_schema import circulars, files, paragraphs, revisions, sources
from corpus.text import fold_text

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from corpus.model import Circular

_STATED: Final = ("title", "number", "issuers", "recipients", "date_signed", "date_printed")

# Built once: for small rows building a statement costs more than running it.
_IN_PLACE: Final = (
    select(sources.c.circular_id)
    .join(files, files.c.sha256 == sources.c.sha256)
    .join(circulars, circulars.c.id == sources.c.circular_id)
    .where(files.c.place == bindparam("at"), ~circulars.c.removed)
)
_SAME_TEXT: Final = revisions.c.digest == bindparam("digest")
_SAME_TITLE: Final = revisions.c.folded_title == bindparam("title")
_ALIKE: Final = (
    select(circulars.c.id)
    .join(revisions, revisions.c.circular_id == circulars.c.id)
    .where(~circulars.c.removed)
    .group_by(circulars.c.id)
    .order_by(circulars.c.sequence)
)
_ALIKE_UNTITLED: Final = _ALIKE.where(_SAME_TEXT)
_ALIKE_TITLED: Final = _ALIKE.where(or_(_SAME_TEXT, _SAME_TITLE))
_REVISION: Final = select(circulars.c.revision).where(circulars.c.id == bindparam("circular"))
_PARAGRAPHS: Final = (
    select(paragraphs.c.eid, paragraphs.c.place, paragraphs.c.hash, paragraphs.c.payload)
    .where(
        paragraphs.c.circular_id == bindparam("circular"),
        paragraphs.c.revision == bindparam("number"),
    )
    .order_by(paragraphs.c.position)
)


def circular_in_place(connection: Connection, place: str, likeness: Likeness) -> str | None:
    """Find the circular that this very file held before its content changed."""
    found = connection.execute(_IN_PLACE, {"at": place}).scalar()
    if found and is_correction(likeness, likeness_of(connection, found)):
        return str(found)
    return None


def circular_elsewhere(connection: Connection, likeness: Likeness) -> str | None:
    """Find a circular that came from another file."""
    signs = {"digest": likeness.digest}
    statement = _ALIKE_UNTITLED
    if likeness.title:
        statement, signs["title"] = _ALIKE_TITLED, likeness.title
    for candidate in connection.execute(statement, signs).scalars().all():
        if is_same_circular(likeness, likeness_of(connection, candidate)):
            return str(candidate)
    return None


def bears_name_of(connection: Connection, circular_id: str, name: str) -> bool:
    """Return whether a file bears the file name of a source of the circular, folders aside."""
    names = connection.execute(
        select(files.c.name)
        .join(sources, sources.c.sha256 == files.c.sha256)
        .where(sources.c.circular_id == circular_id)
    ).scalars()
    return PurePath(name).name in {PurePath(each).name for each in names}


def likeness_of(connection: Connection, circular_id: str) -> Likeness:
    """Return what the current revision of a circular is compared by."""
    current = current_revision(connection, circular_id)
    row = connection.execute(
        select(revisions.c.number, revisions.c.folded_title).where(
            revisions.c.circular_id == circular_id, revisions.c.revision == current
        )
    ).one()
    texts = [
        fold_text(each["text"]) for _, each in stored_paragraphs(connection, circular_id, current)
    ]
    return Likeness.of(row.number, row.folded_title, texts)


def duplicate_reason(
    connection: Connection,
    circular_id: str,
    likeness: Likeness,
    circular: Circular,
    *,
    corrected: bool,
) -> str:
    """Say why a source adds nothing to its circular, "" where it makes a revision.

    A file that itself changed makes a revision whenever its text or its title, number or dates did.
    A file from elsewhere adds nothing with a text that any revision already had, or with a part
    of the current one, unless it only fills in what is not known, as a web page's number does.
    """
    past = connection.execute(
        select(revisions.c.revision, revisions.c.digest, revisions.c.parsed).where(
            revisions.c.circular_id == circular_id
        )
    ).all()
    if not past:
        return ""
    current = max(past, key=lambda row: row.revision)
    stated = from_bytes(current.parsed)
    if current.digest == likeness.digest:
        fresh = circular_to_json(replace(circular, paragraphs=()))
        differing = [key for key in _STATED if stated[key] != fresh[key]]
        if corrected:
            return "" if differing else "same_text"
        fills_in = bool(differing) and not any(stated[key] for key in differing)
        return "" if fills_in else "same_text"
    if corrected:
        return ""
    if likeness.digest in {row.digest for row in past}:
        return "same_text"
    return "excerpt" if likeness_of(connection, circular_id).holds(likeness) else ""


def current_revision(connection: Connection, circular_id: str) -> int:
    """Return the number of the current revision (版本), 0 before the first."""
    return int(connection.execute(_REVISION, {"circular": circular_id}).scalar_one())


def stored_paragraphs(
    connection: Connection, circular_id: str, revision: int
) -> list[tuple[Any, dict[str, Any]]]:
    """Return the rows of a revision's paragraphs in order, each with its JSON."""
    rows = connection.execute(_PARAGRAPHS, {"circular": circular_id, "number": revision})
    found: list[tuple[Any, dict[str, Any]]] = []
    for row in rows:
        payload: dict[str, Any] = from_bytes(row.payload)
        found.append((row, payload))
    return found
