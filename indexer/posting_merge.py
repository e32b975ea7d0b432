"""Postings of several segments → those of one, by arrays, without the removed (合并).

Terms and documents are in order already, so nothing is sorted but the order of short runs: the
postings of some terms are taken from every segment, put in the order of terms, and renumbered.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from indexer.postings import FieldPostings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_PART = 4_000_000  # postings and positions put in order at a time


class Kept(NamedTuple):
    """One segment's field, which of its documents stay, and their new numbers, which ascend."""

    postings: FieldPostings
    live: npt.NDArray[np.bool_]
    new_numbers: npt.NDArray[np.uint32]


def merge_postings(segments: Sequence[Kept]) -> Iterator[FieldPostings]:
    """Yield the postings of a field; documents of one segment come before those of the next."""
    terms = sorted(set().union(*(each.postings.terms for each in segments)))
    number_of = {term: number for number, term in enumerate(terms)}
    numbers = [
        np.array([number_of[term] for term in each.postings.terms], dtype=np.int64)
        for each in segments
    ]
    weights = np.zeros(len(terms), dtype=np.int64)
    for own, (postings, _, _) in zip(numbers, segments, strict=True):
        weights[own] += np.diff(postings.starts) + np.diff(postings.position_starts)
    parts = np.cumsum(weights) // _PART
    edges = np.flatnonzero(np.diff(parts, prepend=-1, append=-1))
    for first, last in pairwise(edges.tolist()):
        taken = [_take(each, own, first, last) for each, own in zip(segments, numbers, strict=True)]
        owners, docs, freqs, positions = (np.concatenate(each) for each in zip(*taken, strict=True))
        if len(docs):
            yield _ordered(terms, owners, docs, freqs, positions)


def _take(
    segment: Kept, numbers: npt.NDArray[np.int64], first: int, last: int
) -> tuple[npt.NDArray[np.integer], ...]:
    """Return the live postings of the terms from one number to another, and whose they are."""
    whole, live, new_numbers = segment
    low, high = numbers.searchsorted((first, last)).tolist()
    starts = whole.starts[low : high + 1]
    owners = np.repeat(numbers[low:high], np.diff(starts))
    here = slice(starts[0], starts[-1])
    docs, freqs = whole.docs[here], whole.freqs[here]
    positions = whole.positions[whole.position_starts[low] : whole.position_starts[high]]
    keep = live[docs]
    if not keep.all():
        if len(positions):
            positions = positions[np.repeat(keep, freqs)]
        owners, docs, freqs = owners[keep], docs[keep], freqs[keep]
    return owners, new_numbers[docs], freqs, positions


def _ordered(
    terms: Sequence[str],
    owners: npt.NDArray[np.int64],
    docs: npt.NDArray[np.uint32],
    freqs: npt.NDArray[np.unsignedinteger],
    positions: npt.NDArray[np.unsignedinteger],
) -> FieldPostings:
    order = np.argsort(owners, kind="stable")
    owners, docs = owners[order], docs[order]
    ends = np.cumsum(freqs, dtype=np.int64)[order]
    freqs = freqs[order]
    firsts = np.append(np.flatnonzero(np.diff(owners, prepend=-1)), len(owners))
    position_starts = np.zeros_like(firsts)
    if len(positions):
        new_ends = np.cumsum(freqs, dtype=np.int64)
        positions = positions[np.repeat(ends - new_ends, freqs) + np.arange(len(positions))]
        position_starts = np.append(0, new_ends)[firsts]
    return FieldPostings(
        terms=[terms[owner] for owner in owners[firsts[:-1]].tolist()],
        starts=firsts,
        docs=docs,
        freqs=freqs,
        position_starts=position_starts,
        positions=positions,
    )
