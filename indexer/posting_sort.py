"""Tokens of a field, in any order → its postings (排序).

Each token is one 64-bit integer, in which the order of terms, documents and positions is the order
of numbers: a sort of plain numbers, which numpy does with the processor's vectors, makes postings
of them. It is done in parts, each of some terms, two at a time: what a part needs besides its
tokens is bounded, and both cores work.
"""

from __future__ import annotations

from array import array
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from indexer.postings import FieldPostings, Uints, narrowed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from indexer.grams import Grams

_Packed = npt.NDArray[np.uint64]
_NO_UINTS: Uints = np.empty(0, dtype=np.uint32)
_CODE_POINTS = 0x110000
_PACKED_BITS = 64
_PIECE = 1_000_000  # tokens made ready for the sort at a time: memory for more is not needed
_PART = 3_000_000  # tokens sorted at a time, about 30 bytes each
_CORES = 2


class Facts(NamedTuple):
    """How many tokens there are, and the largest key, document and position among them."""

    tokens: int
    key: int
    doc: int
    position: int


class WordPool:
    """Tokens as they came, to be sorted; a key is the rank of a term."""

    def __init__(
        self,
        numbering: Mapping[str, int],
        terms: array[int],
        docs: array[int],
        positions: array[int],
    ) -> None:
        self._names = sorted(numbering)
        self._rank = np.empty(len(self._names), dtype=np.uint64)
        numbers = [numbering[name] for name in self._names]
        self._rank[numbers] = np.arange(len(self._names), dtype=np.uint64)
        self._terms = np.frombuffer(terms, dtype=np.uint32)
        self._docs = np.frombuffer(docs, dtype=np.uint32)
        self._positions = np.frombuffer(positions, dtype=np.uint32)

    def facts(self) -> Facts:
        """Return how many tokens there are, and how large their numbers get."""
        tokens = len(self._terms)
        largest_doc, largest_position = self._docs.max(initial=0), self._positions.max(initial=0)
        return Facts(tokens, len(self._names), int(largest_doc), int(largest_position))

    def pieces(self) -> Iterator[tuple[_Packed, Uints, Uints]]:
        """Yield key, document and position of the tokens, piece by piece."""
        for start in range(0, len(self._terms), _PIECE):
            piece = slice(start, start + _PIECE)
            positions = self._positions[piece] if len(self._positions) else self._docs[piece] * 0
            yield self._rank[self._terms[piece]], self._docs[piece], positions

    def names(self, keys: _Packed) -> list[str]:
        """Return the terms of some keys."""
        return [self._names[key] for key in keys.tolist()]

    def let_go(self) -> None:
        """Forget the tokens; names are still known."""
        self._terms = self._docs = self._positions = _NO_UINTS


