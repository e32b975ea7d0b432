"""A search and its address are one thing."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from search.errors import ParameterError
from search.facets import FACETS, ROLE_NAMES
from search.query import Sort, Unit
from search.requests import SearchRequest
from webui.views_state import address_of, changed, chosen, read_search, toggled, without_filters

WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Z")), min_size=1, max_size=8
)
VALUES = st.lists(WORDS, max_size=3, unique=True).map(tuple)
SEARCHES = st.builds(
    SearchRequest,
    q=WORDS,
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


def read(address: str) -> SearchRequest:
    return read_search(MultiDict(parse_qsl(urlsplit(address).query, keep_blank_values=True)))


@given(SEARCHES)
def test_a_search_is_read_back_from_its_address(asked):
    assert read(address_of(asked)) == asked


@given(SEARCHES, st.sampled_from(FACETS), WORDS)
def test_toggling_twice_leads_back(asked, facet, value):
    once = toggled(asked, facet, value)
    assert (value in getattr(once, facet)) != (value in getattr(asked, facet))
    twice = toggled(once, facet, value)
    assert set(getattr(twice, facet)) == set(getattr(asked, facet))


@given(SEARCHES)
def test_nothing_stays_ticked_without_filters(asked):
    bare = without_filters(asked)
    assert chosen(bare) == ()
    assert (bare.q, bare.unit, bare.sort) == (asked.q, asked.unit, asked.sort)


def test_a_changed_filter_leads_back_to_the_first_page_and_changes_nothing_else():
    asked = SearchRequest(q="种子", unit=Unit.MEASURE, sort=Sort.DATE, page=3)
    assert toggled(asked, "role", "lead") == SearchRequest(
        q="种子", unit=Unit.MEASURE, sort=Sort.DATE, role=("lead",)
    )
    assert changed(asked, page=4).page == 4


def test_defaults_are_left_out_of_the_address():
    assert address_of(SearchRequest()) == "/search"


def test_an_impossible_value_is_refused():
    with pytest.raises(ParameterError, match="page"):
        read("/search?page=0")
