"""The report basket: an address that holds everything, and the files made from it."""

from __future__ import annotations

import csv
import html
import io
import json
import re
import zipfile
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

import bibtexparser
import docx
import pytest
import rispy
from docx.oxml.ns import qn
from hypothesis import given
from hypothesis import strategies as st

from corpus.model import measures_of
from webui.basket_state import Basket, Item, add_typed, address_of_basket, read_basket
from webui.errors import BadParameterError

NAMES = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Z")), min_size=1, max_size=8
).filter(lambda name: "/" not in name)
NOTES = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=20).map(
    str.strip
)
ITEMS = st.lists(st.builds(Item, NAMES, NAMES, NOTES), max_size=6, unique_by=lambda item: item.name)
BASKETS = st.builds(Basket, ITEMS.map(tuple), NOTES)


def read(address):
    return read_basket(urlsplit(address).query).basket


@given(BASKETS)
def test_a_basket_is_read_back_from_its_address(basket):
    assert read(address_of_basket(basket)) == basket


@given(BASKETS.filter(lambda basket: len(basket.items) > 1), st.data())
def test_up_and_down_undo_each_other(basket, data):
    order = data.draw(st.integers(2, len(basket.items)))
    assert basket.moved(order, -1).moved(order - 1, 1) == basket
    assert basket.moved(1, -1) == basket


def test_a_note_belongs_to_the_item_before_it():
    basket = read_basket("item=a/p_1&item=b/p_2&note=乙&item=c/p_3&note=").basket
    assert [item.note for item in basket.items] == ["", "乙", ""]


def test_links_of_any_host_can_be_pasted_several_at_once():
    typed = "http://127.0.0.1:8321/d/a/p/p_1#p_1 https://gongwen.example/d/b/p/p_2?hl=x c/p_3 侵权"
    basket, unknown = add_typed(Basket((Item("a", "p_1", "注"),)), typed)
    assert [item.name for item in basket.items] == ["a/p_1", "b/p_2", "c/p_3"]
    assert basket.items[0].note == "注"
    assert unknown == ("侵权",)


@pytest.mark.parametrize(
    "query",
    [
        "item=a",
        "item=a/b/c",
        "item=a/p_1&up=2",
        "item=a/p_1&drop=x",
        "item=a/p_1&note=" + "长" * 1001,
    ],
)
def test_an_impossible_basket_is_refused(query):
    with pytest.raises(BadParameterError):
        read_basket(query)


def test_a_basket_has_a_bound():
    with pytest.raises(BadParameterError, match="最多放 200 项"):
        read_basket("&".join(f"item=a/p_{order}" for order in range(201)))


@pytest.fixture
def places(site):
    with site.library() as library:
        stored = [
            library.find_number(number)[0]
            for number in ("云政办发〔2018〕44号", "云政办发〔2017〕58号")
        ]
    measure = next(one for each in stored[1].circular.paragraphs for one in measures_of(each))
    first, second = stored[0].circular.paragraphs[2:4]
    names = [
        f"{stored[0].id}/{first.id}",
        f"{stored[1].id}/{measure.id}",
        f"{stored[0].id}/{second.id}",
    ]
    return names, [first.text, measure.text, second.text]


@pytest.fixture
def address(places):
    names, _ = places
    pairs = [
        ("title", "侵权假冒材料"),
        ("item", names[0]),
        ("note", "先看这条"),
        ("item", names[1]),
        ("item", names[2]),
    ]
    return "?" + urlencode(pairs, safe="/")


def plain(text):
    return "".join(text.split())


def follow(site, path):
    response = site.get(path)
    assert response.status_code == 303
    return unquote(response.headers["Location"])


def items_in(path):
    return [value for name, value in parse_qsl(urlsplit(path).query) if name == "item"]


def test_the_page_shows_texts_notes_and_references(site, places, address):
    tree = site.tree(f"/basket{address}")
    rows = tree.xpath("//li[@data-item]")
    assert [row.get("data-item") for row in rows] == places[0]
    for row, text in zip(rows, places[1], strict=True):
        assert plain(text) in plain(row.xpath("string(.//p[@class='quoted'])"))
    assert tree.xpath("//textarea/text()") == ["先看这条"]
    assert len(tree.xpath("//section[@class='references']//li")) == 2
    assert tree.xpath("//a[starts-with(@href, '#ref-')]/text()") == ["[1]", "[2]", "[1]"]
    assert tree.xpath("string(//h1)") == "侵权假冒材料"


