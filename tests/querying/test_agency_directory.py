"""Which bodies a typed name means, and what each is called."""

from __future__ import annotations

import pytest

from corpus.agencies import AgencyRegistry
from corpus.library_records import AgencyNames
from search.agency_directory import AgencyDirectory


def names(agency, canonical, *expanded, written=()):
    return AgencyNames(
        agency, canonical, agency.partition(":")[2], False, tuple(expanded), tuple(written)
    )


@pytest.fixture(scope="module")
def directory():
    return AgencyDirectory(
        (
            names("350200:公安", "厦门市公安局", ("市公安局", 20)),
            names("640100:公安", "银川市公安局", ("市公安局", 3)),
            names(
                "640000:公安", "宁夏回族自治区公安厅", ("自治区公安厅", 9), written=(("公安厅", 9),)
            ),
            names(
                "350200:市场监督管理",
                "厦门市市场监督管理局",
                ("市市场监督局", 17),
                ("市市场监督管理局", 2),
            ),
            names("海关:厦门", "中华人民共和国厦门海关", ("厦门海关", 8)),
            names("350200:?双打办", "市双打办", ("市双打办", 2)),
            names("云港市:文化", "云港市文化局", ("市文化局", 2)),
            names("临海市:文化", "临海市文化局", ("市文化局", 1)),
        ),
        AgencyRegistry.load(),
    )


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("350200:公安", ("350200:公安",)),
        ("市公安局", ("350200:公安", "640100:公安")),
        ("厦门市公安局", ("350200:公安",)),
        ("自治区公安厅", ("640000:公安",)),
        ("公安厅", ("640000:公安",)),
        ("公安局", ("350200:公安", "640100:公安")),
        ("市市场监督管理局", ("350200:市场监督管理",)),
        ("市市場監督局", ("350200:市场监督管理",)),
        ("市监局", ("350200:市场监督管理",)),
        ("厦门海关", ("海关:厦门",)),
        ("海关", ("海关:厦门",)),
        ("双打办", ("350200:?双打办",)),
        ("公安部", ()),
        ("不存在局", ()),
        ("市", ()),
        ("", ()),
    ],
)
def test_a_name_means_the_bodies_that_bear_it_most_frequent_first(directory, name, found):
    assert directory.find(name) == found


@pytest.mark.parametrize(
    ("agency", "label"),
    [
        ("350200:公安", "市公安局（厦门市）"),
        ("640100:公安", "市公安局（银川市）"),
        ("640000:公安", "自治区公安厅"),
        ("350200:市场监督管理", "市市场监督局"),
        ("350200:?从未见过", "从未见过"),
        ("云港市:文化", "市文化局（云港市）"),
        ("海关:厦门", "厦门海关"),
    ],
)
def test_a_label_is_the_dominant_spelling_with_its_place_where_shared(directory, agency, label):
    assert directory.label(agency) == label
