"""Grams (字): every character and pair of characters of some texts, made only where looked at."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import TYPE_CHECKING, overload

from indexer.records import Token

if TYPE_CHECKING:
    from collections.abc import Iterator

# Positions left free between texts in one field, so that no string is found across them.
GAP = 2


class Grams(Sequence[Token]):
    """The grams of folded texts, at character positions, as a sequence of tokens.

    A text has twice as many grams as characters, and whoever stores them needs none as an object:
    `indexer.posting_pool` works on `placed` alone.

    >>> [(token.text, token.position) for token in Grams(("公安局", "长"))]
    [('公', 0), ('公安', 0), ('安', 1), ('安局', 1), ('局', 2), ('长', 5)]
    """

    __slots__ = ("texts",)

    def __init__(self, texts: tuple[str, ...]) -> None:
        self.texts = tuple(text for text in texts if text)

    def placed(self) -> Iterator[tuple[int, str]]:
        """Yield each text with the position of its first character."""
        start = 0
        for text in self.texts:
            yield start, text
            start += len(text) + GAP

    def __len__(self) -> int:
        return 2 * sum(map(len, self.texts)) - len(self.texts)

    def __iter__(self) -> Iterator[Token]:
        for start, text in self.placed():
            for place, sign in enumerate(text):
                yield Token(sign, start + place)
                if place + 1 < len(text):
                    yield Token(text[place : place + 2], start + place)

    @overload
    def __getitem__(self, place: int) -> Token: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[Token, ...]: ...
    def __getitem__(self, place: int | slice) -> Token | tuple[Token, ...]:
        if isinstance(place, int) and place >= 0:
            for token in islice(self, place, place + 1):
                return token
            raise IndexError(place)
        return tuple(self)[place]

    def __eq__(self, other: object) -> bool:
        """Tell whether another sequence holds the same tokens."""
        if isinstance(other, Grams):
            return self.texts == other.texts
        return isinstance(other, tuple) and tuple(self) == other

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return f"Grams({self.texts!r})"


def grams(folded: str) -> Grams:
    """Return every character and pair of characters of a folded text (字), at its position."""
    return Grams((folded,))
