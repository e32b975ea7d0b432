"""What a question's tree says, read off without an engine: terms to score, strings to mark."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from search.query import AnyOf, Both, Phrase, Plain, SameMeasure, Word

if TYPE_CHECKING:
    from collections.abc import Iterator

    from search.query import Node


class Term(NamedTuple):
    """One term of the score: a gram for the gram fields, or a word for `words`."""

    text: str
    is_word: bool


@dataclass(frozen=True, slots=True)
class Needle:
    """Something to mark in a text: the first of `spellings` groups of which any string occurs.

    Each group is tried in turn: the literal and its synonyms before the parts of a word.
    """

    groups: tuple[tuple[str, ...], ...]


def leaves_of(node: Node) -> Iterator[Word | Plain | Phrase]:
    """Yield the words, plain runs and quoted strings a match may hold, in order; negated ones not.

    >>> from search.query import Not
    >>> [leaf.folded for leaf in leaves_of(Both((Phrase("侵权"), Not(Phrase("国企")))))]
    ['侵权']
    """
    match node:
        case Word() | Plain() | Phrase():
            yield node
        case Both(children) | AnyOf(children):
            for child in children:
                yield from leaves_of(child)
        case SameMeasure(child):
            yield from leaves_of(child)
        case _:
            return


def scoring_terms(node: Node) -> tuple[Term, ...]:
    """Return the distinct terms of the score, in order of first appearance.

    >>> [term.text for term in scoring_terms(Word("侵权", ("侵权",)))]
    ['侵', '权', '侵权', '侵权']
    """
    terms: dict[Term, None] = {}
    for leaf in leaves_of(node):
        words = leaf.words if isinstance(leaf, Plain) else (leaf,)
        for word in words:
            for size in (1, 2):
                for start in range(len(word.folded) - size + 1):
                    terms[Term(word.folded[start : start + size], is_word=False)] = None
            if isinstance(word, Word):
                for part in word.parts:
                    terms[Term(part, is_word=True)] = None
    return tuple(terms)


def needles_of(node: Node) -> tuple[Needle, ...]:
    """Return what to mark in a hit of this question."""
    needles: dict[Needle, None] = {}
    for leaf in leaves_of(node):
        match leaf:
            case Phrase(folded):
                needles[Needle(((folded,),))] = None
            case Plain(words, literal):
                if len(words) > 1:
                    needles[Needle(((literal,),))] = None
                for word in words:
                    needles[_needle_of(word)] = None
            case Word():
                needles[_needle_of(leaf)] = None
    return tuple(needles)


def _needle_of(word: Word) -> Needle:
    parts = tuple(part for part in word.parts if part != word.folded)
    groups: tuple[tuple[str, ...], ...] = ((word.folded, *word.alternatives),)
    return Needle((*groups, parts) if parts else groups)
