"""Spellings that mean the same have one search form; what differs in meaning keeps its own."""

from __future__ import annotations

import pytest

from corpus.model import Span
from corpus.text import fold, fold_text, is_han


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("厦府办（2016）", "厦府办(2016)"),
        ("２０１６年", "2016年"),
        ("號國辦發", "号国办发"),
        ("“双打”办", "双打办"),
        ("「一帶一路」", "一带一路"),
        ('"一带一路"', "一带一路"),
        ("3?15", "3·15"),
        ("3•15", "3・15"),
        ("总 则", "总则"),
        ("总　则", "总则"),
        ("政\u200b策", "政策"),
        ("\u202e政策\u202c", "政策"),
        ("政\ufe00策", "政策"),
        ("政\x00策", "政策"),
        ("二○一六", "二〇一六"),
        ("2016—2020", "2016－2020"),
        ("㈠加强", "(一)加强"),
        ("⑴加强", "（1）加强"),
        ("⒈加强", "1.加强"),
        ("㎡", "m2"),
        ("Ⅳ类", "iv类"),
        ("互联网＋监管", "互联网+监管"),
        ("café", "cafe\u0301"),
        ("ＩＰ地址", "ip地址"),
        ("附件︰", "附件："),
        ("⺠营", "民营"),
        ("⼀般", "一般"),
        ("\uf9d2", "\u622e"),
    ],
)
def test_spellings_of_the_same_words_fold_alike(one, other):
    assert fold_text(one) == fold_text(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("①2017", "12017"),
        ("……", "......"),
        ("〔一〕", "(一)"),
        ("【一】", "[一]"),
        ("。", "."),
        ("、", ","),
    ],
)
def test_what_differs_keeps_apart(one, other):
    assert fold_text(one) != fold_text(other)


def test_a_lone_surrogate_becomes_the_replacement_character():
    assert fold_text("政\ud800策") == "政\ufffd策"


@pytest.mark.parametrize("part", [(0, 1), (1, 2), (2, 3), (0, 3)])
def test_any_part_of_an_expanded_glyph_leads_to_the_glyph(part):
    assert fold("㈠加强").span(*part) == Span(0, 1)


def test_a_span_covers_what_was_deleted_inside_and_not_what_stands_beside():
    text = "“打 击”侵权"
    assert fold(text).span(0, 2) == Span(1, 4)


def test_a_text_that_keeps_its_length_keeps_its_spans():
    assert fold("國辦發２０１７").span(1, 4) == Span(1, 4)


def test_equal_lengths_do_not_hide_a_shift():
    text = "㈠ 　加強"  # two gained, two lost
    folded = fold(text)
    assert len(folded.text) == len(text)
    assert folded.span(3, 5) == Span(3, 5)
    assert folded.span(2, 3) == Span(0, 1)


@pytest.mark.parametrize(("start", "end"), [(0, 0), (2, 2), (9, 9), (3, 1)])
def test_an_empty_range_is_empty_in_the_original(start, end):
    span = fold("总 则 ").span(start, end)
    assert span.start == span.end


def test_han_includes_〇_and_the_rare_planes():
    assert is_han("〇")
    assert is_han("\U00020000")
    assert not is_han("A")


def test_a_fold_shows_its_text():
    assert repr(fold("號")) == "Folded('号')"
