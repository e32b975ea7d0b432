"""How an agency's name is put together: whose it is, and what it is (机关名称的前缀).

市公安局 is 市 + 公安局, 市市场监管局 is 市 + 市场监管局, 市场监管局 has no prefix, 厦门海关 has its
place, 市委宣传部 its party committee, 公安部 is central, 各区人民政府 is a class of bodies.
"""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from corpus.agency_names import (
    OWN_PLACE,
    PARTY_ONLY,
    Entry,
    central_short_names,
    is_compound,
    name_table,
    shorten,
)
from corpus.agency_zones import Zone, zone_at_start, zone_of
from corpus.places import Place, find_place, is_short_name, match_place


class NameKind(StrEnum):
    """Where a name says whose body it is."""

    PREFIXED = "prefixed"  # 市公安局
    PARTY = "party"  # 市委宣传部
    PLACED = "placed"  # 厦门海关
    CENTRAL = "central"  # 公安部, 国家发展改革委
    BARE = "bare"  # 公安局
    COLLECTIVE = "collective"  # 各区人民政府


class NameParts(NamedTuple):
    """An agency's name taken apart. `via` says how `bare` was recognised, "" = not at all."""

    kind: NameKind
    prefix: str
    place: Place | None
    bare: str
    entries: tuple[Entry, ...]
    via: str

    @property
    def known(self) -> bool:
        """Whether the table knows the body, or it is a class of bodies."""
        return bool(self.entries) or self.kind is NameKind.COLLECTIVE or self.via == "zone"

    @property
    def plausible(self) -> bool:
        """Whether this reads like the name of a body, listed or not."""
        return bool(self.via)

    @property
    def strong(self) -> bool:
        """Whether nothing but an agency is called so: known, compound, or with a prefix."""
        return self.via != "class" and (
            self.known
            or self.via == "compound"
            or (bool(self.via) and self.kind not in {NameKind.BARE, NameKind.CENTRAL})
        )

    @property
    def party_only(self) -> bool:
        """Whether only a party committee has such a body: 组织部."""
        return bool(self.entries) and all(entry.stem in PARTY_ONLY for entry in self.entries)


_QUOTES = str.maketrans("", "", "“”\"'‘’「」『』 \u3000\t")
# 市政园林局, 市容局, 区划办, 省级…, 市直… do not begin with a prefix.
_NO_PREFIX = re.compile(
    r"市(?:政(?!府|协)|场|容|民|级|直|属|本级|辖|郊)|区(?:域|划|块|间|直|属|级|内)"
    r"|县(?:域|直|级|城)|省(?:级|直|属|际|域)|自治区(?:级|直|属)|州(?:级|直|属)|盟(?:友|约)"
)
_PARTY = re.compile(
    r"(?:自治区党委|[省市县区州旗盟]党委|区工委|党委|[省市县区州旗盟]委(?!员|办局))"
)
_GOVERNMENT = re.compile(r"(?:自治区|自治州|[省市县区州旗盟](?!委))")
_NATIONAL = re.compile(
    r"国家|中国|全国|国务院|中央|中华|最高|人民银行|国网|中共|人行|民航|武警|农发行|国开行|中铁"
)
# Names with one of these endings read like bodies; what precedes is 2–24 characters.
_SHAPE = re.compile(
    r"[\u4e00-\u9fffA-Za-z0-9（）()“”·]{1,28}"
    r"(?:局|厅|委|办|部|院|署|委员会|办公室|中心|[支分总]行|银行|公司|集团|[总支大]队|政府"
    r"|指挥部|领导小组|工作组|专班|联席会议|联合会|协会|学会|商会|促进会|大学|学院|学校|医院"
    r"|理事会|分公司|示范区|开发区|实验区|新区|高新区|园区|研究所|[测总]站|联社|管委会|街道办事处|街道|办事处|红十字会|工会|团委|军分区|警备区"
    r"|海关|边检站|管理[处所站]|事务所|供销社|处室|[司处科联]|博物馆|图书馆|电视台|广播台|报社|日报社|联络处)"
)
_OFFICE = re.compile(r"(?:局|厅|委|办|委员会|办公室|法院|检察院|政府|政协|人大|总工会|联)$")
_NO_ELISION = re.compile(r"管委会|管理委员会|开发区|新区|试验区|实验区|园区|公司|集团|银行|大学")
_ASIDE = re.compile(r"[（(][^（()）]{1,20}[）)]")
_NO_AGENCY = re.compile(
    r"^(?:或|前往|如|即|含|以|谁)|报送|是指|的(?!市)|负责|牵头|配合|落实|推进|加强|完成|开展|建立|应当|不得|可以|以及其|进行|实施(?!局)|^的|工作$|以下"
    r"|(?:^|[^重])要[^素求闻]|对于|按照|并|人员|情况|任务|项目$"
)
# 各区人民政府, 市直各有关单位, 有关部门, …成员单位, 县级以上地方各级人民政府
_COLLECTIVE_HEAD = re.compile(
    r"(?:各|有关|相关|其他|其它|所有|全[省市区县州]|全体|地方(?:各级|人民)?|县级以上|[省市县区乡镇]{2,5}级?"
    r"(?=人民|政府|各|有关|党委)|设区[的市]|(?:自治区|自治州|[省市区县州盟旗])(?:本级)?[级直属]?(?:各|有关|相关)"
    r"|(?:自治区|[省市区县州])[直级属](?=部门|单位|机关|企业|行业|涉|行政)|中央(?:和国家机关)?(?:各|有关|相关)"
    r"|国务院(?:各|有关|相关)|属地|(?:中央|省)?驻[\u4e00-\u9fff]{1,3}(?=有关|各|单位|机构)|[省市州县区乡镇](?:、[省市州县区乡镇])+|[县区市]（[市县区旗、]+）|沿[海江边]|村（居）|乡镇|镇街|街道|街镇|县区|县市区|市县|市、县|县、区)"
)
_COLLECTIVE_TAIL = re.compile(
    r"(?:政府|部门|单位|委|办|局|厅|会|院|校|企业|机构|处室|科室|运营商|街道|乡|镇|区|县|市|州|盟|旗|地方?|处"
    r"|中心|公司|集团|行|组|专班|地区|大学|口岸|海关|办公室|成员|委、办、局|主体|平台|商|场馆|高校|站)$"
)
_COLLECTIVE_END = re.compile(
    r"(?:成员单位|(?:有关|相关|主管|职能|监管|责任|行业|行政)(?:部门|单位)|部门和单位|部门|单位"
    r"|金融机构|运营商|通信企业|电信企业|运营企业|基础电信企业)$"
)

