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
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from search.engine import GRAM_WEIGHTS, K1, SCORE_UNITS, WORD_WEIGHT, B, field_of_synonym, idf_of
from search.postings import Cache

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from search.postings import Docs, Frequencies, Literals, Mask, TermSource
    from search.terms import Term

_Reals = npt.NDArray[np.float64]
_Rough = npt.NDArray[np.float32]
_ONE = np.float32(1)
_STEPS = 65_535
_LOOKED_BYTES = 32_000_000
# So many more places than documents asked for, and it is shorter to look each document up.
_FEW = 16
# From this share of all documents on, a term is kept as a row of all of them.
_MANY = 0.1
# Fewer records than this are not worth a look at the bounds.
_SMALL = 100
# Stretches of scores for each one that is asked for: more of them come closer to the truth.
_STRETCHES = 16
# What 32-bit sums may be wrong by, as a share of the largest score; and half a millionth, twice.
_ROUGHNESS = 3e-5
_ROUNDING = 2e-6


class _Part(NamedTuple):
    """Where a term stands in one field among the documents from `base` on; what each time counts.

    Parts of one field cover different documents; those of the next field come after them.
    """

    base: int
    docs: npt.NDArray[np.integer]
    freqs: npt.NDArray[np.integer]
    weight: float

    def add_to(self, frequencies: npt.NDArray[np.floating]) -> None:
        """Add what each time counts to a row of all documents."""
        freqs = self.freqs if self.weight == 1 else frequencies.dtype.type(self.weight) * self.freqs
        frequencies[self.base :][self.docs.astype(np.intp)] += freqs


class _Looked(NamedTuple):
    """A term looked up."""

    term: Term
    parts: tuple[_Part, ...]
    idf: float
    is_word: bool
    weight: float
    places: int
    bound: float  # what it can add to a score at most

    def size(self) -> int:
        """Return the bytes of its arrays that are not the index's own."""
        return sum(_size((part.docs, part.freqs)) for part in self.parts)


class _Gains(NamedTuple):
    """About what a term adds: to the documents in `places`, or in units to every document."""

    row: npt.NDArray[Any]
    places: npt.NDArray[np.intp] | None
    unit: np.float32 = _ONE

    def size(self) -> int:
        """Return the bytes of its arrays."""
        return self.row.nbytes + (0 if self.places is None else self.places.nbytes)


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
        self.unit = unit
        self._count = int(np.count_nonzero(unit))
        self._name = name
        self._gains = cache
        self._looked = Cache(_LOOKED_BYTES)
        self._own = threading.local()
        self.norms = {is_word: self._read_norms(is_word=is_word) for is_word in (False, True)}

    def _read_norms(self, *, is_word: bool) -> _Norms:
        if is_word:
            total = self._source.lengths("words").astype(np.float64)
        else:
            total = np.zeros(self._source.size)
            for field, weight in GRAM_WEIGHTS.items():
                total += weight * self._source.lengths(field)
        mean = float(total[self.unit].sum()) / self._count if self._count else 0.0
        # Without a mean nothing of the unit has a length; 1 keeps what is divided by it finite.
        norm = 1 - B + B * total / mean if mean else np.ones_like(total)
        smallest = float(norm[self.unit].min(initial=np.inf)) if self._count else 0.0
        return _Norms(norm, (K1 * norm).astype(np.float32), smallest)

    # Terms

    def of(self, terms: Sequence[Term]) -> TermScores:
        """Return the scores that some terms give, in this order."""
        looked = [
            self._looked.get(term, partial(self._look_up, term), _Looked.size) for term in terms
        ]
        occurring = [term for term in looked if term.parts]
        return TermScores(occurring, self)

    def rough_gains(self, term: _Looked, docs: Docs) -> _Rough:
        """Return about what a term adds to some documents."""
        key = (self._name, term.term)
        held: _Gains | None = self._gains.find(key)
        if held is None:
            if _FEW * len(docs) < term.places:
                return self._rough_gains_at(term, docs)
            held = self._gains.get(key, partial(self._all_rough_gains, term), _Gains.size)
        if held.places is None:
            gains: _Rough = held.row.take(docs) * held.unit
            return gains
        scratch = self._scratch()
        scratch[held.places] = held.row
        gains = scratch.take(docs)
        scratch[held.places] = 0
        return gains

    def _rough_gains_at(self, term: _Looked, docs: Docs) -> _Rough:
        frequencies = np.zeros(len(docs), dtype=np.float32)
        apart = _Apart(docs)
        for part in term.parts:
            apart.add_found(part, frequencies)
        return _rough(term, frequencies, self.norms[term.is_word].rough.take(docs))

    def _all_rough_gains(self, term: _Looked) -> _Gains:
        norms = self.norms[term.is_word].rough
        size = self._source.size
        dense = np.zeros(size, dtype=np.float32)
        for part in term.parts:
            part.add_to(dense)
        if term.places < _MANY * size:
            places = np.flatnonzero(dense > 0)
            return _Gains(_rough(term, dense.take(places), norms.take(places)), places)
        # As long as there are documents: looking up is many times faster than by numbers.
        unit = np.float32(term.bound / _STEPS)
        row = np.rint(_rough(term, dense, norms) / unit).clip(0, _STEPS).astype(np.uint16)
        return _Gains(row, None, unit)

    def _scratch(self) -> _Rough:
        """Return a row of zeros, one for each document; this thread's own, to be left as zeros."""
        if not hasattr(self._own, "zeros"):
            self._own.zeros = np.zeros(self._source.size, dtype=np.float32)
        zeros: _Rough = self._own.zeros
        return zeros

    def _look_up(self, term: Term) -> _Looked:
        parts = tuple(part for part in self._parts_of(term) if len(part.docs))
        idf = idf_of(self._holding(parts), self._count)
        most: dict[int, float] = {}
        for part in parts:
            most[part.base] = most.get(part.base, 0.0) + part.weight * int(part.freqs.max())
        frequency = max(most.values(), default=0.0)
        smallest = self.norms[term.is_word].smallest
        bound = term.weight * idf * frequency * (K1 + 1) / (frequency + K1 * smallest or 1.0)
        places = sum(len(part.docs) for part in parts)
        return _Looked(term, parts, idf, term.is_word, term.weight, places, bound)

    def _parts_of(self, term: Term) -> Iterator[_Part]:
        if term.spellings:
            yield _Part(0, *self._spelt(term.spellings), 1.0)
            return
        fields = {"words": WORD_WEIGHT} if term.is_word else GRAM_WEIGHTS
        for field, weight in fields.items():
            for stretch in self._source.stretches(field, term.text):
                yield _Part(*stretch, weight)

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
            held[part.base :][part.docs.astype(np.intp)] = True
        held &= self.unit
        return int(np.count_nonzero(held))


