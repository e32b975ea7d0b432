"""Citations as files, over the addresses that readers save them from."""

from __future__ import annotations

import json

import bibtexparser
import pytest
import rispy

NUMBER = "云政办发〔2018〕44号"


@pytest.fixture
def place(site):
    with site.library() as library:
        stored = library.find_number(NUMBER)[0]
    return stored.id, stored.circular.paragraphs[3]


@pytest.mark.parametrize("ending", ["ris", "bib", "json"])
def test_a_paragraph_and_its_circular_can_be_saved(site, place, ending):
    circular_id, paragraph = place
    for path in (
        f"/d/{circular_id}/cite.{ending}",
        f"/d/{circular_id}/p/{paragraph.id}/cite.{ending}",
    ):
        response = site.get(path)
        assert response.status_code == 200
        assert NUMBER in response.get_data(as_text=True)
        header = response.headers["Content-Disposition"]
        assert header.isascii()
        assert f".{ending}" in header


def test_the_paragraph_is_named_and_linked(site, place):
    circular_id, paragraph = place
    address = f"http://localhost/d/{circular_id}/p/{paragraph.id}"
    base = f"/d/{circular_id}/p/{paragraph.id}/cite"
    (ris,) = rispy.loads(site.get(f"{base}.ris").get_data(as_text=True))
    assert ris["urls"] == [address]
    assert ris["section"] == paragraph.cite
    (bibtex,) = bibtexparser.parse_string(site.get(f"{base}.bib").get_data(as_text=True)).entries
    assert bibtex.fields_dict["url"].value == address
    (csl,) = json.loads(site.get(f"{base}.json").data)
    assert csl["URL"] == address


def test_the_page_of_citations_offers_the_files(site, place):
    circular_id, paragraph = place
    tree = site.tree(f"/d/{circular_id}/p/{paragraph.id}/cite")
    links = tree.xpath("//a[@download]/@href")
    assert [link.rpartition(".")[2] for link in links] == ["ris", "bib", "json"]
    assert all(site.get(link).status_code == 200 for link in links)


def test_an_unknown_format_is_told_what_there_is(site, place):
    tree = site.tree(f"/d/{place[0]}/cite.doc", 404)
    assert "ris、bib、json" in tree.xpath("string(//h1)")


def test_a_paragraph_that_never_was_has_no_citation(site, place):
    assert site.get(f"/d/{place[0]}/p/p_999/cite.ris").status_code == 404
