"""Which records of a cluster are first (排序): bounds of their scores, the exact ones of few.

The cluster's score and the lengths of a record bound its exact score, so that most candidates are
known to stand before or behind a page without a look at them. The texts of the others are fetched,
which costs more than all else together, and their exact scores made of these.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from indexer.opensearch_mapping import LARGEST_NUMBER
from search.engine import (
    CONTEXT_SHARE,
    ELSEWHERE_SHARE,
    K1,
    SCORE_POINTS,
    WORD_WEIGHT,
    is_elsewhere,
    is_sentence,
    round_score,
)
from search.opensearch_questions import all_of, of_keys, values_in
from search.opensearch_scoring import Scored, least_share, proposing
from search.opensearch_snapshot import hits_of
from search.query import Plain
from search.terms import scoring_terms

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from search.opensearch_questions import Condition
    from search.opensearch_scoring import Statistics
    from search.opensearch_snapshot import Asking, Body
    from search.query import Query

BY_SCORE = ({"_score": "desc"}, {"date": "desc"}, {"circular": "asc"}, {"order": "asc"})
LISTED = 600  # candidates in one answer; more are asked for where these may not be all
MOST = 1_600  # candidates beyond a page, after which whatever is found has to do
FEW = 40  # so few candidates are all looked at
# Records or circulars that one request names: a record may cost four of the 1,024 clauses allowed.
AT_ONCE = 200
_SLACK = 0.01  # what the cluster counts besides, since removed or hidden
_SMALL, _UNBOUND = 200, 1e6  # among so few records such counts bear no bound at all
_SPREAD = 1.5  # how much further bounds are moved than one was seen to be missed by
_ROUNDING = 1 / SCORE_POINTS  # of a score, or of what one term adds: more than half a point

_Reals = npt.NDArray[np.float64]
_Mask = npt.NDArray[np.bool_]
_Bounds = tuple[float, float]  # not less, not more
Key = tuple[str, int]  # circular and order: no two records of a unit share both


class Candidate(NamedTuple):
    """A record that the cluster proposes: what it says of its score, and what that leaves."""

    circular: str
    order: int
    date: int
    said: float
    least: float  # the share of it that the exact score has at least
    is_elsewhere: bool

    @property
    def key(self) -> Key:
        """What the record is found by."""
        return self.circular, self.order


class Ranked(NamedTuple):
    """A record in the order of the port."""

    falling: float  # the score, so that the best comes first
    earlier: int  # the date, likewise
    circular: str
    order: int
    id: str

    @property
    def score(self) -> float:
        """The score."""
        return -self.falling if self.falling else 0.0


class Listed(NamedTuple):
    """The best candidates by the cluster's score; `beyond` is what no other one surpasses."""

    candidates: list[Candidate]
    beyond: float


