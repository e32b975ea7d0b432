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
    from collections.abc import Callable, Iterable, Sequence

    from indexer.records import Token

Uints = npt.NDArray[np.uint32]
_Packed = npt.NDArray[np.uint64]
_NO_UINTS: Uints = np.empty(0, dtype=np.uint32)
_CODE_POINTS = 0x110000
_PACKED_BITS = 64


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


class _Numbering(dict[str, int]):
    """Numbers terms in order of first sight."""

    def __missing__(self, term: str) -> int:
        number = self[term] = len(self)
        return number


class FieldPool:
    """The growing postings of one field; its documents come in ascending order."""

    def __init__(self, *, positional: bool) -> None:
        self._positional = positional
        self._numbering = _Numbering()
        self._terms = array("I")
        self._docs = array("I")
        self._positions = array("I")
        self._texts = _TextPool()

    def add_tokens(self, doc: int, tokens: Sequence[Token]) -> None:
        """Add the tokens of one document."""
        if isinstance(tokens, Grams) and not self._terms:
            self._texts.add(doc, tokens)
        elif tokens:
            self._spell_out_texts()
            texts, positions = zip(*tokens, strict=True)
            self._terms.extend(map(self._numbering.__getitem__, texts))
            self._docs.extend(array("I", (doc,)) * len(tokens))
            self._positions.extend(positions)

    def add_keywords(self, doc: int, values: Iterable[str]) -> None:
        """Add the distinct exact values of one document."""
        numbering = self._numbering
        for value in values:
            self._terms.append(numbering[value])
            self._docs.append(doc)

    def add_postings(self, postings: FieldPostings) -> None:
        """Add a whole field of another segment; its documents lie above all those added so far."""
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
        for doc, tokens in texts.grams():
            self.add_tokens(doc, tuple(tokens))

    def finish(self) -> FieldPostings:
        """Return the postings sorted by term, then document, then position."""
        if len(self._texts):
            keys, docs, positions, name = self._texts.finish()
            self._texts = _TextPool()
        else:
            terms = sorted(self._numbering)
            rank = np.empty(len(terms), dtype=np.uint64)
            rank[[self._numbering[term] for term in terms]] = np.arange(len(terms), dtype=np.uint64)
            keys = rank[np.frombuffer(self._terms, dtype=np.uint32)]
            docs = np.frombuffer(self._docs, dtype=np.uint32)
            positions = np.frombuffer(self._positions, dtype=np.uint32)
            name = lambda ranks: [terms[rank] for rank in ranks.tolist()]  # noqa: E731
        return _sorted_postings(keys, docs, positions, name, positional=self._positional)


class _TextPool:
    """Texts whose grams are a field."""

    def __init__(self) -> None:
        self._codes = bytearray()
        self._docs = array("I")
        self._starts = array("I")
        self._lengths = array("I")

    def __len__(self) -> int:
        return len(self._docs)

    def add(self, doc: int, grams: Grams) -> None:
        for start, text in grams.placed():
            self._codes += text.encode("utf-32-le")
            self._docs.append(doc)
            self._starts.append(start)
            self._lengths.append(len(text))

    def grams(self) -> Iterable[tuple[int, Iterable[Token]]]:
        """Yield document and tokens of each text."""
        codes = memoryview(self._codes)
        end = 0
        for doc, start, length in zip(self._docs, self._starts, self._lengths, strict=True):
            begin, end = end, end + 4 * length
            text = str(codes[begin:end], "utf-32-le")
            yield doc, (token._replace(position=token.position + start) for token in Grams((text,)))

    def finish(self) -> tuple[_Packed, Uints, Uints, Callable[[_Packed], list[str]]]:
        """Return key, document and position of each gram, and what names terms by their keys.

        A key is the rank of the first character among those that occur, times their number and one,
        plus 0 for a character alone or else the rank of the second character and one: keys are in
        the order of the terms' code points.
        """
        codes = np.frombuffer(self._codes, dtype="<u4")
        occurs = np.zeros(_CODE_POINTS, dtype=np.bool_)
        occurs[codes] = True
        signs = [chr(code) for code in np.flatnonzero(occurs).tolist()]
        radix = len(signs) + 1
        ranks = (np.cumsum(occurs, dtype=np.uint32) - np.uint32(1))[codes]
        lengths = np.frombuffer(self._lengths, dtype=np.uint32)
        ends = np.cumsum(lengths, dtype=np.int64)
        docs = np.repeat(np.frombuffer(self._docs, dtype=np.uint32), lengths)
        first = np.frombuffer(self._starts, dtype=np.uint32) - (ends - lengths)
        positions = (np.arange(len(codes)) + np.repeat(first, lengths)).astype(np.uint32)
        begins_pair = np.ones(len(codes), dtype=np.bool_)
        begins_pair[ends - 1] = False
        pairs = np.flatnonzero(begins_pair)
        alone = ranks.astype(np.uint64) * np.uint64(radix)
        keys = np.concatenate((alone, alone[pairs] + ranks[pairs + 1] + np.uint64(1)))

        def name(found: _Packed) -> list[str]:
            firsts, seconds = np.divmod(found.astype(np.int64), radix)
            after = ["", *signs]
            return [
                signs[one] + after[two]
                for one, two in zip(firsts.tolist(), seconds.tolist(), strict=True)
            ]

        return (
            keys,
            np.concatenate((docs, docs[pairs])),
            np.concatenate((positions, positions[pairs])),
            name,
        )


def _sorted_postings(
    keys: _Packed,
    docs: Uints,
    positions: Uints,
    name: Callable[[_Packed], list[str]],
    *,
    positional: bool,
) -> FieldPostings:
    """Return postings from the term, document and position of each token, in any order."""
    doc_bits = int(docs.max(initial=0)).bit_length()
    place_bits = int(positions.max(initial=0)).bit_length()
    if int(keys.max(initial=0)).bit_length() + doc_bits + place_bits <= _PACKED_BITS:
        packed = keys << np.uint64(doc_bits)
        packed |= docs
        if positional:
            packed <<= np.uint64(place_bits)
            packed |= positions
        packed.sort()
        if positional:
            positions = (packed & np.uint64((1 << place_bits) - 1)).astype(np.uint32)
            packed >>= np.uint64(place_bits)
        docs = (packed & np.uint64((1 << doc_bits) - 1)).astype(np.uint32)
        keys = packed >> np.uint64(doc_bits)
        starts = np.flatnonzero(_changes(packed))
    else:  # terms, documents and positions by the billion
        order = np.lexsort((positions, docs, keys) if positional else (docs, keys))
        keys, docs = keys[order], docs[order]
        positions = positions[order] if positional else positions
        starts = np.flatnonzero(_changes(keys) | _changes(docs))
    posting_keys = keys[starts]
    term_starts = np.flatnonzero(_changes(posting_keys))
    token_starts = np.append(starts, len(keys)).astype(np.int64)
    term_bounds = np.append(term_starts, len(starts)).astype(np.int64)
    return FieldPostings(
        terms=name(posting_keys[term_starts]),
        starts=term_bounds,
        docs=docs[starts],
        freqs=np.diff(token_starts).astype(np.uint32),
        position_starts=token_starts[term_bounds] if positional else np.zeros_like(term_bounds),
        positions=positions if positional else _NO_UINTS,
    )


def _changes(values: npt.NDArray[np.unsignedinteger]) -> npt.NDArray[np.bool_]:
    """Tell where a value differs from the one before it; the first always does."""
    changes = np.ones(len(values), dtype=np.bool_)
    np.not_equal(values[1:], values[:-1], out=changes[1:])
    return changes
