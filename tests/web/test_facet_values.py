"""The page of one facet's values: the whole list for who has no script, or wants all of it."""

from __future__ import annotations

import pytest

from search.facets import FACETS
from tests.libraries import fill_library
from tests.web.conftest import site_over
from webui.views_facets import SHOWN, UNFOLDED

BODIES = 60


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    """Circulars of more bodies than a facet unfolds."""
    folder = tmp_path_factory.mktemp("many")
    sources = tmp_path_factory.mktemp("sources")
    lines = "\n".join(
        f"{n + 1}.开展第{n + 1}项监管。（青{chr(0x4E00 + 7 * n)}县公安局负责）"
        for n in range(BODIES)
    )
    (sources / "要点.txt").write_text(
        f"云港市人民政府办公室关于做好监管工作的通知\n云政办发〔2019〕7号\n各县人民政府：\n"
        f"一、加强监管\n{lines}\n云港市人民政府办公室\n2019年5月6日\n",
        encoding="utf-8",
    )
    return site_over(fill_library(folder, [sources]))


def labels(tree):
    return [one.text_content().strip() for one in tree.xpath("//ul[@class='values']//a")]


def test_what_a_facet_does_not_unfold_stands_on_a_page_of_its_own(many):
    page = many.tree("/search?q=监管&unit=measure")
    facet = page.xpath("//*[@data-facet='agency']")[0]
    assert len(facet.xpath(".//input[@type='checkbox']")) == SHOWN["agency"] + UNFOLDED
    (link,) = facet.xpath(".//details//a")
    assert link.get("href").startswith("/search/agency?q=")
    every = many.tree(link.get("href"))
    assert len(labels(every)) == BODIES
    assert every.xpath("//ul[@class='values']//em")[0].text == "1 条措施"


def test_a_value_is_found_by_its_initials_and_ticked_by_its_link(site):
    page = site.tree("/search/agency?unit=measure&find=sgaj")
    assert "市公安局" in labels(page)
    assert len(labels(page)) < len(labels(site.tree("/search/agency?unit=measure")))
    link = next(one for one in page.xpath("//ul[@class='values']//a") if one.text == "市公安局")
    results = site.tree(link.get("href"))
    assert [chip.text for chip in results.find_class("chip")] == ["市公安局"]


def test_a_ticked_value_stays_in_sight_and_can_be_taken_back(site):
    page = site.tree("/search/agency?unit=measure&agency=市公安局&find=没有这样的单位")
    (ticked,) = page.find_class("on")
    assert ticked.get("aria-label") == "移除筛选：市公安局"
    assert site.tree(ticked.get("href")).find_class("chip") == []


def test_the_form_carries_the_search_along(site):
    page = site.tree("/search/region?q=知识产权&role=lead&page=1")
    hidden = [
        (one.get("name"), one.get("value"))
        for one in page.xpath("//form[@class='seek']/*[@type='hidden']")
    ]
    assert hidden == [("q", "知识产权"), ("role", "lead")]
    assert page.find_class("back")[0][0].get("href").endswith("&role=lead")


def test_nothing_found_says_so(site):
    page = site.tree("/search/issuer?find=zzzz")
    assert "没有名称、简称或首字母合“zzzz”的发文机关" in page.text_content()


@pytest.mark.parametrize("facet", FACETS)
def test_every_facet_has_its_page(site, facet):
    page = site.tree(f"/search/{facet}")
    assert labels(page)


@pytest.mark.parametrize(
    "path", ["/search/colour", "/search/agency?page=99", "/search/agency?page=x"]
)
def test_what_is_not_there_is_refused_in_words(site, path):
    assert site.tree(path, 400).xpath("//h1")
