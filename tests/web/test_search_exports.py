"""A search as CSV, as a workbook and as a feed: the same hits, with the same filters."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import datetime
from urllib.parse import parse_qs, quote, urlsplit
from uuid import UUID

import pytest
from lxml import etree

from webui.export_table import CSV_COLUMNS

ATOM = "{http://www.w3.org/2005/Atom}"
QUERY = "q=知识产权&agency=市公安局&role=lead&unit=measure"


def rows_of(response):
    text = response.get_data().decode("utf-8")
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def hits_of(site, query):
    return site.get(f"/api/v1/search?{query}&limit=100").get_json()["hits"]


def feed_of(site, query):
    response = site.get(f"/search.atom?{query}")
    assert response.status_code == 200
    assert response.content_type == "application/atom+xml; charset=utf-8"
    return etree.fromstring(response.data)


def test_csv_holds_every_hit_in_the_order_of_the_page(site):
    response = site.get(f"/search.csv?{QUERY}&page=3&limit=1")
    assert response.content_type == "text/csv; charset=utf-8"
    assert response.headers["Content-Disposition"].startswith("attachment; ")
    assert quote("知识产权") in response.headers["Content-Disposition"]
    rows = rows_of(response)
    hits = hits_of(site, QUERY)
    assert [row["文字"] for row in rows] == [hit["text"] for hit in hits]
    assert [row["永久链接"] for row in rows] == [
        f"http://localhost{hit['permalink']}" for hit in hits
    ]
    assert all("市公安局" in row["牵头"] for row in rows)


def test_csv_has_fixed_columns_even_without_hits(site):
    response = site.get("/search.csv?q=无损化销毁站")
    line = response.get_data().decode("utf-8-sig").splitlines()
    assert line == [",".join(CSV_COLUMNS)]


def test_csv_is_longer_than_any_page(site):
    total = site.get("/api/v1/search?limit=0").get_json()["total"]
    assert len(rows_of(site.get("/search.csv"))) == total > 100


def test_csv_is_streamed_and_not_built_first(site):
    with site.app.test_request_context("/search.csv"):
        response = site.app.full_dispatch_request()
        assert response.is_streamed  # what the test client hands on always is
        assert "Content-Length" not in response.headers
        response.close()


FORMULAS = """云港市人民政府办公室文件
云府办〔2019〕9号
云港市人民政府办公室关于专项整治的通知
各县（市、区）人民政府：
=HYPERLINK("http://evil.example","点我")加强整治。（市公安局负责）
@SUM(A1:A9)|cmd加强整治。（市公安局负责）
云港市人民政府办公室
2019年5月6日
"""


def test_no_cell_of_a_circular_becomes_a_formula(site_of):
    site = site_of(FORMULAS)
    rows = rows_of(site.get("/search.csv?q=加强整治"))
    assert len(rows) == 2
    assert all(row["文字"].startswith(("'=", "'@")) for row in rows)
    with zipfile.ZipFile(io.BytesIO(site.get("/search.xlsx?q=加强整治").data)) as package:
        sheet = package.read("xl/worksheets/sheet1.xml").decode()
        styles = package.read("xl/styles.xml").decode()
    assert "<f>" not in sheet
    assert 'quotePrefix="1"' in styles


def test_the_workbook_says_what_was_asked(site):
    response = site.get(f"/search.xlsx?{QUERY}")
    with zipfile.ZipFile(io.BytesIO(response.data)) as package:
        text = package.read("xl/sharedStrings.xml").decode()
    assert "责任单位：市公安局；角色：牵头" in text
    assert all(hit["text"][:20] in text for hit in hits_of(site, QUERY))


def test_the_feed_is_valid_atom(site):
    feed = feed_of(site, QUERY)
    assert feed.tag == f"{ATOM}feed"
    for holder in (feed, *feed.iter(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert len(holder.findall(f"{ATOM}{name}")) == 1
        assert datetime.fromisoformat(holder.findtext(f"{ATOM}updated")).tzinfo
        UUID(holder.findtext(f"{ATOM}id").removeprefix("urn:uuid:"))
    assert feed.find(f"{ATOM}author/{ATOM}name").text
    ids = [each.text for each in feed.iter(f"{ATOM}id")]
    assert len(ids) == len(set(ids))
    updated = [each.findtext(f"{ATOM}updated") for each in feed.iter(f"{ATOM}entry")]
    assert updated == sorted(updated, reverse=True)


def test_the_feed_keeps_every_filter(site):
    feed = feed_of(site, QUERY)
    links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
    asked = parse_qs(urlsplit(links["self"]).query)
    assert asked["role"] == ["lead"]
    assert asked["unit"] == ["measure"]
    assert asked["q"] == ["知识产权"]
    assert len(asked["agency"]) == 1
    page = site.tree(links["alternate"].removeprefix("http://localhost"))
    entries = feed.findall(f"{ATOM}entry")
    assert page.xpath("string(//h1)").startswith(f"找到 {len(entries)} 条措施")
    wanted = {f"http://localhost{hit['permalink']}" for hit in hits_of(site, QUERY)}
    assert {entry.find(f"{ATOM}link").get("href") for entry in entries} == wanted
    assert "牵头" in feed.findtext(f"{ATOM}title")


def test_the_page_leads_to_its_other_forms(site):
    tree = site.tree(f"/search?{QUERY}")
    feeds = tree.xpath("//link[@rel='alternate'][@type='application/atom+xml']/@href")
    assert len(feeds) == 1
    links = tree.xpath("//p[@class='take']//a/@href")
    assert len(links) == 7
    for link in {*feeds, *links}:
        assert site.get(link).status_code == 200
        assert "role=lead" in link


@pytest.mark.parametrize("ending", ["csv", "xlsx", "atom"])
def test_a_search_known_already_is_not_sent_again(site, ending):
    first = site.get(f"/search.{ending}?{QUERY}")
    again = site.get(f"/search.{ending}?{QUERY}", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert again.data == b""


@pytest.mark.parametrize("ending", ["csv", "xlsx", "atom", "json"])
def test_a_mistaken_search_is_refused_under_every_ending(site, ending):
    assert site.get(f"/search.{ending}?q=*侵权").status_code == 400


def test_hostile_text_leaves_the_feed_well_formed(hostile_site):
    feed = etree.fromstring(hostile_site.get("/search.atom").data)
    assert any("<script>" in (each.text or "") for each in feed.iter(f"{ATOM}content"))


def test_every_file_has_a_name_that_a_header_can_carry(hostile_site):
    with hostile_site.library() as library:
        circular_id = library.circular_ids()[0]
    for path in (f"/d/{circular_id}/source", f"/d/{circular_id}/matrix.xlsx", "/search.csv?q=侵权"):
        header = hostile_site.get(path).headers["Content-Disposition"]
        assert header.isascii()
        assert header.startswith("attachment; filename=gongwen.")
