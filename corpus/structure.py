# ruff: noqa: PLR2004 — measured lengths stand where they are used
"""A raw circular becomes a circular (解析): total, never refusing a text, inventing nothing.

What cannot be placed becomes a paragraph of the body; what a careful reader would note becomes a
remark. Every line of the source ends in exactly one of: heading, paragraph, evidence, dropped.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from corpus.assignments import find_assignments
from corpus.dates import parse_date
from corpus.lines import read_lines
from corpus.model import (
    Circular,
    Evidence,
    Heading,
    Paragraph,
    Part,
    PartKind,
    Remark,
    Span,
)
from corpus.number import DocumentNumber, NumberError, NumberKind
from corpus.outline import BodyLine, HeadingLine, Node, Outline, read_outline
from corpus.parts import Sheet, Text, read_sheet
from corpus.path import cite_path, display_path, heading_id, paragraph_id
from corpus.references import find_references
from corpus.region import Region, find_region
from corpus.run_in import find_run_ins
from corpus.title import (
    INNER_KINDS,
    STATUTORY_KINDS,
    inner_titles_of,
    is_issuer_name,
    issuers_of_title,
    kind_of,
    title_key,
    without_suffix,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from corpus.model import Assignment, Level, RawCircular, Reference

_PERIOD: Final = re.compile(r"(?<!\d)((?:19|20)\d\d)(?:\s?[-—–~～至]{1,2}\s?((?:19|20)\d\d))?\s?年")
_DAMAGED_DOT: Final = re.compile(r"\d[?？]\d{1,2}[”\"]")


def parse_circular(raw: RawCircular) -> Circular:
    """Return the circular (公文) a raw text holds; never raises on content."""
    lines = read_lines(raw)
    sheet = read_sheet(lines, raw.metadata)
    head = sheet.head
    ordered = head.number is not None and head.number.kind is NumberKind.ORDER
    if sheet.inner_titles and (_is_sign_of_order(head.title) or (ordered and not head.title)):
        head.title = sheet.inner_titles[0]
        sheet.evidence.append(Evidence("title", head.title, None, "inner_title", 0.7))
    if not head.title:
        _title_from_name(raw, sheet)
    _number_by_issuer(sheet)
    issuers = _issuers(sheet)
    dates = _dates(sheet)
    region = find_region(issuers, head.title, head.number, head.metadata, raw.text)
    builder = _Builder(raw, sheet, region, dates["date_signed"])
    builder.build()
    inner_titles, inner_kind = _inner_titles(sheet)
    evidence = [*sheet.evidence, *_derived_evidence(sheet, region, issuers)]
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
        period=_period(head.title, inner_titles),
        headings=tuple(builder.headings),
        paragraphs=tuple(builder.paragraphs),
        references=tuple(builder.references),
        remarks=(*raw.remarks, *builder.remarks, *_remarks(raw, sheet)),
        dropped=tuple(sorted((*raw.dropped, *sheet.dropped), key=lambda one: one.span)),
        evidence=tuple(evidence),
        **dates,
    )


def outer_kind(sheet: Sheet) -> str:
    """The genre (文种) of the outer document: an order (令) may bear an inner title."""
    kind = kind_of(sheet.head.title)
    number = sheet.head.number
    wraps = any(text.part.kind is PartKind.WRAPPER for text in sheet.texts)
    if wraps and number is not None and kind not in STATUTORY_KINDS:
        return {NumberKind.ORDER: "令", NumberKind.ANNOUNCEMENT: "公告"}.get(number.kind, kind)
    return kind


def _is_sign_of_order(title: str) -> bool:
    """Whether a title is only the sign over an order: 江东省人民政府令."""
    return kind_of(title) == "令" and "关于" not in title


def _title_from_name(raw: RawCircular, sheet: Sheet) -> None:
    """Take the file's name for a title that the text lacks, where it reads like one."""
    stem = raw.name.rpartition("/")[2].rpartition(".")[0]
    stem = _NAME_PREFIX.sub("", stem[:200])
    if kind_of(stem) and sum("\u4e00" <= character <= "\u9fff" for character in stem) >= _NAME_HAN:
        sheet.head.title = stem
        sheet.evidence.append(Evidence("title", stem, None, "file_name", 0.3))


_NAME_PREFIX: Final = re.compile(r"^[A-Za-z0-9]{1,20}[_-](?:[A-Za-z0-9]{1,20}[_-])?")
_NAME_HAN: Final = 6


