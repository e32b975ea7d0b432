"""Who cites whom: a circular's graph in both directions, and what is cited but not held."""

from __future__ import annotations

import csv
import io
from xml.etree import ElementTree as ET

import pytest

from tests.libraries import fill_library, write_texts
from tests.web.conftest import site_over

BASE = """江东省人民政府关于加强种子监管的意见
江东政发〔2016〕7号
各设区市人民政府：
加强种子监管。
江东省人民政府
2016年3月1日
"""
MIDDLE = """云港市人民政府办公室关于印发种子监管工作要点的通知
云政办发〔2017〕3号
各县（市、区）人民政府：
根据《江东省人民政府关于加强种子监管的意见》（江东政发〔2016〕7号）和《国务院关于种业的意见》（国发〔2015〕88号）精神，制定本要点。
一、严格执法
查处假种子。（市农业局牵头）
云港市人民政府办公室
2017年4月1日
"""
LATER = """云港市农业局关于落实种子监管工作要点的通知
云农发〔2018〕5号
各县农业局：
为贯彻落实《云港市人民政府办公室关于印发种子监管工作要点的通知》（云政办发〔2017〕3号）和国发〔2015〕88号文件，现通知如下。
云港市农业局
2018年2月1日
"""


@pytest.fixture(scope="module")
def three(tmp_path_factory):
    texts = {"1": BASE, "2": MIDDLE, "3": LATER}
    sources = write_texts(tmp_path_factory.mktemp("sources"), texts)
    return site_over(fill_library(tmp_path_factory.mktemp("three"), [sources]))


def words(tree, path):
    return ["".join(each.itertext()).split() for each in tree.xpath(path)]


def test_the_graph_shows_basis_circular_and_who_cites_it(three):
    tree = three.tree(f"/d/{three.id_of('云政办发〔2017〕3号')}/references")
    cited, citing = tree.xpath("//table")
    rows = ["".join(row.itertext()) for row in cited.xpath(".//tbody/tr")]
    assert "江东政发〔2016〕7号" in rows[0]
    assert "未入库" not in rows[0]
    assert "国发〔2015〕88号" in rows[1]
    assert "未入库" in rows[1]
    assert "云农发〔2018〕5号" in citing.xpath("string(.//tbody/tr)")
    assert "贯彻它" in citing.xpath("string(.//tbody/tr)")
    drawn = "".join(tree.xpath("//*[contains(@class, 'chart')]//text()"))
    for number in (
        "江东政发〔2016〕7号",
        "国发〔2015〕88号（未入库）",
        "云政办发〔2017〕3号",
        "云农发〔2018〕5号",
    ):
        assert number in drawn


def test_every_link_of_the_graph_opens(three):
    for number in ("江东政发〔2016〕7号", "云政办发〔2017〕3号", "云农发〔2018〕5号"):
        tree = three.tree(f"/d/{three.id_of(number)}/references")
        for url in tree.xpath("//table//a/@href"):
            status = three.get(url.partition("#")[0]).status_code
            assert status == (404 if url.startswith("/id/") else 200), url


def test_both_ends_of_a_citation_agree(three):
    later = three.tree(f"/d/{three.id_of('云农发〔2018〕5号')}/references")
    assert "云政办发〔2017〕3号" in later.xpath("string(//table[1])")
    base = three.tree(f"/d/{three.id_of('江东政发〔2016〕7号')}/references")
    assert "云政办发〔2017〕3号" in base.xpath("string(//table[1])")
    assert "作为依据" in base.xpath("string(//table[1])")


def test_a_circular_without_a_number_is_found_by_its_title(site_of):
    text = MIDDLE.replace("云政办发〔2017〕3号\n", "")
    site = site_of(text)
    with site.library() as library:
        titles = ("江东省人民政府关于加强种子监管的意见",)
        assert library.citing(None, titles) == ()  # it is cited with a number, so not by title
        assert [each.relation.value for each in library.citing("江东政发〔2016〕7号")] == ["basis"]


def test_the_missing_list_names_what_most_circulars_cite_first(three):
    tree = three.tree("/missing")
    assert words(tree, "//tbody/tr")[0][0].startswith("国发〔2015〕88号")
    assert "2 份" in tree.xpath("string(//tbody/tr[1])")
    assert "江东政发〔2016〕7号" not in tree.xpath("string(//tbody)")
    rows = list(csv.reader(io.StringIO(three.get("/missing.csv").get_data(as_text=True))))
    assert rows[1][0] == "国发〔2015〕88号"
    assert rows[1][2] == "2"
    answer = three.get("/api/v1/missing").get_json()
    assert answer["total"] == len(answer["missing"]) == len(rows) - 1
    assert three.get("/missing.xlsx").data[:2] == b"PK"


def test_the_page_of_a_missing_number_says_how_it_is_cited(three):
    tree = three.tree("/id/国发-2015-88", 404)
    assert "库中没有 国发〔2015〕88号。已有 2 份文件引用了它" in tree.xpath("string(//main)")
    assert "引用时写作：《国务院关于种业的意见》" in tree.xpath("string(//main)")
    assert "/missing" in tree.xpath("//a/@href")
    for url in tree.xpath("//ul[@class='dots']//a/@href"):
        assert three.get(url.partition("#")[0]).status_code == 200


def test_the_graph_is_a_picture_to_carry_away(three):
    response = three.get(f"/d/{three.id_of('云政办发〔2017〕3号')}/references.svg")
    assert response.mimetype == "image/svg+xml"
    assert ET.fromstring(response.data).tag.endswith("svg")


def test_nothing_cited_and_nothing_missing_say_so(site_of):
    site = site_of(BASE)
    assert "没有缺件" in site.tree("/missing").xpath("string(//main)")
    assert "没有读出它引用的文件" in site.tree(
        f"/d/{site.id_of('江东政发〔2016〕7号')}/references"
    ).xpath("string(//main)")
