"""Every road by keyboard alone: Tab, Enter and Space, at both widths, with and without scripts."""

from __future__ import annotations

from urllib.parse import parse_qsl, unquote, urlsplit

import pytest

from corpus.library import Library
from tests.browser.take_screenshots import PARAGRAPH, SHOWN

pytestmark = [
    pytest.mark.parametrize("width", ["wide", "narrow"]),
    pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"]),
]
REPORT = "“建立网络抽样检测与线下查办联动机制”，见云政发〔2019〕14号。"
FARTHEST = 250  # steps that a reader is ready to take
FOCUSED = """(found) => {
  const one = found.find((element) => element === document.activeElement);
  return one ? one.getBoundingClientRect().toJSON() : null;
}"""


@pytest.fixture(scope="session")
def circular_id(invented_folder):
    with Library.open(invented_folder) as library:
        return library.find_number(SHOWN)[0].id


@pytest.fixture
def walk(open_page, width, scripts):
    """A page without a mouse."""
    return Walk(open_page(width, scripts=scripts))


class Walk:
    """A reader with a keyboard and nothing else."""

    def __init__(self, page):
        self.page = page

    def open(self, address):
        self.page.goto(address)

    def to(self, target, key="Tab"):
        """Step to an element; it is in sight when it has the focus."""
        for _ in range(FARTHEST):
            self.page.keyboard.press(key)
            # One question, for a page that changes between two would answer them differently.
            box = target.evaluate_all(FOCUSED)
            if box:
                assert box["top"] < self.page.viewport_size["height"]
                assert box["bottom"] > 0
                return
        raise AssertionError(f"{target} 用键盘到不了")

    def enter(self, target, key="Tab"):
        self.to(target, key)
        self.page.keyboard.press("Enter")

    def enter_link(self, name, *, exact=True):
        self.enter(self.page.get_by_role("link", name=name, exact=exact).first)

    def search(self, words):
        """Type into the box of the page and wait for the results."""
        self.to(self.page.get_by_role("searchbox", name="检索"))
        self.page.keyboard.insert_text(words)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url("**/search?q=**")

    def to_filters(self):
        """Go to the filters as the width has them."""
        folded = self.page.locator("form > .filters > .toggle summary")
        if folded.is_visible():
            self.enter(folded)
        else:
            self.enter_link("跳到筛选")

    def to_results(self):
        self.enter_link("跳到结果")


def test_from_the_box_over_the_filters_to_a_citation(walk, invented_site, scripts):
    page = walk.page
    walk.open(invented_site)
    page.keyboard.insert_text("知识产权")  # the box has the focus
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=**")
    walk.to_filters()
    agency = page.locator("[data-facet=agency] label", has_text="市公安局").locator("input").first
    lead = page.locator("[data-facet=role] input[value=lead]")
    for name, box in (("agency", agency), ("role", lead)):
        walk.to(box)
        page.keyboard.press("Space")
        if scripts:  # the results follow, the hand stays
            page.wait_for_url(f"**{name}=**")
    walk.enter(page.get_by_role("button", name="应用筛选").last)
    page.wait_for_url("**agency=**role=lead**")
    assert page.locator(".chip").count() == 2

    if scripts:
        page.locator("#results:focus").wait_for()
    else:
        walk.to_results()
    walk.enter(page.locator("[data-hit] h2 a").first)
    page.wait_for_url("**/d/**/p/**")
    walk.enter(page.locator(".p.cited [data-cite]"))
    if scripts:
        page.locator("[data-cites] button:focus").wait_for()
        page.keyboard.press("Enter")
        page.locator(".said", has_text="已复制").wait_for()
    else:
        page.wait_for_url("**/cite")
        assert page.locator("[data-style=gongwen] dd").inner_text().startswith("《")


