"""Facets are exact and disjunctive under every kind of question; agency and role are one assignment.

The claims are counted here by asking again with one value ticked, whatever an engine does inside.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer.records import Unit
from search.query import Filters, Page, Query
from search.syntax import parse_query
from tests.contract.test_agreement import (
    AGENCIES,
    FACETS,
    LINES,
    ROLES,
    filters,
    paragraphs,
    records_from,
)

EVERYTHING = Page(0, 1_000)
CIRCULARS = ("甲", "乙", "丙")
VALUES = {**FACETS, "agency": AGENCIES, "line": LINES, "role": ROLES, "circular": CIRCULARS}
WORDS = ("侵权", "假冒", "市", "侵权假冒", "市一")
TEMPLATES = (
    "", "{0}", "{0} {1}", "{0}{1}的{2}怎么办", '"{0}"', '"{0}" {1}', "{0} OR {1}", "{0} -{1}", "({0} OR {1}) {2}",
    "责任单位:甲", "牵头:甲", "甲 牵头", "年:2016..2017 {0}", "标题:{0}", "章节:{0} {1}", "{0} /段 {1}", "{0} /措施 {1}",
    "文号:甲〔2016〕1号", "{0}*", "甲〔2016〕1号",
)  # fmt: skip
lines = st.builds(
    lambda template, words: template.format(*words),
    st.sampled_from(TEMPLATES),
    st.lists(st.sampled_from(WORDS), min_size=3, max_size=3),
)


def find_agency(name):
    return AGENCIES[:2] if name == "甲" else ()


def query_of(line, ticked, unit):
    return Query(parse_query(line, find_agency=find_agency).root, ticked, unit, page=EVERYTHING)


def engines_over(builders, records, folder):
    for name, build_engine in builders.items():
        place = Path(folder, name)
        place.mkdir()
        yield build_engine(records, place)


def slowly(test):
    return settings(
        max_examples=40,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    )(test)


@slowly
@given(paragraphs, st.builds(query_of, lines, filters, st.sampled_from(Unit)))
def test_a_facet_counts_what_ticking_its_value_alone_would_find(record_of, builders, drawn, query):
    records = records_from(record_of, drawn)
    ticked = query.filters
    with TemporaryDirectory() as folder:
        for engine in engines_over(builders, records, folder):
            facets = engine.search(replace(query, by_circular=True)).facets
            for facet, values in VALUES.items():
                alone = {
                    value: engine.search(
                        replace(query, filters=ticked.ticking(facet, value), page=Page(0, 0))
                    ).total
                    for value in values
                }
                assert facets[facet] == {value: n for value, n in alone.items() if n}, facet
            engine.close()


@slowly
@given(
    paragraphs,
    st.builds(query_of, lines, st.just(Filters()), st.sampled_from(Unit)),
    st.tuples(st.sampled_from(AGENCIES), st.sampled_from(ROLES)),
)
def test_agency_and_role_together_mean_one_assignment(record_of, builders, drawn, everything, pair):
    records = records_from(record_of, drawn)
    by_id = {record.id: record for record in records}
    agency, role = pair
    both = replace(everything, filters=Filters(agency=(agency,), role=(role,)))
    with TemporaryDirectory() as folder:
        for engine in engines_over(builders, records, folder):
            expected = {
                hit.id
                for hit in engine.search(everything).hits
                if any(a == agency and r == role for a, _, r in by_id[hit.id].assignments)
            }
            assert {hit.id for hit in engine.search(both).hits} == expected
            engine.close()
