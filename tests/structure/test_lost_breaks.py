"""Line ends that a page lost before a number are found by the sequence alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.lost_breaks import find_lost_breaks
from corpus.model import RawCircular
from corpus.ordinals import format_ordinal
from corpus.structure import parse_circular


def headings(text: str) -> list[tuple[str, str]]:
    circular = parse_circular(RawCircular("a.txt", text))
    return [("/".join(map(str, one.path)), one.heading) for one in circular.headings]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "一、工作目标\n做好防汛值守。二、主要任务\n加固堤防。\n三、有关要求\n压实责任。\n",
            [("1", "工作目标"), ("2", "主要任务"), ("3", "有关要求")],
        ),
        (
            "云港市防汛办法\n第一章 总则\n第一条 为防汛制定本办法。第二章 职责\n第二条 市水利局主管防汛。\n",
            [("1", "总则"), ("2", "职责")],
        ),
        (
            "云港市防汛办法\n第一章 总则第一条 为防汛制定本办法。第二章 职责第二条 市水利局主管。\n",
            [("1", "总则"), ("2", "职责")],
        ),
        (
            "现将有关事项通知如下：一、巡查范围\n全市河道。\n二、巡查要求\n每日一次。\n",
            [("1", "巡查范围"), ("2", "巡查要求")],
        ),
        (
            "一、总体要求\n统一部署。\n二、有关要求（一）加强领导。各区负责。\n（二）严肃纪律。不得懈怠。\n",
            [("1", "总体要求"), ("2", "有关要求"), ("2/1", "加强领导"), ("2/2", "严肃纪律")],
        ),
    ],
)
def test_a_number_missing_from_the_sequence_is_found_inside_a_line(text, found):
    assert headings(text) == found


@pytest.mark.parametrize(
    "lines",
    [
        ["一、目标", "依照本办法第二条和（二）项的规定办理。", "二、任务"],
        ["（一）开展检查：重点有（二）类疫苗。", "（二）加强培训。"],
        ["一、目标", "其中一是值守；二是巡查。", "二、任务"],
        ["没有序号的一行。二、四线城市不在此列。"],
    ],
)
def test_numbers_that_are_mentioned_are_no_headings(lines):
    assert find_lost_breaks(lines) == ()


@given(st.integers(2, 8), st.data())
def test_whichever_line_end_is_lost_the_numbers_are_the_same(count, data):
    items = [f"{format_ordinal(n)}、事项{n}\n办好第{n}件事。" for n in range(1, count + 1)]
    lost = data.draw(st.integers(1, count - 1))
    text = "\n".join(items[:lost]) + "\n".join(["", *items[lost:]][1:]) + "\n"
    kept = "\n".join(items) + "\n"
    assert headings(text) == headings(kept)
