"""Lists of circulars and numbers → rows of a page, and the steps between pages."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import url_for

from corpus.library_records import CitedBy
from webui.wording import RELATION_NAMES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from corpus.library_records import CircularSummary, Citing
    from corpus.number import DocumentNumber

LIST_PAGE = 100
MOST_ISSUERS = 2  # named in a line about a circular
NEAR = 8
CITING = 50
MOST_TITLES = 3  # under which a document that is not held is cited
_AROUND = 2  # pages shown on each side of the current one


@dataclass(frozen=True, slots=True)
class Row:
    """A circular in a list."""

    url: str
    title: str
    number: str
    date: str
    facts: tuple[str, ...]
    paragraphs: int = 0
    measures: int = 0
    id: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """A page number, an arrow or a gap between them (without `url`)."""

    label: str
    url: str = ""
    rel: str = ""
    current: bool = False


@dataclass(frozen=True, slots=True)
class ListView:
    """The list of circulars."""

    headline: str
    rows: tuple[Row, ...]
    pages: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A link with a note behind it."""

    url: str
    label: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A titled list of links."""

    title: str
    rows: tuple[LinkRow, ...]


@dataclass(frozen=True, slots=True)
class NumberView:
    """The page of a document number (发文字号) that is not held, or held more than once."""

    number: str
    sentence: str
    as_cited: tuple[str, ...]
    held: bool
    sections: tuple[Section, ...]


def name_issuers(issuers: Sequence[str]) -> str:
    """Return who issued a circular in one short line; a long list says how many there are.

    >>> name_issuers(("省民政厅", "省财政厅", "省卫生健康委员会"))
    '省民政厅等3个机关'
    """
    if len(issuers) > MOST_ISSUERS:
        return f"{issuers[0]}等{len(issuers)}个机关"
    return "、".join(issuers)


def row_of(summary: CircularSummary, *, with_date: bool = True) -> Row:
    """Return the row of one circular."""
    facts = [summary.number, summary.date if with_date else "", name_issuers(summary.issuers)]
    return Row(
        url=url_for("pages.circular", circular_id=summary.id),
        title=summary.title or summary.source_name,
        number=summary.number,
        date=summary.date,
        facts=tuple(fact for fact in facts if fact),
        paragraphs=summary.paragraphs,
        measures=summary.measures,
        id=summary.id,
    )


def newest_first(summaries: Sequence[CircularSummary]) -> list[CircularSummary]:
    """Return the circulars by date, newest first; those without a date stand last."""
    by_name = sorted(summaries, key=lambda summary: (summary.number, summary.id))
    return sorted(by_name, key=lambda summary: summary.date, reverse=True)


def steps(page: int, last: int, address: Callable[[int], str]) -> tuple[Step, ...]:
    """Return the page numbers to offer: the first, the last, and those around the current one."""
    if last <= 1:
        return ()
    shown = sorted({1, last} | set(range(max(1, page - _AROUND), min(last, page + _AROUND) + 1)))
    found: list[Step] = []
    if page > 1:
        found.append(Step("‹ 上一页", address(page - 1), rel="prev"))  # noqa: RUF001
    before = 0
    for number in shown:
        if number > before + 1:
            found.append(Step("…"))
        found.append(Step(str(number), address(number), current=number == page))
        before = number
    if page < last:
        found.append(Step("下一页 ›", address(page + 1), rel="next"))  # noqa: RUF001
    return tuple(found)


def near_numbers(
    number: DocumentNumber, summaries: Sequence[CircularSummary]
) -> tuple[CircularSummary, ...]:
    """Return the held circulars of the same code and year, the nearest serials first."""
    prefix, _, _ = str(number).rpartition(str(number.serial))
    same = []
    for summary in summaries:
        tail = summary.number.removeprefix(prefix) if summary.number.startswith(prefix) else ""
        digits = "".join(sign for sign in tail if sign.isdigit())
        if digits and digits != str(number.serial):
            same.append((abs(int(digits) - number.serial), int(digits), summary))
    return tuple(summary for *_, summary in sorted(same, key=lambda each: each[:2])[:NEAR])


def view_number(
    number: DocumentNumber,
    held: Sequence[CircularSummary],
    citing: Sequence[Citing],
    near: Sequence[CircularSummary],
) -> NumberView:
    """Return the page of a number: what is held, who cites it, what stands near it."""
    sections = []
    if held:
        rows = tuple(LinkRow(row.url, row.title, row.date) for row in map(row_of, held))
        sections.append(Section(f"用这个文号的文件（{len(held)} 份）", rows))
    if citing:
        rows = tuple(map(_row_citing, citing[:CITING]))
        more = f"，先列 {CITING} 处" if len(citing) > CITING else ""
        sections.append(Section(f"引用它的地方（{len(citing)} 处{more}）", rows))
    if near:
        rows = tuple(LinkRow(row.url, row.number, row.title) for row in map(row_of, near))
        sections.append(Section("同年同代字的文件", rows))
    titles = Counter(each.as_cited for each in citing if each.as_cited)
    return NumberView(
        number=str(number),
        sentence=sentence_on(number, len(held), citing),
        as_cited=tuple(title for title, _ in titles.most_common(MOST_TITLES)),
        held=bool(held),
        sections=tuple(sections),
    )


def _row_citing(each: Citing) -> LinkRow:
    """Return the link to a citation, with who cites and how."""
    facts = (each.number, each.date, RELATION_NAMES[each.relation])
    link = link_citing(CitedBy(each.circular_id, each.title, each.paragraph_id))
    return LinkRow(link.url, link.label, "・".join(filter(None, facts)))


def sentence_on(number: DocumentNumber, held: int, citing: Sequence[Citing]) -> str:
    """Say whether a number is held, and how many circulars cite it."""
    files = len({each.circular_id for each in citing})
    cited = f"已有 {files} 份文件引用了它，可查看引用处。" if files else "也没有文件引用它。"
    if held:
        return f"库中有 {held} 份文件用 {number} 这个文号。"
    return f"库中没有 {number}。{cited}"


def link_citing(each: CitedBy) -> LinkRow:
    """Return the link to a paragraph that cites a document."""
    if each.paragraph_id:
        url = url_for("pages.permalink", circular_id=each.circular_id, eid=each.paragraph_id)
        return LinkRow(f"{url}#{each.paragraph_id}", each.title)
    return LinkRow(url_for("pages.circular", circular_id=each.circular_id), each.title)
