"""Places (行政区划) by code, full name and short name, and invented ones by their shape."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable


class PlaceLevel(StrEnum):
    """How high a place stands: 省级, 地级, 县级."""

    PROVINCE = "province"
    PREFECTURE = "prefecture"
    COUNTY = "county"


@dataclass(frozen=True, slots=True)
class Place:
    """An administrative division (行政区划) as GB/T 2260 lists it.

    `code` of a place outside the standard is its name, `parent` is empty where there is none.
    `until` is the last year of a name no longer in force.

    >>> find_place("厦门")
    Place(code='350200', name='厦门市', short='厦门', level='prefecture', parent='350000', until='')
    """

    code: str
    name: str
    short: str
    level: PlaceLevel
    parent: str = ""
    until: str = ""

    def __repr__(self) -> str:
        return (
            f"Place(code={self.code!r}, name={self.name!r}, short={self.short!r}, "
            f"level={self.level.value!r}, parent={self.parent!r}, until={self.until!r})"
        )


class PlaceMatch(NamedTuple):
    """The places named in a row at one position, outermost first, and where they end."""

    places: tuple[Place, ...]
    end: int


class _Gazetteer(NamedTuple):
    by_code: dict[str, Place]
    by_name: dict[str, tuple[Place, ...]]
    by_short: dict[str, tuple[Place, ...]]
    lengths: dict[str, tuple[int, ...]]  # see `lengths_by_start`


_RANK = {PlaceLevel.PROVINCE: 0, PlaceLevel.PREFECTURE: 1, PlaceLevel.COUNTY: 2}

# 市 of these words is no city: 城市管理局, 全市, 各县市
_NO_CITY = re.compile(r"(?:城|都|超|股|上|全|各|县|区|夜|集|楼|省|门|本|我|地|大|中|小)市$")
_NO_NAME = re.compile(r"[的和与及对在为全各本我该有关加推促强实印]|^(?:省|市|区|县|国|中国)")

# An invented place: 云港市人民政府…, 江东省商务厅, 河西自治区; what follows must be of an office.
_SHAPE = re.compile(
    r"(?P<name>[\u4e00-\u9fff]{2,7}?"
    r"(?:自治区|自治州|自治县|特别行政区|地区|新区|省|市|县|区|州|盟|旗))"
    r"(?=人民|政府|委|各|党委|中级|高级|财政|公安|教育|办公|[\d“《（(：:，,、]|关于|$"
    r"|[\u4e00-\u9fff]{1,14}(?:局|厅|委|办|办公室|委员会|院|中心|部门|指挥部|领导小组))"
)
_SUFFIX_LEVEL = {
    "省": PlaceLevel.PROVINCE,
    "自治区": PlaceLevel.PROVINCE,
    "特别行政区": PlaceLevel.PROVINCE,
    "市": PlaceLevel.PREFECTURE,
    "自治州": PlaceLevel.PREFECTURE,
    "州": PlaceLevel.PREFECTURE,
    "盟": PlaceLevel.PREFECTURE,
    "地区": PlaceLevel.PREFECTURE,
    "自治县": PlaceLevel.COUNTY,
    "新区": PlaceLevel.COUNTY,
    "县": PlaceLevel.COUNTY,
    "区": PlaceLevel.COUNTY,
    "旗": PlaceLevel.COUNTY,
}


@lru_cache(maxsize=1)
def _gazetteer() -> _Gazetteer:
    rows = (files("corpus") / "data" / "places.tsv").read_text("utf-8").splitlines()
    listed = [row.split("\t") for row in rows if row and not row.startswith(("#", "code"))]
    codes = {row[0] for row in listed}
    by_code: dict[str, Place] = {}
    names: dict[str, list[Place]] = {}
    shorts: dict[str, list[Place]] = {}
    for code, name, short, level, until in listed:
        place = Place(code, name, short, PlaceLevel(level), _parent_code(code, codes), until)
        if not until:
            by_code[code] = place
        by_code.setdefault(code, place)
        names.setdefault(name, []).append(place)
        shorts.setdefault(short, []).append(place)
    return _Gazetteer(
        by_code,
        {name: _best_first(found) for name, found in names.items()},
        {short: _best_first(found) for short, found in shorts.items()},
        lengths_by_start(names),
    )


def _parent_code(code: str, codes: set[str]) -> str:
    for parent in (code[:4] + "00", code[:2] + "0000"):
        if parent != code and parent in codes:
            return parent
    return ""


def _best_first(places: list[Place]) -> tuple[Place, ...]:
    """Put places in force before former ones, higher before lower."""
    return tuple(sorted(places, key=lambda place: (bool(place.until), _RANK[place.level])))


def find_place(name: str, *, within: str = "") -> Place | None:
    """Return the one place a full or short name means (行政区划), or None.

    A name that several places of one level bear (鼓楼区) is None unless `within` names the code
    of the province or prefecture it lies in.
    """
    gazetteer = _gazetteer()
    for table in (gazetteer.by_name, gazetteer.by_short):
        found = table.get(name, ())
        if within:
            stem = within.rstrip("0")
            stem += "0" * (len(stem) % 2)
            found = tuple(place for place in found if place.code.startswith(stem))
        current = tuple(place for place in found if not place.until) or found
        if current:
            best = [place for place in current if place.level == current[0].level]
            return best[0] if len(best) == 1 else None
    return None


def is_short_name(name: str) -> bool:
    """Whether a place in force is called so for short: 象州, 厦门."""
    return any(not place.until for place in _gazetteer().by_short.get(name, ()))


def place_of_code(code: str) -> Place | None:
    """Return the place with this GB/T 2260 code."""
    return _gazetteer().by_code.get(code)


def ancestors(code: str) -> tuple[Place, ...]:
    """Return the places a code lies in, nearest first, without itself."""
    found: list[Place] = []
    place = place_of_code(code)
    while place is not None and place.parent:
        place = place_of_code(place.parent)
        if place is not None:
            found.append(place)
    return tuple(found)


def match_place(text: str, start: int = 0, *, shorts: bool = True) -> PlaceMatch | None:
    """Return the places of GB/T 2260 named at `start`, or None.

    Full names may follow one another (福建省厦门市湖里区); short names count only for provinces and
    prefectures, because those of counties are ordinary words too often.
    """
    gazetteer = _gazetteer()
    chain: list[Place] = []
    here = start
    while True:
        place = _longest_at(gazetteer, text, here, chain)
        if place is None:
            break
        chain.append(place)
        here += len(place.name)
    if chain:
        return PlaceMatch(tuple(chain), here)
    if shorts:
        for length in (4, 3, 2):
            found = gazetteer.by_short.get(text[start : start + length])
            if start + length > len(text):
                continue
            if found and found[0].level is not PlaceLevel.COUNTY and not found[0].until:
                if text.startswith(("省", "市"), start + length):
                    continue
                return PlaceMatch((found[0],), start + length)
    return None


def lengths_by_start(names: Iterable[str]) -> dict[str, tuple[int, ...]]:
    """Return for the first two characters of some names how long they are, longest first.

    Whoever looks for names in a text need not try every length at every place. Single characters
    are no names.

    >>> lengths_by_start(["厦门", "厦门市", "福建省"])
    {'厦门': (3, 2), '福建': (3,)}
    """
    found: dict[str, set[int]] = {}
    for name in names:
        if len(name) > 1:
            found.setdefault(name[:2], set()).add(len(name))
    return {start: tuple(sorted(lengths, reverse=True)) for start, lengths in found.items()}


def _longest_at(gazetteer: _Gazetteer, text: str, start: int, outer: list[Place]) -> Place | None:
    for length in gazetteer.lengths.get(text[start : start + 2], ()):
        found = gazetteer.by_name.get(text[start : start + length])
        if not found or start + length > len(text):
            continue
        if not outer:
            return found[0]
        for place in found:
            if any(parent.code == outer[-1].code for parent in ancestors(place.code)):
                return place
    return None


def place_at_start(text: str) -> Place | None:
    """Return the place a text begins with, the innermost where several stand in a row.

    A place outside the standard is recognised by its shape and has its name for a code.

    >>> place_at_start("宁夏回族自治区人民政府").code
    '640000'
    >>> place_at_start("云港市人民政府办公室关于").code
    '云港市'
    """
    matched = match_place(text)
    if matched is not None:
        return matched.places[-1]
    return invented_place(text)


def invented_place(text: str) -> Place | None:
    """Return the place outside GB/T 2260 that a text begins with, judged by its shape."""
    shape = _SHAPE.match(text[:40])
    if shape is None:
        return None
    name = shape["name"]
    suffix = next(end for end in _SUFFIX_LEVEL if name.endswith(end))
    short = name.removesuffix(suffix)
    if _NO_CITY.search(name) or _NO_NAME.search(short):
        return None
    return Place(name, name, short, _SUFFIX_LEVEL[suffix])


def read_region(region: str) -> Place | None:
    """Return the place a region's name means: 厦门市, 厦门市湖里区, 云港市; 全国 has none."""
    if not region or region == "全国":
        return None
    found = find_place(region) or place_of_code(region)
    if found is not None:
        return found
    matched = match_place(region, shorts=False)
    if matched is not None and matched.end == len(region):
        return matched.places[-1]
    suffix = next((end for end in _SUFFIX_LEVEL if region.endswith(end)), "")
    if not suffix:
        return None
    return Place(region, region, region.removesuffix(suffix), _SUFFIX_LEVEL[suffix])
