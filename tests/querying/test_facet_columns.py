"""A facet counted in any of its ways gives the same."""

from __future__ import annotations

from collections import Counter
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search import facet_columns
from search.facet_columns import Found, ValueColumn

VALUES = ("甲", "乙", "丙")
documents = st.lists(
    st.tuples(st.lists(st.integers(0, 2), max_size=3, unique=True).map(sorted), st.booleans()),
    min_size=1,
    max_size=20,
)


def column_of(rows):
    rows = [*rows, range(len(VALUES))]  # a column has no value that no document has
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
    st.sampled_from((0, 0.2, 2)),
    st.sampled_from((0, 0.3, 0.6, 2)),
)
def test_counts_do_not_depend_on_how_they_are_counted(drawn, times, many, common):
    drawn = drawn * times  # more than a word of a bitmap has bits
    rows = [row for row, _ in drawn]
    mask = np.array([*(wanted for _, wanted in drawn), False])
    expected = Counter(VALUES[number] for row, wanted in drawn if wanted for number in row)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(facet_columns, "_MANY", many)
        patch.setattr(facet_columns, "_COMMON", common)
        counted = column_of(rows).count(Found(mask))

    assert counted == expected


@given(documents, st.sets(st.sampled_from((*VALUES, "丁"))))
def test_a_mask_holds_the_documents_that_have_any_of_the_values(drawn, wanted):
    rows = [row for row, _ in drawn]

    mask = column_of(rows).mask(sorted(wanted))

    expected = [any(VALUES[number] in wanted for number in row) for row in rows]
    assert mask.tolist() == [*expected, any(value in wanted for value in VALUES)]
