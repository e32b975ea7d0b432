# ruff: noqa: RUF001 — full-width digits are what this module reads
"""Heading markers (序号): what a line begins with, from 一、 to 第十二条.

The markers are GB/T 9704—2012 7.3.3 (一、 （一） 1. （1）), its extension ①, and the divisions of
laws (章 节 条). How deep a marker stands in one document is decided by `corpus.structure`; this
module only looks at one line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from corpus.model import Level
from corpus.ordinals import NUMERAL, OrdinalError, parse_ordinal

_NUMERAL_OR_DIGITS = rf"(?:{NUMERAL}|\d{{1,3}})"

# 1:1, so that every offset holds: full-width digits and brackets to half-width
_WIDTH = str.maketrans("０１２３４５６７８９（）［］〔〕", "0123456789()()()")
_FIRST = frozenset(
    "0123456789０１２３４５６７８９（(〔［[—－ー-第附零〇○一二三四五六七八九十百千两廿卅壹贰叁肆伍陆柒捌玖拾"
)
_INVISIBLE: Final = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
_LONGEST_MARKER = 40  # a marker is short: no pattern needs to see more of the line

_PART = re.compile(rf"({NUMERAL})\s?(、|．|\.(?!\d)|[,，])")
_PART_OCR = re.compile(r"[—－ー-]、")  # a lost 一
_ITEM = re.compile(rf"\(\s{{0,2}}({NUMERAL})\s{{0,2}}\)\s?[、．.]?")
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
    rf"第\s{{0,2}}({_NUMERAL_OR_DIGITS})\s{{0,2}}([章节条])(之{NUMERAL})?[:：、．.]?"
)
_ATTACHMENT = re.compile(rf"附\s{{0,2}}(?:件|录|表)\s{{0,2}}({_NUMERAL_OR_DIGITS})?\s?[:：]?\s*$")

# `一、二类疫苗` `三、四线城市`: the numeral after the mark counts a class of things
_CLASS_WORDS = re.compile(rf"({NUMERAL})(?:类|线|级|等|产|手|档|、)")
_MAYBE_CLASS_WORDS = re.compile(rf"({NUMERAL})(?:季|期|批|次|号|审|区|楼|层|年)")
# `（一）至（三）项` `（二）项所列` `第三条第二款`: the line begins with a reference
_RANGE = re.compile(
    rf"[至到和与及或、~～—-]{{1,2}}\s?[(第㈠-㈩]|[款项](?:[、，,和及至所规的中]|$)|\({_NUMERAL_OR_DIGITS}\)"
)
_ARTICLE_REFERENCE = re.compile(r"[至到和与及或、]{1,2}\s?第|第|规定[的，,、]|所[列称指规]|[款项]")


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
CIRCLED_DIGITS = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳㉑㉒㉓㉔㉕㉖㉗㉘㉙㉚㉛㉜㉝㉞㉟㊱㊲㊳㊴㊵㊶㊷㊸㊹㊺㊻㊼㊽㊾㊿"
_GLYPH_VALUES = {
    glyph: value
    for run in (*_GLYPH_RUNS, CIRCLED_DIGITS)
    for value, glyph in enumerate(run, start=1)
}
_FIRST |= frozenset(_GLYPH_VALUES)


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
    start = 0
    if line[:1] not in _FIRST:
        if not line[:1].isspace() and line[:1] not in _INVISIBLE:
            return None
        start = len(line) - len(line.lstrip().lstrip(_INVISIBLE).lstrip())
        if line[start : start + 1] not in _FIRST:
            return None
    found = _read_head(line[start : start + _LONGEST_MARKER])
    if found is None:
        return None
    level, ordinal, length, doubtful = found
    after = line[start + length :].lstrip()
    rest_start = len(line) - len(after)
    rest = after.rstrip()
    if level in {Level.CHAPTER, Level.SECTION}:
        rest = "".join(rest.split())
    if level is Level.ATTACHMENT and rest:
        return None
    number = line[start : start + length].rstrip().replace("\n", "")
    bare = not rest and level is not Level.ATTACHMENT
    return Marker(level, ordinal, number, rest, rest_start, doubtful or bare)


_Found = tuple[Level, int, int, bool]


@lru_cache(maxsize=4096)
def _read_head(written: str) -> _Found | None:
    """Read the marker that a short head of a line begins with: level, ordinal, length, doubt.

    Every step of the parser asks for the marker of every line, so most answers are known.
    """
    head = written.translate(_WIDTH)
    for read in (_read_part, _read_bracketed, _read_digits, _read_division, _read_attachment):
        found = read(head)
        if found is not None:
            return found if found[1] else None
    return None


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
