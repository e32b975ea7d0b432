"""Names of a paragraph: for a report, for the screen, for a permalink."""

from __future__ import annotations

from itertools import pairwise
from urllib.parse import quote

import pytest

from corpus.model import Level, Part, PartKind
from corpus.path import cite_path, display_path, heading_id, paragraph_id

BODY = Part(PartKind.BODY)
WRAPPER = Part(PartKind.WRAPPER)
SECOND = Part(PartKind.INNER, 2, "云港市市场监管办法")
ATTACHMENT = Part(PartKind.ATTACHMENT, 1, "任务分工表")


@pytest.mark.parametrize(
    ("headings", "number", "name"),
    [
        ([(Level.PART, 1), (Level.ITEM, 1)], 2, "第一部分第（一）项第2段"),
        ([(Level.PART, 4)], 2, "第四部分第2段"),
        ([(Level.ITEM, 12)], 1, "第（十二）项第1段"),
        ([(Level.PART, 1), (Level.POINT, 3)], 1, "第一部分第3点第1段"),
        (
            [
                (Level.PART, 1),
                (Level.ITEM, 2),
                (Level.POINT, 3),
                (Level.SUBPOINT, 4),
                (Level.CIRCLED, 5),
            ],
            1,
            "第一部分第（二）项第3点第（4）小点第⑤小点第1段",
        ),
        ([(Level.CHAPTER, 3), (Level.ARTICLE, 12)], 2, "第三章第十二条第二款"),
        ([(Level.CHAPTER, 3), (Level.SECTION, 1)], 2, "第三章第一节第2段"),
        ([(Level.ARTICLE, 12), (Level.ITEM, 1)], 1, "第十二条第（一）项"),
        ([(Level.ARTICLE, 12), (Level.ITEM, 1)], 2, "第十二条第（一）项第2段"),
        ([(Level.ARTICLE, 12), (Level.ITEM, 1), (Level.POINT, 2)], 1, "第十二条第（一）项第2目"),
    ],
)
def test_a_report_names_a_paragraph_by_its_headings(headings, number, name):
    assert cite_path(headings, number, part=BODY) == name


def test_an_item_of_a_law_may_know_its_款():
    headings = [(Level.CHAPTER, 3), (Level.ARTICLE, 12), (Level.ITEM, 1)]
    assert cite_path(headings, 1, part=BODY, clause=2) == "第三章第十二条第二款第（一）项"


def test_before_any_heading_stands_the_introduction():
    assert cite_path([], 1, part=BODY) == "引言第1段"
    assert display_path([], 1, part=BODY) == "前言 › ¶1"


def test_a_text_without_headings_has_no_introduction():
    assert cite_path([], 3, part=BODY, headed=False) == "正文第3段"
    assert display_path([], 3, part=BODY, headed=False) == "¶3"


def test_the_letter_around_a_document_is_named_after_its_kind():
    assert cite_path([], 1, part=WRAPPER, outer_kind="通知") == "通知正文第1段"
    assert (
        cite_path([(Level.PART, 1)], 1, part=WRAPPER, outer_kind="意见") == "意见正文第一部分第1段"
    )
    assert display_path([], 1, part=WRAPPER, outer_kind="通知") == "通知正文 › ¶1"


def test_among_several_inner_documents_each_is_named_by_its_title():
    article = [(Level.CHAPTER, 1), (Level.ARTICLE, 1)]
    assert (
        cite_path(article, 1, part=SECOND, parts_same_kind=2)
        == "《云港市市场监管办法》第一章第一条第一款"
    )
    assert cite_path(article, 1, part=SECOND) == "第一章第一条第一款"
    untitled = Part(PartKind.INNER, 2)
    assert cite_path(article, 1, part=untitled, parts_same_kind=2) == "内文2第一章第一条第一款"


def test_attachments_are_numbered_when_there_are_several():
    assert (
        cite_path([(Level.PART, 2)], 1, part=ATTACHMENT, parts_same_kind=3) == "附件1第二部分第1段"
    )
    assert cite_path([], 1, part=ATTACHMENT, headed=False) == "附件第1段"


@pytest.mark.parametrize(
    ("numbers", "shown"),
    [
        (["一、", "㈠"], "一 › ㈠ › ¶2"),
        (["一．", "（一）、", "1."], "一 › （一） › 1 › ¶2"),
        (["第三章", "第十二条"], "第三章 › 第十二条 › ¶2"),
    ],
)
def test_the_screen_shows_the_glyphs_of_the_source(numbers, shown):
    assert display_path(numbers, 2, part=BODY) == shown


def test_ids_tell_parts_and_repeated_numbers_apart():
    first, again = [(Level.PART, 2, 1)], [(Level.PART, 2, 2)]
    ids = [
        paragraph_id(first, 1, part=BODY),
        paragraph_id(again, 1, part=BODY),
        paragraph_id(first, 1, part=WRAPPER),
        paragraph_id(first, 1, part=SECOND),
        paragraph_id(first, 1, part=ATTACHMENT),
        paragraph_id([], 1, part=BODY),
    ]
    assert ids == [
        "sec_2__p_1",
        "sec_2-2__p_1",
        "wrapper__sec_2__p_1",
        "doc_2__sec_2__p_1",
        "att_1__sec_2__p_1",
        "p_1",
    ]


def test_the_first_inner_document_needs_no_prefix():
    assert paragraph_id([], 1, part=Part(PartKind.INNER, 1)) == "p_1"


def test_ids_go_into_an_address_unchanged():
    levels = [(level, 1, 2) for level in Level]
    identifier = paragraph_id(levels, 3, part=ATTACHMENT)
    assert quote(identifier, safe="") == identifier
    assert identifier == f"{heading_id(levels, part=ATTACHMENT)}__p_3"


def test_every_level_has_its_own_word_in_an_id():
    words = sorted(heading_id([(level, 1, 1)], part=BODY) for level in Level)
    assert all(one != other for one, other in pairwise(words))
