"""A web page yields the circular's lines; what surrounds it is marked, never silently gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from corpus.readers import read_bytes

if TYPE_CHECKING:
    from corpus.model import RawCircular

PAGE = """<!DOCTYPE html><html><head><meta charset="gb2312">
<title>云港市人民政府关于加强防汛工作的通知 - 云港市人民政府门户网站</title>
<style>p{}</style><script>var x = "脚本文字";</script></head><body>
<nav><a href="/">首页</a><a href="/zwgk">政务公开</a></nav>
<table><tr><td><b>索 引 号：</b></td><td>000/2021-1</td><td><b>发文字号：</b></td><td>云政发〔2021〕5号</td></tr>
<tr><td><b>发布日期：</b></td><td>2021-05-08</td><td><b>发文机关：</b></td><td>云港市人民政府</td></tr></table>
<div id="UCAP-CONTENT"><p style="text-align:center">云港市人民政府<br>关于加强防汛工作的通知</p>
<p>各县人民政府：</p><p><strong>加强值守。</strong>汛期二十四小时值班，
不得脱岗，保持通讯畅通，信息及时报送。</p>
<table><tr><td>序号</td><td>任务</td></tr><tr><td>1</td><td><p>巡查堤防</p><p>每日两次</p></td></tr></table>
<p style="display:none">随机隐藏文字</p></div>
<footer>版权所有 云港市人民政府</footer></body></html>"""


def read(page: str = PAGE) -> RawCircular:
    return read_bytes("a.html", page.encode("gb18030"))


def kept_lines(raw: RawCircular) -> list[str]:
    dropped = {one.span.start for one in raw.dropped}
    lines, position = [], 0
    for line in raw.text.split("\n"):
        if position not in dropped:
            lines.append(line)
        position += len(line) + 1
    return lines


def test_blocks_and_breaks_become_lines_and_rows_one_line_each():
    assert kept_lines(read()) == [
        "云港市人民政府",
        "关于加强防汛工作的通知",
        "各县人民政府：",
        "加强值守。汛期二十四小时值班， 不得脱岗，保持通讯畅通，信息及时报送。",
        "序号\t任务",
        "1\t巡查堤防 每日两次",
    ]


def test_what_is_left_out_has_its_reason():
    raw = read()
    reasons = {raw.text[one.span.start : one.span.end]: one.reason for one in raw.dropped}
    assert reasons["随机隐藏文字"] == "页面隐藏文字"
    assert reasons["版权所有 云港市人民政府"]
    assert reasons["首页政务公开"]
    assert "脚本文字" not in raw.text


def test_metadata_tables_are_harvested_under_one_label():
    metadata = read().metadata
    assert metadata["索引号"] == "000/2021-1"
    assert metadata["发文字号"] == "云政发〔2021〕5号"
    assert metadata["发文机关"] == "云港市人民政府"
    assert metadata["标题"] == "云港市人民政府关于加强防汛工作的通知"


def test_bold_is_recorded():
    raw = read()
    assert "加强值守。" in [raw.text[span.start : span.end] for span in raw.bold]


def test_a_page_declared_gb2312_keeps_its_gbk_characters():
    raw = read(PAGE.replace("各县人民政府", "镕县人民政府"))
    assert "镕县人民政府：" in raw.text
    assert raw.encoding == "gb18030"


def test_an_xml_declaration_with_an_encoding_does_not_stop_the_reader():
    page = '<?xml version="1.0" encoding="gb2312"?><html><body><p>关于防汛的通知</p></body></html>'
    assert read(page).text == "关于防汛的通知"


def test_references_to_nul_and_surrogates_are_replaced_and_remarked():
    raw = read("<html><body><p>防汛&#0;通知&#xD800;在此</p></body></html>")
    assert raw.text == "防汛\ufffd通知\ufffd在此"
    assert "unstorable_replaced" in {remark.code for remark in raw.remarks}


def test_a_fragment_without_html_around_it_is_a_page():
    raw = read_bytes("a.html", "<p>一、加强领导</p><p>二、落实责任</p>".encode())
    assert raw.text.split("\n") == ["一、加强领导", "二、落实责任"]


def test_external_entities_are_not_opened():
    page = '<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/hostname">]><html><body><p>正文&x;</p></body></html>'
    assert read(page).text.endswith("正文&x;")


LINES = [
    "各区人民政府：",
    "汛期将至，请做好值班值守和物资储备，遇有险情立即报告。",
    "一、加强领导",
    "各区要落实责任，安排专人值班，保证通信畅通。",
    "2021年5月8日",
]


def shown(raw):
    outside = {one.span.start for one in raw.dropped}
    position, kept = 0, []
    for line in raw.text.split("\n"):
        if position not in outside:
            kept.append(line)
        position += len(line) + 1
    return kept


def test_a_text_that_a_page_shows_twice_is_read_once():
    page = "".join(f"<p>{line}</p>" for line in [*LINES, *LINES])
    raw = read(f"<html><body>{page}</body></html>")
    assert shown(raw) == LINES
    assert {one.reason for one in raw.dropped} == {"与上文重复"}


def test_lines_that_only_name_a_file_to_be_had_are_dropped():
    files = ["附件：1.任务分工表.docx", "2.值班表（样式）.xls", "任务分工表.PDF"]
    page = "".join(f"<p>{line}</p>" for line in [*LINES, *files])
    raw = read(f"<html><body>{page}</body></html>")
    assert shown(raw) == [*LINES, files[0]]


@pytest.mark.parametrize("name", ["newsMain", "detailCon", "article-body", "TRS_Editor", "zoom"])
def test_what_stands_around_a_known_container_is_left_out(name):
    page = "".join(f"<p>{line}</p>" for line in LINES)
    around = "<div>登录 退出</div><div>无障碍 长者助手</div>"
    raw = read(f'<html><body>{around}<div class="{name}">{page}</div>{around}</body></html>')
    assert shown(raw) == LINES
