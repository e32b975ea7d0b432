"""How text is cut into words, content words and grams."""

from __future__ import annotations

import csv
from itertools import accumulate
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.text import fold_text
from indexer.analyzer import Analyzer, default_analyzer
from indexer.grams import grams

TEXTS = st.text(
    alphabet="市公安局牵头知识产权〇一六年2016.5gp+、。（）“” \u3000龘𠮷Ⅲ①", max_size=60
)
# Stands in no dictionary whole or in the right pieces.
UNFIXABLE = {"假劣车用油"}


def known_errors() -> list[dict[str, str]]:
    path = Path(__file__).parent.parent / "data" / "jieba_errors.tsv"
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def cut(text: str) -> list[str]:
    return list(default_analyzer().words(text))


def boundaries(pieces: list[str]) -> set[int]:
    return set(accumulate(len(piece) for piece in pieces))


@pytest.mark.parametrize("row", known_errors(), ids=lambda row: row["text"])
def test_no_word_crosses_a_boundary_that_plain_jieba_missed(row):
    allowed = boundaries(fold_text(row["expected"]).split("/"))

    assert (boundaries(cut(row["text"])) <= allowed) is (row["text"] not in UNFIXABLE)


def test_words_are_joined_as_expected_wherever_they_were_cut_apart():
    split = [row for row in known_errors() if row["kind"] == "over-split"]

    assert {
        row["text"] for row in split if len(cut(row["text"])) > row["expected"].count("/") + 1
    } == (UNFIXABLE)


def test_a_year_written_with_a_round_zero_stays_one_word():
    assert cut("二〇一六年") == ["二〇一六", "年"]
    assert cut("于二○二○年") == ["于", "二〇二〇", "年"]


def test_a_zero_inside_a_name_does_not_swallow_its_neighbours():
    assert cut("办公厅〇关于") == ["办公厅", "〇", "关于"]


def test_latin_letters_and_digits_are_cut_by_us():
    assert cut("建设5G基站3.5万个") == ["建设", "5g", "基站", "3.5", "万个"]


def test_a_term_with_a_sign_in_it_is_one_word():
    assert cut("推进“互联网＋监管”") == ["推进", "互联网+监管"]


def test_punctuation_is_dropped():
    assert cut("（一）加强，监管。") == ["一", "加强", "监管"]


@given(TEXTS)
def test_words_cover_every_letter_and_digit_once(text):
    kept = [character for character in fold_text(text) if character.isalnum()]

    assert [c for word in cut(text) for c in word if c.isalnum()] == kept


@given(TEXTS)
def test_cutting_the_folded_text_changes_nothing(text):
    assert cut(fold_text(text)) == cut(text)


def test_a_long_unknown_run_is_cut_in_pieces():
    assert "".join(cut("龘" * 5_000)) == "龘" * 5_000


def test_question_words_and_stop_words_are_no_content():
    assert default_analyzer().parts("网络交易的监管有哪些要求？") == (
        "网络交易",
        "监管",
        "要求",
    )


def test_something_is_left_even_of_stop_words():
    assert default_analyzer().parts("什么") == ("什么",)
    assert default_analyzer().parts("的") == ("的",)


def test_punctuation_alone_has_no_parts():
    assert default_analyzer().parts("，。“”") == ()


@given(TEXTS)
def test_every_substring_is_a_row_of_grams(text):
    folded = fold_text(text)
    found = set(grams(folded))

    assert found >= {(folded[i : i + 2], i) for i in range(len(folded) - 1)}
    assert found >= set(zip(folded, range(len(folded)), strict=True))
    assert len(found) == max(2 * len(folded) - 1, 0)


def test_a_word_list_changes_the_fingerprint():
    first = Analyzer({"双随机": 21}, ["的"])

    assert Analyzer({"双随机": 21}, ["的"]).fingerprint == first.fingerprint
    assert Analyzer({"双随机": 22}, ["的"]).fingerprint != first.fingerprint
    assert Analyzer({"双随机": 21}, ["的", "了"]).fingerprint != first.fingerprint
