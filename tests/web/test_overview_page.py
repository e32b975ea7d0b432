"""The overview: every number on it is what the search it leads to finds."""

from __future__ import annotations

import csv
import io
from urllib.parse import quote
from xml.etree import ElementTree as ET

import pytest

SEARCHES = [
    "",
    "q=知识产权",
    "region=云港市",
    "agency=市公安局",
    "agency=市公安局&role=lead",
    "year=2018&q=监管",
]


def at(path):
    return quote(path, safe="/?&=%")


def tables(site, query):
    tree = site.tree(at(f"/overview?{query}"))
    return {
        section.get("id"): [list(row.xpath("./th|./td")) for row in section.xpath(".//tbody/tr")]
        for section in tree.xpath("//section[@class='figure']")
    }


def answer(site, url):
    query = url.partition("?")[2]
    return site.get(f"/api/v1/search?{query}").get_json()


@pytest.mark.parametrize("query", SEARCHES)
def test_every_link_of_a_data_table_finds_what_the_table_counts(site, query):
    followed = 0
    for name, rows in tables(site, query).items():
        for row in rows[:8]:
            numbers = [cell for cell in row if cell.get("class") == "num"]
            for place, cell in enumerate(row):
                for url in cell.xpath("./a/@href"):
                    if name == "cells":
                        continue  # a cell's row names two things, each leads its own way
                    found = answer(site, url)
                    if cell in numbers:
                        counted = int(cell.text_content())
                    else:
                        counted = int(numbers[{"agencies": 0}.get(name, -1)].text_content())
                    assert found["total"] == counted, (name, place, url)
                    followed += 1
    assert followed


@pytest.mark.parametrize("query", SEARCHES)
def test_its_headline_agrees_with_the_search(site, query):
    overview = site.get(at(f"/api/v1/overview?{query}")).get_json()
    measures = site.get(at(f"/api/v1/search?{query}&unit=measure")).get_json()
    paragraphs = site.get(at(f"/api/v1/search?{query}")).get_json()
    assert overview["measures"] == measures["total"]
    assert overview["circulars"] == paragraphs["circulars"]
    assert sum(each["circulars"] for each in overview["years"]) >= overview["circulars"]
    leads = {each["agency_id"]: each["counts"].get("lead", 0) for each in overview["agencies"]}
    assert leads or not measures["total"]


def test_a_chart_says_every_number_of_its_table_that_it_draws(site):
    tree = site.tree("/overview")
    for section in tree.xpath("//section[@class='figure']"):
        assert section.xpath("string(.//*[local-name()='svg']/@role)") == "img"
        assert section.xpath("string(.//*[local-name()='title'])")
        assert section.xpath(".//table//th[@scope='row']")
    drawn = tree.xpath("string(//section[@id='agencies']//*[local-name()='svg'])")
    first = tree.xpath("//section[@id='agencies']//tbody/tr[1]/*")
    assert first[0].text_content() in drawn
    assert all(cell.text_content() in drawn for cell in first[2:] if cell.text_content() != "0")


@pytest.mark.parametrize("figure", ["years", "regions", "cells", "agencies", "together"])
def test_each_figure_can_be_carried_away(site, figure):
    page = tables(site, "q=知识产权")[figure]
    response = site.get(at(f"/overview.csv?q=知识产权&figure={figure}"))
    rows = list(csv.reader(io.StringIO(response.get_data(as_text=True).removeprefix("\ufeff"))))
    assert [[cell.text_content() for cell in row] for row in page] == rows[1 : len(page) + 1]
    picture = site.get(at(f"/overview.svg?q=知识产权&figure={figure}"))
    assert picture.mimetype == "image/svg+xml"
    root = ET.fromstring(picture.data)
    assert root.get("width").isdigit()
    assert "class" not in root.get("style", "")


def test_the_workbook_holds_every_table(site):
    response = site.get("/overview.xlsx")
    assert response.data[:2] == b"PK"
    assert "filename" in response.headers["Content-Disposition"]


def test_an_unknown_figure_names_the_known_ones(site):
    response = site.get("/overview.svg?figure=pie")
    assert response.status_code == 400
    assert "agencies" in response.get_data(as_text=True)


def test_a_search_that_finds_nothing_leads_back(site):
    tree = site.tree(at("/overview?q=无损化销毁站"))
    assert tree.xpath("//p[@class='blank']//a/@href") == [at("/search?q=无损化销毁站")]


def test_hostile_names_stay_text_in_the_charts(hostile_site):
    tree = hostile_site.tree("/overview")
    assert tree.xpath("//script[not(@src)] | //img | //*[@onload]") == []
    ET.fromstring(hostile_site.get("/overview.svg?figure=agencies").data)


def test_the_search_page_leads_to_its_overview(site):
    tree = site.tree(at("/search?q=知识产权&role=lead"))
    assert at("/overview?q=知识产权&role=lead") in tree.xpath("//p[@class='take']//a/@href")
