"""What literal recall rests on: folding knows no neighbours, and every fold leads back."""

from __future__ import annotations

import sys

from hypothesis import given
from hypothesis import strategies as st

from corpus.text import fold, fold_text

# every code point, lone surrogates included, and often the characters the rules are about
ANY_TEXT = st.text(st.characters(categories=None), max_size=60)
TYPICAL_TEXT = st.text(
    st.sampled_from(
        "厦府办號國〔〕（）()㈠⑴⒈①“”‘’\"'「」·?？•3１５ \t\n\u3000\u200b\ufe0f…—-Ⅳ㎡½éÉ㋀\ud800○〇A"
    ),
    max_size=60,
)
TEXT = ANY_TEXT | TYPICAL_TEXT


@given(TEXT, TEXT)
def test_fold_is_a_homomorphism(one, other):
    assert fold_text(one + other) == fold_text(one) + fold_text(other)


@given(st.lists(TEXT, min_size=1, max_size=4), st.integers(1, 60))
def test_a_long_text_is_folded_as_its_characters_are(texts, times):
    text = "".join(texts) * times  # long ones are looked up in another way
    once = "".join(map(fold_text, "".join(texts)))
    assert fold_text(text) == once * times
    assert fold_text(text) == once * times  # now that every character has turned up


@given(TEXT)
def test_folding_twice_is_folding_once(text):
    assert fold_text(fold_text(text)) == fold_text(text)


@given(TEXT)
def test_both_folds_agree(text):
    assert fold(text).text == fold_text(text)


@given(TEXT, st.data())
def test_the_fold_of_a_piece_is_a_piece_of_the_fold(text, data):
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    assert fold_text(text[start:end]) in fold_text(text)


@given(TEXT, st.data())
def test_a_span_leads_to_original_text_that_folds_to_it(text, data):
    folded = fold(text)
    start = data.draw(st.integers(0, len(folded.text)))
    end = data.draw(st.integers(start, len(folded.text)))
    span = folded.span(start, end)
    assert 0 <= span.start <= span.end <= len(text)
    assert folded.text[start:end] in fold_text(text[span.start : span.end])


@given(TEXT, st.data())
def test_a_span_is_the_shortest_that_covers(text, data):
    folded = fold(text)
    start = data.draw(st.integers(0, len(folded.text)))
    end = data.draw(st.integers(start, len(folded.text)))
    span = folded.span(start, end)
    wanted = folded.text[start:end]
    if wanted:
        before = fold_text(text[: span.start])
        assert len(before) <= start
        assert len(before) + len(fold_text(text[span.start])) > start
        assert fold_text(text[span.end - 1])


@given(TEXT, st.integers(), st.integers())
def test_a_span_never_leaves_the_text(text, start, end):
    span = fold(text).span(start, end)
    assert 0 <= span.start <= span.end <= len(text)


def test_every_code_point_folds_to_a_fixed_point_that_utf8_carries():
    for code in range(sys.maxunicode + 1):
        form = fold_text(chr(code))
        assert fold_text(form) == form
        form.encode()
