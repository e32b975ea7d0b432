"""The postings of one segment, gathered in flat arrays while records come in.

Millions of tokens pass through here, so nothing is a Python object for longer than a record: each
token becomes three 32-bit integers (term, document, position) and one stable sort at the end turns
them into postings.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from indexer.records import Token

Uints = npt.NDArray[np.uint32]


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
    """The growing postings of one field."""

    def __init__(self, *, positional: bool) -> None:
        self._positional = positional
        self._numbering = _Numbering()
        self._terms = array("I")
        self._docs = array("I")
        self._positions = array("I")

    def __len__(self) -> int:
        """Return the number of tokens gathered so far."""
        return len(self._terms)

    def add_tokens(self, doc: int, tokens: Sequence[Token]) -> None:
        """Add the tokens of one document; documents come in ascending order."""
        if tokens:
            texts, positions = zip(*tokens, strict=True)
            self._terms.extend(map(self._numbering.__getitem__, texts))
            self._docs.extend(array("I", (doc,)) * len(tokens))
            self._positions.extend(positions)

    def add_keywords(self, doc: int, values: Iterable[str]) -> None:
        """Add the distinct exact values of one document; documents come in ascending order."""
        numbering = self._numbering
        for value in values:
            self._terms.append(numbering[value])
            self._docs.append(doc)

    def add_postings(self, postings: FieldPostings) -> None:
        """Add a whole field of another segment; its documents lie above all those added so far."""
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

    def finish(self) -> FieldPostings:
        """Return the postings sorted by term, then document, then position."""
        terms = sorted(self._numbering)
        rank = np.empty(len(terms), dtype=np.uint32)
        rank[[self._numbering[term] for term in terms]] = np.arange(len(terms), dtype=np.uint32)
        ranks = rank[np.frombuffer(self._terms, dtype=np.uint32)]
        # Stable: documents, and positions in each, already ascend in order of arrival.
        order = np.argsort(ranks, kind="stable")
        ranks = ranks[order]
        docs = np.frombuffer(self._docs, dtype=np.uint32)[order]
        first = np.ones(len(ranks), dtype=bool)
        first[1:] = (ranks[1:] != ranks[:-1]) | (docs[1:] != docs[:-1])
        token_starts = np.append(np.flatnonzero(first), len(ranks)).astype(np.int64)
        posting_ranks = ranks[token_starts[:-1]]
        starts = np.searchsorted(posting_ranks, np.arange(len(terms) + 1)).astype(np.int64)
        if self._positional:
            positions = np.frombuffer(self._positions, dtype=np.uint32)[order]
            position_starts = token_starts[starts]
        else:
            positions = np.empty(0, dtype=np.uint32)
            position_starts = np.zeros(len(terms) + 1, dtype=np.int64)
        return FieldPostings(
            terms=terms,
            starts=starts,
            docs=docs[token_starts[:-1]],
            freqs=np.diff(token_starts).astype(np.uint32),
            position_starts=position_starts,
            positions=positions,
        )
