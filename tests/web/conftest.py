"""A tiny real library with a real index, and a client that reads pages as trees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from lxml import html as lxml_html

from corpus.library import Library
from tests.libraries import fill_library, sample_texts, write_texts
from webui.app import create_app

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

HOSTILE = """云港市人民政府办公室文件
云府办〔2019〕9号
云港市人民政府办公室关于<script>alert(1)</script>专项整治的通知
各县（市、区）人民政府：
一、<img src=x onerror=alert(2)>集中整治
开展<script>alert("网络侵权")</script>专项整治，把"><svg onload=alert(3)>平台纳入监管。（市公安局牵头，市<b>知识产权</b>局配合）
查处{{ 7*7 }}售假行为。（市公安局负责）
云港市人民政府办公室
2019年5月6日
"""


@dataclass(frozen=True)
class Site:
    """An application, its library, and a client."""

    app: Flask
    folder: Path
    client: FlaskClient

    def get(self, path: str, **options) -> TestResponse:
        return self.client.get(path, **options)

    def tree(self, path: str, status: int = 200):
        response = self.get(path)
        assert response.status_code == status, response.get_data(as_text=True)
        return lxml_html.document_fromstring(response.get_data(as_text=True))

    def library(self) -> Library:
        return Library.open(self.folder)

    def id_of(self, number: str) -> str:
        with self.library() as library:
            return library.find_number(number)[0].id


def site_over(folder: Path, **config) -> Site:
    app = create_app(folder, config={"TESTING": True, **config})
    return Site(app, folder, app.test_client())


@pytest.fixture(scope="session")
def site(tmp_path_factory) -> Site:
    """The invented samples as plain text."""
    return site_over(fill_library(tmp_path_factory.mktemp("library"), sample_texts()))


@pytest.fixture(scope="session")
def hostile_site(tmp_path_factory) -> Site:
    """One circular that tries to be a page."""
    folder = tmp_path_factory.mktemp("hostile")
    source = folder / "<script>alert(0)</script>.txt"
    source.parent.mkdir(exist_ok=True)
    sources = write_texts(tmp_path_factory.mktemp("sources"), {"通知<b>": HOSTILE})
    return site_over(fill_library(folder, [sources]))


@pytest.fixture
def site_of(tmp_path):
    """Make a site over one circular, given as text."""

    def make(text: str) -> Site:
        sources = write_texts(tmp_path / "sources", {"通知": text})
        return site_over(fill_library(tmp_path / "library", [sources]))

    return make


@pytest.fixture
def own_site(tmp_path, repository) -> Site:
    """A library of one circular that a test may change."""
    sources = tmp_path / "sources"
    sources.mkdir()
    sample = repository / "corpus" / "samples" / "yungang-2018-44.txt"
    (sources / sample.name).write_bytes(sample.read_bytes())
    return site_over(fill_library(tmp_path / "library", [sources]))
