"""What readers carry away, in a real browser: the basket, the matrix, the files."""

from __future__ import annotations

import csv
import io
import zipfile
from urllib.parse import parse_qsl, urlsplit

import pytest

from corpus.library import Library
from corpus.model import measures_of

BOTH_WIDTHS = pytest.mark.parametrize("width", ["wide", "narrow"])


def items_in(url):
    return [value for name, value in parse_qsl(urlsplit(url).query) if name == "item"]


def count(page):
    return page.locator("[data-basket-count]").inner_text()


def collect_three(page, site):
    """Put the first three hits into the basket and open it; return their names."""
    page.goto(f"{site}/search?q=知识产权&unit=measure")
    links = page.locator("[data-basket]")
    names = [links.nth(order).get_attribute("data-basket") for order in range(3)]
    for order in range(3):
        links.nth(order).click()
    assert count(page) == "3"
    page.get_by_role("link", name="报告篮").click()
    page.wait_for_url("**/basket?item=**")
    return names


def measures_in(folder):
    with Library.open(folder) as library:
        stored = max(
            map(library.get, library.circular_ids()),
            key=lambda each: sum(map(len, map(measures_of, each.circular.paragraphs))),
        )
    return stored.id, [one for each in stored.circular.paragraphs for one in measures_of(each)]


@BOTH_WIDTHS
def test_a_basket_is_filled_ordered_annotated_and_kept(open_page, invented_site, width):
    page = open_page(width)
    names = collect_three(page, invented_site)
    assert items_in(page.url) == names
    assert page.locator("[data-basket-shared]").is_hidden()

    page.get_by_role("button", name="第 3 项上移").click()
    page.wait_for_url("**#item-2")
    assert items_in(page.url) == [names[0], names[2], names[1]]
    page.locator("textarea").nth(1).fill("与去年相比\n更严")
    page.get_by_role("button", name="移除第 1 项").click()
    page.wait_for_function("document.querySelectorAll('[data-item]').length === 2")
    assert page.locator("textarea").nth(0).input_value() == "与去年相比\n更严"
    assert count(page) == "2"

    page.goto(f"{invented_site}/basket")
    page.wait_for_url("**/basket?item=**")
    assert items_in(page.url) == [names[2], names[1]]
    assert page.locator("textarea").nth(0).input_value() == "与去年相比\n更严"
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_the_last_item_can_be_removed(open_page, invented_site):
    page = open_page("wide")
    page.goto(f"{invented_site}/search?q=知识产权")
    page.locator("[data-basket]").first.click()
    page.get_by_role("link", name="报告篮").click()
    page.wait_for_url("**/basket?item=**")
    page.get_by_role("button", name="移除第 1 项").click()
    page.get_by_text("还是空的").wait_for()
    assert page.locator("[data-basket-count]").is_hidden()


def test_a_second_press_takes_it_out_again_also_by_key(open_page, invented_site):
    page = open_page("wide")
    page.goto(f"{invented_site}/search?q=知识产权")
    page.locator("body").press("j")
    page.keyboard.press("a")
    first = page.locator("[data-basket]").first
    assert first.inner_text() == "已加入"
    assert first.get_attribute("aria-pressed") == "true"
    page.locator(".said", has_text="已加入报告篮，共 1 项").wait_for()
    page.keyboard.press("a")
    assert first.inner_text() == "加入报告"
    assert page.locator("[data-basket-count]").is_hidden()


def test_a_shared_basket_never_replaces_ones_own_unasked(open_page, invented_site):
    page = open_page("wide")
    names = collect_three(page, invented_site)
    other = f"{invented_site}/basket?title=同事的&item={names[2]}"
    page.goto(other)
    page.get_by_text("与你自己的（3 项）不同").wait_for()
    page.locator("textarea").fill("只改这一页")
    page.get_by_role("button", name="保存题名和说明").click()
    page.wait_for_url("**note=**")
    assert count(page) == "3"
    page.get_by_role("button", name="换成这一份").click()
    assert count(page) == "1"
    page.goto(f"{invented_site}/basket")
    page.wait_for_url("**/basket?title=**")
    assert page.locator("h1").inner_text() == "同事的"


