"""Document numbers (发文字号) in the typed line: every spelling finds every spelling."""

from __future__ import annotations

from typing import TYPE_CHECKING

from corpus.number import NumberKind, is_only_number
from corpus.text import fold_text
from search.query import AnyOf, FieldIs, Plain, Word

if TYPE_CHECKING:
    from corpus.number import DocumentNumber
    from search.query import Node

_BRACKETS = ("〔〕", "[]", "()", "【】", "<>", "〈〉")


def read_number(line: str) -> DocumentNumber | None:
    """Return the document number a line is nothing but, else None."""
    mention = is_only_number(line.strip())
    return None if mention is None else mention.number


def number_of(chunk: str) -> DocumentNumber | None:
    """Return the document number one chunk of a longer line is, else None."""
    return read_number(chunk) if any(sign.isdigit() for sign in chunk) else None


def number_node(written: str, number: DocumentNumber) -> Node:
    """Return what a typed number matches: the circular that bears it, and texts that cite it."""
    folded = fold_text(written)
    spellings = [form for form in _spellings(number) if form != folded]
    word = Word(folded, (), tuple(spellings))
    return AnyOf((FieldIs("number", (str(number),)), Plain((word,), folded)))


def _spellings(number: DocumentNumber) -> tuple[str, ...]:
    canonical = fold_text(str(number))
    if number.kind is not NumberKind.LETTER:
        return (canonical,)
    return tuple(
        dict.fromkeys(
            canonical.replace("〔", opening).replace("〕", closing)
            for opening, closing in (map(fold_text, pair) for pair in _BRACKETS)
        )
    )