# 乡镇（街道）, 县（市、区）, 开发区（投资区、高新区）, 试点城市
_TOWNS = re.compile(
    r"(?:乡镇|乡（镇）|街道|镇|县|市|区|开发区|园区|村|社区)[（(][^（）()]{1,14}[）)]|试点(?:城市|地区|县市|单位)"
    r"|(?:乡镇|镇街|街镇|乡镇街道)(?:园区)?"
)
# 各级负有安全生产监督管理职责的部门
_CHARGED = re.compile(
    r"(?:[\u4e00-\u9fff]{0,8})(?:负有|承担|具有|负责)[\u4e00-\u9fff]{2,20}(?:职责|责任|职能)的(?:部门|单位|机构)"
)
_PARTY_OFFICE = frozenset({"办公厅", "办公室", "办"})
# 三明、南平和龙岩市政府
_SOME_PLACES = re.compile(
    r"[\u4e00-\u9fff]{2,5}(?:[、和及][\u4e00-\u9fff]{2,5}?){1,8}(?:人民)?政府"
)


def clean_name(name: str) -> str:
    """Return a name without the quotes and spaces that spellings differ in: “双打”办 → 双打办."""
    return name.translate(_QUOTES)


@lru_cache(maxsize=65536)
def take_apart(name: str, home: Place | None = None) -> NameParts:
    """Take an agency's name apart; `home` is the place whose circular it stands in.

    >>> take_apart("市市场监管局").prefix, take_apart("市场监管局").prefix
    ('市', '')
    """
    name = clean_name(name)
    table = name_table()
    if is_collective(name):
        via = "class" if _is_vague(name) else "collective"
        return NameParts(NameKind.COLLECTIVE, "", None, name, (), via)
    if name.startswith("团") and _PARTY.match(name, 1):
        entries = table.names.get("团省委", ())
        return NameParts(NameKind.PREFIXED, name[1:2], None, name, entries, "name")
    if name.endswith(("）", ")")):
        plain = _ASIDE.sub("", name)
        parts = take_apart(plain, home) if plain and plain != name else None
        if parts is not None and parts.known:
            return parts
    zone = zone_of(name)
    if zone is not None:
        return _take_zone(zone, home)
    listed = table.names.get(name)
    if listed is not None and not _PARTY.match(name):
        return NameParts(_kind_of_listed(name, listed), "", None, name, listed, "name")
    for kind, pattern in ((NameKind.PARTY, _PARTY), (NameKind.PREFIXED, _GOVERNMENT)):
        found = pattern.match(name)
        if found and found.end() < len(name):
            rest = name[found.end() :]
            entries, via = look_up(rest)
            if kind is NameKind.PARTY and rest in _PARTY_OFFICE:
                entries, via = (Entry("党委办公厅", central=False, exact=True),), "name"
            if via and (via != "shape" or not _NO_PREFIX.match(name)):
                return NameParts(kind, found.group(), None, rest, entries, via)
    if name in {"省委", "市委", "区委", "县委", "自治区党委", "党委"}:
        entries = table.names.get("党委", ())
        return NameParts(NameKind.PARTY, name, None, "", entries, "name")
    placed = _take_place(name, home) or _take_named_zone(name)
    if placed is not None:
        return placed
    for slot in table.slots:
        if name.startswith(slot.head) and name.endswith(slot.tail):
            middle = name[len(slot.head) : len(name) - len(slot.tail)]
            if 0 < len(middle) <= 10:  # noqa: PLR2004  (the longest places in such names)
                place = _place_of(middle, home)
                entries = (Entry(slot.stem, central=False, exact=True),)
                bare = slot.tail or name
                return NameParts(NameKind.PLACED, middle, place, bare, entries, "name")
    entries, via = look_up(name)
    national = _NATIONAL.match(name)
    if national:
        if not entries:
            entries = table.names.get(name[national.end() :], ())
        return NameParts(NameKind.CENTRAL, "", None, name, entries, "rule" if entries else via)
    if not entries:
        placed = _take_county(name, home)
        if placed is not None:
            return placed
    return NameParts(NameKind.BARE, "", None, name, entries, via)


