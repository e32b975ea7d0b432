"""An unquoted run of the line as words: what counts as one word, and what it may be instead."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Protocol

from corpus.text import fold_text
from search.query import Plain, Word

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

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


def plain_of(chunks: Iterable[str], cutter: WordCutter) -> Plain | None:
    """Return the words of a run of chunks as typed; None where nothing is left of it.

    A chunk of at most six characters without function words is one word; a longer one is cut into
    its content words. The whole run stays together as `literal`.
    """
    folded = [form for form in map(fold_text, chunks) if form]
    if not folded:
        return None
    words: dict[str, Word] = {}
    for word in chain.from_iterable(_words_of(chunk, cutter) for chunk in folded):
        words.setdefault(word.folded, word)
        if len(words) >= MOST_WORDS:
            break
    return Plain(tuple(words.values()), "".join(folded))


def _words_of(chunk: str, cutter: WordCutter) -> Iterator[Word]:
    pieces = tuple(_pieces(chunk))
    if not pieces:
        yield Word(chunk)
    for piece in pieces:
        parts = tuple(dict.fromkeys(filter(None, cutter.parts(piece))))
        if len(piece) <= LONGEST_WHOLE and not cutter.has_stop_words(piece):
            yield Word(piece, parts or (piece,), _inside_of(piece))
        else:
            yield from (Word(part, (part,)) for part in parts or (piece,))


def _inside_of(piece: str) -> tuple[str, ...]:
    """Return what a bracketed word holds, where that is a word of its own: (试行) → 试行."""
    closed = len(piece) > len("(一)") and _PAIRS.get(piece[0]) == piece[-1]
    return (piece[1:-1],) if closed else ()


def _pieces(chunk: str) -> Iterator[str]:
    """Split a folded chunk at commas and stops, but not inside 1,000 or 8:30.

    >>> list(_pieces("网络、软件,3·15"))
    ['网络', '软件', '3·15']
    """
    start = 0
    for place, sign in enumerate(chunk):
        if sign not in _SEPARATORS or (sign in _BETWEEN_DIGITS and _inside_number(chunk, place)):
            continue
        if place > start:
            yield chunk[start:place]
        start = place + 1
    if start < len(chunk):
        yield chunk[start:]


def _inside_number(chunk: str, place: int) -> bool:
    return (
        0 < place < len(chunk) - 1
        and chunk[place - 1] in "0123456789"
        and chunk[place + 1] in "0123456789"
    )
