"""Searcher: from what a reader asks to what a page, a program or a terminal shows."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from corpus.agencies import AgencyRegistry
from corpus.text import fold_text
from search.agency_directory import AgencyDirectory
from search.budget import is_spent, time_budget
from search.derived import Derived
from search.engine_source import open_source
from search.errors import ParameterError
from search.everything import Everything
from search.explaining import expansions_of, reasons_of
from search.facets import FACETS, facets_of
from search.hits import hits_of
from search.numbers import NumberDirectory
from search.overview import OF_MEASURES, OF_PARAGRAPHS, build_overview
from search.query import Filters, Page, Phrase, Plain, Query, Unit
from search.relaxing import relax
from search.results import AgencyHint, NumberHint, Relaxation, Results, TitleHits
from search.similar import similar_measures, text_of
from search.standing import Standings
from search.suggest import LONGEST_BEGINNING, MOST_SUGGESTIONS, Completions, mend_line
from search.synonyms import Expander
from search.syntax import parse_query
from search.terms import needles_of

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

    from corpus.library import Library
    from search.engine import Engine, Matches
    from search.engine_source import EngineSource
    from search.overview import Overview
    from search.requests import SearchRequest
    from search.similar import SimilarMeasure
    from search.standing import Standing
    from search.suggest import Suggestion
    from search.syntax import Parsed
    from search.terms import Needle

MOST_MEANT = 12  # agencies an error names
MOST_TERMS = 12
SHORTEST_TITLE = 2
MOST_TITLES = 3
MOST_AGENCIES = 3
LONGEST_AGENCY = 30
TIMED_OUT = "结果不完整：这次检索太费时间，只列出了规定时间内找到的。请增加或减少条件后再试。"
WARMING_QUESTIONS = 4
WARMING_SECONDS = 0.2  # a new index waits for it, and with it what has just come in
EVERYTHING = 10_000_000  # more records than any index holds


class _Asked(NamedTuple):
    """A request understood: agencies are ids, and `notices` is what to tell the reader of it."""

    request: SearchRequest
    parsed: Parsed
    query: Query
    notices: tuple[str, ...]
    directory: AgencyDirectory
    expander: Expander


class Searcher:
    """Answers searches over one library and its index; safe to share between threads."""

    def __init__(self, library: Library, source: EngineSource | None = None) -> None:
        self._library = library
        self._source = source or open_source(library)
        self._standings = Standings(library)
        self._completions = Derived(library, self._complete)
        self._directory = Derived(library, self._list_agencies)
        self._numbers = Derived(library, self._list_numbers)
        self._recent: deque[Query] = deque(maxlen=WARMING_QUESTIONS)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the index; the library stays open."""
        self._source.close()

    def renew(self) -> None:
        """Bring up to now what searches need, so that none of them has to wait for it."""
        with self._library.one_moment():
            self._source.follow(self._warm)
            for derived in (self._directory, self._completions, self._numbers):
                derived.renew()
            self._standings.renew()

    def _warm(self, engine: Engine) -> None:
        """Put the latest questions to an engine that nobody has asked anything yet (预热).

        Where a library grows all the time, one reader after another would else be the first.
        """
        with time_budget(WARMING_SECONDS):
            for query in tuple(self._recent):
                if not is_spent():
                    engine.search(query)

    def search(self, request: SearchRequest) -> Results:
        """Return the answer to a request; where it takes too long, what was found by then.

        Raises:
            QuestionError: the reader can mend it; the text says how.
            IndexerError: there is no usable index.
        """
        # Opening an index is not searching: that takes its own time.
        with self._library.one_moment(), self._source.borrow():
            self.directory()
            self._standings.known()
            with time_budget():
                return self._search(request)

    def _search(self, request: SearchRequest) -> Results:
        started = time.perf_counter()
        asked = self._understand(request.checked())
        query, parsed, directory = asked.query, asked.parsed, asked.directory
        with self._source.borrow() as engine:
            asking = self._standings.asking(query)
            matches = engine.search(asking)
            if asking not in tuple(self._recent):  # others append meanwhile
                self._recent.append(asking)
            relaxations = () if matches.total else self._relax(engine, query, asked.request)
            agencies = _agency_hints(engine, query, directory)
            mended = None if matches.total else mend_line(request.q, query, engine, self._library)
            sequence = engine.sequence
        notices = (*asked.notices, *_partial_notice(matches, asked.request))
        if sequence != self._library.sequence():
            notices = (_stale_notice(self._source.built_at()), *notices)
        timed_out = matches.timed_out or is_spent()
        if timed_out:
            notices = (TIMED_OUT, *notices)
        needles = needles_of(parsed.root)
        standings = self._standings.count(matches.facets.get("circular", {}), query.filters)
        return Results(
            request=asked.request,
            total=matches.total,
            complete=matches.complete,
            partial=matches.partial,
            circulars=matches.circulars,
            hits=hits_of(
                matches.hits,
                self._library,
                needles,
                directory.label,
                partial(reasons_of, parsed.root, request.q),
                standings=self._standings.known(),
            ),
            facets=facets_of(
                {**matches.facets, "validity": standings}, query.filters, directory.label
            ),
            notices=notices,
            terms=_terms_of(needles),
            number_hint=self._number_hint(parsed),
            relaxations=relaxations,
            expansions=expansions_of(parsed.root, asked.expander),
            suggestion=mended,
            title_hits=self._title_hits(parsed),
            agency_hints=agencies,
            sequence=sequence,
            timed_out=timed_out,
            took_ms=(time.perf_counter() - started) * 1_000,
        )

    def find_all(self, request: SearchRequest) -> Everything:
        """Return every match of a request, whatever its page, to be read as it is needed.

        Raises:
            QuestionError: the reader can mend it; the text says how.
            IndexerError: there is no usable index.
        """
        asked = self._understand(request)
        with self._source.borrow() as engine:
            matches = engine.search(replace(asked.query, page=Page(0, EVERYTHING)))
        return Everything(
            request=asked.request,
            matches=matches.hits,
            circulars=matches.circulars,
            notices=(*asked.notices, *_partial_notice(matches, asked.request)),
            library=self._library,
            needles=needles_of(asked.parsed.root),
            label=asked.directory.label,
            standings=self._standings.known(),
        )

    def overview(self, request: SearchRequest) -> Overview:
        """Return what a request finds in numbers, whatever its unit and page (总览).

        Raises:
            QuestionError: the reader can mend it; the text says how.
            IndexerError: there is no usable index.
        """
        asked = self._understand(request)
        with self._source.borrow() as engine:
            paragraphs = engine.columns(replace(asked.query, unit=Unit.PARAGRAPH), OF_PARAGRAPHS)
            measures = engine.columns(replace(asked.query, unit=Unit.MEASURE), OF_MEASURES)
            sequence = engine.sequence
        return build_overview(
            asked.request,
            paragraphs,
            measures,
            asked.directory.label,
            notices=asked.notices,
            sequence=sequence,
        )

    def _understand(self, request: SearchRequest) -> _Asked:
        """Return what a request means in the library as it is now."""
        directory = self.directory()
        expander = Expander(request.expand, request.verbatim, find_aliases=directory.aliases)
        parsed = parse_query(
            request.q,
            find_agency=directory.find,
            find_numbers=self._find_numbers,
            expand=expander,
        )
        resolved, notices = _resolved(request, directory)
        query = self._standings.narrow(_query_of(parsed, resolved))
        return _Asked(resolved, parsed, query, (*parsed.notices, *notices), directory, expander)

    def _relax(
        self, engine: Engine, query: Query, request: SearchRequest
    ) -> tuple[Relaxation, ...]:
        return relax(engine, query, request, self.directory().label, self._standings.narrow)

    def standing(self, circular: str) -> Standing:
        """Return whether a circular still applies, and what says so (时效)."""
        return self._standings.of(circular)

    def directory(self) -> AgencyDirectory:
        """Return the agencies of the library."""
        return self._directory.get()

    def _list_agencies(self) -> AgencyDirectory:
        return AgencyDirectory(self._library.agencies(), AgencyRegistry.load())

    def _list_numbers(self) -> NumberDirectory:
        return NumberDirectory(one.number for one in self._library.summary())

    def index_sequence(self) -> int:
        """Return which state of the library searches answer from (变更序号).

        Raises:
            IndexerError: there is no usable index.
        """
        with self._source.borrow() as engine:
            return engine.sequence

    def _find_numbers(self, folded: str) -> tuple[str, ...]:
        """Return the document numbers of the library that a part of one means."""
        return self._numbers.get().find(folded)

    def similar(
        self, circular: str, eid: str, *, unit: Unit = Unit.MEASURE, limit: int = 10
    ) -> tuple[SimilarMeasure, ...]:
        """Return what other circulars have that is most like a measure or paragraph (相似措施).

        Raises:
            IndexerError: there is no usable index.
        """
        text = text_of(self._library, circular, eid)
        label = self.directory().label
        with self._source.borrow() as engine:
            return similar_measures(
                text, engine, self._library, label, outside=circular, unit=unit, limit=limit
            )

    def suggest(self, beginning: str) -> tuple[Suggestion, ...]:
        """Return completions of what is being typed (提示).

        Raises:
            IndexerError: there is no usable index.
        """
        folded = fold_text(beginning[:LONGEST_BEGINNING])
        if not folded:
            return ()
        with self._source.borrow() as engine:
            words = engine.words(folded, MOST_SUGGESTIONS)
        return self._completions.get().suggest(beginning, words)

    def _complete(self) -> Completions:
        titles = [(one.id, one.title) for one in self._library.summary()]
        return Completions(self.directory().named(), titles)

    def _title_hits(self, parsed: Parsed) -> TitleHits:
        """Return the circulars whose title holds the whole line."""
        root = parsed.root
        folded = root.literal if isinstance(root, Plain) else ""
        folded = root.folded if isinstance(root, Phrase) else folded
        if len(folded) < SHORTEST_TITLE:
            return TitleHits(0, ())
        found = self._completions.get().find_titles(folded)
        return TitleHits(len(found), found[:MOST_TITLES])

    def _number_hint(self, parsed: Parsed) -> NumberHint | None:
        number = parsed.number
        if number is None:
            return None
        held = self._library.find_number(number)
        cited = {each.circular_id for each in self._library.cited_by(number)}
        return NumberHint(str(number), number.slug, tuple(one.id for one in held), len(cited))


