"""Names of bodies read forwards in running text, after 会同 (行文中的机关名称)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from corpus.agencies import AgencyRegistry
from corpus.agency_prefix import is_collective
from corpus.model import Span

if TYPE_CHECKING:
    from corpus.places import Place

_COLLECTIVE = re.compile(
    r"(?:各|有关|相关|其他)[\u4e00-\u9fff、（）]{0,14}?(?:人民政府|政府|部门|单位|委员会|管委会|地方|市县)"
    r"|(?:省|市|区|县|自治区|国务院|中央)[直级]?(?:有关|相关|各)[\u4e00-\u9fff]{0,4}(?:部门|单位)"
    r"|[\u4e00-\u9fff]{2,10}?(?:主管|监管|行政|执法|职能|监督|管理)(?:部门|机关|机构)"
    r"|同级[\u4e00-\u9fff]{2,10}?(?:部门|机关)|所在地[\u4e00-\u9fff（）、]{0,8}(?:政府|部门)"
)
_DEPARTMENT = re.compile(r"[^对等和及与的、将，,。；;（()）\s]{2,6}?(?:部门|机关)(?!联)")
_OFFICE = re.compile(r"[\u4e00-\u9fff]{2,10}?[局厅委办部](?=[、，,等和及])")
_SEPARATOR = re.compile(r"、|和|及|以及|与")
_OPEN_END = re.compile(r"等(?:有关|相关|职能|成员)?(?:部门|单位)?")


class ForwardNames(NamedTuple):
    """Names in a row: their spans, where the last ends, and where 等部门 after them ends."""

    spans: tuple[Span, ...]
    last: int
    end: int
    open_ended: bool


def read_names_forward(text: str, start: int, stop: int, home: Place | None) -> ForwardNames | None:
    """Read the names of bodies that stand in a row from `start` on, or None."""
    spans: list[Span] = []
    here = start
    while here < stop:
        end = _end_of_name(text, here, stop, home)
        if end is None and spans:  # one nobody listed, among others: 、劳动厅、
            other = _OFFICE.match(text, here, min(stop, here + 14))
            end = other.end() if other is not None else None
        if end is None:
            break
        spans.append(Span(here, end))
        separator = _SEPARATOR.match(text, end, stop)
        if separator is None:
            break
        here = separator.end()
    if not spans:
        return None
    last = spans[-1].end
    opened = _OPEN_END.match(text, last, stop)
    end = opened.end() if opened else last
    return ForwardNames(tuple(spans), last, end, opened is not None)


def _end_of_name(text: str, start: int, stop: int, home: Place | None) -> int | None:
    found = AgencyRegistry.load().match_at(text, start, home=home)
    collective = _COLLECTIVE.match(text, start, min(stop, start + 40))
    if collective is not None and not is_collective(collective.group()):
        collective = None
    department = _DEPARTMENT.match(text, start, min(stop, start + 12))
    ends = [one.end() for one in (collective, department) if one is not None]
    ends += [found.end] if found is not None else []
    return max(ends) if ends and max(ends) <= stop else None
