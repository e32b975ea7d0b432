"""A question is answered by the place it names, what lies around it, or the whole nation."""

from __future__ import annotations

import pytest

from search.engine import ELSEWHERE_SHARE
from search.memory_engine import MemoryEngine
from search.query import Plain, Query
from search.syntax import parse_query
from tests.contract.conftest import make_record

REGIONS = {
    "厦门": ("厦门市", "福建省"),
    "福建": ("福建省",),
    "福州": ("福州市", "福建省"),
    "国务院": ("全国",),
    "不明": (),
}


@pytest.fixture(scope="module")
def engine():
    text = "外地来的人怎么补缴社会保险费"
    return MemoryEngine(
        make_record(f"{name}/p_1", text, region=region) for name, region in REGIONS.items()
    )


def lowered(engine, line):
    scores = {
        hit.id.partition("/")[0]: hit.score
        for hit in engine.search(Query(parse_query(line).root)).hits
    }
    best = max(scores.values())
    return {name for name, score in scores.items() if score < best * (ELSEWHERE_SHARE + 0.01)}


@pytest.mark.parametrize(
    ("line", "elsewhere"),
    [
        ("厦门怎么补缴社会保险费", {"福州"}),
        ("福建省怎么补缴社会保险费", set()),
        ("怎么补缴社会保险费", {"厦门", "福建", "福州"}),
    ],
)
def test_what_is_of_elsewhere_stands_behind(engine, line, elsewhere):
    assert lowered(engine, line) == elsewhere


def test_keywords_set_apart_are_not_a_question(engine):
    assert lowered(engine, "社会保险费") == set()


@pytest.mark.parametrize(
    ("line", "places", "around"),
    [
        ("上海市延长春节假期工资按什么标准发放", ("上海市",), ()),
        ("泰州市海陵区企业复工要什么条件", ("海陵区",), ("泰州市", "江苏省")),
        ("廈門的企業怎麼辦理社會保險", ("厦门市",), ("福建省",)),
        ("企业怎么办理社会保险", (), ()),
    ],
)
def test_places_are_read_out_of_a_sentence(line, places, around):
    root = parse_query(line).root
    assert isinstance(root, Plain)
    assert (root.places, root.around) == (places, around)
