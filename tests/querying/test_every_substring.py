"""Literal recall: whatever stands in a paragraph finds it, typed as it stands or in quotes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.agencies import AgencyRegistry
from corpus.readers import read_bytes
from corpus.structure import parse_circular
from corpus.text import fold_text
from indexer.analyzer import default_analyzer
from indexer.build_records import records_of
from indexer.grams import grams
from indexer.whoosh_writer import RecordWriter
from search.errors import LeadingWildcardError
from search.memory_engine import MemoryEngine
from search.query import All, Page, Query
from search.syntax import parse_query
from search.whoosh_engine import WhooshEngine
from tests.libraries import BARE_RECORD

LONGEST = 6


def agencies(name):
    """The registry alone: here every known name is a body of the library."""
    found = AgencyRegistry.load().resolve(name, region="厦门市")
    return (found.agency_id,) if found.known else ()


def record_of(text):
    return replace(BARE_RECORD, grams=grams(fold_text(text)))


PIECES = st.sampled_from([
    "加强", "）加强", "(市委", "（一）", "㈠", "、市", " -2020", "-", "－国企", " 或 ", " OR ", "非 ", "年:1", "年：2016", "责任单位：市", "责任单位:市公安局",
    "文号：厦府办〔2016〕146号", "国办发〔2017〕46号", "“双打”", "”、“", '"一带一路"', '" ', "3?15", "·", "　", "\u200b", "|", "/措施 ", "标题:", "NOT ", "…", "①", "A", "Ａ+",
])  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, min_size=1, max_size=8).map("".join), st.data())
def test_any_piece_of_a_made_up_text_finds_it(text, data):
    start = data.draw(st.integers(0, len(text) - 1))
    piece = text[start : data.draw(st.integers(start + 1, len(text)))]
    engine = MemoryEngine([record_of(text)])
    assert engine.search(Query(parse_query(piece, find_agency=agencies).root)).total == 1


@pytest.fixture(scope="module")
def real(shared, tmp_path_factory):
    """The paragraphs of the two real circulars, and an index over them."""
    folder = tmp_path_factory.mktemp("real")
    writer = RecordWriter(folder)
    texts = {}
    for name in ("xiamen-2016-146", "ningxia-2017"):
        path = shared / "corpus" / f"{name}.txt"
        circular = parse_circular(read_bytes(path.name, path.read_bytes()))
        for record in records_of(name, circular, default_analyzer()):
            writer.add(record)
        texts |= {f"{name}/{one.id}": one.text for one in circular.paragraphs}
    writer.commit()
    engine = WhooshEngine(folder)
    yield engine, texts
    engine.close()


def found(engine, line):
    root = parse_query(line, find_agency=agencies).root
    return {hit.id for hit in engine.search(Query(root, page=Page(0, 100))).hits}, root


def test_every_short_piece_of_the_real_circulars_is_found(real):
    engine, texts = real
    folded = {record: fold_text(text) for record, text in texts.items()}
    holders = {}
    for record, text in texts.items():
        for length in range(2, LONGEST + 1):
            for start in range(len(text) - length + 1):
                holders.setdefault(text[start : start + length], set()).add(record)
    pieces = sorted(holders)
    assert len(pieces) > 20_000
    for piece in pieces:
        form = fold_text(piece)
        exact = {record for record, text in folded.items() if form in text}
        quoted, root = found(engine, f'"{piece}"')
        assert quoted == exact or isinstance(root, All), piece
        typed, _ = found(engine, piece)
        assert holders[piece] <= typed, piece


def test_every_whole_paragraph_of_the_real_circulars_is_found(real):
    engine, texts = real
    for record, text in texts.items():
        assert record in found(engine, f'"{text}"')[0]
        assert record in found(engine, text[:500])[0]


@pytest.mark.parametrize(
    ("line", "total"),
    [('"网络侵权盗版"', 2), ('"质监局"', 25), ("国办发[2017]46号", 1), ("国办发 2017 46 号", 1)],
)
def test_the_acceptance_examples(real, line, total):
    assert len(found(real[0], line)[0]) == total


def test_a_text_that_begins_with_a_star_needs_quotes():
    with pytest.raises(LeadingWildcardError):
        parse_query("*注")
    engine = MemoryEngine([record_of("*注：全文")])
    assert engine.search(Query(parse_query('"*注"').root)).total == 1
