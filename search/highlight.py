"""Snippets (摘录): which part of a hit to show, and what to mark in it.

Marks are found in the search form of the text and led back to the stored text through its offset
map, so a mark lands on `㈠`, on full-width letters and across removed spaces. Markup is made in the
web pages.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from corpus.model import Span
from corpus.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from search.terms import Needle

SHOWN_WHOLE = 300
SHOWN_OF_LONGER = 220
MOST_MARKS = 400
_ELLIPSIS = "…"
_SENTENCE_ENDS = frozenset("。！？；!?;\n")
_CLAUSE_ENDS = frozenset("，、：,:")
_CLOSING_MARKS = frozenset("”’」』）)》〉")


@dataclass(frozen=True, slots=True)
class Snippet:
    """A piece of text and the ranges in it to mark: sorted, disjoint, non-empty."""

    text: str
    marks: tuple[Span, ...] = ()


def snippet_of(
    text: str,
    needles: Iterable[Needle | str],
    *,
    whole: int = SHOWN_WHOLE,
    length: int = SHOWN_OF_LONGER,
) -> Snippet:
    """Return a text of at most `whole` characters as it is, a longer one around its densest marks.

    A needle given as a string is one literal in search form.

    >>> snippet_of("㈠加强网络 监管。", ["(一)加强", "网络监管"])
    Snippet(text='㈠加强网络 监管。', marks=(Span(start=0, end=8),))
    """
    marks = find_marks(text, needles)
    if len(text) <= whole:
        return Snippet(text, marks)
    start, end = _window(text, marks, length)
    shown = text[start:end]
    before = _ELLIPSIS if text[:start].strip() else ""
    after = _ELLIPSIS if text[end:].strip() else ""
    shift = len(before) - start
    kept = (Span(max(mark.start, start), min(mark.end, end)) for mark in marks)
    return Snippet(
        f"{before}{shown}{after}",
        tuple(Span(a + shift, b + shift) for a, b in kept if a < b),
    )


def find_marks(text: str, needles: Iterable[Needle | str]) -> tuple[Span, ...]:
    """Return where the needles stand in a text: sorted, with touching ranges merged."""
    folded = fold(text)
    found: list[tuple[int, int]] = []
    for needle in needles:
        groups = ((needle,),) if isinstance(needle, str) else needle.groups
        for group in groups:
            places = [place for literal in group for place in _places(folded.text, literal)]
            if places:
                found += places
                break
    # Merged twice: places apart in the search form may be parts of one character of the text.
    return _merged([folded.span(start, end) for start, end in _merged(found)])


def _places(folded: str, literal: str) -> Iterator[tuple[int, int]]:
    place = folded.find(literal) if literal else -1
    count = 0
    while place >= 0 and count < MOST_MARKS:
        yield place, place + len(literal)
        count += 1
        place = folded.find(literal, place + len(literal))


def _merged(ranges: Sequence[tuple[int, int]]) -> tuple[Span, ...]:
    if not ranges:
        return ()
    merged: list[Span] = []
    first, last = -1, -1
    for start, end in sorted(ranges):
        if start > last:
            if last >= 0:
                merged.append(Span(first, last))
            first, last = start, end
        elif end > last:
            last = end
    return (*merged, Span(first, last))


def _window(text: str, marks: Sequence[Span], length: int) -> tuple[int, int]:
    """Return the range to show: whole sentences around the densest marks where they fit."""
    if not marks:
        return 0, _good_end(text, 0, length)
    first, last = _densest(text, marks, length)
    core_start, core_end = marks[first].start, min(marks[last].end, marks[first].start + length)
    slack = length - (core_end - core_start)
    start = _good_start(text, core_start, slack)
    end = _good_end(text, start, max(length, core_end - start), least=core_end)
    if end - start < length and end == len(text):  # room left at the end: show more before
        start = _good_start(text, start, length - (end - start))
    return start, end


def _densest(text: str, marks: Sequence[Span], length: int) -> tuple[int, int]:
    """Return the first and last mark of the run with most different strings, then most marks."""
    starts = [mark.start for mark in marks]
    best = (0, 0)
    chosen = (0, 0)
    for first, mark in enumerate(marks):
        last = max(first, bisect_left(starts, mark.start + length) - 1)
        while last > first and marks[last].end > mark.start + length:
            last -= 1
        inside = marks[first : last + 1]
        worth = (len({text[one.start : one.end] for one in inside}), len(inside))
        if worth > best:
            best, chosen = worth, (first, last)
    return chosen


def _ends(text: str, signs: frozenset[str]) -> list[int]:
    """Return the places right behind the signs, closing quotes and brackets included."""
    places: list[int] = []
    for place, sign in enumerate(text):
        if sign in signs:
            behind = place + 1
            while behind < len(text) and text[behind] in _CLOSING_MARKS:
                behind += 1
            places.append(behind)
    return places


def _good_start(text: str, core: int, slack: int) -> int:
    """Return where to begin before `core`, at most `slack` characters earlier."""
    earliest = max(0, core - slack)
    if not earliest:
        return 0
    sentences = _ends(text[:core], _SENTENCE_ENDS)
    place = bisect_left(sentences, earliest)
    if place < len(sentences):
        return min(core, sentences[place])
    clauses = _ends(text[:core], _CLAUSE_ENDS)
    place = bisect_left(clauses, core - slack // 2)
    return clauses[place] if place < len(clauses) else max(earliest, core - slack // 2)


def _good_end(text: str, start: int, length: int, *, least: int = 0) -> int:
    """Return where to end: behind a sentence, else a clause, within `length` of `start`."""
    latest = start + length
    if latest >= len(text):
        return len(text)
    for signs in (_SENTENCE_ENDS, _CLAUSE_ENDS):
        ends = _ends(text[:latest], signs)
        place = bisect_right(ends, latest) - 1
        if place >= 0 and ends[place] >= max(least, start + length // 2):
            return ends[place]
    return latest
