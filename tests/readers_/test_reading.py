"""Files are known by their content; what cannot be read says why and how to mend it."""

from __future__ import annotations

import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import UnreadableFileError
from corpus.readers import read_bytes, read_path
from corpus.readers.html_scan import count_han
from corpus.readers.reasons import REASONS

PNG = b"\x89PNG\r\n\x1a\n" + zlib.compress(b"x" * 500)


def read_or_code(name: str, data: bytes):
    """The raw circular, or the code of the reason why there is none."""
    try:
        return read_bytes(name, data), ""
    except UnreadableFileError as error:
        return None, error.code


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("空.txt", b"", "empty"),
        ("空白.txt", "  \n\u3000\n".encode(), "empty"),
        ("只有标记.txt", b"\xef\xbb\xbf", "empty"),
        ("图.txt", PNG, "picture"),
        ("图.html", b"\xff\xd8\xff\xe0" + b"\x00" * 50, "picture"),
        ("附件.txt", b"%PDF-1.7\n1 0 obj", "damaged"),
        ("附件.docx", b"PK\x03\x04\x14\x00\x00\x00\x08\x00word/document.xml", "damaged"),
        ("录音.mp3", b"ID3\x04\x00\x00" + b"\x00" * 50, "media"),
        ("附件.rar", b"Rar!\x1a\x07\x01\x00", "unsupported_format"),
        ("附件.zip", b"PK\x03\x04\x14\x00\x01\x00\x08\x00a.txt", "encrypted"),
        ("旧.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "unsupported_format"),
        ("程序.txt", b"\x7fELF\x02\x01\x01" + b"\x00" * 100, "binary"),
        ("页.html", b"<html><body><script>var a=1</script></body></html>", "no_text"),
        ("页.html", ("<div>" * 300 + "正文" + "</div>" * 300).encode(), "html_too_deep"),
        (
            "页.html",
            ("<p " + " ".join(f"a{i}=1" for i in range(300)) + ">正文</p>").encode(),
            "html_too_many_attributes",
        ),
    ],
)
def test_what_cannot_be_read_has_its_reason(name, data, code):
    with pytest.raises(UnreadableFileError) as raised:
        read_bytes(name, data)
    assert raised.value.code == code
    assert REASONS[code][:6] in str(raised.value)


def test_every_reason_tells_what_to_do():
    assert all(
        "请" in message or "不受影响" in message or "只读取" in message
        for message in REASONS.values()
    )


def test_a_file_that_is_not_there_or_no_file_has_its_reason(tmp_path):
    for path, code in ((tmp_path / "无.txt", "missing"), (tmp_path, "not_a_file")):
        with pytest.raises(UnreadableFileError) as raised:
            read_path(path)
        assert raised.value.code == code


def test_plain_text_is_the_file_character_for_character():
    text = "关于防汛的通知\r\n\r\n　　一、加强领导\t 。\n"
    assert read_bytes("a.txt", text.encode("gb18030")).text == text


def test_type_is_told_by_content_not_by_extension():
    page = "<!DOCTYPE html><html><body><p>一、加强领导</p></body></html>"
    assert read_bytes("a.txt", page.encode()).media_type == "text/html"
    assert read_bytes("a.html", "一、加强领导\n二、落实责任".encode()).media_type == "text/plain"


def test_text_with_a_few_tags_strewn_in_stays_text():
    text = "关于防汛的通知\n<br>\n一、加强领导\n二、落实责任\n三、严格监督\n"
    assert read_bytes("a.txt", text.encode()).media_type == "text/plain"


def test_a_very_long_line_is_read_or_refused_quickly():
    line = "加强防汛值守，落实责任。" * 100_000
    assert len(read_bytes("a.txt", line.encode()).text) == len(line)
    with pytest.raises(UnreadableFileError) as raised:
        read_bytes("a.txt", (line * 6).encode())
    assert raised.value.code == "too_long"


def test_a_file_above_the_limit_is_refused():
    with pytest.raises(UnreadableFileError) as raised:
        read_bytes("a.txt", b"a" * 50_000_001)
    assert raised.value.code == "too_large"


@pytest.fixture(scope="module")
def _no_libreoffice():
    """Keep LibreOffice from being started for every {\\rtf that chance comes up with."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GONGWEN_LIBREOFFICE", "")
        yield


@pytest.mark.usefixtures("_no_libreoffice")
@settings(deadline=None)  # some examples start a process
@given(st.binary(max_size=300), st.sampled_from(["a.txt", "a.html"]))
def test_any_bytes_are_read_or_refused_with_a_known_reason(data, name):
    raw, code = read_or_code(name, data)
    assert code in REASONS if raw is None else raw.text.strip()


FRAGMENTS = st.lists(
    st.sampled_from([
        "<div>", "</div>", "<p>", "</p>", "<br>", "<table><tr><td>", "</td><td>", "</td></tr></table>",
        "加强领导", "一、总体要求", "&nbsp;", "&#x4e00;", "&#xD800;", "<!--", "-->", "<script>", "</script>",
        "<b>", "</b>", "<a href='x>y'>", "</a>", "<", ">", '"', "<style>汉字</style>", "<nav>首页</nav>",
    ]),
    max_size=40,
)  # fmt: skip


@given(FRAGMENTS)
def test_any_page_is_read_or_refused_with_a_known_reason(pieces):
    page = "<html><body><p>正文</p>" + "".join(pieces) + "</body></html>"
    raw, code = read_or_code("a.html", page.encode())
    if raw is None:
        assert code in REASONS
        return
    for one in raw.dropped:
        assert raw.text[one.span.start : one.span.end].strip()


def test_no_han_is_lost_in_real_pages(shared):
    for path in sorted((shared / "corpus" / "html").glob("*.html")):
        raw, code = read_or_code(path.name, path.read_bytes())
        if raw is None:
            assert code == "no_text", path.name
            continue
        assert "text_gap" not in {remark.code for remark in raw.remarks}, path.name
        kept = count_han(raw.text) - sum(
            count_han(raw.text[one.span.start : one.span.end]) for one in raw.dropped
        )
        assert kept > 20, path.name
