"""The array engine and the plain-Python reference agree on every question, to the last digit."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer.records import Unit
from search import engine, facet_columns, memory_engine, opensearch_answer, ordering, scoring
from search.query import (
    All,
    AnyOf,
    AsTyped,
    Both,
    FieldIs,
    Filters,
    Not,
    Page,
    Phrase,
    Plain,
    Query,
    SameMeasure,
    Sort,
    Synonym,
    SynonymKind,
    Word,
    YearRange,
)

AGENCIES = ("甲:公安", "甲:商务", "乙:公安")
ROLES = ("lead", "support", "joint", "sole")
LINES = ("公安", "商务")
FACETS = {
    "issuer": ("某局", "某厅"),
    "region": ("甲", "乙", "全国"),
    "year": ("2016", "2017"),
    "kind": ("通知", "要点"),
}


COLUMNS = ("circular", "agency_role", "year", "region")


def texts(least=1, most=12):
    return st.text("侵权假冒市一", min_size=least, max_size=most)


def some(values, most=2):
    return st.lists(st.sampled_from(values), max_size=most, unique=True).map(tuple)


assignments = st.lists(
    st.tuples(st.sampled_from(AGENCIES), st.sampled_from((*LINES, "")), st.sampled_from(ROLES)),
    max_size=3,
)
stated = st.fixed_dictionaries(
    {
        "text": texts(),
        "number": st.sampled_from(("", "甲〔2016〕1号")),
        "date": st.sampled_from((0, 20160101, 20170101)),
        "title": texts(0, 4),
        "path": texts(0, 4),
        "assignments": assignments,
        **{facet: some(values) for facet, values in FACETS.items()},
    }
)
paragraphs = st.lists(
    st.tuples(
        st.sampled_from("甲乙丙"), stated, st.lists(st.tuples(texts(), assignments), max_size=2)
    ),
    max_size=14,
)
synonyms = st.builds(
    Synonym, st.sampled_from(("市", "假冒", "侵权假", "权侵")), st.sampled_from(SynonymKind)
)
words = st.builds(
    Word,
    texts(1, 4),
    some(("侵", "权", "侵权", "假冒")),
    some(("冒一",), 1),
    st.lists(synonyms, max_size=2, unique_by=lambda one: one.folded).map(tuple),
)
equal = st.sampled_from(("一市", "假冒侵")).map(Synonym)
plains = st.builds(
    Plain,
    st.lists(words, min_size=1, max_size=4, unique_by=lambda word: word.folded).map(tuple),
    texts(1, 4),
    some(("侵", "假", "侵权", "冒一"), 4),
    st.booleans(),
    st.lists(equal, max_size=1).map(tuple),
    st.booleans(),
    some(("甲", "丙"), 1),
    some(("乙",), 1),
)
leaves = st.one_of(
    st.builds(Phrase, texts(1, 5)),
    plains,
    words,
    st.builds(AsTyped, texts(1, 3)),
    st.builds(FieldIs, st.sampled_from(("agency", "lead")), st.just(AGENCIES[:1])),
    st.builds(FieldIs, st.sampled_from(("title", "path")), st.tuples(texts(1, 3))),
    st.just(FieldIs("number", ("甲〔2016〕1号",))),
    st.builds(YearRange, st.just(2016), st.sampled_from((2016, 2017))),
    st.just(All()),
)
nodes = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(tuple).map(Both),
        st.lists(inner, min_size=1, max_size=3).map(tuple).map(AnyOf),
        inner.map(Not),
        inner.map(SameMeasure),
    ),
    max_leaves=6,
)
filters = st.builds(
    Filters,
    agency=some(AGENCIES),
    agency_all=st.booleans(),
    role=some(ROLES),
    line=some(LINES),
    circular=st.sampled_from((None, (), ("甲",), ("甲", "丙"))),
    **{facet: some(values) for facet, values in FACETS.items()},
)
queries = st.builds(
    Query,
    st.one_of(nodes, plains),
    st.one_of(st.just(Filters()), filters),
    st.sampled_from(Unit),
    st.sampled_from(Sort),
    st.builds(Page, st.sampled_from((0, 0, 3)), st.sampled_from((0, 2, 100))),
    st.booleans(),
)


def records_from(record_of, drawn):
    records = []
    for order, (circular, facts, measures) in enumerate(drawn):
        records.append(record_of(f"{circular}/p_{order}", order=order, **facts))
        for number, (text, own) in enumerate(measures, start=1):
            changed = {**facts, "text": text, "assignments": own, "unit": "measure"}
            eid = f"{circular}/p_{order}__m_{number}"
            records.append(record_of(eid, order=order * 10 + number, **changed))
    return records


FEW = 4


@pytest.fixture(params=(100, FEW))
def sentence_matches(request, monkeypatch):
    """How far a sentence is filled up: as ever, and so little that choosing matters.

    Then scores are added up for the matches, not for all documents, and facets are counted in other
    ways.
    """
    for module in (memory_engine, engine, opensearch_answer):
        monkeypatch.setattr(module, "SENTENCE_MATCHES", request.param)
    if request.param == FEW:
        monkeypatch.setattr(scoring, "_MOST", 0)
        monkeypatch.setattr(scoring, "_MANY", 0.5)
        monkeypatch.setattr(scoring, "_FEW", 0.5)
        monkeypatch.setattr(ordering, "_STRETCHES", 1)
        monkeypatch.setattr(facet_columns, "_MANY", 0.3)
        monkeypatch.setattr(facet_columns, "_COMMON", 0.4)


@pytest.mark.usefixtures("sentence_matches")
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(paragraphs, st.lists(queries, min_size=8, max_size=12))
def test_every_engine_gives_the_reference_answer(record_of, builders, drawn, asked):
    records = records_from(record_of, drawn)
    with TemporaryDirectory() as folder:
        engines = []
        for name, build_engine in builders.items():
            place = Path(folder, name)
            place.mkdir()
            engines.append(build_engine(records, place))
        for query in asked:
            expected, *others = [engine.search(query) for engine in engines]
            assert others == [expected] * len(others)
            rows, *others = [sorted(engine.columns(query, COLUMNS)) for engine in engines]
            assert len(rows) == expected.total
            assert others == [rows] * len(others)
        for engine in engines:
            engine.close()
