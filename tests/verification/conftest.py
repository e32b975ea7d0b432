"""One small library, its searcher, and a verifier over them."""

from __future__ import annotations

import pytest

from corpus.library import Library
from search.searcher import Searcher
from search.standing import UNKNOWN, find_standings
from search.verification import Verifier
from tests.libraries import fill_library, sample_texts, write_texts

TODAY = "2026-11-22"
PLAIN = """云港市人民政府文件
云政发〔2022〕7号
云港市人民政府关于加强港口安全生产工作的意见
各县（市、区）人民政府：
一、落实企业主体责任
港口经营人应当建立“双重预防”机制，对危险货物作业每15天排查一次，隐患整改率不得低于98.5%。（市交通局牵头，市应急局配合）
严禁在雷雨天气进行露天装卸；作业前须检测可燃气体浓度。（市应急局负责）
二、强化监督检查
各有关部门要在2022—2024年开展专项检查，每年抽查不少于3次，并向社会公布结果。（市应急局牵头，市公安局、市交通局配合）
云港市人民政府
2022年3月8日
"""


@pytest.fixture(scope="session")
def library(tmp_path_factory):
    sources = write_texts(tmp_path_factory.mktemp("sources"), {"港口安全": PLAIN})
    folder = fill_library(tmp_path_factory.mktemp("verified"), [*sample_texts(), sources])
    with Library.open(folder) as library:
        yield library


@pytest.fixture(scope="session")
def searcher(library):
    with Searcher(library) as searcher:
        yield searcher


@pytest.fixture(scope="session")
def make(library, searcher):
    """Make a verifier that has looked nothing up yet."""
    known = find_standings(library, library.summary(), TODAY)
    return lambda: Verifier(library, searcher.find_all, lambda each: known.get(each, UNKNOWN))


@pytest.fixture
def verifier(make):
    return make()


@pytest.fixture(scope="session")
def paragraphs(library):
    """Every paragraph of the library with the id of its circular."""
    return [
        (circular, paragraph)
        for circular in library.circular_ids()
        for paragraph in library.get(circular).circular.paragraphs
    ]
