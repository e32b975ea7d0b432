"""A real browser over a really served page, on this machine only."""

from __future__ import annotations

import os
import shutil
import threading
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
import waitress
from playwright.sync_api import Browser, Error, Page, sync_playwright

from corpus.library import Library
from search.agency_directory import AgencyDirectory
from tests.libraries import fill_library, sample_texts
from webui.app import create_app
from webui.offline_site import write_site

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
WIDTHS = {"wide": (1280, 900), "narrow": (390, 844)}


def find_chromium() -> str | None:
    """The Chromium to run: the one named, the system's, or (None) Playwright's own."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named
    names = ("/usr/bin/chromium", "chromium", "chromium-browser", "google-chrome")
    return next((path for name in names if (path := shutil.which(name))), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        except Error as error:
            pytest.fail(
                "没有可用的 Chromium：请安装 chromium（apt install chromium），"
                f"或用环境变量 CHROMIUM 指明它的位置。{error}"
            )
        yield browser
        browser.close()


@contextmanager
def serve(folder: Path) -> Iterator[str]:
    """Serve a library as `gongwen serve` does, on a free loopback port."""
    server = waitress.create_server(create_app(folder), host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()
    thread.join(timeout=10)


@pytest.fixture(scope="session")
def invented_folder(tmp_path_factory) -> Path:
    """The invented sample circulars, added and indexed."""
    return fill_library(tmp_path_factory.mktemp("invented"), sample_texts())


@pytest.fixture(scope="session")
def real_folder(tmp_path_factory, shared) -> Path:
    """The two real circulars, added and indexed."""
    sources = [shared / "corpus" / "xiamen-2016-146.txt", shared / "corpus" / "ningxia-2017.txt"]
    return fill_library(tmp_path_factory.mktemp("real"), sources)


@pytest.fixture(scope="session")
def invented_site(invented_folder) -> Iterator[str]:
    with serve(invented_folder) as address:
        yield address


@pytest.fixture(scope="session")
def real_site(real_folder) -> Iterator[str]:
    with serve(real_folder) as address:
        yield address


def write_offline(folder: Path, out: Path) -> Path:
    """Write a library as pages for a disk."""
    with Library.open(folder) as library:
        write_site(
            [library.get(each) for each in library.circular_ids()],
            out,
            label=AgencyDirectory(library.agencies()).label,
            subject="全部文件",
            made=datetime(2026, 11, 21, tzinfo=UTC),
        )
    return out


@pytest.fixture(scope="session")
def offline_site(invented_folder, tmp_path_factory) -> str:
    """The invented circulars as pages on a disk; the address of the first page."""
    out = write_offline(invented_folder, tmp_path_factory.mktemp("offline") / "site")
    return (out / "index.html").as_uri()


@pytest.fixture
def open_page(browser):
    """Open a page of a width, with or without JavaScript; no other host may ever be asked."""
    contexts, strangers, complaints, visited = [], [], [], set()

    def note_request(request) -> None:
        if request.is_navigation_request():
            visited.add(request.url)
        parts = urlsplit(request.url)
        if parts.scheme in {"http", "https", "ws", "wss"} and parts.hostname != "127.0.0.1":
            strangers.append(request.url)

    def note_complaint(message) -> None:
        # a page that says what is not there, or cannot be asked so, is a 404 or 400 as it should be
        told = any(status in message.text for status in ("status of 404", "status of 400"))
        if message.type == "error" and not (told and message.location["url"] in visited):
            complaints.append(message.text)

    def open_one(width: str, *, scripts: bool = True) -> Page:
        across, down = WIDTHS[width]
        context = browser.new_context(
            viewport={"width": across, "height": down},
            java_script_enabled=scripts,
            locale="zh-CN",
            permissions=["clipboard-read", "clipboard-write"],
        )
        contexts.append(context)
        context.on("request", note_request)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("console", note_complaint)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert strangers == []
    assert complaints == []
