"""What each term adds to a record's BM25F score, and which records can be among the best.

The exact score (float64, terms in their order) is made for few records only. Which ones is found in
float32 with bounds, as WAND and MaxScore do for one record at a time, here for all at once: terms
are taken in the order of what they can add at most, and after each the records drop out that could
not reach the best any more even if every term still to come gave them its utmost. The commonest
terms, which add least, are so looked up for hardly any record.
"""

from __future__ import annotations

import threading
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from search.engine import GRAM_WEIGHTS, K1, WORD_WEIGHT, B, field_of_synonym, idf_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from search.postings import Cache, Docs, Frequencies, Literals, Mask, TermSource
    from search.terms import Term

_Reals = npt.NDArray[np.float64]
_Rough = npt.NDArray[np.float32]
# So many more places than documents asked for, and it is shorter to look each document up.
_FEW = 16
# Fewer records than this are not worth a look at the bounds.
_SMALL = 300
# Stretches of scores for each one that is asked for: more of them come closer to the truth.
_STRETCHES = 16
# What 32-bit sums may be wrong by, as a share of the largest score; and half a millionth, twice.
_ROUGHNESS = 1e-5
_ROUNDING = 2e-6


class _Part(NamedTuple):
    """Where a term stands in one field, and what each time counts."""

    docs: npt.NDArray[np.integer]
    freqs: npt.NDArray[np.integer]
    weight: float


class _Looked(NamedTuple):
    """A term looked up."""

    parts: tuple[_Part, ...]
    idf: float
    is_word: bool
    weight: float
    places: int
    bound: float  # what it can add to a score at most

    def size(self) -> int:
        """Return the bytes of its arrays that are not the index's own."""
        arrays = (array for part in self.parts for array in (part.docs, part.freqs))
        return sum(array.nbytes for array in arrays if array.flags.owndata)


class _Norms(NamedTuple):
    """Lengths in relation to their mean, as the formula wants them, by document."""

    exact: _Reals
    rough: _Rough  # times K1
    smallest: float


class Scores:
    """BM25F over the records of one unit; safe to share between threads."""

    def __init__(
        self, source: TermSource, literals: Literals, unit: Mask, name: str, cache: Cache
    ) -> None:
        self._source = source
        self._literals = literals
        self._unit = unit
        self._count = int(np.count_nonzero(unit))
        self._name = name
        self._cache = cache
        self._own = threading.local()
        self._norms = {is_word: self._read_norms(is_word=is_word) for is_word in (False, True)}

    def _read_norms(self, *, is_word: bool) -> _Norms:
        if is_word:
            total = self._source.lengths("words").astype(np.float64)
        else:
            total = np.zeros(self._source.size)
            for field, weight in GRAM_WEIGHTS.items():
                total += weight * self._source.lengths(field)
        mean = float(total[self._unit].sum()) / self._count if self._count else 0.0
        norm = 1 - B + B * total / mean if mean else total
        smallest = float(norm[self._unit].min(initial=np.inf)) if self._count else 0.0
        return _Norms(norm, (K1 * norm).astype(np.float32), smallest)

    # Terms

    def of(self, terms: Sequence[Term]) -> TermScores:
        """Return the scores that some terms give, in this order."""
        looked = [
            self._cache.get((self._name, term), partial(self._look_up, term), _Looked.size)
            for term in terms
        ]
        occurring = [term for term in looked if term.parts]
        return TermScores(occurring, self._norms, self._unit, self._own)

    def _look_up(self, term: Term) -> _Looked:
        parts = tuple(part for part in self._parts_of(term) if len(part.docs))
        idf = idf_of(self._holding(parts), self._count)
        most = sum(part.weight * int(part.freqs.max()) for part in parts)
        smallest = self._norms[term.is_word].smallest
        bound = term.weight * idf * most * (K1 + 1) / (most + K1 * smallest) if parts else 0.0
        places = sum(len(part.docs) for part in parts)
        return _Looked(parts, idf, term.is_word, term.weight, places, bound)

    def _parts_of(self, term: Term) -> tuple[_Part, ...]:
        if term.spellings:
            return (_Part(*self._spelt(term.spellings), 1.0),)
        if term.is_word:
            return (_Part(*self._source.frequencies("words", term.text), WORD_WEIGHT),)
        return tuple(
            _Part(*self._source.frequencies(field, term.text), weight)
            for field, weight in GRAM_WEIGHTS.items()
        )

    def _spelt(self, spellings: Sequence[str]) -> Frequencies:
        dense = np.zeros(self._source.size, dtype=np.uint32)
        for spelling in spellings:
            field = field_of_synonym(spelling)
            docs, counts = self._literals.counts(field, spelling)
            dense[docs] += counts.astype(np.uint32)
        held = np.flatnonzero(dense).astype(np.uint32)
        return held, dense[held]

    def _holding(self, parts: Sequence[_Part]) -> int:
        """Return how many records of the unit have any of these parts."""
        held = np.zeros(self._source.size, dtype=np.bool_)
        for part in parts:
            held[part.docs] = True
        held &= self._unit
        return int(np.count_nonzero(held))


