"""A circular survives its JSON, whatever it holds; and the JSON keeps the published schema."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.interchange import circular_from_json, circular_to_json
from corpus.model import (
    Assignment,
    Circular,
    Dropped,
    Evidence,
    GroupForm,
    Heading,
    Level,
    Member,
    Paragraph,
    Part,
    PartKind,
    Reference,
    Relation,
    Remark,
    Role,
    Span,
)
from corpus.number import DocumentNumber, NumberKind

if TYPE_CHECKING:
    from pathlib import Path

words = st.text(max_size=12) | st.sampled_from(["通知", "㈠", "双打\ud800", "\x00", "𠮷林"])
filled = st.text(min_size=1, max_size=12)
spans = st.tuples(st.integers(0, 9999), st.integers(0, 9999)).map(lambda ends: Span(*sorted(ends)))
paths = st.lists(st.integers(0, 40), max_size=4).map(tuple)
days = st.none() | st.dates(min_value=date(1949, 10, 1))
parts = st.builds(Part, st.sampled_from(PartKind), st.integers(1, 9), words)
numbers = st.none() | st.builds(
    DocumentNumber,
    st.sampled_from(["国办发", "云政发", "转发改", "国务院"]),
    st.none() | st.integers(1949, 2030),
    st.integers(0, 999),
    st.sampled_from(NumberKind),
)
members = st.builds(
    Member,
    as_written=filled,
    expanded=words,
    canonical=words,
    agency_id=filled,
    line=words,
    role=st.sampled_from(Role),
    collective=st.booleans(),
    span=spans,
    verb=words,
)
groups = st.builds(
    Assignment,
    raw=words,
    form=st.sampled_from(GroupForm),
    span=spans,
    governs=spans,
    members=st.lists(members, max_size=3).map(tuple),
    open_ended=st.booleans(),
    deadline=words,
)
headings = st.builds(
    Heading, filled, parts, st.sampled_from(Level), words, st.integers(0, 40), words, spans, paths
)
paragraphs = st.builds(
    Paragraph,
    id=filled,
    part=parts,
    path=paths,
    headings=st.lists(words, max_size=3).map(tuple),
    number=st.integers(1, 99),
    display=words,
    cite=words,
    run_in_heading=words,
    text=filled,
    span=spans,
    groups=st.lists(groups, max_size=2).map(tuple),
)
references = st.builds(Reference, words, numbers, st.sampled_from(Relation), spans, words)
evidence = st.builds(Evidence, words, words, st.none() | spans, words, st.floats(0, 1))


def tuples(strategy, most=3):
    return st.lists(strategy, max_size=most).map(tuple)


circulars = st.builds(
    Circular,
    title=words,
    inner_titles=tuples(words),
    number=numbers,
    kind=words,
    inner_kind=words,
    issuers=tuples(words),
    recipients=tuples(words),
    date_signed=days,
    date_printed=days,
    date_published=days,
    region=words,
    region_code=words,
    period=words,
    headings=tuples(headings),
    paragraphs=tuples(paragraphs),
    references=tuples(references),
    remarks=tuples(st.builds(Remark, st.integers(0, 999), filled, words)),
    dropped=tuples(st.builds(Dropped, spans, words)),
    evidence=tuples(evidence),
)


@pytest.fixture(scope="module")
def validator(repository: Path):
    schema = json.loads((repository / "webui/schemas/parse.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


@given(circulars)
def test_a_circular_survives_its_json(circular):
    written = json.dumps(circular_to_json(circular))
    assert circular_from_json(json.loads(written)) == circular


@given(circulars)
def test_every_circular_keeps_the_published_schema(validator, circular):
    assert list(validator.iter_errors(circular_to_json(circular))) == []


def test_a_number_is_read_from_its_text_where_its_parts_are_missing():
    written = circular_to_json(Circular(number=DocumentNumber("国办发", 2017, 46)))
    del written["number_parts"]
    assert circular_from_json(written).number == DocumentNumber("国办发", 2017, 46)


def test_numbered_levels_are_numbers_and_the_levels_of_laws_are_words():
    headings = tuple(
        Heading("h", Part(PartKind.BODY), level, "一、", 1, "总则", Span(0, 1), (1,))
        for level in (Level.PART, Level.CIRCLED, Level.CHAPTER, Level.ATTACHMENT)
    )
    written = circular_to_json(Circular(headings=headings))
    assert [each["level"] for each in written["headings"]] == [1, 5, "chapter", "attachment"]


@pytest.mark.parametrize("key", ["title", "paragraphs", "date_signed", "remarks"])
def test_the_schema_misses_a_key_that_was_promised(validator, key):
    written = circular_to_json(Circular())
    del written[key]
    assert not validator.is_valid(written)


def test_the_schema_lets_new_keys_come(validator):
    written = {**circular_to_json(Circular()), "validity": "现行有效"}
    assert list(validator.iter_errors(written)) == []
