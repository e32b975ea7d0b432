"""Which jurisdiction a circular is of (行政区域), told from evidence, not from one word."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from corpus.agency_prefix import NameKind, take_apart
from corpus.places import Place, PlaceLevel, match_place, place_at_start, place_of_code

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from corpus.number import DocumentNumber

NATION: Final = "全国"
_CENTRAL: Final = (
    "国务院", "国防科工局", "国家", "中共中央", "中央", "全国", "中国", "最高人民",
    "中华人民共和国", "工业和信息化部", "教育部", "科技部", "科学技术部", "公安部", "民政部",
    "司法部", "财政部", "人力资源", "自然资源部", "生态环境部", "环境保护部", "住房城乡建设部",
    "住房和城乡建设部", "交通运输部", "水利部", "农业", "商务部", "文化", "卫生部", "应急管理部",
    "审计署", "海关总署", "税务总局", "市场监管总局", "体育总局", "林业局", "国土资源部",
    "人事部", "铁道部", "建设部", "信息产业部", "退役军人事务部",
)  # fmt: skip
_LETTERS: Final = dict(
    zip(
        "京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川黔滇藏陕甘青宁新",
        (11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46, 50, 51,
         52, 53, 54, 61, 62, 63, 64, 65),
        strict=True,
    )
)  # fmt: skip
_TEXT_SAMPLE: Final = 30_000
_MINIMUM_MENTIONS: Final = 2
_MINIMUM_SHARE: Final = 0.6


class Region(NamedTuple):
    """A jurisdiction with the rule that found it and how far it can be trusted."""

    name: str = ""
    code: str = ""
    rule: str = ""
    confidence: float = 0.0


def find_region(
    issuers: Sequence[str],
    title: str,
    number: DocumentNumber | None,
    metadata: Mapping[str, str],
    text: str,
    *,
    recipients: Sequence[str] = (),
) -> Region:
    """Return the jurisdiction (行政区域): by issuer, title, addressees, site, number, then text."""
    found = _by_issuers(issuers)
    if found is not None:
        return Region(*found, "issuer", 0.95)
    found = _by_name(title)
    if found is not None:
        return Region(*found, "title", 0.9)
    if recipients and recipients[0].startswith(_TO_PROVINCES):
        return Region(NATION, NATION, "recipients", 0.85)
    for label in _SITES:
        found = _by_name(metadata.get(label, ""))
        if found is not None:
            return Region(*found, "metadata", 0.9)
    sample = f"{title}\n{text[:_TEXT_SAMPLE]}"
    own = _own_word((*issuers, title))
    if number is not None:
        found = _by_letter(number.code, sample, own)
        if found is not None:
            return Region(*found, "number_code", 0.7)
    found = _by_abbreviation((*issuers, title)) or _inside_title(title, own)
    if found is not None:
        return Region(*found, "title_place", 0.7)
    found = _by_text(sample, own)
    if found is not None:
        return Region(*found, "text", 0.6)
    found = _by_own_names(sample, own)
    return Region(*found, "own_names", 0.4) if found is not None else Region()


_BEFORE_PLACE: Final = ("关于印发", "关于", "】", "转发", "印发", "对")
_SITES: Final = ("发文机关", "发布机构", "网站名称", "来源")
_TO_PROVINCES: Final = (
    "各省、自治区",
    "各省、市、自治区",
    "各省（区、市）",
    "各省（自治区",
    "各省(区、市)",
)
_VERTICAL: Final = (
    "国家税务总局", "中国人民银行", "中华人民共和国", "国家统计局", "国家能源局", "中国气象局",
    "国家外汇管理局", "国家金融监督管理总局", "中国银行保险监督管理委员会", "国家邮政局",
)  # fmt: skip


def _by_issuers(issuers: Sequence[str]) -> tuple[str, str] | None:
    """The jurisdiction of the issuers: a local body says more than a branch of a central one."""
    regions = [found for name in issuers if (found := _by_name(name)) is not None]
    return next((found for found in regions if found[0] != NATION), None) or (
        regions[0] if regions else None
    )


def _by_name(name: str) -> tuple[str, str] | None:
    """The jurisdiction a body's or title's name begins with."""
    name = (
        name.strip("《》〈〉[]【】-—–·：: \u3000").removeprefix("转载）").removeprefix("（转载）")
    )
    if not name:
        return None
    if name.startswith(("中共", "中国共产党")):
        name = name.removeprefix("中国共产党").removeprefix("中共")
    branch = next((body for body in _VERTICAL if name.startswith(body)), "")
    if branch:
        matched = match_place(name, len(branch))
        return (matched.places[-1].name, matched.places[-1].code) if matched else (NATION, NATION)
    if name.startswith(_CENTRAL) or _is_central(name):
        return (NATION, NATION)
    place = place_at_start(name)
    if place is None or (place.level is not PlaceLevel.PROVINCE and len(name) <= len(place.short)):
        return None
    return (place.name, place.code)


def _is_central(name: str) -> bool:
    """Whether a name is that of one central body: 对外贸易经济合作部."""
    body = name.partition("关于")[0].partition("等")[0]
    if (
        not body.endswith(("部", "总局", "总署", "办公厅", "委员会", "署"))
        or len(body) > _LONGEST_BODY
    ):
        return False
    parts = take_apart(body)
    return parts.kind is NameKind.CENTRAL and parts.known


_LONGEST_BODY: Final = 24


def _by_abbreviation(names: Iterable[str]) -> tuple[str, str] | None:
    """The province a body's name gives by its letter: 闽退役军人厅."""
    for name in names:
        body = name.partition("：")[0].partition(":")[0].partition("关于")[0]
        division = _LETTERS.get(body[:1])
        listed = body[:1] not in _AMBIGUOUS_LETTERS
        if division and listed and _MINIMUM_BODY <= len(body) <= _LONGEST_BODY:
            place = place_of_code(f"{division}0000")
            if place and body.endswith(("厅", "办", "委", "局", "组", "会")):
                return (place.name, place.code)
    return None


