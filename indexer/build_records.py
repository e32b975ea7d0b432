"""Circular → records: every paragraph (段), then every measure (措施), cut into tokens once."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from corpus.model import measures_of
from corpus.places import ancestors
from corpus.text import fold_text
from indexer.grams import Grams, grams
from indexer.records import Record, Unit

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from corpus.model import Assignment, Circular, Measure, Paragraph
    from indexer.analyzer import Analyzer

_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
# A plan covers five years, an outline fifteen; what is longer was misread.
_LONGEST_PERIOD = 30


def records_of(circular_id: str, circular: Circular, analyzer: Analyzer) -> list[Record]:
    """Return the records of a circular: its paragraphs in order, then its measures in order.

    `order` counts paragraphs and measures apart, each from 0. A paragraph carries the assignments
    of all its groups, a measure those of its own group only.
    """
    maker = _RecordMaker(circular_id, circular, analyzer)
    measures = (measure for paragraph in circular.paragraphs for measure in measures_of(paragraph))
    records = [maker.of_paragraph(order, each) for order, each in enumerate(circular.paragraphs)]
    records += [maker.of_measure(order, each) for order, each in enumerate(measures)]
    return records


class _RecordMaker:
    """Holds what all records of one circular share."""

    def __init__(self, circular_id: str, circular: Circular, analyzer: Analyzer) -> None:
        self._circular_id = circular_id
        self._analyzer = analyzer
        self._number = "" if circular.number is None else str(circular.number)
        self._date = date_of(circular)
        self._year = year_of(circular)
        self._region = regions_of(circular)
        self._issuer = _distinct(circular.issuers)
        self._kind = _distinct((circular.kind, circular.inner_kind))
        self._title_grams = grams_apart((circular.title, *circular.inner_titles))
        # Neighbours share their headings, and a measure is often its whole paragraph.
        self._path_grams: dict[tuple[str, ...], Grams] = {}
        self._cuts: dict[str, tuple[tuple[str, ...], Grams]] = {}

    def _cut(self, text: str) -> tuple[tuple[str, ...], Grams]:
        if text not in self._cuts:
            folded = fold_text(text)
            self._cuts[text] = self._analyzer.words_of_folded(folded), grams(folded)
        return self._cuts[text]

    def _grams_of_path(self, path: tuple[str, ...]) -> Grams:
        if path not in self._path_grams:
            self._path_grams[path] = grams_apart(path)
        return self._path_grams[path]

    def of_paragraph(self, order: int, paragraph: Paragraph) -> Record:
        return self._record(
            Unit.PARAGRAPH,
            paragraph.id,
            order,
            text=paragraph.text,
            paragraph=paragraph,
            assignments=assignments_of(paragraph.groups),
        )

    def of_measure(self, order: int, measure: Measure) -> Record:
        return self._record(
            Unit.MEASURE,
            measure.id,
            order,
            text=measure.text,
            paragraph=measure.paragraph,
            assignments=assignments_of((measure.assignment,)),
        )

    def _record(
        self,
        unit: Unit,
        eid: str,
        order: int,
        *,
        text: str,
        paragraph: Paragraph,
        assignments: tuple[tuple[str, str, str], ...],
    ) -> Record:
        words, text_grams = self._cut(text)
        return Record(
            id=f"{self._circular_id}/{eid}",
            unit=unit,
            circular=self._circular_id,
            number=self._number,
            order=order,
            date=self._date,
            words=words,
            grams=text_grams,
            title_grams=self._title_grams,
            path_grams=self._grams_of_path((*paragraph.headings, paragraph.run_in_heading)),
            assignments=assignments,
            issuer=self._issuer,
            region=self._region,
            year=self._year,
            kind=self._kind,
            section=sections_of(paragraph.path),
        )


def sections_of(path: Sequence[int]) -> tuple[str, ...]:
    """Return a section path and those above it, outermost first.

    >>> sections_of((4, 6, 1))
    ('4', '4/6', '4/6/1')
    """
    return tuple("/".join(map(str, path[:depth])) for depth in range(1, len(path) + 1))


def assignments_of(groups: Iterable[Assignment]) -> tuple[tuple[str, str, str], ...]:
    """Return the distinct (agency id, line, role) of some groups, in order of appearance."""
    return tuple(
        dict.fromkeys(
            (member.agency_id, member.line, member.role.value)
            for group in groups
            for member in group.members
            if member.agency_id
        )
    )


def date_of(circular: Circular) -> int:
    """Return the circular's date as yyyymmdd: signed, else printed, else published, else 0."""
    day = circular.date_signed or circular.date_printed or circular.date_published
    return 0 if day is None else day.year * 10_000 + day.month * 100 + day.day


def year_of(circular: Circular) -> tuple[str, ...]:
    """Return the year of the circular's date, else the years that it covers.

    >>> from corpus.model import Circular
    >>> year_of(Circular(period="2018—2020"))
    ('2018', '2019', '2020')
    """
    date = date_of(circular)
    if date:
        return (str(date // 10_000),)
    years = [int(year) for year in _YEAR.findall(circular.period[:20])]
    if not years or not 0 <= years[-1] - years[0] <= _LONGEST_PERIOD:
        return tuple(map(str, years[:1]))
    return tuple(map(str, range(years[0], years[-1] + 1)))


def regions_of(circular: Circular) -> tuple[str, ...]:
    """Return the circular's region and the regions it lies in, nearest first."""
    return _distinct((circular.region, *(place.name for place in ancestors(circular.region_code))))


def grams_apart(texts: Sequence[str]) -> Grams:
    """Return the grams of several texts in one field, far enough apart that no string crosses.

    >>> list(grams_apart(("总则", "附则")))
    [('总', 0), ('总则', 0), ('则', 1), ('附', 4), ('附则', 4), ('则', 5)]
    """
    return grams(*map(fold_text, _distinct(texts)))


def _distinct(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value))
