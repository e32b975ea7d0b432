"""The state of a search as its address: read with limits, written canonically.

`/search`, `/api/v1/search` and every link of the page speak these parameters; defaults are left
out, keys repeat, and the order is fixed, so that one search has one address.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from search.query import Filters, Sort, Unit

from webui.errors import BadParameterError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from werkzeug.datastructures import MultiDict

MAX_QUERY = 5_000
MAX_VALUES = 50
MAX_VALUE = 200
MAX_LIMIT = 100
MAX_REACH = 10_000
DEFAULT_LIMIT = 20

FACETS = ("agency", "role", "line", "issuer", "region", "year", "kind")
FACET_NAMES = {
    "agency": "责任单位",
    "role": "角色",
    "line": "条线",
    "issuer": "发文机关",
    "region": "地区",
    "year": "年度",
    "kind": "文种",
}
ROLE_NAMES = {"lead": "牵头", "support": "配合", "joint": "共同", "sole": "单独"}
ROLE_MARKS = {"lead": "●", "support": "○", "joint": "△", "sole": "■"}
UNIT_NAMES = {Unit.PARAGRAPH: "段", Unit.MEASURE: "条措施"}
SORT_NAMES = {Sort.RELEVANCE: "相关度", Sort.DATE: "日期", Sort.DOCUMENT: "原文次序"}


@dataclass(frozen=True, slots=True)
class SearchState:
    """One search as the address says it.

    >>> SearchState(q="网络侵权", agency=("350200:公安",), page=2).url()
    '/search?q=%E7%BD%91%E7%BB%9C%E4%BE%B5%E6%9D%83&agency=350200%3A%E5%85%AC%E5%AE%89&page=2'
    """

    q: str = ""
    unit: Unit = Unit.PARAGRAPH
    agency: tuple[str, ...] = ()
    agency_all: bool = False
    role: tuple[str, ...] = ()
    line: tuple[str, ...] = ()
    issuer: tuple[str, ...] = ()
    region: tuple[str, ...] = ()
    year: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    sort: Sort = Sort.RELEVANCE
    page: int = 1
    limit: int = DEFAULT_LIMIT

    @property
    def filters(self) -> Filters:
        """What is ticked, as the engine understands it."""
        return Filters(
            agency=self.agency,
            agency_all=self.agency_all,
            role=self.role,
            line=self.line,
            issuer=self.issuer,
            region=self.region,
            year=self.year,
            kind=self.kind,
        )

    @property
    def chosen(self) -> tuple[tuple[str, str], ...]:
        """Every ticked value as (facet, value), in the order of the page."""
        return tuple((facet, value) for facet in FACETS for value in self.values(facet))

    def values(self, facet: str) -> tuple[str, ...]:
        """Return the ticked values of one facet."""
        values: tuple[str, ...] = getattr(self, facet)
        return values

    def toggle(self, facet: str, value: str) -> SearchState:
        """Return the state with one value ticked or unticked, back on page 1."""
        now = self.values(facet)
        changed = tuple(v for v in now if v != value) if value in now else (*now, value)
        return self.but(**{facet: changed})

    def without_filters(self) -> SearchState:
        """Return the state with nothing ticked, back on page 1."""
        return self.but(agency_all=False, **dict.fromkeys(FACETS, ()))

    def but(self, **changes: object) -> SearchState:
        """Return the state with changes; anything but a change of page leads back to page 1."""
        return replace(self, **({"page": 1} | changes))  # type: ignore[arg-type]

    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Return the canonical parameters: defaults left out, fixed order."""
        pairs: list[tuple[str, str]] = []
        if self.q:
            pairs.append(("q", self.q))
        if self.unit is not Unit.PARAGRAPH:
            pairs.append(("unit", self.unit.value))
        for facet in FACETS:
            pairs += [(facet, value) for value in self.values(facet)]
            if facet == "agency" and self.agency_all:
                pairs.append(("agency_op", "all"))
        if self.sort is not Sort.RELEVANCE:
            pairs.append(("sort", self.sort.value))
        if self.limit != DEFAULT_LIMIT:
            pairs.append(("limit", str(self.limit)))
        if self.page != 1:
            pairs.append(("page", str(self.page)))
        return tuple(pairs)

    def url(self, path: str = "/search") -> str:
        """Return the canonical address of this search under a path."""
        pairs = self.pairs()
        return f"{path}?{urlencode(pairs)}" if pairs else path


def read_state(args: MultiDict[str, str]) -> SearchState:
    """Read a search out of an address; raises BadParameterError where a value is impossible."""
    for name in {f.name for f in fields(SearchState)} | {"agency_op"}:
        if name not in FACETS and len(args.getlist(name)) > 1:
            raise BadParameterError(name, "只能给一次")
    line = args.get("q", "")
    if len(line) > MAX_QUERY:
        raise BadParameterError("q", f"检索式共 {len(line)} 字，最多 {MAX_QUERY} 字，请缩短")
    operator = _choice(args, "agency_op", ("any", "all"), "any")
    limit = _number(args, "limit", DEFAULT_LIMIT, 0, MAX_LIMIT)
    page = _number(args, "page", 1, 1, MAX_REACH)
    if limit and page * limit > MAX_REACH:
        raise BadParameterError("page", f"只能翻到前 {MAX_REACH} 条，请增加条件缩小范围")
    return SearchState(
        q=line.strip(),
        unit=Unit(_choice(args, "unit", tuple(Unit), Unit.PARAGRAPH)),
        agency_all=operator == "all",
        sort=Sort(_choice(args, "sort", tuple(Sort), Sort.RELEVANCE)),
        page=page,
        limit=limit,
        **{facet: _values(args, facet) for facet in FACETS},
    )


def _values(args: MultiDict[str, str], facet: str) -> tuple[str, ...]:
    values = tuple(dict.fromkeys(value for value in args.getlist(facet) if value))
    if len(values) > MAX_VALUES:
        raise BadParameterError(facet, f"一次最多选 {MAX_VALUES} 个")
    if any(len(value) > MAX_VALUE for value in values):
        raise BadParameterError(facet, f"每个值最多 {MAX_VALUE} 字")
    if facet == "role":
        by_name = {name: role for role, name in ROLE_NAMES.items()}
        values = tuple(by_name.get(value, value) for value in values)
        unknown = next((value for value in values if value not in ROLE_NAMES), None)
        if unknown is not None:
            raise BadParameterError("role", f"没有“{unknown}”，可用：{'、'.join(ROLE_NAMES)}")
    return values


def _choice(args: MultiDict[str, str], name: str, allowed: Sequence[str], default: str) -> str:
    value = args.get(name, "") or default
    if value not in allowed:
        raise BadParameterError(name, f"没有“{value}”，可用：{'、'.join(map(str, allowed))}")
    return value


def _number(args: MultiDict[str, str], name: str, default: int, least: int, most: int) -> int:
    text = args.get(name, "")
    if not text:
        return default
    # Python's int() would also read ٣, 1_000 and +5.
    if not (text.isascii() and text.isdigit() and len(text) <= 9 and least <= int(text) <= most):
        raise BadParameterError(name, f"应为 {least} 到 {most} 的整数")
    return int(text)
