"""Who may act in running text (行文中的责任主体): what stands before 负责 is not always a body.

In a list of responsible agencies a stretch is a name unless it reads like a phrase; in running
text it is a phrase unless it reads like a name.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from corpus.agencies import AgencyRegistry
from corpus.agency_collectives import is_charged
from corpus.agency_prefix import NameKind, NameParts, is_task_body, take_apart
from corpus.places import invented_place, match_place

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corpus.places import Place

_GENERIC: Final = re.compile(
    r"(?:党委|党政|党组织|政府|人民政府|部门|企业|社会|单位|行业|学校|社区|市场|属地|家庭|各方|国家|地方|个人|专人|村民|群众"
    r"|用人|建设|施工|使用|机构|主体|[^有相主]{0,4}企业|集团公司|公司|院校|中心|医院|协会|办公室|委员会)(?:和|、)?"
    r"|第三方.{0,8}|(?:运营|经营|物业|管理|售电|服务|承运|施工|监理|开发|建筑|燃气|供水|供热|客运|物流|承包|劳务)(?:企业|公司|单位)"
    r"|(?:本|该|我|其)(?:单位|部门|机构|市|省|县|区|局)|(?:承办|内设|用人|责任)部门|责任单位|.{0,2}[一两二三几多]个.{0,4}部门"
)
_TASK_BODY: Final = re.compile(
    r"(?:领导小组|协调小组|工作小组|指挥部|工作专班|联席会议|领导小组办公室|联席会议办公室|指挥部办公室|委员会办公室"
    r"|专项小组|专项组|工作组|管委会|管理委员会)$"
)
# 自然资源主管部门, 气象主管机构, 试点城市, 省级医疗保障部门, 所在地政府
_SOME_CLASS: Final = re.compile(
    r"(?:主管|监管|行政|执法|职能|监督|管理|牵头|责任|成员)(?:部门|单位|机关|机构)$|试点(?:城市|地区|单位)$"
    r"|^(?:国家|国务院|省级|市级|县级|区级|各级|各地|地方|当地|同级|属地|各区|各市|各县).{1,16}(?:部门|机关)$"
    r"|所在地.{0,6}政府$|^政府.{2,8}机构$|经办机构$"
)
# 商务部门, 教育、人社、工信部门, 公安机关
_DEPARTMENT: Final = re.compile(
    r"[\u4e00-\u9fff、（）()]{2,24}部门|[\u4e00-\u9fff]{0,8}(?:公安|税务|检察|审判|监察)机关"
)
_WORDY: Final = re.compile(
    r"[\s\d]|第.{1,5}条|^(?:其中|协助|配合|督促|保障|改由)|[的了着要应须将把被使让是在为对从以由或请]|会同|加强|推进|建立|健全|成立|组建|做好|支持|鼓励|引导|落实|明确|完善"
    r"|制定|开展|强化|坚持|实行|负责|统一|进行|形成|依托|充分|发挥|主动|积极|确保|报送|设在|经过|根据|按照|确定|指定"
)
_INSTITUTION: Final = re.compile(r"(?:医院|学校|机构|单位|院所)$")
_ENTERPRISE: Final = re.compile(
    r"(?:银行|公司|集团|协会|学会|研究院|联合会|委员会|中心|[总署局部])$"
)
_INSIDE: Final = re.compile(r"[\u4e00-\u9fff]{2,14}(?:司|局|处|室|中心|科|大队|支队|站)")
_MILD: Final = re.compile(r"[\u4e00-\u9fff（）()“”、]{2,14}")
_CLASSES_OF_BODIES: Final = frozenset({"医疗机构", "金融机构", "行业组织", "科研院所"})
_SLOGAN: Final = frozenset(
    {"部门", "社会", "群众", "企业", "政府", "各方", "单位", "市场", "全民", "行业"}
)
_LONGEST: Final = 30
_LONGEST_COLLECTIVE: Final = 48
_LONGEST_CLASS: Final = 24


def are_bodies(names: Sequence[str], home: Place | None, *, by: bool) -> bool:
    """Whether names are surely those of bodies; `by` says that 由 or 请 stands before them.

    >>> are_bodies(["市公安局", "商务部门"], None, by=False), are_bodies(["企业"], None, by=True)
    (True, False)
    """
    unsure = [name for name in names if not _acts(name, home, by=by)]
    if not unsure:
        return True
    sure = len(names) - len(unsure)
    return sure >= len(unsure) and all(_may_stand_among(name, home) for name in unsure)


def _may_stand_among(name: str, home: Place | None) -> bool:
    """Whether a name nobody listed is one where it stands among listed ones: 铁道部、交通部."""
    parts = take_apart(name, home)
    return (
        parts.plausible
        and parts.via != "class"
        and not _WORDY.search(name)
        and not _GENERIC.fullmatch(name)
    )


def _acts(name: str, home: Place | None, *, by: bool) -> bool:
    if _TASK_BODY.fullmatch(name) or is_task_body(name):
        return True
    if len(name) > _LONGEST_COLLECTIVE or _GENERIC.fullmatch(name):
        return False
    parts = take_apart(name, home)
    if _is_class(name, parts):
        return True
    if parts.kind is NameKind.COLLECTIVE:
        return parts.via != "class" and not _WORDY.search(name)
    if len(name) > _LONGEST:
        return False
    if by and _is_place(name):
        return True
    if not parts.via or (not parts.known and _WORDY.search(name)):
        return False
    if parts.kind is NameKind.BARE:
        if parts.known or parts.via == "compound":
            return len(name) > 2  # noqa: PLR2004  (公安, 商务 and the like)
        if by or _is_inside(name, home):
            return len(name) > 3 and not name.endswith("机构")  # noqa: PLR2004
        return bool(_TASK_BODY.search(name)) and len(name) <= 12  # noqa: PLR2004
    if parts.known or parts.kind is not NameKind.CENTRAL:
        return True
    return by or bool(_ENTERPRISE.search(name))


def _is_class(name: str, parts: NameParts) -> bool:
    """Whether a class of bodies is named by its duty: 自然资源主管部门, 商务部门, 试点城市."""
    if is_charged(name):
        return True
    shaped = _SOME_CLASS.search(name) or _DEPARTMENT.fullmatch(name)
    return (
        bool(shaped)
        and not _WORDY.search(name)
        and len(name) <= _LONGEST_CLASS
        and not parts.entries
    )


def _is_place(name: str) -> bool:
    """Whether a place stands for its government: 由福州市、厦门市牵头."""
    if name[-1:] not in "省市县区":
        return False
    matched, invented = match_place(name), invented_place(name)
    listed = matched is not None and matched.end == len(name)
    return listed or (invented is not None and invented.name == name)


def _is_inside(name: str, home: Place | None) -> bool:
    """Whether a name is that of an office inside a known body: 工业和信息化部信息技术发展司."""
    found = AgencyRegistry.load().match_at(name, 0, home=home)
    return found is not None and bool(_INSIDE.fullmatch(name, found.end))


def are_like_bodies(names: Sequence[str], home: Place | None) -> bool:
    """Whether names read like bodies; enough where a support clause confirms them."""
    return all(
        len(name) > 3  # noqa: PLR2004
        and (take_apart(name, home).plausible or _INSTITUTION.search(name))
        and not _GENERIC.fullmatch(name)
        and not _WORDY.search(name)
        for name in names
    )


def may_follow(names: Sequence[str], home: Place | None, *, led: bool) -> bool:
    """Whether names after the first clause are bodies: no phrases, no slogan, no 其中."""
    if any(_WORDY.search(name) and not take_apart(name, home).known for name in names):
        return False
    if any(len(name) <= 2 and name in _SLOGAN for name in names):  # noqa: PLR2004
        return False
    plausible = [
        take_apart(name, home).plausible or bool(_INSTITUTION.search(name)) for name in names
    ]
    known = [take_apart(name, home).strong or name in _CLASSES_OF_BODIES for name in names]
    return any(plausible if led else known) and all(_MILD.fullmatch(name) for name in names)
