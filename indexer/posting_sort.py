"""Tokens of a field, in any order → its postings (排序).

Each token is one 64-bit integer, in which the order of terms, documents and positions is the order
of numbers: a sort of plain numbers, which numpy does with the processor's vectors, makes postings
of them. It is done in parts, each of some terms, two at a time: both cores work, and parts wait in
files for their turn, so that memory holds no more than the tokens and two parts of each of the two
fields that are sorted at once, and the postings of the fields that are done.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from indexer.postings import FieldPostings, Postings, Uints, narrowed, starts_of_runs

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from indexer.posting_pool import WordPool

_NO_UINTS: Uints = np.empty(0, dtype=np.uint32)
_PACKED_BITS = 64
_PART = 3_000_000  # tokens sorted at a time, about 30 bytes each
CORES = 2


def sorted_postings(pool: WordPool, folder: Path, *, positional: bool) -> Iterator[FieldPostings]:
    """Yield the postings of tokens that came in any order; `folder` is for what has to wait."""
    if not len(pool):
        return
    doc, place = pool.largest()
    bits = _Bits(doc.bit_length(), max(place.bit_length(), 1) if positional else 0)
    if pool.order_keys().bit_length() + sum(bits) > _PACKED_BITS:
        yield _sorted_apart(pool, positional=positional)
        return
    parts = _packed_parts(pool, bits, folder)
    pool.let_go()
    with ThreadPoolExecutor(CORES) as threads:
        yield from threads.map(lambda part: _sorted_part(part, bits, pool), parts)


class _Bits(NamedTuple):
    """How many bits of a packed token are its document's and its position's; the rest its key's.

    None for the position where positions are not kept.
    """

    doc: int
    place: int


def _packed_parts(pool: WordPool, bits: _Bits, folder: Path) -> list[IO[bytes]]:
    """Return the tokens as one number each, those of neighbouring terms in one file."""
    parts: list[IO[bytes]] = []
    edges = _NO_UINTS
    for keys, docs, positions in pool.pieces():
        packed = keys << np.uint64(bits.doc)
        packed |= docs
        if bits.place:
            packed <<= np.uint64(bits.place)
            packed |= positions
        packed.sort()
        if not parts:
            # The first piece stands for all: where its terms are cut, parts are about alike.
            count = min(len(pool) // _PART, len(packed) - 1) + 1
            low = np.uint64(sum(bits))
            edges = np.unique(packed[len(packed) * np.arange(1, count) // count] >> low) << low
            # Without a name, and gone when what they hold is taken.
            parts = [TemporaryFile(dir=folder) for _ in range(len(edges) + 1)]  # noqa: SIM115
        for part, piece in zip(parts, np.split(packed, packed.searchsorted(edges)), strict=True):
            part.write(piece.data)
    return parts


def _sorted_part(part: IO[bytes], bits: _Bits, pool: WordPool) -> FieldPostings:
    with part:
        part.seek(0)
        packed = np.fromfile(part, dtype=np.uint64)
    packed.sort(kind="stable")  # ascending runs, one of each piece: it merges them
    positions: npt.NDArray[np.unsignedinteger] = _NO_UINTS
    if bits.place:
        mask = np.uint64((1 << bits.place) - 1)
        positions = packed.astype(np.min_scalar_type(mask))  # the lowest bits of each
        positions &= mask.astype(positions.dtype)
    packed >>= np.uint64(bits.place)
    token_starts = starts_of_runs(packed)
    keys = packed[token_starts[:-1]]
    docs = (keys & np.uint64((1 << bits.doc) - 1)).astype(np.uint32)
    keys >>= np.uint64(bits.doc)
    freqs = narrowed(np.diff(token_starts))
    del packed, token_starts  # what follows takes as much again
    return FieldPostings.of(keys, Postings(docs, freqs, positions), pool.names)


def _sorted_apart(pool: WordPool, *, positional: bool) -> FieldPostings:
    """Do the same at once, where 64 bits are too few."""
    keys, docs, positions = (np.concatenate(each) for each in zip(*pool.pieces(), strict=True))
    order = np.lexsort((positions, docs, keys))
    keys, docs, positions = keys[order], docs[order], positions[order]
    token_starts = np.union1d(starts_of_runs(keys), starts_of_runs(docs))
    firsts = token_starts[:-1]
    freqs = narrowed(np.diff(token_starts))
    found = Postings(docs[firsts], freqs, positions if positional else _NO_UINTS)
    return FieldPostings.of(keys[firsts], found, pool.names)
