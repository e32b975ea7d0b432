"""Where every character of a source went (去向): heading, paragraph, metadata, dropped, or lost."""

from __future__ import annotations

from bisect import bisect_right
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from corpus.lines import MARGIN
from corpus.model import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from corpus.model import Circular, RawCircular


class Fate(StrEnum):
    """What became of a stretch of the source."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    METADATA = "metadata"
    DROPPED = "dropped"
    BLANK = "blank"
    LOST = "lost"  # in nothing: a defect
    TWICE = "twice"  # in more than one thing: a defect


class Share(NamedTuple):
    """One stretch of the source. `detail` is its id, its field, or why it was dropped."""

    span: Span
    fate: Fate
    detail: str = ""


_IGNORED = frozenset(MARGIN)


def account(raw: RawCircular, circular: Circular) -> tuple[Share, ...]:
    r"""Return the whole source as stretches in order (逐字去向), without a gap between them.

    >>> from corpus.model import RawCircular
    >>> from corpus.structure import parse_circular
    >>> raw = RawCircular("a.txt", "关于防汛的通知\n请办理。")
    >>> [share.fate.value for share in account(raw, parse_circular(raw))]
    ['metadata', 'blank', 'paragraph']
    """
    shares: list[Share] = []
    reached = 0
    for share in sorted(_claims(circular), key=lambda one: one.span):
        start, end = share.span
        if start < reached:
            shares.append(Share(Span(start, min(end, reached)), Fate.TWICE, share.detail))
            start = reached
        if start >= end:
            continue
        shares += _between(raw.text, reached, start)
        shares.append(share._replace(span=Span(start, end)))
        reached = end
    shares += _between(raw.text, reached, len(raw.text))
    return tuple(shares)


def count_fates(raw: RawCircular, circular: Circular) -> dict[Fate, int]:
    """Return how many characters that are not blank went where (去向字数)."""
    counts: dict[Fate, int] = {}
    for span, fate, _ in account(raw, circular):
        visible = sum(not _is_blank(one) for one in raw.text[span.start : span.end])
        if visible:
            counts[fate] = counts.get(fate, 0) + visible
    return counts


def _claims(circular: Circular) -> Iterator[Share]:
    for heading in circular.headings:
        yield Share(heading.span, Fate.HEADING, heading.id)
    for paragraph in circular.paragraphs:
        yield Share(paragraph.span, Fate.PARAGRAPH, paragraph.id)
    starts = [paragraph.span.start for paragraph in circular.paragraphs]
    for evidence in circular.evidence:
        if evidence.span is not None and not _quotes(evidence.span, circular, starts):
            yield Share(evidence.span, Fate.METADATA, evidence.field)
    for dropped in circular.dropped:
        yield Share(dropped.span, Fate.DROPPED, dropped.reason)


def _quotes(span: Span, circular: Circular, starts: list[int]) -> bool:
    """Whether evidence only points at words of a paragraph: 自印发之日起施行."""
    index = bisect_right(starts, span.start) - 1
    return index >= 0 and span.end <= circular.paragraphs[index].span.end


def _between(text: str, start: int, end: int) -> list[Share]:
    if start >= end:
        return []
    blank = all(map(_is_blank, text[start:end]))
    return [Share(Span(start, end), Fate.BLANK if blank else Fate.LOST)]


def _is_blank(character: str) -> bool:
    return character.isspace() or character in _IGNORED
