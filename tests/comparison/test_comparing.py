"""Measures are paired as a reader would pair them, and swapping the circulars only swaps sides."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.ingest import add_paths
from corpus.library import Library
from corpus.model import Role
from search.comparison import Kind, compare
from search.comparison_agencies import find_changes
from search.comparison_matching import _assign, match_texts
from search.differences import find_difference
from search.likeness import bare_text
from search.matrix import Share
from search.query import Unit

SENTENCES = (
    "港口经营企业每季度开展一次应急演练", "港口经营企业每月开展一次应急演练，记录保存五年",
    "对危险货物堆场实行分区存放，禁止混存", "对危险货物堆场实行分区存放,禁止混存",
    "推广使用岸电设施", "运用无人机巡查锚地", "建立船员安全培训档案", "",
)  # fmt: skip
texts = st.lists(
    st.one_of(st.sampled_from(SENTENCES), st.text("港口安全检查，。", max_size=12)), max_size=9
)


def test_two_years_are_aligned_measure_by_measure(years):
    compared = compare(*years)
    assert (compared.unit, compared.by_line) == (Unit.MEASURE, False)
    assert [(row.kind, row.a and row.a.order, row.b and row.b.order) for row in compared.rows] == [
        (Kind.LIKE, 1, 2),
        (Kind.SAME, 2, 3),
        (Kind.ONLY_B, None, 4),
        (Kind.ONLY_A, 3, None),
        (Kind.SAME, 4, 1),
        (Kind.ONLY_A, 5, None),
    ]


def test_the_words_that_changed_are_marked(years):
    row = compare(*years).rows[0]
    assert [row.a.text[slice(*span)] for span in row.difference.mine] == ["每季度", "三年"]
    assert [row.b.text[slice(*span)] for span in row.difference.theirs] == ["每月", "五年"]


def test_what_became_of_the_agencies_is_told(years):
    rows = compare(*years).rows
    (new,) = rows[0].changes
    assert (new.name_b, new.roles_a, new.roles_b) == ("市消防救援支队", (), (Role.SUPPORT,))
    assert {change.name_a: (change.roles_a, change.roles_b) for change in rows[4].changes} == {
        "市交通局": ((Role.LEAD,), (Role.JOINT,)),
        "市公安局": ((Role.SUPPORT,), (Role.JOINT,)),
    }


def test_swapping_the_circulars_swaps_the_sides(years):
    there, back = compare(*years), compare(*reversed(years))
    turned = {Kind.ONLY_A: Kind.ONLY_B, Kind.ONLY_B: Kind.ONLY_A}
    assert {(row.kind, row.a, row.b, row.alike, row.difference) for row in there.rows} == {
        (turned.get(row.kind, row.kind), row.b, row.a, row.alike, row.difference.swapped)
        for row in back.rows
    }


PLACE = "330900"
BODIES = {
    name: Share(f"{PLACE}:{line}", name, Role.JOINT)
    for name, line in (
        ("市工商局", "工商行政管理"), ("市质监局", "质量技术监督"), ("市食品药监局", "食品药品监督管理"),
        ("市市场监管局", "市场监督管理"), ("市农业局", "农业"), ("市农业农村局", "农业农村"),
        ("市公安局", "公安"), ("市药监局", "药品监督管理"),
    )
}  # fmt: skip
LINES = {share.agency_id: share.agency_id.partition(":")[2] for share in BODIES.values()}
bodies = st.lists(st.sampled_from(sorted(BODIES)), unique=True)


def changes(ours, theirs, *, by_line=False):
    sides = ([BODIES[name] for name in side] for side in (ours, theirs))
    return [
        (change.name_a, change.name_b, change.akin)
        for change in find_changes(*sides, LINES, by_line=by_line)
    ]


def test_what_a_reform_made_of_a_body_is_akin_to_it():
    assert changes(["市工商局", "市质监局", "市公安局"], ["市市场监管局", "市农业局"]) == [
        ("市工商局、市质监局", "市市场监管局", True),
        ("市公安局", "", False),
        ("", "市农业局", False),
    ]
    there = replace(BODIES["市市场监管局"], agency_id="331000:市场监督管理")
    lines = {**LINES, there.agency_id: "市场监督管理"}
    elsewhere = find_changes([BODIES["市工商局"]], [there], lines, by_line=False)
    assert [change.akin for change in elsewhere] == [False, False]


@given(bodies, bodies, st.booleans())
def test_every_body_that_differs_is_told_once_and_swapping_swaps(ours, theirs, by_line):
    told = changes(ours, theirs, by_line=by_line)
    named = [name for a, _, _ in told for name in a.split("、") if name]
    assert sorted(named) == sorted(set(ours) - set(theirs))
    turned = changes(theirs, ours, by_line=by_line)
    assert {(frozenset(a.split("、")), frozenset(b.split("、")), akin) for a, b, akin in told} == {
        (frozenset(b.split("、")), frozenset(a.split("、")), akin) for a, b, akin in turned
    }


@settings(max_examples=200)
@given(texts, texts)
def test_matching_is_one_to_one_and_symmetrical(ours, theirs):
    pairs = match_texts(ours, theirs)
    assert len({pair.a for pair in pairs}) == len({pair.b for pair in pairs}) == len(pairs)
    assert {(pair.b, pair.a, pair.alike) for pair in pairs} == {
        tuple(pair) for pair in match_texts(theirs, ours)
    }
    for pair in pairs:
        assert (pair.alike == 1) == (bare_text(ours[pair.a]) == bare_text(theirs[pair.b]))


@settings(max_examples=100)
@given(texts)
def test_a_circular_compared_with_itself_is_the_same_in_order(ours):
    pairs = [pair for pair in match_texts(ours, ours) if bare_text(ours[pair.a])]
    assert all(pair.a == pair.b and pair.alike == 1 for pair in pairs)
    assert len(pairs) == sum(bool(bare_text(text)) for text in ours)


@settings(max_examples=100)
@given(st.integers(1, 4), st.integers(0, 2), st.integers(0, 10_000))
def test_no_other_assignment_costs_less(rows, more, seed):
    cost = np.random.default_rng(seed).integers(0, 9, (rows, rows + more)).astype(float)
    found = _assign(cost)
    least = min(
        sum(cost[row, column] for row, column in enumerate(columns))
        for columns in itertools.permutations(range(rows + more), rows)
    )
    assert len(set(found)) == rows
    assert sum(cost[row, column] for row, column in enumerate(found)) == least


@settings(max_examples=150)
@given(
    st.sampled_from(SENTENCES), st.sampled_from(SENTENCES), st.text("港口安全，月季", max_size=9)
)
def test_a_difference_covers_whatever_differs_and_swaps(one, other, more):
    mine, theirs = one + more, other
    difference = find_difference(mine, theirs)
    assert difference.swapped == find_difference(theirs, mine)
    kept = bare_text("".join(_without(mine, difference.mine)))
    assert kept == bare_text("".join(_without(theirs, difference.theirs)))


def _without(text, spans):
    inside = {place for span in spans for place in range(*span)}
    return [sign for place, sign in enumerate(text) if place not in inside]


def test_xiamen_2016_and_ningxia_2017_share_what_a_reader_finds(shared, tmp_path):
    with Library.open(tmp_path / "real", create=True) as library:
        names = ("xiamen-2016-146.txt", "ningxia-2017.txt")
        add_paths(library, [shared / "corpus" / name for name in names], workers=1)
        held = {library.get(each).source_name: library.get(each) for each in library.circular_ids()}
    compared = compare(*(held[name] for name in names))
    pairs = {(row.a.order, row.b.order) for row in compared.rows if row.a and row.b}
    # Read by hand: 三合一改革, 农村市场, 信息公开, 涉税案件, 两法衔接, 护航, 剑网, 职务犯罪, 绿盾, 信用公示
    by_hand = {
        (30, 21),
        (4, 4),
        (24, 31),
        (22, 23),
        (23, 22),
        (18, 15),
        (2, 2),
        (29, 20),
        (34, 12),
        (36, 28),
    }
    assert by_hand <= pairs
    assert compared.by_line
    mail = next(row for row in compared.rows if row.a and row.b and row.a.order == 1)
    assert not {"市邮政管理局", "宁夏邮政管理局"} & {
        name for change in mail.changes for name in (change.name_a, change.name_b)
    }
    assert sum(row.a is not None for row in compared.rows) == 46
    # 厦门 had merged what 宁夏 still kept apart
    assert {(change.name_a, change.name_b) for change in mail.changes if change.akin} == {
        ("市农业局", "自治区农牧厅"),
        ("市市场监督管理局", "自治区工商局、自治区食品药监局"),
    }
