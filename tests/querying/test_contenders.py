"""Whoever leaves records out before scoring them exactly must never leave out one of the best."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.grams import grams
from indexer.whoosh_reader import IndexReader
from indexer.whoosh_writer import RecordWriter
from search import scoring
from search.literals import Cache, Literals
from search.ordering import first_by
from search.scoring import Scores
from search.terms import Term
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


@settings(max_examples=60, deadline=None)
@given(
    drawn,
    terms,
    st.integers(1, 10),
    st.tuples(st.sampled_from((0, 16, 10**9)), st.sampled_from((0, 2))),
    st.tuples(st.sampled_from((0, 1, 2, 10**9)), st.integers(1, 3)),
)
def test_the_best_are_among_the_contenders(records, asked, count, ways, looked_at):
    few, many = ways
    most, step = looked_at
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(scoring, "_SMALL", 0)
        patch.setattr(scoring, "_FEW", few)
        patch.setattr(scoring, "_MANY", many)
        patch.setattr(scoring, "_MOST", most)
        writer = RecordWriter(Path(folder))
        for order, (text, title) in enumerate(records):
            writer.add(record_of(order, text, title))
        writer.commit()
        reader = IndexReader(Path(folder))
        unit = np.ones(reader.size, dtype=np.bool_)
        cache = Cache(1_000_000)
        scores = Scores(reader, Literals(reader, cache), unit, "paragraph", cache).of(asked)
        everything = np.arange(reader.size)
        docs = everything[::step]

        exact = np.rint(scores.exact(docs) * 1e6)
        kept = scores.contenders(docs, count)
        whole = scores.all_scores()
        reader.close()

    edge = np.sort(exact)[::-1][min(count, len(exact)) - 1]
    assert set(docs[exact >= edge]) <= set(kept.tolist()) <= set(docs)
    assert whole.tolist() == scores.exact(everything).tolist()


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=30),
    st.integers(0, 35),
)
def test_narrowing_gives_what_sorting_gives(pairs, count):
    docs = np.arange(len(pairs))
    first, second = (np.array([pair[at] for pair in pairs], dtype=np.int64) for at in (0, 1))

    found = first_by([first.__getitem__, second.__getitem__, docs.__getitem__], docs, count)

    assert found.tolist() == sorted(docs.tolist(), key=lambda doc: (*pairs[doc], doc))[:count]
