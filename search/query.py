"""A question as values: what the typed line, the filters and the page selection mean.

No engine's vocabulary stands here; every engine translates this tree one to one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from indexer.records import Unit

if TYPE_CHECKING:
    from collections.abc import Iterator

Condition = tuple[str, tuple[str, ...]]  # a field of the index, and what any of stands there

__all__ = [
    "MATCH_ALL",
    "All",
    "AnyOf",
    "AsTyped",
    "Both",
    "FieldIs",
    "Filters",
    "Node",
    "Not",
    "Page",
    "Phrase",
    "Plain",
    "Query",
    "SameMeasure",
    "Sort",
    "Synonym",
    "SynonymKind",
    "Unit",
    "Word",
    "YearRange",
]


class SynonymKind(StrEnum):
    """Why a string may stand for a word; all but `NEAR` count as the word itself."""

    SYNONYM = "synonym"  # 同义词: spelling, abbreviation, same thing
    ALIAS = "alias"  # 别名: another name of the same body
    NUMERAL = "numeral"  # 数字写法: 二〇一六年 and 2016年
    RENAME = "rename"  # 更名: the name before or after a reform
    NEAR = "near"  # 相关: something close, never the same

    @property
    def equal(self) -> bool:
        """Whether a synonym of this kind counts as the word itself."""
        return self is not SynonymKind.NEAR


@dataclass(frozen=True, slots=True)
class Synonym:
    """A folded string that may stand for a word.

    One of at most two characters, or of Latin letters and digits alone, must be a word of the text:
    电商 is not in 家电商场.
    """

    folded: str
    kind: SynonymKind = SynonymKind.SYNONYM


@dataclass(frozen=True, slots=True)
class Word:
    """One word of an unquoted line.

    It matches a record whose folded text holds `folded` literally, one of its `alternatives` (other
    ways to write the same characters) or an equal one of its `synonyms`; near ones only ever make a
    partial match. `parts` are the content words inside it, used only where the line as a whole has
    no complete match.
    """

    folded: str
    parts: tuple[str, ...] = ()
    alternatives: tuple[str, ...] = ()
    synonyms: tuple[Synonym, ...] = ()

    def equals(self) -> tuple[str, ...]:
        """Return the synonyms that count as the word itself."""
        return tuple(one.folded for one in self.synonyms if one.kind.equal)

    def nears(self) -> tuple[str, ...]:
        """Return the synonyms that are merely close."""
        return tuple(one.folded for one in self.synonyms if not one.kind.equal)


@dataclass(frozen=True, slots=True)
class Plain:
    """An unquoted run of words: complete, then partial matches (see `search.engine.Engine`).

    `literal` is the folded run as typed; a record that holds it, or a `spelling` of the whole run,
    literally is a complete match too. `grams` are what the run adds to the score, its words' own
    where it has none. A `sentence` was cut into words by us, not by the reader alone, who may have
    `spaced` it as well. `places` are the regions that a sentence names, `around` those they lie in.
    """

    words: tuple[Word, ...]
    literal: str
    grams: tuple[str, ...] = ()
    sentence: bool = False
    spellings: tuple[Synonym, ...] = ()
    spaced: bool = False
    places: tuple[str, ...] = ()
    around: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Phrase:
    """A quoted string: the record's folded text holds `folded`; nothing else matches."""

    folded: str


@dataclass(frozen=True, slots=True)
class AsTyped:
    """The whole line with its operators, held literally; it matches, and never scores.

    A string that stands in a text finds it even where it reads like syntax (`2016 -2020`).
    """

    folded: str


@dataclass(frozen=True, slots=True)
class FieldIs:
    """A field written in the line.

    `field` is one of `agency`, `lead` (values are agency ids; `lead` wants that agency as 牵头),
    `number` (canonical form), `section` (such as 4/6), `title`, `path` (folded strings, literal).
    Any of `values` matches.
    """

    field: str
    values: tuple[str, ...]

    def condition(self) -> Condition:
        """Return the field of the index that is meant, and what any of must stand there.

        >>> FieldIs("lead", ("mof",)).condition()
        ('agency_role', ('mof/lead',))
        """
        match self.field:
            case "lead":
                return "agency_role", tuple(f"{agency}/lead" for agency in self.values)
            case "title" | "path":
                return f"{self.field}_grams", self.values
            case _:
                return self.field, self.values


