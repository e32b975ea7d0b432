"""Round trips of document numbers and ordinals; nothing anybody writes makes a parser fail."""

from __future__ import annotations

from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from corpus.number import (
    DocumentNumber,
    NumberError,
    NumberKind,
    find_numbers,
    is_only_number,
    parse_typed_number,
)
from corpus.number_codes import known_codes
from corpus.path import OrdinalError, format_ordinal, parse_marker, parse_ordinal

ISSUERS = (
    "国务院",
    "主席",
    "财政部",
    "工业和信息化部",
    "云港市人民政府",
    "国家税务总局",
    "江东省商务厅",
)
SERIALS = st.integers(1, 99_999)
YEARS = st.integers(1949, 2049)
# codes of no office: a region's sign, then anything that begins no other word
INVENTED = st.builds(
    "".join,
    st.tuples(
        st.sampled_from("闽湘宁国榕"), st.text("政府办财税教科商发函字规", min_size=1, max_size=6)
    ),
)
LETTERS = st.builds(
    DocumentNumber, st.sampled_from(sorted(known_codes())) | INVENTED, YEARS, SERIALS
)
ORDERS = st.builds(
    DocumentNumber,
    st.sampled_from(ISSUERS),
    st.none() | YEARS,
    SERIALS,
    st.sampled_from([NumberKind.ORDER, NumberKind.ANNOUNCEMENT]),
)
UNTYPED = st.builds(
    DocumentNumber, st.sampled_from(ISSUERS), YEARS, SERIALS, st.just(NumberKind.UNTYPED)
)
NUMBERS = LETTERS | ORDERS | UNTYPED
SOUP = st.text(
    st.sampled_from(
        "国办发厦府令公告财税字第号年〔〕[]（）(94)12017 、,，\u200b\n和及年根据的工业部局"
    )
    | st.characters(categories=None),
    max_size=80,
)


@given(NUMBERS)
@example(DocumentNumber("国务院", None, 19001, NumberKind.ORDER))  # begins like a year
def test_a_number_survives_its_text_form(number):
    assert DocumentNumber.parse(str(number)) == number


@given(NUMBERS)
def test_a_number_survives_its_slug(number):
    assert DocumentNumber.from_slug(number.slug) == number


@given(
    LETTERS,
    st.sampled_from(
        ["[]", "［］", "【】", "()", "（）", "﹝﹞", "〈〉", "<>", "「」", "{}", "〔]"]
    ),
)
def test_any_bracket_names_the_same_circular(number, brackets):
    written = str(number).replace("〔", brackets[0]).replace("〕", brackets[1])
    assert DocumentNumber.parse(written) == number


@given(LETTERS, st.sampled_from(["根据", "按照《通知》（", "贯彻落实", "和", "转发的", "\u200b"]))
def test_words_before_a_number_are_not_part_of_it(number, words):
    [mention] = find_numbers(f"{words}{number}）精神")
    assert mention.number == number
    assert mention.as_written == str(number)


@given(SOUP)
def test_whatever_is_found_lies_in_the_text_and_reads_back(text):
    mentions = find_numbers(text)
    for mention in mentions:
        start, end = mention.span
        assert text[start:end] == mention.as_written
        assert DocumentNumber.parse(str(mention.number)) == mention.number
        assert DocumentNumber.from_slug(mention.number.slug) == mention.number
    spans = [mention.span for mention in mentions]
    assert all(one.end <= other.start for one, other in pairwise(spans))


@given(SOUP)
def test_no_text_breaks_a_parser(text):
    only, marker = is_only_number(text), parse_marker(text)
    numbers = [*parse_typed_number(text), *([only.number] if only else [])]
    for parse in (DocumentNumber.parse, DocumentNumber.from_slug):
        with suppress(NumberError):
            numbers.append(parse(text))
    assert [DocumentNumber.parse(str(number)) for number in numbers] == numbers
    assert marker is None or marker.number in text.replace("\n", "")
    with suppress(OrdinalError):
        assert parse_ordinal(text) in range(1, 1_000)


@given(st.text(st.characters(categories=None), max_size=80))
def test_a_marker_tells_where_the_rest_begins(line):
    marker = parse_marker("（一）" + line)
    if marker is not None:
        whole = "（一）" + line
        assert whole[marker.rest_start :].rstrip() == marker.rest
        assert whole.startswith(marker.number)


@pytest.mark.parametrize("value", range(1, 1000))
def test_ordinals_from_一_to_九百九十九_survive(value):
    assert parse_ordinal(format_ordinal(value)) == value