class Ranking:
    """Ranks the records of one question; what it has learnt of a record it keeps."""

    def __init__(
        self, asking: Asking, query: Query, unit: Condition, statistics: Statistics
    ) -> None:
        self._asking = asking
        self._query = query
        self._unit = unit
        self._statistics = statistics
        self._terms = scoring_terms(query.root)
        self._scores_words = any(term.is_word for term in self._terms)
        self._scored = Scored(self._terms, statistics)
        root = query.root
        self._question = root if isinstance(root, Plain) and root.sentence else None
        self._in_context = is_sentence(root)
        self._slack = _SLACK if statistics.total > _SMALL else _UNBOUND
        self._rounding = _ROUNDING * len(self._terms)
        self._shares: dict[bool, dict[int, float]] = {False: {}, True: {}}
        self._own: dict[Key, float] = {}  # exact scores, nothing of the circular added
        self._ids: dict[Key, str] = {}
        self._looked_for: set[Key] = set()
        self._leading: dict[str, list[Candidate]] = {}  # circular → which may be its best
        self._others_best = float("inf")  # no record of another circular surpasses it

    @property
    def needs_best(self) -> bool:
        """Whether the best records of circulars count, and are still to be learnt."""
        return self._in_context and self._others_best == float("inf")

    # --- candidates ------------------------------------------------------------------------------

    def listing(self, within: Condition, sort: Sequence[Mapping[str, str]] = BY_SCORE) -> Body:
        """Return the search for the candidates `within`; nothing is read but columns."""
        query = proposing(self._terms, self._statistics, self._query.unit, within)
        fields = ["gram_length", "word_length"] if self._terms else []
        if self._question is not None:
            fields.append("region")
        return {
            "query": query,
            "sort": list(sort),
            "_source": False,
            "stored_fields": "_none_",
            "docvalue_fields": fields,
        }

    def candidates(
        self, hits: Iterable[Any], sort: Sequence[Mapping[str, str]] = BY_SCORE
    ) -> list[Candidate]:
        """Return what a listing has found."""
        names = [name for each in sort for name in each]
        return [self._candidate(dict(zip(names, hit["sort"], strict=True)), hit) for hit in hits]

    def _candidate(self, sorted_by: Mapping[str, Any], hit: Any) -> Candidate:
        said = hit.get("fields", {})
        least = 0.0
        if self._terms:
            least = self._share(said["gram_length"][0], is_word=False)
        if self._scores_words:
            least = min(least, self._share(said["word_length"][0], is_word=True))
        question = self._question
        elsewhere = question is not None and is_elsewhere(said.get("region", ()), question)
        score = sorted_by.get("_score", 0.0)
        circular, order = sorted_by["circular"], sorted_by["order"]
        return Candidate(circular, order, sorted_by["date"], score, least, elsewhere)

    def _share(self, length: int, *, is_word: bool) -> float:
        """Return `least_share` of a length; few differ among many records."""
        shares = self._shares[is_word]
        if length not in shares:
            k1, mean = (K1, self._statistics.mean_grams)
            if is_word:
                k1, mean = (K1 / WORD_WEIGHT, self._statistics.mean_words)
            shares[length] = least_share(length, k1, mean)
        return shares[length]

    def listed(self, hits: Sequence[Any], asked: int) -> Listed:
        """Return the candidates of a listing that was to name so many."""
        found = self.candidates(hits)
        return Listed(found, found[-1].said if len(found) == asked else 0.0)

    def learn_best(self, of_unit: Listed) -> None:
        """Learn the best records of circulars from the best of the whole unit."""
        self._note_leading(of_unit.candidates)
        self._others_best = of_unit.beyond
        reached = of_unit.beyond * (1 + self._slack)
        for circular, (least, most) in self._best_of(list(self._leading)).items():
            if least < reached:  # another record of it, which is not listed, may be its best
                del self._leading[circular]
                self._others_best = max(self._others_best, most)

    # --- ranks -----------------------------------------------------------------------------------

    def best(
        self, within: Condition, listed: Listed, count: int, shown: tuple[int, int]
    ) -> tuple[list[Key], Listed]:
        """Return the first records within a condition, unordered, and all candidates for them.

        Where they will be the matches, the exact scores of those shown are made on the way.
        """
        listed = self._list_all(within, listed, count)._replace(beyond=0.0)
        before, around = self._cut(listed.candidates, (count, count), shown)
        ranked = sorted(self._ranked(around))[: count - len(before)]
        return [one.key for one in before] + [(one.circular, one.order) for one in ranked], listed

    def page(self, within: Condition, listed: Listed, first: int, last: int) -> list[Ranked]:
        """Return the records within a condition from the `first` until before the `last`."""
        if not self._terms:
            return self.ranked(listed.candidates[first:last])
        listed = self._list_all(within, listed, last)
        before, around = self._cut(listed.candidates, (first, last))
        return sorted(self._ranked(around))[first - len(before) : last - len(before)]

    def ranked(self, candidates: Sequence[Candidate]) -> list[Ranked]:
        """Return some records as they are ranked, in the order given."""
        self._settle(candidates)
        return self._ranked(candidates)

    def _cut(
        self, candidates: Sequence[Candidate], wanted: tuple[int, int], *beside: tuple[int, int]
    ) -> tuple[list[Candidate], list[Candidate]]:
        """Return which stand before a stretch of ranks for certain, and which may stand in it.

        The scores of the latter, and of those in some stretches beside it, are exact then.
        """
        while True:
            bounds = self._bounds(candidates)
            before, around = _places(bounds, *wanted)
            masks = [around, *(_places(bounds, *other)[1] for other in beside)]
            unsure = np.flatnonzero(np.logical_or.reduce(masks)).tolist()
            if not self._settle([candidates[place] for place in unsure]):
                break
        return (
            [candidates[place] for place in np.flatnonzero(before).tolist()],
            [candidates[place] for place in np.flatnonzero(around).tolist()],
        )

    def _list_all(self, within: Condition, listed: Listed, count: int) -> Listed:
        """Return the candidates with whatever else may be among so many first."""
        while listed.beyond and len(listed.candidates) < count + MOST:
            low, _ = self._bounds(listed.candidates)
            if len(low) >= count:
                least = float(np.partition(low, -count)[-count]) if count else float("inf")
                beyond = self._at_most(listed.beyond)
                if not self._in_context:
                    if beyond < least:
                        return listed
                elif beyond + CONTEXT_SHARE * self._at_most(min(self._others_best, 1e9)) < least:
                    return self._with_led(within, listed, least)
            size = min(2 * len(listed.candidates), count + MOST)
            body = self.listing(within)
            listed = self.listed(self._asking.all_hits(body, size), size)
        return listed

    def _with_led(self, within: Condition, listed: Listed, wanted: float) -> Listed:
        """Return the candidates with all others that the best of their circular lifts enough."""
        best = self._best_of(self._leading)
        lacking = wanted - self._at_most(listed.beyond)
        lifting = [each for each, (_, most) in best.items() if CONTEXT_SHARE * most >= lacking]
        if not lifting:
            return listed
        lift = CONTEXT_SHARE * max(most for _, most in best.values())
        body = self.listing(all_of((within, values_in("circular", lifting))))
        # After what is listed; those of the same score come again.
        body["search_after"] = [listed.beyond, LARGEST_NUMBER, "", -1]
        body["min_score"] = max((wanted - lift - self._rounding) / (1 + self._slack), 0.0)
        held = {one.key for one in listed.candidates}
        more = self.candidates(self._asking.all_hits(body, MOST))
        added = [one for one in more if one.key not in held]
        return listed._replace(candidates=listed.candidates + added)

    # --- scores ----------------------------------------------------------------------------------

    def _bounds(self, candidates: Sequence[Candidate]) -> tuple[_Reals, _Reals]:
        """Return between what the scores of some records must be."""
        best = self._best_of({one.circular for one in candidates})
        both = [self._bound(one, best) for one in candidates]
        low, high = np.array(both, dtype=np.float64).reshape(-1, 2).T
        return low - _ROUNDING, high + _ROUNDING

    def _bound(self, one: Candidate, best: Mapping[str, _Bounds]) -> _Bounds:
        low, high = self._own_bound(one)
        if self._in_context:
            least, most = best[one.circular]
            low, high = low + CONTEXT_SHARE * least, high + CONTEXT_SHARE * most
        share = ELSEWHERE_SHARE if one.is_elsewhere else 1.0
        return low * share, high * share

    def _own_bound(self, one: Candidate) -> _Bounds:
        own = self._own.get(one.key)
        if own is not None:
            return own, own
        least = one.said * one.least * (1 - self._slack) - self._rounding
        return max(least, 0.0), self._at_most(one.said)

    def _at_most(self, said: float) -> float:
        """Return what the exact score of a record is at most of which the cluster says so much."""
        return said * (1 + self._slack) + self._rounding

    def _best_of(self, circulars: Iterable[str]) -> dict[str, _Bounds]:
        """Return between what the best scores in some circulars must be."""
        if not self._in_context:
            return {}
        others = 0.0, self._at_most(self._others_best)
        found: dict[str, _Bounds] = {}
        for circular in circulars:
            bounds = [self._own_bound(one) for one in self._leading.get(circular, ())]
            lows, highs = zip(*bounds, strict=True) if bounds else ((), ())
            found[circular] = (max(lows), max(highs)) if bounds else others
        return found

    def _ranked(self, candidates: Iterable[Candidate]) -> list[Ranked]:
        """Return records whose exact scores are known; those that no shard told of are left out."""
        known = [one for one in candidates if one.key in self._ids]
        best = self._best_of({one.circular for one in known})
        return [
            Ranked(
                -round_score(self._bound(one, best)[0]),
                -one.date,
                one.circular,
                one.order,
                self._ids[one.key],
            )
            for one in known
        ]

    # --- exact scores ----------------------------------------------------------------------------

    def _settle(self, candidates: Collection[Candidate]) -> bool:
        """Make the exact scores of some records; tell whether any was not known."""
        wanted = {one.key: one for one in candidates}
        if self._in_context:
            circulars = {one.circular for one in candidates}
            self._find_leading(circulars - self._leading.keys())
            for circular, (least, _) in self._best_of(circulars & self._leading.keys()).items():
                leading = self._leading[circular]
                wanted |= {one.key: one for one in leading if self._own_bound(one)[1] >= least}
        missing = [one for key, one in wanted.items() if key not in self._looked_for]
        self._looked_for.update(one.key for one in missing)
        for some in _batches(missing, AT_ONCE):
            self._read(some)
        return bool(missing)

    def _find_leading(self, circulars: Collection[str]) -> None:
        """Ask for the best records of some circulars."""
        for among in _batches(sorted(circulars), AT_ONCE):
            body = self.listing(all_of((self._unit, values_in("circular", among))))
            hits = self._asking.all_hits(body, MOST)
            self._note_leading(self.candidates(hits))
            missing = [each for each in among if each not in self._leading]
            if missing:
                body = self.listing(all_of((self._unit, values_in("circular", missing))))
                body |= {"collapse": {"field": "circular"}, "size": len(missing)}
                (answer,) = self._asking.ask([body])
                self._note_leading(self.candidates(hits_of(answer)))

    def _note_leading(self, best: Iterable[Candidate]) -> None:
        for one in best:
            self._leading.setdefault(one.circular, []).append(one)

    def _read(self, some: Sequence[Candidate]) -> None:
        """Fetch records with their texts, and score them."""
        these = of_keys(one.key for one in some)
        kept = ["circular", "order", *(["texts"] if self._terms else [])]
        body = {"query": all_of((self._unit, these)), "size": len(some), "_source": kept}
        (answer,) = self._asking.ask([body])
        hits = hits_of(answer)
        keys = [(hit["_source"]["circular"], hit["_source"]["order"]) for hit in hits]
        self._ids |= {key: hit["_id"] for key, hit in zip(keys, hits, strict=True)}
        scores = [0.0] * len(hits)
        if self._terms:
            scores = self._scored.of([hit["_source"]["texts"] for hit in hits])
        said = {one.key: one for one in some}
        for key, score in zip(keys, scores, strict=True):
            self._compare(said[key], score)
            self._own[key] = score

    def _compare(self, one: Candidate, score: float) -> None:
        """Move all bounds where one was missed: the cluster counts what is removed or hidden."""
        if one.said and score:
            least, most = score - self._rounding, score + self._rounding
            missed = max(least / one.said, one.said * one.least / most) - 1
            if missed > self._slack:
                self._slack = _SPREAD * missed


def _places(bounds: tuple[_Reals, _Reals], first: int, last: int) -> tuple[_Mask, _Mask]:
    """Return which records stand before the first for certain, and which may stand until the last.

    Of an empty stretch those are meant that may stand on either side of it.
    """
    low, high = bounds
    ahead = len(low) - np.sort(low).searchsorted(high, side="right")
    not_behind = len(low) - np.sort(high).searchsorted(low) - 1
    may_be = (ahead < last) & (not_behind >= first)
    if len(low) <= FEW:
        may_be[:] = True
    return ~may_be & (not_behind < first), may_be


def _batches(values: Iterable[Any], size: int) -> Iterator[list[Any]]:
    rest = iter(values)
    while batch := list(islice(rest, size)):
        yield batch
