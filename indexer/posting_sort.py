"""Tokens of a field, in any order → its postings (排序).

Each token is one 64-bit integer, in which the order of terms, documents and positions is the order
of numbers: a sort of plain numbers, which numpy does with the processor's vectors, makes postings
of them. It is done in parts, each of some terms, two at a time: both cores work, and parts wait in
files for their turn, so that memory holds no more than the texts, two parts and the postings.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from indexer.postings import FieldPostings, Uints, narrowed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from indexer.posting_pool import Facts, Keys, TokenPool

_NO_UINTS: Uints = np.empty(0, dtype=np.uint32)
_PACKED_BITS = 64
_PACKED_BYTES = _PACKED_BITS // 8
_PART = 3_000_000  # tokens sorted at a time, about 30 bytes each
_CORES = 2


def sorted_postings(
    source: TokenPool, folder: Path, *, positional: bool
) -> Iterator[FieldPostings]:
    """Yield the postings of tokens that came in any order; `folder` is for what has to wait."""
    facts = source.facts()
    if not facts.tokens:
        return
    bits = _Bits(facts.doc.bit_length(), facts.position.bit_length() if positional else 0)
    if facts.key.bit_length() + sum(bits) > _PACKED_BITS:
        yield _sorted_apart(source, positional=positional)
        return
    parts = _packed_parts(source, facts.tokens, bits, folder)
    source.let_go()
    postings_of = partial(_postings_of, source, facts, bits, positional)
    with ThreadPoolExecutor(_CORES) as pool:
        yield from pool.map(postings_of, parts)


class _Part:
    """Packed tokens of some terms, waiting in a file without a name until all have come."""

    def __init__(self, folder: Path) -> None:
        self._file = TemporaryFile(dir=folder)  # noqa: SIM115 # closed when taken

    def add(self, packed: Keys) -> None:
        self._file.write(packed.data)

    def take(self) -> Keys:
        """Return all of them; there are none any more."""
        with self._file as file:
            packed = np.empty(file.tell() // _PACKED_BYTES, dtype=np.uint64)
            file.seek(0)
            file.readinto(packed.data.cast("B"))
        return packed


class _Bits(NamedTuple):
    """How many bits of a packed token are its document's and its position's; the rest its key's."""

    doc: int
    place: int


def _packed_parts(source: TokenPool, tokens: int, bits: _Bits, folder: Path) -> list[_Part]:
    """Return the tokens as one number each, those of neighbouring terms in one part."""
    parts: list[_Part] = []
    edges: Keys | None = None
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
            parts = [_Part(folder) for _ in range(len(edges) + 1)]
        for part, piece in zip(parts, np.split(packed, packed.searchsorted(edges)), strict=True):
            part.add(piece)
    return parts


def _postings_of(
    source: TokenPool,
    facts: Facts,
    bits: _Bits,
    positional: bool,
    part: _Part,
) -> FieldPostings:
    packed = part.take()
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


def _sorted_apart(source: TokenPool, *, positional: bool) -> FieldPostings:
    """Do the same at once, where 64 bits are too few."""
    keys, docs, positions = (np.concatenate(each) for each in zip(*source.pieces(), strict=True))
    order = np.lexsort((positions, docs, keys))
    keys, docs, positions = keys[order], docs[order], positions[order]
    token_starts = np.union1d(_starts(keys), _starts(docs))
    firsts = token_starts[:-1]
    positions = positions if positional else _NO_UINTS
    return _of_runs(source, keys[firsts], docs[firsts], positions, token_starts)


def _of_runs(
    source: TokenPool,
    keys: Keys,
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
