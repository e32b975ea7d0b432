"""Which documents hold a string, and how often (字面匹配), from the postings of its bigrams.

Document numbers here are an engine's own; removed documents never turn up.
"""

from __future__ import annotations

from contextlib import suppress
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import numpy.typing as npt
from cachetools import LRUCache

from indexer.fields import GRAM_FIELDS
from indexer.postings import Postings, Stretch, look_up, spread, starts_of_runs

if TYPE_CHECKING:
    from collections.abc import Callable

    from indexer.whoosh_reader import IndexReader

Docs = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
_POSITION_BITS = 32
_OBJECT = 200  # bytes of each part of a cached value beside what an array holds, about
_T = TypeVar("_T")


class Cache:
    """Values by key, at most `limit` bytes of them, the least recently used dropped first."""

    def __init__(self, limit: int) -> None:
        self._values: LRUCache[object, Any] = LRUCache(limit, getsizeof=_bytes_of)
        self._lock = Lock()

    def find(self, key: object) -> Any:
        """Return the value under a key; None where it is not held."""
        with self._lock:
            return self._values.get(key)

    def get(self, key: object, make: Callable[[], _T]) -> _T:
        """Return the value under a key, made now if it is not held."""
        held: _T | None = self.find(key)
        if held is None:
            held = make()
            with self._lock, suppress(ValueError):  # larger than all that may be kept
                self._values[key] = held
        return held


def _bytes_of(value: object) -> int:
    """Return about the bytes of a value, without arrays that are the index's own."""
    if isinstance(value, tuple):
        return sum(map(_bytes_of, value), _OBJECT)
    return _OBJECT + (value.nbytes if isinstance(value, np.ndarray) and value.flags.owndata else 0)


class Literals:
    """Which documents hold a string in a field, exactly."""

    def __init__(self, source: IndexReader, cache: Cache) -> None:
        self._source = source
        self._cache = cache

    def put(self, row: npt.NDArray[Any], field: str, string: str, value: object) -> None:
        """Put a value where the field of a document holds a string."""
        for base, docs, _ in self.stretches(field, string):
            row[base:][docs.astype(np.intp)] = value  # by 64 bits: numpy's shortest way

    def stretches(self, field: str, string: str) -> list[Stretch]:
        """Return the documents whose field holds a string, ascending, and how often each does.

        A string of a gram field is a literal, anywhere in its texts; of another, a whole term.
        """
        if field not in GRAM_FIELDS or len(string) <= len("二字"):
            return self._source.stretches(field, string)
        return [self._cache.get((field, string), lambda: self._count(field, string))]

    def _count(self, field: str, literal: str) -> Stretch:
        owners = self._starts(field, literal) >> _POSITION_BITS
        firsts = starts_of_runs(owners)
        docs = owners[firsts[:-1]].astype(np.uint32)
        return Stretch(0, docs, np.diff(firsts).astype(np.uint32))

    def _starts(self, field: str, literal: str) -> Docs:
        """Return document << 32 | position of every place where a literal begins, up to a shift.

        A string of three characters or more is there where bigrams that cover it stand at the right
        distance from one another: their (document, position) keys are intersected, rarest first.
        """
        offsets = dict.fromkeys((*range(0, len(literal) - 2, 2), len(literal) - 2))
        placed = [(at, self._source.postings(field, literal[at : at + 2])) for at in offsets]
        placed.sort(key=lambda one: len(one[1].positions))
        origin, rarest = placed[0]
        found = _keys_of(rarest)
        for offset, postings in placed[1:]:
            if not len(found):
                break
            found = found[look_up(_keys_of(postings, found), found + (offset - origin))[1]]
        return found


_FEW = 4  # so many times more documents, and it is shorter to look up those that matter


def _keys_of(postings: Postings, near: Docs | None = None) -> Docs:
    """Return document << 32 | position of every occurrence, ascending.

    Where `near` has few keys, only of those in its documents.
    """
    docs, freqs, positions = postings
    if near is not None and _FEW * len(near) < len(docs):
        wanted = near >> _POSITION_BITS
        wanted = wanted[starts_of_runs(wanted)[:-1]].astype(docs.dtype)
        places, is_there = look_up(docs, wanted)
        places = places[is_there]
        ends = np.cumsum(freqs, dtype=np.int64)[places]
        docs, freqs = docs[places], freqs[places]
        positions = positions[spread(ends - freqs, freqs)]
    keys: Docs = np.repeat(docs.astype(np.int64) << _POSITION_BITS, freqs)
    keys |= positions
    return keys
