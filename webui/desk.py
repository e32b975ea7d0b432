"""What every request reads from: the library, the searcher, and a list kept while it holds."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING

from flask import current_app, g

from corpus.library import Library
from indexer.reprints import ReprintsFile
from search.engine_source import open_source
from search.requests import SearchRequest
from search.searcher import Searcher
from search.visibility import VisibleSource

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from corpus.library_records import CircularSummary
    from corpus.number import DocumentNumber
    from search.engine_source import EngineSource
    from search.everything import Everything
    from search.facets import FacetValue
    from search.overview import Overview
    from search.query import Unit
    from search.results import Results
    from search.standing import Standing
    from search.suggest import Suggestion

NAME = "gongwen"
GUARDED = "gongwen.guarded"  # whether visitors are told apart


class Desk:
    """The library and its searcher (阅览台), opened at the first request that needs them.

    A library that is missing or damaged is told to the reader at every request, and picked up as
    soon as it is there: nobody has to start the service again.
    """

    def __init__(
        self, location: str, *, whole: Desk | None = None, collections: frozenset[str] | None = None
    ) -> None:
        """`collections` (合集) are those its readers may see besides what is open; None is all.

        The desk of some readers takes its index from the one of the `whole` library.
        """
        self.location = location
        self._whole = whole
        self._collections = collections
        self._narrowed: dict[frozenset[str], Desk] = {}
        self._lock = Lock()
        self._open: tuple[Library, Searcher, EngineSource] | None = None
        self._facets: dict[Unit, tuple[tuple[int, int], dict[str, tuple[FacetValue, ...]]]] = {}
        self._summaries: tuple[int, Mapping[str, CircularSummary]] = (-1, {})
        self._reprints = ReprintsFile()
        self._identity = ""

    @property
    def library(self) -> Library:
        """The library, open; raises LibraryError where it cannot be."""
        return self._opened()[0]

    def identity(self) -> str:
        """Return the own name of the library, which it keeps for as long as it is open."""
        self._identity = self._identity or self.library.identity()
        return self._identity

    def search(self, asked: SearchRequest) -> Results:
        """Answer a search; raises QuestionError, IndexerError or LibraryError."""
        return self._opened()[1].search(asked)

    def renew(self) -> None:
        """Bring up to now what answers are made of; nothing is opened for it."""
        opened = self._open
        if opened is None:
            return
        opened[1].renew()
        with self._lock:
            narrowed = [desk._open for desk in self._narrowed.values()]  # noqa: SLF001 # our own
        for each in narrowed:
            if each is not None and isinstance(each[2], VisibleSource):
                each[2].let_go()  # nobody may come to these desks for days

    def find_all(self, asked: SearchRequest) -> Everything:
        """Return every match of a search, to be read as it is needed; raises as `search` does."""
        return self._opened()[1].find_all(asked)

    def overview(self, asked: SearchRequest) -> Overview:
        """Return what a search finds in numbers; raises as `search` does."""
        return self._opened()[1].overview(asked)

    def suggest(self, beginning: str) -> tuple[Suggestion, ...]:
        """Return completions of what is being typed; raises IndexerError or LibraryError."""
        return self._opened()[1].suggest(beginning)

    def index_sequence(self) -> int:
        """Return which state of the library searches answer from; raises as `suggest` does."""
        return self._opened()[1].index_sequence()

    def reprints(self, *circular_ids: str) -> Mapping[str, tuple[str, ...]]:
        """Return what other circulars are the same text as some, as far as the indexing told.

        Those that are alone are left out.
        """
        groups = self._reprints.get(self.library.folder)
        found = {each: groups[each] for each in circular_ids if each in groups}
        hidden = self.library.hidden() if found else ()
        seen = {
            each: tuple(other for other in others if other not in hidden)
            for each, others in found.items()
        }
        return {each: others for each, others in seen.items() if others}

    def standing(self, circular_id: str) -> Standing:
        """Return whether a circular still applies, and what says so."""
        return self._opened()[1].standing(circular_id)

    def agency_names(self) -> Callable[[str], tuple[str, ...]]:
        """Return what tells every name an agency has in this library, folded, as it is now."""
        return self._opened()[1].directory().names

    def facets(self, unit: Unit) -> Mapping[str, tuple[FacetValue, ...]]:
        """Return every facet value of the whole library, kept while it holds."""
        state = (self.library.sequence(), self.index_sequence())
        known, facets = self._facets.get(unit, ((-1, -1), {}))
        if known != state:
            results = self.search(SearchRequest(unit=unit, limit=0))
            facets = dict(results.facets)
            if not results.timed_out:
                self._facets[unit] = ((state[0], results.sequence), facets)
        return facets

    def label(self, agency_id: str) -> str:
        """Return what an agency is called in this library."""
        return self._opened()[1].directory().label(agency_id)

    def seen_by(self, collections: frozenset[str] | None) -> Desk:
        """Return the desk of those who may see some collections (合集) and what is open."""
        if collections is None:
            return self
        with self._lock:
            if collections not in self._narrowed:
                desk = Desk(self.location, whole=self, collections=collections)
                self._narrowed[collections] = desk
            return self._narrowed[collections]

    def source(self) -> EngineSource:
        """Return where engines come from; raises LibraryError where there is no library."""
        return self._opened()[2]

    def _opened(self) -> tuple[Library, Searcher, EngineSource]:
        whole = None if self._whole is None else self._whole.source()
        with self._lock:
            if self._open is None:
                library = Library.open(self.location, collections=self._collections)
                source: EngineSource = (
                    open_source(library) if whole is None else VisibleSource(whole, library)
                )
                self._open = (library, Searcher(library, source), source)
            return self._open

    def close(self) -> None:
        """Let go of the index and the library."""
        with self._lock:
            narrowed, self._narrowed = self._narrowed, {}
            for desk in narrowed.values():
                desk.close()
            if self._open is not None:
                library, searcher, _ = self._open
                searcher.close()
                library.close()
                self._open = None

    def summaries(self) -> tuple[CircularSummary, ...]:
        """Return one line per circular, kept until the library changes."""
        return tuple(self.summaries_by_id().values())

    def summaries_by_id(self) -> Mapping[str, CircularSummary]:
        """Return the same lines by the circular's id."""
        library = self.library
        sequence = library.sequence()
        known, summaries = self._summaries
        if known != sequence:
            summaries = {summary.id: summary for summary in library.summary()}
            self._summaries = (sequence, summaries)
        return summaries

    def find_number(self, number: DocumentNumber) -> tuple[CircularSummary, ...]:
        """Return the circulars that bear a number."""
        wanted = str(number)
        return tuple(summary for summary in self.summaries() if summary.number == wanted)

    def was_removed(self, circular_id: str) -> bool:
        """Tell whether a circular that is not held was removed on purpose."""
        return any(
            change.removed for change in self.library.changes() if change.circular_id == circular_id
        )


def current_desk() -> Desk:
    """Return the desk of the app that answers the request, for whom it answers."""
    desk: Desk = current_app.extensions[NAME]
    # Where visitors are told apart, one who has not been let in sees what is open, and no more.
    stranger: frozenset[str] | None = frozenset() if current_app.extensions.get(GUARDED) else None
    return desk.seen_by(g.get("collections", stranger))
