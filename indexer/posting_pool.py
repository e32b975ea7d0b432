"""The postings of one segment, gathered in flat arrays while records come in.

Millions of tokens pass through here, so nothing is a Python object for longer than a record. A word
becomes a 32-bit integer, and so does each character of a text that is indexed by its grams; where
they stand is kept by runs. `indexer.posting_sort` makes postings of them. A document comes in two
steps, so that one field can refuse it before any field has taken it.
"""

from __future__ import annotations

import sys
from abc import ABC, abstractmethod
from array import array
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from indexer.grams import Grams
from indexer.postings import cut_evenly, spread

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from indexer.postings import Keys, Uints
    from indexer.records import Token

LONGEST_TERM = 1_000
_CODE_POINTS = 0x110000
_PIECE = 1_000_000  # tokens made ready for the sort at a time: memory for more is not needed
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
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise TermError("含无法存储的字符") from error
    if "\0" in text:
        raise TermError("含无法存储的字符")


class Runs(NamedTuple):
    """Tokens of one document as numbers: in runs, each at positions that follow one another."""

    numbers: array[int]
    starts: array[int]
    lengths: array[int]


class TokenPool(ABC):
    """Tokens of one field in the order they came; the order of keys is the order of terms."""

    def __init__(self) -> None:
        self.let_go()

    def let_go(self) -> None:
        """Forget the tokens; names are still known."""
        self._docs, self._starts, self._lengths, self._numbers = (array("I") for _ in range(4))

    def take(self, doc: int, runs: Runs) -> None:
        """Add the tokens of one document, the documents ascending."""
        self._numbers += runs.numbers
        self._starts += runs.starts
        self._lengths += runs.lengths
        self._docs.extend([doc] * len(runs.starts))

    def __len__(self) -> int:
        return len(self._numbers)

    def largest(self) -> tuple[int, int]:
        """Return the largest document and the largest position of any token."""
        _, starts, lengths = self._runs()
        return self._docs[-1], int((starts.astype(np.int64) + lengths).max()) - 1

    def _runs(self) -> tuple[Uints, Uints, Uints]:
        """Return the document of each run, where it starts and its length."""
        docs, starts, lengths = (
            np.frombuffer(each, dtype=np.uint32)
            for each in (self._docs, self._starts, self._lengths)
        )
        return docs, starts, lengths

    def _stretches(self) -> Iterator[tuple[Uints, Uints, Uints, npt.NDArray[np.int64]]]:
        """Yield some runs at a time: number, document and position of tokens, each run's end."""
        docs, starts, lengths = self._runs()
        numbers = np.frombuffer(self._numbers, dtype=np.uint32)
        for first, last in cut_evenly(lengths, _PIECE):
            own = lengths[first:last]
            positions = spread(starts[first:last], own).astype(np.uint32)
            now, numbers = np.split(numbers, [len(positions)])
            yield now, np.repeat(docs[first:last], own), positions, np.cumsum(own, dtype=np.int64)

    @abstractmethod
    def order_keys(self) -> int:
        """Put the terms in their order, when all have come; return what every key is below."""

    @abstractmethod
    def pieces(self) -> Iterator[tuple[Keys, Uints, Uints]]:
        """Yield key, document and position of the tokens, piece by piece."""

    @abstractmethod
    def names(self, keys: Keys) -> list[bytes]:
        """Return the terms of some keys."""


class WordPool(TokenPool):
    """Words or exact values; a key is the rank of a term."""

    def __init__(self) -> None:
        super().__init__()
        self._numbering = _Numbering()

    def number_tokens(self, tokens: Iterable[Token]) -> Runs:
        """Return tokens as numbers, with their positions; raises `TermError`."""
        texts, positions = zip(*tokens, strict=True)
        try:
            starts = array("I", positions)
        except OverflowError as error:
            raise TermError("的位置为负或过大") from error
        one_run = self.number_values(texts, starts[0])
        if positions == tuple(range(starts[0], starts[0] + len(starts))):
            return one_run
        return Runs(one_run.numbers, starts, array("I", [1]) * len(starts))

    def number_values(self, values: Sequence[str], start: int = 0) -> Runs:
        """Return values as numbers, one run of them from a position on; raises `TermError`."""
        numbers = array("I", list(map(self._numbering.__getitem__, values)))
        return Runs(numbers, array("I", [start]), array("I", [len(numbers)]))

    def order_keys(self) -> int:
        """Put the terms in their order, when all have come; return what every key is below."""
        self._names = sorted(self._numbering)
        numbers = [self._numbering[name] for name in self._names]
        self._rank = np.argsort(numbers).astype(np.uint64)
        self._numbering = _Numbering()
        return len(self._names)

    def pieces(self) -> Iterator[tuple[Keys, Uints, Uints]]:
        """Yield key, document and position of the tokens, piece by piece."""
        for numbers, docs, positions, _ in self._stretches():
            yield self._rank[numbers], docs, positions

    def names(self, keys: Keys) -> list[bytes]:
        """Return the terms of some keys."""
        return [self._names[key].encode() for key in keys.tolist()]


class TextPool(TokenPool):
    """Texts whose grams are a field; each of their characters is a token here.

    A key is the rank of the first character among those that occur, times their number and one,
    plus 0 for a character alone or else the rank of the second character and one: keys are in the
    order of the terms' code points.
    """

    def number_tokens(self, grams: Sequence[Token]) -> Runs:
        """Return the characters of grams as numbers; raises `TermError` for what cannot be kept."""
        assert isinstance(grams, Grams), type(grams)  # noqa: S101 # all that these fields take
        text = "".join(grams.texts)
        check_clean(text)
        starts = array("I", [start for start, _ in grams.placed()])
        return Runs(array("I", text.encode(_UTF_32)), starts, array("I", map(len, grams.texts)))

    def order_keys(self) -> int:
        """Put the terms in their order, when all have come; return what every key is below."""
        codes = np.frombuffer(self._numbers, dtype=np.uint32)
        occurs = np.zeros(_CODE_POINTS, dtype=np.bool_)
        for start in range(0, len(codes), _PIECE):
            occurs[codes[start : start + _PIECE]] = True
        self._rank = np.cumsum(occurs, dtype=np.uint64) - np.uint64(1)
        self._signs = [chr(code).encode() for code in np.flatnonzero(occurs).tolist()]
        self._radix = len(self._signs) + 1
        return self._radix**2

    def pieces(self) -> Iterator[tuple[Keys, Uints, Uints]]:
        """Yield key, document and position of the grams, piece by piece."""
        for codes, docs, positions, ends in self._stretches():
            ranks = self._rank[codes]
            alone = ranks * np.uint64(self._radix)
            yield alone, docs, positions
            begins_pair = np.ones(len(ranks), dtype=np.bool_)
            begins_pair[ends - 1] = False
            pairs = np.flatnonzero(begins_pair)
            yield alone[pairs] + ranks[pairs + 1] + np.uint64(1), docs[pairs], positions[pairs]

    def names(self, keys: Keys) -> list[bytes]:
        """Return the terms of some keys."""
        radix, signs, after = self._radix, self._signs, [b"", *self._signs]
        return [signs[key // radix] + after[key % radix] for key in keys.tolist()]
