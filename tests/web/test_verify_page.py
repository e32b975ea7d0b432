"""The page that checks a report, and the files its record is carried away in."""

from __future__ import annotations

import csv
import io

import docx
import pytest
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from lxml import html

W = nsdecls("w", "r")
GOOD = "建立网络抽样检验与线下查处联动机制"
BAD = "建立网络抽样检测与线下查办联动机制"
REPORT = f"文件提出“{GOOD}”，又说“{BAD}”，见云政发〔2019〕14号、云政办发〔2099〕1号。"


def post(site, **fields):
    return site.client.post("/verify", data=fields, content_type="multipart/form-data")


def tree_of(response):
    return html.document_fromstring(response.get_data(as_text=True))


def verdicts(tree):
    return tree.xpath("//@data-verdict")


def classed(tree, name):
    return [one.text_content() for one in tree.find_class(name)]


def test_an_empty_page_asks_for_a_report(site):
    tree = site.tree("/verify")
    assert tree.xpath("//textarea[@name='text']")
    assert verdicts(tree) == []


def test_each_claim_stands_with_its_verdict_beside_the_text_held(site):
    tree = tree_of(post(site, text=REPORT))
    assert verdicts(tree) == ["ended", "changed", "same", "missing"]
    (changed,) = tree.xpath("//*[@data-verdict='changed']")
    assert classed(changed, "lack") == ["检测", "查办"]
    assert classed(changed, "gain") == ["检验", "查处"]
    assert "/p/" in changed.xpath(".//*[@class='src']/a/@href")[0]
    assert tree.xpath("string(//textarea)") == REPORT
    assert "核对 4 处" in tree.get_element_by_id("results").text_content()


def test_a_short_text_may_stand_in_the_address(site):
    assert verdicts(site.tree(f"/verify?text={GOOD}")) == ["ended"]


def test_a_word_file_is_read_and_checked(site):
    document = docx.Document()
    document.add_paragraph(REPORT)
    data = io.BytesIO()
    document.save(data)
    data.seek(0)
    tree = tree_of(post(site, file=(data, "报告.docx")))
    assert verdicts(tree) == ["ended", "changed", "same", "missing"]
    assert "报告.docx" in classed(tree, "paste")[0]


def test_of_a_word_file_what_it_says_is_checked_and_what_it_hides_is_not(site):
    """Links are checked where they lead, not by what they are called."""
    circular = site.id_of("云政办发〔2018〕44号")
    document = docx.Document()
    paragraph = document.add_paragraph(f"文件提出“{GOOD}”，详见")
    link = document.part.relate_to(f"http://h/d/{circular}/p/sec_9__p_9", RT.HYPERLINK, True)
    for xml in (
        f'<w:hyperlink {W} r:id="{link}"><w:r><w:t>原文</w:t></w:r></w:hyperlink>',
        f"<w:del {W}><w:r><w:delText>“删去的一句引文不再核对”</w:delText></w:r></w:del>",
    ):
        paragraph._p.append(parse_xml(xml))
    data = io.BytesIO()
    document.save(data)
    data.seek(0)
    tree = tree_of(post(site, file=(data, "报告.docx")))
    assert verdicts(tree) == ["ended", "missing"]
    assert "从来没有这一段" in tree.xpath("string(//*[@data-verdict='missing'])")


def test_an_edited_report_of_ours_shows_what_was_edited(site):
    """From the basket to Word, a word changed there, and back."""
    circular = site.id_of("云政办发〔2018〕44号")
    with site.library() as library:
        paragraphs = library.get(circular).circular.paragraphs[2:4]
    query = "&".join(f"item={circular}/{each.id}" for each in paragraphs)
    document = docx.Document(io.BytesIO(site.get(f"/basket.docx?{query}").data))
    item = next(one for one in document.paragraphs if one.text.startswith("2．"))
    item.runs[0].text = f"{item.runs[0].text[:6]}稳妥{item.runs[0].text[6:]}"
    data = io.BytesIO()
    document.save(data)
    data.seek(0)
    tree = tree_of(post(site, file=(data, "报告.docx")))
    (changed,) = tree.xpath("//*[@data-verdict='changed']")
    assert classed(changed, "lack") == ["稳妥"]


def test_a_file_that_cannot_be_read_says_why_and_how(site):
    response = post(site, file=(io.BytesIO(b"\x00\x01\x02" * 50), "坏.docx"))
    assert response.status_code == 400
    assert "未能读取“坏.docx”" in classed(tree_of(response), "fault")[0]


@pytest.mark.parametrize("name", ["too_long", "too_large"])
def test_too_much_is_refused_in_chinese(site, name):
    if name == "too_long":
        response = post(site, text="公" * 100_001)
        assert response.status_code == 400
        assert "一次最多核对 100000 字" in response.get_data(as_text=True)
    else:
        response = site.client.post("/verify", data=b"1" * 9_000_000)
        assert response.status_code == 413


def test_other_addresses_still_take_no_large_body(site):
    assert site.client.post("/search", data=b"1" * 100_000).status_code == 413


def test_the_record_is_carried_away_as_a_table(site):
    response = post(site, text=REPORT, **{"as": "csv"})
    rows = list(csv.DictReader(io.StringIO(response.data.decode("utf-8-sig"))))
    assert [row["结论"] for row in rows] == ["文件已失效", "文字已变", "一致", "未找到"]
    assert rows[1]["库中文字"] == GOOD
    assert rows[1]["永久链接"].startswith("http://localhost/d/")


def test_the_record_is_carried_away_as_a_document(site):
    response = post(site, text=REPORT, name="调研", **{"as": "docx"})
    document = docx.Document(io.BytesIO(response.data))
    table = document.tables[0]
    assert [row.cells[1].text.split("\n")[0] for row in table.rows[1:]] == [
        "✕ 文件已失效",
        "≠ 文字已变",
        "✓ 一致",
        "？ 未找到",
    ]
    runs = [run for one in table.rows[2].cells[2].paragraphs for run in one.runs]
    assert [run.text for run in runs if run.font.strike] == ["检测", "查办"]


def test_another_kind_of_record_is_a_mistake(site):
    assert post(site, text=REPORT, **{"as": "exe"}).status_code == 400


def test_what_is_pasted_arrives_escaped(hostile_site):
    tree = tree_of(post(hostile_site, text="“<script>alert(1)</script>专项整治行动”"))
    assert not tree.xpath("//main//script")
    assert "<script>" in classed(tree, "ours")[0]
