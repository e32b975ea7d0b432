"""Everything a search found (全部结果), read out of the library batch by batch as it is needed."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from search.hits import hits_of, place_of
from search.matrix import tasks_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from corpus.library import Library
    from search.engine import Match
    from search.matrix import Task
    from search.requests import SearchRequest
    from search.results import Hit
    from search.standing import Standing
    from search.terms import Needle

BATCH = 200  # paragraphs read at once: enough to be quick, few enough to stream


@dataclass(frozen=True, slots=True)
class Everything:
    """All matches of one request, in its order; texts are read only when they are asked for.

    `request` has its agencies resolved to ids; page and limit mean nothing here.
    """

    request: SearchRequest
    matches: tuple[Match, ...]
    circulars: int
    notices: tuple[str, ...]
    library: Library
    needles: tuple[Needle, ...]
    label: Callable[[str], str]
    standings: Mapping[str, Standing]

    @property
    def total(self) -> int:
        """How many there are."""
        return len(self.matches)

    def hits(self, matches: Iterable[Match] | None = None) -> Iterator[Hit]:
        """Yield the hits, or those of some of the matches, in order."""
        for batch in _batches(self.matches if matches is None else matches):
            yield from hits_of(
                batch, self.library, self.needles, self.label, standings=self.standings
            )

    def tasks(self, most: int) -> Iterator[Task]:
        """Yield the first `most` measures as tasks; a search by paragraphs yields all of theirs."""
        yield from islice(self._tasks(), most)

    def _tasks(self) -> Iterator[Task]:
        for batch in _batches(self.matches):
            places = [place_of(match.id) for match in batch]
            wanted = dict.fromkeys((circular, paragraph) for circular, _, paragraph in places)
            held = self.library.paragraphs(tuple(wanted))
            for circular, eid, paragraph in places:
                stored = held.get((circular, paragraph))
                if stored is not None:
                    yield from tasks_of(stored, None if eid == paragraph else (eid,))


def _batches(matches: Iterable[Match]) -> Iterator[Sequence[Match]]:
    rest = iter(matches)
    while batch := tuple(islice(rest, BATCH)):
        yield batch
