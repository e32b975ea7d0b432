"""Help with typing (提示): completions of a beginning, and the line that was perhaps meant.

A line that finds nothing is compared with the index's own text: the paragraphs that share most
characters with a word that nothing holds are looked through for the string nearest to it.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import TYPE_CHECKING

from pypinyin import Style, lazy_pinyin
from rapidfuzz.distance import Levenshtein
from rapidfuzz.fuzz import partial_ratio_alignment

from corpus.text import fold_text
from search.hits import place_of
from search.query import Filters, Page, Phrase, Plain, Query, Word
from search.results import Mended

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from corpus.library import Library
    from search.engine import Engine
    from search.query import Node

MOST_SUGGESTIONS = 10
LONGEST_BEGINNING = 60
SHORTEST_MENDED = 3
LONGEST_MENDED = 20
MOST_MENDED = 3  # words of one line
LOOKED_THROUGH = 30  # paragraphs
_ONE_ERROR = 5  # words up to this long may hold one wrong character, longer ones two


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Something the reader may have been about to type; `kind` is agency, title or term."""

    kind: str
    text: str
    value: str = ""  # an agency's id, a circular's id


class Completions:
    """What can be completed in one state of a library."""

    def __init__(
        self,
        agencies: Iterable[tuple[str, str, tuple[str, ...]]],
        titles: Iterable[tuple[str, str]],
    ) -> None:
        """`agencies` are (id, label, other names), most frequent first; `titles` (id, title)."""
        self._agencies = [
            (agency, label, tuple(map(fold_text, (label, *names))), _initials(label))
            for agency, label, names in agencies
        ]
        self._titles = [(circular, title) for circular, title in titles if title]
        # One text: to look through it takes a hundredth of what looking through each title does.
        forms = [fold_text(title).replace("\n", " ") for _, title in self._titles]
        self._text = "\n".join(forms)
        self._starts = list(accumulate((len(form) + 1 for form in forms), initial=0))

    def suggest(self, beginning: str, words: Sequence[str] = ()) -> tuple[Suggestion, ...]:
        """Return completions: agencies first, then terms of the index, then titles."""
        folded = fold_text(beginning[:LONGEST_BEGINNING])
        if not folded:
            return ()
        agencies = [Suggestion("agency", label, agency) for agency, label in self._named(folded)]
        terms = [Suggestion("term", word) for word in words if word != folded]
        titles = [Suggestion("title", title, circular) for circular, title in self._holding(folded)]
        third = MOST_SUGGESTIONS // 3
        kept = [*agencies[: third + 1], *terms[:third]]
        return tuple([*kept, *titles][:MOST_SUGGESTIONS])

    def find_titles(self, folded: str) -> tuple[tuple[str, str], ...]:
        """Return (id, title) of the circulars whose title holds a folded string."""
        return tuple(self._holding(folded))

    def _holding(self, folded: str) -> Iterator[tuple[str, str]]:
        """Yield (id, title) of the titles that hold a folded string, in their order."""
        place = self._text.find(folded) if folded and "\n" not in folded else -1
        while place >= 0:
            number = bisect_right(self._starts, place) - 1
            yield self._titles[number]
            place = self._text.find(folded, self._starts[number + 1])

    def _named(self, folded: str) -> Iterator[tuple[str, str]]:
        behind: list[tuple[str, str]] = []
        for agency, label, names, initials in self._agencies:
            if any(name.startswith(folded) for name in names) or initials.startswith(folded):
                yield agency, label
            elif any(folded in name for name in names):
                behind.append((agency, label))
        yield from behind


def _initials(label: str) -> str:
    return "".join(lazy_pinyin(label, style=Style.FIRST_LETTER)).lower()


def mend_line(line: str, query: Query, engine: Engine, library: Library) -> Mended | None:
    """Return the line with words nothing holds put right by the texts, if that finds anything."""
    root = query.root
    if not isinstance(root, Plain):
        return None
    unfiltered = replace(query, filters=Filters(), page=Page(0, 0))
    mended, words = line, list(root.words)
    tried = 0
    for place, word in enumerate(words):
        if not SHORTEST_MENDED <= len(word.folded) <= LONGEST_MENDED or word.folded not in mended:
            continue
        if any(map(str.isdigit, word.folded)):  # another number is no slip of the pen
            continue
        if engine.search(replace(unfiltered, root=Phrase(word.folded))).total:
            continue
        tried += 1
        nearest = _nearest(word.folded, unfiltered, engine, library)
        if not nearest or tried > MOST_MENDED:
            return None
        mended = mended.replace(word.folded, nearest)
        words[place] = Word(nearest, (nearest,))
    if mended == line:
        return None
    literal = "".join(word.folded for word in words)
    whole: Node = Plain(tuple(words), literal)
    total = engine.search(replace(unfiltered, root=whole)).total
    return Mended(mended, total) if total else None


def _nearest(word: str, query: Query, engine: Engine, library: Library) -> str:
    """Return the string of the texts that differs least from a word, "" where all differ much."""
    pairs = tuple(Word(pair) for pair in dict.fromkeys(map(str.__add__, word, word[1:])))
    alike = Plain(pairs, word, sentence=True)
    matches = engine.search(replace(query, root=alike, page=Page(0, LOOKED_THROUGH))).hits
    places = [
        (circular, paragraph) for circular, _, paragraph in map(place_of, (m.id for m in matches))
    ]
    held = library.paragraphs(tuple(dict.fromkeys(places)))
    allowed = 1 if len(word) <= _ONE_ERROR else 2
    best, least = "", allowed + 1
    for place in dict.fromkeys(places):
        if place not in held:
            continue
        text = fold_text(held[place].paragraph.text)
        found = partial_ratio_alignment(word, text)
        if found is None:
            continue
        for start in (found.dest_start - 1, found.dest_start):
            for length in (len(word), len(word) - 1, len(word) + 1):
                window = text[max(0, start) : max(0, start) + length]
                errors = Levenshtein.distance(word, window, score_cutoff=allowed)
                if errors < least and window and all(map(str.isalnum, window)):
                    best, least = window, errors
    return best
