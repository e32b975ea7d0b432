"""Grams (字): every character and pair of characters of some texts, made only where looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# Positions left free between texts in one field, so that no string is found across them.
GAP = 2


@dataclass(frozen=True, slots=True)
class Grams:
    """The grams of folded texts, each with the position of its first character.

    A text has twice as many grams as characters, and whoever stores them needs none as an object:
    `indexer.posting_pool` works on the texts alone.
    """

    texts: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "texts", tuple(filter(None, self.texts)))

    def __len__(self) -> int:
        return 2 * sum(map(len, self.texts)) - len(self.texts)

    def __iter__(self) -> Iterator[tuple[str, int]]:
        start = 0
        for text in self.texts:
            for place, sign in enumerate(text):
                yield sign, start + place
                if place + 1 < len(text):
                    yield text[place : place + 2], start + place
            start += len(text) + GAP


def grams(*folded: str) -> Grams:
    """Return the grams of folded texts, far enough apart that no string crosses.

    >>> list(grams("公安局", "", "长"))
    [('公', 0), ('公安', 0), ('安', 1), ('安局', 1), ('局', 2), ('长', 5)]
    """
    return Grams(folded)
