"""Measures like another one: found across circulars, the most alike first."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.library import Library
from indexer.records import Unit
from search.likeness import bare_text, grams_of, overlap
from search.searcher import Searcher
from tests.libraries import fill_library, write_texts

CIRCULARS = {
    "云港": "云港市人民政府关于印发2020年种子工作要点的通知\n\n各区人民政府：\n\n一、加强监管\n\n"
    "开展种子市场专项检查，依法查处销售假种子行为。（市农业农村局牵头，市公安局配合）\n\n"
    "推进行政处罚案件信息公开。（市司法局负责）\n\n云港市人民政府\n2020年3月1日\n",
    "林溪": "林溪县人民政府关于印发2021年种子工作要点的通知\n\n各乡镇人民政府：\n\n一、严格执法\n\n"
    "开展种子市场专项检查，从严查处销售假种子的行为。（县农业农村局牵头）\n\n"
    "加强校园周边食品安全宣传。（县教育局负责）\n\n林溪县人民政府\n2021年3月1日\n",
}


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    sources = write_texts(tmp_path_factory.mktemp("sources"), CIRCULARS)
    folder = fill_library(tmp_path_factory.mktemp("two"), [sources])
    with Library.open(folder) as library, Searcher(library) as searcher:
        yield searcher, {one.source_name.partition(".")[0]: one.id for one in library.summary()}


def test_the_measure_of_another_circular_that_says_nearly_the_same_comes_first(two):
    search, ids = two
    found = search.similar(ids["云港"], "sec_1__p_1__m_1")
    assert found[0].hit.circular == ids["林溪"]
    assert found[0].hit.text.startswith("开展种子市场专项检查，从严查处")
    assert 0.5 < found[0].likeness < 1
    assert all(one.hit.circular != ids["云港"] for one in found)


def test_paragraphs_are_compared_with_paragraphs_where_asked_for(two):
    search, ids = two
    found = search.similar(ids["云港"], "sec_1__p_1", unit=Unit.PARAGRAPH)
    assert found[0].hit.eid == "sec_1__p_1"


def test_what_nothing_resembles_finds_nothing(two):
    search, ids = two
    assert search.similar(ids["林溪"], "sec_1__p_2__m_1") == ()
    assert search.similar(ids["林溪"], "没有这一段") == ()


@given(st.text(max_size=60), st.text(max_size=60))
def test_what_two_texts_share_is_symmetric_and_lies_between_nothing_and_all(one, other):
    mine, theirs = grams_of(bare_text(one)), grams_of(bare_text(other))
    assert overlap(mine, theirs) == overlap(theirs, mine)
    assert 0 <= overlap(mine, theirs) < 1
    assert overlap(mine, mine) == (0.999 if mine else 0)
