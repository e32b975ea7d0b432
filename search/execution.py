"""How a question runs over arrays: trees as columns of tiers, filters as masks, facets as counts.

Nothing here knows Whoosh: its reader gives postings and columns as arrays. The rules are the port's
(`search.engine`), checked against `search.memory_engine` hit by hit.
"""

from __future__ import annotations

from functools import cache, cached_property, partial, reduce
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from corpus.model import split_measure_id
from corpus.region import NATION
from indexer.fields import FIELDS
from indexer.postings import starts_of_runs
from indexer.records import Unit
from search import engine as port
from search import query as nodes
from search.budget import is_spent
from search.engine import SCORE_POINTS, Match, Matches, Tier
from search.facet_columns import Ticked, ValueColumn
from search.literals import Cache, Docs, Literals, Mask
from search.ordering import Key, first_by
from search.query import Node, Plain, Query, Sort, Word
from search.scoring import Points, Scores
from search.terms import Placed, above_text, in_text, matching, placed, scoring_terms

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from indexer.whoosh_reader import IndexReader

_Tiers = npt.NDArray[np.uint8]
_NONE = np.uint8(len(Tier))
_SCORE_BITS = 48  # more than the points of any score
_FACETS = tuple(field.name for field in FIELDS if field.facet)
# What is kept of terms is as long as there are records: so much for each, and at least.
_CACHE_SHARE, _CACHE_BYTES = 400, 112_000_000


