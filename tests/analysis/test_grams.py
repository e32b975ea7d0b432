"""Grams: what is never made still counts, compares and stands where it should."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from indexer.grams import GAP, grams

texts = st.lists(st.text(alphabet="市公安局a", max_size=6), max_size=3)


def spelt_out(parts):
    found, start = [], 0
    for text in filter(None, parts):
        for place in range(len(text)):
            found.append((text[place], start + place))
            if place + 1 < len(text):
                found.append((text[place : place + 2], start + place))
        start += len(text) + GAP
    return found


@given(texts)
def test_grams_are_the_tokens_spelt_out(parts):
    expected = spelt_out(parts)
    made = grams(*parts)

    assert list(made) == expected
    assert len(made) == len(expected)
    assert bool(made) == bool(expected)
