"""What a file calls a heading helps: 大纲级别 of Word, h1 to h6 of a page."""

from __future__ import annotations

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from corpus.model import Level
from corpus.readers import read_bytes
from corpus.structure import parse_circular

LINES = [  # the words, and the level the file gives them
    ("云港市人民政府关于加强防汛工作的通知", 0),
    ("各区人民政府：", 0),
    ("汛期将至，现通知如下。", 0),
    ("总体要求", 1),
    ("坚持预防为主。", 0),
    ("一、落实责任，加强值守。", 2),
    ("各区要安排专人值班，遇有险情立即报告。", 0),
    ("保障措施", 1),
    ("各部门要保证物资供应，不得迟延。", 0),
    ("（三）经费", 2),
    ("所需经费由市财政安排。", 0),
]


def word_file(make, lines, *, direct: bool = False):
    document = docx.Document()
    for words, level in lines:
        paragraph = document.add_paragraph(
            words, style=f"Heading {level}" if level and not direct else None
        )
        if direct:
            properties = paragraph._p.get_or_add_pPr()
            value = level - 1 if level else 9
            properties.append(parse_xml(f'<w:outlineLvl {nsdecls("w")} w:val="{value}"/>'))
    return parse_circular(read_bytes("通知.docx", make.save(document)))


def web_page(lines):
    body = "".join(f"<h{n}>{w}</h{n}>" if n else f"<p>{w}</p>" for w, n in lines)
    page = f"<!DOCTYPE html><html><body>{body}</body></html>"
    return parse_circular(read_bytes("通知.html", page.encode()))


@pytest.fixture(params=["style", "paragraph", "page"])
def circular(request, make):
    if request.param == "page":
        return web_page(LINES)
    return word_file(make, LINES, direct=request.param == "paragraph")


def test_a_line_the_file_calls_a_heading_is_one_without_a_number_too(circular):
    assert [(h.id, h.level, h.number, h.heading, h.path) for h in circular.headings] == [
        ("name_1", Level.NAMED, "", "总体要求", ()),
        ("sec_1", Level.PART, "一、", "落实责任，加强值守", (1,)),
        ("name_2", Level.NAMED, "", "保障措施", ()),
        ("sub_3", Level.ITEM, "（三）", "经费", (3,)),
    ]


def test_a_heading_without_a_number_is_no_step_of_a_path(circular):
    assert [(p.id, p.cite, p.headings) for p in circular.paragraphs] == [
        ("p_1", "引言第1段", ()),
        ("p_2", "引言第2段", ("总体要求",)),
        ("sec_1__p_1", "第一部分第1段", ("总体要求", "一、落实责任，加强值守")),
        ("p_3", "引言第3段", ("保障措施",)),
        ("sub_3__p_1", "第（三）项第1段", ("保障措施", "（三）经费")),
    ]


def test_a_text_set_in_the_style_of_a_heading_throughout_is_not_believed(make):
    lines = [(words, 1) for words, _ in LINES[:2]] + [
        ("汛期将至", 1),
        ("坚持预防为主", 1),
        ("落实责任", 1),
    ]
    circular = word_file(make, lines)
    assert not circular.headings
    assert [one.text for one in circular.paragraphs] == ["汛期将至", "坚持预防为主", "落实责任"]


def test_a_sentence_in_the_style_of_a_heading_stays_a_paragraph(make):
    lines = [*LINES[:3], ("各区要安排专人值班。", 2), *LINES[6:7], *LINES[8:9]]
    assert not word_file(make, lines).headings


def bold_page(*lines: str):
    body = "".join(
        f"<p><strong>{line[1:]}</strong></p>" if line.startswith("*") else f"<p>{line}</p>"
        for line in lines
    )
    page = f"<!DOCTYPE html><html><body>{body}</body></html>"
    return parse_circular(read_bytes("通知.html", page.encode()))


HEAD = ("云港市人民政府关于加强防汛工作的通知", "各区人民政府：", "汛期将至，现通知如下。")


def test_bold_lines_are_headings_where_there_are_several():
    circular = bold_page(
        *HEAD, "*面向单位的要求", "各单位要安排值班。", "*面向个人的要求", "个人要注意安全。"
    )
    assert [(h.level, h.heading) for h in circular.headings] == [
        (Level.NAMED, "面向单位的要求"),
        (Level.NAMED, "面向个人的要求"),
    ]
    assert [one.headings for one in circular.paragraphs[1:]] == [
        ("面向单位的要求",),
        ("面向个人的要求",),
    ]


@pytest.mark.parametrize(
    "lines",
    [
        ("*面向单位的要求", "各单位要安排值班。"),
        ("*云港市防汛工作", "*责任清单", "各单位要安排值班。"),
        ("*图1 水库位置", "各单位要安排值班。", "*图2 河道位置", "个人要注意安全。"),
        ("*各单位要安排值班。", "个人要注意安全。", "*个人要注意安全。", "遇险报告。"),
    ],
)
def test_bold_alone_does_not_make_a_heading(lines):
    assert not bold_page(*HEAD, *lines).headings
