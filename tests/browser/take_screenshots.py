"""Photograph every page over the invented samples, wide and narrow: `make screenshots`.

`python -m tests.browser.take_screenshots FOLDER` takes whole pages into a folder, to be looked at;
`python -m tests.browser.take_screenshots --documents` retakes the pictures of the documents.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from urllib.parse import quote

from playwright.sync_api import sync_playwright

from corpus.library import Library
from corpus.number import DocumentNumber
from tests.browser.conftest import FLAGS, WIDTHS, find_chromium, serve, write_offline
from tests.libraries import fill_library

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "corpus" / "samples"
DOCUMENT_PICTURES = ROOT / "docs" / "images"
YEARS = ROOT / "tests" / "comparison"
SHOWN = DocumentNumber.parse("云政办发〔2017〕58号")
PARAGRAPH = "sec_2__sub_1__p_1"
COMPARED = tuple(map(DocumentNumber.parse, ("云政办发〔2024〕15号", "云政办发〔2025〕9号")))
IN_DOCUMENTS = {
    "search": "filtered",
    "circular": "permalink",
    "matrix": "matrix",
    "compare": "compare",
    "verify": "verify",
    "overview": "overview",
}
PRINTED = ("search", "permalink", "overview", "references", "matrix", "basket", "verify", "compare")
REPORT = "“建立网络抽样检测与线下查办联动机制”，见云政发〔2019〕14号、云政办发〔2099〕1号。"


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture: its name, the address, and what a reader does before it is taken."""

    name: str
    path: str
    scheme: Literal["light", "dark"] = "light"
    click: str = ""
    scripts: bool = True


def list_shots(circular_id: str, years: tuple[str, ...] = ()) -> tuple[Shot, ...]:
    """Return every page worth looking at; `years` are two years of one circular, to compare."""
    filtered = "/search?q=知识产权&unit=measure&agency=市公安局&role=lead"
    paragraph = f"/d/{circular_id}/p/{PARAGRAPH}"
    compare = Shot("compare", f"/compare?a={circular_id}", click="main li a")
    if years:
        compare = Shot("compare", "/compare?a={}&b={}".format(*years))
    return (
        Shot("home", "/"),
        Shot("search", "/search?q=知识产权"),
        Shot("filtered", filtered),
        Shot("filters-open", filtered, click="summary:has-text('筛选')"),
        Shot("without-scripts", filtered, scripts=False),
        Shot("grouped", "/search?q=知识产权&sort=document"),
        Shot("partial", "/search?q=怎样支持高校院所建设专利导航平台"),
        Shot("circular", f"/d/{circular_id}/"),
        Shot("permalink", f"{paragraph}?hl=知识产权"),
        Shot("cite", f"{paragraph}/cite"),
        Shot("preview", "/search?q=知识产权", click="[data-preview] >> nth=0"),
        Shot("news", "/search?q=知识产权&since=1"),
        Shot("overview", "/overview"),
        Shot("overview-search", "/overview?q=知识产权&role=lead"),
        Shot("overview-table", "/overview?q=知识产权", click="#agencies summary"),
        Shot("references", f"/d/{circular_id}/references"),
        Shot("missing", "/missing"),
        Shot("api", "/api"),
        Shot("matrix", f"/d/{circular_id}/matrix"),
        Shot("matrix-search", "/matrix?q=知识产权"),
        Shot("matrix-agency", f"/d/{circular_id}/matrix", click="main table a"),
        Shot("values", "/search/agency?unit=measure"),
        Shot("values-found", "/search/agency?unit=measure&agency=市公安局&find=sgaj"),
        Shot("regions", "/search/region"),
        Shot("basket", f"/basket?title=知识产权材料&item={circular_id}/{PARAGRAPH}&note=先看这条"),
        Shot("basket-empty", "/basket"),
        Shot("verify-empty", "/verify"),
        Shot("verify", f"/verify?text={REPORT}"),
        Shot("compare-choice", f"/compare?a={circular_id}"),
        compare,
        Shot("compare-files", "/compare"),
        Shot("empty", "/search?q=无损化销毁"),
        Shot("empty-filtered", "/search?q=种子&unit=measure&agency=市公安局&role=lead&year=2018"),
        Shot("number-not-held", "/search?q=国办发[2017]46号"),
        Shot("number-page", "/id/云政办发-2016-58"),
        Shot("mistake", "/search?q=*侵权"),
        Shot("error", "/d/nowhere/"),
        Shot("circulars", "/circulars"),
        Shot("help", "/help"),
        Shot("home-dark", "/", scheme="dark"),
        Shot("search-dark", filtered, scheme="dark"),
        Shot("circular-dark", paragraph, scheme="dark"),
        Shot("overview-dark", "/overview", scheme="dark"),
    )


