"""No page breaks a rule of WCAG 2.2 AA that axe can tell, in any width or colours."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe

from corpus.library import Library
from tests.browser.conftest import WIDTHS
from tests.browser.take_screenshots import SHOWN, list_shots

RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"],
    },
    "resultTypes": ["violations"],
}
COLOURS = RULES | {
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
}
# Every page that is photographed, whatever its colours there: here each is seen in both.
PAGES = {shot.name: shot for shot in list_shots("{id}") if shot.scheme == "light" and shot.scripts}


@pytest.fixture(scope="session")
def circular_id(invented_folder):
    with Library.open(invented_folder) as library:
        return library.find_number(SHOWN)[0].id


@pytest.mark.parametrize("name", PAGES)
def test_no_rule_is_broken_on(browser, invented_site, circular_id, name):
    shot = PAGES[name]

    def prepare(page):
        if shot.click and page.locator(shot.click).first.is_visible():
            page.locator(shot.click).first.click()
            page.wait_for_load_state("networkidle")

    path = shot.path.replace("{id}", circular_id)
    address = invented_site + quote(path, safe="/?&=*%[]")
    assert rules_broken(browser, address, prepare) == {}


OFFLINE = {
    "list": lambda page: page.locator("#list a").first.wait_for(),
    "results": lambda page: ask_offline(page, "知识产权"),
    "nothing": lambda page: ask_offline(page, "没有这样的字"),
    "circular": lambda page: page.locator("#list a").first.click(),
}


def ask_offline(page, line):
    page.locator("#q").fill(line)
    page.locator("#q").press("Enter")
    page.wait_for_url("**#q=**")


@pytest.mark.parametrize("name", OFFLINE)
def test_no_rule_is_broken_offline_on(browser, offline_site, name):
    assert rules_broken(browser, offline_site, OFFLINE[name]) == {}


def rules_broken(browser, address, prepare):
    """Open a page in both widths, and return what breaks a rule, with where it does."""
    broken = {}
    for width, (across, down) in WIDTHS.items():
        context = browser.new_context(
            viewport={"width": across, "height": down}, locale="zh-CN", reduced_motion="reduce"
        )
        page = context.new_page()
        page.goto(address)
        prepare(page)
        for scheme, rules in (("light", RULES), ("dark", COLOURS)):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            found = Axe().run(page, options=rules).response["violations"]
            for violation in found:
                for node in violation["nodes"]:
                    what = (
                        f"{violation['id']}: {node['html'][:150]} — {node['failureSummary'][:300]}"
                    )
                    broken.setdefault(what, []).append(f"{width} {scheme}")
        context.close()
    return broken
