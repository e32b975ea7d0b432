# ruff: noqa: RUF001, RUF002 — look-alike characters are the subject of this module
"""The search form of a text (检索形): what two spellings of the same words have in common.

`fold` is a homomorphism: every character is folded on its own, so `fold(a + b)` is
`fold(a) + fold(b)`, and the fold of any piece of a text is a piece of the text's fold. Literal
recall rests on that. The price is that no rule may look at a neighbour. What follows from it:

- `?` becomes `·` everywhere, not only in the damaged `3?15` (a lost `3·15`): a rule that wanted
  digits on both sides would fail on a piece cut beside the `?`.
- every white space goes, also between Latin words: `free trade` folds to `freetrade`.
- quotation marks go, so `“双打”办` and `双打办` are the same; ordinary brackets stay.

The stored text is never folded; `Folded.span` leads from the search form back to it.
"""

from __future__ import annotations

import unicodedata
from array import array
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import opencc

from corpus.model import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

REPLACEMENT = "\ufffd"  # what a lone surrogate becomes: UTF-8 cannot carry it

_QUOTES = "“”‘’\"'＂＇「」『』﹁﹂﹃﹄｢｣〝〞〟„‟‚‛`´"
_MIDDLE_DOTS = "·•・･‧∙⋅⸱●?？﹖"
_DASHES = "—–―‐‑‒−－﹣﹘⸺⸻─━⁃"
_ONE_FOR_ONE = {
    "○": "〇",  # U+25CB and U+25EF stand for 〇 in dates: 二○一六年
    "◯": "〇",
    "〜": "~",
    "∼": "~",
    "⋯": "…",
    "︰": ":",  # NFKC makes two dots of it
    "∶": ":",
    "⁄": "/",  # inside ½ → 1/2
    "∕": "/",
    # CJK radicals that PDF extraction leaves behind and NFKC does not know
    "⺠": "民", "⻁": "虎", "⻄": "西", "⻅": "见", "⻆": "角", "⻉": "贝", "⻋": "车",
    "⻌": "辶", "⻓": "长", "⻔": "门", "⻘": "青", "⻙": "韦", "⻚": "页", "⻛": "风",
    "⻜": "飞", "⻝": "食", "⻢": "马", "⻣": "骨", "⻤": "鬼", "⻥": "鱼", "⻦": "鸟",
    "⻧": "卤", "⻨": "麦", "⻩": "黄", "⻬": "齐", "⻮": "齿", "⻰": "龙", "⻳": "龟",
}  # fmt: skip
# NFKC would glue these to the digits or the word beside them: ①2017 → 12017, … → ...
_KEPT_AS_THEY_ARE = frozenset(
    "…"
    + "".join(map(chr, range(0x2460, 0x2474)))  # ① to ⑳
    + "".join(map(chr, range(0x3251, 0x3260)))  # ㉑ to ㉟
    + "".join(map(chr, range(0x32B1, 0x32C0)))  # ㊱ to ㊿
    + "⓪"
)
# white space, controls, invisible format characters, and the accents NFKD splits off
_INVISIBLE_CATEGORIES = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf"})
_ACCENTS = ((0x0300, 0x0370), (0x1AB0, 0x1B00), (0x1DC0, 0x1E00), (0x20D0, 0x2100))
_SELECTORS = ((0xFE00, 0xFE10), (0xFE20, 0xFE30), (0xE0100, 0xE01F0), (0x180B, 0x1810))
_SURROGATES = ((0xD800, 0xE000),)
_HAN = ((0x3400, 0x4DC0), (0x4E00, 0xA000), (0x20000, 0x40000))
_CODE_POINTS = 0x110000
_NOTHING = "\1"  # a control: the form of no character
_LONG = 50  # from so many characters on, looking them up in an array is faster
_MOST_STEPS = 8  # a character reaches its final form in three steps at most; no cycle may hang us


def _within(code: int, ranges: Sequence[tuple[int, int]]) -> bool:
    return any(start <= code < end for start, end in ranges)


@cache
def _simplifier() -> opencc.OpenCC:
    """Open the traditional-to-simplified table at first use: a Latin text never needs it."""
    return opencc.OpenCC("t2s")


