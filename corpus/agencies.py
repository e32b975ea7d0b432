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
)
from corpus.agency_prefix import NameKind, NameParts, clean_name, prefix_of, take_apart
from corpus.places import Place, PlaceLevel, ancestors, match_place, read_region

if TYPE_CHECKING:
    from datetime import date

COUNTRY = "全国"


@dataclass(frozen=True, slots=True)
class Resolution:
    """What the registry knows about a name: full name (规范全称), id, line (条线).

    `known` is False for bodies that are not in the table; `via` says how the name was found:
    name, rule, compound, shape, collective, or "" where it does not even read like an agency.
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
        for length in range(min(names.longest, len(text) - here), 1, -1):
            if text[here : here + length] in names.names:
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
    entry = choose_entry(parts, year)
    if entry is None:
        full = clean_name(expanded)
        if parts.kind is NameKind.PREFIXED and parts.via:
            full = owner.name + parts.bare
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

    def fitness(entry: Entry) -> tuple[bool, bool, bool, bool]:
        stem = stems[entry.stem]
        partisan = entry.stem in PARTY_ONLY | PARTY_DUAL | {"网络安全和信息化"}
        if not year:
            alive = not stem.former
        elif stem.former:
            alive = not stem.year or year <= stem.year
        else:
            alive = not stem.year or year >= stem.year or stem.year < _LONG_AGO
        central = entry.central == (parts.kind is NameKind.CENTRAL)
        return (partisan == party, central, alive, entry.exact)

    return max(entries, key=fitness)


_LONG_AGO = 2009


def _jurisdiction(parts: NameParts, home: Place | None, region: str) -> Jurisdiction:
    if parts.kind is NameKind.CENTRAL:
        return Jurisdiction(COUNTRY, "", None)
    if parts.place is not None:
        return Jurisdiction(parts.place.code, parts.place.name, parts.place)
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
        return _best_form(parts.bare, stem.central) if stem.central else parts.bare
    if not parts.bare:
        return _party_head(parts, owner)
    if stem.name in {"海关", "出入境检验检疫"} and owner.place is not None:
        tail = "海关" if stem.name == "海关" else "出入境检验检疫局"
        return f"中华人民共和国{owner.place.short}{tail}"
    provincial = owner.place is not None and owner.place.level is PlaceLevel.PROVINCE
    if stem.name == "人民银行中心支行":
        provincial = owner.place is None or owner.place != home
    forms = (stem.provincial if provincial else stem.municipal) or stem.municipal or stem.provincial
    form = _best_form(parts.bare, forms)
    if parts.kind is NameKind.PARTY:
        dept = re.sub(r"^中共XX[省市]?委员会", "", form).removeprefix("委员会")
        return _party_head(parts, owner) + dept
    if not form or (parts.kind is NameKind.PLACED and owner.place is None):
        return (owner.name if parts.kind is not NameKind.PLACED else parts.prefix) + parts.bare
    return _fill(form, owner)


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


def _best_form(bare: str, forms: tuple[str, ...]) -> str:
    """Return the form of which a written name is a shortening: same ending, all its characters."""
    if not forms:
        return ""
    bares = {form: bare_form(form) or form for form in forms}
    for form, plain in bares.items():
        if bare in (form, plain):
            return form

    def distance(form: str) -> tuple[bool, bool, int]:
        plain = bares[form]
        rest = iter(plain)
        inside = all(char in rest for char in bare)
        end = {"委": "会", "办": "室"}.get(bare[-1:], bare[-1:])
        return (not plain.endswith((end, bare[-1:])), not inside, len(plain))

    return min(forms, key=distance)


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
            return owner.name + each["each"] + _best_form(parts.bare, stem.municipal)
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
