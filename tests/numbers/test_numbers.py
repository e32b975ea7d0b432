"""Document numbers as people write them; `docnum_cases.tsv` is the list of spellings."""

from __future__ import annotations

import csv

import pytest

from corpus.number import (
    DocumentNumber,
    NumberError,
    NumberKind,
    find_numbers,
    is_only_number,
    parse_typed_number,
)


def _rows(repository):
    lines = (repository / "tests/data/docnum_cases.tsv").read_text(encoding="utf-8").splitlines()
    return [dict(row) for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)]


@pytest.fixture(scope="module")
def rows(repository):
    return _rows(repository)


@pytest.mark.parametrize("place", range(68))
def test_a_written_number_has_its_normal_form(rows, place):
    row = rows[place]
    found = ";".join(str(number) for number in parse_typed_number(row["input"]))
    assert found == (row["expected"] or ""), row["note"]


def test_the_list_of_spellings_is_whole(rows):
    assert len(rows) == 68


# The lines of the real list that stay unread, by kind:
#   an announcement without its issuer     2   公告2018年第14号
#   a news phrase, 公告 left out           1   …海关已发布2019年第1号
#   no code before the bracket             1   工作通知〔2020〕1928号
#   an order without 令 and year           1   …政 第24号
#   a missing 号 (read as a whole line)    1   …发〔2012〕18
UNREAD = 6


def test_real_numbers_are_read(shared):
    text = (shared / "data/document_numbers_real.txt").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line.strip()]
    unread = [line for line in lines if len(find_numbers(line)) != 1]
    assert 1 - len(unread) / len(lines) >= 0.995
    assert len(unread) <= UNREAD


def test_real_numbers_survive_their_text_form_and_slug(shared):
    text = (shared / "data/document_numbers_real.txt").read_text(encoding="utf-8")
    for line in text.splitlines()[::7]:
        for mention in find_numbers(line):
            assert DocumentNumber.parse(str(mention.number)) == mention.number
            assert DocumentNumber.from_slug(mention.number.slug) == mention.number


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("国办发2017-46", "国办发〔2017〕46号"),
        ("国办发2017/46", "国办发〔2017〕46号"),
        ("厦府办(2016)146", "厦府办〔2016〕146号"),
        ("厦府办 2016 146 号", "厦府办〔2016〕146号"),
        ("厦府办2016第146号", "厦府办〔2016〕146号"),
        ("国办发 46号 2017", "国办发〔2017〕46号"),
        ("國辦發﹝2017﹞46號", "国办发〔2017〕46号"),
        ("厦府办2016-146 打假", "厦府办〔2016〕146号"),
        ("云港府办〔2023〕5号", "云港府办〔2023〕5号"),
    ],
)
def test_typed_shortcuts_are_understood(typed, number):
    assert [str(found) for found in parse_typed_number(typed)] == [number]


@pytest.mark.parametrize(
    "typed",
    [
        "146号",
        "2017",
        "发改2016-2020 规划",
        "双打2016 46号",
        "全市2017年9月",
        "2016-2020年",
        "",
        "号",
        "〔2017〕46号",
    ],
)
def test_what_names_no_code_is_no_number(typed):
    assert parse_typed_number(typed) == ()


@pytest.mark.parametrize(
    ("sentence", "numbers"),
    [
        ("《通知》（财税〔2016〕36号、140号）", ["财税〔2016〕36号", "财税〔2016〕140号"]),
        ("国办发〔2017〕46,47号", ["国办发〔2017〕46号", "国办发〔2017〕47号"]),
        ("见国务院令第675号和财政部公告2019年第3号", ["国务院令第675号", "财政部公告2019年第3号"]),
        ("中国人民银行令〔2018〕第1号", ["中国人民银行令2018年第1号"]),
        ("渝府令〔2020〕338号", ["渝府令〔2020〕338号"]),
        ("财政部和国家税务总局公告2018年第7号", ["国家税务总局公告2018年第7号"]),
        ("国家税务总局2018年第7号公告", ["国家税务总局公告2018年第7号"]),
        ("云港市人大常委会公告第三号", ["云港市人大常委会公告第3号"]),
        ("工信部联原〔2023〕5号", ["工信部联原〔2023〕5号"]),
        ("关于印发办法的通知闽财建〔2007〕157号", ["闽财建〔2007〕157号"]),
        ("省人民政府云政函〔1988〕181号", ["云政函〔1988〕181号"]),
        ("法〔2018〕335号", ["法〔2018〕335号"]),
        ("国发〔1988〕第三十八号", ["国发〔1988〕38号"]),
        ("国令第706号", ["国务院令第706号"]),
        ("厦税公告2018年第3号", ["厦税公告2018年第3号"]),
        ("交通运输部令第2017年第27号", ["交通运输部令2017年第27号"]),
        ("[1997]外经贸发第292号", ["外经贸发〔1997〕292号"]),
        ("1999年5月23日国务院令第265号", ["国务院令第265号"]),
        ("原国土资发〔2014〕1号", ["国土资发〔2014〕1号"]),
        ("津府令〔2020〕3号", ["津府令〔2020〕3号"]),
        ("另见云府办〔2016〕146号", ["云府办〔2016〕146号"]),
        (
            "如云府办〔2016〕146号和比照云府办〔2016〕147号",
            ["云府办〔2016〕146号", "云府办〔2016〕147号"],
        ),
        ("从事财税〔2009〕166号所列业务", ["财税〔2009〕166号"]),
        ("为我省[2020]10号文件", []),
        ("命令第3号", []),
        ("（2005）民三终字第6号", []),
        ("已在2017年第3号车间", []),
        ("表〔2017〕3", []),
        ("国办发〔2017〕0号", []),
    ],
)
def test_numbers_in_running_text(sentence, numbers):
    assert [str(mention.number) for mention in find_numbers(sentence)] == numbers


