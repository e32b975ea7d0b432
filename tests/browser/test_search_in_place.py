"""The results page with its script: filters act in place, hits are previewed, news is told."""

from __future__ import annotations

import shutil
from urllib.parse import parse_qs, urlsplit

import pytest

from corpus.ingest import add_paths
from corpus.library import Library
from indexer.build import update_index
from tests.browser.conftest import serve

BOTH_WIDTHS = pytest.mark.parametrize("width", ["wide", "narrow"])
WITH_AND_WITHOUT = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
NEW = """云港市人民政府办公室关于加强知识产权巡查的通知
云政办发〔2020〕77号
各县（市、区）人民政府：
一、加强巡查
开展知识产权专项巡查。（市公安局牵头）
云港市人民政府办公室
2020年5月6日
"""


def open_search(page, site, query="q=知识产权"):
    page.goto(f"{site}/search?{query}")
    page.evaluate("window.sameDocument = true")
    toggle = page.locator(".toggle summary")
    if toggle.is_visible():
        toggle.click()


def stayed(page):
    return page.evaluate("window.sameDocument === true")


def focused(page):
    return page.evaluate("[document.activeElement.name, document.activeElement.value]")


def test_a_tick_while_an_answer_is_under_way_is_not_undone_by_it(open_page, invented_site):
    page = open_page("wide")
    open_search(page, invented_site)
    held = []

    def answer_late(route):
        if held:
            route.continue_()
        else:
            held.append(route)

    page.route("**/search?**", answer_late)
    page.locator("[data-facet=role] input[value=lead]").check()
    while not held:
        page.wait_for_timeout(20)
    # At once one after the other, as a slow answer and a quick hand meet.
    page.evaluate("document.querySelector('[data-facet=role] input[value=support]').click()")
    held[0].continue_()
    page.wait_for_url("**role=lead**role=support**")
    assert page.locator("[data-facet=role] input:checked").count() == 2


@BOTH_WIDTHS
def test_a_tick_acts_in_place_and_the_hand_stays_where_it_was(open_page, invented_site, width):
    page = open_page(width)
    open_search(page, invented_site)
    before = page.locator("h1").inner_text()
    box = page.locator("[data-facet=role] input[value=lead]")
    box.focus()
    page.keyboard.press("Space")
    page.wait_for_url("**role=lead**")
    assert stayed(page)
    assert focused(page) == ["role", "lead"]
    assert page.locator("h1").inner_text() != before
    assert page.locator("h1 [role=status]").inner_text() == page.locator("h1").inner_text()
    assert page.locator(".chip").count() == 1
    answer = page.request.get(page.url.replace("/search?", "/search.json?")).json()
    assert page.locator("h1").inner_text().startswith(f"找到 {answer['total']} 段")

    page.keyboard.press("Space")
    page.wait_for_url(lambda url: "role=" not in url)
    assert page.locator("h1").inner_text() == before
    page.go_back()
    page.wait_for_url("**role=lead**")
    page.locator(".chip").wait_for()
    assert page.locator("[data-facet=role] input[value=lead]").is_checked()
    assert stayed(page)


def test_a_step_within_the_page_asks_nothing_and_the_way_back_does(open_page, invented_site):
    page = open_page("wide")
    open_search(page, invented_site)
    asked = []
    page.on("request", lambda one: "/search?" in one.url and asked.append(one.url))
    page.evaluate("location.hash = 'filters'")
    page.wait_for_url("**#filters")
    page.locator("[data-facet=role] input[value=lead]").check()
    page.wait_for_url("**role=lead**")
    assert len(asked) == 1
    page.go_back()
    page.locator(".chip").wait_for(state="detached")
    page.go_back()
    page.wait_for_url(lambda url: "#" not in url)
    assert len(asked) == 2
    assert stayed(page)


def test_applying_moves_to_the_heading_and_a_chip_takes_away_in_place(open_page, invented_site):
    page = open_page("wide")
    open_search(page, invented_site, "q=知识产权&role=lead&year=2018")
    page.get_by_role("link", name="移除筛选：牵头").press("Enter")
    page.wait_for_url(lambda url: "role=" not in url)
    page.locator("#results:focus").wait_for()
    assert stayed(page)
    page.get_by_role("searchbox", name="检索").fill("种子")
    page.get_by_role("searchbox", name="检索").press("Enter")
    page.locator("#results:focus").wait_for()
    assert parse_qs(urlsplit(page.url).query) == {"q": ["种子"], "year": ["2018"]}
    assert stayed(page)
    assert "种子" in page.title()


def test_what_was_typed_and_unfolded_in_a_facet_stays(open_page, invented_site):
    page = open_page("wide")
    open_search(page, invented_site, "unit=measure")
    facet = page.locator("[data-facet=agency]")
    facet.locator("[data-find]").fill("sgaj")
    facet.locator("label", has_text="市公安局").locator("input").first.check()
    page.wait_for_url("**agency=**")
    assert facet.locator("[data-find]").input_value() == "sgaj"
    shown = facet.locator("label:has(input[type=checkbox])").filter(visible=True)
    assert all("公安局" in text for text in shown.all_inner_texts())


