"""Scores are sums of whole points, however they are added up; the first hits are the best."""

from __future__ import annotations

import gc
import weakref
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer.grams import grams
from indexer.records import Unit
from indexer.whoosh_reader import IndexReader
from indexer.whoosh_writer import RecordWriter
from search import ordering, scoring
from search.engine import GRAM_WEIGHTS, K1, SCORE_POINTS, WORD_WEIGHT, B, idf_of
from search.execution import Execution
from search.ordering import first_by
from search.query import Phrase, Query
from search.terms import Term
from search.whoosh_engine import WhooshEngine
from tests.libraries import BARE_RECORD

if TYPE_CHECKING:
    from indexer.records import Record

ALPHABET = "侵权假冒市一"
drawn = st.lists(
    st.tuples(st.text(ALPHABET, max_size=30), st.text(ALPHABET, max_size=4)),
    min_size=1,
    max_size=40,
)
terms = st.lists(
    st.builds(
        Term,
        st.text(ALPHABET, min_size=1, max_size=2),
        st.booleans(),
        spellings=st.just(()),
        weight=st.sampled_from((1.0, 0.3, 5.0)),
    ),
    min_size=1,
    max_size=8,
    unique=True,
).map(tuple)


def record_of(order: int, text: str, title: str) -> Record:
    return replace(
        BARE_RECORD,
        id=f"{BARE_RECORD.circular}/p_{order}",
        order=order,
        words=tuple(text[at : at + 2] for at in range(0, len(text), 2)),
        grams=grams(text),
        title_grams=grams(title),
    )


def held(record: Record, field: str) -> list[str]:
    tokens = getattr(record, field)
    return list(tokens) if field == "words" else [gram for gram, _ in tokens]


def score_of(record: Record, asked: tuple[Term, ...], records: list[Record]) -> int:
    """Return the formula of the port in points, spelled once more."""
    score = 0
    for term in asked:
        fields = ["words"] if term.is_word else list(GRAM_WEIGHTS)
        all_held = [[token for field in fields for token in held(each, field)] for each in records]
        own = all_held[records.index(record)]
        weight = WORD_WEIGHT if term.is_word else 1.0  # that of every gram field
        if tf := weight * own.count(term.text):
            norm = 1 - B + B * len(own) / (sum(map(len, all_held)) / len(records))
            idf = idf_of(sum(term.text in each for each in all_held), len(records))
            score += round(term.weight * (idf * tf * (K1 + 1) / (tf + K1 * norm)) * SCORE_POINTS)
    return score


@settings(max_examples=80, deadline=None)
@given(
    drawn,
    drawn,
    terms,
    st.tuples(st.sampled_from((0, 0.5, 10**9)), st.sampled_from((0, 0.5, 2))),
    st.tuples(st.sampled_from((0, 1, 2, 10**9)), st.integers(1, 3)),
)
def test_scores_are_those_of_the_formula_whichever_way(stated, measures, asked, ways, asking):
    few, many = ways
    most, step = asking
    records = [record_of(order, text, title) for order, (text, title) in enumerate(stated)]
    of_other_unit = [
        replace(record_of(order, text, title), unit=Unit.MEASURE)
        for order, (text, title) in enumerate(measures, start=100)
    ]
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(scoring, "_MANY", many)
        patch.setattr(scoring, "_MOST", most)
        writer = RecordWriter(Path(folder))
        for record in (*records, *of_other_unit):
            writer.add(record)
        writer.commit()
        reader = IndexReader(Path(folder))
        scores = Execution(reader).scores[Unit.PARAGRAPH]
        everything = np.arange(len(records))
        docs = everything[::step]

        patch.setattr(scoring, "_FEW", few)
        found = scores.of(asked, docs).take(docs).tolist()
        patch.setattr(scoring, "_FEW", 10**9)
        whole = scores.of(asked, everything).take(everything).tolist()  # now all terms are kept
        patch.setattr(scoring, "_FEW", few)
        again = scores.of(asked, docs).take(docs).tolist()
        reader.close()

    expected = [score_of(record, asked, records) for record in records]
    assert whole == expected
    assert found == again == expected[::step]


def test_an_engine_that_is_closed_goes_at_once(tmp_path):
    writer = RecordWriter(tmp_path)
    writer.add(record_of(0, "侵权假冒", ""))
    writer.commit()
    engine = WhooshEngine(IndexReader(tmp_path))
    engine.search(Query(Phrase("侵权")))
    held = [weakref.ref(engine._execution), weakref.ref(engine._reader)]

    gc.disable()  # it would come late: what numpy and maps hold does not hurry it
    try:
        engine.close()
        del engine
        assert [each() for each in held] == [None, None]
    finally:
        gc.enable()


def test_scores_of_any_size_add_up(tmp_path):
    writer = RecordWriter(tmp_path)
    for order in range(40):
        writer.add(record_of(order, "侵权假冒" if order % 20 else "假冒", ""))
    writer.commit()
    reader = IndexReader(tmp_path)
    scores = Execution(reader).scores[Unit.PARAGRAPH]
    one, other = (Term(text, is_word=False, weight=1e7) for text in ("侵权", "假冒"))
    docs = np.arange(reader.size)

    alone = [scores.of((term,), docs).astype(np.float64) for term in (one, other)]
    together = scores.of((one, other), docs)
    reader.close()

    assert together.max() > 2**32  # more than fits into what one of them is kept in
    assert together.tolist() == (alone[0] + alone[1]).tolist()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=60),
    st.integers(0, 65),
    st.sampled_from((1, 2, 16)),
)
def test_narrowing_gives_what_sorting_gives(monkeypatch, pairs, count, stretches):
    monkeypatch.setattr(ordering, "_STRETCHES", stretches)
    docs = np.arange(len(pairs))
    first, second = (np.array([pair[at] for pair in pairs], dtype=np.int64) for at in (0, 1))

    found = first_by([first.__getitem__, second.__getitem__, docs.__getitem__], docs, count)

    assert found.tolist() == sorted(docs.tolist(), key=lambda doc: (*pairs[doc], doc))[:count]
