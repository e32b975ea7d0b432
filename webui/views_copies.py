"""The same text elsewhere (另有相同文本): reprints of a circular, hits that say the same twice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from corpus.text import fold_text
from webui.views_state import circular_address

if TYPE_CHECKING:
    from search.results import Hit
    from webui.desk import Desk


@dataclass(frozen=True, slots=True)
class Copy:
    """Another circular with the same text: its title, and where it came from."""

    url: str
    title: str
    source: str


def copies_of(circular_id: str, desk: Desk) -> tuple[Copy, ...]:
    """Return the other circulars with the same text, by the name of their source."""
    ids = desk.reprints(circular_id)
    if not ids:
        return ()
    named = desk.summaries_by_id()
    held = sorted((named[each] for each in ids if each in named), key=lambda one: one.source_name)
    return tuple(
        Copy(
            url=circular_address(one.id),
            title=one.title or one.source_name,
            source=one.source_name.rpartition("/")[2],
        )
        for one in held
    )


class Shown:
    """The hits a page has shown, so that what only repeats one of them can be left out."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._texts: set[tuple[str, str]] = set()

    def repeats(self, hit: Hit) -> bool:
        """Tell whether a reprint has said it already on this page; if not, note that it is said."""
        others = self._desk.reprints(hit.circular)
        if not others:
            return False
        text = fold_text(hit.text)
        if any((other, text) in self._texts for other in others):
            return True
        self._texts.add((hit.circular, text))
        return False
