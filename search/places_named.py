"""Places that a sentence names (地名): of which regions a question wants its answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from corpus.places import ancestors, match_place

if TYPE_CHECKING:
    from collections.abc import Iterable

    from corpus.places import Place


def find_places(literal: str, words: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the places a folded sentence names, and those they lie in.

    Full names stand anywhere; short ones are words of their own: 延长春节 names no 长春.

    >>> find_places("厦门怎么延长春节", ("厦门", "延长", "春节"))
    (('厦门市',), ('福建省',))
    """
    named: dict[str, Place] = {}
    start = 0
    while start < len(literal):
        match = match_place(literal, start, shorts=False)
        named |= {place.name: place for place in match.places[-1:]} if match else {}
        start = match.end if match else start + 1
    for word in words:
        match = match_place(word)
        if match is not None and match.end == len(word):
            named |= {place.name: place for place in match.places[-1:]}
    around = [outer.name for place in named.values() for outer in ancestors(place.code)]
    return tuple(name for name in named if name not in around), tuple(dict.fromkeys(around))
