"""What a question's tree says, read off without an engine: what to find, to score and to mark."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from search.engine import NEAR_WEIGHT, field_of_synonym
from search.query import AnyOf, Both, Phrase, Plain, SameMeasure, Word

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from search.query import Node

Placed = tuple[str, str]  # a field of the index, and a string that stands there


class Term(NamedTuple):
    """One term of the score: a gram for the gram fields, or a word for `words`.

    With `spellings` it is all of these strings taken as one term of the text.
    """

    text: str
    is_word: bool
    spellings: tuple[str, ...] = ()
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Needle:
    """Something to mark in a text: the first of `spellings` groups of which any string occurs.

    Each group is tried in turn: the literal and its synonyms before the parts of a word.
    """

    groups: tuple[tuple[str, ...], ...]


def placed(synonyms: Iterable[str]) -> tuple[Placed, ...]:
    """Return some synonyms, each in the field where it is looked up."""
    return tuple((field_of_synonym(one), one) for one in synonyms)


def matching(word: Word) -> tuple[Placed, ...]:
    """Return the strings of which any makes a word match."""
    literals = (word.folded, *word.alternatives)
    return (*(("grams", literal) for literal in literals), *placed(word.equals()))


def in_text(word: Word) -> tuple[Placed, ...]:
    """Return the strings of which any says that the text itself mentions a word."""
    return (*matching(word), *placed(word.nears()))


def above_text(word: Word) -> tuple[Placed, ...]:
    """Return the strings of which any says that titles or headings mention a word."""
    return (("title_grams", word.folded), ("path_grams", word.folded))


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
        grams = leaf.grams if isinstance(leaf, Plain) else ()
        for gram in grams or chain.from_iterable(grams_of(word.folded) for word in words):
            terms[Term(gram, is_word=False)] = None
        for word in words:
            if isinstance(word, Word):
                terms |= dict.fromkeys(_terms_of(word))
    return tuple(terms)


def grams_of(folded: str) -> Iterator[str]:
    """Yield the characters of a folded string, then its pairs of characters.

    >>> list(grams_of("公安局"))
    ['公', '安', '局', '公安', '安局']
    """
    yield from folded
    yield from map(str.__add__, folded, folded[1:])


def _terms_of(word: Word) -> Iterator[Term]:
    """Yield the terms of a word beyond its grams; its synonyms weigh what its own grams do."""
    for part in word.parts:
        yield Term(part, is_word=True)
    grams = float(2 * len(word.folded) - 1)
    if equals := word.equals():
        yield Term(word.folded, is_word=False, spellings=equals, weight=grams)
    if nears := word.nears():
        yield Term(word.folded, is_word=False, spellings=nears, weight=NEAR_WEIGHT * grams)


def needles_of(node: Node) -> tuple[Needle, ...]:
    """Return what to mark in a hit of this question."""
    needles: dict[Needle, None] = {}
    for leaf in leaves_of(node):
        match leaf:
            case Phrase(folded):
                needles[Needle(((folded,),))] = None
            case Plain(words, literal):
                if len(words) > 1 or leaf.spellings:
                    spellings = (one.folded for one in leaf.spellings)
                    needles[Needle(((literal, *spellings),))] = None
                for word in words:
                    needles[_needle_of(word)] = None
            case Word():
                needles[_needle_of(leaf)] = None
    return tuple(needles)


def _needle_of(word: Word) -> Needle:
    parts = tuple(part for part in word.parts if part != word.folded)
    groups = ((word.folded, *word.alternatives, *word.equals()), word.nears(), parts)
    return Needle(tuple(group for group in groups if group))
