"""What each term adds to a record's BM25F score, in whole points: scores are exact sums.

What a term adds to each record that holds it is made once and kept, so that a score is an addition;
where few records are asked about, a term that is not kept is looked up for these alone.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from indexer.postings import Stretch, Uints, look_up, narrowed
from search.engine import GRAM_WEIGHTS, K1, SCORE_POINTS, WORD_WEIGHT, B, idf_of
from search.literals import Cache, Docs, Literals, Mask
from search.terms import Term, placed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from indexer.records import Unit
    from indexer.whoosh_reader import IndexReader

Points = npt.NDArray[np.integer]
_Reals = npt.NDArray[np.float64]
_LOOKED_SHARE, _LOOKED_BYTES = 32, 8_000_000  # kept for each record, and at least
# From this share of all documents on, a term is kept as a row of all of them.
_MANY = 0.1
# Where one of so many documents or more is asked about, scores are added up for all of them.
_MOST = 3
# Looking one document up takes as long as so many places of a term.
_FEW = 16


class _Looked(NamedTuple):
    """A term looked up: where it stands in each of its fields, and what each time counts there."""

    term: Term
    parts: tuple[tuple[Stretch, float], ...]
    idf: float
    places: int


class Scores:
    """BM25F over the records of one unit; safe to share between threads."""

    def __init__(
        self, source: IndexReader, literals: Literals, cache: Cache, unit: Unit, mask: Mask
    ) -> None:
        self._literals, self._cache = literals, cache
        self._name, self._unit = unit.value, mask
        self._count = int(np.count_nonzero(mask))
        self._looked = Cache(max(_LOOKED_BYTES, _LOOKED_SHARE * len(mask)))
        self._norms = {is_word: self._read_norms(source, is_word) for is_word in (False, True)}

    def _read_norms(self, source: IndexReader, is_word: bool) -> _Reals:
        """Return lengths in relation to their mean, times K1 as the formula wants them."""
        total = np.zeros(len(self._unit))
        for field, weight in ({"words": 1.0} if is_word else GRAM_WEIGHTS).items():
            total += weight * source.lengths(field)
        mean = float(total[self._unit].sum()) / self._count if self._count else 0.0
        # Without a mean nothing of the unit has a length; 1 keeps what is divided by it finite.
        return K1 * (1 - B + B * total / mean if mean else np.ones_like(total))

    def of(self, terms: Sequence[Term], docs: Docs) -> Points:
        """Return, by document, the scores that terms give some documents of the unit."""
        asked = [self._looked.get(term, partial(self._look_up, term)) for term in terms]
        found = [looked for looked in asked if looked.places]
        most = sum(each.term.weight * each.idf for each in found) * (K1 + 1) * SCORE_POINTS
        row = np.zeros(len(self._unit), np.min_scalar_type(int(most) + len(found)))
        scores, wanted = np.zeros(len(docs), row.dtype), docs.astype(np.uint32)
        by_row = _MOST * len(docs) >= len(row)
        for looked in found:
            key = (self._name, looked.term)
            is_few = not by_row and _FEW * len(docs) < looked.places
            if is_few and self._cache.find(key) is None:
                scores += self._points_of(looked, wanted)
                continue
            places, values = self._cache.get(key, partial(self._all_points, looked))
            if places is None and by_row:
                row += values
            elif places is None:
                scores += values.take(docs)
            elif by_row:
                row[places.astype(np.intp)] += values
            elif is_few and len(places):
                at, is_there = look_up(places, wanted)
                scores += values.take(at) * is_there
            else:
                here = places.astype(np.intp)  # by 64 bits: numpy's shortest way
                row[here] = values
                scores += row.take(docs)
                row[here] = 0
        if not by_row:
            row[docs] = scores
        return row

    def _look_up(self, term: Term) -> _Looked:
        fields = {"words": WORD_WEIGHT} if term.is_word else GRAM_WEIGHTS
        own = [((field, term.text), weight) for field, weight in fields.items()]
        asked = [(one, 1.0) for one in placed(term.spellings)] or own
        parts = [(each, by) for one, by in asked for each in self._literals.stretches(*one)]
        holds = np.zeros(len(self._unit), dtype=np.bool_)
        for (base, docs, _), _ in parts:
            holds[base:][docs.astype(np.intp)] = True
        idf = idf_of(int(np.count_nonzero(holds & self._unit)), self._count)
        held = tuple((each, by) for each, by in parts if len(each.docs))
        return _Looked(term, held, idf, sum(len(each.docs) for each, _ in held))

    def _all_points(self, looked: _Looked) -> tuple[Uints | None, Points]:
        """Return what a term adds to records: where and how much, or to every document."""
        tf = np.zeros(len(self._unit))
        for (base, docs, freqs), weight in looked.parts:
            tf[base:][docs.astype(np.intp)] += weight * freqs
        places = np.flatnonzero((tf > 0) & self._unit)
        values = self._gains(looked, places, tf.take(places))
        if len(places) < _MANY * len(tf):
            return places.astype(np.uint32), values
        row = np.zeros(len(tf), values.dtype)
        row[places] = values
        return None, row

    def _points_of(self, looked: _Looked, docs: Uints) -> Points:
        """Return what a term adds to some documents."""
        tf = np.zeros(len(docs))
        for (base, own, freqs), weight in looked.parts:
            # Those before a segment become numbers that none of its documents has.
            places, is_there = look_up(own, docs - np.uint32(base))
            tf += weight * freqs.take(places) * is_there
        return self._gains(looked, docs, tf)

    def _gains(self, looked: _Looked, docs: Docs | Uints, tf: _Reals) -> Points:
        norms = self._norms[looked.term.is_word].take(docs)
        gains = looked.term.weight * (looked.idf * tf * (K1 + 1) / (tf + norms))
        return narrowed(np.rint(gains * SCORE_POINTS).astype(np.int64))
