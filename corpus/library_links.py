"""The permalinks of a circular in the library: what was issued, and what it answers with now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import bindparam, insert, select, update

from corpus.library_identity import stored_paragraphs
from corpus.library_schema import permalinks
from corpus.permalinks import Anchor, Answer, Arrival, LinkStatus, settle, text_hash
from corpus.text import fold_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection, Row

_CONTEXT: Final = 32  # folded characters kept on either side of an anchor


def settle_links(
    connection: Connection,
    circular_id: str,
    revision: int,
    arrivals: Sequence[Arrival],
    at: str,
) -> tuple[str, ...]:
    """Return the ids of a new revision's paragraphs; issue new ones, redirect the old ones."""
    links = _links(connection, circular_id) if revision > 1 else ()
    anchors = _anchors(connection, circular_id, revision - 1, links)
    ids, answers = settle(anchors, arrivals, revision)
    _issue(
        connection,
        circular_id,
        revision,
        ids=ids,
        arrivals=arrivals,
        known={link.eid for link in links},
    )
    if links:
        texts = {eid: arrival.text for eid, arrival in zip(ids, arrivals, strict=True)}
        was = {anchor.eid: anchor.last_text for anchor in anchors}
        rows = [
            _redirected(link, answers[link.eid], revision=revision, texts=texts, was=was, at=at)
            for link in links
        ]
        connection.execute(_UPDATE, rows)
    return ids


def _redirected(
    link: Row[Any],
    now: Answer,
    *,
    revision: int,
    texts: Mapping[str, str],
    was: Mapping[str, str],
    at: str,
) -> dict[str, Any]:
    """Return what a link says from now on; its date changes when its answer or the text does."""
    stands = link.eid in texts
    changed = (link.status, link.target) != (now.status.value, now.target) or (
        texts.get(now.target, "") != was.get(now.target, "")
    )
    if now.status is LinkStatus.SAME:
        at = ""
    elif not changed:
        at = link.changed_at
    return {
        "key_circular": link.circular_id,
        "key_eid": link.eid,
        "last_revision": revision if stands else link.last_revision,
        "target": now.target,
        "status": now.status.value,
        "similarity": now.similarity,
        "changed_at": at,
    }


_ISSUE: Final = insert(permalinks)
_UPDATE: Final = (
    update(permalinks)
    .where(
        permalinks.c.circular_id == bindparam("key_circular"),
        permalinks.c.eid == bindparam("key_eid"),
    )
    .values(
        last_revision=bindparam("last_revision"),
        target=bindparam("target"),
        status=bindparam("status"),
        similarity=bindparam("similarity"),
        changed_at=bindparam("changed_at"),
    )
)


def _links(connection: Connection, circular_id: str) -> Sequence[Row[Any]]:
    return connection.execute(
        select(permalinks)
        .where(permalinks.c.circular_id == circular_id)
        .order_by(permalinks.c.issued_revision, permalinks.c.position)
    ).all()


def _anchors(
    connection: Connection, circular_id: str, previous: int, links: Sequence[Row[Any]]
) -> list[Anchor]:
    """Return every id issued so far with the text it was issued for and where it stood last."""
    issued: dict[tuple[int, str], str] = {}
    last: dict[str, tuple[str, str]] = {}
    for revision in {previous, *(link.issued_revision for link in links)} - {0}:
        for row, payload in stored_paragraphs(connection, circular_id, revision):
            text = fold_text(payload["text"])
            issued[revision, row.eid] = text
            if revision == previous:
                last[row.eid] = (row.place, text)
    return [
        Anchor(
            link.eid,
            link.place,
            issued[link.issued_revision, link.eid],
            *last.get(link.eid, ("", "")),
            target=link.target,
        )
        for link in links
    ]


def _issue(
    connection: Connection,
    circular_id: str,
    revision: int,
    *,
    ids: Sequence[str],
    arrivals: Sequence[Arrival],
    known: set[str],
) -> None:
    texts = ["", *(arrival.text for arrival in arrivals), ""]
    rows = [
        {
            "circular_id": circular_id,
            "eid": eid,
            "issued_revision": revision,
            "last_revision": revision,
            "place": arrivals[position].place,
            "hash": text_hash(arrivals[position].text),
            "prefix": texts[position][-_CONTEXT:],
            "suffix": texts[position + 2][:_CONTEXT],
            "position": position,
            "target": eid,
            "status": LinkStatus.SAME.value,
            "similarity": 1.0,
            "changed_at": "",
        }
        for position, eid in enumerate(ids)
        if eid not in known
    ]
    if rows:
        connection.execute(_ISSUE, rows)