class TermScores:
    """The scores of one question."""

    def __init__(self, terms: Sequence[_Looked], scores: Scores) -> None:
        self._terms = terms
        self._all = scores

    def exact(self, docs: Docs) -> _Reals:
        """Return the scores of some documents of the unit, ascending."""
        if not self._terms:
            return np.zeros(len(docs))
        frequencies = np.zeros((len(self._terms), len(docs)))
        apart = _Apart(docs)
        for row, term in zip(frequencies, self._terms, strict=True):
            for part in term.parts:
                apart.add_found(part, row)
        columns = [(term.idf, term.weight) for term in self._terms]
        idf, weight = np.array(columns).T[:, :, np.newaxis]
        norms = {is_word: norms.exact.take(docs) for is_word, norms in self._all.norms.items()}
        norm = np.stack([norms[term.is_word] for term in self._terms])
        gains = weight * (idf * frequencies * (K1 + 1) / (frequencies + K1 * norm))
        # Row after row, so in the order of the terms: pairwise sums would differ in the last bit.
        scores = np.zeros(len(docs))
        for row in gains:
            scores += row
        return scores

    def millionths(self, docs: Docs) -> Docs:
        """Return the scores of some documents of the unit, ascending, as they are compared."""
        return np.rint(self.exact(docs) * SCORE_UNITS).astype(np.int64)

    def all_scores(self) -> _Reals:
        """Return the score of every document of the unit, 0 for the others."""
        scores = np.zeros(len(self._all.unit))
        for term in self._terms:
            frequencies = np.zeros(len(scores))
            for part in term.parts:
                part.add_to(frequencies)
            held = np.flatnonzero(frequencies > 0)
            held = held[self._all.unit[held]]
            some = frequencies[held]
            norm = self._all.norms[term.is_word].exact[held]
            scores[held] += term.weight * (term.idf * some * (K1 + 1) / (some + K1 * norm))
        return scores

    def contenders(self, docs: Docs, count: int) -> Docs:
        """Return those of some documents that may be among the `count` best, ties included."""
        few = max(_SMALL, 2 * count)
        if len(docs) <= few:
            return docs
        to_come = sum(term.bound for term in self._terms)
        slack = _ROUGHNESS * to_come + _ROUNDING
        next_look = to_come / 2
        own = np.zeros(len(docs), dtype=np.float32)
        for term in sorted(self._terms, key=lambda term: term.bound, reverse=True):
            own += self._all.rough_gains(term, docs)
            to_come -= term.bound
            if to_come <= next_look:
                next_look = to_come / 2
                least = _at_least(own, count) - (max(to_come, 0.0) + slack)
                kept = np.flatnonzero(own >= np.float32(least))
                docs, own = docs.take(kept), own.take(kept)
                if len(docs) <= few:
                    break
        return docs


def _size(arrays: tuple[npt.NDArray[np.generic], ...]) -> int:
    """Return the bytes of arrays that are not the index's own."""
    return sum(array.nbytes for array in arrays if array.flags.owndata)


def _rough(term: _Looked, frequencies: _Rough, norms: _Rough) -> _Rough:
    gains = frequencies / (frequencies + norms)
    gains *= np.float32(term.weight * term.idf * (K1 + 1))
    return gains


def _at_least(scores: _Rough, count: int) -> float:
    """Return what at least `count` of many scores reach: nearly the most that they do.

    It is found among the largest of each stretch of scores, in one pass and a small sort.
    """
    stretch = len(scores) // (_STRETCHES * count)
    if stretch > 1:
        scores = scores[: len(scores) // stretch * stretch].reshape(-1, stretch).max(axis=1)
    return float(np.partition(scores, -count)[-count])


class _Apart:
    """Some documents, ascending, as those of each segment that parts begin at."""

    def __init__(self, docs: Docs) -> None:
        self._docs = docs
        self._own: dict[int, tuple[int, npt.NDArray[np.uint32]]] = {}

    def add_found(self, part: _Part, frequencies: npt.NDArray[np.floating]) -> None:
        """Add the frequencies of a term at the documents, looked up one by one."""
        if part.base not in self._own:
            first = int(self._docs.searchsorted(part.base))
            self._own[part.base] = first, (self._docs[first:] - part.base).astype(np.uint32)
        first, wanted = self._own[part.base]
        if not len(wanted):
            return
        places = part.docs.searchsorted(wanted)
        found = part.docs.take(places, mode="clip") == wanted
        found = part.freqs.take(places, mode="clip") * found
        frequencies[first:] += found if part.weight == 1 else part.weight * found
