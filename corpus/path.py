"""Section paths (层次): Chinese ordinals, heading markers, and three ways to name a paragraph.

The markers are GB/T 9704—2012 7.3.3 (一、 （一） 1. （1）), its extension ①, and the divisions of
laws (章 节 条). How deep a marker stands in one document is decided by `corpus.structure`; this
module only says what one line begins with.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from corpus.errors import CorpusError
from corpus.model import Level, Part, PartKind

if TYPE_CHECKING:
    from collections.abc import Sequence

_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")}
_DIGITS |= {"〇": 0, "○": 0, "两": 2, "壹": 1, "贰": 2, "叁": 3}
_UNITS = {"十": 10, "百": 100}
_NUMERALS = "零一二三四五六七八九"
_BIGGEST = 999

_NUMERAL = r"[〇○零一二三四五六七八九十百]{1,7}"
_NUMERAL_OR_DIGITS = rf"(?:{_NUMERAL}|\d{{1,3}})"

# 1:1, so that every offset holds: full-width digits and brackets to half-width
_WIDTH = str.maketrans("０１２３４５６７８９（）［］〔〕", "0123456789()()()")
_INVISIBLE = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
_LONGEST_MARKER = 40  # a marker is short: no pattern needs to see more of the line

_PART = re.compile(rf"({_NUMERAL})\s?(、|．|\.(?!\d)|[,，])")
_PART_OCR = re.compile(r"[—－ー-]、")  # a lost 一
_ITEM = re.compile(rf"\(\s{{0,2}}({_NUMERAL})\s{{0,2}}\)\s?[、．.]?")
_ITEM_GLYPH = re.compile(r"([㈠-㈩])[、．.]?")
# not before a digit (3.5亿, 1、2号楼), unless that begins a year: `1.2017年目标`
_POINT = re.compile(r"(\d{1,3})\s?[．、.](?:(?!\d)|(?=(?:19|20)\d\d年))")
_POINT_GLYPH = re.compile(r"([⒈-⒛])")
# not `(94)财税字第001号`, an old document number
_SUBPOINT = re.compile(r"\(\s{0,2}(\d{1,2})\s{0,2}\)(?!\w{1,12}字第)[、．.]?")
_SUBPOINT_GLYPH = re.compile(r"([⑴-⒇])[、．.]?")
_CIRCLED = re.compile(r"(\d{1,2})\)[、．.]?")
_CIRCLED_GLYPH = re.compile(r"([①-⑳㉑-㉟㊱-㊿])[、．.]?")
_DIVISION = re.compile(
    rf"第\s{{0,2}}({_NUMERAL_OR_DIGITS})\s{{0,2}}([章节条])(之{_NUMERAL})?[:：、．.]?"
)
_ATTACHMENT = re.compile(rf"附\s{{0,2}}(?:件|录|表)\s{{0,2}}({_NUMERAL_OR_DIGITS})?\s?[:：]?\s*$")

# `一、二类疫苗` `三、四线城市`: the numeral after the mark counts a class of things
_CLASS_WORDS = re.compile(rf"({_NUMERAL})(?:类|线|级|等|产|手|档|、)")
_MAYBE_CLASS_WORDS = re.compile(rf"({_NUMERAL})(?:季|期|批|次|号|审|区|楼|层|年)")
# `（一）至（三）项` `（二）项所列` `第三条第二款`: the line begins with a reference
_RANGE = re.compile(
    rf"[至到和与及或、~～—-]{{1,2}}\s?[(第㈠-㈩]|[款项](?:[、，,和及至所规的中]|$)|\({_NUMERAL_OR_DIGITS}\)"
)
_ARTICLE_REFERENCE = re.compile(r"[至到和与及或、]{1,2}\s?第|第|规定[的，,、]|所[列称指规]|[款项]")


class OrdinalError(CorpusError):
    """A text was taken for a Chinese ordinal but is none from 1 to 999."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text

    def __str__(self) -> str:
        return f"“{self.text}”不是一到九百九十九之间的中文序数"


