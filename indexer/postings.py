"""Postings as arrays (倒排): where one term stands, and where the terms of a field stand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple, Self

import numpy as np
import numpy.typing as npt

Keys = npt.NDArray[np.unsignedinteger]
Uints = npt.NDArray[np.uint32]


class Postings(NamedTuple):
    """Where one term stands (倒排): `docs` ascend, with `freqs[i]` of the `positions` for each.

    `positions` is empty for fields without positions.
    """

    docs: Uints
    freqs: npt.NDArray[np.unsignedinteger]
    positions: npt.NDArray[np.unsignedinteger]


class Stretch(NamedTuple):
    """Where a term stands among the documents from `base` on, which count as 0 here."""

    base: int
    docs: npt.NDArray[np.unsignedinteger]
    freqs: npt.NDArray[np.unsignedinteger]


@dataclass(frozen=True, slots=True)
class FieldPostings:
    """The postings of some terms of a field: those of `terms[i]` are `[starts[i]:starts[i + 1]]`.

    The positions of `terms[i]` are `[position_starts[i]:position_starts[i + 1]]`.
    """

    terms: Sequence[bytes]
    starts: npt.NDArray[np.int64]
    docs: Uints
    freqs: npt.NDArray[np.unsignedinteger]
    position_starts: npt.NDArray[np.int64]
    positions: npt.NDArray[np.unsignedinteger]

    @classmethod
    def of(cls, keys: Keys, found: Postings, names: Callable[[Keys], Sequence[bytes]]) -> Self:
        """Return postings that have come by the keys of their terms, which ascend."""
        starts = starts_of_runs(keys)
        position_starts = np.zeros_like(starts)
        if len(found.positions):
            of_each = np.add.reduceat(found.freqs, starts[:-1], dtype=np.int64)
            position_starts = np.append(0, np.cumsum(of_each))
        terms = names(keys[starts[:-1]])
        return cls(terms, starts, found.docs, found.freqs, position_starts, found.positions)


NamedPostings = tuple[str, Iterable[FieldPostings]]  # a field, and its terms piece by piece


def starts_of_runs(values: npt.NDArray[np.integer]) -> npt.NDArray[np.int64]:
    """Return where each run of equal values starts, and where the last one ends.

    >>> starts_of_runs(np.array([7, 7, 3])).tolist()
    [0, 2, 3]
    """
    begins = np.ones(len(values) + 1, dtype=np.bool_)
    np.not_equal(values[1:], values[:-1], out=begins[1:-1])
    return np.flatnonzero(begins)


def cut_evenly(sizes: npt.NDArray[np.integer], most: int) -> Iterator[tuple[int, int]]:
    """Yield from which to which of some things they are about `most` large together.

    >>> list(cut_evenly(np.array([3, 3, 3, 9]), 5))
    [(0, 1), (1, 3), (3, 4)]
    """
    shares = np.cumsum(sizes, dtype=np.int64) // most
    return pairwise(np.flatnonzero(np.diff(shares, prepend=-1, append=-1)).tolist())


def narrowed(values: npt.NDArray[np.integer]) -> npt.NDArray[np.unsignedinteger]:
    """Return non-negative values in the smallest unsigned type that holds them all."""
    return values.astype(np.min_scalar_type(int(values.max(initial=0))))


def spread(
    starts: npt.NDArray[np.integer], lengths: npt.NDArray[np.integer]
) -> npt.NDArray[np.int64]:
    """Return the whole numbers of some stretches, one stretch after another.

    >>> spread(np.array([7, 3]), np.array([2, 3])).tolist()
    [7, 8, 3, 4, 5]
    """
    shifts = starts - (np.cumsum(lengths, dtype=np.int64) - lengths)
    numbers: npt.NDArray[np.int64] = np.repeat(shifts, lengths)
    numbers += np.arange(len(numbers))
    return numbers


def look_up(
    ascending: npt.NDArray[np.integer], wanted: npt.NDArray[np.integer]
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.bool_]]:
    """Return the place of each wanted number, or one where it is not, and whether it is there.

    >>> look_up(np.array([3, 5, 8]), np.array([5, 9]))[1].tolist()
    [True, False]
    """
    if not len(ascending):
        return np.zeros(len(wanted), dtype=np.intp), np.zeros(len(wanted), dtype=np.bool_)
    places = ascending.searchsorted(wanted)
    np.minimum(places, len(ascending) - 1, out=places)
    return places, ascending.take(places) == wanted
