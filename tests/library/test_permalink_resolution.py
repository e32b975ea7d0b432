"""A permalink resolves for ever, and never silently to other text."""

from __future__ import annotations

import pytest

from corpus.permalinks import ALIKE, Anchor, Arrival, LinkStatus, settle, similarity

A = "各部门要加强协调配合，形成监管合力，重点打击网络销售假冒伪劣商品的违法行为。"
A_REWORDED = "各有关部门要加强协调配合，形成监管合力，坚决打击网络销售假冒伪劣商品的违法行为。"
B = "加大执法力度，严肃查处侵犯商标权、专利权的案件，依法公开行政处罚信息。"
C = "建立健全联合惩戒机制，推进信用信息共享，定期通报工作进展情况。"
D = "开展农资打假专项行动，保障春耕生产用种用肥安全。"


@pytest.fixture
def revise(library, add, circular):
    """Store one text after another as revisions of one circular; return its id."""

    def store(*revisions):
        stored = [add(circular(*texts, title="工作要点")) for texts in revisions]
        assert len({each.circular_id for each in stored}) == 1
        return stored[-1].circular_id

    return store


def ids(library, circular_id):
    return [each.id for each in library.get(circular_id).circular.paragraphs]


def test_an_unchanged_paragraph_is_the_same(library, revise):
    link = library.resolve(revise((A, B)), "sec_1__p_2")
    assert (link.status, link.eid, link.paragraph.text) == (LinkStatus.SAME, "sec_1__p_2", B)
    assert (link.similarity, link.changed_at, link.revision) == (1.0, "", 1)


def test_an_inserted_paragraph_shifts_no_link(library, revise):
    held = revise((A, B), (D, A, B))
    assert ids(library, held) == ["sec_1__p_1-r2", "sec_1__p_1", "sec_1__p_2"]
    link = library.resolve(held, "sec_1__p_1")
    assert (link.status, link.paragraph.text) == (LinkStatus.MOVED, A)
    assert link.paragraph.cite == "第一部分第2段"
    assert link.changed_at


def test_a_reworded_paragraph_keeps_its_link_and_says_so(library, revise):
    link = library.resolve(revise((A, B), (A_REWORDED, B)), "sec_1__p_1")
    assert (link.status, link.eid) == (LinkStatus.CHANGED, "sec_1__p_1")
    assert ALIKE <= link.similarity < 1
    assert link.paragraph.text == A_REWORDED


def test_a_replaced_paragraph_gives_its_id_to_nobody(library, revise):
    held = revise((A, B), (D, B))
    assert library.resolve(held, "sec_1__p_1").status is LinkStatus.REMOVED
    assert library.resolve(held, "sec_1__p_1").paragraph is None
    assert ids(library, held) == ["sec_1__p_1-r2", "sec_1__p_2"]


def test_a_paragraph_that_comes_back_has_its_old_link(library, revise):
    held = revise((A, B), (D, B), (A, B))
    link = library.resolve(held, "sec_1__p_1")
    assert (link.status, link.paragraph.text, link.changed_at) == (LinkStatus.SAME, A, "")
    assert library.resolve(held, "sec_1__p_1-r2").status is LinkStatus.REMOVED


def test_paragraphs_that_change_places_keep_their_links(library, revise):
    held = revise((A, B, C), (C, A, B))
    assert ids(library, held) == ["sec_1__p_3", "sec_1__p_1", "sec_1__p_2"]
    assert {library.resolve(held, eid).status for eid in ids(library, held)} == {LinkStatus.MOVED}


def test_a_merged_paragraph_forwards_to_the_one_that_holds_it(library, revise):
    held = revise((A, B, C), (A + B, C))
    first, second = (library.resolve(held, f"sec_1__p_{order}") for order in (1, 2))
    assert first.eid == second.eid
    assert (first.status, second.status) == (LinkStatus.CHANGED, LinkStatus.CHANGED)
    assert first.paragraph.text == A + B


def test_a_neighbour_that_was_always_there_is_no_successor(library, revise):
    twin = A.replace("网络", "农村")
    held = revise((A, twin, B), (twin, B))
    assert library.resolve(held, "sec_1__p_1").status is LinkStatus.REMOVED
    assert library.resolve(held, "sec_1__p_2").paragraph.text == twin


def test_small_steps_cannot_carry_a_link_to_another_text(library, revise):
    steps = [A[: len(A) - cut] + B[:cut] for cut in range(0, len(A), 6)]
    held = revise(*((step, C) for step in steps))
    link = library.resolve(held, "sec_1__p_1")
    assert link.paragraph is None or link.similarity >= ALIKE


def test_an_id_that_was_never_issued_is_unknown(library, revise):
    held = revise((A,))
    assert library.resolve(held, "sec_9__p_9").status is LinkStatus.UNKNOWN
    assert library.resolve("nowhere", "sec_1__p_1").status is LinkStatus.UNKNOWN


def test_the_links_of_a_removed_circular_are_removed(library, revise):
    held = revise((A, B))
    library.remove(held)
    link = library.resolve(held, "sec_1__p_1")
    assert (link.status, link.paragraph) == (LinkStatus.REMOVED, None)
    assert link.changed_at


def test_variants_of_writing_are_the_same_text(library, revise):
    held = revise((A, B), (A.replace("，", ",").replace("销售", "銷售"), C))
    assert library.resolve(held, "sec_1__p_1").status is LinkStatus.SAME


def test_equal_paragraphs_are_told_apart_by_their_order(library, revise):
    held = revise(("特此通知。", A, "特此通知。"), ("特此通知。", A, B, "特此通知。"))
    assert ids(library, held) == ["sec_1__p_1", "sec_1__p_2", "sec_1__p_3-r2", "sec_1__p_3"]


def test_a_fresh_id_is_never_one_that_was_issued():
    anchors = [Anchor("p", "p", "甲"), Anchor("p-r2", "p", "乙"), Anchor("p-r3", "p", "丙")]
    issued, _ = settle(anchors, [Arrival("p", "丁")], 2)
    assert issued == ("p-r4",)


def test_similarity_is_one_only_for_equal_texts():
    assert similarity(A, A) == 1.0
    assert ALIKE < similarity(A, A + "。") < 1
    assert similarity(A, C) < ALIKE


def test_long_texts_are_compared_in_linear_time():
    long = "".join(chr(0x4E00 + index % 5000) for index in range(200_000))
    assert 0.9 < similarity(long, long[500:]) < 1


def test_two_thousand_new_paragraphs_are_settled_in_reasonable_work():
    before = [f"第{order}项：{A[order % 20 :]}" for order in range(600)]
    after = [f"第{order}条：{B[order % 20 :]}" for order in range(600)]
    anchors = [Anchor(f"p_{i}", f"p_{i}", t, f"p_{i}", t, f"p_{i}") for i, t in enumerate(before)]
    issued, answers = settle(anchors, [Arrival(f"p_{i}", t) for i, t in enumerate(after)], 2)
    assert len(set(issued)) == len(after)
    assert len(answers) == len(before)
