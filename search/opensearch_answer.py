"""One question answered by a cluster (应答): what matches, how many, in which order."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from search.engine import (
    CONTEXT_SHARE,
    ELSEWHERE_SHARE,
    ENOUGH,
    SENTENCE_MATCHES,
    Match,
    Matches,
    Tier,
    enough_words,
    is_elsewhere,
    is_sentence,
    round_score,
    sets_words_apart,
)
from search.opensearch_facets import Counts
from search.opensearch_questions import (
    Asked,
    all_of,
    any_of,
    has_tiers,
    none_of,
    passing,
    values_in,
)
from search.opensearch_scoring import Scored, Statistics, holds_term, proposing
from search.query import Plain, Sort, Word
from search.terms import scoring_terms

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from search.engine import Row
    from search.opensearch_questions import Condition
    from search.opensearch_snapshot import Asking, Body
    from search.query import Query

# So many candidates more than are shown are scored: enough for the cluster's rounding.
MARGIN = 200
SENTENCE_MARGIN = 1_000  # what surrounds a record counts too, so more of them may rise
CIRCULARS_AT_ONCE = 500
EVERYTHING = 2**31
_BY_SCORE = ({"_score": "desc"}, {"date": "desc"}, {"circular": "asc"}, {"order": "asc"})
_BY_DATE = ({"date": "desc"}, {"circular": "asc"}, {"order": "asc"})
_BY_DOCUMENT = ({"circular": "asc"}, {"order": "asc"})


class _Candidate(NamedTuple):
    """A record that a cluster proposes, in the order of the port."""

    tier: Tier
    falling: float  # the score, so that the best comes first
    earlier: int  # the date, likewise
    circular: str
    order: int
    id: str

    def match(self) -> Match:
        return Match(self.id, -self.falling if self.falling else 0.0, self.tier)


class Answer:
    """Answers one question over one snapshot."""

    def __init__(self, asking: Asking, query: Query) -> None:
        self._asking = asking
        self._query = query
        self._root = query.root
        self._asked = Asked(query.unit)
        self._unit = self._asked.of_unit()
        self._wholly = self._asked.tree(self._root, Tier.COMPLETE)
        self._terms = scoring_terms(self._root)
        self._best: dict[str, float] = {}  # circular → its best record's own score
        self._own: dict[str, float] = {}  # record → its own score
        # Learnt first, since what matches partially depends on it.
        self._complete = 0
        self._statistics = self._learn()
        self._scored = Scored(self._terms, self._statistics)
        self._tiers = self._tiers_of()

    def matches(self) -> Matches:
        """Return the matches of the question."""
        found = all_of((self._unit, any_of(self._tiers.values())))
        counts = Counts(self._asking, found, self._query.filters)
        counts.count(self._tiers, by_circular=self._query.by_circular)
        partial = sum(count for tier, count in counts.tiers.items() if tier.is_partial)
        total = sum(counts.tiers.values())
        return Matches(
            total=total,
            complete=total - partial,
            partial=partial,
            circulars=counts.circulars,
            hits=tuple(self._hits(counts.tiers)),
            facets=counts.facets,
            timed_out=self._asking.incomplete,
        )

    def columns(self, fields: Sequence[str]) -> tuple[Row, ...]:
        """Return what each match has in some fields."""
        body: Body = {
            "query": self._within(any_of(self._tiers.values())),
            "sort": list(_BY_DOCUMENT),
            "_source": False,
            "docvalue_fields": list(fields),
        }
        held = (hit.get("fields", {}) for hit in self._asking.all_hits(body, EVERYTHING))
        return tuple(tuple(tuple(each.get(field, ())) for field in fields) for each in held)

    # --- what is known beforehand ----------------------------------------------------------------

    def _learn(self) -> Statistics:
        """Ask for what scores and partial matches depend on; most of it only once a snapshot."""
        unit, snapshot = self._query.unit, self._asking.snapshot
        bodies: list[Body] = []
        if unit not in snapshot.units:
            lengths = {name: {"sum": {"field": f"{name}_length"}} for name in ("gram", "word")}
            bodies.append(_counting(self._unit) | {"aggs": lengths})
        new = [term for term in self._terms if (unit, term) not in snapshot.holding]
        for term in new:
            held = holds_term(term, unit)
            bodies.append(_counting(all_of((self._unit, held)) if term.spellings else held))
        if self._words:
            bodies.append(_counting(all_of((self._unit, self._wholly))))
        answers = self._asking.ask(bodies)
        totals = [answer["hits"]["total"]["value"] for answer in answers]
        if self._words:
            self._complete = totals.pop()
        if unit not in snapshot.units:
            total = totals.pop(0)
            said = answers[0]["aggregations"]
            means = [said[name]["value"] / total if total else 0.0 for name in ("gram", "word")]
            snapshot.units[unit] = (total, means[0], means[1])
        snapshot.holding.update({(unit, t): n for t, n in zip(new, totals, strict=True)})
        return Statistics(
            *snapshot.units[unit], {term: snapshot.holding[unit, term] for term in self._terms}
        )

    @property
    def _words(self) -> tuple[Word, ...]:
        root = self._root
        if isinstance(root, Plain):
            return root.words
        return (root,) if isinstance(root, Word) else ()

    # --- what matches ----------------------------------------------------------------------------

    def _tiers_of(self) -> dict[Tier, Condition]:
        """Return the condition of each tier that may have matches; they exclude each other."""
        literal = self._asked.tree(self._root, Tier.LITERAL)
        tiers = {Tier.LITERAL: literal}
        if has_tiers(self._root):
            tiers[Tier.COMPLETE] = all_of((self._wholly, none_of(literal)))
        partly, named = self._partial()
        others = none_of(self._wholly)
        if named is not None:
            tiers[Tier.NAMED] = all_of((named, others))
            others = all_of((others, none_of(named)))
        if partly:
            tiers[Tier.PARTIAL] = all_of((any_of(partly), others))
        return tiers

    def _partial(self) -> tuple[list[Condition], Condition | None]:
        """Return what makes a match partial, and what makes it one that titles complete."""
        words = self._words
        if not words or self._complete >= ENOUGH:
            return [], None
        if len(words) == 1:
            (word,) = words
            ways = [self._asked.near(word)] if word.nears() else []
            if len(word.parts) > 1 and not self._complete:
                ways.append(self._asked.holds_parts(word))
            return ways, None
        ways = [self._asked.mentions_enough(words, enough_words(len(words)))]
        if is_sentence(self._root):
            others = all_of((self._asked.in_any_text(words), none_of(self._wholly)))
            body = self._proposal(all_of((self._unit, others)))
            hits = self._asking.all_hits(body, SENTENCE_MATCHES + SENTENCE_MARGIN)
            best = self._rank({Tier.PARTIAL: hits})[:SENTENCE_MATCHES]
            ways.append({"ids": {"values": [each.id for each in best]}})
        apart = sets_words_apart(self._root)
        return ways, self._asked.mentions_enough(words, len(words)) if apart else None

    def _within(self, condition: Condition) -> Condition:
        """Return the records of the unit that hold a condition and pass the filters."""
        return all_of((self._unit, condition, passing(self._query.filters)))

    # --- in which order --------------------------------------------------------------------------

    def _hits(self, counts: Mapping[Tier, int]) -> list[Match]:
        """Return the hits of the page."""
        page = self._query.page
        wanted = min(page.offset + page.limit, sum(counts.values()))
        if wanted <= page.offset:
            return []
        standing = {tier: held for tier, held in self._tiers.items() if counts[tier]}
        if self._query.sort is Sort.RELEVANCE:
            ranked = self._by_relevance(standing, wanted)
        else:
            ranked = self._in_order(standing, wanted)
        return [each.match() for each in ranked[page.offset : wanted]]

    def _by_relevance(self, standing: Mapping[Tier, Condition], wanted: int) -> list[_Candidate]:
        bodies = [self._proposal(self._within(held)) for held in standing.values()]
        margin = SENTENCE_MARGIN if is_sentence(self._root) else MARGIN
        found = self._asking.hits(bodies, wanted + (margin if self._terms else 0))
        return self._rank(dict(zip(standing, found, strict=True)))

    def _in_order(self, standing: Mapping[Tier, Condition], wanted: int) -> list[_Candidate]:
        """Return what matches wholly, then what does so partially, each as it is sorted."""
        order = _BY_DATE if self._query.sort is Sort.DATE else _BY_DOCUMENT
        ranked: list[_Candidate] = []
        for is_partial in (False, True):
            tiers = {t: held for t, held in standing.items() if t.is_partial is is_partial}
            if not tiers:
                continue
            named = [{"bool": {"filter": [held], "_name": t.name}} for t, held in tiers.items()]
            within = self._within(any_of(tiers.values()))
            query = {"bool": {"filter": [within], "should": named}}
            body: Body = {"query": query, "sort": list(order)}
            hits = self._asking.all_hits(body, wanted)
            self._learn_best(hits)
            ranked += [self._candidate(Tier[hit["matched_queries"][0]], hit) for hit in hits]
        return ranked

    def _proposal(self, within: Condition) -> Body:
        query = proposing(self._terms, self._statistics, self._query.unit, within)
        return {"query": query, "sort": list(_BY_SCORE)}

    def _rank(self, found: Mapping[Tier, Sequence[Any]]) -> list[_Candidate]:
        """Return the candidates of each tier in the order of the port."""
        self._learn_best([hit for hits in found.values() for hit in hits])
        return sorted(self._candidate(tier, hit) for tier, hits in found.items() for hit in hits)

    def _candidate(self, tier: Tier, hit: Mapping[str, Any]) -> _Candidate:
        said = hit["_source"]
        score = self._own_score(hit)
        score += CONTEXT_SHARE * self._best.get(said["circular"], 0.0)
        root = self._root
        if isinstance(root, Plain) and root.sentence and is_elsewhere(said["region"], root):
            score *= ELSEWHERE_SHARE
        falling, earlier = -round_score(score), -said["date"]
        return _Candidate(tier, falling, earlier, said["circular"], said["order"], hit["_id"])

    def _learn_best(self, hits: Iterable[Mapping[str, Any]]) -> None:
        """Learn the best score in each circular of some hits, where it counts."""
        if not is_sentence(self._root):
            return
        circulars = {hit["_source"]["circular"] for hit in hits} - self._best.keys()
        for among in _batches(sorted(circulars), CIRCULARS_AT_ONCE):
            within = all_of((self._unit, values_in("circular", among)))
            body = self._proposal(within)
            best = self._asking.all_hits(body, SENTENCE_MARGIN)
            self._note_best(best)
            missing = [each for each in among if each not in self._best]
            if missing and len(best) == SENTENCE_MARGIN:
                within = all_of((self._unit, values_in("circular", missing)))
                body = self._proposal(within) | {"collapse": {"field": "circular"}}
                (answer,) = self._asking.ask([body | {"size": len(missing)}])
                self._note_best(answer["hits"]["hits"])

    def _note_best(self, hits: Iterable[Mapping[str, Any]]) -> None:
        for hit in hits:
            circular = hit["_source"]["circular"]
            self._best[circular] = max(self._best.get(circular, 0.0), self._own_score(hit))

    def _own_score(self, hit: Mapping[str, Any]) -> float:
        if hit["_id"] not in self._own:
            self._own[hit["_id"]] = self._scored.of(hit["_source"]["texts"])
        return self._own[hit["_id"]]


def _counting(condition: Condition) -> Body:
    return {"size": 0, "track_total_hits": True, "query": condition}


def _batches(values: Iterable[str], size: int) -> Iterator[list[str]]:
    rest = iter(values)
    while batch := list(islice(rest, size)):
        yield batch