def test_units_orders_chips_and_the_way_out_of_nothing(walk, invented_site):
    page = walk.page
    walk.open(f"{invented_site}/search?q=种子&agency=市公安局&role=lead&year=2018")
    walk.enter_link("按措施")
    page.wait_for_url("**unit=measure**")
    promised = page.locator("a.offer", has_text="清除全部筛选").inner_text()
    walk.enter(page.locator("a.offer", has_text="清除全部筛选"))
    page.wait_for_url(lambda url: "agency" not in url)
    number = promised.split("可得 ")[1].split()[0]
    assert page.locator("h1").inner_text().startswith(f"找到 {number} 条措施")
    walk.enter_link("按日期")
    page.wait_for_url("**sort=date**")
    walk.open(f"{invented_site}/search?q=知识产权&role=lead")
    walk.enter_link("移除筛选：牵头")
    page.wait_for_url(lambda url: "role" not in url)


def test_a_value_that_is_not_unfolded_is_found_and_ticked(walk, invented_site):
    page = walk.page
    walk.open(f"{invented_site}/search?unit=measure")
    walk.to_filters()
    facet = page.locator("[data-facet=agency]")
    walk.enter(facet.locator("summary"))
    walk.enter(facet.locator("details p a"))
    page.wait_for_url("**/search/agency?**")
    walk.to(page.get_by_role("searchbox", name="名称、简称或拼音首字母"))
    page.keyboard.insert_text("sgaj")
    page.keyboard.press("Enter")
    page.wait_for_url("**find=sgaj**")
    walk.enter(page.locator(".values a", has_text="市公安局").first)
    page.wait_for_url("**/search?**agency=**")
    assert page.locator(".chip").count() == 1


def test_a_basket_is_filled_ordered_annotated_and_taken_away(walk, invented_site, scripts):
    page = walk.page
    walk.open(f"{invented_site}/search?q=知识产权&unit=measure")
    names = [page.locator("[data-basket]").nth(at).get_attribute("data-basket") for at in (0, 1)]
    walk.to_results()
    walk.enter(page.locator("[data-basket]").first)
    if scripts:
        walk.enter(page.locator("[data-basket]").nth(1))
        walk.enter(page.locator("header nav a", has_text="报告篮"), key="Shift+Tab")
        page.wait_for_url("**/basket?item=**")
    else:
        page.wait_for_url("**/basket?item=**")
        walk.to(page.get_by_label("加入一段"))
        page.keyboard.insert_text(f"{invented_site}/d/{names[1].replace('/', '/p/')}")
        page.keyboard.press("Enter")
        page.wait_for_url("**#item-2")
        walk.open(page.url.partition("#")[0])
    walk.to(page.locator("textarea").first)
    page.keyboard.insert_text("先看这条")
    walk.enter(page.get_by_role("button", name="第 1 项下移"))
    page.wait_for_url("**#item-2")
    items = [value for name, value in parse_qsl(urlsplit(page.url).query) if name == "item"]
    assert items == names[::-1]
    assert page.locator("textarea").nth(1).input_value() == "先看这条"
    walk.open(page.url.partition("#")[0])
    button = page.get_by_role("button", name="Word").or_(page.get_by_role("link", name="Word"))
    with page.expect_download() as saved:
        walk.enter(button.first)
    assert saved.value.suggested_filename.endswith(".docx")


def test_a_circular_is_read_from_its_contents_to_its_marks(
    walk, invented_site, circular_id, scripts
):
    page = walk.page
    walk.open(f"{invented_site}/d/{circular_id}/?hl=知识产权")
    folded = page.locator(".toc .toggle summary")
    if folded.is_visible():
        walk.enter(folded)
    target = page.locator(".toc .lines a", has_text="二、加大执法办案力度")
    anchor = target.get_attribute("href")
    walk.enter(target)
    page.wait_for_url(f"**{anchor}")
    assert page.locator(anchor).bounding_box()["y"] < page.viewport_size["height"]

    walk.open(f"{invented_site}/d/{circular_id}/?hl=知识产权")
    if scripts:
        walk.enter(page.get_by_role("button", name="下一处"))
        page.locator(".said", has_text="第 1 处").wait_for()
        walk.enter(page.locator("[data-size]"), key="Shift+Tab")
        assert page.locator("html[data-size=large]").count() == 1
    else:
        walk.enter_link("第一处")
        page.wait_for_url("**#found-1")
    walk.open(f"{invented_site}/d/{circular_id}/p/{PARAGRAPH}")
    walk.enter_link("跳到原文")
    paragraph = page.locator(f"#{PARAGRAPH}")
    walk.enter(paragraph.locator("a.n"))
    page.wait_for_url(f"**/p/{PARAGRAPH}")


