"""Chinese ordinals (中文序数) from 一 to 九百九十九, read and written."""

from __future__ import annotations

from corpus.errors import CorpusError

_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")}
_DIGITS |= {"〇": 0, "○": 0, "两": 2, "壹": 1, "贰": 2, "叁": 3}
_UNITS = {"十": 10, "百": 100}
_NUMERALS = "零一二三四五六七八九"
BIGGEST_ORDINAL = 999
NUMERAL = r"[〇○零一二三四五六七八九十百]{1,7}"  # a piece of a pattern


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
        value = int(text[: len(str(BIGGEST_ORDINAL)) + 1])
    elif text and all(character in _DIGITS for character in text):
        value = int("".join(str(_DIGITS[character]) for character in text[:4]))
    else:
        value = _add_up(text)
    if not 1 <= value <= BIGGEST_ORDINAL:
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
        if unit is None or unit >= last_unit or (pending == 0 and total == 0):
            return 0
        total += (pending or 1) * unit
        pending, last_unit = None, unit
    return total + (pending or 0)


def format_ordinal(value: int) -> str:
    """Write a number from 1 to 999 as a Chinese ordinal (中文序数), as circulars write it.

    >>> format_ordinal(21), format_ordinal(10), format_ordinal(110), format_ordinal(108)
    ('二十一', '十', '一百一十', '一百零八')
    """
    if not 1 <= value <= BIGGEST_ORDINAL:
        raise OrdinalError(str(value))
    hundreds, rest = divmod(value, 100)
    tens, ones = divmod(rest, 10)
    text = f"{_NUMERALS[hundreds]}百" if hundreds else ""
    if tens:
        text += "十" if tens == 1 and not hundreds else f"{_NUMERALS[tens]}十"
    elif hundreds and ones:
        text += "零"
    return text + (_NUMERALS[ones] if ones else "")