def parse_ordinal(text: str) -> int:
    """Read a Chinese ordinal (中文序数) from 1 to 999, also 一百〇八, 一〇八 and plain digits.

    >>> parse_ordinal("二十一")
    21
    """
    if text.isascii() and text.isdigit():
        value = int(text[: len(str(_BIGGEST)) + 1])
    elif text and all(character in _DIGITS for character in text):
        value = int("".join(str(_DIGITS[character]) for character in text[:4]))
    else:
        value = _add_up(text)
    if not 1 <= value <= _BIGGEST:
        raise OrdinalError(text)
    return value


def _add_up(text: str) -> int:
    """Sum 三百二十一 from left to right; 0 where units do not fall."""
    total, pending, last_unit = 0, None, 1000
    for character in text:
        if character in _DIGITS:
            if pending:  # two digits in a row: 二三十
                return 0
            pending = _DIGITS[character]
            continue
        unit = _UNITS.get(character)
        if unit is None or unit >= last_unit or pending == 0 and total == 0:
            return 0
        total += (pending or 1) * unit
        pending, last_unit = None, unit
    return total + (pending or 0)


def format_ordinal(value: int) -> str:
    """Write a number from 1 to 999 as a Chinese ordinal (中文序数), as circulars write it.

    >>> format_ordinal(21), format_ordinal(10), format_ordinal(110), format_ordinal(108)
    ('二十一', '十', '一百一十', '一百零八')
    """
    if not 1 <= value <= _BIGGEST:
        raise OrdinalError(str(value))
    hundreds, rest = divmod(value, 100)
    tens, ones = divmod(rest, 10)
    text = f"{_NUMERALS[hundreds]}百" if hundreds else ""
    if tens:
        text += "十" if tens == 1 and not hundreds else f"{_NUMERALS[tens]}十"
    elif hundreds and ones:
        text += "零"
    return text + (_NUMERALS[ones] if ones else "")


@dataclass(frozen=True, slots=True)
class Marker:
    """What a numbered line begins with (序号): `line[rest_start:]` is the text after it.

    `number` is as written (`一、`, `㈠`, `第一章`). `rest` is that text without the spaces that
    only lay it out (`总 则`). A `doubtful` marker is right only among consistent siblings.
    """

    level: Level
    ordinal: int
    number: str
    rest: str
    rest_start: int
    doubtful: bool = False


_GLYPH_RUNS = ("㈠㈡㈢㈣㈤㈥㈦㈧㈨㈩", "⒈⒉⒊⒋⒌⒍⒎⒏⒐⒑⒒⒓⒔⒕⒖⒗⒘⒙⒚⒛", "⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⑾⑿⒀⒁⒂⒃⒄⒅⒆⒇")
_CIRCLED_DIGITS = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳㉑㉒㉓㉔㉕㉖㉗㉘㉙㉚㉛㉜㉝㉞㉟㊱㊲㊳㊴㊵㊶㊷㊸㊹㊺㊻㊼㊽㊾㊿"
_GLYPH_VALUES = {
    glyph: value
    for run in (*_GLYPH_RUNS, _CIRCLED_DIGITS)
    for value, glyph in enumerate(run, start=1)
}


def _ordinal_of(text: str) -> int:
    try:
        return parse_ordinal(text)
    except OrdinalError:
        return 0


def parse_marker(line: str) -> Marker | None:
    """Return the heading marker (序号) a line begins with, or None for running text.

    >>> parse_marker("（ 十二 ）附则事项").ordinal
    12
    >>> parse_marker("三、四线城市应加强监管") is None
    True
    """
    start = len(line) - len(line.lstrip().lstrip(_INVISIBLE).lstrip())
    head = line[start : start + _LONGEST_MARKER].translate(_WIDTH)
    for read in (_read_part, _read_bracketed, _read_digits, _read_division, _read_attachment):
        found = read(head)
        if found is not None:
            level, ordinal, length, doubtful = found
            break
    else:
        return None
    if ordinal == 0:
        return None
    rest_start = start + length
    rest_start += len(line[rest_start:]) - len(line[rest_start:].lstrip())
    rest = line[rest_start:].rstrip()
    if level in {Level.CHAPTER, Level.SECTION}:
        rest = "".join(rest.split())
    if level is Level.ATTACHMENT and rest:
        return None
    number = line[start : start + length].rstrip()
    bare = not rest and level is not Level.ATTACHMENT
    return Marker(level, ordinal, number, rest, rest_start, doubtful or bare)


