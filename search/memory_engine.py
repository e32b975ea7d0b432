"""MemoryEngine: the port's rules in plain Python, spelled the most obvious way.

It is the reference that every other engine is compared with, and serves tests and small fakes. It
reads each record for each question; nothing here tries to be fast.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from corpus.model import split_measure_id
from indexer.fields import FIELDS
from indexer.records import Unit
from search.engine import (
    CONTEXT_SHARE,
    ELSEWHERE_SHARE,
    ENOUGH,
    GRAM_WEIGHTS,
    K1,
    SCORE_POINTS,
    SENTENCE_MATCHES,
    WORD_WEIGHT,
    B,
    Match,
    Matches,
    Tier,
    enough_words,
    idf_of,
    is_elsewhere,
    is_sentence,
    sets_words_apart,
)
from search.query import (
    All,
    AnyOf,
    AsTyped,
    Both,
    FieldIs,
    Filters,
    Not,
    Phrase,
    Plain,
    SameMeasure,
    Sort,
    Word,
    YearRange,
)
from search.terms import Term, above_text, in_text, matching, placed, scoring_terms

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from indexer.records import Record
    from search.engine import Row
    from search.query import Node, Query
    from search.terms import Placed

_FACETS = tuple(field.name for field in FIELDS if field.facet)


class _Text:
    """One token field of a record, ready to be asked for literals."""

    def __init__(self, tokens: Iterable[tuple[str, int]]) -> None:
        self._places: defaultdict[str, set[int]] = defaultdict(set)
        self.length = 0
        for text, position in tokens:
            self._places[text].add(position)
            self.length += 1

    def frequency(self, token: str) -> int:
        return len(self._places.get(token, ()))

    def count(self, literal: str) -> int:
        """Count the places where the bigrams of a literal stand at consecutive positions."""
        if len(literal) == 1:
            return self.frequency(literal)
        grams = [literal[start : start + 2] for start in range(len(literal) - 1)]
        return sum(
            all(start + step in self._places.get(gram, ()) for step, gram in enumerate(grams))
            for start in self._places.get(grams[0], ())
        )


class _Entry:
    """A record with its texts and its measures."""

    def __init__(self, record: Record) -> None:
        self.record = record
        self.texts = {
            "words": _Text((word, place) for place, word in enumerate(record.words)),
            **{name: _Text(getattr(record, name)) for name in GRAM_WEIGHTS},
        }
        self.measures: list[_Entry] = []

    def count(self, field: str, string: str) -> int:
        """Count how often a string stands in a field: a value, a whole word, or a literal."""
        if field not in self.texts:
            return int(string in self.record.keywords(field))
        text = self.texts[field]
        return text.frequency(string) if field == "words" else text.count(string)

    def holds(self, strings: Iterable[Placed]) -> bool:
        return any(self.count(*one) for one in strings)

    def has(self, field: str, values: Iterable[str]) -> bool:
        return self.holds((field, value) for value in values)


class MemoryEngine:
    """The reference engine over hand-made or derived records."""

    def __init__(self, records: Iterable[Record], sequence: int = 0) -> None:
        self._entries = [_Entry(record) for record in records]
        self._sequence = sequence
        by_id = {entry.record.id: entry for entry in self._entries}
        for entry in self._entries:
            paragraph, measure = split_measure_id(entry.record.id)
            if entry.record.unit is Unit.MEASURE and measure and paragraph in by_id:
                by_id[paragraph].measures.append(entry)

    @property
    def sequence(self) -> int:
        """The library's sequence number the records were derived from."""
        return self._sequence

    def words(self, beginning: str, limit: int) -> tuple[str, ...]:
        """Return the words of the texts that begin so, those of most records first."""
        counts = Counter(
            word
            for entry in self._entries
            for word in set(entry.record.words)
            if word.startswith(beginning)
        )
        return tuple(sorted(counts, key=lambda word: (-counts[word], word))[:limit])

    def without(self, circulars: Collection[str]) -> MemoryEngine:
        """Return the engine as if it had never held some circulars."""
        kept = (one.record for one in self._entries if one.record.circular not in circulars)
        return MemoryEngine(kept, self._sequence)

    def close(self) -> None:
        """Do nothing: there are no files."""

    def columns(self, query: Query, fields: Sequence[str]) -> tuple[Row, ...]:
        """Return what each match has in some fields, whatever its page."""
        return tuple(
            tuple(tuple(sorted(entry.record.keywords(field))) for field in fields)
            for entry, _ in self._find(query)[0]
            if _passes(entry, query.filters)
        )

    def _find(self, query: Query) -> tuple[list[tuple[_Entry, Tier]], _Scores]:
        base = [entry for entry in self._entries if entry.record.unit is query.unit]
        scores = _Scores(base, query.root)
        tiers = _tiers_of(query.root, base, scores)
        return [(one, tiers[one.record.id]) for one in base if one.record.id in tiers], scores

    def search(self, query: Query) -> Matches:
        """Return the matches of a question."""
        found, scores = self._find(query)
        matches = [pair for pair in found if _passes(pair[0], query.filters)]
        scored = [(entry, tier, scores.of(entry)) for entry, tier in matches]
        scored.sort(key=_SORT_KEYS[query.sort])
        first = query.page.offset
        complete = sum(not tier.is_partial for _, tier in matches)
        return Matches(
            total=len(matches),
            complete=complete,
            partial=len(matches) - complete,
            circulars=len({entry.record.circular for entry, _ in matches}),
            hits=tuple(
                Match(entry.record.id, score, tier)
                for entry, tier, score in scored[first : first + query.page.limit]
            ),
            facets=_count_facets(
                [entry for entry, _ in found],
                query.filters,
                (*_FACETS, "circular") if query.by_circular else _FACETS,
            ),
        )


