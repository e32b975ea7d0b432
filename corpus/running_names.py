"""Names of bodies read forwards in running text, after 会同 (行文中的机关名称)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from corpus.agencies import AgencyRegistry
from corpus.agency_collectives import is_collective
from corpus.agency_names import are_topics
from corpus.agency_prefix import take_apart
from corpus.model import Span

if TYPE_CHECKING:
    from corpus.places import Place

_COLLECTIVE: Final = re.compile(
    r"[\u4e00-\u9fff]{2,24}?(?:各)?成员单位|(?:各|有关|相关|其他)(?!各?方面)[\u4e00-\u9fff、（）]{0,14}?(?:人民政府|政府|部门|单位|委员会|管委会|地方|市县)"
    r"|(?:省|市|区|县|自治区|国务院|中央)[直级]?(?:有关|相关|各)[\u4e00-\u9fff]{0,4}(?:部门|单位)"
    r"|[\u4e00-\u9fff]{2,10}?(?:主管|监管|行政|执法|职能|监督|管理)(?:部门|机关|机构)"
    r"|(?:其他|有关)?(?:履行|负有|承担)[\u4e00-\u9fff]{2,20}?职责的(?:部门|单位|机构)"
    r"|同级[\u4e00-\u9fff]{2,10}?(?:部门|机关)|所在地[\u4e00-\u9fff（）、]{0,8}(?:政府|部门)"
)
_ALL_SIDES: Final = re.compile(r"(?:有关|相关)(?:各)?方面?")
_DEPARTMENT: Final = re.compile(r"[^对等和及与的、将，,。；;（()）\s]{2,6}?(?:部门|机关)(?!联)")
_OFFICE: Final = re.compile(r"[\u4e00-\u9fff]{2,10}?[局厅委办部](?=[、，,等和及])")
# 国家税务总局 + 黑龙江省税务局, 市政府 + 口岸物流办, 工业和信息化部 + 信息技术发展司
_MORE: Final = re.compile(
    r"[\u4e00-\u9fff]{2,8}?(?:税务局|物流办|[司处])(?=[、，,等和及对组研制根按])"
)
# 福建省工业设计协会, 中国储备粮管理总公司: bodies nobody lists
_SHAPED: Final = re.compile(
    r"[\u4e00-\u9fff]{3,20}?(?:协会|学会|联合会|商会|公司|集团|大学|学院|研究院|研究所|银行|委员会|委员会办公室|领导小组"
    r"|领导小组办公室|联席会议|指挥部|保障部|发展部|工作部|科技委)"
    r"(?=[、，,。；;等和及与对组按共研制开加负做在根联审定于从进建提评推发印]|$)"
)
# 同级人社、财政部门; 国务院民政、文化和旅游、卫生健康等部门: lines of government that share 部门
_SHARED: Final = (
    r"(?P<topics>[\u4e00-\u9fff、]{2,60}?)(?P<open>等)?"
    r"(?:有关|相关|行政|主管|监管|职能|管理){0,2}(?:部门|机关)(?!联)"
)
_SHARING: Final = re.compile(rf"(?P<whose>){_SHARED}")
_SHARING_OF: Final = re.compile(
    r"(?P<whose>国务院|同级|当地|本级|地方各级|地方|各级|各地|各|省级|市级|县级|区级|省直|市直|省|市|县|区|有关|相关)"
    rf"{_SHARED}"
)
_SEPARATOR: Final = re.compile(r"、|和|及|以及|与")
_OPEN_END: Final = re.compile(
    r"等(?:有关|相关|职能|成员|主管|监管|行政|\d{1,2}个?|[一二三四五六七八九十]{1,2}个?)?(?:部门|单位|部委)?(?:(?:和|、)(?:单位|地方|专家))?"
    r"|等有关方面"
)


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
        shared = _read_open_topics(text, here, stop)
        if shared:
            spans += shared
            break
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


def _read_open_topics(text: str, start: int, stop: int) -> list[Span]:
    """Read lines of government that an open end turns into departments: 质监、消防等部门."""
    found = _match_sharing(text, start, stop)
    if found is None or not found["open"]:
        return []
    at = found.start("topics")
    pieces = re.finditer(r"[^、]+", found["topics"])
    spans = [Span(at + piece.start(), at + piece.end()) for piece in pieces]
    return [Span(start, spans[0].end), *spans[1:]]


def _end_of_name(text: str, start: int, stop: int, home: Place | None) -> int | None:
    sharing = _end_of_sharing(text, start, stop)
    if sharing is not None:
        return sharing
    ends: list[int] = []
    for pattern, reach in ((_COLLECTIVE, 40), (_DEPARTMENT, 12), (_ALL_SIDES, 5)):
        found = pattern.match(text, start, min(stop, start + reach))
        if found is not None and (pattern is not _COLLECTIVE or is_collective(found.group())):
            ends.append(found.end())
    named = AgencyRegistry.load().match_at(text, start, home=home)
    if named is not None:
        more = _MORE.match(text, named.end, min(stop, named.end + 12))
        end = named.end if more is None else more.end()
        ends.append(end + text.startswith("门", end))  # 人力资源社会保障部 + 门
    if not ends:
        shaped = _SHAPED.match(text, start, min(stop, start + 24))
        if shaped is not None and take_apart(shaped.group(), home).plausible:
            ends.append(shaped.end())
    return max(ends) if ends and max(ends) <= stop else None


def _end_of_sharing(text: str, start: int, stop: int) -> int | None:
    """Where a list of lines of government that share the word 部门 ends: 财政、税务部门."""
    found = _match_sharing(text, start, stop)
    if found is None or found["open"] or not ("、" in found["topics"] or found["whose"]):
        return None
    return found.end()


def _match_sharing(text: str, start: int, stop: int) -> re.Match[str] | None:
    for pattern in (_SHARING, _SHARING_OF):
        found = pattern.match(text, start, min(stop, start + 70))
        if found is not None and are_topics(found["topics"]):
            return found
    return None
