"""A raw circular becomes a circular (解析): total, never refusing a text, inventing nothing.

What cannot be placed becomes a paragraph of the body; what a careful reader would note becomes a
remark. Every line of the source ends in exactly one of: heading, paragraph, evidence, dropped.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from corpus.assignment_table import TaskTable
from corpus.assignments import find_assignments
from corpus.bold_headings import find_bold_headings
from corpus.duty_lines import explain_duties, merge_duty_lines
from corpus.duty_rules import read_duty_rules
from corpus.lines import read_lines
from corpus.metadata import (
    complete_number,
    dates_of,
    derived_evidence,
    inner_titles_and_kind,
    is_sign_of_order,
    issuers_of,
    number_by_link,
    outer_kind,
    period_of,
    remarks_of,
    take_title_from_name,
)
from corpus.model import (
    Circular,
    Evidence,
    GroupForm,
    Heading,
    Level,
    Paragraph,
    Part,
    Relation,
    Remark,
    Role,
    Span,
)
from corpus.number import NumberKind
from corpus.outline import BodyLine, HeadingLine, Node, Outline, read_outline
from corpus.parts import Sheet, Text, read_sheet
from corpus.path import cite_path, display_path, heading_id, paragraph_id
from corpus.references import find_references, listed_relation
from corpus.region import Region, find_region
from corpus.run_in import find_run_ins
from corpus.validity import find_validity, remark_on_force, validity_of_site

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from corpus.model import Assignment, Outlined, RawCircular, Reference


def parse_circular(raw: RawCircular) -> Circular:
    """Return the circular (公文) a raw text holds; never raises on content."""
    lines = read_lines(raw)
    sheet = read_sheet(lines, raw.metadata)
    head = sheet.head
    ordered = head.number is not None and head.number.kind is NumberKind.ORDER
    if sheet.inner_titles and (is_sign_of_order(head.title) or (ordered and not head.title)):
        head.title = sheet.inner_titles[0]
        sheet.evidence.append(Evidence("title", head.title, None, "inner_title", 0.7))
    if not head.title:
        take_title_from_name(raw, sheet)
    complete_number(sheet)
    number_by_link(sheet, raw.text)
    issuers = issuers_of(sheet)
    dates = dates_of(sheet)
    region = find_region(
        issuers, head.title, head.number, head.metadata, raw.text, recipients=head.recipients
    )
    builder = _Builder(raw, sheet, region, dates["date_signed"])
    builder.build()
    inner_titles, inner_kind = inner_titles_and_kind(sheet)
    evidence = [
        *sheet.evidence,
        *derived_evidence(sheet, region, issuers),
        *validity_of_site(head.metadata),
        *find_validity(builder.paragraphs),
    ]
    body = builder.paragraphs[0].span.start if builder.paragraphs else len(raw.text)
    on_force = remark_on_force(evidence, head.number, dates["date_signed"], body=body)
    return Circular(
        title=head.title,
        inner_titles=inner_titles,
        number=head.number,
        kind=outer_kind(sheet),
        inner_kind=inner_kind,
        issuers=issuers,
        recipients=head.recipients,
        region=region.name,
        region_code=region.code,
        period=period_of(head.title, inner_titles),
        headings=tuple(builder.headings),
        paragraphs=tuple(builder.paragraphs),
        references=tuple(sorted(builder.references, key=lambda one: one.span)),
        remarks=(*raw.remarks, *builder.remarks, *remarks_of(raw, sheet), *on_force),
        dropped=tuple(sorted((*raw.dropped, *sheet.dropped), key=lambda one: one.span)),
        evidence=tuple(evidence),
        **dates,
    )


class _Builder:
    """Gives the texts of a sheet their headings, paragraphs, groups and references."""

    def __init__(self, raw: RawCircular, sheet: Sheet, region: Region, signed: date | None) -> None:
        self.raw = raw
        self.sheet = sheet
        self.region = region
        self.signed = signed
        self.kind = outer_kind(sheet)
        self.rules = read_duty_rules(raw.text)
        self.table = TaskTable(
            region.name, signed, self.rules, whole=raw.text, continued=raw.continued
        )
        self.headings: list[Heading] = []
        self.paragraphs: list[Paragraph] = []
        self.references: list[Reference] = []
        self.remarks: list[Remark] = []
        self.lead = Relation.MENTIONS
        self.unplaced: list[tuple[int, str]] = []
        self.ids: set[str] = set()
        self.relations: dict[str, Relation] = {}

    def build(self) -> None:
        """Build every text of the sheet in order."""
        kinds = [text.part.kind for text in self.sheet.texts]
        for text in self.sheet.texts:
            outline = read_outline(text.lines, self.raw.text, self._outlined(text))
            self.remarks += outline.remarks
            self._add_text(text, outline, kinds.count(text.part.kind))
        self._remark_unplaced()

    def _outlined(self, text: Text) -> tuple[Outlined, ...]:
        """What the file calls headings of a text; where it calls none, what stands out in bold."""
        starts = {line.start for line in text.lines} if self.raw.outlined else set()
        said = tuple(one for one in self.raw.outlined if one.span.start in starts)
        return said or find_bold_headings(text.lines, self.raw.bold)

    def _remark_unplaced(self) -> None:
        """Note every text that reads like a responsibility group and is none, with the reason."""
        line, reached = 1, 0
        for position, message in sorted(self.unplaced):
            line += self.raw.text.count("\n", reached, position)
            reached = position
            self.remarks.append(Remark(line, "group_rejected", message))

    def _add_text(self, text: Text, outline: Outline, same_kind: int) -> None:
        headed = any(paragraph.node.level is not None for paragraph in outline.paragraphs)
        self.headings += [self._heading(one, text.part) for one in outline.headings]
        body = merge_duty_lines(outline.paragraphs, self.raw.text)
        run_ins = self._run_ins(body)
        for line, run_in in zip(body, run_ins, strict=True):
            self._add_paragraph(line, run_in, text.part, same_kind, headed=headed)

    def _run_ins(self, body: Sequence[BodyLine]) -> list[str]:
        """The run-in headings of the paragraphs, found among the unmarked ones of each section."""
        found: dict[Span, str] = {}
        sections: dict[int, list[BodyLine]] = {}
        for line in body:
            if not line.numbered:
                sections.setdefault(id(line.node), []).append(line)
        for siblings in sections.values():
            pairs = [(self.raw.text[one.span.start : one.span.end], one.span) for one in siblings]
            for one, run_in in zip(siblings, find_run_ins(pairs, self.raw.bold), strict=True):
                found[one.span] = run_in
        return [found.get(line.span, "") for line in body]

    def _heading(self, line: HeadingLine, part: Part) -> Heading:
        chain = line.node.chain()
        words = self.raw.text[line.span.start : line.span.end]
        self.references += find_references(words, line.span.start)
        named = line.level is Level.NAMED
        levels = [*_levels(chain), *([(line.level, line.order, 1)] if named else [])]
        return Heading(
            id=self._unique(heading_id(levels, part=part)),
            part=part,
            level=line.level,
            number="" if named else line.node.number,
            ordinal=0 if named else line.node.ordinal,
            heading=line.words if named else line.node.heading,
            span=line.span,
            path=tuple(node.ordinal for node in chain),
        )

    def _add_paragraph(
        self, line: BodyLine, run_in: str, part: Part, same_kind: int, *, headed: bool
    ) -> None:
        chain = line.node.chain()
        text = self.raw.text[line.span.start : line.span.end]
        levels = [(node.level, node.ordinal) for node in chain if node.level is not None]
        listed = self._listed(text, line, part)
        self.references += find_references(text, line.span.start, listed=listed)
        self.paragraphs.append(
            Paragraph(
                id=self._unique(paragraph_id(_levels(chain), line.number, part=part)),
                part=part,
                path=tuple(node.ordinal for node in chain),
                headings=line.headings,
                number=line.number,
                display=display_path(
                    [node.number for node in chain],
                    line.number,
                    part=part,
                    parts_same_kind=same_kind,
                    outer_kind=self.kind,
                    headed=headed,
                ),
                cite=cite_path(
                    levels,
                    line.number,
                    part=part,
                    parts_same_kind=same_kind,
                    outer_kind=self.kind,
                    headed=headed,
                    clause=line.clause,
                ),
                run_in_heading=run_in,
                text=text,
                span=line.span,
                groups=self._groups(text, line.span.start),
            )
        )

    def _listed(self, text: str, line: BodyLine, part: Part) -> Relation:
        """The relation of the list a paragraph stands in: 下列文件予以废止：, 废止文件目录."""
        lead = listed_relation(text) if text.rstrip().endswith(("：", ":")) else Relation.MENTIONS
        if lead is not Relation.MENTIONS:
            self.lead = lead
        elif not (line.numbered or text[:1] in "《0123456789（("):
            self.lead = Relation.MENTIONS
        named = (self._listed_by(words) for words in (*line.headings, part.title))
        return next((one for one in named if one is not Relation.MENTIONS), self.lead)

    def _listed_by(self, heading: str) -> Relation:
        """The relation that a heading gives to all that stands below it."""
        if heading not in self.relations:
            self.relations[heading] = listed_relation(heading)
        return self.relations[heading]

    def _groups(self, text: str, offset: int) -> tuple[Assignment, ...]:
        region = self.region.name
        row = self.table.read_row(text, offset)
        if row is not None:
            return row
        groups = find_assignments(
            text, offset=offset, region=region, on=self.signed, rules=self.rules
        )
        self.unplaced += explain_duties(text, offset, groups, region)
        found: list[Assignment] = []
        led = False
        for group in groups:
            governs = text[group.governs.start - offset : group.governs.end - offset]
            if found and not any(character.isalnum() for character in governs):
                # 牵头单位：… 配合单位：… one after the other speak of the same text
                beside = replace(group, governs=found[-1].governs)
                found.append(_support_lead(beside) if led else beside)
            else:
                led = False
                found.append(group)
            led = led or any(member.role is Role.LEAD for member in group.members)
        return tuple(found)

    def _unique(self, wanted: str) -> str:
        """An id not given before: the same number may stand twice under one heading."""
        found, again = wanted, 2
        while found in self.ids:
            found = f"{wanted}~{again}"
            again += 1
        self.ids.add(found)
        return found


def _support_lead(group: Assignment) -> Assignment:
    """Let those whose role no word decides support where others lead the same text (牵头部门：)."""
    if group.form is not GroupForm.LABEL:
        return group
    members = (
        replace(member, role=Role.SUPPORT) if member.role in {Role.JOINT, Role.SOLE} else member
        for member in group.members
    )
    return replace(group, members=tuple(members))


def _levels(chain: Sequence[Node]) -> list[tuple[Level, int, int]]:
    return [(node.level, node.ordinal, node.occurrence) for node in chain if node.level is not None]