def _tiers_of(root: Node, base: Sequence[_Entry], scores: _Scores) -> dict[str, Tier]:
    """Return the tier of each matching record of the unit, partial matches included."""
    complete = {
        entry.record.id: tier for entry in base if (tier := _tier_of(root, entry)) is not None
    }
    words = root.words if isinstance(root, Plain) else (root,) if isinstance(root, Word) else ()
    if not words or len(complete) >= ENOUGH:
        return complete
    named: dict[str, Tier] = {}
    if len(words) > 1:
        own = [entry for entry in base if any(entry.holds(in_text(word)) for word in words)]
        enough = enough_words(len(words))
        strings = [(*in_text(word), *above_text(word)) for word in words]
        mentioned = [(entry, sum(map(entry.holds, strings))) for entry in own]
        found = [entry for entry, count in mentioned if count >= enough]
        if is_sentence(root):
            others = [entry for entry in own if entry.record.id not in complete]
            others.sort(key=lambda entry: _by_relevance((entry, Tier.PARTIAL, scores.of(entry))))
            found += others[:SENTENCE_MATCHES]
        if sets_words_apart(root):
            named = {one.record.id: Tier.NAMED for one, count in mentioned if count == len(words)}
    else:
        found = [entry for entry in base if entry.holds(placed(words[0].nears()))]
        parts = words[0].parts
        if len(parts) > 1 and not complete:
            enough = enough_words(len(parts))
            held = [sum(entry.has("grams", (part,)) for part in parts) for entry in base]
            found += [entry for entry, count in zip(base, held, strict=True) if count >= enough]
    return {entry.record.id: Tier.PARTIAL for entry in found} | named | complete


def _tier_of(node: Node, entry: _Entry) -> Tier | None:
    """Return how completely a record matches a tree; None where it does not."""
    match node:
        case Word():
            return _literal_if(entry.holds(matching(node)))
        case Plain(words, literal):
            if entry.has("grams", (literal,)):
                return Tier.LITERAL
            spelled = entry.holds(placed(one.folded for one in node.spellings))
            complete = bool(words) and all(entry.holds(matching(word)) for word in words)
            return Tier.COMPLETE if complete or spelled else None
        case Phrase(folded) | AsTyped(folded):
            return _literal_if(entry.has("grams", (folded,)))
        case FieldIs():
            return _literal_if(entry.has(*node.condition()))
        case YearRange(first, last):
            return _literal_if(any(first <= int(year) <= last for year in entry.record.year))
        case Both(children):
            tiers = [_tier_of(child, entry) for child in children]
            return None if None in tiers else max(tier for tier in tiers if tier is not None)
        case AnyOf(children):
            found = [_tier_of(child, entry) for child in children]
            return min((tier for tier in found if tier is not None), default=None)
        case SameMeasure(child):
            if entry.record.unit is Unit.MEASURE:
                return _tier_of(child, entry)
            found = [_tier_of(child, measure) for measure in entry.measures]
            return min((tier for tier in found if tier is not None), default=None)
        case Not(child):
            return _literal_if(_tier_of(child, entry) is None)
        case All():
            return Tier.LITERAL