def _query_of(parsed: Parsed, request: SearchRequest) -> Query:
    page = Page((request.page - 1) * request.limit, request.limit)
    return Query(parsed.root, _filters_of(request), request.unit, request.sort, page)


def _resolved(
    request: SearchRequest, directory: AgencyDirectory
) -> tuple[SearchRequest, tuple[str, ...]]:
    """Return the request with its agencies as ids, and what to tell the reader about them."""
    notices: list[str] = []
    agencies: dict[str, None] = {}
    for name in request.agency:
        found = (name,) if name in directory else directory.find(name)
        if not found:
            notices.append(f"库中没有叫“{name}”的责任单位。")
        if len(found) > 1 and request.agency_all:
            labels = "、".join(directory.label(agency) for agency in found[:MOST_MEANT])
            raise ParameterError("agency", name, labels)
        agencies |= dict.fromkeys(found or (name,))
    return replace(request, agency=tuple(agencies)), tuple(notices)


def _filters_of(request: SearchRequest) -> Filters:
    return Filters(
        agency_all=request.agency_all, **{facet: getattr(request, facet) for facet in FACETS}
    )


def _agency_hints(
    engine: Engine, query: Query, directory: AgencyDirectory
) -> tuple[AgencyHint, ...]:
    """Return the bodies that the whole line names, unless one of them is ticked."""
    root = query.root
    if not isinstance(root, Plain) or root.spaced or len(root.literal) > LONGEST_AGENCY:
        return ()
    if query.filters.agency:
        return ()
    hints = []
    for agency in directory.find(root.literal)[:MOST_AGENCIES]:
        ticked = Query(filters=Filters(agency=(agency,)), unit=query.unit, page=Page(0, 0))
        hints.append(AgencyHint(agency, directory.label(agency), engine.search(ticked).total))
    return tuple(hint for hint in hints if hint.total)


def _partial_notice(matches: Matches, request: SearchRequest) -> tuple[str, ...]:
    if not matches.partial:
        return ()
    unit = "段" if request.unit.value == "paragraph" else "条措施"
    if not matches.complete:
        return (f"没有{unit}含全部词，以下 {matches.partial} {unit}含部分词。",)
    return (f"{matches.complete} {unit}含全部词，另有 {matches.partial} {unit}含部分词。",)


def _stale_notice(built_at: str) -> str:
    return (
        f"索引正在更新，结果截至 {built_at}。" if built_at else "索引正在更新，结果可能不是最新。"
    )


def _terms_of(needles: tuple[Needle, ...]) -> tuple[str, ...]:
    terms: dict[str, None] = {}
    for needle in needles:
        for group in needle.groups:
            terms |= dict.fromkeys(group)
    return tuple(terms)[:MOST_TERMS]
