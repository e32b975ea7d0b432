"""One question answered by a cluster (应答): what matches, how many, in which order."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from search.engine import (
    ENOUGH,
    SENTENCE_MATCHES,
    Match,
    Matches,
    Tier,
    enough_words,
    is_sentence,
    sets_words_apart,
)
from search.opensearch_facets import Counts
from search.opensearch_questions import (
    EVERYTHING,
    Asked,
    all_of,
    any_of,
    has_tiers,
    none_of,
    of_keys,
    passing,
)
from search.opensearch_ranking import LISTED, Listed, Ranking
from search.opensearch_scoring import Statistics, holds_term
from search.opensearch_snapshot import first_page, hits_of
from search.query import Plain, Sort, Word
from search.terms import scoring_terms

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from search.engine import Row
    from search.opensearch_questions import Condition
    from search.opensearch_snapshot import Asking, Body
    from search.query import Query, Unit

EVERY_MATCH = 2**31
_OTHERS = "others"
_BY_DATE = ({"date": "desc"}, {"circular": "asc"}, {"order": "asc"})
_BY_DOCUMENT = ({"circular": "asc"}, {"order": "asc"}, {"date": "desc"})


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
        self._best: Listed | None = None  # the candidates for the best matches of a sentence
        # Learnt first, since what matches partially depends on it.
        self._complete = 0
        self._statistics = self._learn()
        self._ranking = Ranking(asking, query, self._unit, self._statistics)
        self._tiers = self._tiers_of()

    def matches(self) -> Matches:
        """Return the matches of the question."""
        query = self._query
        found = all_of((self._unit, any_of(self._tiers.values())))
        counts = Counts(
            self._asking, found, self._tiers, query.filters, by_circular=query.by_circular
        )
        bodies = self._listings()
        answer, *listings = self._asking.ask([counts.body(), *bodies.values()])
        counts.note(answer)
        partial = sum(count for tier, count in counts.tiers.items() if tier.is_partial)
        total = sum(counts.tiers.values())
        by_relevance = query.sort is Sort.RELEVANCE
        first, last = query.page.offset, min(query.page.offset + query.page.limit, total)
        if first >= last:
            hits: Iterable[Match] = ()
        elif by_relevance:
            answers = dict(zip(bodies, listings, strict=True))
            hits = self._hits(counts.tiers, bodies, answers, first, last)
        else:
            hits = self._hits_in_order(first, last)
        return Matches(
            total=total,
            complete=total - partial,
            partial=partial,
            circulars=counts.circulars,
            hits=tuple(hits),
            facets=counts.facets,
            timed_out=self._asking.incomplete,
        )

    def columns(self, fields: Sequence[str]) -> tuple[Row, ...]:
        """Return what each match has in some fields."""
        body: Body = {
            "query": self._within(any_of(self._tiers.values())),
            "sort": list(_BY_DOCUMENT),
            "stored_fields": "_none_",
            "_source": False,
            "docvalue_fields": list(fields),
        }
        held = (hit.get("fields", {}) for hit in self._asking.all_hits(body, EVERY_MATCH))
        return tuple(tuple(tuple(each.get(field, ())) for field in fields) for each in held)

    # --- what is known beforehand ----------------------------------------------------------------

    def _learn(self) -> Statistics:
        """Ask for what scores and partial matches depend on; most of it only once a snapshot."""
        unit, snapshot = self._query.unit, self._asking.snapshot
        known = {term: snapshot.holding.find((unit, term)) for term in self._terms}
        new = [term for term, count in known.items() if count is None]
        bodies: dict[str, Body] = {}
        if self._words:
            bodies["complete"] = _counting(all_of((self._unit, self._wholly)))
        if unit not in snapshot.units:
            lengths = {name: {"sum": {"field": f"{name}_length"}} for name in ("gram", "word")}
            bodies["unit"] = _counting(self._unit) | {"aggs": lengths}
        if new:
            # Each shard holds each count ready, as nothing else is asked for.
            held = [holds_term(term, unit) for term in new]
            spelled = any(term.spellings for term in new)
            body = {"size": 0, "query": self._unit if spelled else EVERYTHING}
            counted = {"terms": {"filters": {"filters": held}}}
            bodies["terms"] = body | {"track_total_hits": False, "aggs": counted}
        answers = dict(zip(bodies, self._asking.ask(list(bodies.values())), strict=True))
        units: dict[Unit, tuple[int, float, float]] = {}
        holding = {term: count for term, count in known.items() if count is not None}
        if "complete" in answers:
            self._complete = answers["complete"]["hits"]["total"]["value"]
        if "unit" in answers:
            total = answers["unit"]["hits"]["total"]["value"]
            said = answers["unit"]["aggregations"]
            means = [said[name]["value"] / total if total else 0.0 for name in ("gram", "word")]
            units[unit] = (total, means[0], means[1])
        if new:
            buckets = answers["terms"]["aggregations"]["terms"]["buckets"]
            for term, bucket in zip(new, buckets, strict=True):
                holding[term] = bucket["doc_count"]
        if not self._asking.incomplete:  # a part of the numbers is remembered for this answer only
            snapshot.units.update(units)
            for term, count in holding.items():
                snapshot.holding.get((unit, term), partial(int, count))
        units = snapshot.units | units
        return Statistics(*units[unit], holding, snapshot.multiplies)

    @property
    def _words(self) -> tuple[Word, ...]:
        root = self._root
        if isinstance(root, Plain):
            return root.words
        return (root,) if isinstance(root, Word) else ()

    # --- what matches ----------------------------------------------------------------------------

    def _tiers_of(self) -> dict[Tier, Condition]:
        """Return the condition of each tier that may have matches; they exclude each other."""
        partly, named = self._partial()
        tiers: dict[Tier, Condition] = {}
        others = EVERYTHING
        if self._complete or not self._words or not partly:
            literal = self._asked.tree(self._root, Tier.LITERAL)
            tiers[Tier.LITERAL] = literal
            if has_tiers(self._root):
                tiers[Tier.COMPLETE] = all_of((self._wholly, none_of(literal)))
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
            ways.append(self._best_of_sentence(words))
        apart = sets_words_apart(self._root)
        return ways, self._asked.mentions_enough(words, len(words)) if apart else None

    def _best_of_sentence(self, words: Sequence[Word]) -> Condition:
        """Return the condition that a record is one of the best for a sentence, if not complete."""
        others = all_of((self._asked.in_any_text(words), none_of(self._wholly)))
        within = all_of((self._unit, others))
        # The best of circulars count as well, be they complete or not: one listing tells both.
        body = self._ranking.listing(self._unit)
        body["query"]["bool"]["should"].append({"bool": {"filter": [others], "_name": _OTHERS}})
        (answer,) = self._asking.ask([first_page(body, LISTED)])
        hits = hits_of(answer)
        of_unit = self._ranking.listed(hits, LISTED)
        self._ranking.learn_best(of_unit)
        found = zip(of_unit.candidates, hits, strict=True)
        of_others = Listed([one for one, hit in found if "matched_queries" in hit], of_unit.beyond)
        page = self._query.page
        shown = page.offset, page.offset + page.limit
        keys, self._best = self._ranking.best(within, of_others, SENTENCE_MATCHES, shown)
        return of_keys(keys)

    def _within(self, condition: Condition) -> Condition:
        """Return the records of the unit that hold a condition and pass the filters."""
        return all_of((self._unit, condition, passing(self._query.filters)))

    # --- in which order --------------------------------------------------------------------------

    def _listings(self) -> dict[Tier | None, Body]:
        """Return the searches for the candidates of a page in each tier; None: in the whole unit.

        Those of the tier that the best of a sentence fill are known already.
        """
        page = self._query.page
        if not page.limit or self._query.sort is not Sort.RELEVANCE:
            return {}
        asked: dict[Tier | None, Condition] = {
            tier: self._within(held)
            for tier, held in self._tiers.items()
            if not (tier is Tier.PARTIAL and self._knows_best(page.offset + page.limit))
        }
        if asked and self._ranking.needs_best:
            asked[None] = self._unit
        return {
            tier: first_page(self._ranking.listing(within), self._listed if tier else LISTED)
            for tier, within in asked.items()
        }

    def _knows_best(self, wanted: int) -> bool:
        """Tell whether so many matches of a sentence are the best that were found for it."""
        all_pass = passing(self._query.filters) is EVERYTHING
        apart = sets_words_apart(self._root)
        return self._best is not None and all_pass and not apart and wanted <= SENTENCE_MATCHES

    @property
    def _listed(self) -> int:
        """How many candidates are asked for: more than are shown where scores decide."""
        page = self._query.page
        return page.offset + page.limit + (LISTED if self._terms else 0)

    def _hits(
        self,
        counts: Mapping[Tier, int],
        bodies: Mapping[Tier | None, Body],
        answers: Mapping[Tier | None, Any],
        first: int,
        last: int,
    ) -> Iterator[Match]:
        """Yield the hits of the page from the first answers of its listings."""
        if None in answers:
            self._ranking.learn_best(self._ranking.listed(hits_of(answers[None]), LISTED))
        for tier, held in self._tiers.items():
            own_first, own_last = max(first, 0), min(last, counts[tier])
            if own_first < own_last:
                if tier in answers:
                    hits = self._asking.go_on(bodies[tier], answers[tier], self._listed)
                    listed = self._ranking.listed(hits, self._listed)
                else:
                    listed = self._best or Listed([], 0.0)
                within = self._within(held)
                for one in self._ranking.page(within, listed, own_first, own_last):
                    yield Match(one.id, one.score, tier)
            first, last = first - counts[tier], last - counts[tier]

    def _hits_in_order(self, first: int, last: int) -> Iterator[Match]:
        """Yield what matches wholly, then what does so partially, each as it is sorted."""
        order = _BY_DATE if self._query.sort is Sort.DATE else _BY_DOCUMENT
        found: list[Any] = []
        for is_partial in (False, True):
            tiers = {t: held for t, held in self._tiers.items() if t.is_partial is is_partial}
            if tiers and len(found) < last:
                named = [{"bool": {"filter": [held], "_name": t.name}} for t, held in tiers.items()]
                within = self._within(any_of(tiers.values()))
                query = {"bool": {"filter": [within], "should": named}}
                body = self._ranking.listing(EVERYTHING, order) | {"query": query}
                found += self._asking.all_hits(body, last - len(found))
        shown = found[first:last]
        candidates = self._ranking.candidates(shown, order)
        tier_of = {
            one.key: Tier[hit["matched_queries"][0]]
            for one, hit in zip(candidates, shown, strict=True)
        }
        for one in self._ranking.ranked(candidates):
            yield Match(one.id, one.score, tier_of[one.circular, one.order])


def _counting(condition: Condition) -> Body:
    return {"size": 0, "track_total_hits": True, "query": condition}
