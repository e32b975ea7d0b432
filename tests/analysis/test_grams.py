"""Grams as a sequence: what is never made still counts, compares and stands where it should."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.grams import GAP, Grams
from indexer.records import Token

texts = st.lists(st.text(alphabet="市公安局a", max_size=6), max_size=3).map(tuple)


def spelt_out(parts):
    tokens, start = [], 0
    for text in filter(None, parts):
        for place in range(len(text)):
            tokens.append(Token(text[place], start + place))
            if place + 1 < len(text):
                tokens.append(Token(text[place : place + 2], start + place))
        start += len(text) + GAP
    return tuple(tokens)


@given(texts)
def test_grams_are_the_tokens_spelt_out(parts):
    expected = spelt_out(parts)
    made = Grams(parts)

    assert tuple(made) == expected == made
    assert len(made) == len(expected)
    assert hash(made) == hash(expected)
    assert bool(made) == bool(expected)


def test_grams_can_be_asked_for_one_by_one():
    made = Grams(("公安局",))

    assert (made[0], made[-1], made[1:3]) == (
        Token("公", 0),
        Token("局", 2),
        (Token("公安", 0), Token("安", 1)),
    )
    with pytest.raises(IndexError):
        made[5]
