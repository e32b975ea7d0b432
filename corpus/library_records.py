"""What the library (公文库) hands out: values, with no database behind them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import date

    from corpus.model import Circular, Paragraph, Relation
    from corpus.number import DocumentNumber
    from corpus.permalinks import LinkStatus


@dataclass(frozen=True, slots=True)
class StoredCircular:
    """A circular in its current revision (版本), with the text its spans count in."""

    id: str
    revision: int
    circular: Circular
    text: str
    source_name: str
    source_sha256: str
    added_at: str  # of this revision; UTC, ISO 8601
    sequence: int


@dataclass(frozen=True, slots=True)
class StoredParagraph:
    """A paragraph (段) with what a list must say about the circular it stands in."""

    circular_id: str
    paragraph: Paragraph
    title: str
    number: str
    date: str
    issuers: tuple[str, ...]
    region: str
    kind: str
    check_code: str  # 校验码: equal for equal texts


@dataclass(frozen=True, slots=True)
class CircularSummary:
    """One line of the list of circulars (目录); for `date` see `listed_date`."""

    id: str
    revision: int
    title: str
    number: str
    date: str
    issuers: tuple[str, ...]
    region: str
    kind: str
    period: str
    paragraphs: int
    measures: int
    source_name: str
    added_at: str


class Change(NamedTuple):
    """The last change of one circular, in the order of the sequence numbers (变更)."""

    sequence: int
    circular_id: str
    removed: bool


class CitedBy(NamedTuple):
    """A paragraph that cites a document; `paragraph_id` is "" outside every paragraph (引用处)."""

    circular_id: str
    title: str
    paragraph_id: str


class Citing(NamedTuple):
    """A citation as the cited document sees it: who cites it, where, how, under which title (被引).

    `title`, `number` and `date` are those of the circular that cites.
    """

    circular_id: str
    title: str
    number: str
    date: str
    paragraph_id: str  # "" outside every paragraph
    relation: Relation
    as_cited: str


class StatedValidity(NamedTuple):
    """What a circular or its site says of its force (时效): (field, words) pairs, an end stated."""

    circular_id: str
    said: tuple[tuple[str, str], ...]
    ended: str


class Undoing(NamedTuple):
    """A citation that repeals or amends a document (废止、修改): which one, how, by which."""

    cited_number: str
    cited_title: str
    relation: Relation
    by_id: str
    by_title: str
    by_number: str


class Missing(NamedTuple):
    """A document number that is cited and not held (缺件), with a title it is cited by."""

    number: str
    title: str
    circulars: int
    places: int


@dataclass(frozen=True, slots=True)
class Permalink:
    """What a permalink (永久链接) answers with.

    `status` compares the text the id was issued for with what stands there now. `eid` and
    `paragraph` are what to show: the paragraph itself, for `changed` perhaps the closest one; ""
    and None when it was removed or never issued. `similarity` is 0…1, `changed_at` the moment of
    the last change ("" while nothing has changed), `revision` the circular's current revision.
    """

    status: LinkStatus
    eid: str = ""
    paragraph: Paragraph | None = None
    similarity: float = 0.0
    changed_at: str = ""
    revision: int = 0


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A file that holds no circular we can read (隔离), and why."""

    name: str
    sha256: str
    code: str
    detail: str
    at: str


@dataclass(frozen=True, slots=True)
class Counts:
    """How much the library holds (数量); removed circulars do not count."""

    circulars: int
    paragraphs: int
    measures: int
    sources: int
    revisions: int
    quarantined: int
    sequence: int


@dataclass(frozen=True, slots=True)
class AgencyNames:
    """How one agency (机构) is called in the library: spellings with how often each occurs."""

    agency_id: str
    canonical: str
    line: str
    collective: bool
    expanded: tuple[tuple[str, int], ...]  # most frequent first
    as_written: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Source:
    """A file as it was read: its bytes, and the text the circular's spans count in (原文件).

    `name` is the path below the folder that was added; `place` tells files of equal name apart.
    """

    name: str
    place: str
    sha256: str
    data: bytes
    text: str
    media_type: str = "text/plain"
    encoding: str = "utf-8"


class Sighting(NamedTuple):
    """A file seen at a place, by the hash of its bytes (所见文件)."""

    name: str
    place: str
    sha256: str


class Stored(NamedTuple):
    """What storing a source did: `status` is `indexed` or `duplicate`, `reason` says which kind."""

    status: str
    reason: str  # new, revised; same_bytes, same_text, excerpt
    circular_id: str
    revision: int
    paragraphs: int


def listed_date(circular: Circular) -> str:
    """Return the date a list shows for a circular: 成文日期, else 印发日期, else 发布日期."""
    day: date | None = circular.date_signed or circular.date_printed or circular.date_published
    return day.isoformat() if day else ""


def number_text(number: DocumentNumber | str | None) -> str:
    """Return the canonical text of a number, "" for none (发文字号)."""
    return "" if number is None else str(number)
