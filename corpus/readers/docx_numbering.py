# ruff: noqa: PLR2004 — levels and code points stand where they are used
"""Automatic numbers of Word (自动编号): shown on the page, absent from the text, restored here."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from corpus.ordinals import BIGGEST_ORDINAL, format_ordinal

_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_VALUE: Final = f"{_W}val"
_LEVELS: Final = 9
_LONGEST_TEXT: Final = 40
_BIGGEST_NUMBER: Final = 99_999
_HEAVENLY: Final = "甲乙丙丁戊己庚辛壬癸"
_EARTHLY: Final = "子丑寅卯辰巳午未申酉戌亥"
_FORMAL: Final = str.maketrans("一二三四五六七八九十百", "壹贰叁肆伍陆柒捌玖拾佰")
_COUNTED: Final = frozenset(
    [
        "chineseCounting",
        "chineseCountingThousand",
        "japaneseCounting",
        "taiwaneseCounting",
        "taiwaneseCountingThousand",
        "koreanCounting",
    ]
)
_WRITTEN_DIGITS: Final = frozenset({"ideographDigital", "japaneseDigitalTenThousand"})
_FORMAL_COUNTED: Final = frozenset({"chineseLegalSimplified", "ideographLegalTraditional"})
_CIRCLED: Final = frozenset({"decimalEnclosedCircle", "decimalEnclosedCircleChinese"})
_ROMAN: Final = (
    (1000, "M"),
    (900, "CM"),
    (500, "D"),
    (400, "CD"),
    (100, "C"),
    (90, "XC"),
    (50, "L"),
    (40, "XL"),
    (10, "X"),
    (9, "IX"),
    (5, "V"),
    (4, "IV"),
    (1, "I"),
)
_CLOSED: Final = "、．.）)】〕：:。,，;；"


class _LevelRule(NamedTuple):
    """How one level of a list counts and looks."""

    start: int
    style: str
    text: str
    spaced: bool
    legal: bool
    restarts: bool


class Numbering:
    """Counts the numbered paragraphs of one document, in their order (编号)."""

    def __init__(self, numbering: Any | None) -> None:
        self._abstract: dict[str, Any] = {}
        self._lists: dict[str, Any] = {}
        self._by_style: dict[str, str] = {}
        self._rules: dict[tuple[str, int], _LevelRule | None] = {}
        self._counts: dict[str, list[int | None]] = {}
        self._overridden: set[tuple[str, int]] = set()
        self.restored = 0
        if numbering is not None:
            self._read(numbering)

    def next_number(self, list_id: str, level: int) -> str:
        """Return what Word would show before the next paragraph of a list; "" for bullets.

        Every call counts one paragraph.
        """
        rule = self._rule(list_id, level)
        if rule is None:
            return ""
        counts = self._counts.setdefault(self._abstract_id(list_id), [None] * _LEVELS)
        override = self._override_of(list_id, level)
        if override is not None and (list_id, level) not in self._overridden:
            self._overridden.add((list_id, level))
            counts[level] = override - 1
        before = counts[level]
        counts[level] = rule.start if before is None else before + 1
        for deeper in range(level + 1, _LEVELS):
            below = self._rule(list_id, deeper)
            if below is None or below.restarts:
                counts[deeper] = None
        return self._show(list_id, rule, counts)

    def _show(self, list_id: str, rule: _LevelRule, counts: list[int | None]) -> str:
        if rule.style in ("bullet", "none") and "%" not in rule.text:
            return rule.text if rule.style == "none" else ""
        shown = rule.text
        for index in range(_LEVELS):
            sign = f"%{index + 1}"
            if sign not in shown:
                continue
            each = self._rule(list_id, index)
            count = counts[index]
            value = count if count is not None else (each.start if each else 1)
            style = "decimal" if rule.legal or each is None else each.style
            shown = shown.replace(sign, format_number(value, style))
        spaced = rule.spaced or shown.endswith((" ", "\u3000"))
        shown = shown.strip()
        self.restored += bool(shown)
        return f"{shown} " if shown and spaced and shown[-1] not in _CLOSED else shown

    def _read(self, numbering: Any) -> None:
        for abstract in numbering.iterchildren(f"{_W}abstractNum"):
            key = abstract.get(f"{_W}abstractNumId", "")
            self._abstract[key] = abstract
            for link in abstract.iterchildren(f"{_W}styleLink"):
                self._by_style[link.get(_VALUE, "")] = key
        for one in numbering.iterchildren(f"{_W}num"):
            self._lists[one.get(f"{_W}numId", "")] = one

    def _abstract_id(self, list_id: str) -> str:
        one = self._lists.get(list_id)
        link = one.find(f"{_W}abstractNumId") if one is not None else None
        key = link.get(_VALUE, "") if link is not None else ""
        abstract = self._abstract.get(key)
        styled = abstract.find(f"{_W}numStyleLink") if abstract is not None else None
        return self._by_style.get(styled.get(_VALUE, ""), key) if styled is not None else key

    def _override_of(self, list_id: str, level: int) -> int | None:
        override = self._override_element(list_id, level)
        start = override.find(f"{_W}startOverride") if override is not None else None
        return _whole(start, 1) if start is not None else None

    def _override_element(self, list_id: str, level: int) -> Any | None:
        one = self._lists.get(list_id)
        for override in one.iterchildren(f"{_W}lvlOverride") if one is not None else ():
            if override.get(f"{_W}ilvl") == str(level):
                return override
        return None

    def _rule(self, list_id: str, level: int) -> _LevelRule | None:
        key = (list_id, level)
        if key not in self._rules:
            self._rules[key] = self._find_rule(list_id, level)
        return self._rules[key]

    def _find_rule(self, list_id: str, level: int) -> _LevelRule | None:
        override = self._override_element(list_id, level)
        element = override.find(f"{_W}lvl") if override is not None else None
        abstract = self._abstract.get(self._abstract_id(list_id))
        if element is None and abstract is not None:
            levels = abstract.iterchildren(f"{_W}lvl")
            element = next((one for one in levels if one.get(f"{_W}ilvl") == str(level)), None)
        if element is None:
            return None
        restart = element.find(f"{_W}lvlRestart")
        return _LevelRule(
            start=_whole(element.find(f"{_W}start"), 0),
            style=_text(element.find(f"{_W}numFmt"), "decimal"),
            text=_text(element.find(f"{_W}lvlText"), "")[:_LONGEST_TEXT],
            spaced=_text(element.find(f"{_W}suff"), "tab") != "nothing",
            legal=is_on(element.find(f"{_W}isLgl")),
            restarts=restart is None or _whole(restart, 1) != 0,
        )


def format_number(value: int, style: str) -> str:
    """Return a list number in one of Word's formats; those unknown to us count in digits.

    >>> format_number(12, "chineseCounting"), format_number(3, "decimalEnclosedCircle")
    ('十二', '③')
    """
    if style in _COUNTED and 0 < value <= BIGGEST_ORDINAL:
        return format_ordinal(value)
    if style in _WRITTEN_DIGITS:
        return "".join("〇一二三四五六七八九"[int(digit)] for digit in str(max(value, 0)))
    if style in _FORMAL_COUNTED and 0 < value <= BIGGEST_ORDINAL:
        return format_ordinal(value).translate(_FORMAL)
    if style in _CIRCLED and 1 <= value <= 20:
        return chr(0x2460 + value - 1)
    if style == "decimalEnclosedParen" and 1 <= value <= 20:
        return chr(0x2474 + value - 1)
    if style == "decimalEnclosedFullstop" and 1 <= value <= 20:
        return chr(0x2488 + value - 1)
    if style == "ideographEnclosedCircle" and 1 <= value <= 10:
        return chr(0x3280 + value - 1)
    if style in ("decimalFullWidth", "decimalFullWidth2"):
        return "".join(chr(0xFF10 + int(digit)) for digit in str(max(value, 0)))
    if style == "decimalZero":
        return f"{value:02d}"
    if style == "ideographTraditional":
        return _HEAVENLY[(value - 1) % len(_HEAVENLY)]
    if style == "ideographZodiac":
        return _EARTHLY[(value - 1) % len(_EARTHLY)]
    return _format_latin(value, style)


def _format_latin(value: int, style: str) -> str:
    if style in ("upperLetter", "lowerLetter") and value > 0:
        letter = chr(ord("A") + (value - 1) % 26) * min((value - 1) // 26 + 1, 20)
        return letter if style == "upperLetter" else letter.lower()
    if style in ("upperRoman", "lowerRoman") and 0 < value < 4000:
        roman, rest = "", value
        for amount, sign in _ROMAN:
            roman += sign * (rest // amount)
            rest %= amount
        return roman if style == "upperRoman" else roman.lower()
    return str(value)


def is_on(element: Any | None) -> bool:
    """Whether an on-off property of Word is there and not switched off."""
    return element is not None and element.get(_VALUE, "1") not in ("0", "false", "off", "none")


def _text(element: Any | None, default: str) -> str:
    value = element.get(_VALUE) if element is not None else None
    return value if isinstance(value, str) else default


def _whole(element: Any | None, default: int) -> int:
    value = _text(element, "")
    return min(int(value), _BIGGEST_NUMBER) if value.isascii() and value.isdigit() else default
