"""The roads of the overview and of citations, by mouse and by keyboard, with and without scripts."""

from __future__ import annotations

import pytest

from corpus.library import Library

BOTH_WIDTHS = pytest.mark.parametrize("width", ["wide", "narrow"])
WITH_AND_WITHOUT = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])


@pytest.fixture(scope="session")
def circular_id(invented_folder):
    """A circular that cites what the library has not."""
    with Library.open(invented_folder) as library:
        return library.citing(library.missing()[0].number)[0].circular_id


def fits(page):
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@BOTH_WIDTHS
@WITH_AND_WITHOUT
def test_from_a_search_to_its_overview_and_back_into_a_narrower_search(
    open_page, invented_site, width, scripts
):
    page = open_page(width, scripts=scripts)
    page.goto(f"{invented_site}/search?q=知识产权")
    page.locator(".take").get_by_role("link", name="总览").click()
    page.wait_for_url("**/overview?q=**")
    assert fits(page)
    assert page.locator("svg.chart").count() >= 4
    agencies = page.locator("#agencies")
    agencies.locator("summary").click()
    row = agencies.locator("tbody tr").first
    name, count = row.locator("th").inner_text(), int(row.locator("td").first.inner_text())
    row.locator("th a").click()
    page.wait_for_url("**/search?**agency=**")
    assert page.locator("h1").inner_text().startswith(f"找到 {count} 条措施")
    assert name in page.locator(".chip").first.inner_text()


@BOTH_WIDTHS
def test_the_overview_is_walked_by_keyboard_alone(open_page, invented_site, width):
    page = open_page(width)
    page.goto(f"{invented_site}/overview")
    page.get_by_role("link", name="哪些单位一起承担措施", exact=True).focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**#together")
    for _ in range(3):  # the scrolled chart, then its table
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.tagName") == "SUMMARY":
            break
    page.keyboard.press("Enter")
    assert page.locator("#together details").get_attribute("open") is not None
    page.keyboard.press("Tab")
    promised = int(page.evaluate("document.activeElement.textContent"))
    page.keyboard.press("Enter")
    page.wait_for_url("**agency_op=all**")
    assert page.locator("h1").inner_text().startswith(f"找到 {promised} 条措施")


@WITH_AND_WITHOUT
def test_a_chart_and_its_data_are_downloaded(open_page, invented_site, scripts):
    page = open_page("wide", scripts=scripts)
    page.goto(f"{invented_site}/overview")
    for label, ending in (("图片（SVG）", "svg"), ("数据（CSV）", "csv")):
        with page.expect_download() as waiting:
            page.locator("#agencies .files").get_by_text(label).click()
        assert waiting.value.suggested_filename.endswith(f".{ending}")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="下载全部数据（XLSX）").click()
    assert waiting.value.suggested_filename.endswith(".xlsx")


@BOTH_WIDTHS
@WITH_AND_WITHOUT
def test_from_a_circular_over_its_graph_to_what_is_missing(
    open_page, invented_site, circular_id, width, scripts
):
    page = open_page(width, scripts=scripts)
    page.goto(f"{invented_site}/d/{circular_id}/")
    page.get_by_role("link", name="引用图谱").click()
    page.wait_for_url("**/references")
    assert fits(page)
    assert page.locator("svg.chart").is_visible()
    missing = page.locator("tr", has_text="未入库").locator("th a").first
    missing.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/id/**")
    number = page.locator("h1").inner_text()
    assert f"库中没有 {number}" in page.locator("main").inner_text()
    page.get_by_role("link", name="看全库的缺件清单").click()
    page.wait_for_url("**/missing")
    assert fits(page)
    assert page.locator("tbody tr", has_text=number).count() == 1
    with page.expect_download() as waiting:
        page.get_by_role("link", name="CSV").click()
    assert waiting.value.suggested_filename.endswith(".csv")
    page.locator("tbody a").first.click()
    page.wait_for_url("**/id/**")


def test_the_interface_is_described_for_people(open_page, invented_site):
    page = open_page("narrow")
    page.goto(f"{invented_site}/help#api")
    page.get_by_role("link", name="程序接口").click()
    page.wait_for_url("**/api")
    assert fits(page)
    with page.expect_response("**/openapi.json") as waiting:
        page.evaluate("void fetch(document.querySelector('main a[href$=json]').href)")
    assert waiting.value.json()["openapi"].startswith("3.1")
