"""A real browser over a really served page, on this machine only."""

from __future__ import annotations

import os
import shutil
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
import waitress
from playwright.sync_api import Browser, Error, Page, sync_playwright

from tests.libraries import fill_library, sample_texts
from webui.app import create_app

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


@pytest.fixture
def open_page(browser):
    """Open a page of a width, with or without JavaScript; no other host may ever be asked."""
    contexts, strangers, complaints = [], [], []

    def note_request(request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in {"http", "https", "ws", "wss"} and parts.hostname != "127.0.0.1":
            strangers.append(request.url)

    def note_complaint(message) -> None:
        # the page of a number that is not held is a 404, as it should be
        not_held = "404" in message.text and "/id/" in message.location["url"]
        if message.type == "error" and not not_held:
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
