"""The postings of one segment, gathered in flat arrays while records come in.

Millions of tokens pass through here, so nothing is a Python object for longer than a record. A word
becomes three 32-bit integers (term, document, position); of a text that is indexed by its grams
only the characters are kept. At the end each token is one 64-bit integer, in which the order of
terms, documents and positions is the order of numbers: one sort of plain numbers, which numpy does
with the processor's vectors, makes postings of them.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from indexer.grams import Grams

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from indexer.records import Token

Uints = npt.NDArray[np.uint32]
_Packed = npt.NDArray[np.uint64]
_NO_UINTS: Uints = np.empty(0, dtype=np.uint32)
LONGEST_TERM = 1_000
_NONE = array("I")
_CODE_POINTS = 0x110000
_PACKED_BITS = 64
_UINT_MASK = 2**32 - 1
_PIECE = 1_000_000  # tokens made ready for the sort at a time: memory for more is not needed


class Postings(NamedTuple):
    """Where one term stands (倒排): `docs` ascend, with `freqs[i]` of the `positions` for each.

    `positions` is empty for fields without positions.
    """

    docs: Uints
    freqs: npt.NDArray[np.unsignedinteger]
    positions: npt.NDArray[np.unsignedinteger]


@dataclass(frozen=True, slots=True)
class FieldPostings:
    """All postings of one field: those of `terms[i]` are `[starts[i]:starts[i + 1]]`.

    The positions of `terms[i]` are `[position_starts[i]:position_starts[i + 1]]`.
    """

    terms: Sequence[str]
    starts: npt.NDArray[np.int64]
    docs: Uints
    freqs: Uints
    position_starts: npt.NDArray[np.int64]
    positions: Uints


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


class Numbered(NamedTuple):
    """The terms of one document's field as numbers, ready to be taken in; or grams as they are."""

    terms: array[int]
    positions: array[int]
    grams: Grams | None = None


class FieldPool:
    """The growing postings of one field; its documents come in ascending order.

    A document comes in two steps, so that one field can refuse it before any field has taken it.
    """

    def __init__(self, *, positional: bool) -> None:
        self._positional = positional
        self._numbering = _Numbering()
        self._terms = array("I")
        self._docs = array("I")
        self._positions = array("I")
        self._texts = _TextPool()

    def number_tokens(self, tokens: Sequence[Token]) -> Numbered:
        """Return tokens as numbers; raises `TermError` for what cannot be kept."""
        if isinstance(tokens, Grams) and not self._terms:
            check_clean("".join(tokens.texts))
            return Numbered(_NONE, _NONE, tokens)
        texts, positions = zip(*tokens, strict=True)
        try:
            return Numbered(
                array("I", list(map(self._numbering.__getitem__, texts))), array("I", positions)
            )
        except OverflowError as error:
            raise TermError("的位置为负或过大") from error

    def number_keywords(self, values: Iterable[str]) -> Numbered:
        """Return distinct exact values as numbers; raises `TermError` for what cannot be kept."""
        return Numbered(array("I", [self._numbering[value] for value in values]), _NONE)

    def take(self, doc: int, numbered: Numbered) -> None:
        """Add the field of one document."""
        if numbered.grams is not None:
            self._texts.add(doc, numbered.grams)
        else:
            if len(self._texts):
                self._spell_out_texts()
            self._terms += numbered.terms
            self._docs += array("I", (doc,)) * len(numbered.terms)
            self._positions += numbered.positions

    def take_postings(self, postings: FieldPostings) -> None:
        """Add a whole field of another segment; its documents lie above all those added so far."""
        if len(self._texts):
            self._spell_out_texts()
        numbering = self._numbering
        counts = np.diff(postings.starts)
        # A term whose documents have all gone is not a term any more.
        kept = [term for term, count in zip(postings.terms, counts.tolist(), strict=True) if count]
        numbers = np.array([numbering[term] for term in kept], dtype=np.uint32)
        per_posting = np.repeat(numbers, counts[counts > 0])
        freqs = postings.freqs
        self._terms.frombytes(np.repeat(per_posting, freqs).tobytes())
        self._docs.frombytes(np.repeat(postings.docs, freqs).tobytes())
        if self._positional:
            self._positions.frombytes(postings.positions.astype(np.uint32).tobytes())

    def _spell_out_texts(self) -> None:
        """Treat as any tokens what came as grams so far: something else has come in."""
        texts, self._texts = self._texts, _TextPool()
        for doc, start, text in texts.texts():
            tokens = [(term, place + start) for term, place in Grams((text,))]
            numbers = map(self._numbering.__getitem__, (term for term, _ in tokens))
            self._terms.extend(numbers)
            self._docs.extend([doc] * len(tokens))
            self._positions.extend(place for _, place in tokens)

    def finish(self) -> FieldPostings:
        """Return the postings sorted by term, then document, then position."""
        source: _TextPool | _WordPool = self._texts
        if not len(self._texts):
            source = _WordPool(self._numbering, self._terms, self._docs, self._positions)
        return _sorted_postings(source, positional=self._positional)


