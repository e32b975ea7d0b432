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

from search.engine import GRAM_WEIGHTS, K1, SHORT_SYNONYM, WORD_WEIGHT, B, idf_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from search.postings import ArrayCache, Docs, Literals, Mask, TermSource
    from search.terms import Term

_Reals = npt.NDArray[np.float64]
_Numbers = npt.NDArray[np.int64]
_Rough = npt.NDArray[np.float32]
# So many more places than documents asked for, and it is shorter to look each document up.
_FEW = 16
# Fewer records than this are not worth a look at the bounds.
_SMALL = 1_000
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

    def bound(self, smallest_norm: float) -> float:
        """Return what the term can add to a score at most."""
        most = sum(part.weight * int(part.freqs.max()) for part in self.parts)
        return self.weight * self.idf * most * (K1 + 1) / (most + K1 * smallest_norm)


class _Norms(NamedTuple):
    """Lengths in relation to their mean, as the formula wants them, by document."""

    exact: _Reals
    rough: _Rough  # times K1
    smallest: float


class Scores:
    """BM25F over the records of one unit; safe to share between threads."""

    def __init__(
        self, source: TermSource, literals: Literals, unit: Mask, name: str, cache: ArrayCache
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

    def _look_up(self, terms: Sequence[Term]) -> list[_Looked]:
        """Return the terms that occur, in their order."""
        looked = []
        for term in terms:
            parts = tuple(part for part in self._parts_of(term) if len(part.docs))
            if parts:
                places = sum(len(part.docs) for part in parts)
                idf = idf_of(self._holding(term, parts), self._count)
                looked.append(_Looked(parts, idf, term.is_word, term.weight, places))
        return looked

    def _parts_of(self, term: Term) -> tuple[_Part, ...]:
        if term.spellings:
            docs, counts = self._cache.get(("spelt", term), partial(self._spelt, term))
            return (_Part(docs, counts, 1.0),)
        if term.is_word:
            return (_Part(*self._source.frequencies("words", term.text), WORD_WEIGHT),)
        return tuple(
            _Part(*self._source.frequencies(field, term.text), weight)
            for field, weight in GRAM_WEIGHTS.items()
        )

    def _spelt(self, term: Term) -> tuple[_Numbers, ...]:
        dense = np.zeros(self._source.size, dtype=np.int64)
        for spelling in term.spellings:
            field = "words" if len(spelling) <= SHORT_SYNONYM else "grams"
            docs, counts = self._literals.counts(field, spelling)
            dense[docs] += counts
        held = np.flatnonzero(dense)
        return held, dense[held]

    def _holding(self, term: Term, parts: tuple[_Part, ...]) -> int:
        """Return how many records of the unit hold a term in any field."""

        def count() -> tuple[_Numbers, ...]:
            held = np.zeros(self._source.size, dtype=np.bool_)
            for part in parts:
                held[part.docs] = True
            held &= self._unit
            return (np.array([np.count_nonzero(held)]),)

        return int(self._cache.get(("holding", self._name, term), count)[0][0])

    def of(self, terms: Sequence[Term]) -> TermScores:
        """Return the scores that some terms give."""
        return TermScores(self._look_up(terms), self._norms, self._unit, self._own)


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
        looked = self._terms
        bounds = [term.bound(self._norms[term.is_word].smallest) for term in looked]
        order = sorted(range(len(looked)), key=bounds.__getitem__, reverse=True)
        to_come = sum(bounds)
        slack = _ROUGHNESS * to_come + _ROUNDING
        scores = np.zeros(len(docs), dtype=np.float32)
        norms = {is_word: norm.rough[docs] for is_word, norm in self._norms.items()}
        for number in order:
            term = looked[number]
            gain = self._frequencies(term, docs)
            gain /= gain + norms[term.is_word]
            gain *= np.float32(term.weight * term.idf * (K1 + 1))
            scores += gain
            to_come -= bounds[number]
            if len(docs) <= max(_SMALL, 2 * count):
                continue
            least = np.partition(scores, -count)[-count] - (max(to_come, 0.0) + slack)
            if least > 0:
                kept = np.flatnonzero(scores >= np.float32(least))
                if len(kept) < len(docs):
                    docs, scores = docs[kept], scores[kept]
                    norms = {is_word: norm[kept] for is_word, norm in norms.items()}
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


def _gain(term: _Looked, frequencies: _Reals, norm: _Reals) -> _Reals:
    gain: _Reals = term.weight * (term.idf * frequencies * (K1 + 1) / (frequencies + K1 * norm))
    return gain


def _add_found(part: _Part, docs: Docs, frequencies: npt.NDArray[np.floating]) -> None:
    """Add the frequencies of a term at some documents, looked up one by one."""
    places = np.searchsorted(part.docs, docs.astype(part.docs.dtype))
    places[places == len(part.docs)] = 0
    found = np.flatnonzero(part.docs[places] == docs)
    frequencies[found] += part.weight * part.freqs[places[found]]
