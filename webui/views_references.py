"""Citations (引用) → the graph of one circular, and the list of what is missing (缺件清单)."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from flask import url_for

from corpus.model import Relation
from corpus.number import DocumentNumber, NumberError
from webui.chart_graph import Node, draw_graph
from webui.wording import RELATION_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from markupsafe import Markup

    from corpus.library_records import CircularSummary, Citing, Missing, StoredCircular
    from corpus.model import Circular, Reference
    from webui.views_lists import Step

NOT_HELD: Final = "未入库"
ENCLOSED: Final = "随文印发"
MOST_DRAWN: Final = 8  # boxes of a column; the tables hold all
# What a circular rests on comes first, what it merely mentions last.
_WEIGHT: Final = {relation: at for at, relation in enumerate(RELATION_NAMES)}
_PASSIVE: Final = {
    Relation.BASIS: "作为依据",
    Relation.IMPLEMENTS: "贯彻它",
    Relation.WRAPS: "印发、转发它",
    Relation.REPEALS: "废止它",
    Relation.AMENDS: "修改它",
    Relation.CONSULTS: "参照它",
    Relation.MENTIONS: "提及它",
}


class Place(NamedTuple):
    """A paragraph where a citation stands."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class CitedRow:
    """A document on one side of the graph, with the paragraphs that cite it, or cite with it."""

    relation: str
    title: str
    number: str
    url: str
    places: tuple[Place, ...]
    date: str = ""
    state: str = ""  # 未入库, or 随文印发: it stands in this very file

    @property
    def missing(self) -> bool:
        """Whether it is cited and the library has it neither by itself nor in the file."""
        return self.state == NOT_HELD


@dataclass(frozen=True, slots=True)
class GraphView:
    """The page of one circular's citations."""

    title: str
    number: str
    url: str
    sentence: str
    chart: Markup
    bases: tuple[CitedRow, ...]
    citing: tuple[CitedRow, ...]
    canonical: str
    svg_url: str


@dataclass(frozen=True, slots=True)
class MissingRow:
    """A number that is cited and not held."""

    number: str
    url: str
    title: str
    circulars: int
    places: int


@dataclass(frozen=True, slots=True)
class MissingView:
    """The list of what is missing."""

    headline: str
    rows: tuple[MissingRow, ...]
    first: int
    pages: tuple[Step, ...]


def view_graph(
    stored: StoredCircular, summaries: Sequence[CircularSummary], citing: Iterable[Citing]
) -> GraphView:
    """Return the page of a circular's citations, in both directions."""
    circular = stored.circular
    bases = _bases(stored, summaries)
    others = _citing_rows(stored.id, citing)
    title = circular.title or stored.source_name
    number = str(circular.number or "")
    return GraphView(
        title=title,
        number=number,
        url=url_for("pages.circular", circular_id=stored.id),
        sentence=f"引用 {len(bases)} 份文件（其中 {sum(row.missing for row in bases)} 份未入库），"
        f"被库中 {len(others)} 份文件引用",
        chart=draw_graph(
            "references",
            f"引用图谱：{number or title}",
            Node(number or "本文件", title, held=True),
            [_node(row, row.relation) for row in bases[:MOST_DRAWN]],
            [_node(row, row.relation.removesuffix("它")) for row in others[:MOST_DRAWN]],
        ),
        bases=bases,
        citing=others,
        canonical=url_for("references.graph", circular_id=stored.id, _external=True),
        svg_url=url_for("references.graph_svg", circular_id=stored.id),
    )


def _node(row: CitedRow, relation: str) -> Node:
    if row.number:
        return Node(row.number, row.title, not row.missing, relation)
    return Node(row.title, row.date, not row.missing, relation)


def _bases(stored: StoredCircular, summaries: Sequence[CircularSummary]) -> tuple[CitedRow, ...]:
    """Return the documents a circular cites, each once under its weightiest relation."""
    by_number = {one.number: one for one in summaries if one.number}
    by_title = {one.title: one for one in summaries if one.title}
    groups: dict[str, list[Reference]] = {}
    for reference in stored.circular.references:
        if reference.number is None or str(reference.number) != str(stored.circular.number or ""):
            groups.setdefault(str(reference.number or f"《{reference.title}》"), []).append(
                reference
            )
    found: list[tuple[int, CitedRow]] = []
    for references in groups.values():
        number = references[0].number
        relation = min((each.relation for each in references), key=_WEIGHT.__getitem__)
        title = next((each.title for each in references if each.title), "")
        held = by_number.get(str(number)) if number else by_title.get(title)
        if held is not None and held.id == stored.id:
            continue
        wraps = relation is Relation.WRAPS
        url = url_for("pages.number", slug=number.slug) if number else ""
        if held is not None:
            url = url_for("pages.circular", circular_id=held.id)
        row = CitedRow(
            relation=RELATION_NAMES[relation],
            title=held.title if held is not None and held.title else title,
            number=str(number or (held.number if held else "")),
            url=url,
            places=_places(stored.id, stored.circular, references),
            date=held.date if held is not None else "",
            state="" if held is not None else NOT_HELD if number or not wraps else ENCLOSED,
        )
        found.append((_WEIGHT[relation], row))
    return tuple(row for _, row in sorted(found, key=lambda pair: pair[0]))


def _places(
    circular_id: str, circular: Circular, references: Iterable[Reference]
) -> tuple[Place, ...]:
    starts = [paragraph.span.start for paragraph in circular.paragraphs]
    found: dict[Place, None] = {}
    for reference in references:
        at = bisect_right(starts, reference.span.start) - 1
        if at < 0 or reference.span.end > circular.paragraphs[at].span.end:
            continue
        paragraph = circular.paragraphs[at]
        url = url_for("pages.permalink", circular_id=circular_id, eid=paragraph.id)
        found[Place(paragraph.cite, f"{url}#{paragraph.id}")] = None
    return tuple(found)


def _citing_rows(circular_id: str, citing: Iterable[Citing]) -> tuple[CitedRow, ...]:
    """Return the circulars that cite one, each once, in the order given."""
    groups: dict[str, list[Citing]] = {}
    for each in citing:
        if each.circular_id != circular_id:
            groups.setdefault(each.circular_id, []).append(each)
    rows = []
    for owner, places in groups.items():
        relation = min((each.relation for each in places), key=_WEIGHT.__getitem__)
        rows.append(
            CitedRow(
                relation=_PASSIVE[relation],
                title=places[0].title,
                number=places[0].number,
                url=url_for("pages.circular", circular_id=owner),
                places=tuple(
                    Place(
                        "引用处" if len(places) == 1 else f"引用处 {at}",
                        url_for("pages.permalink", circular_id=owner, eid=each.paragraph_id)
                        + f"#{each.paragraph_id}",
                    )
                    for at, each in enumerate(places, start=1)
                    if each.paragraph_id
                ),
                date=places[0].date,
            )
        )
    return tuple(rows)


def list_missing(missing: Iterable[Missing]) -> tuple[MissingRow, ...]:
    """Return the rows of the list of what is missing, in the order given."""
    return tuple(
        MissingRow(each.number, _number_url(each.number), each.title, each.circulars, each.places)
        for each in missing
    )


def _number_url(number: str) -> str:
    try:
        return url_for("pages.number", slug=DocumentNumber.parse(number).slug)
    except NumberError:  # a spelling from an older library that is no longer read as a number
        return url_for("pages.search", q=number)
