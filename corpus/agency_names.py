"""The table of agency names: every form and abbreviation of every stem, ready to be looked up.

A *bare* name is one without place or jurisdiction prefix: 市场监管局, 宣传部, 海关.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

from corpus.places import lengths_by_start


@dataclass(frozen=True, slots=True)
class Stem:
    """One line of government (条线) with its names at each level, as `agencies.tsv` lists them."""

    name: str
    central: tuple[str, ...]
    provincial: tuple[str, ...]
    municipal: tuple[str, ...]
    abbreviations: tuple[str, ...]
    successors: tuple[str, ...]
    year: int  # when it ended if it has successors, else when it was set up; 0 = unknown

    @property
    def former(self) -> bool:
        """Whether a reform has ended this stem."""
        return bool(self.successors)


class Entry(NamedTuple):
    """What a bare name may mean: a stem, and whether only central bodies are called so."""

    stem: str
    central: bool
    exact: bool  # a full form, not an abbreviation


# Party departments: their prefix is 省委/市委/自治区党委, never 省/市 alone.
PARTY_ONLY = frozenset({"宣传", "组织", "统一战线工作", "政法委员会", "社会工作", "政策研究"})
# 网信办, 编办 …: government or party according to the prefix.
PARTY_DUAL = frozenset({"机构编制", "全面深化改革", "精神文明建设", "农村工作", "军民融合"})
# Bodies with their own place in the name: 厦门海关, never 市海关 by elision.
OWN_PLACE = frozenset({"海关", "开发区管理", "自由贸易试验区管理", "出入境检验检疫"})
# Vertical bodies (垂直管理) are keyed by line and place, whoever's circular names them.
VERTICAL = {
    "海关": "海关",
    "出入境检验检疫": "出入境检验检疫",
    "邮政": "邮政管理",
    "通信管理": "通信管理",
    "国家税务": "国家税务",
    "税务": "税务",
    "人民银行": "人民银行",
    "人民银行中心支行": "人民银行中心支行",
    "外汇管理": "外汇管理",
    "金融监督管理": "金融监督管理",
    "银行保险监督管理": "银行保险监督管理",
    "银行业监督管理": "银行业监督管理",
    "保险监督管理": "保险监督管理",
    "证券监督管理": "证券监督管理",
    "海事": "海事",
    "调查队": "调查队",
    "煤矿安全监察": "煤矿安全监察",
    "矿山安全监察": "矿山安全监察",
}
# What is left of 国家外汇管理局XX分局, and short forms that are ordinary words.
_NO_NAMES = frozenset(
    {"分局", "分行", "监管局", "监管分局", "中心支行", "总队", "支队", "局", "办公室", "办公厅"}
    | {"公安", "国安", "国税", "地税", "融办"}
)
# Central bodies whose names end like local ones.
_CENTRAL_ONLY = frozenset({"银保监会", "证监会", "银监会", "保监会", "认监委", "安全部"})
_SUFFIXES = (
    "委员会办公室", "领导小组办公室", "办公室", "办公厅", "委员会", "管理局", "监督局", "总局",
    "总队", "支队", "大队", "中心", "局", "厅", "委", "办", "部", "院", "会", "署",
)  # fmt: skip
_NOTE = re.compile(r"[（(](?:直辖市|少数市)[）)]")
# 省委宣传部 → 宣传部, 市府办 → 府办; 省军区 and 市场监管局 keep theirs
_LEVEL_HEAD = re.compile(
    r"^(?:自治区党委|区党委|党委|省委|市委|自治区(?=政府)|[省市区县](?=政府|府办|检$|直机关))"
)
_SHORTENINGS = (
    ("发展和改革", "发展改革"), ("委员会办公室", "办"), ("委员会", "委"), ("办公室", "办"),
    ("监督管理", "监管"), ("管理局", "局"), ("人民政府", "政府"), ("联合会", "联"),
    ("联合社", "社"), ("和", ""), ("与", ""), ("“", ""), ("”", ""), ('"', ""), ("领导小组办", "办"),
)  # fmt: skip


def shorten(name: str) -> str:
    """Return the key under which spellings of one name meet: 市场监督管理局 = 市场监管局.

    >>> shorten("发展和改革委员会")
    '发展改革委'
    """
    for long, short in _SHORTENINGS:
        if long in name:
            name = name.replace(long, short)
    return name


class Slot(NamedTuple):
    """A form with a place inside it: 人民银行 + 厦门 + 中心支行."""

    head: str
    tail: str
    stem: str


class NameTable(NamedTuple):
    """Every bare name and what it may mean; `keys` holds the shortened spellings.

    `lengths` tells how long the names are that begin with two characters.
    """

    stems: dict[str, Stem]
    names: dict[str, tuple[Entry, ...]]
    keys: dict[str, tuple[Entry, ...]]
    slots: tuple[Slot, ...]
    topics: frozenset[str]
    lengths: dict[str, tuple[int, ...]]
    listed: tuple[str, ...]


def _read_lines(name: str) -> list[str]:
    lines = (files("corpus") / "data" / name).read_text("utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


@lru_cache(maxsize=1)
def extra_names() -> dict[str, tuple[str, ...]]:
    """Return the names in daily use of each stem, as `agency_extras.tsv` lists them."""
    rows = (line.split("\t") for line in _read_lines("agency_extras.tsv")[1:])
    return {name: tuple(names.split("|")) for name, names in rows}


@lru_cache(maxsize=1_024)
def lines_to_come(line: str) -> frozenset[str]:
    """Return a line of government and all that reforms made of it since (条线沿革).

    >>> sorted(lines_to_come("工商行政管理"))
    ['工商行政管理', '市场监督管理']
    """
    stems = name_table().stems
    found: set[str] = set()
    waiting = [line]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += stems[name].successors if name in stems else ()
    return frozenset(found)


@lru_cache(maxsize=1)
def name_table() -> NameTable:
    """Read the packaged list of agencies once."""
    lines = _read_lines("agencies.tsv")
    extras = dict(extra_names())
    stems: dict[str, Stem] = {}
    names: dict[str, dict[Entry, None]] = {}
    listed: dict[str, None] = {}
    for line in lines:
        if line.startswith("canonical_stem"):
            continue
        row = [cell.strip() for cell in line.split("\t")] + [""] * 8
        central, provincial, municipal, short, successors = (
            tuple(_NOTE.sub("", part) for part in cell.split("|") if part) for cell in row[1:6]
        )
        more = extras.pop(row[0], ())
        stem = Stem(
            row[0],
            central,
            provincial,
            municipal,
            (*short, *more),
            successors,
            int(row[6]) if row[6].isdigit() else 0,
        )
        stems[stem.name] = stem
        listed.update(
            dict.fromkeys(
                name
                for name in (*central, *provincial, *municipal, *stem.abbreviations)
                if "X" not in name
            )
        )
    for name, more in extras.items():
        if name not in stems:
            stems[name] = Stem(name, (), more, more, more, (), 0)
            listed.update(dict.fromkeys(form for form in more if "X" not in form))
    for stem in stems.values():
        for bare, entry in _entries(stem):
            names.setdefault(bare, {})[entry] = None
    keys: dict[str, dict[Entry, None]] = {}
    for bare, entries in names.items():
        keys.setdefault(shorten(bare), {}).update(entries)
    found = {bare: tuple(entries) for bare, entries in names.items()}
    return NameTable(
        stems,
        found,
        {key: tuple(entries) for key, entries in keys.items()},
        tuple(slot for stem in stems.values() for slot in _slots(stem)),
        frozenset(filter(None, map(topic_of, found))),
        lengths_by_start(found),
        tuple(listed),
    )


def _entries(stem: Stem) -> list[tuple[str, Entry]]:
    local = bool(stem.provincial or stem.municipal)
    found = [(form, Entry(stem.name, central=True, exact=True)) for form in stem.central]
    for form in (*stem.provincial, *stem.municipal):
        bare = bare_form(form)
        if len(bare) > 1 and bare not in _NO_NAMES:
            found.append((bare, Entry(stem.name, central=False, exact="X" not in form)))
    for form in stem.abbreviations:
        if "X" in form:
            continue
        bare = _LEVEL_HEAD.sub("", form)
        central = is_central_name(bare, local=local)
        if len(bare) > 1 and bare not in _NO_NAMES:
            found.append((bare, Entry(stem.name, central=central, exact=False)))
    return found


def _slots(stem: Stem) -> list[Slot]:
    found: dict[Slot, None] = {}
    for form in (*stem.provincial, *stem.municipal, *stem.abbreviations):
        if form.count("XX") != 1 or form.startswith(("XX", "中共")):
            continue
        head, _, tail = form.partition("XX")
        tail = tail.removeprefix("省").removeprefix("市")
        found[Slot(head, tail, stem.name)] = None
        found[Slot(head.removeprefix("中国"), tail, stem.name)] = None
    return list(found)


def bare_form(form: str) -> str:
    """Return a form of the table without the places it leaves open.

    >>> bare_form("中共XX市委员会宣传部"), bare_form("国家税务总局XX省税务局")
    ('宣传部', '税务局')
    """
    form = re.sub(r"^.*XX(?:省|市)?(?:委员会)?", "", form)
    return re.sub(r"^委员会(?=.)", "", form)


def is_central_name(name: str, *, local: bool) -> bool:
    """Whether only a central body is called so: 公安部, 海关总署, 质检总局, 国家林业局."""
    if not local or name in _CENTRAL_ONLY:
        return True
    if name.endswith(("总局", "总署", "总社", "署")):
        return True
    if name.startswith(("国家", "全国", "中国", "中央", "国务院", "中华", "最高")):
        return True
    return name.endswith("部") and not name.endswith(
        ("宣传部", "组织部", "统战部", "工作部", "武装部", "社工部")
    )


def topic_of(name: str) -> str:
    """Return what a bare name is about, without the kind of body: 商务局 → 商务.

    >>> topic_of("商务局"), topic_of("粮食局"), topic_of("纪委")
    ('商务', '粮食', '')
    """
    for suffix in _SUFFIXES:
        if name.endswith(suffix):
            topic = name.removesuffix(suffix)
            return topic if len(topic) > 1 else ""
    return ""


_TWO_TOPICS, _MANY_TOPICS = 4, 24


def is_compound(name: str, topics: frozenset[str]) -> bool:
    """Whether a bare name joins known topics: 商务粮食局, 教育和体育局, 政务服务和大数据局."""
    topic = topic_of(name).removesuffix("管理")
    if not _TWO_TOPICS <= len(topic) <= _MANY_TOPICS:
        return False
    reached = {0}
    for start in range(len(topic)):
        if start not in reached:
            continue
        if start and topic[start] in "和与及":
            reached.add(start + 1)
        for end in range(start + 2, min(len(topic), start + 12) + 1):
            if topic[start:end] in topics:
                reached.add(end)
    return len(topic) in reached


def are_topics(written: str) -> bool:
    """Whether a stretch is nothing but lines of government joined: 教育、人社和工信.

    >>> are_topics("工业和信息化、生态环境"), are_topics("市公安局、生态环境")
    (True, False)
    """
    return all(map(_is_topic, written.split("、")))


def _is_topic(piece: str) -> bool:
    topics = name_table().topics
    if piece in topics or piece in _MORE_TOPICS or shorten(piece) in topics:
        return True
    for joiner in ("以及", "和", "及", "与"):
        left, found, right = piece.partition(joiner)
        if found and left and right and _is_topic(left) and _is_topic(right):
            return True
    return False


# Lines of government whose name no body in the table bears alone.
_MORE_TOPICS = frozenset({
    "住房保障", "住房城乡建设", "人力资源社会保障", "社会保障", "人力资源", "价格", "铁路", "电力",
    "电信", "银行", "著作权",
})  # fmt: skip


@lru_cache(maxsize=1)
def central_short_names() -> frozenset[str]:
    """Return the short names by which circulars of the State Council list central bodies."""
    return frozenset(_read_lines("central_short_names.txt"))
