"""A circular (公文) → its page: text column, contents, and what the side panel says about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from flask import url_for

from corpus.model import measures_of
from webui.legislation import describe_legislation
from webui.views_lists import link_citing
from webui.views_notices import notices_on
from webui.views_text import list_agencies, show_text
from webui.wording import RELATION_NAMES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corpus.library_records import CitedBy, Permalink, StoredCircular
    from corpus.model import Circular, Paragraph, Reference
    from search.standing import Standing
    from webui.desk import Desk
    from webui.views_text import AgencyRow, Block, Entry


@dataclass(frozen=True, slots=True)
class ReferenceRow:
    """One document that is cited, or cites; without `url` there is nothing to open."""

    relation: str
    label: str
    url: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class CircularView:
    """The page of a circular, with or without a paragraph marked in it."""

    id: str
    title: str
    number: str
    issuers: tuple[str, ...]
    inner_titles: tuple[str, ...]
    recipients: tuple[str, ...]
    canonical: str
    notices: tuple[str, ...]
    cited: Paragraph | None
    blocks: tuple[Block, ...]
    toc: tuple[Entry, ...]
    found: int
    terms: str
    facts: tuple[tuple[str, str], ...]
    standing: Standing
    legislation: dict[str, Any]
    agencies: tuple[AgencyRow, ...]
    references: tuple[ReferenceRow, ...]
    cited_by: tuple[ReferenceRow, ...]
    remarks: tuple[str, ...]
    source_url: str
    json_url: str
    print_line: str


def view_circular(
    stored: StoredCircular,
    desk: Desk,
    *,
    link: Permalink | None = None,
    terms: Sequence[str] = (),
) -> CircularView:
    """Return the page of a circular; a permalink's paragraph is marked as cited."""
    circular = stored.circular
    cited = link.paragraph if link else None
    text = show_text(circular, stored.id, cited=cited.id if cited else "", terms=terms)
    standing = desk.standing(stored.id)
    whole = address = url_for("pages.circular", circular_id=stored.id, _external=True)
    if cited:
        address = url_for("pages.permalink", circular_id=stored.id, eid=cited.id, _external=True)
    held = {summary.number for summary in desk.summaries() if summary.number}
    citing = desk.library.cited_by(circular.number) if circular.number else ()
    today = datetime.now(UTC).astimezone().date()
    return CircularView(
        id=stored.id,
        title=circular.title or stored.source_name,
        number=str(circular.number or ""),
        issuers=circular.issuers,
        inner_titles=_inner_titles(circular),
        recipients=circular.recipients,
        canonical=address,
        notices=notices_on(link) if link else (),
        cited=cited,
        blocks=text.blocks,
        toc=text.toc,
        found=text.found,
        terms="、".join(terms),
        facts=_facts(stored, standing),
        standing=standing,
        legislation=describe_legislation(
            circular, circular.title or stored.source_name, whole, standing
        ),
        agencies=list_agencies(circular),
        references=_references(circular, held),
        cited_by=_cited_by(stored.id, citing),
        remarks=tuple(
            f"第 {remark.line} 行：{remark.message}" if remark.line else remark.message
            for remark in circular.remarks
        ),
        source_url=url_for("pages.source", circular_id=stored.id),
        json_url=url_for("api.circular", circular_id=stored.id),
        print_line=f"{address}　打印于 {today.isoformat()}",
    )


def _inner_titles(circular: Circular) -> tuple[str, ...]:
    """The inner titles that the text column does not show itself, above their parts."""
    shown = {paragraph.part.title for paragraph in circular.paragraphs}
    return tuple(title for title in circular.inner_titles if title not in shown)


def _facts(stored: StoredCircular, standing: Standing) -> tuple[tuple[str, str], ...]:
    circular = stored.circular
    kinds = [kind for kind in (circular.kind, circular.inner_kind) if kind]
    measures = sum(len(measures_of(paragraph)) for paragraph in circular.paragraphs)
    facts = (
        ("成文", circular.date_signed.isoformat() if circular.date_signed else "未读出"),
        ("印发", circular.date_printed.isoformat() if circular.date_printed else ""),
        ("发布", circular.date_published.isoformat() if circular.date_published else ""),
        ("文种", " › ".join(kinds)),  # noqa: RUF001
        ("地区", circular.region),
        ("年度", circular.period),
        ("时效", f"{standing.name}：{standing.evidence}" if standing.evidence else standing.name),
        ("段落", f"{len(circular.paragraphs)} 段"),
        ("措施", f"{measures} 条" if measures else ""),
        ("来源", stored.source_name),
        ("入库", f"{stored.added_at[:10]}，第 {stored.revision} 版"),
    )
    return tuple((name, value) for name, value in facts if value)


def _references(circular: Circular, held: set[str]) -> tuple[ReferenceRow, ...]:
    """Return the documents a circular cites, each once, in the order of the text."""
    rows: dict[str, ReferenceRow] = {}
    for reference in circular.references:
        row = _reference_row(reference, held)
        rows.setdefault(row.label, row)
    return tuple(rows.values())


def _reference_row(reference: Reference, held: set[str]) -> ReferenceRow:
    relation = RELATION_NAMES[reference.relation]
    title = f"《{reference.title}》" if reference.title else ""
    if reference.number is None:
        return ReferenceRow(relation, title)
    number = str(reference.number)
    label = f"{title}（{number}）" if title else number
    url = url_for("pages.number", slug=reference.number.slug)
    return ReferenceRow(relation, label, url, "" if number in held else "本库没有")


def _cited_by(circular_id: str, citing: Sequence[CitedBy]) -> tuple[ReferenceRow, ...]:
    rows = []
    for each in citing:
        if each.circular_id != circular_id:
            link = link_citing(each)
            rows.append(ReferenceRow("被引", link.label, link.url))
    return tuple(rows)
