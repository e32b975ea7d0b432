"""How an agency's name is put together: whose it is, and what it is (机关名称的前缀).

市公安局 is 市 + 公安局, 市市场监管局 is 市 + 市场监管局, 市场监管局 has no prefix, 厦门海关 has its
place, 市委宣传部 its party committee, 公安部 is central, 各区人民政府 is a class of bodies.
"""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from corpus.agency_collectives import NO_AGENCY, NO_PREFIX, is_collective, is_vague
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
# 推进使用正版软件工作部际联席会议: what it is set up for may be a whole phrase
_TASK_BODY = re.compile(
    r"[\u4e00-\u9fffA-Za-z0-9（）()“”、]{2,40}(?:领导小组|协调小组|工作小组|指挥部|联席会议|工作专班|工作机制)(?:办公室)?"
)
_SET_UP = re.compile(
    r"[的了着要应须将把被让是在为对从以由或请]|会同|成立|组建|^建立|设立|健全|^发挥"
)
_ASIDE = re.compile(r"[（(][^（()）]{1,20}[）)]")
_PARTY_OFFICE = frozenset({"办公厅", "办公室", "办"})


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
        via = "class" if is_vague(name) else "collective"
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
            if via and (via != "shape" or not NO_PREFIX.match(name)):
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
        if found and len(zone.name) - found.end() > 1 and not NO_PREFIX.match(zone.name):
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
    if _TASK_BODY.fullmatch(plain):
        return (), "shape"
    if bare.endswith(("部门", "机构", "机关")) and not NO_AGENCY.search(bare):
        return (), "shape"
    if _SHAPE.fullmatch(plain) and not NO_AGENCY.search(bare):
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


def is_task_body(name: str) -> bool:
    """Whether a name is that of a body set up for one task (议事协调机构)."""
    return bool(_TASK_BODY.fullmatch(name)) and not _SET_UP.search(name)


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
