# ruff: noqa: RUF001, RUF002, RUF003 — the sign › between the steps of a path is meant
"""Section paths (层次): three ways to name a paragraph, from the headings above it.

`cite_path` is for reports, `display_path` for the screen, `paragraph_id` for permalinks. What a
heading begins with and how ordinals are written is re-exported from `corpus.markers` and
`corpus.ordinals`, so that one import serves who deals with paths.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from corpus.markers import CIRCLED_DIGITS, Marker, parse_marker
from corpus.model import Level, Part, PartKind
from corpus.ordinals import BIGGEST_ORDINAL, OrdinalError, format_ordinal, parse_ordinal

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "Level",
    "Marker",
    "OrdinalError",
    "cite_path",
    "display_path",
    "format_ordinal",
    "heading_id",
    "paragraph_id",
    "parse_marker",
    "parse_ordinal",
]

_CITE = {
    Level.PART: "第{}部分",
    Level.ITEM: "第（{}）项",
    Level.POINT: "第{}点",
    Level.SUBPOINT: "第（{}）小点",
    Level.CIRCLED: "第{}小点",
    Level.CHAPTER: "第{}章",
    Level.SECTION: "第{}节",
    Level.ARTICLE: "第{}条",
    Level.ATTACHMENT: "附件{}",
}
_CHINESE_ORDINALS = {Level.PART, Level.ITEM, Level.CHAPTER, Level.SECTION, Level.ARTICLE}
# 立法法's 条款项目: under an article （一） is 项 and 1. is 目
_CITE_IN_ARTICLE = {Level.POINT: "第{}目"}


def cite_path(
    headings: Sequence[tuple[Level, int]],
    paragraph_number: int,
    *,
    part: Part,
    parts_same_kind: int = 1,
    outer_kind: str = "",
    headed: bool = True,
    clause: int = 0,
) -> str:
    """Name a paragraph the way a report cites it (引用位置): 第一部分第（一）项第1段.

    Args:
        headings: Levels and ordinals of the numbered headings above it, outermost first.
        paragraph_number: Its place under the deepest of them, from 1.
        part: The text it stands in; a wrapper is named 通知正文, an attachment 附件1.
        parts_same_kind: How many texts of that kind the file holds; among several inner
            documents each is named by its title, a single attachment is 附件 without a number.
        outer_kind: 文种 of the outer document, for 通知正文 and its like.
        headed: Whether this text has numbered headings at all; what stands before the first of
            them is 引言, but in a text without any there is nothing to introduce.
        clause: Under an article, the 款 an item belongs to, where it is known.

    Articles follow the usage of laws: 第三章第十二条第二款, and 第（一）项 for items below. Below
    the two levels GB/T 9704 words are given for, the chosen words are 第1点, 第（1）小点, 第①小点.
    """
    return _cite_part(part, parts_same_kind, outer_kind) + _cite_place(
        headings, paragraph_number, part=part, headed=headed, clause=clause
    )


def _cite_part(part: Part, parts_same_kind: int, outer_kind: str) -> str:
    match part.kind:
        case PartKind.WRAPPER:
            return f"{outer_kind}正文"
        case PartKind.ATTACHMENT:
            return f"附件{part.ordinal}" if parts_same_kind > 1 else "附件"
        case PartKind.INNER if parts_same_kind > 1:
            return f"《{part.title}》" if part.title else f"内文{part.ordinal}"
        case _:
            return ""


def _cite_place(
    headings: Sequence[tuple[Level, int]],
    paragraph_number: int,
    *,
    part: Part,
    headed: bool,
    clause: int,
) -> str:
    if not headings:
        unnamed = part.kind in {PartKind.BODY, PartKind.INNER}
        introduction = "引言" if headed else "正文"
        named = introduction if unnamed or (headed and part.kind is PartKind.ATTACHMENT) else ""
        return f"{named}第{paragraph_number}段"
    words: list[str] = []
    in_article = False
    for level, ordinal in headings:
        if in_article and clause and level is Level.ITEM:
            words.append(f"第{_write(clause)}款")
        form = _CITE_IN_ARTICLE.get(level, _CITE[level]) if in_article else _CITE[level]
        words.append(form.format(_write_ordinal(level, ordinal)))
        in_article = in_article or level is Level.ARTICLE
    deepest = headings[-1][0]
    if deepest is Level.ARTICLE:
        words.append(f"第{_write(paragraph_number)}款")
    elif not in_article or paragraph_number > 1:  # an item of a law is one paragraph
        words.append(f"第{paragraph_number}段")
    return "".join(words)


def _write(value: int) -> str:
    return format_ordinal(value) if 1 <= value <= BIGGEST_ORDINAL else str(value)


def _write_ordinal(level: Level, ordinal: int) -> str:
    if level is Level.CIRCLED and 1 <= ordinal <= len(CIRCLED_DIGITS):
        return CIRCLED_DIGITS[ordinal - 1]
    return _write(ordinal) if level in _CHINESE_ORDINALS else str(ordinal)


_SEPARATOR = " › "


def display_path(
    numbers: Sequence[str],
    paragraph_number: int,
    *,
    part: Part,
    parts_same_kind: int = 1,
    outer_kind: str = "",
    headed: bool = True,
) -> str:
    """Show a section path (层次) with the source's own glyphs: `一 › ㈠ › ¶2`.

    >>> display_path(["一、", "㈠"], 2, part=Part(PartKind.BODY))
    '一 › ㈠ › ¶2'
    """
    steps = [number.strip().rstrip("、．.,，:：").rstrip() for number in numbers]
    prefix = _cite_part(part, parts_same_kind, outer_kind)
    if not steps and not prefix and headed:
        prefix = "前言"
    return _SEPARATOR.join([*([prefix] if prefix else []), *steps, f"¶{paragraph_number}"])


# The words follow Akoma Ntoso's naming of ids where it has one.
_ID_WORDS = {
    Level.PART: "sec",
    Level.ITEM: "sub",
    Level.POINT: "pt",
    Level.SUBPOINT: "subpt",
    Level.CIRCLED: "circ",
    Level.CHAPTER: "chp",
    Level.SECTION: "div",
    Level.ARTICLE: "art",
    Level.ATTACHMENT: "annex",
    Level.NAMED: "name",  # only ever the last step, of a heading
}


def heading_id(levels: Sequence[tuple[Level, int, int]], *, part: Part) -> str:
    """Return the id of a heading: level, ordinal and, from the second of a number on, `-2`.

    >>> heading_id([(Level.PART, 1, 1), (Level.ITEM, 2, 2)], part=Part(PartKind.BODY))
    'sec_1__sub_2-2'
    """
    return "__".join(_id_steps(levels, part))


def paragraph_id(
    levels: Sequence[tuple[Level, int, int]], paragraph_number: int, *, part: Part
) -> str:
    """Return the id of a paragraph, unique in its circular and safe in a URL.

    `levels` are (level, ordinal, how many siblings up to here bear that number). The body and the
    first inner document have no prefix; other texts are `wrapper__`, `doc_2__`, `att_1__`.

    >>> paragraph_id([(Level.PART, 1, 1), (Level.ITEM, 2, 1)], 3, part=Part(PartKind.BODY))
    'sec_1__sub_2__p_3'
    """
    return "__".join([*_id_steps(levels, part), f"p_{paragraph_number}"])


def _id_steps(levels: Sequence[tuple[Level, int, int]], part: Part) -> list[str]:
    steps = [_part_prefix(part)]
    steps += [
        f"{_ID_WORDS[level]}_{ordinal}" + (f"-{occurrence}" if occurrence > 1 else "")
        for level, ordinal, occurrence in levels
    ]
    return [step for step in steps if step]


def _part_prefix(part: Part) -> str:
    match part.kind:
        case PartKind.WRAPPER:
            return "wrapper"
        case PartKind.ATTACHMENT:
            return f"att_{part.ordinal}"
        case PartKind.INNER if part.ordinal > 1:
            return f"doc_{part.ordinal}"
        case _:
            return ""
