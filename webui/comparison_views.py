"""A comparison (对照) → its page; and the page on which the other circular is chosen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from flask import url_for

from corpus.library_records import listed_date
from corpus.text import fold_text
from search.comparison import Kind
from search.likeness import bare_text, likeness
from webui.comparison_words import (
    KIND_MARKS,
    KIND_NAMES,
    notes_on_agencies,
    percent,
    say_changes,
)
from webui.markup import Layer, dress
from webui.views_lists import newest_first, row_of
from webui.wording import ROLE_MARKS, UNIT_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markupsafe import Markup

    from corpus.library_records import CircularSummary, StoredCircular
    from corpus.model import Span
    from search.comparison import Comparison, Row, Side
    from search.query import Unit
    from webui.views_lists import Row as ListRow

SUGGESTED: Final = 8
FOUND: Final = 50
_LIKE_TITLE: Final = 0.6


@dataclass(frozen=True, slots=True)
class HeadView:
    """One of the two circulars; `name` is 甲 or 乙."""

    name: str
    url: str
    title: str
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SideView:
    """One side of a row."""

    html: Markup
    url: str
    place: str
    agencies: tuple[tuple[str, str, bool], ...]  # sign, name, whether the other side lacks it


@dataclass(frozen=True, slots=True)
class RowView:
    """One row: a side that is missing is None."""

    order: int
    style: str
    mark: str
    kind: str
    alike: str
    a: SideView | None
    b: SideView | None
    changes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChoiceLink:
    """A way to show less or other things."""

    label: str
    url: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class CompareView:
    """The page of a comparison."""

    headline: str
    heads: tuple[HeadView, HeadView]
    notes: tuple[str, ...]
    shows: tuple[ChoiceLink, ...]
    units: tuple[ChoiceLink, ...]
    rows: tuple[RowView, ...]
    swap_url: str
    xlsx: str
    docx: str
    canonical: str
    print_line: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A circular to choose."""

    row: ListRow
    url: str


@dataclass(frozen=True, slots=True)
class ChoiceView:
    """The page on which the first or the other circular is chosen."""

    known: HeadView | None
    known_id: str
    wanted: str
    sentence: str
    suggested: tuple[Candidate, ...]
    found: tuple[Candidate, ...]


def view_comparison(compared: Comparison, shown: Kind | None) -> CompareView:
    """Return the page of a comparison: every row, or those of one kind."""
    word = UNIT_WORDS[compared.unit]
    rows = tuple(
        _row(order, row, compared)
        for order, row in enumerate(compared.rows, start=1)
        if shown is None or row.kind is shown
    )
    pairs = compared.counts[Kind.SAME] + compared.counts[Kind.LIKE]
    notes = [f"{word}按文字相近程度一一配对，标点、全半角不计。"]
    notes += notes_on_agencies(compared)
    address = _link(compared, whole=True)
    return CompareView(
        headline=f"{pairs} 对{word}相同或相近",
        heads=(_head("甲", compared.a), _head("乙", compared.b)),
        notes=tuple(notes),
        shows=tuple(_shows(compared, shown)),
        units=tuple(_units(compared)),
        rows=rows,
        swap_url=url_for(
            "comparison.show", a=compared.b.id, b=compared.a.id, unit=compared.unit.value
        ),
        xlsx=_link(compared, "comparison.as_workbook"),
        docx=_link(compared, "comparison.as_document"),
        canonical=address,
        print_line=address,
    )


def _link(
    compared: Comparison,
    page: str = "comparison.show",
    *,
    unit: Unit | None = None,
    show: str | None = None,
    whole: bool = False,
) -> str:
    """Return the address of a comparison: another unit, one kind of rows, a file."""
    return url_for(
        page,
        a=compared.a.id,
        b=compared.b.id,
        unit=(unit or compared.unit).value,
        show=show,
        _external=whole,
    )


def _shows(compared: Comparison, shown: Kind | None) -> Iterator[ChoiceLink]:
    yield ChoiceLink(f"全部 {len(compared.rows)}", _link(compared), shown is None)
    for kind, count in compared.counts.items():
        url = _link(compared, show=kind.value)
        yield ChoiceLink(f"{KIND_MARKS[kind]} {KIND_NAMES[kind]} {count}", url, shown is kind)


