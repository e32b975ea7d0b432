"""Why a name means the body it means (机关名称的解析过程), step by step, for people to check."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from corpus.agencies import AgencyRegistry, Resolution, choose_entry
from corpus.agency_names import Stem, extra_names, name_table, shorten
from corpus.agency_prefix import NameKind, NameParts, Prefixes, clean_name, prefix_of, take_apart
from corpus.places import read_region

if TYPE_CHECKING:
    from datetime import date

_KINDS = {
    NameKind.PREFIXED: "带行政级别前缀",
    NameKind.PARTY: "党委所属",
    NameKind.PLACED: "自带地名",
    NameKind.CENTRAL: "中央机关",
    NameKind.BARE: "没有前缀",
    NameKind.COLLECTIVE: "集合主体，不指某一个机关",
}
_RULES = {
    "compound": "由几个已知条线的名称合成",
    "zone": "功能区的管理委员会，按功能区名称单独编号",
    "shape": "只是字形像机关，名录中没有",
    "collective": "集合主体",
    "class": "按种类泛指的主体",
    "": "不像机关名称",
}


class Step(NamedTuple):
    """One step of an explanation: what was looked at, and what came of it."""

    topic: str
    finding: str


class Explanation(NamedTuple):
    """How a name was resolved (解析过程), with the result."""

    name: str
    steps: tuple[Step, ...]
    resolution: Resolution


class Successor(NamedTuple):
    """A line that took over after a reform (机构改革后的承接机关), and the year."""

    line: str
    year: int


def explain_name(name: str, *, region: str = "", on: date | None = None) -> Explanation:
    """Return how the registry reads a name: prefix, stem, source of the alias, id, successors.

    >>> explain_name("市工商局", region="厦门市").resolution.agency_id
    '350200:工商行政管理'
    """
    home = read_region(region)
    written = clean_name(name.strip())
    expanded = Prefixes(home, prefix_of(home)).expand(written) if written else ""
    parts = take_apart(expanded, home)
    found = AgencyRegistry.load().resolve(expanded, region=region, on=on)
    steps = [Step("原文", name)]
    if written != name:
        steps.append(Step("去引号和空白", written))
    if expanded != written:
        steps.append(Step("补全省略的前缀", expanded))
    steps.append(Step("前缀", _prefix_of(parts)))
    steps.append(Step("名称主体", parts.bare or expanded))
    year = on.year if on else 0
    steps += _stem_steps(parts, year)
    steps.append(Step("规范全称", found.canonical))
    steps.append(Step("编号", found.agency_id))
    steps += [
        Step("改革后的承接机关", f"{line}（{ended}年起）" if ended else line)
        for line, ended in successors_of(found.line)
    ]
    if not found.known:
        steps.append(Step("结论", "未登记：按原名保留，不与相近的名称合并"))
    return Explanation(name, tuple(steps), found)


def successors_of(line: str) -> tuple[Successor, ...]:
    """Return the lines that a reform put in a line's place, with the year (承接关系)."""
    stem = name_table().stems.get(line)
    if stem is None:
        return ()
    return tuple(Successor(one, stem.year) for one in stem.successors)


def _prefix_of(parts: NameParts) -> str:
    kind = _KINDS[parts.kind]
    return f"{parts.prefix}（{kind}）" if parts.prefix else kind


def _stem_steps(parts: NameParts, year: int) -> list[Step]:
    entry = choose_entry(parts, year)
    if entry is None:
        return [Step("认定依据", _RULES.get(parts.via, parts.via))]
    stems = name_table().stems
    steps = [Step("条线", entry.stem), Step("别名来自", _source(parts.bare, stems[entry.stem]))]
    others = [one.stem for one in parts.entries if one.stem != entry.stem]
    if others:
        when = f"{year}年" if year else "年份不明"
        others_named = "、".join(dict.fromkeys(others))
        steps.insert(1, Step("同名的其他条线", f"{others_named}（按{when}和级别选定前者）"))
    return steps


def _source(bare: str, stem: Stem) -> str:
    """Where the table holds the name: which column of which file, or by which rule."""
    columns = (
        ("中央全称", stem.central),
        ("省级全称", stem.provincial),
        ("市县级全称", stem.municipal),
        ("简称", stem.abbreviations),
    )
    for exact in (True, False):
        for column, forms in columns:
            for form in forms:
                if bare == form or (not exact and bare and form.endswith(bare)):
                    return _quote(form, column, stem)
    for column, forms in columns:
        for form in forms:
            if shorten(form).endswith(shorten(bare)):
                return f"{_quote(form, column, stem)}，按缩写规则相同（{shorten(bare)}）"
    return f"条线“{stem.name}”的名称样式"


def _quote(form: str, column: str, stem: Stem) -> str:
    file = "agency_extras.tsv" if form in extra_names().get(stem.name, ()) else "agencies.tsv"
    return f"{file} 中“{stem.name}”的{column} {form}"
