"""No text is lost and nothing raises: on real files, and on anything hypothesis invents."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.model import RawCircular
from corpus.structure import parse_circular
from tests.structure import corpus_reading as survey

PIECES = st.sampled_from([
    "一、", "二、", "（一）", "㈡", "1.", "2．", "（1）", "①", "第一章", "第一条", "第二条", "附件1", "附件：", "附件：1.清单",
    "加强领导", "云港市人民政府办公室", "2021年5月8日", "二〇二一年五月八日", "关于印发《防汛方案》的通知", "防汛方案",
    "云政办发〔2021〕32号", "《", "》", "（", "）", "〔", "〕", "，", "。", "；", "：", "\n", "\n\n", "\r\n", " ", "　　", "\t",
    "（市公安局牵头，市交通局配合）", "（市公安局负责）", "根据", "各区人民政府：", "抄送：市委。", "印发", "（试行）", ">", "首页",
    "发文字号：", "?", "“3?15”", "\u2028", "\x1c", "\ufeff", "\ufffd", "𠮷", "责任单位：市公安局", "——", "一是", "总　则",
])  # fmt: skip
TEXTS = st.lists(st.one_of(PIECES, st.text(max_size=8)), max_size=60).map("".join)


@given(TEXTS)
@settings(max_examples=300, deadline=None)
def test_any_text_is_parsed_and_nothing_of_it_is_lost(text):
    raw = RawCircular("a.txt", text.replace("\x00", ""))
    assert survey.faults(raw, parse_circular(raw)) == []


@pytest.fixture(scope="module")
def reading(shared) -> Any:
    """Every real file read once, for all the claims below."""
    return survey.read_folders(shared / "corpus" / name for name in ("circulars", "html"))


@pytest.mark.timeout(300)
def test_nothing_of_a_real_file_is_lost(reading):
    assert reading.lost == []


@pytest.mark.timeout(300)
def test_what_reads_like_a_responsibility_group_is_one_or_is_said_not_to_be(reading):
    assert reading.unexplained == []


@pytest.mark.timeout(300)
def test_no_real_file_takes_more_than_ten_seconds_of_the_processor(reading):
    assert reading.slowest[0] < 10, reading.slowest


@pytest.mark.parametrize(
    "line",
    [
        "加强防汛值守，落实责任。" * 20_000,
        "（" * 100_000,
        "《" * 100_000,
        "1." * 100_000,
        "一、" * 60_000,
        "（一）" * 60_000,
        " " * 100_000 + "文",
        "国发〔2021〕" * 20_000,
        "（市公安局、" * 20_000 + "负责）",
        "2021年1月1日" * 20_000,
        "加强值守。（市公安局负责）\n" * 6_000,
        "第一条" * 60_000,
        "文 " * 100_000,
    ],
    ids=lambda line: line[:6].strip() or "spaces",
)
@pytest.mark.timeout(20)
def test_a_hostile_line_takes_linear_time(line):
    raw = RawCircular("a.txt", line)
    assert survey.faults(raw, parse_circular(raw)) == []
