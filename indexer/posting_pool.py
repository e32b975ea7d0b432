"""The postings of one segment, gathered in flat arrays while records come in.

Millions of tokens pass through here, so nothing is a Python object for longer than a record. A word
becomes three 32-bit integers (term, document, position); of a text that is indexed by its grams
only the characters are kept. `indexer.posting_sort` makes postings of them.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, NamedTuple

from indexer.grams import Grams
from indexer.posting_sort import TextPool, WordPool, sorted_postings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from indexer.postings import FieldPostings
    from indexer.records import Token

LONGEST_TERM = 1_000
_NONE = array("I")


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


class Numbered(NamedTuple):
    """The terms of one document's field as numbers, ready to be taken in; or grams as they are."""

    terms: array[int]
    positions: array[int]
    grams: Grams | None = None


class FieldPool:
    """The growing postings of one field; its documents come in ascending order.

    A document comes in two steps, so that one field can refuse it before any field has taken it.
    """

    def __init__(self, *, positional: bool) -> None:
        self._positional = positional
        self._numbering = _Numbering()
        self._terms = array("I")
        self._docs = array("I")
        self._positions = array("I")
        self._texts = TextPool()

    def number_tokens(self, tokens: Sequence[Token]) -> Numbered:
        """Return tokens as numbers; raises `TermError` for what cannot be kept."""
        if isinstance(tokens, Grams) and not self._terms:
            check_clean("".join(tokens.texts))
            return Numbered(_NONE, _NONE, tokens)
        texts, positions = zip(*tokens, strict=True)
        try:
            return Numbered(
                array("I", list(map(self._numbering.__getitem__, texts))), array("I", positions)
            )
        except OverflowError as error:
            raise TermError("的位置为负或过大") from error

    def number_keywords(self, values: Iterable[str]) -> Numbered:
        """Return distinct exact values as numbers; raises `TermError` for what cannot be kept."""
        return Numbered(array("I", [self._numbering[value] for value in values]), _NONE)

    def take(self, doc: int, numbered: Numbered) -> None:
        """Add the field of one document."""
        if numbered.grams is not None:
            self._texts.add(doc, numbered.grams)
        else:
            if len(self._texts):
                self._spell_out_texts()
            self._terms += numbered.terms
            self._docs += array("I", (doc,)) * len(numbered.terms)
            self._positions += numbered.positions

    def _spell_out_texts(self) -> None:
        """Treat as any tokens what came as grams so far: something else has come in."""
        texts, self._texts = self._texts, TextPool()
        for doc, start, text in texts.texts():
            tokens = [(term, place + start) for term, place in Grams((text,))]
            numbers = map(self._numbering.__getitem__, (term for term, _ in tokens))
            self._terms.extend(numbers)
            self._docs.extend([doc] * len(tokens))
            self._positions.extend(place for _, place in tokens)

    def finish(self) -> Iterator[FieldPostings]:
        """Yield the postings by term, then document, then position; nothing is left here."""
        texts, self._texts = self._texts, TextPool()
        words = WordPool(self._numbering, self._terms, self._docs, self._positions)
        self._numbering, self._terms, self._docs = _Numbering(), array("I"), array("I")
        self._positions = array("I")
        return sorted_postings(texts if len(texts) else words, positional=self._positional)