def test_a_note_has_as_many_lines_as_it_needs(site, places):
    note = "与去年相比\n" + "更" * 81
    asked = urlencode([("item", places[0][0]), ("note", note)])
    page = site.tree(f"/basket?{asked}")
    assert page.xpath("//textarea/@rows") == ["4"]


def test_buttons_reorder_and_remove_and_keep_what_was_typed(site, places, address):
    names, _ = places
    up = follow(site, f"/basket{address}&up=2")
    assert items_in(up) == [names[1], names[0], names[2]]
    assert "note=先看这条" in up
    assert up.endswith("#item-1")
    assert items_in(follow(site, f"/basket{address}&down=2")) == [names[0], names[2], names[1]]
    assert items_in(follow(site, f"/basket{address}&drop=1")) == names[1:]
    added = follow(
        site, f"/basket?item={names[0]}&add=" + quote(f"http://x/d/{names[1].replace('/', '/p/')}")
    )
    assert items_in(added) == names[:2]


def test_every_button_of_the_form_does_what_it_says(site, places, address):
    tree = site.tree(f"/basket{address}")
    buttons = tree.xpath("//p[@class='moves']/button")
    assert [button.get("name") for button in buttons] == [
        "down",
        "drop",
        "up",
        "down",
        "drop",
        "up",
        "drop",
    ]
    assert all(button.get("aria-label") for button in buttons)
    first = tree.xpath("//form[@data-basket-form]//button[@type='submit']")[0]
    assert first.get("name") is None  # what Enter presses in a field


def test_what_was_not_understood_stays_to_be_mended(site):
    tree = site.tree("/basket?add=侵权")
    assert "没有认出：侵权" in tree.xpath("string(//main)")
    assert tree.xpath("//input[@name='add']/@value") == ["侵权"]


def test_what_is_gone_says_so_and_stays_in_its_place(site, places):
    tree = site.tree(
        f"/basket?item=nowhere/p_1&item={places[0][0]}&item={places[0][0].split('/')[0]}/p_999"
    )
    lost = tree.xpath("//li[@data-item]/p[contains(@class, 'cited')]")
    assert ["库中没有这份文件" in lost[0].text, "没有找到这一段" in lost[1].text] == [True, True]
    for ending in ("docx", "xlsx", "md", "csv", "ris", "bib", "json"):
        assert site.get(f"/basket.{ending}?item=nowhere/p_1").status_code == 200


def test_an_empty_basket_says_how_to_fill_it(site):
    assert "加入报告" in site.tree("/basket").xpath("string(//main)")
    for ending in ("docx", "xlsx", "md", "csv", "ris", "bib", "json"):
        assert site.get(f"/basket.{ending}").status_code == 200


def test_the_document_has_chinese_fonts_references_and_links(site, places, address):
    response = site.get(f"/basket.docx{address}")
    assert quote("侵权假冒材料.docx") in response.headers["Content-Disposition"]
    document = docx.Document(io.BytesIO(response.data))
    whole = plain("".join(paragraph.text for paragraph in document.paragraphs))
    assert all(plain(text) in whole for text in places[1])
    assert "说明：先看这条" in whole
    assert "参考文献[1]" in whole
    wanted = {
        "Normal": "仿宋",
        "Title": "黑体",
        "Heading 1": "黑体",
        "Gongwen Body": "仿宋",
        "Gongwen Note": "楷体",
    }
    for style, font in wanted.items():
        fonts = document.styles[style].element.rPr.rFonts
        assert fonts.get(qn("w:eastAsia")) == font
        assert not [name for name in fonts.attrib if name.endswith("Theme")]
    runs = document.element.body.xpath(".//w:r[w:t]")
    assert {run.rPr.rFonts.get(qn("w:hint")) for run in runs} == {"eastAsia"}  # “ ” as wide as 汉字
    links = [each.target_ref for each in document.part.rels.values() if each.is_external]
    for name in places[0]:
        circular, eid = name.split("/")
        assert f"http://localhost/d/{circular}/p/{eid.partition('__m_')[0]}" in links
    anchors = document.element.xpath("//w:hyperlink/@w:anchor")
    marks = document.element.xpath("//w:bookmarkStart/@w:name")
    assert anchors == ["ref_1", "ref_2", "ref_1"]
    assert marks == ["ref_1", "ref_2"]