class _Facts(NamedTuple):
    """How many tokens there are, and the largest key, document and position among them."""

    tokens: int
    key: int
    doc: int
    position: int


class _WordPool:
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

    def facts(self) -> _Facts:
        tokens = len(self._terms)
        largest_doc, largest_position = self._docs.max(initial=0), self._positions.max(initial=0)
        return _Facts(tokens, len(self._names), int(largest_doc), int(largest_position))

    def pieces(self) -> Iterator[tuple[_Packed, Uints, Uints]]:
        """Yield key, document and position of the tokens, piece by piece."""
        for start in range(0, len(self._terms), _PIECE):
            piece = slice(start, start + _PIECE)
            positions = self._positions[piece] if len(self._positions) else self._docs[piece] * 0
            yield self._rank[self._terms[piece]], self._docs[piece], positions

    def names(self, keys: _Packed) -> list[str]:
        """Return the terms of some keys."""
        return [self._names[key] for key in keys.tolist()]


class _TextPool:
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

    def facts(self) -> _Facts:
        codes = np.frombuffer(self._codes, dtype="<u4")
        occurs = np.zeros(_CODE_POINTS, dtype=np.bool_)
        occurs[codes] = True
        self._rank = np.cumsum(occurs, dtype=np.uint32) - np.uint32(1)
        self._signs = [chr(code) for code in np.flatnonzero(occurs).tolist()]
        self._radix = len(self._signs) + 1
        ends = np.frombuffer(self._ends, dtype=np.uint64).astype(np.int64)
        lengths = np.diff(ends, prepend=0)
        starts = np.frombuffer(self._starts, dtype=np.uint32)
        return _Facts(
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


def _sorted_postings(source: _TextPool | _WordPool, *, positional: bool) -> FieldPostings:
    """Return the postings of tokens that came in any order."""
    facts = source.facts()
    doc_bits = facts.doc.bit_length()
    place_bits = facts.position.bit_length() if positional else 0
    if facts.key.bit_length() + doc_bits + place_bits > _PACKED_BITS:
        keys, docs, positions, token_starts = _sorted_apart(source)
    else:
        heads, positions, token_starts = _sorted_together(source, facts, doc_bits, place_bits)
        docs = (heads & _mask(doc_bits)).astype(np.uint32)
        keys = heads >> np.uint64(doc_bits)
    starts = _starts(keys)
    return FieldPostings(
        terms=source.names(keys[starts[:-1]]),
        starts=starts,
        docs=docs,
        freqs=np.diff(token_starts).astype(np.uint32),
        position_starts=token_starts[starts] if positional else np.zeros_like(starts),
        positions=positions if positional else _NO_UINTS,
    )


def _sorted_together(
    source: _TextPool | _WordPool, facts: _Facts, doc_bits: int, place_bits: int
) -> tuple[_Packed, Uints, npt.NDArray[np.int64]]:
    """Return key and document of each posting in one number, all positions, and their starts."""
    packed = np.empty(facts.tokens, dtype=np.uint64)
    filled = 0
    for keys, docs, positions in source.pieces():
        piece = packed[filled : filled + len(keys)]
        np.left_shift(keys, np.uint64(doc_bits), out=piece)
        piece |= docs
        if place_bits:
            piece <<= np.uint64(place_bits)
            piece |= positions
        filled += len(keys)
    packed.sort()
    all_positions = packed.astype(np.uint32)  # the lower half of each
    all_positions &= np.uint32(min((1 << place_bits) - 1, _UINT_MASK))
    packed >>= np.uint64(place_bits)
    token_starts = _starts(packed)
    return packed[token_starts[:-1]], all_positions, token_starts


def _sorted_apart(
    source: _TextPool | _WordPool,
) -> tuple[_Packed, Uints, Uints, npt.NDArray[np.int64]]:
    """Do the same where 64 bits are too few; return key and document of each posting apart."""
    keys, docs, positions = (np.concatenate(each) for each in zip(*source.pieces(), strict=True))
    order = np.lexsort((positions, docs, keys))
    keys, docs, positions = keys[order], docs[order], positions[order]
    token_starts = np.union1d(_starts(keys), _starts(docs))
    firsts = token_starts[:-1]
    return keys[firsts], docs[firsts], positions, token_starts


def _mask(bits: int) -> np.uint64:
    return np.uint64((1 << bits) - 1)


def _starts(values: npt.NDArray[np.unsignedinteger]) -> npt.NDArray[np.int64]:
    """Return where each run of equal values starts, and where the last one ends."""
    begins = np.ones(len(values) + 1, dtype=np.bool_)
    np.not_equal(values[1:], values[:-1], out=begins[1:-1])
    return np.flatnonzero(begins)
