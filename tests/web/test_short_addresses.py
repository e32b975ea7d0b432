"""Addresses that a page writes by the hundred are those that the slow and sure ways make."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.facets import FACETS
from search.query import Sort, Unit
from search.requests import SearchRequest
from webui.app import create_app
from webui.views_state import (
    Toggles,
    address_of,
    circular_address,
    paragraph_address,
    toggled,
)

NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
VALUES = st.lists(NAMES.filter(str.strip), max_size=3, unique=True).map(tuple)


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    return create_app(tmp_path_factory.mktemp("none"))


@given(circular=NAMES, eid=NAMES)
def test_the_address_of_a_circular_and_of_a_paragraph_is_that_of_the_routes(app, circular, eid):
    adapter = app.url_map.bind("127.0.0.1")
    assert circular_address(circular) == adapter.build("pages.circular", {"circular_id": circular})
    assert paragraph_address(circular, eid) == adapter.build(
        "pages.permalink", {"circular_id": circular, "eid": eid}
    )


@given(
    line=st.sampled_from(["", "监管 网络"]),
    ticked=st.dictionaries(st.sampled_from(["agency", "line", "region", "year"]), VALUES),
    facet=st.sampled_from(["agency", "line", "region", "year"]),
    value=NAMES.filter(str.strip),
    every=st.booleans(),
    sort=st.sampled_from(Sort),
    unit=st.sampled_from(Unit),
)
def test_a_tick_leads_where_the_changed_search_leads(  # noqa: PLR0917 - a search has that many parts
    line, ticked, facet, value, every, sort, unit
):
    asked = SearchRequest(q=line, agency_all=every, sort=sort, unit=unit, page=3, **ticked)
    toggles = Toggles(asked, facet)
    for each in (value, *ticked.get(facet, ())):
        assert toggles.address(each) == address_of(toggled(asked, facet, each))


def test_a_tick_at_nothing_else_is_the_whole_address():
    for facet in FACETS:
        value = {"role": "lead", "validity": "unknown"}.get(facet, "甲")
        address = Toggles(SearchRequest(), facet).address(value)
        assert address == f"/search?{urlencode([(facet, value)])}"