def _take_zone(zone: Zone, home: Place | None) -> NameParts:
    """A zone's committee: 市高新区管委会 is 市 + 高新区, 厦门火炬高新区管委会 has its place."""
    if not zone.within:
        found = _GOVERNMENT.match(zone.name)
        if found and len(zone.name) - found.end() > 1 and not _NO_PREFIX.match(zone.name):
            rest = zone.name[found.end() :]
            return NameParts(NameKind.PREFIXED, found.group(), None, rest, (), "zone")
        matched = match_place(zone.name)
        if matched is not None and matched.end < len(zone.name):
            here, rest = zone.name[: matched.end], zone.name[matched.end :]
            return NameParts(NameKind.PLACED, here, matched.places[-1], rest, (), "zone")
        if home is not None and zone.name.startswith(home.short) and zone.name != home.short:
            rest = zone.name.removeprefix(home.name).removeprefix(home.short)
            return NameParts(NameKind.PLACED, home.name, home, rest or zone.name, (), "zone")
    return NameParts(NameKind.PLACED, "", None, zone.name, (), "zone")


def _take_named_zone(name: str) -> NameParts | None:
    """An office of a zone: 平潭综合实验区 + 社会事业局."""
    zone = zone_at_start(name)
    if zone is None:
        return None
    rest = name[len(zone.name) :]
    entries, via = look_up(rest)
    return NameParts(NameKind.PLACED, zone.name, None, rest, entries, via) if via else None


def _kind_of_listed(name: str, entries: tuple[Entry, ...]) -> NameKind:
    if all(entry.central for entry in entries):
        return NameKind.CENTRAL
    if _NATIONAL.match(name) and not any(e.exact and not e.central for e in entries):
        return NameKind.CENTRAL
    return NameKind.BARE


def look_up(bare: str) -> tuple[tuple[Entry, ...], str]:
    """Return what a bare name may mean and by which rule: name … shape, or ""."""
    table = name_table()
    entries = table.names.get(bare)
    if entries:
        return entries, "name"
    if len(bare) > 1:
        entries = table.keys.get(shorten(bare))
        if entries:
            return entries, "rule"
    if is_compound(bare, table.topics):
        return (), "compound"
    plain = _ASIDE.sub("", bare) if "（" in bare or "(" in bare else bare
    if plain in _PARTY_OFFICE and len(plain) > 1:
        return (), "shape"
    if _SHAPE.fullmatch(plain) and not _NO_AGENCY.search(bare):
        return (), "shape"
    return (), ""


def _take_place(name: str, home: Place | None) -> NameParts | None:
    matched = match_place(name)
    place: Place | None = None
    end = 0
    if matched is not None:
        place, end = matched.places[-1], matched.end
    elif home is not None:
        for written in (home.name, home.short):
            if len(written) > 1 and name.startswith(written):
                place, end = home, len(written)
                break
    if place is None or end >= len(name):
        return None
    party = _PARTY.match(name[end - 1 :])
    if party and place.name == name[:end] and party.group() == name[end - 1 : end] + "委":
        rest = name[end + 1 :]
        entries, via = look_up(rest)
        return NameParts(NameKind.PARTY, name[: end + 1], place, rest, entries, via)
    rest = name[end:]
    if rest.startswith("党委") and len(rest) > len("党委宣"):
        entries, via = look_up(rest[2:])
        return NameParts(NameKind.PARTY, name[: end + 2], place, rest[2:], entries, via)
    entries, via = look_up(rest)
    if not via:
        return None
    return NameParts(NameKind.PLACED, name[:end], place, rest, entries, via)


