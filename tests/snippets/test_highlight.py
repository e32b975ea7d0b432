"""Which part of a hit is shown, and what is marked in it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.text import fold_text
from search.highlight import SHOWN_OF_LONGER, SHOWN_WHOLE, find_marks, snippet_of
from search.query import AnyOf, Both, FieldIs, Not, Phrase, Plain, Word
from search.terms import Needle, needles_of, scoring_terms


def marked(snippet):
    return [snippet.text[start:end] for start, end in snippet.marks]


@pytest.mark.parametrize(
    ("text", "needle", "marks"),
    [
        ("严厉打击侵权。", "侵权", ["侵权"]),
        ("㈠加强监管", "(一)加强", ["㈠加强"]),
        ("㈠加强监管", "一", ["㈠"]),
        ("ＡＢＣ监管", "abc", ["ＡＢＣ"]),
        ("办好“3?15”活动", "3·15", ["3?15"]),
        ("总　则和附 则", "附则", ["附 则"]),
        ("推进“双打”办建设", "双打办", ["双打”办"]),
        ("網絡侵權", "网络", ["網絡"]),
        ("侵权侵权", "侵权", ["侵权侵权"]),
        ("侵权，侵权", "侵权", ["侵权", "侵权"]),
        ("没有", "侵权", []),
    ],
)
def test_marks_lie_on_the_stored_text(text, needle, marks):
    assert marked(snippet_of(text, [needle])) == marks


def test_overlapping_and_touching_marks_are_one():
    assert find_marks("网络侵权盗版", ["网络侵权", "侵权盗", "版"]) == ((0, 6),)


def test_parts_are_marked_only_where_the_word_is_not_there():
    needle = Needle((("网络监管",), ("网络", "监管")))
    assert marked(snippet_of("网络监管和网络", [needle])) == ["网络监管"]
    assert marked(snippet_of("监管网络、监管", [needle])) == ["监管网络", "监管"]


def test_a_paragraph_of_ordinary_length_is_shown_whole():
    text = "字" * SHOWN_WHOLE
    assert snippet_of(text, ["字字"]).text == text


def test_a_longer_one_is_cut_at_sentences_around_the_densest_marks():
    filler = "这是与检索无关的一句话，用来占位。" * 12
    text = f"{filler}侵权在此只提一次。{filler}查处侵权，惩治假冒，防止盗版。{filler}"
    snippet = snippet_of(text, ["侵权", "假冒", "盗版"])
    assert marked(snippet) == ["侵权", "假冒", "盗版"]
    assert snippet.text.startswith("…这是")
    assert snippet.text.endswith("。…")
    assert len(snippet.text) <= SHOWN_OF_LONGER + 2


def test_a_longer_one_without_marks_is_shown_from_its_beginning():
    snippet = snippet_of("一句话在此。" * 100, [])
    assert snippet.text.startswith("一句话")
    assert snippet.text.endswith("。…")


def test_a_mark_longer_than_the_window_is_cut_with_it():
    snippet = snippet_of("侵" * 1_000, ["侵" * 900])
    assert len(snippet.text) <= SHOWN_OF_LONGER + 2
    assert snippet.marks


@settings(deadline=None)
@given(
    st.text("侵权㈠ＡA“”?。，； 　\u200b\n第部", max_size=700),
    st.lists(st.text("侵权一()a·第部,。", min_size=1, max_size=4), max_size=5),
    st.integers(1, 400),
    st.integers(1, 300),
)
def test_marks_are_sorted_disjoint_and_inside_and_fold_to_what_was_sought(
    text, needles, whole, length
):
    needles = [form for form in map(fold_text, needles) if form]
    snippet = snippet_of(text, needles, whole=whole, length=length)
    last = -1
    for start, end in snippet.marks:
        assert last < start < end <= len(snippet.text)
        last = end
    assert snippet.text.strip("…") in text
    for start, end in find_marks(text, needles):
        assert any(needle in fold_text(text[start:end]) for needle in needles)
    found = {needle for needle in needles if needle in fold_text(text)}
    assert bool(find_marks(text, needles)) == bool(found)


def test_needles_and_terms_leave_out_what_a_match_may_not_hold():
    root = Both(
        (
            Plain((Word("侵权", ("侵权",)), Word("监管", ("监管",))), "侵权监管"),
            Not(Phrase("国企")),
            FieldIs("title", ("要点",)),
            AnyOf((Phrase("盗版"), Word("假冒", ("假", "冒"), ("伪劣",)))),
        )
    )
    groups = [needle.groups for needle in needles_of(root)]
    assert groups == [
        (("侵权监管",),),
        (("侵权",),),
        (("监管",),),
        (("盗版",),),
        (("假冒", "伪劣"), ("假", "冒")),
    ]
    texts = [term.text for term in scoring_terms(root)]
    assert "国企" not in texts
    assert "要点" not in texts
    assert "伪劣" not in texts
