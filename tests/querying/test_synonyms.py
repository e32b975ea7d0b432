"""Words under their other names: which there are, what they match, how they are switched off."""

from __future__ import annotations

import pytest

from search.engine import Tier
from search.explaining import reasons_of
from search.query import Phrase, Synonym, SynonymKind
from search.synonyms import DEFAULT_KINDS, Expander, SynonymTable
from search.syntax import parse_query

TABLE = SynonymTable(
    [
        ("双随机、一公开", ("“双随机、一公开”", "双随机一公开"), "spelling"),
        ("电子商务", ("电商", "网络零售"), "abbr"),
        ("农资", ("农药", "兽药"), "near"),
        ("市场主体", ("经营主体",), "rename"),
    ]
)


def found(word, kinds=tuple(SynonymKind)):
    return [(one.folded, one.kind.value) for one in Expander(kinds, table=TABLE)(word)]


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("电商", [("电子商务", "synonym"), ("网络零售", "synonym")]),
        ("网络零售", [("电子商务", "synonym"), ("电商", "synonym")]),
        ("双随机一公开", [("双随机、一公开", "synonym")]),
        ("农资", [("农药", "near"), ("兽药", "near")]),
        ("农药", [("农资", "near")]),
        ("经营主体", [("市场主体", "rename")]),
        ("2016年", [("二〇一六年", "numeral")]),
        ("二〇一六", [("2016", "numeral")]),
        ("十三五", [("13五", "numeral")]),
        ("14五", [("十四五", "numeral")]),
        ("督查", []),
    ],
)
def test_synonyms_go_by_the_type_of_their_group(word, expected):
    assert found(word) == expected


def test_renames_stand_aside_unless_asked_for():
    assert SynonymKind.RENAME not in DEFAULT_KINDS
    assert found("市场主体", DEFAULT_KINDS) == []


def test_a_word_can_stay_as_typed():
    assert Expander(verbatim=("電商",), table=TABLE)("电商") == ()
    assert Expander((), table=TABLE)("电商") == ()


def test_names_of_agencies_are_aliases():
    expander = Expander(table=TABLE, find_aliases=lambda name: ("市场监管局",) * (name == "工商局"))
    assert expander("工商局") == (Synonym("市场监管局", SynonymKind.ALIAS),)


def test_a_chunk_that_has_synonyms_is_one_word_however_long():
    table = SynonymTable([("失信联合惩戒机制建设", ("联合惩戒",), "exact")])
    root = parse_query("失信联合惩戒机制建设", expand=Expander(table=table)).root
    assert [word.folded for word in root.words] == ["失信联合惩戒机制建设"]


def test_a_phrase_typed_in_pieces_has_the_synonyms_of_the_whole():
    root = parse_query("双随机 一公开", expand=Expander(table=TABLE)).root
    assert root.spellings == (Synonym("双随机、一公开"),)


def test_quoted_words_have_none():
    assert parse_query('"电商"', expand=Expander(table=TABLE)).root == Phrase("电商")


def test_the_table_of_the_program_reads_whole():
    expander = Expander(tuple(SynonymKind))
    assert "双打" in [one.folded for one in expander("打击侵权假冒")]
    assert "3.15" in [one.folded for one in expander("3·15")]


@pytest.mark.parametrize(
    ("line", "tier", "text", "reasons"),
    [
        ("电商", Tier.LITERAL, "发展电商", ("精确",)),
        ("電商", Tier.LITERAL, "发展电商", ("繁简",)),
        ("电商", Tier.COMPLETE, "发展电子商务", ("同义词：电子商务",)),
        ("农药", Tier.PARTIAL, "农资打假", ("部分词", "相关：农资")),
        ("电商 督查", Tier.COMPLETE, "督查网络零售", ("分词", "同义词：网络零售")),
        ('"网络零售"', Tier.LITERAL, "网络 零售", ("精确",)),
        ("", Tier.LITERAL, "任何文字", ()),
    ],
)
def test_every_hit_says_why_it_is_there(line, tier, text, reasons):
    root = parse_query(line, expand=Expander(table=TABLE)).root
    assert reasons_of(root, line, tier, text) == reasons
