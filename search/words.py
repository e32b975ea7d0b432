"""An unquoted run of the line as words: what counts as one word, and what it may be instead."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Protocol

from corpus.text import fold_text
from search.places_named import find_places
from search.query import Plain, Synonym, Word
from search.terms import grams_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    Expand = Callable[[str], tuple[Synonym, ...]]

LONGEST_WHOLE = 6  # a chunk up to this long without function words is one word
MOST_WORDS = 64
_SEPARATORS = frozenset(",。、;!:·《》<>")
_BETWEEN_DIGITS = frozenset(",:·")
_PAIRS = {"(": ")", "〔": "〕", "【": "】", "[": "]"}


class WordCutter(Protocol):
    """What cuts a chunk: `indexer.analyzer.Analyzer`."""

    def parts(self, text: str) -> tuple[str, ...]:
        """Return the content words of a chunk, folded; stop and question words are dropped."""
        ...

    def has_stop_words(self, text: str) -> bool:
        """Tell whether a chunk holds stop or question words."""
        ...

    def find_stop_words(self, folded: str) -> tuple[bool, ...]:
        """Tell of each character of a folded text whether it belongs to a stop word."""
        ...


def expand_nothing(_folded: str) -> tuple[Synonym, ...]:
    """Give no word any synonym."""
    return ()


def plain_of(
    chunks: Iterable[str], cutter: WordCutter, expand: Expand = expand_nothing
) -> Plain | None:
    """Return the words of a run of chunks as typed; None where nothing is left of it.

    A chunk of at most six characters without function words is one word, and so is a longer one
    that has synonyms; any other is cut into its content words. The whole run stays together as
    `literal`.
    """
    folded = [form for form in map(fold_text, chunks) if form]
    if not folded:
        return None
    words: dict[str, Word] = {}
    sentence = False
    for piece in chain.from_iterable(_pieces(chunk) or (chunk,) for chunk in folded):
        found = _words_of(piece, cutter, expand)
        sentence = sentence or any(word.folded != piece for word in found)
        for word in found:
            words.setdefault(word.folded, word)
    literal = "".join(folded)
    kept = tuple(words.values())[:MOST_WORDS]
    spellings = expand(literal) if len(kept) > 1 else ()
    equal = tuple(one for one in spellings if one.kind.equal)
    places, around = find_places(literal, words) if sentence else ((), ())
    return Plain(
        kept,
        literal,
        _grams_of(literal, cutter),
        sentence,
        equal,
        spaced=len(folded) > 1,
        places=places,
        around=around,
    )


def _words_of(piece: str, cutter: WordCutter, expand: Expand) -> tuple[Word, ...]:
    if not any(map(str.isalnum, piece)):
        return (Word(piece),)
    parts = tuple(dict.fromkeys(filter(None, cutter.parts(piece))))
    synonyms = expand(piece)
    if synonyms or (len(piece) <= LONGEST_WHOLE and not cutter.has_stop_words(piece)):
        return (Word(piece, parts or (piece,), _inside_of(piece), synonyms),)
    return tuple(Word(part, (part,), (), expand(part)) for part in parts or (piece,))


def _grams_of(literal: str, cutter: WordCutter) -> tuple[str, ...]:
    """Return the grams of a run that weigh: those of letters and digits, not all in stop words.

    Pairs across two words are among them: they say that the words stand side by side.
    """
    weighs = [sign.isalnum() for sign in literal]
    stops = cutter.find_stop_words(literal)
    grams: dict[str, None] = {}
    for size in (1, 2):
        for start in range(len(literal) - size + 1):
            end = start + size
            if all(weighs[start:end]) and not all(stops[start:end]):
                grams[literal[start:end]] = None
    return tuple(grams) or tuple(dict.fromkeys(grams_of(literal)))


def _inside_of(piece: str) -> tuple[str, ...]:
    """Return what a bracketed word holds, where that is a word of its own: (试行) → 试行."""
    closed = len(piece) > len("(一)") and _PAIRS.get(piece[0]) == piece[-1]
    return (piece[1:-1],) if closed else ()


def _pieces(chunk: str) -> Sequence[str]:
    """Split a folded chunk at commas and stops, but not inside 1,000 or 8:30.

    >>> _pieces("网络、软件,3·15")
    ['网络', '软件', '3·15']
    """
    pieces: list[str] = []
    start = 0
    for place, sign in enumerate(chunk):
        if sign not in _SEPARATORS or (sign in _BETWEEN_DIGITS and _inside_number(chunk, place)):
            continue
        pieces.append(chunk[start:place])
        start = place + 1
    pieces.append(chunk[start:])
    return list(filter(None, pieces))


def _inside_number(chunk: str, place: int) -> bool:
    return (
        0 < place < len(chunk) - 1
        and chunk[place - 1] in "0123456789"
        and chunk[place + 1] in "0123456789"
    )
