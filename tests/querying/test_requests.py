"""One search has one address, and impossible parameters are refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.errors import ParameterError
from search.query import Sort, SynonymKind, Unit
from search.requests import SearchRequest

values = st.lists(
    st.text(min_size=1, max_size=6).map(str.strip).filter(bool), max_size=3, unique=True
).map(tuple)
requests = st.builds(
    SearchRequest,
    q=st.text(max_size=20).map(str.strip),
    unit=st.sampled_from(Unit),
    agency=values,
    agency_all=st.booleans(),
    role=st.lists(st.sampled_from(("lead", "support", "joint", "sole")), unique=True).map(tuple),
    line=values,
    issuer=values,
    region=values,
    year=values,
    kind=values,
    sort=st.sampled_from(Sort),
    page=st.integers(1, 100),
    limit=st.integers(0, 100),
    expand=st.sets(st.sampled_from(SynonymKind)).map(
        lambda chosen: tuple(kind for kind in SynonymKind if kind in chosen)
    ),
    verbatim=values,
)


@given(requests)
def test_a_request_survives_its_address(request_):
    pairs = request_.to_params()
    again = SearchRequest.from_params(pairs)
    assert again.to_params() == pairs
    if request_.agency or not request_.agency_all:
        assert again == request_


def test_defaults_are_left_out_and_the_order_is_fixed():
    pairs = [
        ("page", "1"),
        ("year", "2016"),
        ("sort", "relevance"),
        ("q", " 侵权 "),
        ("role", "牵头"),
        ("role", "lead"),
        ("unknown", "x"),
    ]
    assert SearchRequest.from_params(pairs).to_params() == (
        ("q", "侵权"),
        ("role", "lead"),
        ("year", "2016"),
    )


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("unit", "line", "参数 unit 不能是“line”。可用：paragraph、measure。"),
        ("sort", "x", "可用：relevance、date、document。"),
        ("agency_op", "none", "可用：any、all。"),
        ("role", "领导", "可用：牵头（lead）、配合（support）、共同（joint）、单独（sole）。"),
        ("page", "0", "可用：1 到 10000 的整数。"),
        ("page", "-1", "整数"),
        ("page", "１", "整数"),
        ("page", "9" * 30, "整数"),
        ("page", "501", "前 10000 条；请增加条件，缩小范围"),
        ("limit", "101", "可用：0 到 100 的整数。"),
        ("limit", "1e3", "整数"),
        ("expand", "all", "可用：synonym、alias、numeral、rename、near、off。"),
        ("year", "字" * 201, "最多 200 字的值"),
    ],
)
def test_impossible_values_are_refused_with_those_that_are_possible(name, value, message):
    with pytest.raises(ParameterError) as caught:
        SearchRequest.from_params([(name, value)])
    assert caught.value.field == name
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("given_", "kinds"),
    [
        (("off",), ()),
        (("near", "synonym"), (SynonymKind.SYNONYM, SynonymKind.NEAR)),
        (("rename", "off"), ()),
    ],
)
def test_expansion_is_chosen_by_kind_or_switched_off(given_, kinds):
    asked = SearchRequest.from_params([("q", "打假"), *(("expand", one) for one in given_)])
    assert asked.expand == kinds


def test_a_single_parameter_is_given_once():
    with pytest.raises(ParameterError, match="一个值"):
        SearchRequest.from_params([("q", "侵权"), ("q", "假冒")])


def test_too_many_values_are_refused():
    with pytest.raises(ParameterError, match="最多 50 个值"):
        SearchRequest.from_params(("issuer", f"某局{n}") for n in range(51))
