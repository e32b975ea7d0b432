"""The matrix as a page, as a workbook, and from the command line."""

from __future__ import annotations

import io
import zipfile
from urllib.parse import quote

import pytest
from click.testing import CliRunner

from corpus.model import measures_of
from webui.cli import main

NUMBER = "云政办发〔2017〕58号"


def stored_in(site, number=NUMBER):
    with site.library() as library:
        return library.find_number(number)[0]


def plain(element):
    return "".join("".join(element.itertext()).split())


def test_every_measure_is_a_row_and_every_agency_a_column(site):
    stored = stored_in(site)
    tree = site.tree(f"/d/{stored.id}/matrix")
    measures = [one for each in stored.circular.paragraphs for one in measures_of(each)]
    rows = tree.xpath("//tr[@data-measure]")
    assert len(rows) == len(measures)
    for row, measure in zip(rows, measures, strict=True):
        assert "".join(measure.text.split()) in plain(row.xpath("th")[0])
        shown = {
            (plain(each), each.get("class")) for each in row.xpath("td[@class and @class!='no']")
        }
        assert len(shown) == len({member.agency_id for member in measure.assignment.members})
    columns = tree.xpath("//thead//th[@class='ag']")
    assert len(columns) == len({m.agency_id for one in measures for m in one.assignment.members})


def test_a_sign_never_stands_without_its_word(site):
    tree = site.tree(f"/d/{stored_in(site).id}/matrix")
    signs = {"●": "牵头", "○": "配合", "△": "共同", "■": "单独"}
    cells = tree.xpath("//tr[@data-measure]/td[i]")
    assert cells
    for cell in cells:
        sign = cell.xpath("string(i)")
        assert signs[sign] == cell.xpath("string(span[@class='unseen'])")


def test_an_agency_leads_to_its_whole_list(site):
    stored = stored_in(site)
    tree = site.tree(f"/d/{stored.id}/matrix")
    for row in tree.xpath("//section[@class='by-agency']//tbody/tr"):
        link = row.xpath(".//th/a")[0]
        numbers = {int(each) for each in row.xpath(".//td[2]//a/text()")}
        own = site.tree(link.get("href"))
        assert {int(each) for each in own.xpath("//li/@data-measure")} == numbers
        assert link.text in own.xpath("string(//h1)")
        sentence = row.xpath("string(.//td[@class='sum'])")
        assert f"{link.text}：{sentence}" in plain(own.xpath("//main")[0]).replace(
            "项", " 项"
        ).replace("牵头", "牵头 ").replace("配合", "配合 ").replace("共同", "共同 ").replace(
            "单独", "单独 "
        ) or sentence.replace(" ", "") in plain(own.xpath("//main")[0])


def test_an_agency_without_tasks_here_is_told_so(site):
    stored = stored_in(site)
    tree = site.tree(f"/d/{stored.id}/matrix?who=999999:天文", 404)
    assert "这里没有该单位的任务" in tree.xpath("string(//h1)")
    assert tree.xpath("//a[text()='看整张矩阵']/@href") == [f"/d/{stored.id}/matrix"]


def test_the_matrix_of_a_search_has_what_the_search_finds(site):
    query = "q=知识产权&agency=市公安局&role=lead"
    answer = site.get(f"/api/v1/search?{query}&unit=measure&limit=100").get_json()
    tree = site.tree(f"/matrix?{query}")
    rows = tree.xpath("//tr[@data-measure]")
    assert len(rows) == answer["total"] > 0
    for row, hit in zip(rows, answer["hits"], strict=True):
        assert "".join(hit["text"].split()) in plain(row.xpath("th")[0])
        assert row.xpath(".//a/@href")[0].startswith(f"/d/{hit['circular']}/p/{hit['paragraph']}")
    assert tree.xpath("//p[@class='crumb']/a/@href")[0].startswith("/search?q=")


def test_a_mistaken_search_has_no_matrix(site):
    assert site.get("/matrix?q=*侵权").status_code == 400
    assert site.get("/matrix.xlsx?q=*侵权").status_code == 400


def test_a_search_without_measures_says_so(site):
    assert "没有写明责任单位的措施" in plain(site.tree("/matrix?q=无损化销毁站").xpath("//main")[0])


def test_the_workbook_is_a_workbook_with_a_name(site):
    stored = stored_in(site)
    response = site.get(f"/d/{stored.id}/matrix.xlsx")
    assert response.status_code == 200
    assert "spreadsheetml" in response.content_type
    assert quote("任务分工矩阵") in response.headers["Content-Disposition"]
    with zipfile.ZipFile(io.BytesIO(response.data)) as package:
        text = package.read("xl/sharedStrings.xml").decode()
    assert f"/d/{stored.id}/p/" in text
    assert "http://localhost/d/" in text


def test_hostile_text_stays_text(hostile_site):
    with hostile_site.library() as library:
        circular_id = library.circular_ids()[0]
    for path in (f"/d/{circular_id}/matrix", "/matrix"):
        tree = hostile_site.tree(path)
        assert tree.xpath("//script[not(@src)] | //img | //svg[@onload]") == []
        assert "<script>" in tree.xpath("string(//main)")
    assert hostile_site.get(f"/d/{circular_id}/matrix.xlsx").status_code == 200


@pytest.fixture
def gongwen(site):
    def run(*args):
        return CliRunner().invoke(main, ["--library", str(site.folder), *args], prog_name="gongwen")

    return run


def test_the_verb_lists_each_agency_with_its_tasks(gongwen, site):
    shown = gongwen("matrix", NUMBER)
    assert shown.exit_code == 0, shown.stderr
    tree = site.tree(f"/d/{stored_in(site).id}/matrix")
    rows = tree.xpath("//section[@class='by-agency']//tbody/tr")
    wanted = [f"{row.xpath('string(th)')}：{row.xpath('string(td[1])')}" for row in rows]
    assert shown.stdout.splitlines() == wanted


def test_the_verb_writes_a_workbook_of_a_search(gongwen, tmp_path):
    out = tmp_path / "分工.xlsx"
    shown = gongwen("matrix", "--query", "知识产权", "--out", str(out))
    assert shown.exit_code == 0, shown.stderr
    assert zipfile.is_zipfile(out)
    assert shown.stdout == ""
    assert [each.name for each in tmp_path.iterdir()] == ["分工.xlsx"]


@pytest.mark.parametrize("args", [(), (NUMBER, "--query", "侵权")], ids=["neither", "both"])
def test_the_verb_wants_a_circular_or_a_query(gongwen, args):
    shown = gongwen("matrix", *args)
    assert shown.exit_code == 2
    assert "二者选一" in shown.stderr


def test_a_circular_without_measures_ends_with_not_found(gongwen):
    assert gongwen("matrix", "--query", "无损化销毁站").exit_code == 1