class TermScores:
    """The scores of one question."""

    def __init__(
        self,
        terms: Sequence[_Looked],
        norms: Mapping[bool, _Norms],
        unit: Mask,
        own: threading.local,
    ) -> None:
        self._terms = terms
        self._norms = norms
        self._unit = unit
        self._own = own

    def exact(self, docs: Docs) -> _Reals:
        """Return the scores of some documents of the unit."""
        scores = np.zeros(len(docs))
        norms = {is_word: norms.exact[docs] for is_word, norms in self._norms.items()}
        for term in self._terms:
            frequencies = np.zeros(len(docs))
            for part in term.parts:
                _add_found(part, docs, frequencies)
            scores += _gain(term, frequencies, norms[term.is_word])
        return scores

    def all_scores(self) -> _Reals:
        """Return the score of every document of the unit, 0 for the others."""
        scores = np.zeros(len(self._unit))
        for term in self._terms:
            frequencies = np.zeros(len(self._unit))
            for part in term.parts:
                frequencies[part.docs] += part.weight * part.freqs
            held = np.flatnonzero(frequencies)
            held = held[self._unit[held]]
            scores[held] += _gain(term, frequencies[held], self._norms[term.is_word].exact[held])
        return scores

    def contenders(self, docs: Docs, count: int) -> Docs:
        """Return those of some documents that may be among the `count` best, ties included."""
        if len(docs) <= max(_SMALL, 2 * count):
            return docs
        to_come = sum(term.bound for term in self._terms)
        slack = _ROUGHNESS * to_come + _ROUNDING
        scores = np.zeros(len(docs), dtype=np.float32)
        norms = {is_word: norm.rough[docs] for is_word, norm in self._norms.items()}
        for term in sorted(self._terms, key=lambda term: term.bound, reverse=True):
            gain = self._frequencies(term, docs)
            gain /= gain + norms[term.is_word]
            gain *= np.float32(term.weight * term.idf * (K1 + 1))
            scores += gain
            to_come -= term.bound
            least = _at_least(scores, count) - (max(to_come, 0.0) + slack)
            if least > 0:
                kept = np.flatnonzero(scores >= np.float32(least))
                if len(kept) < len(docs):
                    docs, scores = docs[kept], scores[kept]
                    norms = {is_word: norm[kept] for is_word, norm in norms.items()}
                    if len(docs) <= max(_SMALL, 2 * count):
                        break
        return docs

    def _frequencies(self, term: _Looked, docs: Docs) -> _Rough:
        """Return how often a term stands in each of some documents, weighted."""
        if _FEW * len(docs) < term.places:
            frequencies = np.zeros(len(docs), dtype=np.float32)
            for part in term.parts:
                _add_found(part, docs, frequencies)
            return frequencies
        dense = self._scratch()
        for part in term.parts:
            if part is term.parts[0]:
                dense[part.docs] = part.freqs * np.float32(part.weight)
            else:
                dense[part.docs] += part.freqs * np.float32(part.weight)
        frequencies = dense[docs]
        for part in term.parts:
            dense[part.docs] = 0
        return frequencies

    def _scratch(self) -> _Rough:
        """Return this thread's own zeros, to be left as zeros."""
        if not hasattr(self._own, "zeros"):
            self._own.zeros = np.zeros(len(self._unit), dtype=np.float32)
        zeros: _Rough = self._own.zeros
        return zeros


def _at_least(scores: _Rough, count: int) -> float:
    """Return what at least `count` of many scores reach: nearly the most that they do.

    It is found among the largest of each stretch of scores, in one pass and a small sort.
    """
    stretch = len(scores) // (_STRETCHES * count)
    if stretch > 1:
        scores = scores[: len(scores) // stretch * stretch].reshape(-1, stretch).max(axis=1)
    return float(np.partition(scores, -count)[-count])


def _gain(term: _Looked, frequencies: _Reals, norm: _Reals) -> _Reals:
    gain: _Reals = term.weight * (term.idf * frequencies * (K1 + 1) / (frequencies + K1 * norm))
    return gain


def _add_found(part: _Part, docs: Docs, frequencies: npt.NDArray[np.floating]) -> None:
    """Add the frequencies of a term at some documents, looked up one by one."""
    places = np.searchsorted(part.docs, docs.astype(part.docs.dtype))
    places[places == len(part.docs)] = 0
    found = np.flatnonzero(part.docs[places] == docs)
    frequencies[found] += part.weight * part.freqs[places[found]]
