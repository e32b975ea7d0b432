"""What each term adds to a record's BM25F score, in whole points: scores are exact sums.

What a term adds to each record that holds it is made once and kept, so that a score is an addition.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from indexer.postings import Uints, look_up, narrowed
from search.engine import GRAM_WEIGHTS, K1, SCORE_POINTS, WORD_WEIGHT, B, idf_of
from search.terms import Term, placed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from indexer.whoosh_reader import IndexReader
    from search.literals import Cache, Docs, Literals, Mask

Points = npt.NDArray[np.integer]
# From this share of all documents on, a term is kept as a row of all of them.
_MANY = 0.1
# Where one of so many documents or more is asked about, scores are added up for all of them.
_MOST = 3
# Looking one document up takes as long as so many places of a term.
_FEW = 16


class Scores:
    """BM25F over the records of one unit; safe to share between threads."""

    def __init__(
        self, source: IndexReader, literals: Literals, unit: Mask, name: str, cache: Cache
    ) -> None:
        self._source = source
        self._literals = literals
        self._unit = unit
        self._count = int(np.count_nonzero(unit))
        self._name = name
        self._cache = cache
        self._norms = {is_word: self._read_norms(is_word=is_word) for is_word in (False, True)}

    def _read_norms(self, *, is_word: bool) -> npt.NDArray[np.float64]:
        """Return lengths in relation to their mean, times K1 as the formula wants them."""
        total = np.zeros(self._source.size)
        for field, weight in ({"words": 1.0} if is_word else GRAM_WEIGHTS).items():
            total += weight * self._source.lengths(field)
        mean = float(total[self._unit].sum()) / self._count if self._count else 0.0
        # Without a mean nothing of the unit has a length; 1 keeps what is divided by it finite.
        return K1 * (1 - B + B * total / mean if mean else np.ones_like(total))

    def of(self, terms: Sequence[Term], docs: Docs) -> Points:
        """Return, by document, the scores that terms give some documents of the unit."""
        found = [self._cache.get((self._name, term), partial(self._add_up, term)) for term in terms]
        kind = np.min_scalar_type(sum(most for _, _, most in found))
        row = np.zeros(len(self._unit), kind)
        if _MOST * len(docs) >= len(row):
            for places, values, _ in found:
                if places is None:
                    row += values
                else:
                    row[places.astype(np.intp)] += values
            return row
        scores, wanted = np.zeros(len(docs), kind), docs.astype(np.uint32)
        for places, values, _ in found:
            if places is None:
                scores += values.take(docs)
            elif _FEW * len(docs) < len(places):
                at, is_there = look_up(places, wanted)
                scores += values.take(at) * is_there
            else:
                here = places.astype(np.intp)  # by 64 bits: numpy's shortest way
                row[here] = values
                scores += row.take(docs)
                row[here] = 0
        row[docs] = scores
        return row

    def _add_up(self, term: Term) -> tuple[Uints | None, Points, int]:
        """Return what a term adds to records: where, or None for all; how much; and the most."""
        fields = {"words": WORD_WEIGHT} if term.is_word else GRAM_WEIGHTS
        asked = [(one, 1.0) for one in placed(term.spellings)] or [
            ((field, term.text), weight) for field, weight in fields.items()
        ]
        frequencies = np.zeros(len(self._unit))
        holds = np.zeros(len(self._unit), dtype=np.bool_)
        for string, weight in asked:
            for base, docs, freqs in self._literals.stretches(*string):
                here = docs.astype(np.intp)
                holds[base:][here] = True
                frequencies[base:][here] += weight * freqs
        places = np.flatnonzero(holds & self._unit)
        tf, norms = frequencies.take(places), self._norms[term.is_word].take(places)
        saturated = idf_of(len(places), self._count) * tf * (K1 + 1) / (tf + norms)
        values = narrowed(np.rint(term.weight * saturated * SCORE_POINTS).astype(np.int64))
        most = int(values.max(initial=0))
        if len(places) < _MANY * len(holds):
            return places.astype(np.uint32), values, most
        row = np.zeros(len(holds), values.dtype)
        row[places] = values
        return None, row, most
