"""Postings at the limits of their numbers, and segments of hardly anything."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer import (
    mapped_memory,
    posting_merge,
    posting_pool,
    posting_sort,
    whoosh_reader,
    whoosh_writer,
)
from indexer.errors import IndexDamagedError
from indexer.grams import Grams, grams
from indexer.posting_merge import Kept, merge_postings
from indexer.posting_pool import TextPool, WordPool
from indexer.posting_sort import sorted_postings
from indexer.whoosh_codec import FlatTermsReader
from indexer.whoosh_reader import IndexReader
from indexer.whoosh_writer import RecordWriter
from tests.libraries import BARE_RECORD

if TYPE_CHECKING:
    from indexer.records import Record

WAITING = Path(tempfile.gettempdir())  # for tokens that wait to be sorted


def record_of(circular: str, order: int, words: tuple[str, ...], text: str = "") -> Record:
    return replace(
        BARE_RECORD,
        id=f"{circular}/p_{order}",
        circular=circular,
        order=order,
        words=words,
        grams=grams(text),
    )


def written(folder, records):
    writer = RecordWriter(folder)
    for record in records:
        writer.add(record)
    writer.commit()
    return IndexReader(folder)


def test_a_word_may_stand_more_than_255_times_in_a_text(tmp_path):
    text = "公" * 70_000
    words = ("公",) * 300

    reader = written(tmp_path, [record_of("a", 0, words, text), record_of("a", 1, words[:1])])

    assert reader.postings("words", "公").freqs.tolist() == [300, 1]
    assert reader.postings("grams", "公").freqs.tolist() == [70_000]
    assert reader.postings("grams", "公公").positions.tolist() == list(range(69_999))
    assert reader.lengths("grams").tolist() == [139_999, 0]


@pytest.mark.parametrize("place", [65_535, 65_536, 10_000_000])
def test_a_word_may_stand_beyond_the_65535th_place(tmp_path, place):
    words = ("公", *["安"] * (place - 1), "公")

    reader = written(tmp_path, [record_of("a", 0, words)])

    assert reader.postings("words", "公").positions.tolist() == [0, place]


@pytest.mark.parametrize("length", [1, 200, 1_000])
def test_a_term_may_be_as_short_or_as_long(tmp_path, length):
    terms = ["长" * length, "长" * length + "a"][: 1 if length == 1_000 else 2]

    reader = written(tmp_path, [record_of("a", n, (term,)) for n, term in enumerate(terms)])

    assert [reader.postings("words", term).docs.tolist() for term in terms] == [
        [n] for n in range(len(terms))
    ]


def test_an_index_of_nothing_answers_nothing(tmp_path):
    reader = written(tmp_path, [])

    assert (reader.size, reader.ids([])) == (0, ())
    assert len(reader.postings("grams", "公").docs) == 0
    assert list(reader.all_postings("agency")) == []


def test_a_record_without_any_text_is_still_a_record(tmp_path):
    reader = written(tmp_path, [record_of("a", 0, ())])

    assert reader.ids([0]) == ("a/p_0",)
    assert reader.postings("unit", "paragraph").docs.tolist() == [0]


def test_a_segment_whose_records_have_all_gone_is_dropped(tmp_path):
    written(tmp_path, [record_of("a", 0, ("公",))])
    writer = RecordWriter(tmp_path)
    writer.remove_circulars(["a"])

    assert writer.commit() == 0
    assert IndexReader(tmp_path).size == 0
    assert not list(tmp_path.glob("*.pst"))


def test_a_circular_of_5000_paragraphs_spread_over_segments_goes_as_one(tmp_path, monkeypatch):
    monkeypatch.setattr(whoosh_writer, "SEGMENT_TOKENS", 4_000)
    records = [record_of("a", n, ("公",), "市公安局") for n in range(5_000)]
    reader = written(tmp_path, [*records, record_of("b", 0, ("公",))])

    assert len(reader.postings("words", "公").docs) == 5_001
    assert len(reader.postings("grams", "公安").docs) == 5_000
    writer = RecordWriter(tmp_path)
    assert writer.remove_circulars(["a"]) == 5_000
    assert writer.commit() == 1


def test_an_id_may_be_asked_for_in_any_segment(tmp_path, monkeypatch):
    monkeypatch.setattr(whoosh_writer, "SEGMENT_TOKENS", 2)
    reader = written(tmp_path, [record_of("a", n, ("公",), "公安") for n in range(9)])

    assert reader.ids(range(9)) == tuple(f"a/p_{n}" for n in range(9))


words = st.lists(st.lists(st.text("公安局a\U00020000", min_size=1, max_size=2), max_size=5))
texts = st.lists(st.lists(st.text("公安局a\U00020000"), max_size=3).map(lambda some: grams(*some)))
POOLS = ((WordPool, words), (TextPool, texts))


def placed(document):
    return document if isinstance(document, Grams) else zip(document, count(), strict=False)


def finished(pool):
    return sorted_postings(pool, WAITING, positional=True)


def sorted_positions(expected):
    return {t: {d: sorted(p) for d, p in docs.items()} for t, docs in expected.items()}


@pytest.mark.parametrize(("kind", "fields"), POOLS)
@given(st.data(), st.sampled_from((64, 8)), st.sampled_from((1, 7, 10**6)))
def test_postings_are_what_a_plain_count_says_however_they_are_sorted(
    kind, fields, data, bits, part
):
    documents = data.draw(fields)
    expected = defaultdict(lambda: defaultdict(list))
    pool = kind()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(posting_sort, "_PACKED_BITS", bits)
        patch.setattr(posting_pool, "_PIECE", 3)
        patch.setattr(posting_sort, "_PART", part)
        for doc, document in enumerate(documents):
            if document:
                pool.take(doc, pool.number(document))
            for term, position in placed(document):
                expected[term][doc].append(position)
        pieces = list(finished(pool))

    assert [term.decode() for piece in pieces for term in piece.terms] == sorted(expected)
    assert {
        term: places for piece in pieces for term, places in spelled_out(piece).items()
    } == sorted_positions(expected)


def spelled_out(found):
    """Return term → document → positions."""
    spelled = {}
    for number, term in enumerate(found.terms):
        one = slice(*found.starts[number : number + 2])
        positions = found.positions[slice(*found.position_starts[number : number + 2])]
        ends = np.cumsum(found.freqs[one])[:-1]
        got = [part.tolist() for part in np.split(positions, ends)]
        spelled[term.decode()] = dict(zip(found.docs[one].tolist(), got, strict=True))
    return spelled


@pytest.mark.parametrize(("kind", "fields"), POOLS)
@given(st.data(), st.sampled_from((1, 10**6)))
def test_segments_merge_into_what_their_living_documents_alone_would_give(kind, fields, data, part):
    segments = data.draw(st.lists(fields, min_size=1, max_size=3))
    whole = kind()
    kept = []
    count = 0
    for documents in segments:
        pool = kind()
        live = data.draw(st.lists(st.booleans(), min_size=len(documents), max_size=len(documents)))
        numbers = np.cumsum([0, *live])[:-1] + count
        for doc, (document, lives) in enumerate(zip(documents, live, strict=True)):
            if document:
                pool.take(doc, pool.number(document))
            if document and lives:
                whole.take(int(numbers[doc]), whole.number(document))
        count += sum(live)
        kept += [
            Kept(piece, np.array(live, dtype=np.bool_), numbers.astype(np.uint32))
            for piece in finished(pool)
        ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(posting_merge, "_PART", part)
        merged = [spelled_out(piece) for piece in merge_postings(kept)]

    expected = [spelled_out(piece) for piece in finished(whole)]
    assert [term for one in merged for term in one] == [term for one in expected for term in one]
    assert {k: v for one in merged for k, v in one.items()} == {
        k: v for one in expected for k, v in one.items()
    }


@pytest.mark.parametrize("damage", ["emptied", "cut", "gone"])
def test_a_damaged_file_is_refused_even_where_nobody_compared_checksums(tmp_path, damage):
    written(tmp_path, [record_of("a", 0, ("公",))]).close()
    (postings,) = tmp_path.glob("*.pst")
    data = postings.read_bytes()
    postings.unlink()
    if damage != "gone":
        postings.write_bytes(b"" if damage == "emptied" else data[:-9])

    with pytest.raises(IndexDamagedError):
        IndexReader(tmp_path)


def test_mapped_pages_are_handed_back_where_they_are_many(tmp_path, monkeypatch):
    writer = RecordWriter(tmp_path)
    writer.add(record_of("c", 1, ("公安",), "公安"))
    writer.commit()
    reader = IndexReader(tmp_path)
    handed_back = []
    monkeypatch.setattr(FlatTermsReader, "let_go", lambda _: handed_back.append("segment"))
    reader.limit_mapped()
    assert not handed_back
    monkeypatch.setattr(whoosh_reader, "mapped_bytes", count(10**9, 10**9).__next__)
    reader.limit_mapped()
    assert len(handed_back) == 1
    monkeypatch.undo()
    assert reader.postings("words", "公安").docs.tolist() == [0]
    reader.close()


def test_where_the_system_does_not_tell_no_page_counts(tmp_path, monkeypatch):
    assert mapped_memory.mapped_bytes() >= 0
    monkeypatch.setattr(mapped_memory, "_STATM", tmp_path / "没有")
    assert mapped_memory.mapped_bytes() == 0
