"""What a line begins with; `heading_cases.tsv` is the list of markers and of what is none."""

from __future__ import annotations

import csv

import pytest

from corpus.path import Level, OrdinalError, format_ordinal, parse_marker, parse_ordinal


@pytest.fixture(scope="module")
def rows(repository):
    text = (repository / "tests/data/heading_cases.tsv").read_text(encoding="utf-8")
    lines = text.splitlines()
    return [dict(row) for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)]


@pytest.mark.parametrize("place", range(46))
def test_a_line_has_its_marker(rows, place):
    row = rows[place]
    marker = parse_marker(row["line"])
    found = (marker.level.value, str(marker.ordinal), marker.rest) if marker else ("", "", "")
    assert found == (row["level"] or "", row["ordinal"] or "", row["rest"] or ""), row["note"]


def test_the_list_of_markers_is_whole(rows):
    assert len(rows) == 46


@pytest.mark.parametrize(
    ("line", "level", "ordinal", "number", "rest"),
    [
        ("　　一、总体要求", Level.PART, 1, "一、", "总体要求"),
        ("\u200b（一）目标", Level.ITEM, 1, "（一）", "目标"),
        ("（一）目的和意义", Level.ITEM, 1, "（一）", "目的和意义"),
        ("（一）项目建设", Level.ITEM, 1, "（一）", "项目建设"),
        ("一、三位一体推进", Level.PART, 1, "一、", "三位一体推进"),
        ("1、2017年工作目标", Level.POINT, 1, "1、", "2017年工作目标"),
        ("1.2017年目标", Level.POINT, 1, "1.", "2017年目标"),
        ("１．强化监管", Level.POINT, 1, "１．", "强化监管"),
        ("第十二条之一　本办法", Level.ARTICLE, 12, "第十二条之一", "本办法"),
        ("第1条 目的", Level.ARTICLE, 1, "第1条", "目的"),
        ("㉑其他", Level.CIRCLED, 21, "㉑", "其他"),
        ("附 件 二", Level.ATTACHMENT, 2, "附 件 二", ""),
        ("附件", Level.ATTACHMENT, 1, "附件", ""),
        ("三十一、附则", Level.PART, 31, "三十一、", "附则"),
    ],
)
def test_less_usual_markers(line, level, ordinal, number, rest):
    marker = parse_marker(line)
    assert marker is not None
    assert (marker.level, marker.ordinal, marker.number, marker.rest) == (
        level,
        ordinal,
        number,
        rest,
    )
    assert line[marker.rest_start :].rstrip() == rest
    assert not marker.doubtful


@pytest.mark.parametrize(
    "line",
    [
        "",
        "（一）、（二）项规定的情形",
        "（一）项所列情形",
        "第三条第二款规定",
        "第八条规定的程序",
        "第五条、第六条",
        "1、2号楼",
        "1.1 总体要求",
        "(94)财税字第001号",
        "0.概述",
        "〇、概述",
        "附件：",
        "附件1：任务分工表",
        "十百、什么",
    ],
)
def test_what_only_looks_like_a_marker(line):
    assert parse_marker(line) is None


@pytest.mark.parametrize(
    "line", ["一,加强组织领导", "一，加强组织领导", "三、四季度工作安排", "（一）"]
)
def test_some_markers_need_their_siblings(line):
    marker = parse_marker(line)
    assert marker is not None
    assert marker.doubtful


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("十", 10),
        ("二十", 20),
        ("一百零八", 108),
        ("一百〇八", 108),
        ("一〇八", 108),
        ("100", 100),
        ("两百", 200),
    ],
)
def test_ordinals_in_every_writing(text, value):
    assert parse_ordinal(text) == value


@pytest.mark.parametrize("text", ["", "零", "二三十", "十百", "一千", "1000", "0", "甲", "１"])
def test_what_is_no_ordinal_is_refused(text):
    with pytest.raises(OrdinalError, match="不是一到九百九十九之间的中文序数"):
        parse_ordinal(text)


@pytest.mark.parametrize("value", [0, 1000, -1])
def test_numbers_outside_are_not_written(value):
    with pytest.raises(OrdinalError):
        format_ordinal(value)
