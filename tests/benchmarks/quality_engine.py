"""This program as the benchmark asks it: records, index, typed line, engine; nothing special."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from corpus.model import Circular
from corpus.region import find_region
from corpus.text import fold_text
from indexer.analyzer import default_analyzer
from indexer.build_records import grams_apart, regions_of
from indexer.grams import Grams, grams
from indexer.records import Record, Unit
from indexer.whoosh_writer import RecordWriter
from search.errors import QuestionError
from search.query import Page, Query
from search.synonyms import Expander
from search.syntax import parse_query
from search.whoosh_engine import WhooshEngine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from search.engine import Engine
    from tests.benchmarks.quality_sets import Passage, QuestionSet


def build_ours(questions: QuestionSet, folder: Path) -> None:
    """Write the index of a set's passages into an empty folder."""
    writer = RecordWriter(folder)
    for record in records_of_passages(questions.passages):
        writer.add(record)
    writer.commit()


def open_ours(folder: Path, depth: int) -> Callable[[str], list[int]]:
    """Return a function from a typed line to passage numbers, best first."""
    return asking(WhooshEngine(folder), depth)


def asking(engine: Engine, depth: int) -> Callable[[str], list[int]]:
    """Return a function from a typed line to the numbers of the passages that an engine finds."""
    expander = Expander()

    def ask(line: str) -> list[int]:
        try:
            root = parse_query(line, expand=expander).root
        except QuestionError:
            return []
        matches = engine.search(Query(root, unit=Unit.PARAGRAPH, page=Page(0, depth)))
        return [int(match.id.rpartition("_")[2]) for match in matches.hits]

    return ask


def records_of_passages(passages: tuple[Passage, ...]) -> Iterator[Record]:
    """Yield the record of each passage."""
    analyzer = default_analyzer()
    regions = _regions_of(passages)
    order = 0
    for number, passage in enumerate(passages):
        first = number == 0 or passages[number - 1].doc != passage.doc
        order = 0 if first else order + 1
        # A circular's id is what an address can hold.
        circular = hashlib.sha256(passage.doc.encode()).hexdigest()[:16]
        yield Record(
            id=f"{circular}/p_{number}",
            unit=Unit.PARAGRAPH,
            circular=circular,
            number="",
            order=number,
            date=0,
            words=analyzer.words(passage.text),
            grams=grams(fold_text(passage.text)),
            title_grams=grams_apart((passage.name,)),
            path_grams=Grams(),
            assignments=(),
            issuer=(),
            region=regions[passage.doc],
            year=(),
            kind=(),
        )


def _regions_of(passages: tuple[Passage, ...]) -> dict[str, tuple[str, ...]]:
    """Return the regions of each document, found the way those of a circular are."""
    names = {passage.doc: passage.name for passage in passages}
    found = {doc: find_region((), name, None, {}, name) for doc, name in names.items()}
    return {
        doc: regions_of(Circular(title=names[doc], region=region.name, region_code=region.code))
        for doc, region in found.items()
    }
