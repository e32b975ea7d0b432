"""Checking a report and comparing two circulars, in a real browser, by mouse and by keyboard."""

from __future__ import annotations

import csv
import io

import docx
import pytest

from corpus.library import Library

BOTH_WIDTHS = pytest.mark.parametrize("width", ["wide", "narrow"])
WITH_AND_WITHOUT = pytest.mark.parametrize("scripts", [True, False])
GOOD = "建立网络抽样检验与线下查处联动机制"
BAD = "建立网络抽样检测与线下查办联动机制"
REPORT = f"文件提出“{GOOD}”，又说“{BAD}”，见云政发〔2019〕14号、云政办发〔2099〕1号。"
VERDICTS = ["ended", "changed", "same", "missing"]


def verdicts(page):
    return [one.get_attribute("data-verdict") for one in page.locator("[data-verdict]").all()]


def fits(page):
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def numbered(folder, *numbers):
    with Library.open(folder) as library:
        return [library.find_number(number)[0].id for number in numbers]


@BOTH_WIDTHS
@WITH_AND_WITHOUT
def test_a_pasted_report_is_checked_and_its_record_saved(open_page, invented_site, width, scripts):
    page = open_page(width, scripts=scripts)
    page.goto(invented_site)
    page.get_by_role("link", name="核验").click()
    page.get_by_label("报告文字").fill(REPORT)
    page.get_by_role("button", name="核对", exact=True).click()
    page.locator("#results").wait_for()
    assert verdicts(page) == VERDICTS
    assert fits(page) if scripts else True
    with page.expect_download() as saved:
        page.get_by_role("button", name="核对记录 CSV").click()
    text = saved.value.path().read_bytes().decode("utf-8-sig")
    assert [row["结论"] for row in csv.DictReader(io.StringIO(text))][1] == "文字已变"
    page.locator("[data-verdict=changed] .src a").click()
    page.wait_for_url("**/p/sec_1__sub_1__p_1**")


def test_a_word_file_is_checked(open_page, invented_site, tmp_path):
    document = docx.Document()
    document.add_paragraph(REPORT)
    document.save(tmp_path / "报告.docx")
    page = open_page("wide")
    page.goto(f"{invented_site}/verify")
    page.get_by_label("或选一个文件").set_input_files(tmp_path / "报告.docx")
    page.get_by_role("button", name="核对", exact=True).click()
    page.locator("#results").wait_for()
    assert verdicts(page) == VERDICTS
    assert page.get_by_label("报告文字（报告.docx）").input_value().strip() == REPORT


def test_a_report_is_checked_by_keyboard_alone(open_page, invented_site):
    page = open_page("wide")
    page.goto(f"{invented_site}/verify")
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "report":
            break
    page.keyboard.insert_text(REPORT)
    for _ in range(4):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == "核对":
            break
    page.keyboard.press("Enter")
    page.locator("#results").wait_for()
    page.locator(".verdicts .missing a").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#c-4"


@BOTH_WIDTHS
@WITH_AND_WITHOUT
def test_two_circulars_are_chosen_and_compared(
    open_page, invented_site, invented_folder, width, scripts
):
    first, second = numbered(invented_folder, "云政办发〔2017〕58号", "云政办发〔2018〕44号")
    page = open_page(width, scripts=scripts)
    page.goto(f"{invented_site}/d/{first}/")
    page.get_by_role("link", name="与另一份文件对照").click()
    page.get_by_label("按标题或文号找").fill("云政办发〔2018〕44号")
    page.get_by_role("button", name="找", exact=True).click()
    page.locator("main li a").click()
    page.wait_for_url(f"**/compare?a={first}&b={second}")
    assert page.locator("[data-row]").count() > 20
    assert fits(page) if scripts else True
    page.get_by_role("link", name="按段落").click()
    page.locator(".shows a", has_text="相近").click()
    page.wait_for_url("**show=like**")
    kinds = {one.get_attribute("data-row") for one in page.locator("[data-row]").all()}
    assert kinds <= {"like"}
    page.get_by_role("link", name="甲乙对调").click()
    page.wait_for_url(f"**a={second}&b={first}**")
    with page.expect_download() as saved:
        page.get_by_role("link", name="DOCX").click()
    assert saved.value.suggested_filename.startswith("对照-")


def test_a_comparison_is_reached_and_read_by_keyboard(open_page, invented_site, invented_folder):
    first, second = numbered(invented_folder, "云政办发〔2017〕58号", "云政办发〔2018〕44号")
    page = open_page("wide")
    page.goto(f"{invented_site}/compare?a={first}&b={second}")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "跳到对照"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "rows"


def test_a_comparison_prints_in_two_columns(open_page, invented_site, invented_folder):
    first, second = numbered(invented_folder, "云政办发〔2017〕58号", "云政办发〔2018〕44号")
    page = open_page("wide")
    page.goto(f"{invented_site}/compare?a={first}&b={second}")
    page.emulate_media(media="print")
    assert not page.locator(".shows").is_visible()
    assert page.locator("[data-row]").first.is_visible()