OFFLINE = (
    Shot("offline", "/index.html"),
    Shot("offline-search", "/index.html#q=知识产权"),
    Shot("offline-circular", "/index.html", click="#list a"),
)


def take(browser: Browser, site: str, shot: Shot, width: str, target: Path, *, whole: bool) -> None:
    """Take one picture of one page."""
    across, down = WIDTHS[width]
    context = browser.new_context(
        viewport={"width": across, "height": down},
        color_scheme=shot.scheme,
        java_script_enabled=shot.scripts,
        locale="zh-CN",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(site + quote(shot.path, safe="/?&=*%[]#"))
    if shot.click:
        handle = page.locator(shot.click).first
        if handle.is_visible():
            handle.click()
    page.screenshot(path=target, full_page=whole)
    context.close()


def print_page(browser: Browser, site: str, shot: Shot, target: Path) -> None:
    """Print a page to PDF as a reader would, with a picture of it to look at."""
    page = browser.new_page(locale="zh-CN")
    page.goto(site + quote(shot.path, safe="/?&=*%[]"))
    if shot.click:
        page.locator(shot.click).first.click()
        page.wait_for_load_state()
    page.pdf(path=target.with_suffix(".pdf"), format="A4", print_background=False)
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 794, "height": 1123})  # A4 at 96 dpi
    page.screenshot(path=target.with_suffix(".png"), full_page=True)
    page.close()


def pictures(shots: tuple[Shot, ...]) -> Iterator[tuple[Shot, str, str]]:
    """Yield each shot with its width and the name of the file."""
    for shot in shots:
        for width, (across, _) in WIDTHS.items():
            yield shot, width, f"{shot.name}-{across}.png"


def main(arguments: list[str]) -> None:
    """Take the pictures that the command line asks for."""
    for_documents = arguments == ["--documents"]
    folder = DOCUMENT_PICTURES if for_documents else Path(*arguments or ["screenshots"])
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as library_folder:
        sources = (*sorted(SAMPLES.glob("*.html")), *sorted(YEARS.glob("*.txt")))
        library_path = fill_library(Path(library_folder), sources)
        with Library.open(library_path) as library:
            circular_id, *years = (library.find_number(each)[0].id for each in (SHOWN, *COMPARED))
        shots = list_shots(circular_id, tuple(years))
        with serve(library_path) as site, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
            if for_documents:
                named = {shot.name: shot for shot in shots}
                for name, shot in IN_DOCUMENTS.items():
                    target = folder / f"{name}-1280.png"
                    take(browser, site, named[shot], "wide", target, whole=False)
            else:
                for shot, width, name in pictures(shots):
                    take(browser, site, shot, width, folder / name, whole=True)
                offline = write_offline(library_path, Path(library_folder) / "offline").as_uri()
                for shot, width, name in pictures(OFFLINE):
                    take(browser, offline, shot, width, folder / name, whole=True)
                for shot in shots:
                    if shot.name in PRINTED:
                        print_page(browser, site, shot, folder / f"{shot.name}-print")
            browser.close()
    print(folder)


if __name__ == "__main__":
    main(sys.argv[1:])
