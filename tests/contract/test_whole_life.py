"""An index through its life: added to, changed, thinned out, merged, and asked all the while.

After every change each answer must be that of the reference over the records that stand, and stock
Whoosh, reading the very same files by its own means, must find the same records and facets.
`GONGWEN_CASES=10000` compares so many answers; without it a few hundred.
"""

from __future__ import annotations

import os
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule
from whoosh import query as stock
from whoosh.index import open_dir

from indexer import whoosh_writer
from indexer.records import Unit
from indexer.whoosh_reader import IndexReader
from indexer.whoosh_writer import USUAL, WHOLE, Merging, RecordWriter
from search import scoring
from search.memory_engine import MemoryEngine
from search.query import AnyOf, Both, FieldIs, Not, Page, Phrase, Query, YearRange
from search.whoosh_engine import WhooshEngine
from tests.contract import test_agreement as drawing
from tests.contract.conftest import make_record

CASES = int(os.environ.get("GONGWEN_CASES", "200"))
ANSWERS = 5  # of each life, at the least
CIRCULARS = "甲乙丙丁戊"

paragraphs = st.lists(
    st.tuples(
        drawing.stated,
        st.lists(st.tuples(drawing.texts(), drawing.assignments), max_size=2),
    ),
    max_size=5,
)
changes = st.dictionaries(st.sampled_from(CIRCULARS), paragraphs, min_size=1, max_size=4)
leaves = st.one_of(
    st.builds(Phrase, drawing.texts(1, 4)),
    st.builds(FieldIs, st.just("agency"), st.just(drawing.AGENCIES[:1])),
    st.just(FieldIs("number", ("甲〔2016〕1号",))),
    st.builds(YearRange, st.just(2016), st.sampled_from((2016, 2017))),
)
trees = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(tuple).map(Both),
        st.lists(inner, min_size=1, max_size=3).map(tuple).map(AnyOf),
        inner.map(Not),
    ),
    max_leaves=4,
)


def to_stock(node):
    """Return a tree as stock Whoosh is asked it."""
    match node:
        case Phrase(folded) if len(folded) == 1:
            return stock.Term("grams", folded)
        case Phrase(folded):
            pairs = list(map(str.__add__, folded, folded[1:]))
            return stock.Phrase("grams", pairs) if pairs[1:] else stock.Term("grams", pairs[0])
        case FieldIs(field, values):
            return stock.Or([stock.Term(field, value) for value in values])
        case YearRange(first, last):
            return stock.Or([stock.Term("year", str(year)) for year in range(first, last + 1)])
        case Both(children):
            return stock.And(list(map(to_stock, children)))
        case AnyOf(children):
            return stock.Or(list(map(to_stock, children)))
        case Not(child):
            every = stock.Or([stock.Term("unit", unit.value) for unit in Unit])
            return stock.AndNot(every, to_stock(child))
        case _:
            raise TypeError(node)


FEW = Merging(USUAL.tokens, 4)


class Life(RuleBasedStateMachine):
    """One index folder, and the records that should stand in it."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = TemporaryDirectory()
        self._standing: dict[str, list] = {}
        self._patch = pytest.MonkeyPatch()
        self._patch.setattr(whoosh_writer, "SEGMENT_TOKENS", 150)
        self._patch.setattr(scoring, "_MANY", 0.5)
        self._patch.setattr(scoring, "_FEW", 0.5)
        RecordWriter(self.folder).commit()

    @property
    def folder(self):
        from pathlib import Path

        return Path(self._folder.name)

    @rule(changed=changes, merging=st.sampled_from((FEW, WHOLE)))
    def add_or_replace_circulars(self, changed, merging):
        writer = RecordWriter(self.folder)
        writer.remove_circulars(changed)
        for circular, stated in changed.items():
            drawn = [(circular, facts, measures) for facts, measures in stated]
            self._standing[circular] = drawing.records_from(make_record, drawn)
            for record in self._standing[circular]:
                writer.add(record)
        self.committed(writer, merging)

    @rule(removed=st.sets(st.sampled_from(CIRCULARS), min_size=1))
    def remove_circulars(self, removed):
        writer = RecordWriter(self.folder)
        writer.remove_circulars(removed)
        for circular in removed:
            self._standing.pop(circular, None)
        self.committed(writer)

    @rule()
    def merge_everything(self):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(whoosh_writer, "segments_to_merge", lambda every, _most: list(every))
            self.committed(RecordWriter(self.folder))

    def committed(self, writer, merging=FEW):
        assert writer.commit(merging) == sum(map(len, self._standing.values()))

    @rule(asked=st.lists(drawing.queries, min_size=ANSWERS, max_size=ANSWERS))
    def answers_are_those_of_the_reference(self, asked):
        reference = MemoryEngine([one for held in self._standing.values() for one in held])
        engine = WhooshEngine(self.folder)
        for query in asked:
            assert engine.search(query) == reference.search(query)
        engine.close()

    @rule(tree=trees, unit=st.sampled_from(Unit))
    def stock_whoosh_finds_the_same(self, tree, unit):
        engine = WhooshEngine(self.folder)
        matches = engine.search(Query(tree, unit=unit, page=Page(0, 1_000)))
        engine.close()
        of_unit = stock.And([to_stock(tree), stock.Term("unit", unit.value)])
        with open_dir(str(self.folder)).searcher() as searcher:
            found = self.ids(hit.docnum for hit in searcher.search(of_unit, limit=None))
            facets = {
                facet: {
                    value: len(searcher.search(stock.And([of_unit, stock.Term(facet, value)])))
                    for value in values
                }
                for facet, values in matches.facets.items()
            }

        assert found == {hit.id for hit in matches.hits}
        assert len(found) == matches.total
        assert facets == {facet: dict(counts) for facet, counts in matches.facets.items()}

    def ids(self, docs):
        reader = IndexReader(self.folder)
        found = set(reader.ids(docs))
        reader.close()
        return found

    def teardown(self):
        self._patch.undo()
        self._folder.cleanup()


TestLife = Life.TestCase
TestLife.settings = settings(
    max_examples=max(CASES // ANSWERS // 4, 10),
    stateful_step_count=20,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
