"""Where the wording of two texts differs, word by word (逐词比对); punctuation and width aside."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Final, NamedTuple

from corpus.model import Span
from corpus.text import fold
from indexer.analyzer import default_analyzer
from search.likeness import is_kept

if TYPE_CHECKING:
    from collections.abc import Sequence


_BROUGHT_ALONG: Final = 2  # characters; 抵制 and 抵御 stay whole words


class Difference(NamedTuple):
    """The words of two texts that the other lacks, as ranges: sorted and disjoint."""

    mine: tuple[Span, ...] = ()
    theirs: tuple[Span, ...] = ()

    @property
    def swapped(self) -> Difference:
        """The same, seen from the other side."""
        return Difference(self.theirs, self.mine)


NO_DIFFERENCE: Final = Difference()


class _Word(NamedTuple):
    text: str
    start: int  # in the folded text
    end: int


def find_difference(mine: str, theirs: str) -> Difference:
    """Return the words by which two texts differ; swapping the texts swaps the sides.

    >>> find_difference("严查侵权，及时通报。", "严查盗版 及时通报")
    Difference(mine=(Span(start=2, end=4),), theirs=(Span(start=2, end=4),))
    """
    if theirs < mine:  # difflib is not symmetrical
        return find_difference(theirs, mine).swapped
    ours, others = _words_of(mine), _words_of(theirs)
    matcher = SequenceMatcher(
        None, [word.text for word in ours], [word.text for word in others], autojunk=False
    )
    left: list[tuple[int, int]] = []
    right: list[tuple[int, int]] = []
    for tag, start, end, other_start, other_end in matcher.get_opcodes():
        one, two = ours[start:end], others[other_start:other_end]
        if tag == "equal" or _joined(one) == _joined(two):  # the same words, cut otherwise
            continue
        first, last = _common_ends(_joined(one), _joined(two))
        left += _ranges(one, first, last)
        right += _ranges(two, first, last)
    return Difference(_spans(mine, left), _spans(theirs, right))


def _common_ends(one: str, other: str) -> tuple[int, int]:
    """Return how much two stretches share at either end: what a longer word brought along."""
    most = min(len(one), len(other))
    first = next((at for at in range(most) if one[at] != other[at]), most)
    first = first if first >= _BROUGHT_ALONG else 0
    rest = most - first
    last = next((at for at in range(rest) if one[-1 - at] != other[-1 - at]), rest)
    return first, last if last >= _BROUGHT_ALONG else 0


def _ranges(words: Sequence[_Word], first: int, last: int) -> list[tuple[int, int]]:
    """Return where words stand, without so many characters at the beginning and at the end."""
    places = [place for word in words for place in range(word.start, word.end)]
    return [(place, place + 1) for place in places[first : len(places) - last]]


def _joined(words: Sequence[_Word]) -> str:
    return "".join(word.text for word in words)


def _words_of(text: str) -> list[_Word]:
    """Return the words of a text, and whatever else belongs to its bare form, in place."""
    folded = fold(text).text
    words: list[_Word] = []
    place = 0
    for word in default_analyzer().words(text):
        start = folded.find(word, place)
        if start < 0:
            continue
        words += _signs(folded, place, start)
        place = start + len(word)
        words.append(_Word(word, start, place))
    words += _signs(folded, place, len(folded))
    return words


def _signs(folded: str, start: int, end: int) -> list[_Word]:
    return [
        _Word(folded[place], place, place + 1)
        for place in range(start, end)
        if is_kept(folded[place])
    ]


def _spans(text: str, ranges: Sequence[tuple[int, int]]) -> tuple[Span, ...]:
    """Return ranges of the folded text as ranges of the text; what touches is one."""
    folded = fold(text)
    spans: list[Span] = []
    for start, end in ranges:
        span = folded.span(start, end)
        if spans and span.start <= spans[-1].end:
            spans[-1] = Span(spans[-1].start, max(spans[-1].end, span.end))
        else:
            spans.append(span)
    return tuple(spans)
