"""Where a quotation stands in a library (引文查找), or what comes closest to it.

The engine finds what may hold it: the quotation literally, its longest clauses literally, and the
paragraphs that share most with it. Whether one does is decided on the texts themselves.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from corpus.model import Span
from corpus.text import fold, fold_text
from search.likeness import Bare, bare_text, closest_part, cuts_number, plain_text
from search.query import Sort, Unit
from search.requests import SearchRequest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from corpus.library import Library
    from search.everything import Everything
    from search.results import Hit

CHANGED_FROM: Final = 0.7  # below this, a paragraph says something else
SHOWN_FROM: Final = 0.5  # below this, it is no use to show it
_MOST_HOLDING: Final = 300  # paragraphs that hold a quotation: boilerplate stands in many
_MOST_CLOSE: Final = 20
_LITERAL: Final = 3_000  # characters of a quotation the engine is asked for
_SENTENCE: Final = 400
_CLAUSES: Final = 3
_ELLIPSES: Final = re.compile(r"…{1,6}|\.{3,6}|\[…\]")
_SHORTEST_PIECE: Final = 4  # bare characters between ellipses


@dataclass(frozen=True, slots=True)
class Likely:
    """A text of the library (段落或标题) beside a quotation, with the passage that is like it."""

    hit: Hit
    text: str
    passage: Span
    alike: float
    exact: bool = False
    bare_equal: bool = False
    note: str = ""


def is_part_of(likely: Likely) -> bool:
    """Tell whether a text is close enough to be what was quoted, with other words."""
    return likely.alike >= CHANGED_FROM


class QuotationFinder:
    """Finds quotations in one library."""

    def __init__(self, library: Library, find_all: Callable[[SearchRequest], Everything]) -> None:
        self._library = library
        self._find_all = find_all

    def find(self, quotation: str) -> tuple[Likely, ...]:
        """Return where a quotation stands, every place alike; else the one closest text, if any.

        Raises:
            IndexerError: there is no usable index.
        """
        if not bare_text(quotation):
            return ()
        folded = fold_text(quotation)
        holding = tuple(self._literal(folded[:_LITERAL], _MOST_HOLDING))
        exact = tuple(filter(None, (_exact(quotation, hit, hit.text) for hit in holding)))
        if exact:
            return exact
        headed = tuple(self._headings(quotation, folded))
        if headed and headed[0].exact:
            return headed
        close = {hit.id: hit for hit in (*holding, *self._close(quotation))}
        same = tuple(filter(None, (_bare_equal(quotation, hit) for hit in close.values())))
        same = same or tuple(filter(None, (_elided(quotation, hit) for hit in close.values())))
        if same or headed:
            return same or headed
        return tuple(_closest(quotation, close.values()))

    def _literal(self, folded: str, most: int) -> Iterator[Hit]:
        found = self._find_all(SearchRequest(q=f'"{folded}"', expand=()))
        yield from found.hits(found.matches[:most])

    def _headings(self, quotation: str, folded: str) -> Iterator[Likely]:
        """Yield the headings that hold a quotation, each at its first paragraph."""
        if len(folded) > _SENTENCE or len(folded) < 2:  # noqa: PLR2004  a pair of characters
            return
        found = self._find_all(SearchRequest(q=f'章节:"{folded}"', expand=(), sort=Sort.DOCUMENT))
        seen: set[tuple[str, str]] = set()
        wanted, bare = plain_text(quotation), bare_text(quotation)
        likely = []
        for hit in found.hits(found.matches[:_MOST_HOLDING]):
            for heading in (*hit.headings, hit.run_in_heading):
                if not bare or bare not in bare_text(heading) or (hit.circular, heading) in seen:
                    continue
                seen.add((hit.circular, heading))
                exact = wanted in plain_text(heading)
                whole = Span(0, len(heading))
                likely.append(Likely(hit, heading, whole, 1.0, exact=exact, bare_equal=True))
        yield from sorted(likely, key=lambda one: not one.exact)

    def _close(self, quotation: str) -> Iterator[Hit]:
        """Yield the paragraphs that may be what was quoted, with other signs or words."""
        for clause in _clauses_of(quotation):
            yield from self._literal(clause, _MOST_CLOSE)
        asked = SearchRequest(q=bare_text(quotation)[:_SENTENCE], expand=(), unit=Unit.PARAGRAPH)
        found = self._find_all(asked)
        yield from found.hits(found.matches[:_MOST_CLOSE])


def _clauses_of(quotation: str) -> list[str]:
    """Return the longest stretches without punctuation, folded."""
    folded = fold(quotation).text
    pieces = {piece for piece in re.split(r"[^\w%‰·]+", folded) if len(piece) > 1}
    return sorted(pieces, key=lambda piece: (-len(piece), piece))[:_CLAUSES]


def _exact(quotation: str, hit: Hit, text: str) -> Likely | None:
    """Return the place where a text holds a quotation sign by sign; white space does not count."""
    wanted, held = plain_text(quotation), plain_text(text)
    at = held.find(wanted)
    if at < 0:
        return None
    places = [place for place, sign in enumerate(text) if plain_text(sign)]
    passage = Span(places[at], places[at + len(wanted) - 1] + 1)
    return Likely(hit, text, passage, 1.0, exact=True, bare_equal=True)


def _bare_equal(quotation: str, hit: Hit) -> Likely | None:
    """Return the place where a text differs from a quotation by punctuation and width alone."""
    wanted, held = bare_text(quotation), Bare(hit.text)
    at = _place_in(wanted, held.text)
    if at < 0:
        return None
    passage = held.span(at, at + len(wanted))
    shown = plain_text(hit.text[passage.start : passage.end])
    note = ""
    if _han_of(shown) != _han_of(plain_text(quotation)):
        note = "繁体、简体或异体字写法不同。"
    return Likely(hit, hit.text, passage, 1.0, bare_equal=True, note=note)


def _han_of(text: str) -> str:
    return "".join(sign for sign in text if "\u3400" <= sign <= "\u9fff")


def _place_in(wanted: str, held: str, start: int = 0) -> int:
    """Return where bare text stands, never inside a number; -1 where it does not."""
    at = held.find(wanted, start)
    while at >= 0 and cuts_number(held, at, at + len(wanted)):
        at = held.find(wanted, at + 1)
    return at


def _elided(quotation: str, hit: Hit) -> Likely | None:
    """Return the passage that holds a quotation's pieces one after another (省略)."""
    pieces = [bare_text(piece) for piece in _ELLIPSES.split(quotation)]
    if len(pieces) < 2 or any(len(piece) < _SHORTEST_PIECE for piece in pieces):  # noqa: PLR2004
        return None
    held = Bare(hit.text)
    ranges: list[tuple[int, int]] = []
    for piece in pieces:
        at = _place_in(piece, held.text, ranges[-1][1] if ranges else 0)
        if at < 0:
            return None
        ranges.append((at, at + len(piece)))
    passage = held.span(ranges[0][0], ranges[-1][1])
    note = "引文有省略号，省略号前后的文字依次见于该段。"
    return Likely(hit, hit.text, passage, 1.0, bare_equal=True, note=note)


def _closest(quotation: str, hits: Iterable[Hit]) -> Iterator[Likely]:
    """Yield the text that is most like a quotation, if any is like it at all."""
    wanted = bare_text(quotation)
    best: Likely | None = None
    for hit in hits:
        held = Bare(hit.text)
        part = closest_part(wanted, held.text, least=max(SHOWN_FROM, best.alike if best else 0.0))
        if part.alike > (best.alike if best else 0.0):
            best = Likely(hit, hit.text, held.span(part.start, part.end), min(part.alike, 0.999))
    if best is not None:
        yield best
