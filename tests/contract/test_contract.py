"""One contract, every engine: the questions are data, so a policy reader can add one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from indexer.records import Unit
from search.engine import ENOUGH, Tier
from search.query import (
    AnyOf,
    FieldIs,
    Filters,
    Page,
    Phrase,
    Plain,
    Query,
    Sort,
    Synonym,
    SynonymKind,
    Word,
)
from search.syntax import parse_query

CASES = json.loads(Path(__file__).with_name("cases.json").read_text("utf-8"))


def ask(engine, case):
    root = parse_query(case["line"], find_agency=lambda name: (name,) if ":" in name else ()).root
    filters = {
        name: value if name == "agency_all" else tuple(value)
        for name, value in case.get("filters", {}).items()
    }
    unit = Unit(case.get("unit", "paragraph"))
    sort = Sort(case.get("sort", "relevance"))
    return engine.search(Query(root, Filters(**filters), unit, sort, Page(0, 100)))


@pytest.fixture
def engine(build, record_of):
    return build([record_of(case["id"], **without_id(case)) for case in CASES["records"]])


def without_id(case):
    return {name: value for name, value in case.items() if name != "id"}


@pytest.mark.parametrize("case", CASES["questions"], ids=lambda case: case["why"])
def test_a_question_finds_exactly_what_the_case_states(engine, case):
    matches = ask(engine, case)
    found = [hit.id for hit in matches.hits]
    if not case.get("order"):
        found, expected = sorted(found), sorted(case["ids"])
    else:
        expected = case["ids"]
    assert found == expected
    assert matches.total == len(expected)
    assert matches.circulars == len({one.partition("/")[0] for one in expected})
    assert matches.partial == case.get("partial", 0)
    for facet, counts in case.get("facets", {}).items():
        assert matches.facets[facet] == counts, facet


def test_a_page_is_a_slice_of_the_same_order(engine):
    everything = engine.search(Query(page=Page(0, 100)))
    page = engine.search(Query(page=Page(1, 2)))
    assert page.hits == everything.hits[1:3]
    assert page.total == everything.total == 5


def test_a_page_of_no_hits_still_counts(engine):
    matches = engine.search(Query(page=Page(0, 0)))
    assert (matches.total, matches.hits) == (5, ())
    assert engine.search(Query(page=Page(99, 20))).hits == ()


def test_matches_are_counted_by_circular_where_that_is_asked_for(build, record_of):
    engine = build(
        [record_of(f"甲/p_{n}", "加强监管", order=n) for n in range(3)]
        + [record_of("乙/p_1", "加强监管"), record_of("丙/p_1", "严查")]
    )
    question = Query(Phrase("监管"), Filters(circular=("乙",)), by_circular=True)
    assert engine.search(question).facets["circular"] == {"甲": 3, "乙": 1}
    assert "circular" not in engine.search(Query(Phrase("监管"))).facets


def test_partial_matches_are_considered_only_below_enough(build, record_of):
    def texts(count):
        both = [record_of(f"甲/p_{n}", "侵权与假冒", order=n) for n in range(count)]
        return [
            *both,
            *(
                record_of(f"乙/p_{n}", text, order=n)
                for n, text in enumerate(("侵权与盗版", "侵权"))
            ),
        ]

    words = tuple(Word(word, (word,)) for word in ("侵权", "假冒", "盗版"))
    question = Query(Plain(words[:2], "侵权假冒"))
    assert build(texts(ENOUGH)).search(question).partial == 0
    three = Query(Plain(words, "侵权假冒盗版"), page=Page(0, 100))
    few = build(texts(3)).search(three)
    assert (few.complete, few.partial) == (0, 4)
    assert {hit.tier for hit in few.hits} == {Tier.PARTIAL}


def test_enough_is_counted_before_filters(build, record_of):
    records = [
        record_of(f"甲/p_{n}", "侵权、假冒、盗版", order=n, year=["2016"]) for n in range(ENOUGH)
    ]
    records.append(record_of("乙/p_1", "侵权、假冒", year=["2017"]))
    words = tuple(Word(word, (word,)) for word in ("侵权", "假冒", "盗版"))
    matches = build(records).search(Query(Plain(words, "侵权假冒盗版"), Filters(year=("2017",))))
    assert matches.total == 0


def test_one_word_falls_back_to_its_parts_only_where_nothing_holds_it(build, record_of):
    records = [
        record_of("甲/p_1", "监管网络"),
        record_of("乙/p_1", "网络"),
        record_of("丙/p_1", "网络监管"),
    ]
    question = Query(Plain((Word("网络监管", ("网络", "监管")),), "网络监管"))
    assert [hit.id for hit in build(records).search(question).hits] == ["丙/p_1"]
    assert [hit.id for hit in build(records[:2]).search(question).hits] == ["甲/p_1"]


def test_a_literal_never_spans_two_records_or_two_titles(build, record_of):
    engine = build([record_of("甲/p_1", "加强网络"), record_of("甲/p_2", "监管", order=1)])
    assert engine.search(Query(Phrase("网络监管"))).total == 0


def test_alternatives_match_and_the_typed_spelling_ranks_first(build, record_of):
    engine = build(
        [record_of("甲/p_1", "双打行动"), record_of("甲/p_2", "打击侵权假冒行动", order=1)]
    )
    word = Word("双打", ("双打",), ("打击侵权假冒",))
    hits = engine.search(Query(Plain((word,), "双打"))).hits
    assert [(hit.id, hit.tier) for hit in hits] == [
        ("甲/p_1", Tier.LITERAL),
        ("甲/p_2", Tier.COMPLETE),
    ]
    assert hits[1].score < hits[0].score


def test_the_name_of_the_circular_helps_a_paragraph_rank_but_completes_no_match(build, record_of):
    engine = build(
        [
            record_of("甲/p_1", "开展督查", title="云港市工作要点"),
            record_of("乙/p_1", "开展督查", title="江东省工作要点"),
            record_of("丙/p_1", "江东省"),
        ]
    )
    words = (Word("江东", ("江东",)), Word("督查", ("督查",)))
    found = engine.search(Query(Plain(words, "江东督查")))
    assert (found.complete, [hit.id for hit in found.hits]) == (0, ["乙/p_1"])
    either = AnyOf((Plain(words[:1], "江东"), Plain(words[1:], "督查")))
    ids = [hit.id for hit in engine.search(Query(either)).hits]
    assert ids.index("乙/p_1") < ids.index("甲/p_1")


def test_an_empty_index_answers(build, record_of):
    engine = build([])
    for root in (
        Phrase("侵权"),
        Plain((Word("侵权", ("侵权",)),), "侵权"),
        FieldIs("agency", ("x",)),
    ):
        assert engine.search(Query(root)).total == 0
    assert engine.search(Query()).total == 0


def test_a_short_synonym_is_a_whole_word(build, record_of):
    engine = build([record_of("甲/p_1", "发展电商"), record_of("甲/p_2", "家电商场", order=1)])
    word = Word("网络零售", ("网络零售",), (), (Synonym("电商"),))
    assert [hit.id for hit in engine.search(Query(word)).hits] == ["甲/p_1"]


@pytest.mark.parametrize("synonym", ["315", "gdp", "gdp2016"])
def test_a_synonym_of_letters_and_digits_is_a_whole_word_however_long(build, record_of, synonym):
    engine = build([record_of("甲/p_1", f"发展{synonym}"), record_of("甲/p_2", "发展", order=1)])
    word = Word("网络零售", ("网络零售",), (), (Synonym(synonym),))
    assert [hit.id for hit in engine.search(Query(word)).hits] == ["甲/p_1"]


def test_an_equal_synonym_counts_in_full_and_a_near_one_in_part(build, record_of):
    engine = build(
        [
            record_of("甲/p_1", "网络零售监管"),
            record_of("甲/p_2", "电子商务监管", order=1),
            record_of("甲/p_3", "跨境贸易监管", order=2),
        ]
    )
    synonyms = (Synonym("电子商务"), Synonym("跨境贸易", SynonymKind.NEAR))
    found = engine.search(Query(Plain((Word("网络零售", (), (), synonyms),), "网络零售")))
    assert [(hit.id, hit.tier) for hit in found.hits] == [
        ("甲/p_1", Tier.LITERAL),
        ("甲/p_2", Tier.COMPLETE),
        ("甲/p_3", Tier.PARTIAL),
    ]
    assert (found.complete, found.partial) == (2, 1)


def test_words_of_the_index_are_found_by_their_beginning(build, record_of):
    engine = build([record_of("甲/p_1", "监管商标"), record_of("甲/p_2", "监督商标", order=1)])
    assert engine.words("商", 5) == ("商标",)
    assert engine.words("监", 5) == ("监督", "监管")
    assert engine.words("监", 1) == ("监督",)
