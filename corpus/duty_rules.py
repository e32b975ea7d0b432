"""What a circular says once about all its responsibility groups (文内通则).

排在第一位的为牵头单位，下同 holds for every list; 以下简称 names a body for this circular only.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from corpus.agency_prefix import NameKind, clean_name, take_apart

_FIRST_LEADS = re.compile(
    r"(?:排(?:名|列|序)?(?:在)?|列(?:在)?|位列|居)?(?:第一(?:位|个|名)?|首位?|第1位|最前面?|最前)[的者]?"
    r"(?:单位|部门|机关|责任单位)?(?:即?为|是|系|作为)(?:该项?(?:工作|任务)的?)?(?:总)?牵头(?:责任|负责)?(?:单位|部门|机关)"
)
_OF_LEVEL = re.compile(r"[省市县区][级直](?:单位|部门)(?:中)?(?:排|列|位)[^，。；]{1,10}牵头")
_ALIAS = re.compile(
    r"[（(](?:以下|下文|下称|以下统)?(?:简称|称)(?:为)?[“\"「『]?(?P<alias>[^“”\"「」『』（）()《》，。；]{2,16})"
    r"[”\"」』]?[）)]"
)
_START = re.compile(
    r"[，,。；;：:\n\s《》]|第[一二三四五六七八九十\d]{1,4}条|成立|设立|组建|建立|确定为|听取了?|按照|指导|支持|发挥"
    r"|依托|委托|授权|[由经在对将向为了是]"
)
_LONGEST = 60


class DutyRules(NamedTuple):
    """The rules of one circular. `aliases` pairs a short name with the full one it stands for.

    `of_level` says that bodies of other levels are passed over: 省级单位列第一位者为牵头单位.
    """

    first_is_lead: bool = False
    aliases: tuple[tuple[str, str], ...] = ()
    of_level: bool = False


def read_duty_rules(text: str) -> DutyRules:
    """Read the rules (文内通则) that hold for every responsibility group of a circular.

    >>> read_duty_rules("（责任单位：市教育局、市财政局；排在第一位的为牵头单位，下同）")
    DutyRules(first_is_lead=True, aliases=(), of_level=False)
    """
    leads = _first_leads(text)
    of_level = leads and bool(_OF_LEVEL.search(text))
    return DutyRules(leads, tuple(_aliases(text).items()), of_level)


def _first_leads(text: str) -> bool:
    at = text.find("牵头")
    while at >= 0:
        if declares_first_lead(text[max(0, at - _LONGEST) : at + _LONGEST]):
            return True
        at = text.find("牵头", at + 1)
    return False


def declares_first_lead(text: str) -> bool:
    """Whether a text says that the first agency of each list leads (排在第一位的为牵头单位)."""
    return bool(_FIRST_LEADS.search(text))


def _aliases(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    at = text.find("称")
    while at >= 0:
        mention = _ALIAS.match(
            text, max(0, text.rfind("（", at - 8, at), text.rfind("(", at - 8, at))
        )
        if mention is not None:
            alias = clean_name(mention["alias"].lstrip("：:"))
            full = _name_before(text, mention.start())
            if full and alias not in found and alias != full and not take_apart(alias).entries:
                found[alias] = full
        at = text.find("称", at + 1)
    return found


def _name_before(text: str, end: int) -> str:
    """Return the agency named directly before a position, or "": the longest reading wins."""
    written = text[max(0, end - _LONGEST) : end].rstrip('”" ')
    for start in (0, *(found.end() for found in _START.finditer(written))):
        name = clean_name(written[start:])
        if len(name) < 4 or not name.endswith(_BODIES) or _START.search(name):  # noqa: PLR2004
            continue
        parts = take_apart(name)
        if parts.kind is NameKind.COLLECTIVE:
            continue
        if parts.plausible or name.endswith(_TASK_BODIES):
            return name
    return ""


_TASK_BODIES = ("领导小组", "领导小组办公室", "指挥部", "联席会议", "工作组")
_BODIES = (
    *("局", "厅", "委", "办", "部", "院", "署", "委员会", "办公室", "中心", "领导小组", "指挥部"),
    *("联席会议", "专班", "工作组", "管委会", "政府", "总站", "协会", "总队", "支队"),
)