class TextPool:
    """Texts whose grams are a field.

    A key is the rank of the first character among those that occur, times their number and one,
    plus 0 for a character alone or else the rank of the second character and one: keys are in the
    order of the terms' code points.
    """

    def __init__(self) -> None:
        self._codes = bytearray()
        self._docs = array("I")
        self._starts = array("I")
        self._ends = array("Q")  # in the codes

    def __len__(self) -> int:
        return len(self._docs)

    def add(self, doc: int, grams: Grams) -> None:
        """Add the texts of one document."""
        for start, text in grams.placed():
            self._codes += text.encode("utf-32-le")
            self._docs.append(doc)
            self._starts.append(start)
            self._ends.append(len(self._codes) // 4)

    def texts(self) -> Iterator[tuple[int, int, str]]:
        """Yield document, position of the first character, and text."""
        begin = 0
        for doc, start, end in zip(self._docs, self._starts, self._ends, strict=True):
            yield doc, start, self._codes[4 * begin : 4 * end].decode("utf-32-le")
            begin = end

    def facts(self) -> Facts:
        """Return how many tokens there are, and how large their numbers get."""
        codes = np.frombuffer(self._codes, dtype="<u4")
        occurs = np.zeros(_CODE_POINTS, dtype=np.bool_)
        for start in range(0, len(codes), _PIECE):
            occurs[codes[start : start + _PIECE]] = True
        self._rank = np.cumsum(occurs, dtype=np.uint32) - np.uint32(1)
        self._signs = [chr(code) for code in np.flatnonzero(occurs).tolist()]
        self._radix = len(self._signs) + 1
        ends = np.frombuffer(self._ends, dtype=np.uint64).astype(np.int64)
        lengths = np.diff(ends, prepend=0)
        starts = np.frombuffer(self._starts, dtype=np.uint32)
        return Facts(
            2 * len(codes) - len(ends),
            self._radix**2,
            int(self._docs[-1]),
            int((starts + lengths).max()),
        )

    def pieces(self) -> Iterator[tuple[_Packed, Uints, Uints]]:
        """Yield key, document and position of the grams, piece by piece."""
        all_codes = np.frombuffer(self._codes, dtype="<u4")
        all_ends = np.frombuffer(self._ends, dtype=np.uint64).astype(np.int64)
        all_docs = np.frombuffer(self._docs, dtype=np.uint32)
        all_starts = np.frombuffer(self._starts, dtype=np.uint32)
        first = begin = 0
        while first < len(all_ends):
            last = max(int(np.searchsorted(all_ends, begin + _PIECE)), first + 1)
            ends = all_ends[first:last] - begin
            lengths = np.diff(ends, prepend=0)
            ranks = self._rank[all_codes[begin : begin + int(ends[-1])]]
            docs = np.repeat(all_docs[first:last], lengths)
            shift = all_starts[first:last] - (ends - lengths)
            positions = (np.arange(len(ranks)) + np.repeat(shift, lengths)).astype(np.uint32)
            alone = ranks.astype(np.uint64) * np.uint64(self._radix)
            yield alone, docs, positions
            begins_pair = np.ones(len(ranks), dtype=np.bool_)
            begins_pair[ends - 1] = False
            pairs = np.flatnonzero(begins_pair)
            yield alone[pairs] + ranks[pairs + 1] + np.uint64(1), docs[pairs], positions[pairs]
            first, begin = last, begin + int(ends[-1])

    def names(self, keys: _Packed) -> list[str]:
        """Return the terms of some keys."""
        firsts, seconds = np.divmod(keys.astype(np.int64), self._radix)
        signs, after = self._signs, ["", *self._signs]
        pairs = zip(firsts.tolist(), seconds.tolist(), strict=True)
        return [signs[one] + after[two] for one, two in pairs]

    def let_go(self) -> None:
        """Forget the texts; names are still known."""
        self._codes = bytearray()
        self._docs, self._starts, self._ends = array("I"), array("I"), array("Q")


def sorted_postings(source: TextPool | WordPool, *, positional: bool) -> Iterator[FieldPostings]:
    """Yield the postings of tokens that came in any order."""
    facts = source.facts()
    if not facts.tokens:
        return
    bits = _Bits(facts.doc.bit_length(), facts.position.bit_length() if positional else 0)
    if facts.key.bit_length() + sum(bits) > _PACKED_BITS:
        yield _sorted_apart(source, positional=positional)
        return
    parts = _packed_parts(source, facts.tokens, bits)
    source.let_go()
    postings_of = partial(_postings_of, source, facts, bits, positional)
    with ThreadPoolExecutor(_CORES) as pool:
        yield from pool.map(postings_of, [parts.pop(0) for _ in tuple(parts)])


class _Bits(NamedTuple):
    """How many bits of a packed token are its document's and its position's; the rest its key's."""

    doc: int
    place: int


def _packed_parts(source: TextPool | WordPool, tokens: int, bits: _Bits) -> list[list[_Packed]]:
    """Return the tokens as one number each, those of neighbouring terms in one part."""
    parts: list[list[_Packed]] = []
    edges: _Packed | None = None
    for keys, docs, positions in source.pieces():
        packed = keys << np.uint64(bits.doc)
        packed |= docs
        if bits.place:
            packed <<= np.uint64(bits.place)
            packed |= positions
        packed.sort()
        if edges is None:
            # The first piece stands for all: where its terms are cut, parts are about alike.
            count = min(tokens // _PART, len(packed) - 1) + 1
            low = np.uint64(sum(bits))
            edges = np.unique(packed[len(packed) * np.arange(1, count) // count] >> low) << low
            parts = [[] for _ in range(len(edges) + 1)]
        for part, piece in zip(parts, np.split(packed, packed.searchsorted(edges)), strict=True):
            part.append(piece.copy())  # else no part could be let go before all are
    return parts


def _postings_of(
    source: TextPool | WordPool,
    facts: Facts,
    bits: _Bits,
    positional: bool,
    part: list[_Packed],
) -> FieldPostings:
    packed = np.concatenate(part)
    part.clear()
    packed.sort()
    positions = np.empty(0, dtype=np.min_scalar_type(facts.position))
    if positional:
        positions = packed.astype(positions.dtype)  # the lowest bits of each
        positions &= positions.dtype.type(_mask(bits.place))
    packed >>= np.uint64(bits.place)
    token_starts = _starts(packed)
    heads = packed[token_starts[:-1]]
    docs = (heads & _mask(bits.doc)).astype(np.uint32)
    return _of_runs(source, heads >> np.uint64(bits.doc), docs, positions, token_starts)


def _sorted_apart(source: TextPool | WordPool, *, positional: bool) -> FieldPostings:
    """Do the same at once, where 64 bits are too few."""
    keys, docs, positions = (np.concatenate(each) for each in zip(*source.pieces(), strict=True))
    order = np.lexsort((positions, docs, keys))
    keys, docs, positions = keys[order], docs[order], positions[order]
    token_starts = np.union1d(_starts(keys), _starts(docs))
    firsts = token_starts[:-1]
    positions = positions if positional else _NO_UINTS
    return _of_runs(source, keys[firsts], docs[firsts], positions, token_starts)


def _of_runs(
    source: TextPool | WordPool,
    keys: _Packed,
    docs: Uints,
    positions: npt.NDArray[np.unsignedinteger],
    token_starts: npt.NDArray[np.int64],
) -> FieldPostings:
    """Return postings by the key and document of each, and where its tokens begin and end."""
    starts = _starts(keys)
    return FieldPostings(
        terms=source.names(keys[starts[:-1]]),
        starts=starts,
        docs=docs,
        freqs=narrowed(np.diff(token_starts)),
        position_starts=token_starts[starts] if len(positions) else np.zeros_like(starts),
        positions=positions,
    )


def _mask(bits: int) -> np.uint64:
    return np.uint64((1 << bits) - 1)


def _starts(values: npt.NDArray[np.unsignedinteger]) -> npt.NDArray[np.int64]:
    """Return where each run of equal values starts, and where the last one ends."""
    begins = np.ones(len(values) + 1, dtype=np.bool_)
    np.not_equal(values[1:], values[:-1], out=begins[1:-1])
    return np.flatnonzero(begins)
