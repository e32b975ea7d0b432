"""Measures like another one (相似措施): the index proposes, shared pairs of characters decide."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from corpus.model import measures_of
from corpus.text import fold_text
from indexer.analyzer import default_analyzer
from indexer.records import Unit
from search.engine import SENTENCE_MATCHES
from search.hits import hits_of, place_of
from search.likeness import ALIKE_FROM, bare_text, grams_of, overlap
from search.query import Page, Plain, Query, Word
from search.words import MOST_WORDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from corpus.library import Library
    from search.engine import Engine
    from search.results import Hit

LONGEST_LITERAL = 200  # enough of a text to find those that say the same


@dataclass(frozen=True, slots=True)
class SimilarMeasure:
    """A measure (or paragraph) like another one; `likeness` is 1 where both say the same."""

    hit: Hit
    likeness: float


def similar_measures(
    text: str,
    engine: Engine,
    library: Library,
    label: Callable[[str], str],
    *,
    outside: str = "",
    unit: Unit = Unit.MEASURE,
    limit: int = 10,
) -> tuple[SimilarMeasure, ...]:
    """Return the measures most like a text, most alike first; those of circular `outside` not."""
    root = _question_of(text)
    if root is None:
        return ()
    matches = engine.search(Query(root, unit=unit, page=Page(0, SENTENCE_MATCHES))).hits
    others = [match for match in matches if place_of(match.id)[0] != outside]
    wanted = bare_text(text)
    grams = grams_of(wanted)
    found = []
    for hit in hits_of(others, library, (), label):
        bare = bare_text(hit.text)
        alike = 1.0 if bare == wanted else overlap(grams, grams_of(bare))
        if alike >= ALIKE_FROM:
            found.append(SimilarMeasure(hit, alike))
    found.sort(key=lambda one: -one.likeness)  # ties stay in the order of the engine
    return tuple(found[:limit])


def text_of(library: Library, circular: str, eid: str) -> str:
    """Return the text of a paragraph or measure; "" where the library has none of that name."""
    paragraph_id = place_of(f"{circular}/{eid}")[2]
    stored = library.paragraphs([(circular, paragraph_id)]).get((circular, paragraph_id))
    if stored is None:
        return ""
    if eid == paragraph_id:
        return stored.paragraph.text
    return next((one.text for one in measures_of(stored.paragraph) if one.id == eid), "")


def _question_of(text: str) -> Plain | None:
    """Return a text as a sentence to be searched by its content words, the longest of them."""
    folded = fold_text(text)
    parts = default_analyzer().parts(folded)
    chosen = sorted(parts, key=len, reverse=True)[:MOST_WORDS]
    if not chosen:
        return None
    pairs = (pair for word in chosen for pair in map(str.__add__, word, word[1:]))
    words = tuple(Word(word, (word,)) for word in chosen)
    return Plain(words, folded[:LONGEST_LITERAL], tuple(dict.fromkeys(pairs)), sentence=True)