def _literal_if(condition: bool) -> Tier | None:
    return Tier.LITERAL if condition else None


def _passes(entry: _Entry, filters: Filters) -> bool:
    return all(entry.has(*condition) for condition in filters.conditions())


def _count_facets(
    found: Sequence[_Entry], filters: Filters, counted: Sequence[str]
) -> dict[str, dict[str, int]]:
    """Count, for each value, what would match were it the only one ticked in its facet."""
    facets: dict[str, dict[str, int]] = {}
    for facet in counted:
        counts: Counter[str] = Counter()
        for entry in found:
            for value in entry.record.keywords(facet):
                counts[value] += _passes(entry, filters.ticking(facet, value))
        facets[facet] = {value: count for value, count in counts.items() if count}
    return facets


class _Scores:
    """BM25F over the records of a unit."""

    def __init__(self, base: Sequence[_Entry], root: Node) -> None:
        self._terms = [
            (term, idf_of(sum(_frequency(term, entry) > 0 for entry in base), len(base)))
            for term in scoring_terms(root)
        ]
        self._mean = {
            is_word: _mean([_length(entry, is_word=is_word) for entry in base])
            for is_word in (False, True)
        }
        self._question = root if isinstance(root, Plain) and root.sentence else None
        self._best: defaultdict[str, int] = defaultdict(int)
        for entry in base if is_sentence(root) else ():
            circular = entry.record.circular
            self._best[circular] = max(self._best[circular], self._own(entry))

    def of(self, entry: _Entry) -> float:
        score = self._own(entry) + CONTEXT_SHARE * self._best[entry.record.circular]
        if self._question is not None and is_elsewhere(entry.record.region, self._question):
            score *= ELSEWHERE_SHARE
        return round(score) / SCORE_POINTS

    def _own(self, entry: _Entry) -> int:
        """Return the score in points, nothing of its circular added."""
        score = 0
        for term, idf in self._terms:
            frequency = _frequency(term, entry)
            if frequency:
                length = _length(entry, is_word=term.is_word)
                norm = 1 - B + B * length / self._mean[term.is_word]
                gain = term.weight * (idf * frequency * (K1 + 1) / (frequency + K1 * norm))
                score += round(gain * SCORE_POINTS)
        return score


def _mean(lengths: Sequence[float]) -> float:
    return sum(lengths) / len(lengths) if lengths else 0.0


def _frequency(term: Term, entry: _Entry) -> float:
    if term.spellings:
        return float(sum(entry.count(*one) for one in placed(term.spellings)))
    if term.is_word:
        return WORD_WEIGHT * entry.texts["words"].frequency(term.text)
    return sum(weight * entry.texts[f].frequency(term.text) for f, weight in GRAM_WEIGHTS.items())


def _length(entry: _Entry, *, is_word: bool) -> float:
    if is_word:
        return float(entry.texts["words"].length)
    return sum(weight * entry.texts[field].length for field, weight in GRAM_WEIGHTS.items())


_Scored = tuple[_Entry, Tier, float]


def _by_relevance(item: _Scored) -> tuple[object, ...]:
    entry, tier, score = item
    record = entry.record
    return (tier, -score, -record.date, record.circular, record.order)


def _by_date(item: _Scored) -> tuple[object, ...]:
    entry, tier, _ = item
    record = entry.record
    return (tier.is_partial, -record.date, record.circular, record.order)


def _by_document(item: _Scored) -> tuple[object, ...]:
    entry, tier, _ = item
    return (tier.is_partial, entry.record.circular, entry.record.order)


_SORT_KEYS: dict[Sort, Callable[[_Scored], tuple[object, ...]]] = {
    Sort.RELEVANCE: _by_relevance,
    Sort.DATE: _by_date,
    Sort.DOCUMENT: _by_document,
}
