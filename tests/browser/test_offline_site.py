"""The offline site in a real browser, opened from the disk."""

from __future__ import annotations

import pytest

BOTH_WIDTHS = pytest.mark.parametrize("width", ["wide", "narrow"])


@pytest.fixture
def address(offline_site):
    return offline_site


def search(page, line):
    page.locator("#q").fill(line)
    page.locator("#q").press("Enter")
    page.wait_for_url("**#q=**")


@BOTH_WIDTHS
def test_a_string_is_found_opened_and_gone_back_from(open_page, address, width):
    page = open_page(width)
    page.goto(address)
    search(page, "網絡抽樣檢驗")
    page.get_by_role("heading", name="找到 1 段，来自 1 份文件").wait_for()
    assert page.locator("mark").inner_text() == "网络抽样检验"
    assert page.evaluate("document.activeElement.id") == "results"
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.locator(".hit h2 a").click()
    page.wait_for_url("**/d/*.html#sec_1__sub_1__p_1")
    assert page.locator(".p:target").count() == 1
    page.go_back()
    page.get_by_role("heading", name="找到 1 段").wait_for()


def test_agencies_narrow_the_answer_and_stay_ticked(open_page, address):
    page = open_page("wide")
    page.goto(address)
    search(page, "知识产权")
    page.get_by_role("heading", name="找到 20 段").wait_for()
    whole = page.locator("#results").inner_text()
    tick = page.locator("#agencies input").first
    tick.check()
    page.wait_for_url("**agency=**")
    page.wait_for_function(
        "whole => document.querySelector('#results').innerText !== whole", arg=whole
    )
    assert page.locator("#agencies input:checked").count() == 1
    page.go_back()
    page.wait_for_function("!document.querySelector('#agencies input:checked')")
    assert page.locator("#results").inner_text() == whole


def test_words_must_stand_together_in_one_paragraph(open_page, address):
    page = open_page("wide")
    page.goto(address)
    search(page, "网络抽样检验 线下查处")
    page.get_by_role("heading", name="找到 1 段").wait_for()
    assert set(page.locator(".hit mark").all_inner_texts()) == {"网络抽样检验", "线下查处"}
    search(page, "网络抽样检验 防汛")
    page.get_by_role("heading", name="没有找到").wait_for()
    assert page.locator(".hit").count() == 0


def test_the_keyboard_alone_is_enough(open_page, address):
    page = open_page("wide")
    page.goto(address)
    page.keyboard.press("/")
    page.keyboard.type("网络抽样检验")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="找到 1 段").wait_for()
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.closest('h2') !== null"):
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/d/*.html#**")
    assert "网络抽样检验" in page.locator(".p:target").inner_text()


@BOTH_WIDTHS
def test_without_scripts_every_circular_can_be_opened(open_page, address, width):
    page = open_page(width, scripts=False)
    page.goto(address)
    assert page.locator("#list a").count() == 14
    page.locator("#list a").first.click()
    assert page.locator("article .p").count() > 0


def test_it_prints_without_its_surroundings(open_page, address):
    page = open_page("wide")
    page.goto(address)
    search(page, "网络抽样检验")
    page.emulate_media(media="print")
    assert page.locator(".hit").is_visible()
    assert not page.locator(".who-list").is_visible()
