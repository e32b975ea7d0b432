"""Help with typing, over the invented samples: completions, mended lines, titles."""

from __future__ import annotations

from corpus.text import fold_text
from search.requests import SearchRequest


def test_a_wrong_character_is_put_right_from_the_texts(searcher):
    right = searcher.search(SearchRequest(q="市场监督管理"))
    results = searcher.search(SearchRequest(q="市场监督菅理"))
    if results.total:  # a part of the word may stand somewhere
        assert results.complete == 0
    else:
        assert results.suggestion.line == "市场监督管理"
        assert results.suggestion.total == right.total


def test_what_is_found_is_not_mended(searcher):
    assert searcher.search(SearchRequest(q="监管")).suggestion is None


def test_nonsense_has_no_mended_line(searcher):
    results = searcher.search(SearchRequest(q="龘龘龘龘"))
    assert (results.total, results.suggestion) == (0, None)


def test_a_title_typed_finds_its_circular(searcher, library):
    for one in library.summary():
        if one.title:
            found = searcher.search(SearchRequest(q=one.title)).title_hits
            assert found.total >= 1
            assert one.id in [circular for circular, _ in found.circulars] or found.total > 3


def test_agencies_complete_by_name_and_by_initials(searcher):
    agencies = searcher.search(SearchRequest()).facets["agency"]
    label = next(one.label for one in agencies if one.label == "市公安局" or "公安局" in one.label)
    assert label in [one.text for one in searcher.suggest("公安") if one.kind == "agency"]
    by_initials = searcher.suggest("sgaj")
    assert any("公安局" in one.text for one in by_initials)


def test_words_and_titles_complete(searcher, library):
    kinds = {one.kind for one in searcher.suggest("监")}
    assert "term" in kinds
    title = next(one.title for one in library.summary() if len(fold_text(one.title)) > 8)
    assert title in [one.text for one in searcher.suggest(title[:8])]
    assert searcher.suggest("") == searcher.suggest("　") == ()


def test_expansions_are_told_and_can_be_switched_off(searcher):
    told = searcher.search(SearchRequest(q="工商局")).expansions
    assert ("rename", False) in [(one.kind, one.active) for one in told]
    off = searcher.search(SearchRequest(q="电商", expand=()))
    assert not any(one.active for one in off.expansions)
    kept = searcher.search(SearchRequest(q="电商", verbatim=("电商",)))
    assert kept.total == off.total <= searcher.search(SearchRequest(q="电商")).total


def test_reasons_are_part_of_the_answer(searcher):
    hit = searcher.search(SearchRequest(q="监管")).to_json()["hits"][0]
    assert hit["reasons"] == ["精确"]
