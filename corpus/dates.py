# ruff: noqa: RUF001 — full-width signs are what this module reads
"""Dates as circulars write them (日期): 2016年9月14日, 二〇一六年九月十四日, 2016-09-14."""

from __future__ import annotations

import re
from datetime import date
from typing import Final, NamedTuple

from corpus.model import Span

_DIGITS: Final = str.maketrans(
    "０１２３４５６７８９〇○ＯOo零一二三四五六七八九", "012345678900000" + "0123456789"
)
_YEAR: Final = r"(?:[12１２][\d０-９]{3}|[一二][〇○ＯOo零一二三四五六七八九0]{3})"
_SMALL: Final = r"(?:[\d０-９]{1,2}|[一二三四五六七八九十〇○零]{1,3})"
_DATE: Final = re.compile(
    rf"({_YEAR})\s{{0,3}}"
    rf"(?:年\s{{0,3}}({_SMALL})\s{{0,3}}月\s{{0,3}}({_SMALL})\s{{0,3}}日?"  # 二〇一六年九月十四日
    r"|([-./])\s?(\d{1,2})\s?\4\s?(\d{1,2})(?!\d))"  # 2016-09-14 2016.9.14
)
_CLUE: Final = re.compile("[-年./]")  # one of them stands in every date
_TIME_OF_DAY: Final = re.compile(r"[\d:：. ]{4,15}")
_LONGEST: Final = 60
_EARLIEST, _LATEST = 1900, 2100


class DateAt(NamedTuple):
    """A date and where it stands in the text it was found in."""

    value: date
    span: Span


def find_date(text: str, start: int = 0) -> DateAt | None:
    """Return the first date (日期) in the first 2,000 characters from `start`.

    >>> find_date("云港市人民政府二〇一六年九月十四日印发").value
    datetime.date(2016, 9, 14)
    """
    if _CLUE.search(text, start, start + 2000) is None:
        return None
    for found in _DATE.finditer(text, start, start + 2000):
        value = _value_of(found)
        if value is not None:
            return DateAt(value, Span(*found.span()))
    return None


def parse_date(text: str) -> date | None:
    """Return the date a text consists of, brackets and a time of day allowed, or None.

    >>> parse_date("2020-03-06 04:23:12")
    datetime.date(2020, 3, 6)
    """
    bare = text.strip(" \t\u3000\xa0()（）〔〕[]")
    found = _DATE.match(bare) if len(bare) <= _LONGEST else None
    value = _value_of(found) if found is not None else None
    if found is None or value is None:
        return None
    rest = bare[found.end() :].strip()
    return value if not rest or _TIME_OF_DAY.fullmatch(rest) else None


def _value_of(found: re.Match[str]) -> date | None:
    year = int(found[1].translate(_DIGITS))
    month, day = (_small(part) for part in (found[2] or found[5], found[3] or found[6]))
    if not _EARLIEST <= year <= _LATEST:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _small(text: str) -> int:
    """Read 14, 十四, 二十, 三十一, 〇九."""
    if "十" in text:
        tens, _, ones = text.partition("十")
        return (int(tens.translate(_DIGITS)) if tens else 1) * 10 + (
            int(ones.translate(_DIGITS)) if ones else 0
        )
    return int(text.translate(_DIGITS))