def _units(compared: Comparison) -> Iterator[ChoiceLink]:
    for unit, word in UNIT_WORDS.items():
        url = _link(compared, unit=unit)
        yield ChoiceLink(f"按{word}", url, unit is compared.unit)


def _head(name: str, stored: StoredCircular) -> HeadView:
    circular = stored.circular
    facts = (str(circular.number or ""), listed_date(circular), circular.region)
    return HeadView(
        name=name,
        url=url_for("pages.circular", circular_id=stored.id),
        title=circular.title or stored.source_name,
        facts=tuple(fact for fact in facts if fact),
    )


def _row(order: int, row: Row, compared: Comparison) -> RowView:
    changed_a = {change.name_a for change in row.changes if not change.roles_b}
    changed_b = {change.name_b for change in row.changes if not change.roles_a}
    difference = row.difference
    return RowView(
        order=order,
        style=row.kind.value,
        mark=KIND_MARKS[row.kind],
        kind=KIND_NAMES[row.kind],
        alike=percent(row),
        a=_side(row.a, compared.a.id, difference.mine, "lack", changed_a),
        b=_side(row.b, compared.b.id, difference.theirs, "gain", changed_b),
        changes=say_changes(row.changes),
    )


def _side(
    side: Side | None, circular: str, marked: Sequence[Span], style: str, changed: set[str]
) -> SideView | None:
    if side is None:
        return None
    url = url_for("pages.permalink", circular_id=circular, eid=side.paragraph)
    agencies = dict.fromkeys(
        (ROLE_MARKS[share.role], share.name, share.name in changed) for share in side.shares
    )
    return SideView(
        html=dress(side.text, [Layer(start, end, style) for start, end in marked]),
        url=f"{url}#{side.paragraph}",
        place=side.cite,
        agencies=tuple(agencies),
    )


def view_choice(
    known: StoredCircular | None, summaries: Sequence[CircularSummary], wanted: str
) -> ChoiceView:
    """Return the page on which a circular is chosen: those most like the known one, or found."""
    others = [one for one in newest_first(summaries) if known is None or one.id != known.id]
    folded = fold_text(wanted)
    found = [one for one in others if folded and folded in fold_text(f"{one.title}{one.number}")]
    suggested = _suggested(known, others) if known is not None else []
    if folded:
        sentence = f"标题或文号中有“{wanted}”的文件 {len(found)} 份"
        sentence += f"，列出前 {FOUND} 份" if len(found) > FOUND else ""
    else:
        found = [one for one in others if one not in suggested]
        sentence = f"其他文件，新的在前（共 {len(found)} 份，列出前 {FOUND} 份）"
        sentence = sentence if len(found) > FOUND else "其他文件，新的在前"
    return ChoiceView(
        known=None if known is None else _head("甲", known),
        known_id="" if known is None else known.id,
        wanted=wanted,
        sentence=sentence,
        suggested=() if folded else tuple(_candidate(one, known) for one in suggested),
        found=tuple(_candidate(one, known) for one in found[:FOUND]),
    )


def _candidate(summary: CircularSummary, known: StoredCircular | None) -> Candidate:
    if known is None:
        return Candidate(row_of(summary), url_for("comparison.show", a=summary.id))
    return Candidate(row_of(summary), url_for("comparison.show", a=known.id, b=summary.id))


def _suggested(known: StoredCircular, others: Sequence[CircularSummary]) -> list[CircularSummary]:
    """Return the circulars whose title is most like the known one's, years set aside."""
    wanted = _title_form(known.circular.title)
    scored = [(likeness(wanted, _title_form(one.title)), one) for one in others if one.title]
    near = [(alike, one) for alike, one in scored if alike >= _LIKE_TITLE]
    return [one for _, one in sorted(near, key=lambda each: -each[0])[:SUGGESTED]]


def _title_form(title: str) -> str:
    return "".join(sign for sign in bare_text(title) if not sign.isdigit())
