"""Fields in the typed line (字段), such as 责任单位: 文号: 年:, and what their values mean."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from corpus.text import fold_text
from search.errors import YearRangeError
from search.numbers import read_number
from search.query import FieldIs, YearRange

if TYPE_CHECKING:
    from collections.abc import Callable

    from search.query import Node

    FindAgency = Callable[[str], tuple[str, ...]]

_MOST_NAMES = 32
# 2016  2016年  2016..2017  2016-2017  2016年至2017年  2016..  ..2017
_YEARS = re.compile(r"(?P<first>\d{4})?年?(?P<dots>\.\.|-|~|至|到|…)?(?P<last>\d{4})?年?")
_LIST_SIGNS = re.compile(r"[、,，;；]")
_LAST_YEAR = 9999
_REASONS = {
    "责任单位": "没有叫“{}”的单位",
    "牵头": "没有叫“{}”的单位",
    "文号": "后面的“{}”不是一个发文字号",
    "年": "后面的“{}”不是年份，如 2016 或 2016..2017",
}
_NOTHING = "后面没有内容"


def field_node(
    name: str, value: str, find_agency: FindAgency | None, *, position: int
) -> Node | None:
    """Return what a field says; None where its value cannot be one.

    Raises:
        YearRangeError: a range of years ends before it begins.

    >>> field_node("年", "2016年至2017年", None, position=0)
    YearRange(first=2016, last=2017)
    """
    folded = fold_text(value)
    match name:
        case "责任单位" | "牵头":
            found = _agencies(value, find_agency)
            return FieldIs("lead" if name == "牵头" else "agency", found) if found else None
        case "文号":
            number = read_number(value)
            return None if number is None else FieldIs("number", (str(number),))
        case "年":
            return _years(folded, position)
        case "标题":
            return FieldIs("title", (folded,)) if folded else None
        case _:
            return FieldIs("path", (folded,)) if folded else None


def why_not(name: str, value: str) -> str:
    """Return why a field's value cannot be one, as half a sentence."""
    return _REASONS.get(name, _NOTHING).format(value) if value else _NOTHING


def _agencies(value: str, find_agency: FindAgency | None) -> tuple[str, ...]:
    """Return the agencies a name means, or each name of a list: 市公安局、市商务局."""
    if find_agency is None or not value:
        return ()
    found = find_agency(value)
    if found:
        return found
    names = [name for name in _LIST_SIGNS.split(value) if name][:_MOST_NAMES]
    listed = [find_agency(name) for name in names] if len(names) > 1 else []
    return tuple(dict.fromkeys(one for found in listed for one in found))


def _years(folded: str, position: int) -> YearRange | None:
    match = _YEARS.fullmatch(folded)
    if match is None or not (match["first"] or match["last"]):
        return None
    if match["dots"] is None and match["first"] and match["last"]:
        return None
    first = int(match["first"] or 0)
    last = int(match["last"] or (_LAST_YEAR if match["dots"] else first))
    if first > last:
        raise YearRangeError(first, last, position=position)
    return YearRange(first, last)
