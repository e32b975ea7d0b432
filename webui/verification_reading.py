"""What a report says, of all that its file holds (报告文字): no deleted words, no comments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from corpus.readers.docx_links import LINKS
from corpus.readers.docx_walk import COMMENTS, DELETED, HIDDEN

if TYPE_CHECKING:
    from corpus.model import RawCircular

_UNSAID: Final = frozenset({DELETED, HIDDEN, COMMENTS})


def text_of_report(raw: RawCircular) -> str:
    """Return the text of a report that is to be checked.

    Notes belong to it, as do addresses behind words; one that is also shown counts once.
    """
    said = _without(raw, _UNSAID | {LINKS})
    links = [raw.text[slice(*one.span)] for one in raw.dropped if one.reason == LINKS]
    return "\n".join((said, *(link for link in links if link not in said)))


def _without(raw: RawCircular, reasons: frozenset[str]) -> str:
    parts, done = [], 0
    for one in sorted(raw.dropped, key=lambda dropped: dropped.span):
        if one.reason in reasons:
            parts.append(raw.text[done : one.span.start])
            done = max(done, one.span.end)
    return "".join((*parts, raw.text[done:])).rstrip("\n")