@dataclass(frozen=True, slots=True)
class YearRange:
    """`年:2016..2017`; both ends included."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Both:
    """All of the children match (与)."""

    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of the children matches (或)."""

    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class SameMeasure:
    """The child matches inside one measure (`/措施`), whatever the unit of the hits."""

    child: Node


@dataclass(frozen=True, slots=True)
class Not:
    """The child does not match (非); only inside `Both` beside a positive child, or alone."""

    child: Node


@dataclass(frozen=True, slots=True)
class All:
    """Every record: the empty line."""


Node = (
    Word | Plain | Phrase | AsTyped | FieldIs | YearRange | Both | AnyOf | SameMeasure | Not | All
)
MATCH_ALL = All()


class Sort(StrEnum):
    """The order of hits: 相关度, 日期 (newest first), 原文次序."""

    RELEVANCE = "relevance"
    DATE = "date"
    DOCUMENT = "document"


@dataclass(frozen=True, slots=True)
class Filters:
    """What is ticked: OR inside a facet, AND between facets.

    `agency` and `role` together mean the same assignment; with `agency_all` every agency must be
    there, each in one of the roles. `line` and `role` likewise. `validity` is what was ticked of
    时效; engines do not know it and obey `circular` instead, the circulars that it stands for.
    """

    agency: tuple[str, ...] = ()
    agency_all: bool = False
    role: tuple[str, ...] = ()
    line: tuple[str, ...] = ()
    issuer: tuple[str, ...] = ()
    region: tuple[str, ...] = ()
    year: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    validity: tuple[str, ...] = ()
    circular: tuple[str, ...] | None = None

    def ticked(self, facet: str) -> tuple[str, ...]:
        """Return the ticked values of one facet."""
        values: tuple[str, ...] = getattr(self, facet)
        return values

    def ticking(self, facet: str, *values: str) -> Filters:
        """Return the filters with these values alone ticked in one facet.

        >>> Filters(role=("lead",), year=("2016",)).ticking("role").role
        ()
        """
        changed: dict[str, Any] = {facet: values}
        if facet == "circular" and not values:
            changed[facet] = None
        return replace(self, **changed)

    def conditions(self) -> Iterator[Condition]:
        """Yield what each match must have: any of some values, in one field after another.

        >>> list(Filters(agency=("mof", "mps"), role=("lead",), year=("2016",)).conditions())
        [('agency_role', ('mof/lead', 'mps/lead')), ('year', ('2016',))]
        """
        agencies = [(each,) for each in self.agency] if self.agency_all else [self.agency]
        for field, ticked in (*(("agency", each) for each in agencies), ("line", self.line)):
            if ticked and self.role:
                yield (
                    f"{field}_role",
                    tuple(f"{one}/{role}" for one in ticked for role in self.role),
                )
            elif ticked:
                yield field, ticked
        if self.role and not (self.agency or self.line):
            yield "role", self.role
        for facet in ("issuer", "region", "year", "kind"):
            if self.ticked(facet):
                yield facet, self.ticked(facet)
        if self.circular is not None:
            yield "circular", self.circular


@dataclass(frozen=True, slots=True)
class Page:
    """Which hits to return: `offset` from 0, `limit` 0…100."""

    offset: int = 0
    limit: int = 20


@dataclass(frozen=True, slots=True)
class Query:
    """One whole question; `by_circular` asks for the matches of each circular beside the facets."""

    root: Node = MATCH_ALL
    filters: Filters = Filters()
    unit: Unit = Unit.PARAGRAPH
    sort: Sort = Sort.RELEVANCE
    page: Page = Page()
    by_circular: bool = False
