"""Tokens of one segment, gathered while records come in → the postings of its fields (倒排).

Millions of tokens pass through here, so nothing is a Python object for longer than a record. A word
becomes two 32-bit integers (term, position); of a text that is indexed by its grams only the
characters are kept. When all have come, each token is made one 64-bit integer, in which the order
of terms, documents and positions is the order of numbers: a sort of plain numbers, which numpy does
with the processor's vectors, makes postings of them. Memory stays bounded because a segment is
closed in time (`indexer.whoosh_writer`). A document comes in two steps, so that one field can
refuse it before any field has taken it.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from indexer.grams import Grams
from indexer.postings import FieldPostings, Uints, narrowed, spread

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from indexer.records import Token

LONGEST_TERM = 1_000
_PACKED_BITS = 63

_Numbers = npt.NDArray[np.int64]


class TermError(ValueError):
    """A term that no index can keep; the text says why, in Chinese."""


class _Numbering(dict[str, int]):
    """Numbers terms in order of first sight; raises `TermError` where one cannot be kept."""

    def __missing__(self, term: str) -> int:
        if not term:
            raise TermError("有空值")
        if len(term) > LONGEST_TERM:
            raise TermError(f"有超过 {LONGEST_TERM} 字的值")
        check_clean(term)
        number = self[term] = len(self)
        return number


def check_clean(text: str) -> None:
    """Raise `TermError` where a text holds what cannot be stored: NUL, half of a character."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise TermError("含无法存储的字符") from error
    if "\0" in text:
        raise TermError("含无法存储的字符")


class WordPool:
    """Words at positions, or exact values without."""

    def __init__(self) -> None:
        self._numbering = _Numbering()
        self._terms = array("I")
        self._positions = array("I")
        self._runs = array("I")  # document and number of tokens, of each document

    def number_tokens(self, tokens: Iterable[Token]) -> tuple[array[int], array[int]]:
        """Return tokens as numbers, and their positions; raises `TermError`."""
        texts, positions = zip(*tokens, strict=True)
        try:
            return self.number_values(texts)[0], array("I", positions)
        except OverflowError as error:
            raise TermError("的位置为负或过大") from error

    def number_values(self, values: Iterable[str]) -> tuple[array[int], array[int]]:
        """Return exact values as numbers, and no positions; raises `TermError`."""
        return array("I", list(map(self._numbering.__getitem__, values))), array("I")

    def take(self, doc: int, numbered: tuple[array[int], array[int]]) -> None:
        """Add the terms and positions of one document."""
        terms, positions = numbered
        self._terms += terms
        self._positions += positions
        self._runs.extend((doc, len(terms)))

    def postings(self) -> Iterator[FieldPostings]:
        """Yield the postings of all that was taken; there are none of nothing."""
        names = sorted(self._numbering)
        rank = np.empty(len(names), dtype=np.int64)
        rank[[self._numbering[name] for name in names]] = np.arange(len(names))
        docs, lengths = _numbers(self._runs).reshape(-1, 2).T
        yield from _sorted_postings(
            rank[_numbers(self._terms)],
            np.repeat(docs, lengths),
            _numbers(self._positions),
            lambda keys: [names[key].encode() for key in keys.tolist()],
        )


class TextPool:
    """Texts whose grams are a field.

    The key of a gram is the rank of its first character among those that occur, times their number
    and one, plus 0 for a character alone or else the rank of the second character and one: keys are
    in the order of the terms' code points.
    """

    def __init__(self) -> None:
        self._codes = bytearray()
        self._runs = array("I")  # document, first position and length of each text

    def number_tokens(self, grams: Sequence[Token]) -> Grams:
        """Return grams as they are; raises `TermError` for what cannot be kept."""
        assert isinstance(grams, Grams), type(grams)  # noqa: S101 # all that these fields take
        check_clean("".join(grams.texts))
        return grams

    def take(self, doc: int, grams: Grams) -> None:
        """Add the texts of one document."""
        for start, text in grams.placed():
            self._codes += text.encode("utf-32-le")
            self._runs.extend((doc, start, len(text)))

    def postings(self) -> Iterator[FieldPostings]:
        """Yield the postings of all that was taken; there are none of nothing."""
        occurs = np.bincount(self._code_points()).astype(np.bool_)
        signs = [chr(code).encode() for code in np.flatnonzero(occurs).tolist()]
        radix, after = len(signs) + 1, [b"", *signs]
        yield from _sorted_postings(
            *self._tokens(np.cumsum(occurs) - 1, radix),
            lambda keys: [signs[key // radix] + after[key % radix] for key in keys.tolist()],
        )

    def _tokens(self, rank: _Numbers, radix: int) -> tuple[_Numbers, Uints, Uints]:
        """Return key, document and position of every character, then of every pair."""
        docs, starts, lengths = _numbers(self._runs).reshape(-1, 3).T
        docs, positions = np.repeat(docs, lengths), spread(starts, lengths).astype(np.uint32)
        ranks = rank[self._code_points()]
        begins_pair = np.ones(len(ranks), dtype=np.bool_)
        begins_pair[np.cumsum(lengths) - 1] = False
        pairs = np.flatnonzero(begins_pair)
        keys = np.append(ranks * radix, ranks[pairs] * radix + ranks[pairs + 1] + 1)
        return keys, np.append(docs, docs[pairs]), np.append(positions, positions[pairs])

    def _code_points(self) -> npt.NDArray[np.uint32]:
        return np.frombuffer(self._codes, dtype="<u4")


def _sorted_postings(
    keys: _Numbers, docs: Uints, positions: Uints, names: Callable[[_Numbers], list[bytes]]
) -> Iterator[FieldPostings]:
    """Yield the postings of tokens in any order, by the names of their keys."""
    if not len(keys):
        return
    places = positions if len(positions) else np.zeros_like(docs)
    key_bits, doc_bits, place_bits = (int(e.max()).bit_length() for e in (keys, docs, places))
    if key_bits + doc_bits + place_bits <= _PACKED_BITS:
        packed = keys << doc_bits
        packed |= docs
        packed <<= place_bits
        packed |= places
        packed.sort()
        places = (packed & ((1 << place_bits) - 1)).astype(np.uint32)
        packed >>= place_bits
        docs = (packed & ((1 << doc_bits) - 1)).astype(np.uint32)
        packed >>= doc_bits
        keys = packed
    else:
        order = np.lexsort((places, docs, keys))
        keys, docs, places = keys[order], docs[order], places[order]
    tokens = _starts(keys, docs)
    keys, docs = keys[tokens[:-1]], docs[tokens[:-1]]
    starts = _starts(keys)
    yield FieldPostings(
        terms=names(keys[starts[:-1]]),
        starts=starts,
        docs=docs,
        freqs=narrowed(np.diff(tokens)),
        position_starts=tokens[starts] if len(positions) else np.zeros_like(starts),
        positions=narrowed(places[: len(positions)]),
    )


def _numbers(values: array[int]) -> Uints:
    return np.frombuffer(values, dtype=np.uint32)


def _starts(*columns: npt.NDArray[Any]) -> _Numbers:
    """Return where each run of equal rows starts, and where the last one ends."""
    begins = np.ones(len(columns[0]) + 1, dtype=np.bool_)
    begins[1:-1] = np.logical_or.reduce([each[1:] != each[:-1] for each in columns])
    return np.flatnonzero(begins)
