"""Which texts of two lists belong together (配对): one to one, as alike as possible in sum."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from search.likeness import ALIKE_FROM, bare_text, grams_of, overlap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_ORDER: Final = 1e-6  # what keeping the order is worth: it decides between equal choices only
_MOST: Final = 600  # texts of one list; a longer list is cut, in its own order


class Pair(NamedTuple):
    """Two texts that belong together, by their places; `alike` is 1 only for equal ones."""

    a: int
    b: int
    alike: float


def match_texts(ours: Sequence[str], theirs: Sequence[str]) -> tuple[Pair, ...]:
    """Return the pairs of texts that belong together, in the order of the first list.

    >>> match_texts(["严查网络侵权", "推进软件正版化"], ["推进软件正版化。", "加强宣传"])
    (Pair(a=1, b=0, alike=1.0),)
    """
    one, other = ([bare_text(text) for text in side[:_MOST]] for side in (ours, theirs))
    if (len(other), other) < (len(one), one):  # one orientation, so that swapping only swaps
        swapped = _match(other, one)
        return tuple(sorted(Pair(pair.b, pair.a, pair.alike) for pair in swapped))
    return tuple(_match(one, other))


def _match(rows: Sequence[str], columns: Sequence[str]) -> list[Pair]:
    """Match the shorter list to the longer."""
    if not rows or not columns:
        return []
    alike = _likenesses(rows, columns)
    worth = np.where(alike >= ALIKE_FROM, alike, 0.0)
    places = np.linspace(0, 1, len(rows))[:, None] - np.linspace(0, 1, len(columns))[None, :]
    worth = np.where(worth > 0, worth - _ORDER * np.abs(places), 0.0)
    return [
        Pair(row, column, float(alike[row, column]))
        for row, column in enumerate(_assign(-worth))
        if worth[row, column] > 0
    ]


def _likenesses(rows: Sequence[str], columns: Sequence[str]) -> NDArray[np.float64]:
    """Return how alike each two texts are, 0…1; 1 only for equal ones."""
    grams_a, grams_b = [grams_of(text) for text in rows], [grams_of(text) for text in columns]
    alike = np.zeros((len(rows), len(columns)))
    for at, mine in enumerate(grams_a):
        for to, theirs in enumerate(grams_b):
            alike[at, to] = 1.0 if rows[at] == columns[to] else overlap(mine, theirs)
    return alike


def _assign(cost: NDArray[np.float64]) -> list[int]:
    """Return the column of each row so that the sum of costs is least (Hungarian method).

    There are at least as many columns as rows.
    """
    rows, columns = cost.shape
    row_price, column_price = np.zeros(rows + 1), np.zeros(columns + 1)
    row_of = np.zeros(columns + 1, dtype=np.int64)
    for row in range(1, rows + 1):
        row_of[0] = row
        column = 0
        least = np.full(columns + 1, np.inf)
        way = np.zeros(columns + 1, dtype=np.int64)
        used = np.zeros(columns + 1, dtype=bool)
        while row_of[column]:
            used[column] = True
            at = row_of[column]
            free = ~used[1:]
            reduced = cost[at - 1] - row_price[at] - column_price[1:]
            better = free & (reduced < least[1:])
            least[1:][better] = reduced[better]
            way[1:][better] = column
            column = int(np.argmin(np.where(free, least[1:], np.inf))) + 1
            step = least[column]
            row_price[row_of[used]] += step
            column_price[used] -= step
            least[~used] -= step
        while column:
            before = int(way[column])
            row_of[column] = row_of[before]
            column = before
    found = [0] * rows
    for column in range(1, columns + 1):
        if row_of[column]:
            found[int(row_of[column]) - 1] = column - 1
    return found