def test_composing_in_the_facet_box_neither_sifts_nor_submits(open_page, invented_site):
    page = open_page("wide")
    open_search(page, invented_site, "unit=measure")
    find = page.locator("[data-facet=agency] [data-find]")
    everything = page.locator("[data-facet=agency] label").filter(visible=True).count()
    find.evaluate(
        "box => { box.value = 'zzz';"
        "box.dispatchEvent(new InputEvent('input', {bubbles: true, isComposing: true})); }"
    )
    assert page.locator("[data-facet=agency] label").filter(visible=True).count() == everything
    find.evaluate(
        "box => box.dispatchEvent(new CompositionEvent('compositionend', {bubbles: true}))"
    )
    left = page.locator("[data-facet=agency] label:has(input[type=checkbox])")
    assert left.filter(visible=True).count() == 0
    find.press("Enter")
    assert page.url.endswith("/search?unit=measure")


def test_a_failed_update_becomes_an_ordinary_page(open_page, invented_site):
    page = open_page("wide")
    open_search(page, invented_site)
    page.evaluate("void (window.fetch = () => Promise.reject(new TypeError('gone')))")
    page.locator("[data-facet=role] input[value=lead]").check()
    page.wait_for_url("**role=lead**")
    page.wait_for_load_state()
    assert not stayed(page)
    assert page.locator(".chip").count() == 1


def test_copying_and_collecting_work_on_results_that_came_in_place(open_page, invented_site):
    page = open_page("wide")
    open_search(page, invented_site)
    page.locator("[data-facet=role] input[value=lead]").check()
    page.wait_for_url("**role=lead**")
    page.locator("[data-cite]").first.click()
    page.locator("[data-style=gongwen] button").click()
    page.locator(".said", has_text="已复制").wait_for()
    page.locator("[data-basket]").first.click()
    assert page.locator("[data-basket-count]").inner_text() == "1"


@BOTH_WIDTHS
def test_a_hit_is_read_beside_the_list_by_keyboard_alone(open_page, invented_site, width):
    page = open_page(width)
    open_search(page, invented_site)
    page.keyboard.press("Escape")
    page.locator("body").press("j")
    page.keyboard.press("p")
    preview = page.locator(".preview")
    preview.wait_for()
    assert page.evaluate("document.activeElement.className") == "preview"
    assert preview.locator("mark").first.inner_text() == "知识产权"
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert page.evaluate("new Set([...document.querySelectorAll('[id]')].map(e => e.id)).size"
                         " === document.querySelectorAll('[id]').length")  # fmt: skip
    page.keyboard.press("Escape")
    assert preview.count() == 0
    assert page.evaluate("document.activeElement.hasAttribute('data-preview')")
    page.keyboard.press("Enter")
    preview.wait_for()
    preview.get_by_role("button", name="关闭预览").click()
    assert preview.count() == 0


@pytest.fixture
def growing(tmp_path, invented_folder):
    """A library of one's own, and a way to add a circular to it."""
    folder = tmp_path / "library"
    shutil.copytree(invented_folder, folder)

    def grow():
        (tmp_path / "new.txt").write_text(NEW, encoding="utf-8")
        with Library.open(folder) as library:
            add_paths(library, [tmp_path / "new.txt"], on_result=lambda _: None)
            update_index(library)

    with serve(folder) as site:
        yield site, grow


def test_the_next_visit_tells_what_is_new_and_marks_it(open_page, growing):
    site, grow = growing
    page = open_page("wide")
    page.goto(f"{site}/search?q=知识产权")
    assert page.locator(".news").count() == 0
    grow()
    page.wait_for_timeout(1_100)  # the service looks for a new index once a second
    page.evaluate("sessionStorage.clear()")  # another visit, another day
    page.goto(f"{site}/search?q=知识产权")
    page.locator(".news", has_text="自上次访问新增 1 段，来自 1 份新入库的文件").wait_for()
    page.locator(".news a").click()
    page.wait_for_url("**since=**")
    assert page.locator("[data-hit] .new").all_inner_texts() == ["新入库"]


def test_without_scripts_a_bookmark_tells_what_is_new(open_page, growing):
    site, grow = growing
    page = open_page("wide", scripts=False)
    page.goto(f"{site}/search?q=知识产权")
    page.get_by_role("link", name="记下现在，以后看新增").click()
    page.locator(".news", has_text="已记下").wait_for()
    bookmark = page.url
    grow()
    page.wait_for_timeout(1_100)
    page.goto(bookmark)
    assert "新增 1 段，来自 1 份新入库的文件" in page.locator(".news").inner_text()
