"""What each term adds to a record's BM25F score, and which records can be among the best.

The exact score (float64, terms in their order) is made for few records only. Which ones is found in
float32 with bounds, as WAND and MaxScore do for one record at a time, here for all at once: terms
are taken in the order of what they can add at most, and after each the records drop out that could
not reach the best any more even if every term still to come gave them its utmost. The commonest
terms, which add least, are so looked up for hardly any record.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from indexer.postings import look_up
from search.engine import GRAM_WEIGHTS, K1, SCORE_UNITS, WORD_WEIGHT, B, idf_of
from search.literals import Cache
from search.terms import Term, placed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from indexer.postings import Stretch
    from indexer.whoosh_reader import IndexReader
    from search.literals import Docs, Literals, Mask

_F = TypeVar("_F", np.float32, np.float64)
_Reals = npt.NDArray[np.float64]
_Rough = npt.NDArray[np.float32]
_STEPS = 65_535
_LOOKED_SHARE, _LOOKED_BYTES = 32, 8_000_000  # for each record, and at least
# Looking one document up takes as long as so many places of a term, and one of those as long as so
# many documents of a row that is cleared.
_FEW = 16
_CLEARED = 16
# From this share of all documents on, a term is kept as a row of all of them.
_MANY = 0.1
# Where one of so many documents or more is looked at, scores are added up for all of them.
_MOST = 3
_SMALL = 100
# Stretches of scores for each one that is asked for: more of them come closer to the truth.
_STRETCHES = 16
# What 32-bit sums may be wrong by, as a share of the largest score; and half a millionth, twice.
_ROUGHNESS = 3e-5
_ROUNDING = 2e-6


class _Looked(NamedTuple):
    """A term looked up: where it stands in each of its fields, and what each time counts there."""

    term: Term
    parts: tuple[tuple[Stretch, float], ...]
    idf: float
    places: int
    bound: float  # what it can add to a score at most

    def all_frequencies(self, size: int, kind: type[_F]) -> npt.NDArray[_F]:
        """Return how often it stands in every document."""
        frequencies = np.zeros(size, dtype=kind)
        for (base, docs, freqs), weight in self.parts:
            counts = freqs if weight == 1 else kind(weight) * freqs
            frequencies[base:][docs.astype(np.intp)] += counts
        return frequencies

    def frequencies(self, some: Docs, size: int, kind: type[_F]) -> npt.NDArray[_F]:
        """Return how often it stands in some documents, the shortest way."""
        if _FEW * len(some) > self.places + size // _CLEARED:
            return self.all_frequencies(size, kind).take(some)
        frequencies = np.zeros(len(some), dtype=kind)
        wanted = some.astype(np.uint32)
        for (base, docs, freqs), weight in self.parts:
            # Those before a segment become numbers that none of its documents has.
            places, is_there = look_up(docs, wanted - np.uint32(base) if base else wanted)
            found = freqs.take(places) * is_there
            frequencies += found if weight == 1 else weight * found
        return frequencies

    def gains(self, frequencies: npt.NDArray[_F], norms: npt.NDArray[_F]) -> npt.NDArray[_F]:
        """Return what it adds to scores, as precisely as the numbers are that are given."""
        kind = frequencies.dtype.type
        saturated = kind(self.idf) * frequencies * kind(K1 + 1) / (frequencies + norms)
        return kind(self.term.weight) * saturated


class _Norms(NamedTuple):
    """Lengths in relation to their mean, times K1 as the formula wants them, by document."""

    exact: _Reals
    rough: _Rough
    smallest: float


class Scores:
    """BM25F over the records of one unit; safe to share between threads."""

    def __init__(
        self, source: IndexReader, literals: Literals, unit: Mask, name: str, cache: Cache
    ) -> None:
        self._source = source
        self._literals = literals
        self.unit = unit
        self._count = int(np.count_nonzero(unit))
        self._name = name
        self._gains = cache
        self._looked = Cache(max(_LOOKED_BYTES, _LOOKED_SHARE * source.size))
        self.norms = {is_word: self._read_norms(is_word=is_word) for is_word in (False, True)}

    def _read_norms(self, *, is_word: bool) -> _Norms:
        total = np.zeros(self._source.size)
        for field, weight in ({"words": 1.0} if is_word else GRAM_WEIGHTS).items():
            total += weight * self._source.lengths(field)
        mean = float(total[self.unit].sum()) / self._count if self._count else 0.0
        # Without a mean nothing of the unit has a length; 1 keeps what is divided by it finite.
        norm = K1 * (1 - B + B * total / mean if mean else np.ones_like(total))
        smallest = float(norm[self.unit].min()) if self._count else 0.0
        return _Norms(norm, norm.astype(np.float32), smallest)

    # Terms

    def of(self, terms: Sequence[Term]) -> TermScores:
        """Return the scores that some terms give, in this order."""
        looked = [self._looked.get(term, partial(self._look_up, term)) for term in terms]
        occurring = [term for term in looked if term.parts]
        return TermScores(occurring, self)

    def rough_gains(self, looked: _Looked, docs: Docs, zeros: _Rough) -> _Rough:
        """Return about what a term adds to some documents; `zeros`, one for each, are left so."""
        size, key = self._source.size, (self._name, looked.term)
        if _FEW * len(docs) < looked.places and self._gains.find(key) is None:
            norms = self.norms[looked.term.is_word].rough.take(docs)
            return looked.gains(looked.frequencies(docs, size, np.float32), norms)
        places, held = self._gains.get(key, partial(self._all_rough_gains, looked))
        if places is None:
            return held.take(docs) * np.float32(looked.bound / _STEPS)
        zeros[places] = held
        gains = zeros.take(docs)
        zeros[places] = 0
        return gains

    def add_rough_gains(self, looked: _Looked, row: _Rough) -> None:
        """Add about what a term adds to the scores of all documents."""
        key = (self._name, looked.term)
        places, held = self._gains.get(key, partial(self._all_rough_gains, looked))
        if places is None:
            row += held * np.float32(looked.bound / _STEPS)
        else:
            row[places] += held

    def _all_rough_gains(self, looked: _Looked) -> tuple[Docs | None, npt.NDArray[Any]]:
        """Return about what a term adds to every document: where and how much, or in steps."""
        norms = self.norms[looked.term.is_word].rough
        frequencies = looked.all_frequencies(self._source.size, np.float32)
        if looked.places < _MANY * self._source.size:
            places = np.flatnonzero(frequencies > 0)
            return places, looked.gains(frequencies.take(places), norms.take(places))
        # As long as there are documents: looking up is many times faster than by numbers.
        steps = looked.gains(frequencies, norms) / np.float32(looked.bound / _STEPS)
        return None, np.rint(steps).clip(0, _STEPS).astype(np.uint16)

    def _look_up(self, term: Term) -> _Looked:
        fields = {"words": WORD_WEIGHT} if term.is_word else GRAM_WEIGHTS
        asked = [(one, 1.0) for one in placed(term.spellings)] or [
            ((field, term.text), weight) for field, weight in fields.items()
        ]
        parts: list[tuple[Stretch, float]] = []
        held = np.zeros(self._source.size, dtype=np.bool_)
        frequency = 0.0  # the highest there can be
        for (field, string), weight in asked:
            found = [each for each in self._literals.stretches(field, string) if len(each.docs)]
            for each in found:
                held[each.base :][each.docs.astype(np.intp)] = True
                parts.append((each, weight))
            frequency += weight * max((int(each.freqs.max()) for each in found), default=0)
        idf = idf_of(int(np.count_nonzero(held & self.unit)), self._count)
        smallest = self.norms[term.is_word].smallest
        bound = term.weight * idf * frequency * (K1 + 1) / (frequency + smallest or 1.0)
        return _Looked(term, tuple(parts), idf, sum(len(each.docs) for each, _ in parts), bound)


class TermScores:
    """The scores of one question."""

    def __init__(self, terms: Sequence[_Looked], scores: Scores) -> None:
        self._terms = terms
        self._all = scores

    def exact(self, docs: Docs) -> _Reals:
        """Return the scores of some documents of the unit."""
        scores = np.zeros(len(docs))
        norms = {is_word: norms.exact.take(docs) for is_word, norms in self._all.norms.items()}
        for looked in self._terms:
            frequencies = looked.frequencies(docs, len(self._all.unit), np.float64)
            scores += looked.gains(frequencies, norms[looked.term.is_word])
        return scores

    def millionths(self, docs: Docs) -> Docs:
        """Return the scores of some documents of the unit, as they are compared."""
        return np.rint(self.exact(docs) * SCORE_UNITS).astype(np.int64)

    def all_scores(self) -> _Reals:
        """Return the score of every document of the unit, 0 for the others."""
        scores = np.zeros(len(self._all.unit))
        for looked in self._terms:
            frequencies = looked.all_frequencies(len(scores), np.float64)
            held = np.flatnonzero(frequencies > 0)
            held = held[self._all.unit[held]]
            norms = self._all.norms[looked.term.is_word].exact
            scores[held] += looked.gains(frequencies[held], norms[held])
        return scores

    def contenders(self, docs: Docs, count: int) -> Docs:
        """Return those of some documents that may be among the `count` best, ties included."""
        enough = few(count)
        if len(docs) <= enough:
            return docs
        to_come = sum(term.bound for term in self._terms)
        slack = _ROUGHNESS * to_come + _ROUNDING
        next_look = to_come / 2
        row = np.zeros(len(self._all.unit), dtype=np.float32)
        own = np.zeros(len(docs), dtype=np.float32)
        by_row = _MOST * len(docs) >= len(row)  # until the first look the scores of all documents
        for term in sorted(self._terms, key=lambda term: term.bound, reverse=True):
            if by_row:
                self._all.add_rough_gains(term, row)
            else:
                own += self._all.rough_gains(term, docs, row)
            to_come -= term.bound
            if to_come <= next_look:
                next_look = to_come / 2
                if by_row:
                    own, row, by_row = row.take(docs), np.zeros_like(row), False
                least = _at_least(own, count) - (max(to_come, 0.0) + slack)
                kept = np.flatnonzero(own >= np.float32(least))
                docs, own = docs.take(kept), own.take(kept)
                if len(docs) <= enough:
                    break
        return docs


def few(count: int) -> int:
    """Return how many records are not worth a look at the bounds where `count` are asked for."""
    return max(_SMALL, 2 * count)


def _at_least(scores: _Rough, count: int) -> float:
    """Return what at least `count` of many scores reach: nearly the most that they do.

    It is found among the largest of each stretch of scores, in one pass and a small sort.
    """
    stretch = len(scores) // (_STRETCHES * count)
    if stretch > 1:
        scores = scores[: len(scores) // stretch * stretch].reshape(-1, stretch).max(axis=1)
    return float(np.partition(scores, -count)[-count])
