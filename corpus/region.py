"""Which jurisdiction a circular is of (行政区域), told from evidence, not from one word."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from corpus.places import Place, PlaceLevel, place_at_start, place_of_code

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
) -> Region:
    """Return the jurisdiction (行政区域): by issuer, title, site, number, then text."""
    for issuer in issuers:
        found = _by_name(issuer)
        if found is not None:
            return Region(*found, "issuer", 0.95)
    for value, rule in (
        (title, "title"),
        *((metadata.get(label, ""), "metadata") for label in _SITES),
    ):
        found = _by_name(value)
        if found is not None:
            return Region(*found, rule, 0.9)
    sample = f"{title}\n{text[:_TEXT_SAMPLE]}"
    if number is not None:
        found = _by_letter(number.code, sample)
        if found is not None:
            return Region(*found, "number_code", 0.7)
    found = _by_text(sample, _own_word((*issuers, title)))
    return Region(*found, "text", 0.6) if found is not None else Region()


_BEFORE_PLACE: Final = ("关于印发", "关于", "】", "转发", "印发", "对")
_SITES: Final = ("发文机关", "发布机构", "网站名称", "来源")


def _by_name(name: str) -> tuple[str, str] | None:
    """The jurisdiction a body's or title's name begins with."""
    name = name.strip("《》〈〉 \u3000")
    if not name:
        return None
    if name.startswith(("中共", "中国共产党")):
        name = name.removeprefix("中国共产党").removeprefix("中共")
    if name.startswith(_CENTRAL):
        return (NATION, NATION)
    place = place_at_start(name)
    if place is None or (place.level is not PlaceLevel.PROVINCE and len(name) <= len(place.short)):
        return None
    return (place.name, place.code)


def _by_letter(code: str, text: str) -> tuple[str, str] | None:
    """The province whose letter a document code begins with, if the text speaks of it."""
    if code.startswith(("国", "中")) and not code.startswith(("中山",)):
        return (NATION, NATION)
    division = _LETTERS.get(code[:1])
    place = place_of_code(f"{division}0000") if division else None
    if place is None:
        return None
    local = "省" in text or "自治区" in text or place.level is PlaceLevel.PROVINCE
    return (place.name, place.code) if place.short in text and local else None


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