def _take_county(name: str, home: Place | None) -> NameParts | None:
    """Read 象州生态环境局: a county's short name counts only before an exactly listed name."""
    for length in (4, 3, 2):
        rest = name[length:]
        entries = name_table().names.get(rest, ())
        if entries and is_short_name(name[:length]):
            place = find_place(name[:length], within=home.code[:2] + "0000" if home else "")
            return NameParts(NameKind.PLACED, name[:length], place, rest, entries, "name")
    return None


def _place_of(written: str, home: Place | None) -> Place | None:
    if home is not None and written in {home.name, home.short}:
        return home
    matched = match_place(written)
    return matched.places[-1] if matched is not None and matched.end == len(written) else None


def is_collective(name: str) -> bool:
    """Whether a name is a class of bodies (集合主体): 各区人民政府, 市直各有关单位."""
    if is_place_list(name):
        return True
    if _CHARGED.fullmatch(name):
        return True
    if not 2 <= len(name) <= 48 or _NO_AGENCY.search(name):  # noqa: PLR2004
        return False
    head = _COLLECTIVE_HEAD.match(name)
    if head and head.end() < len(name) and _COLLECTIVE_TAIL.search(name):
        return True
    if _TOWNS.fullmatch(name):
        return True
    if name.startswith("各级") and len(name) <= len("各级人力资源和社会保障"):
        return True
    return bool(_COLLECTIVE_END.search(name)) and len(name) <= 40  # noqa: PLR2004


def is_place_list(name: str) -> bool:
    """Whether several places share one body in a name: 三明、南平和龙岩市政府."""
    return bool(_SOME_PLACES.fullmatch(name)) and match_place(name) is not None


def _is_vague(name: str) -> bool:
    """Whether a class is named by its kind alone: 使用单位, 发证部门."""
    head = _COLLECTIVE_HEAD.match(name)
    if head is not None or _TOWNS.fullmatch(name):
        return False
    return not name.endswith("成员单位") and not is_place_list(name)


class Prefixes:
    """The prefixes in force inside one group (前缀省略), carried from name to name."""

    __slots__ = ("carried", "explicit", "home", "home_prefix", "party")

    def __init__(self, home: Place | None, home_prefix: str) -> None:
        self.home = home
        self.home_prefix = home_prefix
        self.carried = ""
        self.party = ""
        self.explicit = False

    def expand(self, name: str) -> str:
        """Return a name with its elided prefix restored, and carry the prefix it states.

        >>> prefixes = Prefixes(None, "")
        >>> [prefixes.expand(name) for name in ("自治区党委宣传部", "公安厅", "银川海关", "组织部")]
        ['自治区党委宣传部', '自治区公安厅', '银川海关', '自治区党委组织部']
        """
        parts = take_apart(name, self.home)
        if parts.kind is NameKind.PREFIXED:
            self.carried, self.explicit = parts.prefix, True
            return name
        if parts.kind is NameKind.PARTY:
            if parts.place is None:
                self.party = parts.prefix
                self.carried = _jurisdiction_of(parts.prefix) or self.carried
                self.explicit = True
            return name
        if parts.kind is not NameKind.BARE or not self._takes_prefix(parts):
            return name
        if parts.party_only:
            return (self.party or self._committee()) + name
        return (self.carried or self.home_prefix) + name

    def _committee(self) -> str:
        prefix = self.carried or self.home_prefix
        if not prefix:
            return ""
        return prefix + ("党委" if prefix == "自治区" else "委")

    def _takes_prefix(self, parts: NameParts) -> bool:
        if any(entry.stem in OWN_PLACE for entry in parts.entries):
            return False
        if not self.explicit and parts.bare in central_short_names() and not self.home_prefix:
            return False
        if _NO_ELISION.search(parts.bare) or parts.bare in _PARTY_OFFICE:
            return False
        return parts.known or parts.via == "compound" or bool(_OFFICE.search(parts.bare))


def _jurisdiction_of(party_prefix: str) -> str:
    for suffix in ("党委", "工委", "委"):
        if party_prefix.endswith(suffix):
            return party_prefix.removesuffix(suffix)
    return ""


def prefix_of(place: Place | None) -> str:
    """Return the prefix a place's own bodies carry: 宁夏回族自治区 → 自治区."""
    if place is None:
        return ""
    for suffix in ("自治区", "自治州", "省", "市", "县", "旗", "州", "盟", "区"):
        if place.name.endswith(suffix):
            return "州" if suffix == "自治州" else suffix
    return ""
