"""Titles are looked through as one text: what is found is what each title holds by itself."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from corpus.text import fold_text
from search.suggest import Completions

TITLES = st.lists(st.text("通知关于办法\nＡa的", max_size=8), max_size=8)


@given(TITLES, st.text("通知关于办法\nＡa的", min_size=1, max_size=3))
def test_a_title_is_found_by_whatever_it_holds_and_by_nothing_else(titles, wanted):
    held = [(str(place), title) for place, title in enumerate(titles)]
    folded = fold_text(wanted)

    found = Completions((), held).find_titles(folded)

    assert found == tuple(
        (circular, title)
        for circular, title in held
        if folded and "\n" not in folded and folded in fold_text(title)
    )