@BOTH_WIDTHS
def test_without_scripts_links_and_buttons_do_everything(open_page, invented_site, width):
    page = open_page(width, scripts=False)
    page.goto(f"{invented_site}/search?q=知识产权")
    links = page.locator("[data-basket]")
    names = [links.nth(order).get_attribute("data-basket") for order in range(2)]
    permalink = page.locator("[data-link]").nth(1).get_attribute("href")
    links.first.click()
    page.get_by_label("加入一段").fill(invented_site + permalink)
    page.get_by_role("button", name="加入", exact=True).click()
    page.wait_for_url("**#item-2")
    assert items_in(page.url) == names
    page.locator("textarea").first.fill("要点")
    page.get_by_role("button", name="第 1 项下移").click()
    page.wait_for_url("**#item-2")
    assert items_in(page.url) == names[::-1]
    assert page.locator("textarea").nth(1).input_value() == "要点"
    with page.expect_download() as saved:
        page.get_by_role("button", name="CSV").click()
    text = saved.value.path().read_bytes().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["说明"] for row in rows] == ["", "要点"]


def test_an_export_carries_notes_that_were_not_saved(open_page, invented_site):
    page = open_page("wide")
    collect_three(page, invented_site)
    page.locator("textarea").nth(2).fill("还没保存")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Word").click()
    assert saved.value.suggested_filename.endswith(".docx")
    with zipfile.ZipFile(io.BytesIO(saved.value.path().read_bytes())) as package:
        assert "还没保存" in package.read("word/document.xml").decode()


@BOTH_WIDTHS
@pytest.mark.parametrize("where", ["invented", "real"])
def test_the_matrix_shows_every_measure_and_fits_its_window(open_page, request, where, width):
    circular_id, measures = measures_in(request.getfixturevalue(f"{where}_folder"))
    site = request.getfixturevalue(f"{where}_site")
    page = open_page(width)
    page.goto(f"{site}/d/{circular_id}/")
    page.get_by_role("link", name="任务分工矩阵").click()
    page.wait_for_url("**/matrix")
    assert page.locator("tr[data-measure]").count() == len(measures)
    if where == "real":
        assert len(measures) == 46
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    if width == "narrow":
        assert page.locator("tr[data-measure] .name").first.is_visible()
        return
    grid = page.locator("#grid")
    grid.evaluate("grid => { grid.scrollTop = 400; grid.scrollLeft = 200; }")
    corner, head = grid.bounding_box(), page.locator("thead .task").bounding_box()
    assert abs(head["y"] - corner["y"]) <= 2
    assert head["x"] < corner["x"] + 60


def test_the_matrix_prints_on_landscape_paper(open_page, invented_site, invented_folder):
    circular_id, _ = measures_in(invented_folder)
    page = open_page("wide")
    page.goto(f"{invented_site}/d/{circular_id}/matrix")
    paper = page.pdf(prefer_css_page_size=True)
    assert b"/MediaBox [0 0 841" in paper or b"/MediaBox [0 0 842" in paper


def test_an_agency_of_the_matrix_leads_to_its_tasks(open_page, invented_site, invented_folder):
    circular_id, _ = measures_in(invented_folder)
    page = open_page("wide")
    page.goto(f"{invented_site}/d/{circular_id}/matrix")
    row = page.locator(".by-agency tbody tr", has_text="市公安局").first
    sentence = row.locator(".sum").inner_text()
    row.locator("th a").click()
    page.wait_for_url("**who=**")
    assert page.get_by_text(f"市公安局：{sentence}").is_visible()


@BOTH_WIDTHS
@pytest.mark.parametrize("path", ["/matrix?q=知识产权", "/basket"])
def test_no_report_page_is_wider_than_its_window(open_page, invented_site, width, path):
    page = open_page(width)
    page.goto(invented_site + path)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
