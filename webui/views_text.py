"""A circular (公文) → its text column in blocks, its contents, and who does what in it."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import url_for

from corpus.model import GroupForm, Heading, Paragraph, PartKind, Role
from corpus.text import fold_text
from search.facets import ROLE_NAMES
from search.highlight import find_marks
from webui.markup import Layer, dress
from webui.views_state import ROLE_MARKS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markupsafe import Markup

    from corpus.model import Circular, Part

MAX_TERMS = 12
DEEPEST = 3  # levels of headings in the contents
_PART_NAMES = {
    PartKind.WRAPPER: "通知正文",
    PartKind.INNER: "印发的文件",
    PartKind.ATTACHMENT: "附件",
}
_CLOSED = "、.．。）)：:"  # a heading's number that ends so needs no space behind it


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of the text column: a part's title, a heading, or a paragraph."""

    kind: str
    id: str
    html: Markup
    label: str = ""
    tag: str = "h3"
    cite: str = ""
    permalink: str = ""
    cite_url: str = ""
    cited: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the contents."""

    anchor: str
    label: str
    style: str
    here: bool = False


@dataclass(frozen=True, slots=True)
class RoleCount:
    """How often an agency stands in one role."""

    mark: str
    role: str
    count: int


@dataclass(frozen=True, slots=True)
class AgencyRow:
    """One agency of the circular with its counts by role."""

    label: str
    url: str
    counts: tuple[RoleCount, ...]


@dataclass(frozen=True, slots=True)
class Text:
    """The text column with its contents, and how many marks it holds."""

    blocks: tuple[Block, ...]
    toc: tuple[Entry, ...]
    found: int


class _Finder:
    """Marks the reader's terms in one paragraph after another, and numbers the marks."""

    def __init__(self, terms: Sequence[str]) -> None:
        folded = (fold_text(term) for term in terms[:MAX_TERMS])
        self.terms = tuple(dict.fromkeys(term for term in folded if term))
        self.found = 0

    def layers(self, text: str) -> Iterator[Layer]:
        for mark in find_marks(text, self.terms) if self.terms else ():
            self.found += 1
            yield Layer(mark.start, mark.end, "mark", f"found-{self.found}")


def show_text(
    circular: Circular, circular_id: str, *, cited: str = "", terms: Sequence[str] = ()
) -> Text:
    """Return the circular's text in blocks, the cited paragraph and the terms marked."""
    finder = _Finder(terms)
    blocks: list[Block] = []
    toc: list[Entry] = []
    part: Part | None = None
    here = -1
    starts = [paragraph.span.start for paragraph in circular.paragraphs]
    run_in = {
        heading.id: circular.paragraphs[at].id
        for heading in circular.headings
        if (at := bisect_right(starts, heading.span.start) - 1) >= 0
        and heading.span.start < circular.paragraphs[at].span.end
    }
    pieces: list[Heading | Paragraph] = [*circular.headings, *circular.paragraphs]
    # A heading comes before the paragraph that begins where it does.
    pieces.sort(key=lambda piece: (piece.span.start, isinstance(piece, Paragraph)))
    for piece in pieces:
        if piece.part != part:
            part = piece.part
            _open_part(circular, part, blocks, toc, isinstance(piece, Heading))
        if isinstance(piece, Heading):
            label = _heading_label(piece)
            depth = max(0, min(len(piece.path) - bool(piece.number), 2))
            anchor = run_in.get(piece.id, piece.id)
            if len(piece.path) <= DEEPEST:
                toc.append(Entry(anchor, label, f"in{depth}" if depth else ""))
            if piece.id not in run_in:
                html = dress(label, finder.layers(label))
                blocks.append(Block("heading", piece.id, html, tag=f"h{3 + depth}"))
        else:
            if piece.id == cited:
                here = len(toc) - 1
            blocks.append(_show_paragraph(piece, circular_id, piece.id == cited, finder))
    if here >= 0:
        entry = toc[here]
        toc[here] = Entry(entry.anchor, entry.label, f"{entry.style} here".strip(), here=True)
    return Text(tuple(blocks), tuple(toc), finder.found)


def _open_part(
    circular: Circular, part: Part, blocks: list[Block], toc: list[Entry], at_heading: bool
) -> None:
    """Begin another text of the file: a title in the column, a line in the contents."""
    name = _PART_NAMES.get(part.kind, "")
    if part.kind is PartKind.ATTACHMENT:
        name = f"附件{part.ordinal}"
    anchor = f"part_{part.kind.value}_{part.ordinal}"
    if blocks:
        title = part.title or name
        blocks.append(Block("part", anchor, dress(title), label=name if part.title else ""))
        listed = f"{name}　{title}" if part.title and part.kind is PartKind.ATTACHMENT else title
        toc.append(Entry(anchor, listed, "part"))
    elif part.kind is PartKind.WRAPPER:
        toc.append(Entry("text", name, "part"))
    elif not at_heading and circular.headings:
        toc.append(Entry("text", "引言", ""))


def _heading_label(heading: Heading) -> str:
    gap = "" if not heading.heading or heading.number[-1:] in _CLOSED else " "
    return f"{heading.number}{gap}{heading.heading}"


def _show_paragraph(paragraph: Paragraph, circular_id: str, cited: bool, finder: _Finder) -> Block:
    layers = [*_group_layers(paragraph), *finder.layers(paragraph.text)]
    lead_in = paragraph.run_in_heading
    if lead_in and paragraph.text.startswith(lead_in):
        layers.append(Layer(0, len(lead_in), "run"))
    return Block(
        kind="paragraph",
        id=paragraph.id,
        html=dress(paragraph.text, layers),
        label=str(paragraph.number),
        cite=paragraph.cite,
        permalink=url_for("pages.permalink", circular_id=circular_id, eid=paragraph.id),
        cite_url=url_for("pages.cite_paragraph", circular_id=circular_id, eid=paragraph.id),
        cited=cited,
    )


def _group_layers(paragraph: Paragraph) -> Iterator[Layer]:
    """Yield the ranges of responsibility groups that stand outside the sentence, to be dimmed."""
    offset = paragraph.span.start
    for group in paragraph.groups:
        if group.form is not GroupForm.RUNNING:
            yield Layer(group.span.start - offset, group.span.end - offset, "grp")


def list_agencies(circular: Circular) -> tuple[AgencyRow, ...]:
    """Return the circular's agencies with counts by role, those that lead most first."""
    roles: dict[str, Counter[Role]] = {}
    labels: dict[str, Counter[str]] = {}
    for paragraph in circular.paragraphs:
        for group in paragraph.groups:
            for member in group.members:
                roles.setdefault(member.agency_id, Counter())[member.role] += 1
                labels.setdefault(member.agency_id, Counter())[member.expanded] += 1
    line = f"文号:{circular.number}" if circular.number else ""
    rows = [
        (
            (-counts[Role.LEAD] - counts[Role.SOLE], -counts.total(), agency),
            AgencyRow(
                label=labels[agency].most_common(1)[0][0],
                url=url_for("pages.search", q=line or None, unit="measure", agency=agency),
                counts=tuple(
                    RoleCount(ROLE_MARKS[role], ROLE_NAMES[role], counts[role])
                    for role in Role
                    if counts[role]
                ),
            ),
        )
        for agency, counts in roles.items()
    ]
    return tuple(row for _, row in sorted(rows, key=lambda pair: pair[0]))
