"""What the box recognises beside words: parts of numbers, sections, who leads."""

from __future__ import annotations

import pytest

from corpus.text import fold_text
from search.numbers import NumberDirectory, is_part_of_number
from search.query import AnyOf, Both, FieldIs, Plain
from search.recognition import section_of
from search.requests import DEEPEST_HIT, SearchRequest
from search.results import Results
from search.syntax import parse_query

HELD = NumberDirectory((
    "云政办发〔2018〕146号", "云府发〔2018〕146号", "云政办发〔2019〕146号", "江东省人民政府令第215号", "没有文号",
))  # fmt: skip


def parse(line):
    return parse_query(
        line,
        find_agency=lambda name: ("云港市:公安",) if name == "市公安局" else (),
        find_numbers=HELD.find,
    )


@pytest.mark.parametrize(
    ("part", "found"),
    [
        ("146号", 3),
        ("第146号", 3),
        ("２０１８年１４６号", 2),
        ("〔2018〕146号", 2),
        ("[2018]第146号", 2),
        ("雲政辦發146號", 2),
        ("云政办发2019年第146号文", 1),
        ("215号", 1),
        ("46号", 0),
        ("1146号", 0),
        ("146", 0),
        ("5号机组", 0),
    ],
)
def test_a_part_of_a_number_means_the_numbers_that_have_it(part, found):
    assert len(HELD.find(fold_text(part))) == found


def test_words_are_no_part_of_a_number():
    assert not any(map(is_part_of_number, ("账号", "号", "146", "5号楼", "1号、2号")))


@pytest.mark.parametrize(
    ("written", "section"),
    [
        ("四（六）", "4/6"),
        ("四、(六)", "4/6"),
        ("十二㈢", "12/3"),
        ("第四部分第（六）项", "4/6"),
        ("四（六）1", "4/6/1"),
        ("四", ""),
        ("（六）", ""),
        ("十十（六）", ""),
        ("四（六）月", ""),
    ],
)
def test_a_section_is_read_as_people_write_it(written, section):
    assert section_of(fold_text(written)) == section


def test_what_is_recognised_is_searched_as_words_too():
    root = parse("四（六）").root
    assert isinstance(root, AnyOf)
    field, words = root.children
    assert field == FieldIs("section", ("4/6",))
    assert isinstance(words, Plain)
    assert words.literal == "四(六)"


def test_a_part_of_a_number_and_a_section_must_both_hold():
    root = parse("云政办发〔2018〕146号 四（六） 抽查").root
    assert isinstance(root, Both)
    assert len(root.children) == 3


@pytest.mark.parametrize(
    "line", ["牵头 市公安局", "市公安局 牵头", "市公安局牵头", "牵头单位 市公安局"]
)
def test_who_leads_is_recognised_and_said(line):
    parsed = parse(line)
    assert isinstance(parsed.root, AnyOf)
    assert parsed.root.children[0] == FieldIs("lead", ("云港市:公安",))
    assert parsed.notices == (f"“{line}”也按“牵头:市公安局”检索，由它牵头的排在前面。",)


@pytest.mark.parametrize("line", ["牵头", "牵头 负责", "龙头牵头", "市公安局"])
def test_other_words_beside_a_role_are_words(line):
    assert isinstance(parse(line).root, Plain)


def test_pages_are_those_that_may_be_asked_for():
    def pages(total, limit):
        return Results(SearchRequest(limit=limit), total, total, 0, 0, (), {}).pages

    assert pages(41, 20) == 3
    assert pages(DEEPEST_HIT * 3, 20) == DEEPEST_HIT // 20
    assert pages(DEEPEST_HIT * 3, 30) == DEEPEST_HIT // 30
    assert pages(5, 0) == 0
