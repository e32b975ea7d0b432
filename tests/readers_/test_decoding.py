"""Bytes become text without losing a character in silence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import UnreadableFileError
from corpus.readers.decoding import decode, replace_unstorable

TEXT = "云港市人民政府办公室关于印发防汛工作方案的通知\n云政办发〔2021〕32号\n各县（市、区）人民政府，市政府各部门："


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("label", [None, "gb2312", "utf-8", "big5", "x-unknown"])
def test_any_codec_gives_the_same_text_whatever_the_label(codec, label):
    assert decode(TEXT.encode(codec), label).text == TEXT


def test_a_gb2312_page_may_hold_characters_of_gbk():
    text = "镕基、㐂寿、〇办公厅关于"
    assert decode(text.encode("gb18030"), "gb2312").text == text


def test_big5_is_read_when_it_is_the_likelier_text():
    text = "行政院關於政府機關公共工程管理辦法的通知，各部會應依規定辦理，並於本年度內實施。"
    decoded = decode(text.encode("big5"), "big5")
    assert decoded.text == text


def test_a_short_gbk_text_is_not_mistaken_for_utf_8():
    assert decode("通知".encode("gbk")).text == "通知"


def test_a_torn_last_character_is_shown_and_remarked():
    data = (TEXT * 20).encode()[:-1]
    decoded = decode(data)
    assert decoded.text.endswith("\ufffd")
    assert [remark.code for remark in decoded.remarks] == ["decoding_lossy"]


def test_nul_is_replaced_and_remarked():
    decoded = decode("公文\x00正文在这里".encode())
    assert decoded.text == "公文\ufffd正文在这里"
    assert [remark.code for remark in decoded.remarks] == ["unstorable_replaced"]


def test_binary_data_is_refused():
    with pytest.raises(UnreadableFileError) as raised:
        decode(bytes(range(1, 32)) * 100)
    assert raised.value.code in {"binary", "undecodable"}


@given(st.text(alphabet=st.characters(codec=None), max_size=60))
def test_replaced_text_can_always_be_stored(text):
    replaced, count = replace_unstorable(text)
    assert replaced.encode("utf-8").decode("utf-8") == replaced
    assert "\x00" not in replaced
    assert count >= 0


@given(st.binary(max_size=400))
def test_any_bytes_give_text_or_a_reason(data):
    try:
        text, reason = decode(data).text, ""
    except UnreadableFileError as error:
        text, reason = "", error.code
    assert reason in {"", "binary", "undecodable"}
    assert replace_unstorable(text) == (text, 0)
