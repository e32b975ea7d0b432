"""The stored index against a plain count of the same records, and against stock Whoosh."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from whoosh import query
from whoosh.index import open_dir

from indexer import whoosh_writer
from indexer.errors import RecordError
from indexer.fields import FIELDS, FieldKind
from indexer.grams import Grams, grams
from indexer.records import Record, Unit
from indexer.whoosh_codec import FlatSegment
from indexer.whoosh_reader import IndexReader
from indexer.whoosh_writer import QUICK, USUAL, WHOLE, RecordWriter, segments_to_merge

TEXTS = st.lists(st.text(alphabet="市公安局牵头，a1", max_size=12), min_size=1, max_size=4)


def record_of(circular: str, order: int, text: str) -> Record:
    return Record(
        id=f"{circular}/p_{order}",
        unit=Unit.PARAGRAPH,
        circular=circular,
        number="",
        order=order,
        date=20160914,
        words=tuple(filter(None, text.split("，"))),
        grams=grams(text),
        title_grams=grams("要点"),
        path_grams=Grams(),
        assignments=(("350200:公安", "公安", "lead"),) if "公安" in text else (),
        issuer=(),
        region=("厦门市", "福建省"),
        year=("2016",),
        kind=("通知", "工作要点"),
    )


RECORD = record_of("c1", 0, "市公安局牵头")


def counted(records: list[Record], field: str) -> dict[str, dict[str, list[int]]]:
    """Return term → record id → positions, by plain counting."""
    found: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for record in records:
        tokens = getattr(record, field)
        for term, place in zip(tokens, count(), strict=False) if field == "words" else tokens:
            found[term][record.id].append(place)
    return found


def read(reader: IndexReader, field: str) -> dict[str, dict[str, list[int]]]:
    found: dict[str, dict[str, list[int]]] = {}
    for term, (docs, freqs, positions) in reader.all_postings(field):
        rows = iter(positions.tolist())
        found[term] = {
            record_id: [next(rows) for _ in range(count)]
            for record_id, count in zip(reader.ids(docs), freqs.tolist(), strict=True)
        }
    return found


def write(
    folder: Path, batches: list[list[Record]], *, replaced: tuple[str, ...] = ()
) -> IndexReader:
    for records in batches:
        writer = RecordWriter(folder)
        writer.remove_circulars({record.circular for record in records} | set(replaced))
        for record in records:
            writer.add(record)
        writer.commit()
    return IndexReader(folder)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abc"), TEXTS), min_size=1, max_size=5))
def test_whatever_is_written_replaced_and_merged_reads_back_as_counted(history):
    batches = [
        [record_of(circular, order, text) for order, text in enumerate(texts)]
        for circular, texts in history
    ]
    standing = {records[0].circular: records for records in batches}
    records = [record for held in standing.values() for record in held]
    with TemporaryDirectory() as folder:
        reader = write(Path(folder), batches)
        for field in FIELDS:
            if field.kind is FieldKind.TOKENS:
                assert read(reader, field.name) == counted(records, field.name)
            elif field.kind is FieldKind.KEYWORDS:
                expected = defaultdict(set)
                for record in records:
                    for value in record.keywords(field.name):
                        expected[value].add(record.id)
                got = {
                    term: set(reader.ids(found.docs))
                    for term, found in reader.all_postings(field.name)
                }
                assert got == expected
        reader.close()


def test_merging_everything_changes_no_answer(tmp_path, monkeypatch):
    batches = [[record_of(f"c{n}", i, f"市公安局{n}牵头{i}") for i in range(3)] for n in range(6)]
    reader = write(tmp_path, batches)
    before = {field: read(reader, field) for field in ("grams", "words", "title_grams")}
    lengths = dict(
        zip(reader.ids(range(reader.size)), reader.lengths("grams").tolist(), strict=True)
    )
    monkeypatch.setattr(whoosh_writer, "segments_to_merge", lambda every, _most: list(every))

    RecordWriter(tmp_path).commit()
    merged = IndexReader(tmp_path)

    assert len(list(tmp_path.glob("*.pst"))) == 1
    assert {field: read(merged, field) for field in before} == before
    assert (
        dict(zip(merged.ids(range(merged.size)), merged.lengths("grams").tolist(), strict=True))
        == lengths
    )
    assert set(merged.numbers("date").tolist()) == {20160914}


def test_a_removed_circular_keeps_its_numbers_but_never_appears(tmp_path):
    write(
        tmp_path, [[record_of("a", n, "市公安局") for n in range(10)] + [record_of("b", 0, "牵头")]]
    )
    writer = RecordWriter(tmp_path)

    assert writer.remove_circulars(["b", "unknown"]) == 1
    assert writer.commit() == 10
    reader = IndexReader(tmp_path)
    assert (reader.size, int(reader.live.sum())) == (11, 10)
    assert len(reader.postings("grams", "牵头").docs) == 0


def test_a_segment_of_mostly_removed_records_is_rewritten(tmp_path):
    write(tmp_path, [[record_of(name, 0, "市公安局") for name in "abcd"]])

    reader = write(tmp_path, [], replaced=())
    writer = RecordWriter(tmp_path)
    writer.remove_circulars("ab")
    writer.commit()

    assert reader.size == 4
    assert IndexReader(tmp_path).size == 2


def test_a_full_segment_is_closed_and_another_begun(tmp_path, monkeypatch):
    monkeypatch.setattr(whoosh_writer, "SEGMENT_TOKENS", 10)

    reader = write(tmp_path, [[record_of("a", n, "市公安局牵头") for n in range(4)]])

    assert len(list(tmp_path.glob("*.pst"))) == 4
    assert reader.ids(reader.postings("grams", "牵头").docs) == tuple(f"a/p_{n}" for n in range(4))


@pytest.mark.parametrize("phrase", ["公安局牵", "局牵", "头市", "公安局头"])
def test_stock_whoosh_finds_the_same_phrases(tmp_path, phrase):
    texts = ["市公安局牵头", "公安局", "牵头市公安局", "局牵"]
    reader = write(tmp_path, [[record_of(f"c{n}", 0, text)] for n, text in enumerate(texts)])
    pairs = [phrase[i : i + 2] for i in range(len(phrase) - 1)]
    wanted = query.Phrase("grams", pairs) if len(pairs) > 1 else query.Term("grams", pairs[0])

    with open_dir(str(tmp_path)).searcher() as searcher:
        found = {hit.docnum for hit in searcher.search(wanted, limit=None)}

    assert set(reader.ids(sorted(found))) == {
        f"c{n}/p_0" for n, text in enumerate(texts) if phrase in text
    }


def test_stock_whoosh_agrees_on_statistics(tmp_path):
    reader = write(tmp_path, [[record_of("a", 0, "公安公安"), record_of("a", 1, "公安")]])

    with open_dir(str(tmp_path)).reader() as stock:
        assert stock.doc_frequency("grams", "公安") == 2
        assert stock.frequency("grams", "公安") == 3
        assert sorted(text.decode() for text in stock.lexicon("grams")) == [
            term for term, _ in reader.all_postings("grams")
        ]


@pytest.mark.parametrize(
    "poison",
    [
        replace(RECORD, grams=grams("\ud800")),
        replace(RECORD, words=("a\0b",)),
        replace(RECORD, words=("",)),
        replace(RECORD, words=("长" * 1_001,)),
        replace(RECORD, grams=grams("公\0安")),
        replace(RECORD, issuer=("\udfff",)),
        replace(RECORD, date=-1),
        replace(RECORD, order=2**32),
        replace(RECORD, id="c2/p_0"),
    ],
)
def test_a_poisoned_record_is_refused_and_the_next_one_goes_in(tmp_path, poison):
    writer = RecordWriter(tmp_path)

    with pytest.raises(RecordError):
        writer.add(poison)
    writer.add(RECORD)

    assert writer.commit() == 1


class Sized(FlatSegment):
    """A segment that is nothing but its numbers."""

    def __init__(self, size: int, deleted: int = 0) -> None:
        super().__init__(None, "MAIN", doccount=size, deleted=set(range(deleted)))
        self.tokens = 100 * size


LARGEST = USUAL.tokens // 100


def test_few_segments_are_left_alone():
    assert segments_to_merge([Sized(1_000), *(Sized(1) for _ in range(7))], USUAL) == []


def test_too_many_segments_merge_the_small_ones_only():
    segments = [Sized(1_000), *(Sized(10) for _ in range(8))]

    chosen = segments_to_merge(segments, USUAL)

    assert segments[0] not in chosen
    assert len(chosen) > 1


def test_a_worn_segment_is_rewritten_at_once():
    worn = Sized(10, deleted=5)

    assert segments_to_merge([Sized(1_000), worn], USUAL) == [worn]


def test_full_segments_are_never_written_again():
    assert segments_to_merge([Sized(LARGEST) for _ in range(100)], USUAL) == []


def test_no_merge_is_larger_than_memory_should_hold():
    worn = [Sized(LARGEST, deleted=LARGEST // 2) for _ in range(9)]
    growing = [Sized(LARGEST // 2 - 1) for _ in range(9)]

    assert len(segments_to_merge(worn, USUAL)) == 2
    assert len(segments_to_merge(growing, USUAL)) == 2


def test_a_quick_merge_is_never_larger_than_somebody_can_wait_for():
    quick = QUICK.tokens
    segments = [Sized(LARGEST // 3), Sized(LARGEST, deleted=LARGEST // 2)]
    segments += [Sized(quick // 500) for _ in range(30)]

    chosen = segments_to_merge(segments, QUICK)

    assert len(chosen) > 1
    assert sum(segment.live_tokens() for segment in chosen) <= quick
    assert segments[1] in segments_to_merge(segments, USUAL)


def test_after_long_work_hardly_a_segment_is_left_alone():
    segments = [Sized(size) for size in (700, 1_700, 2_500, 9_700, 26_000, 52_000, 110_000)]
    full = Sized(whoosh_writer.SEGMENT_TOKENS // 110)

    assert segments_to_merge([*segments, full], WHOLE) == segments
    assert segments_to_merge([Sized(200_000), full], WHOLE) == []
    uneven = [Sized(size) for size in (500, 600, *[11_000] * 20)]
    assert segments_to_merge(uneven, WHOLE) == uneven


def test_however_long_it_goes_on_the_segments_stay_few_and_the_work_small():
    segments: list[Sized] = [Sized(40_000)]
    written = 0
    for _ in range(2_000):
        segments.append(Sized(20))
        merging = segments_to_merge(segments, USUAL)
        if merging:
            segments = [each for each in segments if each not in merging]
            segments.append(Sized(sum(each.doc_count_all() for each in merging)))
            written += segments[-1].doc_count_all()
        assert len(segments) <= USUAL.segments
    assert written < 20 * 2_000 * 10
