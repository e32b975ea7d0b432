"""The same text elsewhere (另有相同文本): reprints of a circular, hits that say the same twice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from corpus.text import fold_text
from webui.views_state import circular_address

if TYPE_CHECKING:
    from collections.abc import Sequence

    from search.results import Hit
    from webui.desk import Desk


@dataclass(frozen=True, slots=True)
class Copy:
    """Another circular with the same text: its title, and where it came from."""

    url: str
    title: str
    source: str


def copies_of(others: Sequence[str], desk: Desk) -> tuple[Copy, ...]:
    """Return circulars with the same text as one (`Desk.reprints`), by the name of their source."""
    if not others:
        return ()
    named = desk.summaries_by_id()
    held = sorted(
        (named[each] for each in others if each in named), key=lambda one: one.source_name
    )
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

    def __init__(self) -> None:
        self._texts: set[tuple[str, str]] = set()

    def repeats(self, hit: Hit, others: Sequence[str]) -> bool:
        """Tell whether one of the others has said it already on this page; if not, note it."""
        if not others:
            return False
        text = fold_text(hit.text)
        if any((other, text) in self._texts for other in others):
            return True
        self._texts.add((hit.circular, text))
        return False
