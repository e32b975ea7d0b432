"""The answer to a search (结果) as values, and as the machine-readable object of the contract."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from search.requests import DEEPEST_HIT
from search.standing import UNKNOWN, Standing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from search.engine import Tier
    from search.facets import FacetValue
    from search.highlight import Snippet
    from search.requests import SearchRequest


@dataclass(frozen=True, slots=True)
class HitAgency:
    """One agency of a hit in its role (责任单位); `label` is what facets call it."""

    agency_id: str
    label: str
    as_written: str
    role: str
    line: str
    collective: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """One paragraph or measure found, with all that a list shows of it.

    `id` is `<circular>/<eid>`; `paragraph` is the id of the paragraph, also for a measure; `cite`
    is the place in the circular, `citation` the whole 公文内引用.
    """

    id: str
    circular: str
    eid: str
    paragraph: str
    permalink: str
    number: str
    title: str
    date: str
    issuers: tuple[str, ...]
    region: str
    kind: str
    path: str
    display: str
    headings: tuple[str, ...]
    run_in_heading: str
    cite: str
    citation: str
    text: str
    snippet: Snippet
    agencies: tuple[HitAgency, ...]
    score: float
    tier: Tier
    check_code: str
    reasons: tuple[str, ...] = ()  # 为何命中
    standing: Standing = UNKNOWN  # 时效

    def to_json(self) -> dict[str, Any]:
        """Return the hit as the contract has it; keys beyond it may follow."""
        return {
            "id": self.id,
            "permalink": self.permalink,
            "circular": self.circular,
            "number": self.number or None,
            "path": self.path,
            "text": self.text,
            "snippet": {
                "text": self.snippet.text,
                "marks": [list(mark) for mark in self.snippet.marks],
            },
            "cite": self.cite,
            "agencies": list(dict.fromkeys(agency.label for agency in self.agencies)),
            "score": self.score,
            "eid": self.eid,
            "paragraph": self.paragraph,
            "title": self.title,
            "date": self.date or None,
            "issuers": list(self.issuers),
            "region": self.region,
            "kind": self.kind,
            "display": self.display,
            "headings": list(self.headings),
            "run_in_heading": self.run_in_heading,
            "citation": self.citation,
            "assignments": [asdict(agency) for agency in self.agencies],
            "match": self.tier.name.lower(),
            "check_code": self.check_code,
            "reasons": list(self.reasons),
            "validity": self.standing.validity.value,
            "validity_evidence": self.standing.evidence or None,
        }


@dataclass(frozen=True, slots=True)
class NumberHint:
    """What is known about a line that is nothing but a document number (发文字号)."""

    number: str
    slug: str
    held: tuple[str, ...]  # ids of the circulars that bear it
    cited_by: int  # circulars held that cite it


@dataclass(frozen=True, slots=True)
class AgencyHint:
    """A body that the whole line names (责任单位), and how many records it is responsible for."""

    agency_id: str
    label: str
    total: int


@dataclass(frozen=True, slots=True)
class Expansion:
    """A word of the line and what else it was searched as (扩展); `active` tells whether it was.

    `kind` is a `SynonymKind`, `kind_name` its Chinese name.
    """

    word: str
    kind: str
    kind_name: str
    spellings: tuple[str, ...]
    active: bool


@dataclass(frozen=True, slots=True)
class Mended:
    """The line as it was perhaps meant (是否要找), and how many matches that has."""

    line: str
    total: int


@dataclass(frozen=True, slots=True)
class TitleHits:
    """Circulars whose title holds the whole line (标题命中): how many, and the newest few."""

    total: int
    circulars: tuple[tuple[str, str], ...]  # id, title


@dataclass(frozen=True, slots=True)
class Relaxation:
    """How many matches there would be without one filter; `facet` is "" for without any."""

    facet: str
    value: str
    label: str
    total: int


@dataclass(frozen=True, slots=True)
class Results:
    """The answer to one request.

    `complete` and `partial` split `total`; `notices` are sentences for the reader; `terms` are the
    strings to mark in a text opened from here; `request` has its agencies resolved to ids; `pages`
    are those that may be asked for;
    `suggestion` is the line as it was perhaps meant, where it found nothing; where `timed_out`,
    there may be more of everything.
    """

    request: SearchRequest
    total: int
    complete: int
    partial: int
    circulars: int
    hits: tuple[Hit, ...]
    facets: Mapping[str, tuple[FacetValue, ...]]
    notices: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    number_hint: NumberHint | None = None
    relaxations: tuple[Relaxation, ...] = ()
    expansions: tuple[Expansion, ...] = ()
    suggestion: Mended | None = None
    title_hits: TitleHits = TitleHits(0, ())
    agency_hints: tuple[AgencyHint, ...] = ()
    sequence: int = 0
    timed_out: bool = False
    took_ms: float = 0.0
    pages: int = field(init=False)

    def __post_init__(self) -> None:
        limit = self.request.limit
        reached = min(self.total, DEEPEST_HIT // limit * limit) if limit else 0
        object.__setattr__(self, "pages", -(-reached // limit) if limit else 0)

    def to_json(self) -> dict[str, Any]:
        """Return the object of `gongwen search --json` and `/api/v1/search`."""
        return {
            "total": self.total,
            "unit": self.request.unit.value,
            "took_ms": round(self.took_ms, 3),
            "hits": [hit.to_json() for hit in self.hits],
            "facets": {
                facet: [value._asdict() for value in values]
                for facet, values in self.facets.items()
            },
            "query": self.request.q,
            "params": [list(pair) for pair in self.request.to_params()],
            "complete": self.complete,
            "partial": self.partial,
            "circulars": self.circulars,
            "page": self.request.page,
            "pages": self.pages,
            "limit": self.request.limit,
            "sort": self.request.sort.value,
            "notices": list(self.notices),
            "terms": list(self.terms),
            "number_hint": None if self.number_hint is None else asdict(self.number_hint),
            "agency_hints": [asdict(one) for one in self.agency_hints],
            "relaxations": [asdict(one) for one in self.relaxations],
            "expansions": [asdict(one) for one in self.expansions],
            "suggestion": None if self.suggestion is None else asdict(self.suggestion),
            "title_hits": {
                "total": self.title_hits.total,
                "circulars": [
                    {"id": id_, "title": title} for id_, title in self.title_hits.circulars
                ],
            },
            "sequence": self.sequence,
            "timed_out": self.timed_out,
        }
