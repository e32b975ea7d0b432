"""No text is lost and nothing raises: on real files, and on anything hypothesis invents."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.accounting import Fate, account
from corpus.errors import UnreadableFileError
from corpus.model import Circular, RawCircular
from corpus.readers import read_path
from corpus.structure import parse_circular

PIECES = st.sampled_from([
    "一、", "二、", "（一）", "㈡", "1.", "2．", "（1）", "①", "第一章", "第一条", "第二条", "附件1", "附件：", "附件：1.清单",
    "加强领导", "云港市人民政府办公室", "2021年5月8日", "二〇二一年五月八日", "关于印发《防汛方案》的通知", "防汛方案",
    "云政办发〔2021〕32号", "《", "》", "（", "）", "〔", "〕", "，", "。", "；", "：", "\n", "\n\n", "\r\n", " ", "　　", "\t",
    "（市公安局牵头，市交通局配合）", "（市公安局负责）", "根据", "各区人民政府：", "抄送：市委。", "印发", "（试行）", ">", "首页",
    "发文字号：", "?", "“3?15”", "\u2028", "\x1c", "\ufeff", "\ufffd", "𠮷", "责任单位：市公安局", "——", "一是", "总　则",
])  # fmt: skip
TEXTS = st.lists(st.one_of(PIECES, st.text(max_size=8)), max_size=60).map("".join)


def check(raw: RawCircular, circular: Circular) -> None:
    """Every visible character stands in exactly one heading, paragraph, evidence or dropped span."""
    shares = account(raw, circular)
    wrong = [one for one in shares if one.fate in {Fate.LOST, Fate.TWICE}]
    assert not wrong, (wrong[0], raw.text[wrong[0].span.start : wrong[0].span.end][:40])
    assert "".join(raw.text[one.span.start : one.span.end] for one in shares) == raw.text
    ids = [one.id for one in (*circular.headings, *circular.paragraphs)]
    assert len(ids) == len(set(ids))
    for paragraph in circular.paragraphs:
        assert raw.text[paragraph.span.start : paragraph.span.end] == paragraph.text
        for group in paragraph.groups:
            assert raw.text[group.span.start : group.span.end] == group.raw
            assert paragraph.span.start <= group.governs.start <= group.governs.end
            assert group.span.end <= paragraph.span.end


@given(TEXTS)
@settings(max_examples=300, deadline=None)
def test_any_text_is_parsed_and_nothing_of_it_is_lost(text):
    raw = RawCircular("a.txt", text.replace("\x00", ""))
    check(raw, parse_circular(raw))


@pytest.mark.timeout(120)
@pytest.mark.parametrize("folder", ["circulars", "html"])
def test_nothing_of_a_real_file_is_lost(shared, folder):
    files = sorted((shared / "corpus" / folder).iterdir())
    for path in files:
        try:
            raw = read_path(path)
        except UnreadableFileError:
            continue
        check(raw, parse_circular(raw))


DUTY = re.compile(
    r"[（(【][^（）()【】]{2,300}(?:负责|牵头|配合|落实)[）)】]|(?:责任|牵头)单位[：:]"
)


@pytest.mark.timeout(120)
def test_what_reads_like_a_responsibility_group_is_one_or_is_said_not_to_be(shared):
    for path in sorted((shared / "corpus" / "circulars").iterdir()):
        raw = read_path(path)
        circular = parse_circular(raw)
        refused = [one.message for one in circular.remarks if one.code == "group_rejected"]
        for paragraph in circular.paragraphs:
            groups = [
                (one.span.start - paragraph.span.start, one.span.end - paragraph.span.start)
                for one in paragraph.groups
            ]
            for found in DUTY.finditer(paragraph.text):
                placed = any(s < found.end() and found.start() < e for s, e in groups)
                assert placed or any(found[0][:20] in one for one in refused), found[0]


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
    check(raw, parse_circular(raw))