def is_han(character: str) -> bool:
    """Tell whether a character is a Han ideograph (汉字), 〇 included."""
    return character == "〇" or _within(ord(character), _HAN)


def _fold_once(character: str) -> str:
    code = ord(character)
    if _within(code, _SURROGATES):
        return REPLACEMENT
    if character in _KEPT_AS_THEY_ARE:
        return character
    if character in _QUOTES or _within(code, _ACCENTS) or _within(code, _SELECTORS):
        return ""
    if character in _MIDDLE_DOTS:
        return "·"
    if character in _DASHES:
        return "-"
    if character in _ONE_FOR_ONE:
        return _ONE_FOR_ONE[character]
    if unicodedata.category(character) in _INVISIBLE_CATEGORIES:
        return ""
    if _within(code, _HAN):
        return str(_simplifier().convert(character))
    split = unicodedata.normalize("NFKD", character)
    bare = "".join(part for part in split if not _within(ord(part), _ACCENTS))
    return unicodedata.normalize("NFC", bare).casefold()


def _fold_character(character: str) -> str:
    """Fold until nothing changes, so that folding twice is folding once."""
    form = character
    for _ in range(_MOST_STEPS):
        further = "".join(map(_fold_once, form))
        if further == form:
            break
        form = further
    return form


class _FoldTable(dict[int, str]):
    """Code point → folded form, filled as characters turn up; `irregular` ones change length.

    The array `codes` has the same as code points, `_NOTHING` for a form of no character; 0 stands
    for what has not turned up and for longer forms.
    """

    def __init__(self) -> None:
        super().__init__()
        self.irregular: set[str] = set()
        self.codes = np.zeros(_CODE_POINTS, dtype="<u4")

    def __missing__(self, code: int) -> str:
        character = chr(code)
        form = _fold_character(character)
        if len(form) != 1:  # before the entry is visible: another thread may use it at once
            self.irregular.add(character)
        if len(form) <= 1:
            self.codes[code] = ord(form or _NOTHING)
        self[code] = form
        return form


_TABLE = _FoldTable()


class Folded:
    """The search form of one text, with the way back to it.

    >>> folded = fold("“㈠ 加強”監管")
    >>> folded.text
    '(一)加强监管'
    >>> folded.span(1, 2)
    Span(start=1, end=2)
    """

    __slots__ = ("_origins", "_regular", "_source", "text")

    def __init__(self, source: str) -> None:
        self._source = source
        self.text = fold_text(source)
        self._regular: bool | None = None  # found out when first asked for
        self._origins: array[int] | None = None

    def __repr__(self) -> str:
        return f"Folded({self.text!r})"

    def span(self, start: int, end: int) -> Span:
        """Return the shortest range of the original that folds to text holding `text[start:end]`.

        Whole original characters are covered: any part of `(一)` leads to the one character `㈠`.
        Bounds outside the text are cut; an empty range leads to an empty range.
        """
        last = len(self.text)
        start, end = max(0, min(start, last)), max(0, min(end, last))
        if self._regular is None:
            self._regular = _TABLE.irregular.isdisjoint(self._source)
        if self._regular:
            return Span(start, max(start, end))
        if self._origins is None:
            self._origins = self._trace()
        origins = self._origins
        if start >= end:
            place = origins[start] if start < last else len(self._source)
            return Span(place, place)
        return Span(origins[start], origins[end - 1] + 1)

    def _trace(self) -> array[int]:
        origins = array("l")
        for place, character in enumerate(self._source):
            for _ in _TABLE[ord(character)]:
                origins.append(place)
        return origins


def fold(text: str) -> Folded:
    """Return the search form (检索形) of a text together with its way back to the original."""
    return Folded(text)


def fold_text(text: str) -> str:
    """Return the search form of a text alone.

    >>> fold_text("國辦發〔２０１７〕４６號")
    '国办发〔2017〕46号'
    """
    if len(text) >= _LONG:
        codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
        form = _TABLE.codes.take(codes).tobytes().decode("utf-32-le")
        if "\0" not in form:
            return form.replace(_NOTHING, "")
    return text.translate(_TABLE)
