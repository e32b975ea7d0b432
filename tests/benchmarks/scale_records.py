"""Invented circulars as large as real ones, as records, and the questions put to them.

Real circulars have some twenty paragraphs of 85 characters, a title of 36, headings of 14; every
twelfth paragraph says who is responsible, and has a measure. So have these, made of the invented
paragraphs of `synthetic`, which are the same in every run and for every engine.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from corpus.interchange import circular_from_json
from corpus.parsing import parse_file
from indexer.analyzer import default_analyzer
from indexer.build_records import records_of
from indexer.grams import grams
from indexer.records import Record, Unit
from search.query import Filters, Phrase, Plain, Query, Word
from tests.benchmarks.synthetic import BATCH, REGIONS, SEED, STOP_RANKS, YEARS, Corpus

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from search.query import Node
    from tests.benchmarks.synthetic import Entry

PARAGRAPHS = 20  # of one circular
MEASURE_EVERY = 12
WORD_SHARE = 0.4  # of an invented paragraph, which is longer than a real one
TITLE_WORDS, HEADING_WORDS = 18, 7
ROLES = ("lead", "support", "joint", "sole")
EACH = 5  # questions of a kind


@dataclass(frozen=True, slots=True)
class AskedQuery:
    """One question and what kind it is, in Chinese as the tables name it."""

    kind: str
    query: Query


class Simulated:
    """As many circulars as one likes; `circulars(a, b)` are those of the paragraphs a to b."""

    def __init__(self) -> None:
        self._corpus = Corpus(0)
        self._corpus.prepare()

    @property
    def words(self) -> list[str]:
        """Every word, the commonest first."""
        return self._corpus.vocabulary.words

    def entries(self, start: int, stop: int) -> Iterator[Entry]:
        """Yield paragraphs; both ends are multiples of a batch."""
        assert start % BATCH == 0
        assert stop % BATCH == 0
        for first in range(start, stop, BATCH):
            for entry in self._corpus._batch(first, BATCH):
                kept = max(3, round(WORD_SHARE * len(entry.words)))
                yield replace(entry, words=entry.words[:kept])

    def circulars(self, start: int, stop: int) -> Iterator[list[Record]]:
        """Yield the records of one circular after the other."""
        held: list[Entry] = []
        for entry in self.entries(start, stop):
            held.append(entry)
            if len(held) == PARAGRAPHS:
                yield records_of_entries(held)
                held = []


def records_of_entries(entries: list[Entry]) -> list[Record]:
    """Return the records of a circular: its paragraphs, then its measures."""
    first = entries[0]
    circular = f"c{first.number // PARAGRAPHS:07d}"
    title = grams("".join(first.words[:TITLE_WORDS]))
    records, measures = [], []
    for order, entry in enumerate(entries):
        section = str(order // 5 + 1)
        heading = "".join(entries[order // 5 * 5].words[-HEADING_WORDS:])
        assigned = entry.number % MEASURE_EVERY == 0
        record = Record(
            id=f"{circular}/p_{order + 1}",
            unit=Unit.PARAGRAPH,
            circular=circular,
            number=f"政发〔{first.year}〕{first.number // PARAGRAPHS}号",
            order=order,
            date=int(first.year) * 10_000 + 101 + first.number % 28,
            words=entry.words,
            grams=grams(entry.text),
            title_grams=title,
            path_grams=grams(heading),
            assignments=_assignments_of(entry) if assigned else (),
            issuer=(first.agencies[0],),
            region=(first.region,),
            year=(first.year,),
            kind=(("通知", "意见", "方案", "办法")[first.number // PARAGRAPHS % 4],),
            section=(section, f"{section}/{order % 5 + 1}"),
        )
        records.append(record)
        if assigned:
            place = {"order": len(measures), "unit": Unit.MEASURE}
            measures.append(replace(record, id=f"{record.id}__m_1", **place))
    return records + measures


def _assignments_of(entry: Entry) -> tuple[tuple[str, str, str], ...]:
    """Return who is responsible: one leads, the others support."""
    return tuple(
        (agency, f"条线{int(agency[-3:]) % 30:02d}", ROLES[min(place, 1)])
        for place, agency in enumerate(entry.agencies)
    )


def real_circulars(folder: Path, paragraphs: int) -> Iterator[list[Record]]:
    """Yield the records of real circulars, until they have so many paragraphs; some of every kind."""
    paths = sorted(folder.iterdir())
    np.random.default_rng(SEED).shuffle(paths)
    analyzer = default_analyzer()
    held = 0
    for number, path in enumerate(paths):
        outcome = parse_file(path.name, path.read_bytes())
        if "circular" in outcome and held < paragraphs:
            records = records_of(
                f"c{number:07d}", circular_from_json(outcome["circular"]), analyzer
            )
            held += sum(record.unit is Unit.PARAGRAPH for record in records)
            yield records


def questions_on(simulated: Simulated) -> list[AskedQuery]:
    """Return the questions, the same for every size: what they ask stands in the first paragraphs."""
    random = np.random.default_rng(SEED + 2)
    words = simulated.words
    first = [entry for entry in simulated.entries(0, BATCH) if len(entry.words) > 12]

    def ranked(low: int, high: int) -> str:
        return words[int(random.integers(low, high))]

    def some() -> Entry:
        return first[int(random.integers(len(first)))]

    def rare(entry: Entry) -> str:
        return max(entry.words, key=ranks.__getitem__)

    def words_of(entry: Entry, count: int) -> list[str]:
        distinct = list(dict.fromkeys(entry.words))
        return [distinct[at] for at in sorted(random.permutation(len(distinct))[:count].tolist())]

    ranks = {word: rank for rank, word in enumerate(words)}
    asked: list[AskedQuery] = []

    def ask(kind: str, root: Node, filters: Filters | None = None) -> None:
        asked.append(AskedQuery(kind, Query(root, filters or Filters())))

    for place in range(EACH):
        common = ranked(STOP_RANKS, 200)
        ask("常用词", plain([common]))
        ask("少用词", plain([rare(some())]))
        ask("两个词", plain([ranked(STOP_RANKS, 200), ranked(STOP_RANKS, 200)]))
        entry = some()
        start = int(random.integers(len(entry.words) - 4))
        text = "".join(entry.words[start : start + 4])
        ask("原文", Phrase(text[1:-1]))  # a literal string, whatever its words
        ticked = Filters(role=("lead",), year=YEARS[-4:], region=REGIONS[: place + 2])
        ask("常用词加筛选", plain([common]), ticked)
        ask("句子", plain(words_of(some(), 6), sentence=True))
        # As every search asks that has to say how many matches are in force (时效).
        asked.append(AskedQuery("常用词并数时效", Query(plain([common]), by_circular=True)))
    return asked


def plain(words: list[str], *, sentence: bool = False) -> Plain:
    """Return an unquoted line; the words of a sentence were cut by us."""
    each = tuple(Word(word, (word,)) for word in words)
    return Plain(each, "".join(words), sentence=sentence, spaced=not sentence and len(words) > 1)
