"""A search that takes too long shows what it has, and says that there may be more."""

from __future__ import annotations

from contextlib import contextmanager

import pytest
from lxml import html as lxml_html

from corpus.library import Library
from search import budget
from search.engine_source import IndexSource
from search.requests import SearchRequest
from search.searcher import Searcher

LINES = [
    "知识产权", "知识 产权 保护 专项 整治", '"知识产权"', "知识产权 OR 农资 OR 市公安局", "知识产权 NOT 农资",
    "NOT 知识产权", "责任单位:市公安局", "年:2010..2024", "知识产权 年:2010..2024 NOT 农资", "",
]  # fmt: skip


@pytest.fixture(scope="module")
def searcher(filled_library):
    with Library.open(filled_library) as library, Searcher(library) as searcher:
        yield searcher


@pytest.mark.parametrize("line", LINES)
def test_no_time_gives_a_smaller_answer_and_never_a_wrong_one(searcher, monkeypatch, line):
    request = SearchRequest(q=line, limit=100)
    whole = searcher.search(request)
    monkeypatch.setattr(budget, "SECONDS", 0)
    part = searcher.search(request)
    assert part.timed_out
    assert any(notice.startswith("结果不完整") for notice in part.notices)
    assert {hit.id for hit in part.hits} <= {hit.id for hit in whole.hits}
    assert not whole.timed_out
    assert not any("不完整" in notice for notice in whole.notices)


@pytest.mark.parametrize("looks", range(1, 40, 3))
@pytest.mark.parametrize("line", LINES)
def test_wherever_the_time_ends_nothing_is_found_that_is_not_there(
    searcher, monkeypatch, line, looks
):
    request = SearchRequest(q=line, limit=100)
    whole = {hit.id for hit in searcher.search(request).hits}
    left = [looks]

    def clock():
        left[0] -= 1
        return 0.0 if left[0] >= 0 else 10.0

    with monkeypatch.context() as patched:
        patched.setattr(budget.time, "monotonic", clock)
        part = {hit.id for hit in searcher.search(request).hits}
    assert part <= whole


def test_opening_the_index_takes_nothing_of_the_time(filled_library, monkeypatch):
    now = [0.0]

    class Slow(IndexSource):
        @contextmanager
        def borrow(self):
            opened = self._lent
            with super().borrow() as engine:
                now[0] += 0.0 if opened else 100.0
                yield engine

    monkeypatch.setattr(budget.time, "monotonic", lambda: now[0])
    with (
        Library.open(filled_library) as library,
        Searcher(library, Slow(filled_library / "index", clock=lambda: 0.0)) as searcher,
    ):
        assert not searcher.search(SearchRequest(q="知识产权")).timed_out


def test_page_and_program_are_told(serve, monkeypatch):
    monkeypatch.setattr(budget, "SECONDS", 0)
    with serve() as service:
        page = service.get("/search?q=%E5%86%9C%E8%B5%84").body
        answer = service.get("/api/v1/search?q=%E5%86%9C%E8%B5%84").body
    notices = lxml_html.document_fromstring(page).xpath("//p[@class='notice']/text()")
    assert any("结果不完整" in notice for notice in notices)
    assert '"timed_out": true' in answer
