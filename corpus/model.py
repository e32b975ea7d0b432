"""The circular (公文) as values: everything a reader or parser hands on, frozen, with spans.

Spans are half-open code-point offsets into `RawCircular.text`. For plain text that is the decoded
file; for HTML and other formats it is the text the reader extracted, and it is kept in the library
beside the original bytes so that a span can always be looked up again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from corpus.number import DocumentNumber


class Span(NamedTuple):
    """A half-open range of code points: `text[start:end]`."""

    start: int
    end: int


class Role(StrEnum):
    """The part an agency has in a measure (角色): 牵头, 配合, 共同, 单独."""

    LEAD = "lead"
    SUPPORT = "support"
    JOINT = "joint"
    SOLE = "sole"


class GroupForm(StrEnum):
    """How a responsibility group is written: in brackets, after a label, or in running text."""

    BRACKET = "bracket"
    LABEL = "label"
    RUNNING = "running"


class Level(StrEnum):
    """The kind of numbering a heading carries (层次序数).

    `PART`…`SUBPOINT` are GB/T 9704—2012 7.3.3 and its two common extensions, numbered 1 to 5 in
    the machine-readable contract; the others are the divisions of laws, attachments, and headings
    without a number, which are no step of a path.
    """

    PART = "1"  # 一、
    ITEM = "2"  # （一） ㈠
    POINT = "3"  # 1.
    SUBPOINT = "4"  # （1） ⑴
    CIRCLED = "5"  # ① 1）
    CHAPTER = "chapter"  # 第一章
    SECTION = "section"  # 第一节
    ARTICLE = "article"  # 第一条
    ATTACHMENT = "attachment"  # 附件1
    NAMED = "named"  # 工作目标: no number, a heading because the file says so


class PartKind(StrEnum):
    """Which text inside a file a paragraph belongs to."""

    BODY = "body"  # the only text, or the text of the document itself
    WRAPPER = "wrapper"  # 通知正文: the letter around an issued document
    INNER = "inner"  # 内文: the document issued or forwarded
    ATTACHMENT = "attachment"  # 附件


@dataclass(frozen=True, slots=True)
class Part:
    """A text inside a file (文内一篇): wrapper, inner document or attachment; `ordinal` from 1."""

    kind: PartKind
    ordinal: int = 1
    title: str = ""


@dataclass(frozen=True, slots=True)
class Remark:
    """Something a careful reader would note (附注): `line` counts from 1, 0 is the whole file."""

    line: int
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Dropped:
    """Text of the source that is not part of the circular, and why."""

    span: Span
    reason: str


class Outlined(NamedTuple):
    """A line that the file itself calls a heading (大纲级别): its words and its level, from 1."""

    span: Span
    level: int


class ContinuedCell(NamedTuple):
    """A box of a table that is the rest of a merged cell (合并单元格): where, and whose rest."""

    at: int
    source: Span


@dataclass(frozen=True, slots=True)
class RawCircular:
    """What a reader got out of a file: text in lines, and what the format said about it.

    `metadata` holds the fields a site states beside the text (文号, 发布机构, 发布日期 …) under the
    site's own Chinese labels. `bold` are spans the format marks as bold, `outlined` lines it calls
    headings, `continued` the empty places that merged cells leave in the rows of a table. `dropped`
    are spans of `text` that are page furniture.
    """

    name: str
    text: str
    media_type: str = "text/plain"
    encoding: str = "utf-8"
    metadata: Mapping[str, str] = field(default_factory=dict)
    bold: tuple[Span, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    remarks: tuple[Remark, ...] = ()
    outlined: tuple[Outlined, ...] = ()
    continued: tuple[ContinuedCell, ...] = ()


@dataclass(frozen=True, slots=True)
class Member:
    """One agency in one responsibility group (责任单位).

    `as_written` is the source's text; `expanded` adds an elided jurisdiction prefix (农牧厅 →
    自治区农牧厅); `canonical` is the registry's full name with its place, `agency_id` its stable
    id (`350200:公安`), `line` the branch of government (条线) comparable across regions.
    `collective` members are classes of bodies (各区人民政府).
    """

    as_written: str
    expanded: str
    canonical: str
    agency_id: str
    line: str
    role: Role
    collective: bool
    span: Span
    verb: str = ""


@dataclass(frozen=True, slots=True)
class Assignment:
    """One responsibility group (责任分工) with the text it governs."""

    raw: str
    form: GroupForm
    span: Span
    governs: Span
    members: tuple[Member, ...]
    open_ended: bool = False  # 等部门: others too
    deadline: str = ""  # 完成时限, as written


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading (标题); `number` as written (`一、`, `㈠`), `heading` without final 。："""

    id: str
    part: Part
    level: Level
    number: str
    ordinal: int
    heading: str
    span: Span
    path: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph that can be cited (段).

    `id` is unique inside the circular and built from structure (`sec_1__sub_2__p_3`); `path` are
    the ordinals of the numbered headings above it; `headings` their texts, outermost first.
    """

    id: str
    part: Part
    path: tuple[int, ...]
    headings: tuple[str, ...]
    number: int  # position under its deepest heading, from 1
    display: str
    cite: str
    run_in_heading: str
    text: str
    span: Span
    groups: tuple[Assignment, ...] = ()


@dataclass(frozen=True, slots=True)
class Measure:
    """What one responsibility group governs (措施): a span of a paragraph and its assignment."""

    id: str
    paragraph: Paragraph
    text: str
    span: Span
    assignment: Assignment


class Relation(StrEnum):
    """How a circular relates to one it cites (引用关系)."""

    BASIS = "basis"  # 根据
    IMPLEMENTS = "implements"  # 贯彻、落实
    WRAPS = "wraps"  # 印发、转发
    REPEALS = "repeals"  # 废止
    AMENDS = "amends"  # 修改
    CONSULTS = "consults"  # 参照
    MENTIONS = "mentions"  # no cue


@dataclass(frozen=True, slots=True)
class Reference:
    """A citation of another document: by title, by number, or both; `alias` is its 以下简称."""

    title: str
    number: DocumentNumber | None
    relation: Relation
    span: Span
    alias: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a metadata value comes from (质检): `confidence` is 0…1, `rule` names the rule."""

    field: str
    value: str
    span: Span | None
    rule: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Circular:
    """A parsed circular. Fields that could not be read are empty or None, with a remark."""

    title: str = ""
    inner_titles: tuple[str, ...] = ()
    number: DocumentNumber | None = None
    kind: str = ""  # 文种 of the outer document: 通知, 意见 …
    inner_kind: str = ""  # 文种 of the first inner document: 工作要点 …
    issuers: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    date_signed: date | None = None  # 成文日期
    date_printed: date | None = None  # 印发日期
    date_published: date | None = None  # 发布日期
    region: str = (
        ""  # full name of the jurisdiction: 厦门市; "" where unknown; 全国 for central bodies
    )
    region_code: str = ""  # GB/T 2260, or the region's name where it has no code
    period: str = ""  # the year a yearly plan covers
    headings: tuple[Heading, ...] = ()
    paragraphs: tuple[Paragraph, ...] = ()
    references: tuple[Reference, ...] = ()
    remarks: tuple[Remark, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    evidence: tuple[Evidence, ...] = ()


_MEASURE_MARK = "__m_"


def split_measure_id(name: str) -> tuple[str, int]:
    """Return the paragraph's id, and which measure (措施) of it is meant; 0 where none is.

    Also with the circular's id in front, as records and permalinks carry it.

    >>> split_measure_id("sec_1__p_2__m_3"), split_measure_id("sec_1__p_2")
    (('sec_1__p_2', 3), ('sec_1__p_2', 0))
    """
    paragraph, mark, order = name.rpartition(_MEASURE_MARK)
    if mark and order.isascii() and order.isdigit():
        return paragraph, int(order[:9])
    return name, 0


def measures_of(paragraph: Paragraph) -> tuple[Measure, ...]:
    """Return the measures of a paragraph, one per responsibility group, in order."""
    offset = paragraph.span.start
    return tuple(
        Measure(
            id=f"{paragraph.id}{_MEASURE_MARK}{order}",
            paragraph=paragraph,
            text=paragraph.text[group.governs.start - offset : group.governs.end - offset].strip(),
            span=group.governs,
            assignment=group,
        )
        for order, group in enumerate(paragraph.groups, start=1)
    )
