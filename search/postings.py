"""Postings as arrays: which documents hold a literal, what a term adds to a score.

Document numbers here are an engine's own; removed documents never turn up. The `TermSource` behind
is the reading half of an index; everything else is independent of how it is stored.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from functools import partial
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from search.engine import GRAM_WEIGHTS, K1, SHORT_SYNONYM, WORD_WEIGHT, B, idf_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from indexer.posting_pool import Postings
    from indexer.whoosh_reader import Column
    from search.terms import Term

Docs = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.uint32]
_POSITION_BITS = 32


class TermSource(Protocol):
    """The reading half of an index, whatever stores it; documents are `0 ≤ doc < size`."""

    @property
    def size(self) -> int:
        """How many document numbers there are, removed ones included."""
        ...

    def postings(self, field: str, term: str) -> Postings:
        """Return where a term stands among live documents, documents ascending."""
        ...

    def all_postings(self, field: str) -> Iterator[tuple[str, Postings]]:
        """Yield every term of a field in order of its text, with its postings."""
        ...

    def column(self, field: str) -> Column:
        """Return a field of `indexer.fields.COLUMN_FIELDS` by document."""
        ...

    def numbers(self, field: str) -> Numbers:
        """Return a NUMBER field, one value per document number."""
        ...

    def lengths(self, field: str) -> Numbers:
        """Return the number of tokens of a TOKENS field, one per document number."""
        ...

    def ids(self, docs: Iterable[int]) -> tuple[str, ...]:
        """Return record ids."""
        ...

    def close(self) -> None:
        """Let go of files."""
        ...


class ArrayCache:
    """Arrays by key, at most `limit` bytes of them, the least recently used dropped first."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._held = 0
        self._arrays: OrderedDict[object, tuple[npt.NDArray[np.generic], ...]] = OrderedDict()
        self._lock = threading.Lock()

    def get(
        self, key: object, make: Callable[[], tuple[npt.NDArray[np.generic], ...]]
    ) -> tuple[npt.NDArray[np.generic], ...]:
        """Return the arrays under a key, made now if they are not held."""
        with self._lock:
            if key in self._arrays:
                self._arrays.move_to_end(key)
                return self._arrays[key]
        made = make()
        with self._lock:
            if key not in self._arrays:
                self._arrays[key] = made
                self._held += _bytes_of(made)
            while self._held > self._limit and len(self._arrays) > 1:
                self._held -= _bytes_of(self._arrays.popitem(last=False)[1])
        return made


def _bytes_of(arrays: tuple[npt.NDArray[np.generic], ...]) -> int:
    return sum(array.nbytes for array in arrays)


class Literals:
    """Which documents hold a string in a gram field, exactly."""

    def __init__(self, source: TermSource, cache: ArrayCache) -> None:
        self._source = source
        self._cache = cache

    def docs(self, field: str, literal: str) -> Docs:
        """Return the documents whose field holds a literal, ascending."""
        if len(literal) <= len("二字"):
            return self._source.postings(field, literal).docs.astype(np.int64)
        return np.unique(self._starts(field, literal) >> _POSITION_BITS)

    def counts(self, field: str, literal: str) -> tuple[Docs, Docs]:
        """Return the documents whose field holds a literal, ascending, and how often each does."""
        if len(literal) <= len("二字"):
            found = self._source.postings(field, literal)
            return found.docs.astype(np.int64), found.freqs.astype(np.int64)
        return np.unique(self._starts(field, literal) >> _POSITION_BITS, return_counts=True)

    def _starts(self, field: str, literal: str) -> Docs:
        """Return document << 32 | position of every place where a literal begins, up to a shift.

        A string of three characters or more is there where bigrams that cover it stand at the right
        distance from one another: their (document, position) keys are intersected, rarest first.
        """
        last = len(literal) - 2
        covering = dict.fromkeys((*range(0, last, 2), last))
        keyed: list[tuple[int, int, str]] = []
        for offset in covering:
            gram = literal[offset : offset + 2]
            count = len(self._source.postings(field, gram).positions)
            if not count:
                return np.empty(0, dtype=np.int64)
            keyed.append((count, offset, gram))
        keyed.sort()
        _, origin, gram = keyed[0]
        found = self._keys(field, gram)
        for _, offset, other in keyed[1:]:
            keys = self._keys(field, other)
            wanted = found + (offset - origin)
            places = np.searchsorted(keys, wanted)
            places[places == len(keys)] = 0
            found = found[keys[places] == wanted]
            if not len(found):
                break
        return found

    def _keys(self, field: str, gram: str) -> Docs:
        """Return document << 32 | position of every occurrence, ascending."""
        (keys,) = self._cache.get(
            ("keys", field, gram), lambda: (_keys_of(self._source.postings(field, gram)),)
        )
        return keys.astype(np.int64, copy=False)