def test_who_does_what_down_to_one_body(walk, invented_site, circular_id):
    page = walk.page
    walk.open(f"{invented_site}/d/{circular_id}/")
    walk.enter_link("任务分工矩阵")
    page.wait_for_url("**/matrix")
    walk.enter(page.get_by_role("link", name="市公安局", exact=True).last)
    page.wait_for_url(lambda url: "公安" in unquote(url))
    assert "市公安局" in page.locator("main").inner_text()
    assert "牵头 1 项" in page.locator("main").inner_text()


def test_what_is_cited_and_not_held(walk, invented_site, circular_id):
    page = walk.page
    walk.open(f"{invented_site}/d/{circular_id}/")
    walk.enter_link("引用图谱")
    page.wait_for_url("**/references")
    walk.enter_link("看全库的缺件清单")
    page.wait_for_url("**/missing")
    number = page.locator("tbody a").first
    name = number.inner_text()
    walk.enter(number)
    page.wait_for_url("**/id/**")
    assert page.locator("h1").inner_text() == name
    assert "引用了它" in page.locator("main").inner_text()


def test_the_overview_leads_into_a_search(walk, invented_site):
    page = walk.page
    walk.open(f"{invented_site}/overview")
    agencies = page.locator("#agencies")
    walk.enter(agencies.locator("summary"))
    row = agencies.locator("tbody tr").first
    count = row.locator("td").first.inner_text()
    walk.enter(row.locator("th a"))
    page.wait_for_url("**/search?**agency=**")
    assert page.locator("h1").inner_text().startswith(f"找到 {count} 条措施")


def test_a_report_is_checked(walk, invented_site):
    page = walk.page
    walk.open(f"{invented_site}/verify")
    walk.to(page.get_by_label("报告文字"))
    page.keyboard.insert_text(REPORT)
    walk.enter(page.get_by_role("button", name="核对", exact=True))
    page.locator("#results").wait_for()
    assert page.locator("#results").inner_text().startswith("核对 2 处")
    walk.enter(page.locator(".verdicts a", has_text="文字已变"))
    page.wait_for_url("**#c-1")


def test_two_circulars_are_compared(walk, invented_site, circular_id):
    page = walk.page
    walk.open(f"{invented_site}/d/{circular_id}/")
    walk.enter_link("与另一份文件对照")
    page.wait_for_url("**/compare?a=**")
    walk.to(page.get_by_label("按标题或文号找"))
    page.keyboard.insert_text("云政办发〔2018〕44号")
    page.keyboard.press("Enter")
    page.wait_for_url("**find=**")
    walk.enter(page.locator("main li a"))
    page.wait_for_url("**b=**")
    walk.enter(page.locator(".shows a", has_text="仅甲有"))
    page.wait_for_url("**show=**")
    assert page.locator("[data-row]").count() > 0


def test_help_is_in_one_place_and_its_examples_search(walk, invented_site):
    page = walk.page
    walk.open(f"{invented_site}/circulars")
    walk.enter(page.locator("header nav a", has_text="帮助"))
    page.wait_for_url("**/help")
    walk.enter_link("种子 OR 农药")
    page.wait_for_url("**/search?q=**")
    assert page.locator("[data-hit]").count() > 0
