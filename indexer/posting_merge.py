"""Postings of several segments → those of one, by arrays, without the removed (合并).

Nothing is sorted but terms: the postings of some terms are taken from every segment, and what each
segment has of a term is put behind what the segments before it have, which is a merge of runs.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from indexer.postings import FieldPostings, Keys, Postings, Uints, cut_evenly, spread

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from indexer.posting_file import StoredField

_PART = 4_000_000  # postings and positions put in order at a time


class Kept(NamedTuple):
    """One segment's field, which of its documents stay, and their new numbers, which ascend."""

    postings: FieldPostings | StoredField
    live: npt.NDArray[np.bool_]
    new_numbers: npt.NDArray[np.uint32]


def merge_postings(segments: Sequence[Kept]) -> Iterator[FieldPostings]:
    """Yield the postings of a field; documents of one segment come before those of the next."""
    of_each = [each.postings.terms for each in segments]
    terms = list(dict.fromkeys(sorted(chain.from_iterable(of_each))))
    number_of = {term: number for number, term in enumerate(terms)}
    numbers = [np.array([number_of[term] for term in own], dtype=np.uint32) for own in of_each]
    del of_each, number_of
    weights = np.zeros(len(terms), dtype=np.int64)
    for own, (postings, _, _) in zip(numbers, segments, strict=True):
        weights[own] += np.diff(postings.starts) + np.diff(postings.position_starts)
    for first, last in cut_evenly(weights, _PART):
        taken = [_take(each, own, first, last) for each, own in zip(segments, numbers, strict=True)]
        owners, docs, freqs, positions = map(np.concatenate, zip(*taken, strict=True))
        order = np.argsort(owners, kind="stable")  # those of each segment ascend: this merges them
        if len(positions):
            begins = np.cumsum(freqs, dtype=np.int64) - freqs
            positions = positions[spread(begins[order], freqs[order])]
        found = Postings(docs[order], freqs[order], positions)
        if len(owners):
            yield FieldPostings.of(
                owners[order], found, lambda keys: [terms[key] for key in keys.tolist()]
            )


def _take(
    segment: Kept, numbers: Keys, first: int, last: int
) -> tuple[Keys, Uints, npt.NDArray[Any], npt.NDArray[Any]]:
    """Return what stays of the terms from one number to another: of which each is, and postings."""
    whole, live, new_numbers = segment
    low, high = numbers.searchsorted((first, last)).tolist()
    starts = whole.starts[low : high + 1].astype(np.int64)
    docs, freqs = (array[starts[0] : starts[-1]] for array in (whole.docs, whole.freqs))
    positions = whole.positions[whole.position_starts[low] : whole.position_starts[high]]
    owners = np.repeat(numbers[low:high], np.diff(starts))
    keep = live[docs]
    if not keep.all():
        if len(positions):
            positions = positions[np.repeat(keep, freqs)]
        owners, docs, freqs = owners[keep], docs[keep], freqs[keep]
    return owners, new_numbers[docs], freqs, positions
