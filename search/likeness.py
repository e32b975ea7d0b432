"""How alike two texts are once punctuation and width are set aside (比对形); door to rapidfuzz.

The bare form of a text holds its letters, digits and symbols alone, in their search form. What
stands between two digits stays: 3.5 is not 35, and 5—10 is not 510.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from rapidfuzz import fuzz
from rapidfuzz.distance import Indel

from corpus.text import fold

if TYPE_CHECKING:
    from corpus.model import Span

_BETWEEN_DIGITS: Final = frozenset(".,:/-·~")
_PART_OF_NUMBER: Final = frozenset("%‰")
_WIDER: Final = 4  # a part is sought in a window wider than the piece by a fourth of it
_LEAST_WINDOW: Final = 10
_ANCHOR: Final = 2  # equal characters in a row that may begin or end a part
_ALMOST: Final = 0.999  # only equal texts are wholly alike
ALIKE_FROM: Final = 0.3  # read pair by pair: of less `overlap`, measures share set phrases alone


class Bare:
    """The bare form (比对形) of one text, with the way back to it.

    >>> bare = Bare("增长３.5%，（㈠）“双打”办")
    >>> bare.text
    '增长3.5%一双打办'
    >>> bare.span(2, 6)
    Span(start=2, end=6)
    """

    __slots__ = ("_folded", "_places", "text")

    def __init__(self, source: str) -> None:
        self._folded = fold(source)
        signs, places = _kept(self._folded.text)
        self.text = signs
        self._places = places

    def span(self, start: int, end: int) -> Span:
        """Return the shortest range of the original that holds `text[start:end]`."""
        if start >= end:
            place = self._places[start] if start < len(self._places) else len(self._folded.text)
            return self._folded.span(place, place)
        return self._folded.span(self._places[start], self._places[end - 1] + 1)


def bare_text(text: str) -> str:
    """Return the bare form alone.

    >>> bare_text("严查 侵权、盗版行为！") == bare_text("严查侵权盗版行为")
    True
    """
    return _kept(fold(text).text)[0]


def plain_text(text: str) -> str:
    """Return a text without white space and invisible characters, all else as it is.

    >>> plain_text("加强 监管。　严查")
    '加强监管。严查'
    """
    return "".join(sign for sign in text if not _is_blank(sign))


@lru_cache(maxsize=8_192)
def _is_blank(sign: str) -> bool:
    return unicodedata.category(sign) in {"Zs", "Zl", "Zp", "Cc", "Cf"}


@lru_cache(maxsize=8_192)
def is_kept(sign: str) -> bool:
    """Tell whether a folded character always belongs to the bare form."""
    if sign in _PART_OF_NUMBER:
        return True
    return unicodedata.category(sign)[0] in "LNMSC" and sign != "~"


def _kept(folded: str) -> tuple[str, list[int]]:
    signs: list[str] = []
    places: list[int] = []
    last = len(folded) - 1
    for place, sign in enumerate(folded):
        if is_kept(sign):
            signs.append(sign)
            places.append(place)
        elif (
            sign in _BETWEEN_DIGITS
            and 0 < place < last
            and folded[place - 1].isdigit()
            and folded[place + 1].isdigit()
        ):
            signs.append("-" if sign == "~" else sign)
            places.append(place)
    return "".join(signs), places


def cuts_number(bare: str, start: int, end: int) -> bool:
    """Tell whether `bare[start:end]` begins or ends inside a number.

    >>> cuts_number("增长3.5%", 0, 3), cuts_number("增长3.5%", 0, 6)
    (True, False)
    """
    return any(
        0 < edge < len(bare) and _is_numeric(bare[edge - 1]) and _is_numeric(bare[edge])
        for edge in (start, end)
    )


def _is_numeric(sign: str) -> bool:
    return sign.isdigit() or sign in _BETWEEN_DIGITS or sign in _PART_OF_NUMBER


class Part(NamedTuple):
    """The part of a bare text that is most like a piece; `alike` is 0…1, 1 only where equal."""

    alike: float
    start: int
    end: int


NOWHERE: Final = Part(0.0, 0, 0)


def closest_part(piece: str, text: str, *, least: float = 0.0) -> Part:
    """Return the part of a bare text that is most like a bare piece; `NOWHERE` below `least`.

    >>> closest_part("严查盗版行为", "各地要狠打盗版行为并通报")
    Part(alike=0.8, start=3, end=9)
    """
    if not piece or not text:
        return NOWHERE
    found = fuzz.partial_ratio_alignment(piece, text)
    if found is None or found.score < least * 100:
        return NOWHERE
    room = max(_LEAST_WINDOW, len(piece) // _WIDER)
    if len(piece) <= len(text):
        start, end = max(0, found.dest_start - room), min(len(text), found.dest_end + room)
    else:
        start, end = 0, len(text)
    window = text[start:end]
    equal = [
        block
        for block in Indel.opcodes(piece, window)
        if block.tag == "equal" and block.dest_end - block.dest_start >= _ANCHOR
    ]
    if not equal:
        return NOWHERE
    first, last = equal[0].dest_start, equal[-1].dest_end
    # What was replaced at the edges is as long as what replaced it, as far as anybody knows.
    wide_first = max(0, first - equal[0].src_start)
    wide_last = min(len(window), last + len(piece) - equal[-1].src_end)
    alike = max(likeness(piece, window[first:last]), likeness(piece, window[wide_first:wide_last]))
    return Part(alike, start + wide_first, start + wide_last) if alike >= least else NOWHERE


def likeness(one: str, other: str) -> float:
    """Return how alike two bare texts are in their order, 0…1; 1 only for equal ones.

    >>> likeness("严查盗版", "严查盗版"), likeness("严查盗版", "严查侵权")
    (1.0, 0.5)
    """
    if one == other:
        return 1.0
    return min(_ALMOST, float(Indel.normalized_similarity(one, other)))


def grams_of(bare: str) -> frozenset[str]:
    """Return the pairs of neighbouring characters of a bare text; a single one stands alone.

    >>> sorted(grams_of("打假打假"))
    ['假打', '打假']
    """
    return frozenset(one + other for one, other in pairwise(bare)) or frozenset({bare} - {""})


def overlap(mine: frozenset[str], theirs: frozenset[str]) -> float:
    """Return how much two bare texts share in any order, by `grams_of` each, 0…1; never quite 1.

    The measure of a piece that stands whole in a longer text is the mean of both shares.

    >>> overlap(grams_of("严查盗版"), grams_of("严查盗版和侵权行为"))
    0.7727272727272727
    """
    shared = len(mine & theirs)
    if not shared:
        return 0.0
    dice = 2 * shared / (len(mine) + len(theirs))
    return min(_ALMOST, (dice + shared / min(len(mine), len(theirs))) / 2)
