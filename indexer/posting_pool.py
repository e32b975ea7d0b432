"""The postings of one segment, gathered in flat arrays while records come in.

Millions of tokens pass through here, so nothing is a Python object for longer than a record. A word
becomes two 32-bit integers (term, position); of a text that is indexed by its grams only the
characters are kept. `indexer.posting_sort` makes postings of them. A document comes in two steps,
so that one field can refuse it before any field has taken it.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from indexer.grams import Grams
from indexer.postings import spread

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from indexer.postings import Uints
    from indexer.records import Token

LONGEST_TERM = 1_000
_CODE_POINTS = 0x110000
_PIECE = 1_000_000  # tokens made ready for the sort at a time: memory for more is not needed

Keys = npt.NDArray[np.uint64]


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


class Facts(NamedTuple):
    """How many tokens there are, and the largest key, document and position among them."""

    tokens: int
    key: int
    doc: int
    position: int


class TokenPool(Protocol):
    """Tokens of one field in the order they came; the order of keys is the order of terms."""

    def facts(self) -> Facts:
        """Return how many tokens there are, and how large their numbers get."""
        ...

    def pieces(self) -> Iterator[tuple[Keys, Uints, Uints]]:
        """Yield key, document and position of the tokens, piece by piece."""
        ...

    def names(self, keys: Keys) -> list[bytes]:
        """Return the terms of some keys."""
        ...

    def let_go(self) -> None:
        """Forget the tokens; names are still known."""
        ...


class _Runs:
    """Tokens of one document after another: whose they are, and where the first of each stands."""

    def __init__(self) -> None:
        self._docs = array("I")
        self._starts = array("I")
        self._ends = array("Q")
        self._tokens = 0

    def add(self, doc: int, start: int, tokens: int) -> None:
        """Add so many tokens of a document, the first at position `start`."""
        self._tokens += tokens
        self._docs.append(doc)
        self._starts.append(start)
        self._ends.append(self._tokens)

    def __len__(self) -> int:
        return len(self._docs)

    @property
    def last_doc(self) -> int:
        """The last document of any token; 0 where there is none."""
        return self._docs[-1] if self._docs else 0

    def last_position(self) -> int:
        """Return the largest position there is, where those of a run follow one another."""
        lengths = np.diff(np.frombuffer(self._ends, dtype=np.int64), prepend=0)
        starts = np.frombuffer(self._starts, dtype=np.uint32)
        return int((starts + lengths).max(initial=1)) - 1

    def pieces(self) -> Iterator[tuple[slice, Uints, Uints, npt.NDArray[np.int64]]]:
        """Yield a million tokens at a time: which, of which document each, where, run ends."""
        all_ends = np.frombuffer(self._ends, dtype=np.int64)
        docs = np.frombuffer(self._docs, dtype=np.uint32)
        starts = np.frombuffer(self._starts, dtype=np.uint32)
        first = begin = 0
        while first < len(all_ends):
            last = max(int(all_ends.searchsorted(begin + _PIECE)), first + 1)
            ends = all_ends[first:last] - begin
            lengths = np.diff(ends, prepend=0)
            positions = spread(starts[first:last], lengths)
            piece = slice(begin, begin + len(positions))
            yield piece, np.repeat(docs[first:last], lengths), positions.astype(np.uint32), ends
            first, begin = last, piece.stop


class WordPool:
    """Words or exact values; a key is the rank of a term."""

    def __init__(self) -> None:
        self._numbering = _Numbering()
        self._terms = array("I")
        self._positions = array("I")
        self._runs = _Runs()

    def number_tokens(self, tokens: Iterable[Token]) -> tuple[array[int], array[int]]:
        """Return tokens as numbers, and their positions; raises `TermError`."""
        texts, positions = zip(*tokens, strict=True)
        try:
            return self.number_values(texts)[0], array("I", positions)
        except OverflowError as error:
            raise TermError("的位置为负或过大") from error

    def number_values(self, values: Iterable[str]) -> tuple[array[int], array[int]]:
        """Return exact values as numbers, and no positions; raises `TermError`."""
        return array("I", list(map(self._numbering.__getitem__, values))), array("I")

    def take(self, doc: int, numbered: tuple[array[int], array[int]]) -> None:
        """Add the terms and positions of one document, the documents ascending."""
        self._terms += numbered[0]
        self._positions += numbered[1]
        self._runs.add(doc, 0, len(numbered[0]))

    def facts(self) -> Facts:
        """Return how many tokens there are, and how large their numbers get."""
        self._names = sorted(self._numbering)
        self._rank = np.empty(len(self._names), dtype=np.uint64)
        numbers = [self._numbering[name] for name in self._names]
        self._rank[numbers] = np.arange(len(self._names), dtype=np.uint64)
        self._numbering = _Numbering()
        largest = int(np.frombuffer(self._positions, dtype=np.uint32).max(initial=0))
        return Facts(len(self._terms), len(self._names), self._runs.last_doc, largest)

    def pieces(self) -> Iterator[tuple[Keys, Uints, Uints]]:
        """Yield key, document and position of the tokens, piece by piece."""
        terms = np.frombuffer(self._terms, dtype=np.uint32)
        positions = np.frombuffer(self._positions, dtype=np.uint32)
        for piece, docs, places, _ in self._runs.pieces():
            yield self._rank[terms[piece]], docs, positions[piece] if len(positions) else places

    def names(self, keys: Keys) -> list[bytes]:
        """Return the terms of some keys."""
        return [self._names[key].encode() for key in keys.tolist()]

    def let_go(self) -> None:
        """Forget the tokens; names are still known."""
        self._terms, self._positions, self._runs = array("I"), array("I"), _Runs()


class TextPool:
    """Texts whose grams are a field.

    A key is the rank of the first character among those that occur, times their number and one,
    plus 0 for a character alone or else the rank of the second character and one: keys are in the
    order of the terms' code points.
    """

    def __init__(self) -> None:
        self._codes = bytearray()
        self._runs = _Runs()

    def number_tokens(self, grams: Sequence[Token]) -> Grams:
        """Return grams as they are; raises `TermError` for what cannot be kept."""
        assert isinstance(grams, Grams), type(grams)  # noqa: S101 # all that these fields take
        check_clean("".join(grams.texts))
        return grams

    def take(self, doc: int, grams: Grams) -> None:
        """Add the texts of one document, the documents ascending."""
        for start, text in grams.placed():
            self._codes += text.encode("utf-32-le")
            self._runs.add(doc, start, len(text))

    def facts(self) -> Facts:
        """Return how many tokens there are, and how large their numbers get."""
        codes = np.frombuffer(self._codes, dtype="<u4")
        occurs = np.zeros(_CODE_POINTS, dtype=np.bool_)
        for start in range(0, len(codes), _PIECE):
            occurs[codes[start : start + _PIECE]] = True
        self._rank = np.cumsum(occurs, dtype=np.uint32) - np.uint32(1)
        self._signs = [chr(code).encode() for code in np.flatnonzero(occurs).tolist()]
        self._radix = len(self._signs) + 1
        tokens = 2 * len(codes) - len(self._runs)
        return Facts(tokens, self._radix**2, self._runs.last_doc, self._runs.last_position())

    def pieces(self) -> Iterator[tuple[Keys, Uints, Uints]]:
        """Yield key, document and position of the grams, piece by piece."""
        codes = np.frombuffer(self._codes, dtype="<u4")
        for piece, docs, positions, ends in self._runs.pieces():
            ranks = self._rank[codes[piece]]
            alone = ranks.astype(np.uint64) * np.uint64(self._radix)
            yield alone, docs, positions
            begins_pair = np.ones(len(ranks), dtype=np.bool_)
            begins_pair[ends - 1] = False
            pairs = np.flatnonzero(begins_pair)
            yield alone[pairs] + ranks[pairs + 1] + np.uint64(1), docs[pairs], positions[pairs]

    def names(self, keys: Keys) -> list[bytes]:
        """Return the terms of some keys."""
        radix, signs, after = self._radix, self._signs, [b"", *self._signs]
        return [signs[key // radix] + after[key % radix] for key in keys.tolist()]

    def let_go(self) -> None:
        """Forget the texts; names are still known."""
        self._codes, self._runs = bytearray(), _Runs()
