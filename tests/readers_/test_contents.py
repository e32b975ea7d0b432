"""A table of contents names headings once more: it is left out, and the headings stand once."""

from __future__ import annotations

import pytest

from corpus.readers import read_bytes
from corpus.structure import parse_circular

LAW = """云港市文明行为促进条例
（2021年10月27日云港市第六届人民代表大会常务委
员会第二十四次会议通过）
目　录
第一章　总则
第二章　行为规范
第三章　附则
第一章　总则
第一条　为了促进文明行为，制定本条例。
第二章　行为规范
第二条　公民应当遵守公共秩序。
第三章　附则
第三条　本条例自2022年3月1日起施行。
"""


def parsed(text: str):
    raw = read_bytes("条例.txt", text.encode())
    return raw, parse_circular(raw)


def test_the_chapters_of_a_law_stand_once():
    raw, circular = parsed(LAW)
    assert [one.id for one in circular.headings] == ["chp_1", "chp_2", "chp_3"]
    assert {one.reason for one in raw.dropped} == {"目录"}
    assert [one.text[:3] for one in circular.paragraphs] == ["第一条", "第二条", "第三条"]


def test_page_numbers_behind_leaders_do_not_hide_an_entry():
    text = LAW.replace(
        "第一章　总则\n第二章　行为规范\n第三章　附则",
        "第一章 总则……1\n第二章 行为规范．．．．2\n第三章 附则……12",
        1,
    )
    assert [one.id for one in parsed(text)[1].headings] == ["chp_1", "chp_2", "chp_3"]


@pytest.mark.parametrize(
    "text",
    [
        "关于公布目录的通知\n各区：\n目录\n一、甲类\n二、乙类\n请遵照执行。\n",
        "目录\n一、甲类\n一、甲类\n",
        "关于防汛的通知\n请看目录\n一、加强领导\n落实责任。\n一、加强领导\n落实责任。\n",
    ],
)
def test_a_catalogue_that_nothing_repeats_stays(text):
    raw, _ = parsed(text)
    assert not raw.dropped


def test_a_note_below_the_title_may_run_over_lines():
    _, circular = parsed(LAW)
    (note,) = [one.value for one in circular.evidence if one.field == "title_note"]
    assert note == "（2021年10月27日云港市第六届人民代表大会常务委员会第二十四次会议通过）"
