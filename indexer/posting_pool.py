"""The postings of one segment, gathered in flat arrays while records come in.

Millions of tokens pass through here, so nothing is a Python object for longer than a record. A word
becomes a 32-bit integer, and so does each character of a text that is indexed by its grams; the
position of each is its place in the document. `indexer.posting_sort` makes postings of them. A
document comes in two steps, so that one field can refuse it before any field has taken it.
"""

from __future__ import annotations

import re
import sys
from array import array
from typing import TYPE_CHECKING, Any

import numpy as np

from indexer.grams import GAP
from indexer.postings import Keys, Uints, cut_evenly, spread

if TYPE_CHECKING:
    from collections.abc import Iterator


Piece = tuple[Keys, Uints, Uints]
LONGEST_TERM = 1_000
_CODE_POINTS = 0x110000
_PIECE = 1_000_000  # tokens made ready for the sort at a time: memory for more is not needed
# What stands between texts of one document and after the last; no text holds it.
_NOTHING = "\0"
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_UTF_32 = f"utf-32-{sys.byteorder[0]}e"


class TermError(ValueError):
    """A term that no index can keep; the text says why, in Chinese."""


class _Numbering(dict[str, int]):
    """Numbers terms in order of first sight; raises `TermError` where one cannot be kept."""

    def __missing__(self, term: str) -> int:
        if not term:
            raise TermError("有空值")
        if len(term) > LONGEST_TERM:
            raise TermError(f"有超过 {LONGEST_TERM} 字的值")
        check_clean(term)
        number = self[term] = len(self)
        return number


def check_clean(text: str) -> None:
    """Raise `TermError` where a text holds what cannot be stored: NUL, half of a character."""
    if _UNSTORABLE.search(text):
        raise TermError("含无法存储的字符")


class WordPool:
    """Words or exact values of one field in the order they came; a key is the rank of a term."""

    def __init__(self) -> None:
        self.let_go()
        self._numbering = _Numbering()

    def let_go(self) -> None:
        """Forget the tokens; names are still known."""
        self._docs, self._lengths, self._numbers = (array("I") for _ in range(3))

    def number(self, tokens: Any) -> array[int]:
        """Return the tokens of one document as numbers; raises `TermError`."""
        return array("I", list(map(self._numbering.__getitem__, tokens)))

    def take(self, doc: int, numbers: array[int]) -> None:
        """Add the tokens of one document, the documents ascending."""
        self._docs.append(doc)
        self._lengths.append(len(numbers))
        self._numbers += numbers

    def __len__(self) -> int:
        return len(self._numbers)

    def largest(self) -> tuple[int, int]:
        """Return the largest document and the largest position of any token."""
        return self._docs[-1], max(self._lengths) - 1

    def order_keys(self) -> int:
        """Put the terms in their order, when all have come; return what every key is below."""
        self._names = sorted(self._numbering)
        numbers = [self._numbering[name] for name in self._names]
        self._rank = np.argsort(numbers).astype(np.uint64)
        self._numbering = _Numbering()
        return len(self._names)

    def pieces(self) -> Iterator[Piece]:
        """Yield key, document and position of the tokens, piece by piece."""
        docs, lengths, numbers = (
            np.frombuffer(each, dtype=np.uint32)
            for each in (self._docs, self._lengths, self._numbers)
        )
        for first, last in cut_evenly(lengths, _PIECE):
            own = lengths[first:last]
            positions = spread(np.zeros_like(own), own).astype(np.uint32)
            now, numbers = np.split(numbers, [len(positions)])
            yield from self._keyed(self._rank[now], np.repeat(docs[first:last], own), positions)

    def _keyed(self, ranks: Keys, docs: Uints, positions: Uints) -> Iterator[Piece]:
        """Yield the same by keys, of those that are tokens."""
        yield ranks, docs, positions

    def names(self, keys: Keys) -> list[bytes]:
        """Return the terms of some keys."""
        return [self._names[key].encode() for key in keys.tolist()]


class TextPool(WordPool):
    """Texts whose grams are a field; what comes are their characters.

    A key is the rank of the first character among those that occur, from 1 on, times their number
    and one, plus the rank of the second or 0 for a character alone: keys are in the order of the
    terms' code points.
    """

    def number(self, tokens: Any) -> array[int]:
        """Return the characters of texts as numbers; raises `TermError` for what cannot be kept."""
        check_clean("".join(tokens.texts))
        placed = (_NOTHING * GAP).join(tokens.texts) + _NOTHING
        return array("I", placed.encode(_UTF_32))

    def order_keys(self) -> int:
        """Put the terms in their order, when all have come; return what every key is below."""
        codes = np.frombuffer(self._numbers, dtype=np.uint32)
        occurs = np.zeros(_CODE_POINTS, dtype=np.bool_)
        for start in range(0, len(codes), _PIECE):
            occurs[codes[start : start + _PIECE]] = True
        occurs[ord(_NOTHING)] = False
        self._rank = np.cumsum(occurs, dtype=np.uint64)
        self._signs = [b"", *(chr(code).encode() for code in np.flatnonzero(occurs).tolist())]
        return len(self._signs) ** 2

    def _keyed(self, ranks: Keys, docs: Uints, positions: Uints) -> Iterator[Piece]:
        """Yield the characters alone, then each with the next one of its text."""
        is_sign = ranks > 0
        keys = ranks * np.uint64(len(self._signs))
        alone = np.flatnonzero(is_sign)
        yield keys[alone], docs[alone], positions[alone]
        pairs = np.flatnonzero(is_sign[:-1] & is_sign[1:])
        yield keys[pairs] + ranks[pairs + 1], docs[pairs], positions[pairs]

    def names(self, keys: Keys) -> list[bytes]:
        """Return the terms of some keys."""
        signs = self._signs
        firsts, seconds = np.divmod(keys, np.uint64(len(signs)))
        return [signs[a] + signs[b] for a, b in zip(firsts.tolist(), seconds.tolist(), strict=True)]