def test_the_tables_hold_every_item_in_order(site, places, address):
    text = site.get(f"/basket.csv{address}").get_data().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert all(plain(text) in plain(row["文字"]) for text, row in zip(places[1], rows, strict=True))
    assert [row["参考文献"] for row in rows] == ["[1]", "[2]", "[1]"]
    assert [row["说明"] for row in rows] == ["先看这条", "", ""]
    with zipfile.ZipFile(io.BytesIO(site.get(f"/basket.xlsx{address}").data)) as package:
        strings = plain(html.unescape(package.read("xl/sharedStrings.xml").decode()))
        names = re.findall(r'<sheet name="([^"]+)"', package.read("xl/workbook.xml").decode())
    assert names == ["报告材料", "参考文献", "说明"]
    assert all(plain(text) in strings for text in places[1])


def test_markdown_quotes_links_and_lists_the_references(site, places, address):
    text = site.get(f"/basket.md{address}").get_data(as_text=True)
    assert text.startswith("# 侵权假冒材料\n")
    assert text.count("> ——[") == 3
    assert "## 参考文献" in text
    assert "说明：先看这条" in text


def test_reference_managers_read_the_basket(site, places, address):
    ris = rispy.loads(site.get(f"/basket.ris{address}").get_data(as_text=True))
    assert [entry["urls"][0].rpartition("/")[2] for entry in ris] == [
        name.split("/")[1].partition("__m_")[0] for name in places[0]
    ]
    bib = bibtexparser.parse_string(site.get(f"/basket.bib{address}").get_data(as_text=True))
    assert len(bib.entries) == 3
    assert bib.failed_blocks == []
    assert len(json.loads(site.get(f"/basket.json{address}").data)) == 3


def test_the_matrix_of_a_basket_has_its_measures(site, places, address):
    tree = site.tree(f"/basket/matrix{address}")
    with site.library() as library:
        wanted = 1
        for name in (places[0][0], places[0][2]):
            circular, eid = name.split("/")
            paragraph = next(p for p in library.get(circular).circular.paragraphs if p.id == eid)
            wanted += len(measures_of(paragraph))
    assert len(tree.xpath("//tr[@data-measure]")) == wanted
    assert site.get(f"/basket/matrix.xlsx{address}").status_code == 200


def test_an_unknown_file_is_told_what_there_is(site):
    assert "docx、xlsx、md" in site.tree("/basket.pdf", 404).xpath("string(//h1)")


def test_hits_and_paragraphs_offer_themselves(site):
    tree = site.tree("/search?q=知识产权&unit=measure")
    links = tree.xpath("//a[@data-basket]")
    assert len(links) == len(tree.xpath("//article[@data-hit]"))
    for link in links:
        page = site.tree(link.get("href"))
        assert page.xpath("//li/@data-item") == [link.get("data-basket")]
        assert not page.xpath("//p[contains(@class, 'cited')]")


def test_hostile_notes_and_texts_stay_text(hostile_site):
    with hostile_site.library() as library:
        circular_id = library.circular_ids()[0]
        eid = library.get(circular_id).circular.paragraphs[0].id
    bad = quote('"><script>alert(1)</script>=HYPERLINK("x")\x0b')
    query = f"?title={bad}&item={circular_id}/{eid}&note={bad}&add={bad}"
    tree = hostile_site.tree(f"/basket{query}")
    assert tree.xpath("//script[not(@src)] | //img | //svg[@onload]") == []
    for ending in ("docx", "xlsx", "md", "csv", "ris", "bib", "json"):
        response = hostile_site.get(f"/basket.{ending}{query}")
        assert response.status_code == 200
        assert response.headers["Content-Disposition"].isascii()
