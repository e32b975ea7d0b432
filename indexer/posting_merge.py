"""Postings of several segments → those of one, by arrays, without the removed (合并).

Nothing is sorted but terms: the postings of some terms are taken from every segment, and what each
segment has of a term is put behind what the segments before it have.
"""

from __future__ import annotations

from itertools import chain, pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from indexer.postings import FieldPostings, spread

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from indexer.posting_file import StoredField

_PART = 4_000_000  # postings and positions put in order at a time


class Kept(NamedTuple):
    """One segment's field, which of its documents stay, and their new numbers, which ascend."""

    postings: FieldPostings | StoredField
    live: npt.NDArray[np.bool_]
    new_numbers: npt.NDArray[np.uint32]


class _Taken(NamedTuple):
    """What stays of some terms of one segment; how many postings and positions of each term."""

    docs: npt.NDArray[np.uint32]
    freqs: npt.NDArray[Any]
    positions: npt.NDArray[Any]
    counts: npt.NDArray[np.int64]
    position_counts: npt.NDArray[np.int64]


def merge_postings(segments: Sequence[Kept]) -> Iterator[FieldPostings]:
    """Yield the postings of a field; documents of one segment come before those of the next."""
    of_each = [each.postings.terms for each in segments]
    terms = list(dict.fromkeys(sorted(chain.from_iterable(of_each))))
    number_of = {term: number for number, term in enumerate(terms)}
    numbers = [np.array([number_of[term] for term in own]) for own in of_each]
    del of_each, number_of
    weights = np.zeros(len(terms), dtype=np.int64)
    for own, (postings, _, _) in zip(numbers, segments, strict=True):
        weights[own] += np.diff(postings.starts) + np.diff(postings.position_starts)
    edges = np.flatnonzero(np.diff(np.cumsum(weights) // _PART, prepend=-1, append=-1))
    for first, last in pairwise(edges.tolist()):
        taken = [_take(each, own, first, last) for each, own in zip(segments, numbers, strict=True)]
        docs, freqs, positions, counts, position_counts = zip(*taken, strict=True)
        sizes, position_sizes = np.sum(counts, axis=0), np.sum(position_counts, axis=0)
        held = np.flatnonzero(sizes)
        if len(held):
            yield FieldPostings(
                terms=[terms[first + number] for number in held.tolist()],
                starts=np.append(0, np.cumsum(sizes[held])),
                docs=_in_turn(docs, counts),
                freqs=_in_turn(freqs, counts),
                position_starts=np.append(0, np.cumsum(position_sizes[held])),
                positions=_in_turn(positions, position_counts),
            )


def _take(segment: Kept, numbers: npt.NDArray[np.int64], first: int, last: int) -> _Taken:
    """Return the live postings of the terms from one number to another."""
    whole, live, new_numbers = segment
    low, high = numbers.searchsorted((first, last)).tolist()
    starts = whole.starts[low : high + 1].astype(np.int64)
    docs, freqs = (array[starts[0] : starts[-1]] for array in (whole.docs, whole.freqs))
    positions = whole.positions[whole.position_starts[low] : whole.position_starts[high]]
    owners = np.repeat(numbers[low:high] - first, np.diff(starts))
    keep = live[docs]
    if not keep.all():
        if len(positions):
            positions = positions[np.repeat(keep, freqs)]
        owners, docs, freqs = owners[keep], docs[keep], freqs[keep]
    counts = np.bincount(owners, minlength=last - first)
    position_counts = np.zeros_like(counts)
    if len(positions):
        position_counts = np.bincount(owners, freqs, last - first).astype(np.int64)
    return _Taken(new_numbers[docs], freqs, positions, counts, position_counts)


def _in_turn(
    parts: Sequence[npt.NDArray[Any]], counts: Sequence[npt.NDArray[np.int64]]
) -> npt.NDArray[Any]:
    """Return all values: of each term those of the first part, then of the second, and so on."""
    ends = np.cumsum(np.stack(counts, axis=1)).reshape(-1, len(parts))
    whole = np.empty(sum(map(len, parts)), dtype=np.result_type(*parts))
    for values, count, end in zip(parts, counts, ends.T, strict=True):
        whole[spread(end - count, count)] = values
    return whole
