"""Postings as arrays (倒排): where one term stands, and where the terms of a field stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Sequence

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
    """The postings of some terms of a field: those of `terms[i]` are `[starts[i]:starts[i + 1]]`.

    The positions of `terms[i]` are `[position_starts[i]:position_starts[i + 1]]`.
    """

    terms: Sequence[bytes]
    starts: npt.NDArray[np.int64]
    docs: Uints
    freqs: npt.NDArray[np.unsignedinteger]
    position_starts: npt.NDArray[np.int64]
    positions: npt.NDArray[np.unsignedinteger]


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
