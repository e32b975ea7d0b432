"""The first hits of an order: narrowed down key by key, never sorting what is not shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from search.literals import Docs

    Key = Callable[[Docs], npt.NDArray[np.generic]]


def kept(key: Callable[[Docs], Docs], docs: Docs) -> Callable[[Docs], Docs]:
    """Return a key of some documents, worked out once for all of them; it is asked ascending.

    >>> asked = kept(lambda docs: 10 * docs, np.array([5, 2]))
    >>> asked(np.array([5, 2, 5])).tolist()
    [50, 20, 50]
    """
    ascending = np.sort(docs)
    values = key(ascending)
    return lambda some: values.take(ascending.searchsorted(some))


def first_by(keys: Sequence[Key], docs: Docs, count: int) -> Docs:
    """Return the first `count` documents by some keys, ascending; the last key decides every tie.

    A key is asked about no more documents than those that the keys before it left undecided.

    >>> docs = np.arange(6)
    >>> first_by([lambda docs: docs % 2, lambda docs: -docs], docs, 4).tolist()
    [4, 2, 0, 5]
    """
    decided = [docs[:0]]
    missing = min(count, len(docs))
    for key in keys:
        if not 0 < missing < len(docs):
            break
        values = key(docs)
        edge = np.partition(values, missing - 1)[missing - 1]
        before = docs[values < edge]
        decided.append(before)
        missing -= len(before)
        docs = docs[values == edge]
    chosen = np.concatenate((*decided, docs[:missing]))
    return chosen[np.lexsort([key(chosen) for key in reversed(keys)])]