class _Builder:
    """Gives the texts of a sheet their headings, paragraphs, groups and references."""

    def __init__(self, raw: RawCircular, sheet: Sheet, region: Region, signed: date | None) -> None:
        self.raw = raw
        self.sheet = sheet
        self.region = region
        self.signed = signed
        self.kind = outer_kind(sheet)
        self.headings: list[Heading] = []
        self.paragraphs: list[Paragraph] = []
        self.references: list[Reference] = []
        self.remarks: list[Remark] = []
        self.ids: set[str] = set()

    def build(self) -> None:
        """Build every text of the sheet in order."""
        kinds = [text.part.kind for text in self.sheet.texts]
        for text in self.sheet.texts:
            outline = read_outline(text.lines, self.raw.text)
            self.remarks += outline.remarks
            self._add_text(text, outline, kinds.count(text.part.kind))

    def _add_text(self, text: Text, outline: Outline, same_kind: int) -> None:
        headed = any(paragraph.node.level is not None for paragraph in outline.paragraphs)
        self.headings += [self._heading(one, text.part) for one in outline.headings]
        body = _merge_groups(outline.paragraphs, self.raw.text)
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
        return Heading(
            id=self._unique(heading_id(_levels(chain), part=part)),
            part=part,
            level=line.level,
            number=line.node.number,
            ordinal=line.node.ordinal,
            heading=line.node.heading,
            span=line.span,
            path=tuple(node.ordinal for node in chain),
        )

    def _add_paragraph(
        self, line: BodyLine, run_in: str, part: Part, same_kind: int, *, headed: bool
    ) -> None:
        chain = line.node.chain()
        text = self.raw.text[line.span.start : line.span.end]
        levels = [(node.level, node.ordinal) for node in chain if node.level is not None]
        self.references += find_references(text, line.span.start)
        self.paragraphs.append(
            Paragraph(
                id=self._unique(paragraph_id(_levels(chain), line.number, part=part)),
                part=part,
                path=tuple(node.ordinal for node in chain),
                headings=tuple(f"{node.number}{node.heading}" for node in chain),
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

    def _groups(self, text: str, offset: int) -> tuple[Assignment, ...]:
        region = self.region.name
        groups = find_assignments(text, offset=offset, region=region, on=self.signed)
        found: list[Assignment] = []
        for group in groups:
            governs = text[group.governs.start - offset : group.governs.end - offset]
            if found and not any(character.isalnum() for character in governs):
                # 牵头单位：… 配合单位：… one after the other speak of the same text
                found.append(replace(group, governs=found[-1].governs))
            else:
                found.append(group)
        return tuple(found)

    def _unique(self, wanted: str) -> str:
        """An id not given before: the same number may stand twice under one heading."""
        found, again = wanted, 2
        while found in self.ids:
            found = f"{wanted}~{again}"
            again += 1
        self.ids.add(found)
        return found


def _levels(chain: Sequence[Node]) -> list[tuple[Level, int, int]]:
    return [(node.level, node.ordinal, node.occurrence) for node in chain if node.level is not None]


def _merge_groups(body: Sequence[BodyLine], text: str) -> tuple[BodyLine, ...]:
    """Join a line that is nothing but a responsibility group to the paragraph it governs."""
    merged: list[BodyLine] = []
    for line in body:
        words = text[line.span.start : line.span.end]
        before = merged[-1] if merged else None
        below = before is not None and before.node is line.node
        if before is not None and below and (is_group_line(words) or is_duty_line(words)):
            merged[-1] = before._replace(span=Span(before.span.start, line.span.end))
            continue
        number = line.number
        if before is not None and before.node is line.node:
            number = before.number + 1
        merged.append(line._replace(number=number))
    return tuple(merged)


def is_group_line(words: str) -> bool:
    """Whether a line is one bracket that names who is responsible (责任分工) and nothing else."""
    return (
        words[:1] in "（(【"
        and words.rstrip("。").endswith(("）", ")", "】"))
        and len(words) < 600
        and any(word in words for word in ("负责", "牵头", "责任单位", "责任部门", "配合"))
        and "。" not in words[:-1]
    )


def is_duty_line(words: str) -> bool:
    """Whether a line is a label with who is responsible or until when: 责任单位：市公安局."""
    head = words[:8].replace(" ", "").lstrip("（(【[")
    return len(words) < 300 and "。" not in words[:-1] and head.startswith(_DUTY_LABELS)


_DUTY_LABELS: Final = tuple(
    f"{label}{colon}"
    for label in (
        *("责任单位", "责任部门", "牵头单位", "牵头部门", "配合单位", "配合部门", "参与单位"),
        *("参与部门", "协办单位", "协同单位", "完成时限", "完成时间", "责任科室", "落实单位"),
    )
    for colon in "：:"
)


def _issuers(sheet: Sheet) -> tuple[str, ...]:
    """Who issued it: the signature, else the title's beginning, else the site's field."""
    names = tuple(dict.fromkeys(sheet.closing_names))
    titled = issuers_of_title(sheet.head.title)
    joined = "".join(titled)
    if titled and (not names or ("".join(names) == joined and len(titled) > len(names))):
        return titled
    if names:
        return names
    number = sheet.head.number
    if number is not None and number.kind in {NumberKind.ORDER, NumberKind.ANNOUNCEMENT}:
        return (number.code,)
    said = sheet.head.metadata.get("发文机关", "")
    return tuple(said.split()) if 0 < len(said) <= 120 else ()


def _number_by_issuer(sheet: Sheet) -> None:
    """Complete 公告 2020年 第64号, as a site states it, with the issuer it states."""
    head = sheet.head
    found = _ANNOUNCEMENT.fullmatch(head.metadata.get("发文字号", "").strip()[:60])
    issuer = head.metadata.get("发文机关") or head.metadata.get("发布机构", "")
    if head.number is not None or found is None or not is_issuer_name(issuer):
        return
    try:
        head.number = DocumentNumber.parse(f"{issuer}公告{found[1]}年第{found[2]}号")
    except NumberError:
        return
    value = str(head.number)
    sheet.evidence.append(Evidence("number", value, None, "metadata_with_issuer", 0.8))


_ANNOUNCEMENT: Final = re.compile(r"公告\s{0,4}(\d{4})\s{0,4}年\s{0,4}第\s{0,4}(\d{1,4})\s{0,4}号")


def _dates(sheet: Sheet) -> dict[str, date | None]:
    said = sheet.head.metadata
    signed = sheet.closing.value if sheet.closing else parse_date(said.get("成文日期", ""))
    printed = sheet.date_printed or parse_date(said.get("印发日期", ""))
    published = parse_date(said.get("发布日期", ""))
    return {"date_signed": signed, "date_printed": printed, "date_published": published}


def _inner_titles(sheet: Sheet) -> tuple[tuple[str, ...], str]:
    """The titles of the issued documents; one standing alone without its letter names itself."""
    titles = sheet.inner_titles or inner_titles_of(sheet.head.title)
    kind = kind_of(sheet.head.title)
    if not titles and kind in INNER_KINDS and kind not in STATUTORY_KINDS:
        return (sheet.head.title,), kind
    return titles, kind_of(titles[0]) if titles else ""


def _period(title: str, inner_titles: Sequence[str]) -> str:
    """The year or years a plan covers, from the title of what is issued."""
    for one in (*inner_titles, title):
        found = _PERIOD.search(one[:300])
        if found:
            return f"{found[1]}—{found[2]}" if found[2] else found[1]
    return ""


def _derived_evidence(sheet: Sheet, region: Region, issuers: tuple[str, ...]) -> list[Evidence]:
    found: list[Evidence] = []
    if region.name:
        found.append(Evidence("region", region.name, None, region.rule, region.confidence))
    if issuers and not sheet.closing_names:
        rule = "title" if issuers == issuers_of_title(sheet.head.title) else "metadata"
        found.append(Evidence("issuers", "、".join(issuers), None, rule, 0.85))
    return found


def _names_same(named: str, read: str) -> bool:
    """Whether a title names the text that follows; 转发 titles put its issuer first and drop 的."""
    long, short = (title_key(without_suffix(one)).replace("的", "") for one in (named, read))
    return bool(short) and (long.endswith(short) or short.endswith(long))


def _remarks(raw: RawCircular, sheet: Sheet) -> list[Remark]:
    """What a careful reader would note about the whole file."""
    head = sheet.head
    found: list[Remark] = []
    if not head.title:
        found.append(Remark(0, "title_missing", "没有找到标题，标题留空"))
    elif any(one.rule == "file_name" for one in sheet.evidence):
        found.append(Remark(0, "title_from_name", "文中没有标题，暂以文件名为标题，请核对"))
    if head.number is None:
        found.append(Remark(0, "number_missing", "没有找到本文的发文字号；文中引用的字号不算"))
    if not any(text.lines for text in sheet.texts):
        found.append(Remark(0, "body_missing", "只有标题等文首内容，没有正文"))
    named, read = inner_titles_of(head.title), sheet.inner_titles
    if named and read and not any(_names_same(one, two) for one in named for two in read):
        message = f"标题所印发的“{named[0]}”与正文之后的标题“{read[0]}”不一致，两者都保留"
        found.append(Remark(0, "title_mismatch", message))
    for number, line in enumerate(raw.text.splitlines(), start=1):
        if ("?" in line or "？" in line) and any(
            _DAMAGED_DOT.search(line, at, at + 2000) for at in range(0, len(line), 1900)
        ):
            message = "数字之间的“?”像是间隔号“·”损坏所致，按原文保留"
            found.append(Remark(number, "damaged_middle_dot", message))
    return found
