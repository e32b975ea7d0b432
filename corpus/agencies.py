"""Agencies (机关): from a name as written to its full name, its stable id and its line."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from corpus.agency_names import (
    PARTY_DUAL,
    PARTY_ONLY,
    VERTICAL,
    Entry,
    Stem,
    bare_form,
    central_short_names,
    name_table,
    topic_of,
)
from corpus.agency_prefix import NameKind, NameParts, clean_name, prefix_of, take_apart
from corpus.agency_zones import zone_of
from corpus.places import Place, PlaceLevel, ancestors, match_place, read_region

if TYPE_CHECKING:
    from datetime import date

COUNTRY = "全国"


@dataclass(frozen=True, slots=True)
class Resolution:
    """What the registry knows about a name: full name (规范全称), id, line (条线).

    `known` is False for bodies that are not in the table; `via` says how the name was found:
    name, rule, compound, zone, shape, collective, or "" where it does not even read like an agency.
    """

    canonical: str
    agency_id: str
    line: str
    known: bool
    collective: bool
    via: str


class NameAt(NamedTuple):
    """A name of the registry found in running text."""

    start: int
    end: int
    parts: NameParts


class Jurisdiction(NamedTuple):
    """Whose body: the code or name that goes into ids, the full name, and the place if known."""

    code: str
    name: str
    place: Place | None


class AgencyRegistry:
    """The table of agencies, asked by name. Get one with `load`; it holds no state of its own."""

    @classmethod
    def load(cls) -> AgencyRegistry:
        """Return the registry over the packaged table (cached)."""
        return _registry()

    def resolve(self, expanded: str, *, region: str = "", on: date | None = None) -> Resolution:
        """Return full name, id and line of a name with its prefix (规范名称).

        >>> found = AgencyRegistry.load().resolve("市市场监督局", region="厦门市")
        >>> found.canonical, found.agency_id
        ('厦门市市场监督管理局', '350200:市场监督管理')
        """
        return _resolve(expanded, region, on.year if on else 0)

    def is_agency_name(self, name: str) -> bool:
        """Whether a whole text is the name of a known agency, with or without prefix."""
        return 1 < len(name) <= 60 and bool(take_apart(name).entries)  # noqa: PLR2004

    def match_at(self, text: str, start: int, *, home: Place | None = None) -> NameAt | None:
        """Return the longest known name that begins at `start` of a running text."""
        return _match_at(text, start, home)

    def names(self) -> tuple[str, ...]:
        """Return every full name and abbreviation of the table."""
        return name_table().listed


@lru_cache(maxsize=1)
def _registry() -> AgencyRegistry:
    return AgencyRegistry()


_HEAD = re.compile(
    r"(?:自治区党委|区党委|党委|自治区|自治州|[省市县区州旗盟]委(?!员)|[省市县区州旗盟])?"
)


def _match_at(text: str, start: int, home: Place | None) -> NameAt | None:
    heads = [start]
    matched = match_place(text[start : start + 40])
    if matched is not None:
        heads.insert(0, start + matched.end)
        if text.startswith("委", start + matched.end):
            heads.insert(0, start + matched.end + 1)
    head = _HEAD.match(text, start)
    if head and head.end() > start:
        heads.append(head.end())
        if head.group().endswith("委"):
            heads.append(head.end() - 1)
    names = name_table()
    best: NameAt | None = None
    for here in heads:
        for length in names.lengths.get(text[here : here + 2], ()):
            if text[here : here + length] in names.names and here + length <= len(text):
                end = here + length
                if best is None or end > best.end:
                    best = NameAt(start, end, take_apart(text[start:end], home))
                break
    if best is None or not best.parts.known:
        return None
    return best


@lru_cache(maxsize=65536)
def _resolve(expanded: str, region: str, year: int) -> Resolution:
    home = read_region(region)
    parts = take_apart(expanded, home)
    owner = _jurisdiction(parts, home, region)
    if parts.kind is NameKind.COLLECTIVE:
        place = _jurisdiction_by_prefix("", home, region)
        canonical = _collective_name(parts.bare, place, year)
        return Resolution(
            canonical, f"{place.code}:*{parts.bare}", "", known=True, collective=True, via=parts.via
        )
    named = _resolve_by_own_name(parts, clean_name(expanded), owner)
    if named is not None:
        return named
    entry = choose_entry(parts, year)
    if entry is None:
        full = clean_name(expanded)
        if parts.kind is NameKind.PREFIXED and parts.via:
            full = owner.name + parts.bare
        elif parts.kind is NameKind.PARTY and parts.via:
            full = _party_head(parts, owner) + parts.bare
        return Resolution(
            full,
            f"{owner.code}:?{clean_name(expanded)}",
            "",
            known=False,
            collective=False,
            via=parts.via,
        )
    stem = name_table().stems[entry.stem]
    canonical = full_name(parts, stem, owner, home)
    return Resolution(
        canonical,
        _agency_id(parts, stem, owner),
        stem.name,
        known=True,
        collective=False,
        via=parts.via,
    )


_SCHOOL = re.compile(r"[\u4e00-\u9fff]{2,16}(?:大学|学院)")


def _resolve_by_own_name(parts: NameParts, name: str, owner: Jurisdiction) -> Resolution | None:
    """Resolve what needs no row of its own: zones, universities, offices of several lines."""
    canonical = agency_id = line = ""
    if parts.via == "zone":
        zone = zone_of(name)
        within = zone.within if zone is not None else ""
        line = "开发区管理"
        agency_id = f"{'' if within else owner.code + '/'}{parts.bare}:管理委员会"
        canonical = f"{'' if within else owner.name}{parts.bare}管理委员会"
    elif parts.via == "compound":
        line = re.sub("[和与及]", "", topic_of(parts.bare))
        agency_id = f"{owner.code}:{line}"
        canonical = owner.name + parts.bare
    elif not parts.entries and parts.via and _SCHOOL.fullmatch(name):
        line, agency_id, canonical = "高校", f"高校:{name}", name
    if not agency_id:
        return None
    return Resolution(canonical, agency_id, line, known=True, collective=False, via=parts.via)


def _agency_id(parts: NameParts, stem: Stem, owner: Jurisdiction) -> str:
    if stem.name in VERTICAL and owner.code != COUNTRY:
        if parts.kind is NameKind.PLACED and parts.place is None:
            return f"{VERTICAL[stem.name]}:{parts.prefix}"
        return f"{VERTICAL[stem.name]}:{_short_of(owner)}"
    return f"{owner.code}:{stem.name}"


def _short_of(owner: Jurisdiction) -> str:
    place = owner.place
    if place is None:
        return owner.name
    if place.level is PlaceLevel.COUNTY and place.parent:
        above = ancestors(place.code)[0]
        return above.short + place.short
    return place.short


def choose_entry(parts: NameParts, year: int) -> Entry | None:
    """Return the stem a name means in a year (年代判断); 0 is an unknown year."""
    entries = parts.entries
    if len(entries) < 2:  # noqa: PLR2004
        return entries[0] if entries else None
    stems = name_table().stems
    party = parts.kind is NameKind.PARTY

    def fitness(entry: Entry) -> tuple[bool, ...]:
        stem = stems[entry.stem]
        partisan = entry.stem in PARTY_ONLY | PARTY_DUAL | {"网络安全和信息化"}
        if not year:
            alive = not stem.former
        elif stem.former:
            alive = not stem.year or year <= stem.year
        else:
            alive = not stem.year or year >= stem.year or stem.year < _LONG_AGO
        central = entry.central == (parts.kind is NameKind.CENTRAL)
        local = entry.stem not in VERTICAL or parts.kind is not NameKind.PREFIXED
        return (partisan == party, central, alive, local, entry.exact)

    return max(entries, key=fitness)


_LONG_AGO = 2009


def _jurisdiction(parts: NameParts, home: Place | None, region: str) -> Jurisdiction:
    if parts.kind is NameKind.CENTRAL:
        return Jurisdiction(COUNTRY, "", None)
    if parts.place is not None:
        return Jurisdiction(parts.place.code, parts.place.name, parts.place)
    if parts.kind is NameKind.PLACED and parts.via != "zone" and (zone := zone_of(parts.prefix)):
        return Jurisdiction(zone.name, zone.name, None)
    if parts.kind is NameKind.PARTY:
        prefix = re.sub(r"(?:党委|工委|委)$", "", parts.prefix)
        return _jurisdiction_by_prefix(prefix, home, region)
    if parts.kind is NameKind.PREFIXED:
        return _jurisdiction_by_prefix(parts.prefix, home, region)
    if home is None and parts.bare in central_short_names():
        return Jurisdiction(COUNTRY, "", None)
    return _jurisdiction_by_prefix("", home, region)


def _jurisdiction_by_prefix(prefix: str, home: Place | None, region: str) -> Jurisdiction:
    """Return whose 省, 市 or 区 is meant in a circular of `home`."""
    if home is None:
        if not prefix and region in {"", COUNTRY, "中央"}:
            return Jurisdiction(COUNTRY, "", None)
        return Jurisdiction(prefix or region or COUNTRY, prefix, None)
    if not prefix:
        return Jurisdiction(home.code, home.name, home)
    for place in (home, *ancestors(home.code)):
        own = prefix_of(place)
        if own == prefix or (own == "自治区" and prefix == "区" and place is not home):
            return Jurisdiction(place.code, place.name, place)
        if own == "自治区" and prefix == "区" and place is home:
            return Jurisdiction(place.code, place.name, place)
    return Jurisdiction(f"{home.code}/{prefix}", prefix, None)


def full_name(parts: NameParts, stem: Stem, owner: Jurisdiction, home: Place | None) -> str:
    """Return the full name of a body of a known stem: place and form of its level."""
    if owner.code == COUNTRY:
        return _best_form(parts.bare, stem.central) or parts.bare
    if not parts.bare:
        return _party_head(parts, owner)
    if stem.name in {"海关", "出入境检验检疫"} and owner.place is not None:
        tail = "海关" if stem.name == "海关" else "出入境检验检疫局"
        return f"中华人民共和国{owner.place.short}{tail}"
    provincial = owner.name in {"省", "自治区"} or (
        owner.place is not None and owner.place.level is PlaceLevel.PROVINCE
    )
    if stem.name == "人民银行中心支行":
        provincial = owner.place is None or owner.place != home
    near, far = stem.municipal, stem.provincial
    if provincial and not _is_municipality(owner.place):
        near, far = far, near
    form = _best_form(parts.bare, near, far, stem.abbreviations)
    if parts.kind is NameKind.PARTY:
        dept = re.sub(r"^中共XX[省市]?委员会", "", form).removeprefix("委员会")
        return _party_head(parts, owner) + (dept or parts.bare)
    if not form or (parts.kind is NameKind.PLACED and owner.place is None):
        return (owner.name if parts.kind is not NameKind.PLACED else parts.prefix) + parts.bare
    if "XX" in form and owner.place is None and owner.name in _LEVEL_WORDS:
        return owner.name + parts.bare
    return _fill(form, owner)


_LEVEL_WORDS = frozenset({"省", "自治区", "市", "州", "盟", "县", "区", "旗"})
_MUNICIPALITIES = frozenset({"110000", "120000", "310000", "500000"})


def _is_municipality(place: Place | None) -> bool:
    """Whether a place of provincial rank names its bodies like a city: 北京市财政局."""
    return place is not None and place.code in _MUNICIPALITIES


def _party_head(parts: NameParts, owner: Jurisdiction) -> str:
    return f"中共{owner.name}" + ("委员会" if parts.prefix.endswith("党委") else "委")


def _fill(form: str, owner: Jurisdiction) -> str:
    """Put the place into a form: XX省税务局 → 福建省税务局."""
    if "XX" not in form:
        head = "中共" if form.startswith("委员会") else ""
        return head + owner.name + form
    short = owner.place.short if owner.place else owner.name
    if form.count("XX") > 1 and owner.place is not None:
        above = ancestors(owner.place.code)
        form = form.replace("XX", above[-1].short if above else short, 1)
    form = form.replace("XX省", owner.name).replace("XX市", owner.name)
    return form.replace("XX", short)


_FULL_ENDING = {"委": "委员会", "办": "办公室", "联": "联合会", "协": "协会"}
_CENTRAL_HEADS = ("全国", "中国", "国家", "中央", "国务院", "中华")


def _best_form(
    bare: str, near: tuple[str, ...], far: tuple[str, ...] = (), short: tuple[str, ...] = ()
) -> str:
    """Return the full form of which a written name is a shortening, or "".

    `near` are the forms of its level, `far` those of the other level, `short` the rest.
    """
    for form in (*near, *far):
        if bare in (form, bare_form(form)):
            return form
    ending = _FULL_ENDING.get(bare[-1:], bare[-1:])
    full = tuple(
        form for form in short if len(form) > len(bare) and not form.startswith(_CENTRAL_HEADS)
    )
    for partisan in (False, True):
        for tier in (near, far, full):
            fitting = [
                form
                for form in tier
                if form.startswith("委员会") is partisan and _is_shortening(bare, form, ending)
            ]
            if fitting:
                return min(fitting, key=len)
    alike = [form for form in (*near, *far) if form.endswith(ending) and form[:3] != "委员会"]
    return alike[0] if alike else ""


def _is_shortening(bare: str, form: str, ending: str) -> bool:
    plain = form.replace("XX", "")
    if not plain.endswith(ending) or ("分" in plain) != ("分" in bare):
        return False
    rest = iter(plain)
    return all(char in rest for char in bare)


# 打击侵权假冒工作领导小组有关成员单位, 各区双打办: the body named inside a class of bodies
_MEMBERS = re.compile(r"(?P<body>.+?)(?P<rest>(?:各|有关|相关|其他)*成员单位)$")
_OF_EACH = re.compile(r"(?P<each>各(?:设区市|县市区|市县区|[省市区县州]))(?P<body>.+)$")


def _collective_name(name: str, owner: Jurisdiction, year: int) -> str:
    each = _OF_EACH.match(name)
    if each and owner.place is not None:
        parts = take_apart(each["body"])
        entry = choose_entry(parts, year)
        if entry is not None and entry.stem != "人民政府":
            stem = name_table().stems[entry.stem]
            form = _best_form(parts.bare, stem.municipal) or parts.bare
            return owner.name + each["each"] + form
        return owner.name + name
    members = _MEMBERS.match(name)
    if members and owner.place is not None:
        body = members["body"]
        parts = take_apart(body + "办公室")
        entry = choose_entry(parts, year)
        if entry is not None:
            stem = name_table().stems[entry.stem]
            whose = _jurisdiction(parts, owner.place, owner.name)
            full = full_name(parts, stem, whose, owner.place).removesuffix("办公室")
            return full + members["rest"]
    if (
        owner.place is not None
        and name.startswith(("各", "有关", "相关"))
        and not name.startswith("各省")
    ):
        return owner.name + name
    return name