_Found = tuple[Level, int, int, bool]


def _read_part(head: str) -> _Found | None:
    """一、 and its variants; not `一、二类疫苗`, not `一是`, not `第一，`."""
    if _PART_OCR.match(head):
        return Level.PART, 1, 2, False
    match = _PART.match(head)
    if match is None:
        return None
    ordinal = _ordinal_of(match[1])
    after = head[match.end() :]
    doubtful = match[2] in {",", "，"}
    counted = _CLASS_WORDS.match(after)
    if counted is not None and _ordinal_of(counted[1]) == ordinal + 1:
        return None
    counted = _MAYBE_CLASS_WORDS.match(after)
    if counted is not None and _ordinal_of(counted[1]) == ordinal + 1:
        doubtful = True
    return Level.PART, ordinal, match.end(), doubtful


def _read_bracketed(head: str) -> _Found | None:
    """（一） ㈠ （1） ⑴; not `（一）至（三）项`, not `（2016）闽02民终1234号`."""
    for level, pattern, glyph in (
        (Level.ITEM, _ITEM, _ITEM_GLYPH),
        (Level.SUBPOINT, _SUBPOINT, _SUBPOINT_GLYPH),
    ):
        match = glyph.match(head)
        ordinal = _GLYPH_VALUES[match[1]] if match else 0
        if match is None:
            match = pattern.match(head)
            ordinal = _ordinal_of(match[1]) if match else 0
        if match is not None:
            if _RANGE.match(head[match.end() :]):
                return None
            return level, ordinal, match.end(), False
    return None


def _read_digits(head: str) -> _Found | None:
    """1. 1． 1、 ⒈ ① 1）; not `3.5亿`, not `2016年`, not `1 强化监管`."""
    for level, pattern in ((Level.POINT, _POINT_GLYPH), (Level.CIRCLED, _CIRCLED_GLYPH)):
        match = pattern.match(head)
        if match:
            return level, _GLYPH_VALUES[match[1]], match.end(), False
    for level, pattern in ((Level.POINT, _POINT), (Level.CIRCLED, _CIRCLED)):
        match = pattern.match(head)
        if match:
            return level, int(match[1]), match.end(), False
    return None


_DIVISIONS = {"章": Level.CHAPTER, "节": Level.SECTION, "条": Level.ARTICLE}


def _read_division(head: str) -> _Found | None:
    """第一章 第二节 第十二条 第1条; not `第一类`, not `第三条第二款`."""
    match = _DIVISION.match(head)
    if match is None or _ARTICLE_REFERENCE.match(head[match.end() :]):
        return None
    return _DIVISIONS[match[2]], _ordinal_of(match[1]), match.end(), False


def _read_attachment(head: str) -> _Found | None:
    """附件1 alone on its line; not `附件：1.任务分工表`, which is a list of attachments."""
    match = _ATTACHMENT.match(head)
    if match is None or (match[1] is None and head.rstrip().endswith((":", "："))):
        return None
    return Level.ATTACHMENT, _ordinal_of(match[1]) if match[1] else 1, match.end(), False


# ---------------------------------------------------------------- naming a paragraph

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
    return format_ordinal(value) if 1 <= value <= _BIGGEST else str(value)


def _write_ordinal(level: Level, ordinal: int) -> str:
    if level is Level.CIRCLED and 1 <= ordinal <= len(_CIRCLED_DIGITS):
        return _CIRCLED_DIGITS[ordinal - 1]
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