def test_zero_width_characters_inside_a_number_do_not_hide_it():
    text = "\u200b厦府办\u200b〔2016〕\ufeff146号"
    [mention] = find_numbers(text)
    assert str(mention.number) == "厦府办〔2016〕146号"
    assert mention.as_written == text[1:]


def test_the_span_of_an_elided_number_is_its_own():
    text = "国办发〔2017〕46、47号"
    assert [mention.as_written for mention in find_numbers(text)] == ["国办发〔2017〕46", "47号"]


def test_a_code_never_seen_is_known_to_be_unknown():
    known, unknown = find_numbers("国办发〔2017〕46号，国家办发〔2017〕46号")
    assert known.known_code
    assert not unknown.known_code


def test_a_number_far_inside_a_long_text_is_found():
    text = "无" * 1995 + "，国办发〔2017〕46号，" + "无" * 5000 + "，国务院令第675号"
    assert [str(m.number) for m in find_numbers(text)] == ["国办发〔2017〕46号", "国务院令第675号"]


@pytest.mark.parametrize(
    "line",
    [
        "厦府办〔2016〕146号",
        "（厦府办〔2016〕146号）",
        "  \u200b厦府办 〔2016〕 146 号 ",
        "发文字号：厦府办〔2016〕146号",
        "厦府办〔2016〕146",
        "【厦府办〔2016〕146号】",
    ],
)
def test_a_line_of_nothing_but_a_number_is_recognised(line):
    mention = is_only_number(line)
    assert mention is not None
    assert str(mention.number) == "厦府办〔2016〕146号"


@pytest.mark.parametrize(
    "line",
    [
        "根据厦府办〔2016〕146号",
        "厦府办〔2016〕146号《通知》",
        "国发〔2017〕1号、国发〔2017〕2号",
        "",
        "通知",
    ],
)
def test_a_line_with_more_than_a_number_is_not(line):
    assert is_only_number(line) is None


def test_the_title_of_the_state_belongs_to_the_line():
    mention = is_only_number("中华人民共和国国务院令第675号")
    assert mention is not None
    assert mention.number == DocumentNumber("国务院", None, 675, NumberKind.ORDER)


def test_parse_wants_exactly_one():
    with pytest.raises(NumberError, match="含有 2 个发文字号"):
        DocumentNumber.parse("国发〔2017〕14号、国办发〔2017〕46号")
    with pytest.raises(NumberError, match="不是发文字号"):
        DocumentNumber.parse("通知")


def test_the_same_number_twice_is_one():
    assert DocumentNumber.parse("国发〔2017〕14号（国发[2017]14号）").serial == 14


@pytest.mark.parametrize(
    ("written", "slug"),
    [
        ("国办发〔2017〕46号", "国办发-2017-46"),
        ("国务院令第675号", "国务院令-第675"),
        ("交通运输部令2016年第62号", "交通运输部令-2016-第62"),
        ("国家税务总局公告2018年第7号", "国家税务总局公告-2018-第7"),
        ("渝府令〔2020〕338号", "渝府令-2020-338"),
    ],
)
def test_slugs_stand_in_an_address(written, slug):
    number = DocumentNumber.parse(written)
    assert number.slug == slug
    assert DocumentNumber.from_slug(slug) == number


@pytest.mark.parametrize("slug", ["", "国办发", "国办发-46", "国办发-2017-", "a-b-c-d"])
def test_a_wrong_slug_is_refused(slug):
    with pytest.raises(NumberError):
        DocumentNumber.from_slug(slug)


def test_numbers_sort_by_code_year_and_serial_as_a_number():
    written = ["国发〔2017〕14号", "国发〔2017〕2号", "国发〔2016〕99号"]
    ordered = sorted(map(DocumentNumber.parse, written), key=lambda number: number.sort_key)
    assert [str(number) for number in ordered] == [
        "国发〔2016〕99号",
        "国发〔2017〕2号",
        "国发〔2017〕14号",
    ]