class Execution:
    """One index, ready to be asked; safe to share between threads."""

    def __init__(self, source: IndexReader) -> None:
        self.source = source
        self.size = source.size
        self.cache = Cache(max(_CACHE_BYTES, _CACHE_SHARE * self.size))
        self.literals = Literals(source, self.cache)
        # A KEYWORDS field as a column.
        self.column = column = cache(partial(ValueColumn, source))
        self._units = {unit: self.having("unit", (unit.value,)) for unit in Unit}
        self._outside = {unit: _literal_where(mask) for unit, mask in self._units.items()}
        for facet in _FACETS:  # now, so that the first question is answered as fast as any
            self.column(facet)
        shared = source, self.literals, self.cache
        self.scores = {unit: Scores(*shared, unit, mask) for unit, mask in self._units.items()}
        # The rank of each document's circular id: every document has one, and they are in order.
        self._circular_of = column("circular").numbers.astype(np.int64)
        newest_first = -source.numbers("date").astype(np.int64)
        orders = source.numbers("order").astype(np.int64)
        self._by_document: list[Key] = [self._circular_of.take, orders.take]
        self._by_date: list[Key] = [newest_first.take, *self._by_document]

    def search(self, query: Query) -> Matches:
        """Return the matches of a question."""
        self.source.limit_mapped()
        tiers, by_context = self._find(query)
        ticked = Ticked(self, query.filters, tiers < _NONE)
        docs = ticked.docs()
        partial_count = int(np.count_nonzero(tiers.take(docs) >= Tier.NAMED))
        counted = (*_FACETS, "circular") if query.by_circular else _FACETS
        return Matches(
            total=len(docs),
            complete=len(docs) - partial_count,
            partial=partial_count,
            circulars=int(np.count_nonzero(np.bincount(self._circular_of.take(docs)))),
            hits=self._hits(query, docs, tiers, by_context),
            facets={facet: {} if is_spent() else ticked.count(facet) for facet in counted},
            timed_out=is_spent(),
        )

    def columns(self, query: Query, fields: Sequence[str]) -> tuple[port.Row, ...]:
        """Return what each match has in some fields, whatever its page."""
        docs = Ticked(self, query.filters, self._find(query)[0] < _NONE).docs()
        return tuple(zip(*(self.column(field).rows(docs) for field in fields), strict=True))

    def _find(self, query: Query) -> tuple[_Tiers, Points | None]:
        """Return the tier of every match, filters aside, and the scores that led to some."""
        base = self._units[query.unit]
        tiers = self._tiers(query.root)
        np.maximum(tiers, self._outside[query.unit], out=tiers)
        root, by_context = query.root, None
        if isinstance(root, Plain) and root.sentence:
            by_context = self._score_in_context(root, query.unit)
        self._add_partial(root, tiers, base, by_context)
        return tiers, by_context

    # What matches

    def _tiers(self, node: Node) -> _Tiers:
        """Return the tier of every document, whatever its unit; `_NONE` where it does not match."""
        if is_spent():
            return np.full(self.size, _NONE)
        match node:
            case Word():
                return _literal_where(self._holding(matching(node)))
            case Plain(words, literal):
                tiers = np.full(self.size, _NONE)
                # One word is the whole run: what it holds literally is set below.
                if len(words) > 1 or (words and words[0] != Word(literal, words[0].parts)):
                    complete = [self._holding(matching(word)) for word in words]
                    tiers[np.logical_and.reduce(complete)] = Tier.COMPLETE
                for field, spelling in placed(one.folded for one in node.spellings):
                    self.literals.put(tiers, field, spelling, Tier.COMPLETE)
                self.literals.put(tiers, "grams", literal, Tier.LITERAL)
                return tiers
            case nodes.Phrase(folded) | nodes.AsTyped(folded):
                return _literal_where(self.having("grams", (folded,)))
            case nodes.FieldIs():
                return _literal_where(self.having(*node.condition()))
            case nodes.YearRange(first, last):
                years = self.column("year").values
                inside = [year for year in years if first <= int(year) <= last]
                return _literal_where(self.having("year", inside))
            case nodes.Both(children):
                return reduce(np.maximum, map(self._tiers, children))
            case nodes.AnyOf(children):
                return reduce(np.minimum, map(self._tiers, children))
            case nodes.SameMeasure(child):
                return self._of_paragraphs(self._tiers(child))
            case nodes.Not(child):
                without = self._tiers(child) == _NONE
                # Nobody has looked where the child holds, so nobody knows where it does not.
                return np.full(self.size, _NONE) if is_spent() else _literal_where(without)
            case nodes.All():
                return np.zeros(self.size, dtype=np.uint8)

    def _add_partial(
        self, root: Node, tiers: _Tiers, base: Mask, by_context: Points | None
    ) -> None:
        words = root.words if isinstance(root, Plain) else (root,) if isinstance(root, Word) else ()
        complete = int(np.count_nonzero(tiers < _NONE))
        if not words or complete >= port.ENOUGH or is_spent():
            return
        if len(words) > 1:
            own, mentioned = np.zeros(self.size, np.bool_), np.zeros(self.size, np.int16)
            for word in words:
                mask = self._holding(in_text(word))
                own |= mask
                mentioned += mask | self._holding(above_text(word))
            found = own & (mentioned >= port.enough_words(len(words)))
            if port.sets_words_apart(root):
                tiers[base & (tiers == _NONE) & own & (mentioned == len(words))] = Tier.NAMED
        else:
            own = found = self._holding(placed(words[0].nears()))
            parts = words[0].parts
            if len(parts) > 1 and not complete:
                masks = [self.having("grams", (part,)) for part in parts]
                found |= np.add.reduce(masks, dtype=np.int16) >= port.enough_words(len(parts))
        tiers[base & (tiers == _NONE) & found] = Tier.PARTIAL
        if by_context is not None and len(words) > 1:
            others = np.flatnonzero(base & (tiers >= Tier.NAMED) & own)
            best_first: list[Key] = [lambda docs: -by_context[docs], *self._by_date]
            best = first_by(best_first, others, port.SENTENCE_MATCHES)
            tiers[best] = np.minimum(tiers[best], Tier.PARTIAL)

    def having(self, field: str, values: Sequence[str]) -> Mask:
        """Return the documents that have any of some values, or literals, in a field."""
        if field == "circular":  # there may be very many, and every document has one
            return self.column(field).mask(values)
        mask = np.zeros(self.size, dtype=np.bool_)
        for value in values:
            self.literals.put(mask, field, value, True)
        return mask

    def _holding(self, strings: Iterable[Placed]) -> Mask:
        """Return the documents in which any of some strings stands, as far as there is time."""
        mask = np.zeros(self.size, dtype=np.bool_)
        for field, string in strings:
            if is_spent():
                break
            self.literals.put(mask, field, string, True)
        return mask

    def _of_paragraphs(self, tiers: _Tiers) -> _Tiers:
        """Give each paragraph the best tier of its measures, each measure its own."""
        result = np.full(self.size, _NONE)
        measures, paragraphs = self._measures
        result[measures] = tiers[measures]
        np.minimum.at(result, paragraphs, tiers[measures])
        return result

    # Which hits to show

    def _hits(
        self, query: Query, docs: Docs, tiers: _Tiers, by_context: Points | None
    ) -> tuple[Match, ...]:
        """Return the asked page in the port's order."""
        first, last = query.page.offset, query.page.offset + query.page.limit
        if first >= min(last, len(docs)):
            return ()

        def score(some: Docs) -> Points:
            own = self.scores[query.unit]
            return own.of(scoring_terms(query.root), some) if by_context is None else by_context

        rest = self._by_document if query.sort is Sort.DOCUMENT else self._by_date
        if query.sort is Sort.RELEVANCE:
            scores = score(docs)
            chosen = first_by([partial(_rank, tiers, scores), *rest], docs, last)[first:]
        else:
            chosen = first_by([lambda some: tiers[some] >= Tier.NAMED, *rest], docs, last)[first:]
            scores = score(chosen)
        own = self.source.ids(chosen.tolist()), scores[chosen].tolist(), tiers[chosen].tolist()
        found = zip(*own, strict=True)
        return tuple(Match(one, score / SCORE_POINTS, Tier(tier)) for one, score, tier in found)

    def _score_in_context(self, question: Plain, unit: Unit) -> Points:
        """Return, by document, scores with the share of their circular's best, as compared."""
        units = np.flatnonzero(self._units[unit])
        scores = self.scores[unit].of(scoring_terms(question), units)
        starts = starts_of_runs(self._circular_of)[:-1]
        best = np.zeros(len(self.column("circular").values) + 1)
        np.maximum.at(best, self._circular_of[starts], np.maximum.reduceat(scores, starts))
        gained = scores + port.CONTEXT_SHARE * best[self._circular_of]
        key = ("elsewhere", question.places, question.around)
        elsewhere = self.cache.get(key, partial(self._elsewhere, question))
        np.multiply(gained, port.ELSEWHERE_SHARE, out=gained, where=elsewhere)
        return np.rint(gained).astype(np.int64)

    def _elsewhere(self, question: Plain) -> Mask:
        """Return the documents that are of no region a sentence may mean."""
        regions = self.column("region")
        meant = regions.mask((*question.places, NATION))
        beyond = [region for region in regions.values if region not in question.around]
        return regions.mask(beyond) & ~meant

    # Columns

    @cached_property
    def _measures(self) -> tuple[Docs, Docs]:
        """The documents that are measures, and beside each its paragraph's document."""
        live = np.flatnonzero(reduce(np.logical_or, self._units.values())).tolist()
        doc_of = dict(zip(self.source.ids(live), live, strict=True))
        owners = [(doc, split_measure_id(record)) for record, doc in doc_of.items()]
        pairs = [(doc, doc_of[own]) for doc, (own, nth) in owners if nth and own in doc_of]
        both = np.array(pairs, dtype=np.int64).reshape(-1, 2)
        return both[:, 0], both[:, 1]


def _rank(tiers: _Tiers, scores: Points, docs: Docs) -> npt.NDArray[Any]:
    """Return what is the smaller, the better a tier is, or among equals a score."""
    return (tiers.take(docs).astype(np.int64) << _SCORE_BITS) - scores.take(docs)


def _literal_where(mask: Mask) -> _Tiers:
    return (~mask).view(np.uint8) * _NONE  # LITERAL is 0
