"""Whatever is typed: a tree or a sentence, the same one every time, and never another exception."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from search.errors import QuestionError
from search.memory_engine import MemoryEngine
from search.query import Query
from search.syntax import parse_query
from tests.contract.conftest import make_record
from tests.torture.row_q1 import HEAVY, HOSTILE, OPERATORS, PIECES, TOO_LONG

SIGNS = st.text(max_size=6)
LINES = st.one_of(
    st.sampled_from((*HOSTILE, *HEAVY)),
    st.lists(st.one_of(st.sampled_from((*PIECES, *OPERATORS)), SIGNS), max_size=24).map("".join),
    st.text(st.characters(), max_size=80),
)


def read(line):
    try:
        return parse_query(line, find_agency=lambda name: ("甲",) if "市" in name else ())
    except QuestionError as refusal:
        return str(refusal)


@settings(max_examples=400, deadline=None)
@given(LINES)
def test_any_line_is_read_or_refused_in_a_sentence(line):
    found = read(line)
    assert found == read(line)
    assert found


@settings(max_examples=150, deadline=None)
@given(LINES)
def test_any_line_that_is_read_is_answered(line):
    engine = MemoryEngine([make_record("甲/p_1", "加强知识产权保护", order=0)])
    found = read(line)
    if not isinstance(found, str):
        assert engine.search(Query(found.root)).total in {0, 1}


def test_lines_beyond_every_limit_are_refused_or_read():
    for line in TOO_LONG:
        assert read(line)