_AMBIGUOUS_LETTERS: Final = frozenset("新宁青吉甘云贵京津")
_MINIMUM_BODY: Final = 3


def _inside_title(title: str, own: str) -> tuple[str, str] | None:
    """The one place whose full name stands in a title: 关于印发象州县…方案的通知."""
    found: list[Place] = []
    at = 0
    while at < min(len(title), _LONGEST_TITLE):
        matched = match_place(title, at, shorts=False)
        if matched is None or len(matched.places[-1].name) < _MINIMUM_BODY:
            at += 1
            continue
        level = [place for place in matched.places if own and place.name.endswith(own)]
        found.append(level[-1] if level else matched.places[-1])
        at = matched.end
    codes = {place.code for place in found}
    return (found[0].name, found[0].code) if len(codes) == 1 else None


_LONGEST_TITLE: Final = 200


def _by_letter(code: str, text: str, own: str) -> tuple[str, str] | None:
    """The province whose letter a document code begins with, if the text speaks of it or of 省."""
    if code.startswith(("国", "中")) and not code.startswith(("中山",)):
        return (NATION, NATION)
    division = _LETTERS.get(code[:1])
    place = place_of_code(f"{division}0000") if division else None
    if place is None:
        return None
    local = "省" in text or "自治区" in text or place.level is PlaceLevel.PROVINCE
    spoken = place.short in text or (own == "省" and place.name.endswith("省"))
    return (place.name, place.code) if spoken and local else None


@lru_cache(maxsize=1)
def _places() -> tuple[tuple[Place, ...], tuple[Place, ...]]:
    provinces = [place_of_code(f"{code}0000") for code in range(11, 66)]
    prefectures = [
        place_of_code(f"{code}{rest:02}00") for code in range(11, 66) for rest in range(1, 91)
    ]
    named = [place for place in prefectures if place and len(place.short) > 1]  # not 市辖区
    return tuple(p for p in provinces if p), tuple(named)


_WORDS: Final = {
    "自治区": ("自治区",),
    "省": ("全省", "我省", "省政府", "省委", "省直", "省级"),
    "市": ("全市", "我市", "市政府", "市委", "市直", "本市"),
}


def _own_word(names: Iterable[str]) -> str:
    """The level a body without a place's name claims: 省 in 省商务厅, or ""."""
    for name in names:
        for word in _WORDS:
            if name.startswith(word):
                return word
    return ""


def _by_text(text: str, own: str) -> tuple[str, str] | None:
    """The place of the level the text speaks of as its own, when its name dominates."""
    weights = {level: sum(text.count(word) for word in words) for level, words in _WORDS.items()}
    level = own or max(weights, key=lambda one: weights[one])
    if not own and weights[level] < _MINIMUM_MENTIONS:
        return None
    provinces, prefectures = _places()
    pool = {
        "自治区": tuple(p for p in provinces if p.name.endswith("自治区")),
        "省": tuple(p for p in provinces if p.name.endswith("省")),
        "市": (*prefectures, *(p for p in provinces if p.name.endswith("市"))),
    }[level]
    counts = {place: text.count(place.short) for place in pool}
    total = sum(counts.values())
    best = max(counts, key=lambda one: counts[one], default=None)
    least = 1 if own else _MINIMUM_MENTIONS
    if best is None or counts[best] < least or counts[best] < total * _MINIMUM_SHARE:
        return None
    return (best.name, best.code)


_BRANCHES: Final = re.compile(
    r"([\u4e00-\u9fff]{2})(邮政管理局|通信管理局|国税局|国家税务局|检验检疫局|证监局|银监局|银保监局|保监局)"
)
_WINDOW: Final = 1900


def _by_own_names(text: str, own: str) -> tuple[str, str] | None:
    """A jurisdiction outside the standard, named by its branches: 河西邮政管理局."""
    level = own or next((word for word in ("自治区", "省") if text.count(word) > _MENTIONS), "")
    if level not in {"自治区", "省"}:
        return None
    branches: dict[str, set[str]] = {}
    for start in range(0, len(text), _WINDOW):
        for found in _BRANCHES.finditer(text[start : start + _WINDOW + 20]):
            branches.setdefault(found[1], set()).add(found[2])
    named = [name for name, kinds in branches.items() if len(kinds) > 1]
    if len(named) != 1 or match_place(named[0]) is not None:
        return None
    name = f"{named[0]}{level}"
    return (name, name)


_MENTIONS: Final = 3
