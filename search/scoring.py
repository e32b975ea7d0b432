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
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from search.engine import GRAM_WEIGHTS, K1, SCORE_UNITS, WORD_WEIGHT, B, field_of_synonym, idf_of
from search.literals import Cache

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from indexer.whoosh_reader import IndexReader
    from search.literals import Docs, Frequencies, Literals, Mask
    from search.terms import Term

_F = TypeVar("_F", np.float32, np.float64)
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
    places: int
    bound: float  # what it can add to a score at most

    def size(self) -> int:
        """Return the bytes of its arrays that are not the index's own."""
        arrays = (array for part in self.parts for array in (part.docs, part.freqs))
        return sum(array.nbytes for array in arrays if array.flags.owndata)

    def all_frequencies(self, size: int, kind: type[_F]) -> npt.NDArray[_F]:
        """Return how often it stands in every document."""
        frequencies = np.zeros(size, dtype=kind)
        for part in self.parts:
            part.add_to(frequencies)
        return frequencies

    def gains(self, frequencies: npt.NDArray[_F], norms: npt.NDArray[_F]) -> npt.NDArray[_F]:
        """Return what it adds to scores, as precisely as the numbers are that are given."""
        kind = frequencies.dtype.type
        saturated = kind(self.idf) * frequencies * kind(K1 + 1) / (frequencies + norms)
        return kind(self.term.weight) * saturated


class _Gains(NamedTuple):
    """About what a term adds: to the documents in `places`, or in units to every document."""

    row: npt.NDArray[Any]
    places: npt.NDArray[np.intp] | None
    unit: np.float32 = _ONE

    def size(self) -> int:
        """Return the bytes of its arrays."""
        return self.row.nbytes + (0 if self.places is None else self.places.nbytes)


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
        norm = K1 * (1 - B + B * total / mean if mean else np.ones_like(total))
        smallest = float(norm[self.unit].min()) if self._count else 0.0
        return _Norms(norm, norm.astype(np.float32), smallest)

    # Terms

    def of(self, terms: Sequence[Term]) -> TermScores:
        """Return the scores that some terms give, in this order."""
        looked = [
            self._looked.get(term, partial(self._look_up, term), _Looked.size) for term in terms
        ]
        occurring = [term for term in looked if term.parts]
        return TermScores(occurring, self)

    def rough_gains(self, looked: _Looked, docs: Docs) -> _Rough:
        """Return about what a term adds to some documents."""
        key = (self._name, looked.term)
        held: _Gains | None = self._gains.find(key)
        if held is None:
            if _FEW * len(docs) < looked.places:
                norms = self.norms[looked.term.is_word].rough.take(docs)
                return looked.gains(_Apart(docs).frequencies(looked, np.float32), norms)
            held = self._gains.get(key, partial(self._all_rough_gains, looked), _Gains.size)
        if held.places is None:
            gains: _Rough = held.row.take(docs) * held.unit
            return gains
        scratch = self._scratch()
        scratch[held.places] = held.row
        gains = scratch.take(docs)
        scratch[held.places] = 0
        return gains

    def _all_rough_gains(self, looked: _Looked) -> _Gains:
        norms = self.norms[looked.term.is_word].rough
        size = self._source.size
        frequencies = looked.all_frequencies(size, np.float32)
        if looked.places < _MANY * size:
            places = np.flatnonzero(frequencies > 0)
            return _Gains(looked.gains(frequencies.take(places), norms.take(places)), places)
        # As long as there are documents: looking up is many times faster than by numbers.
        unit = np.float32(looked.bound / _STEPS)
        row = np.rint(looked.gains(frequencies, norms) / unit).clip(0, _STEPS).astype(np.uint16)
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
        bound = term.weight * idf * frequency * (K1 + 1) / (frequency + smallest or 1.0)
        return _Looked(term, parts, idf, sum(len(part.docs) for part in parts), bound)

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
        scores = np.zeros(len(docs))
        apart = _Apart(docs)
        norms = {is_word: norms.exact.take(docs) for is_word, norms in self._all.norms.items()}
        for looked in self._terms:
            frequencies = apart.frequencies(looked, np.float64)
            scores += looked.gains(frequencies, norms[looked.term.is_word])
        return scores

    def millionths(self, docs: Docs) -> Docs:
        """Return the scores of some documents of the unit, ascending, as they are compared."""
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

    def frequencies(self, looked: _Looked, kind: type[_F]) -> npt.NDArray[_F]:
        """Return how often a term stands in each, looked up one by one."""
        frequencies = np.zeros(len(self._docs), dtype=kind)
        for base, docs, freqs, weight in looked.parts:
            if base not in self._own:
                first = int(self._docs.searchsorted(base))
                self._own[base] = first, (self._docs[first:] - base).astype(np.uint32)
            first, wanted = self._own[base]
            if len(wanted):
                places = docs.searchsorted(wanted)
                found = docs.take(places, mode="clip") == wanted
                found = freqs.take(places, mode="clip") * found
                frequencies[first:] += found if weight == 1 else weight * found
        return frequencies
