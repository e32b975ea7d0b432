"""A raw circular as JSON and back (原文传递): how the reading child hands over what it read."""

from __future__ import annotations

from typing import Any

from corpus.model import ContinuedCell, Dropped, Outlined, RawCircular, Remark, Span


def raw_to_json(raw: RawCircular) -> dict[str, Any]:
    """Return a raw circular as values of JSON."""
    return {
        "name": raw.name,
        "text": raw.text,
        "media_type": raw.media_type,
        "encoding": raw.encoding,
        "metadata": dict(raw.metadata),
        "bold": [list(span) for span in raw.bold],
        "dropped": [[*one.span, one.reason] for one in raw.dropped],
        "remarks": [[one.line, one.code, one.message] for one in raw.remarks],
        "outlined": [[*one.span, one.level] for one in raw.outlined],
        "continued": [[one.at, *one.source] for one in raw.continued],
    }


def raw_from_json(value: dict[str, Any]) -> RawCircular:
    """Return the raw circular that `raw_to_json` wrote.

    >>> raw = RawCircular("a.docx", "一、加强领导", bold=(Span(0, 6),))
    >>> raw_from_json(raw_to_json(raw)) == raw
    True
    """
    return RawCircular(
        name=value["name"],
        text=value["text"],
        media_type=value["media_type"],
        encoding=value["encoding"],
        metadata=value["metadata"],
        bold=tuple(Span(start, end) for start, end in value["bold"]),
        dropped=tuple(Dropped(Span(a, b), reason) for a, b, reason in value["dropped"]),
        remarks=tuple(Remark(*one) for one in value["remarks"]),
        outlined=tuple(Outlined(Span(a, b), level) for a, b, level in value["outlined"]),
        continued=tuple(ContinuedCell(at, Span(a, b)) for at, a, b in value["continued"]),
    )
