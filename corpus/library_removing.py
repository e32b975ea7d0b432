"""Out of the library and back (移除、恢复), and what never came in: the quarantine list (隔离)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select, update

from corpus.library_codec import now, plain
from corpus.library_schema import circulars, quarantine
from corpus.library_transactions import hold
from corpus.library_writing import next_sequence

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from corpus.library_records import Quarantined


def put_in_quarantine(connection: Connection, rejected: Quarantined, place: str) -> None:
    """Enter a file in the quarantine list, or what is wrong with it now (隔离)."""
    hold(connection, f"place:{place}")
    known = connection.execute(
        select(quarantine.c.sha256, quarantine.c.code, quarantine.c.detail).where(
            quarantine.c.place == place
        )
    ).one_or_none()
    if known == (rejected.sha256, rejected.code, plain(rejected.detail)):
        return
    connection.execute(delete(quarantine).where(quarantine.c.place == place))
    connection.execute(
        insert(quarantine).values(
            place=place,
            name=plain(rejected.name),
            sha256=rejected.sha256,
            code=rejected.code,
            detail=plain(rejected.detail),
            at=rejected.at or now(),
        )
    )


def set_removed(connection: Connection, circular_id: str, *, removed: bool) -> bool:
    """Take a circular out or bring it back; False where that changes nothing (移除、恢复)."""
    hold(connection, f"circular:{circular_id}")
    held = connection.execute(
        select(circulars.c.removed).where(circulars.c.id == circular_id)
    ).scalar()
    if held is None or held == removed:
        return False
    connection.execute(
        update(circulars)
        .where(circulars.c.id == circular_id)
        .values(removed=removed, sequence=next_sequence(connection), changed_at=now())
    )
    return True
