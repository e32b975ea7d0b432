"""A facet counted in any of its ways gives the same."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.whoosh_reader import IndexReader
from indexer.whoosh_writer import Merging, RecordWriter
from search import facet_columns
from search.facet_columns import Found, ValueColumn
from tests.libraries import BARE_RECORD

VALUES = ("甲", "乙", "丙")
documents = st.lists(
    st.tuples(st.lists(st.integers(0, 2), max_size=3, unique=True).map(sorted), st.booleans()),
    min_size=1,
    max_size=20,
)


def column_of(rows):
    starts = np.append(0, np.cumsum([len(row) for row in rows]))
    numbers = np.array([number for row in rows for number in row], dtype=np.uint16)
    source = SimpleNamespace(
        size=len(rows),
        column=lambda _: (VALUES, starts, numbers),
        holders=lambda *_: holders_of(rows),
    )
    return ValueColumn(source, "agency")


def holders_of(rows):
    held = [[doc for doc, row in enumerate(rows) if number in row] for number in range(len(VALUES))]
    starts = np.append(0, np.cumsum([len(docs) for docs in held])).astype(np.uint16)
    return np.array([doc for docs in held for doc in docs], dtype=np.uint32), starts


@given(
    documents,
    st.integers(1, 9),
    st.tuples(st.sampled_from((0, 0.2, 2)), st.sampled_from((0, 0.3, 0.6, 2))),
    st.booleans(),
)
def test_counts_do_not_depend_on_how_they_are_counted(drawn, times, ways, single):
    many, common = ways
    drawn = drawn * times  # more than a word of a bitmap has bits
    drawn += [([number], False) for number in range(len(VALUES))]  # no value is nobody's
    if single:
        drawn = [(row[:1] or [0], wanted) for row, wanted in drawn]
    rows = [row for row, _ in drawn]
    mask = np.array([wanted for _, wanted in drawn])
    expected = Counter(VALUES[number] for row, wanted in drawn if wanted for number in row)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(facet_columns, "_MANY", many)
        patch.setattr(facet_columns, "_COMMON", common)
        counted = column_of(rows).count(Found(mask))

    assert counted == expected


@given(documents, st.sets(st.sampled_from((*VALUES, "丁"))), st.booleans())
def test_a_mask_holds_the_documents_that_have_any_of_the_values(drawn, wanted, single):
    rows = [*(row for row, _ in drawn), *([number] for number in range(len(VALUES)))]
    rows = [row[:1] or [0] for row in rows] if single else rows

    mask = column_of(rows).mask(sorted(wanted))

    assert mask.tolist() == [any(VALUES[number] in wanted for number in row) for row in rows]


def test_holders_are_the_same_in_one_segment_and_in_several(tmp_path):
    regions = [("甲",), (), ("乙", "甲"), ("丙",), ("乙",)]
    found = []
    for name, cuts in (("一", (5,)), ("二", (2, 5))):
        folder = tmp_path / name
        folder.mkdir()
        first = 0
        for cut in cuts:
            writer = RecordWriter(folder)
            for number in range(first, cut):
                circular = f"c{number}"
                record = replace(
                    BARE_RECORD, id=f"{circular}/p_1", circular=circular, region=regions[number]
                )
                writer.add(record)
            writer.commit(Merging(10**9, 8))
            first = cut
        reader = IndexReader(folder)
        column = reader.column("region")
        docs, starts = reader.holders("region", column)
        found.append((column.values, docs.tolist(), starts.tolist()))
        reader.close()
    assert found[0] == found[1]
    assert found[0] == (("丙", "乙", "甲"), [3, 2, 4, 0, 2], [0, 1, 3, 5])