def _keys_of(postings: Postings) -> Docs:
    docs = np.repeat(postings.docs.astype(np.int64), postings.freqs)
    return (docs << _POSITION_BITS) | postings.positions.astype(np.int64)


class _Lengths(NamedTuple):
    by_doc: npt.NDArray[np.float64]
    mean: float


class Scores:
    """What each term adds to each document's BM25F score, over the records of one unit."""

    def __init__(self, source: TermSource, unit: Mask, name: str, cache: ArrayCache) -> None:
        self._source = source
        self._unit = unit
        self._count = int(np.count_nonzero(unit))
        self._name = name
        self._cache = cache
        self._literals = Literals(source, cache)
        self._lengths = {is_word: self._read_lengths(is_word=is_word) for is_word in (False, True)}

    def _read_lengths(self, *, is_word: bool) -> _Lengths:
        if is_word:
            total = self._source.lengths("words").astype(np.float64)
        else:
            total = np.zeros(self._source.size)
            for field, weight in GRAM_WEIGHTS.items():
                total += weight * self._source.lengths(field)
        mean = float(total[self._unit].sum()) / self._count if self._count else 0.0
        return _Lengths(total, mean)

    def add_up(self, terms: Iterable[Term]) -> npt.NDArray[np.float64]:
        """Return the score of every document."""
        scores = np.zeros(self._source.size)
        for term in terms:
            docs, gains = self._cache.get(("score", self._name, term), partial(self._gains, term))
            scores[docs] += gains
        return scores

    def _gains(self, term: Term) -> tuple[npt.NDArray[np.generic], ...]:
        docs, frequencies = self._frequencies(term)
        holding = len(docs)
        idf = idf_of(holding, self._count)
        by_doc, mean = self._lengths[term.is_word]
        if not holding:
            return docs, frequencies
        norm = 1 - B + B * by_doc[docs] / mean
        gains = term.weight * (idf * frequencies * (K1 + 1) / (frequencies + K1 * norm))
        return docs.astype(np.uint32), gains

    def _frequencies(self, term: Term) -> tuple[Docs, npt.NDArray[np.float64]]:
        """Return the documents of the unit that hold a term, and its weighted frequency there."""
        if term.spellings:
            dense = np.zeros(self._source.size)
            for spelling in term.spellings:
                field = "words" if len(spelling) <= SHORT_SYNONYM else "grams"
                docs, counts = self._literals.counts(field, spelling)
                dense[docs] += counts
            docs = np.flatnonzero(dense)
            total = dense[docs]
        elif term.is_word:
            found = self._source.postings("words", term.text)
            docs = found.docs.astype(np.int64)
            total = WORD_WEIGHT * found.freqs.astype(np.float64)
        else:
            dense = np.zeros(self._source.size)
            for field, weight in GRAM_WEIGHTS.items():
                found = self._source.postings(field, term.text)
                dense[found.docs] += weight * found.freqs
            docs = np.flatnonzero(dense)
            total = dense[docs]
        inside = self._unit[docs]
        return docs[inside], total[inside]
