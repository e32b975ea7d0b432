"""A search and its address are one thing."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from search.query import Sort, Unit
from webui.errors import BadParameterError
from webui.views_state import FACETS, ROLE_NAMES, SearchState, read_state

WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=8
)
VALUES = st.lists(WORDS, max_size=3, unique=True).map(tuple)
STATES = st.builds(
    SearchState,
    q=WORDS.map(str.strip),
    unit=st.sampled_from(Unit),
    agency=VALUES,
    agency_all=st.booleans(),
    role=st.lists(st.sampled_from(tuple(ROLE_NAMES)), unique=True).map(tuple),
    line=VALUES,
    issuer=VALUES,
    region=VALUES,
    year=VALUES,
    kind=VALUES,
    sort=st.sampled_from(Sort),
    page=st.integers(1, 99),
    limit=st.integers(1, 100),
)


def read(address: str) -> SearchState:
    return read_state(MultiDict(parse_qsl(urlsplit(address).query, keep_blank_values=True)))


@given(STATES)
def test_a_search_is_read_back_from_its_address(state):
    assert read(state.url()) == state


@given(STATES, st.sampled_from(FACETS), WORDS)
def test_toggling_twice_leads_back(state, facet, value):
    start = state.but()
    start = start if value in start.values(facet) else start.toggle(facet, value)
    again = start.toggle(facet, value).toggle(facet, value)
    assert sorted(again.values(facet)) == sorted(start.values(facet))


def test_a_changed_filter_leads_back_to_the_first_page_and_changes_nothing_else():
    state = SearchState(q="种子", unit=Unit.MEASURE, sort=Sort.DATE, page=3)
    assert state.toggle("role", "lead") == SearchState(
        q="种子", unit=Unit.MEASURE, sort=Sort.DATE, role=("lead",)
    )


def test_defaults_are_left_out_of_the_address():
    assert SearchState().url() == "/search"


def test_a_role_may_be_named_in_chinese():
    assert read("/search?role=牵头").role == ("lead",)


@pytest.mark.parametrize(
    "query",
    [
        "page=0", "page=-1", "page=٣", "page=1_0", "page=1e3", "page=99999999999999999999",
        "limit=101", "limit=x", "unit=文件", "sort=best", "agency_op=some", "role=chief",
        "page=600&limit=100", "q=a&q=b", "page=1&page=2",
        "q=" + "长" * 5001, "agency=" + "长" * 201, "&".join(f"year={y}" for y in range(51)),
    ],
)  # fmt: skip
def test_an_impossible_value_is_refused_with_its_name(query):
    with pytest.raises(BadParameterError) as caught:
        read("/search?" + query)
    assert caught.value.field in query
    assert "有误" in str(caught.value)
