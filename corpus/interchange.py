"""A circular (公文) as JSON and back: the machine-readable contract of `gongwen parse --json`.

The keys of the contract are stable: keys may be added, never renamed. Beside the contract's keys
stand further ones, so that nothing of a `Circular` is lost on the way: the library keeps circulars
in this form, and `circular_from_json(circular_to_json(c)) == c`.

Spans are `[start, end]`, paths are `"1/2"`, dates are ISO, numbers are their canonical text.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from corpus.model import (
    Assignment,
    Circular,
    Dropped,
    Evidence,
    GroupForm,
    Heading,
    Level,
    Member,
    Paragraph,
    Part,
    PartKind,
    Reference,
    Relation,
    Remark,
    Role,
    Span,
)
from corpus.number import DocumentNumber, NumberKind

if TYPE_CHECKING:
    from collections.abc import Mapping

Json = dict[str, Any]


def circular_to_json(circular: Circular) -> Json:
    """Return a circular as the JSON object of the machine-readable contract (公文)."""
    return {
        "title": circular.title,
        "inner_titles": list(circular.inner_titles),
        "number": _text_of(circular.number),
        "kind": circular.kind,
        "issuers": list(circular.issuers),
        "recipients": list(circular.recipients),
        "date_signed": _iso(circular.date_signed),
        "date_printed": _iso(circular.date_printed),
        "date_published": _iso(circular.date_published),
        "region": circular.region,
        "region_code": circular.region_code,
        "inner_kind": circular.inner_kind,
        "period": circular.period,
        "number_parts": _number_parts(circular.number),
        "headings": [_heading_to_json(heading) for heading in circular.headings],
        "paragraphs": [paragraph_to_json(paragraph) for paragraph in circular.paragraphs],
        "references": [_reference_to_json(reference) for reference in circular.references],
        "remarks": [
            {"line": remark.line, "code": remark.code, "message": remark.message}
            for remark in circular.remarks
        ],
        "dropped": [
            {"span": list(dropped.span), "reason": dropped.reason} for dropped in circular.dropped
        ],
        "evidence": [_evidence_to_json(evidence) for evidence in circular.evidence],
    }


def circular_from_json(value: Mapping[str, Any]) -> Circular:
    """Return the circular that `circular_to_json` wrote (公文)."""
    return Circular(
        title=value["title"],
        inner_titles=tuple(value["inner_titles"]),
        number=_number(value),
        kind=value["kind"],
        inner_kind=value.get("inner_kind", ""),
        issuers=tuple(value["issuers"]),
        recipients=tuple(value["recipients"]),
        date_signed=_date(value["date_signed"]),
        date_printed=_date(value["date_printed"]),
        date_published=_date(value.get("date_published")),
        region=value["region"],
        region_code=value.get("region_code", ""),
        period=value.get("period", ""),
        headings=tuple(_heading_from_json(each) for each in value["headings"]),
        paragraphs=tuple(paragraph_from_json(each) for each in value["paragraphs"]),
        references=tuple(_reference_from_json(each) for each in value["references"]),
        remarks=tuple(
            Remark(each["line"], each["code"], each["message"]) for each in value["remarks"]
        ),
        dropped=tuple(
            Dropped(_span(each["span"]), each["reason"]) for each in value.get("dropped", ())
        ),
        evidence=tuple(_evidence_from_json(each) for each in value.get("evidence", ())),
    )


def paragraph_to_json(paragraph: Paragraph) -> Json:
    """Return one paragraph (段) as it stands in the circular's JSON."""
    return {
        "id": paragraph.id,
        "part": _part_to_json(paragraph.part),
        "path": _path_text(paragraph.path),
        "headings": list(paragraph.headings),
        "number": paragraph.number,
        "display": paragraph.display,
        "cite": paragraph.cite,
        "run_in_heading": paragraph.run_in_heading,
        "text": paragraph.text,
        "span": list(paragraph.span),
        "groups": [_group_to_json(group) for group in paragraph.groups],
    }


def paragraph_from_json(value: Mapping[str, Any]) -> Paragraph:
    """Return the paragraph that `paragraph_to_json` wrote (段)."""
    return Paragraph(
        id=value["id"],
        part=_part_from_json(value.get("part")),
        path=_path(value["path"]),
        headings=tuple(value.get("headings", ())),
        number=value.get("number", 1),
        display=value["display"],
        cite=value["cite"],
        run_in_heading=value["run_in_heading"],
        text=value["text"],
        span=_span(value["span"]),
        groups=tuple(_group_from_json(each) for each in value["groups"]),
    )


def _group_to_json(group: Assignment) -> Json:
    return {
        "raw": group.raw,
        "form": group.form.value,
        "span": list(group.span),
        "governs": list(group.governs),
        "members": [
            {
                "as_written": member.as_written,
                "expanded": member.expanded,
                "canonical": member.canonical,
                "agency_id": member.agency_id,
                "line": member.line,
                "role": member.role.value,
                "verb": member.verb,
                "collective": member.collective,
                "span": list(member.span),
            }
            for member in group.members
        ],
        "open_ended": group.open_ended,
        "deadline": group.deadline,
    }


def _group_from_json(value: Mapping[str, Any]) -> Assignment:
    return Assignment(
        raw=value["raw"],
        form=GroupForm(value["form"]),
        span=_span(value["span"]),
        governs=_span(value["governs"]),
        members=tuple(
            Member(
                as_written=each["as_written"],
                expanded=each["expanded"],
                canonical=each["canonical"],
                agency_id=each["agency_id"],
                line=each.get("line", ""),
                role=Role(each["role"]),
                collective=each["collective"],
                span=_span(each["span"]),
                verb=each.get("verb", ""),
            )
            for each in value["members"]
        ),
        open_ended=value.get("open_ended", False),
        deadline=value.get("deadline", ""),
    )


def _heading_to_json(heading: Heading) -> Json:
    return {
        "id": heading.id,
        "part": _part_to_json(heading.part),
        "level": int(heading.level) if heading.level.isdecimal() else heading.level.value,
        "number": heading.number,
        "ordinal": heading.ordinal,
        "heading": heading.heading,
        "path": _path_text(heading.path),
        "span": list(heading.span),
    }


def _heading_from_json(value: Mapping[str, Any]) -> Heading:
    return Heading(
        id=value["id"],
        part=_part_from_json(value.get("part")),
        level=Level(str(value["level"])),
        number=value["number"],
        ordinal=value["ordinal"],
        heading=value["heading"],
        span=_span(value["span"]),
        path=_path(value["path"]),
    )


def _reference_to_json(reference: Reference) -> Json:
    alias = {"alias": reference.alias} if reference.alias else {}
    return {
        "title": reference.title,
        "number": _text_of(reference.number),
        "number_parts": _number_parts(reference.number),
        "relation": reference.relation.value,
        "span": list(reference.span),
        **alias,
    }


def _reference_from_json(value: Mapping[str, Any]) -> Reference:
    return Reference(
        title=value["title"],
        number=_number(value),
        relation=Relation(value["relation"]),
        span=_span(value["span"]),
        alias=value.get("alias", ""),
    )


def _evidence_to_json(evidence: Evidence) -> Json:
    return {
        "field": evidence.field,
        "value": evidence.value,
        "span": None if evidence.span is None else list(evidence.span),
        "rule": evidence.rule,
        "confidence": evidence.confidence,
    }


def _evidence_from_json(value: Mapping[str, Any]) -> Evidence:
    return Evidence(
        field=value["field"],
        value=value["value"],
        span=None if value["span"] is None else _span(value["span"]),
        rule=value["rule"],
        confidence=value["confidence"],
    )


def _part_to_json(part: Part) -> Json:
    return {"kind": part.kind.value, "ordinal": part.ordinal, "title": part.title}


def _part_from_json(value: Mapping[str, Any] | None) -> Part:
    if value is None:
        return Part(PartKind.BODY)
    return Part(PartKind(value["kind"]), value["ordinal"], value["title"])


def _number_parts(number: DocumentNumber | None) -> Json | None:
    """Return the fields of a number: reading its text again could judge an odd code differently."""
    if number is None:
        return None
    return {
        "code": number.code,
        "year": number.year,
        "serial": number.serial,
        "kind": number.kind.value,
    }


def _number(value: Mapping[str, Any]) -> DocumentNumber | None:
    parts = value.get("number_parts")
    if parts is not None:
        return DocumentNumber(
            parts["code"], parts["year"], parts["serial"], NumberKind(parts["kind"])
        )
    return None if value["number"] is None else DocumentNumber.parse(value["number"])


def _text_of(number: DocumentNumber | None) -> str | None:
    return None if number is None else str(number)


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _date(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _path_text(path: tuple[int, ...]) -> str:
    return "/".join(str(ordinal) for ordinal in path)


def _path(text: str) -> tuple[int, ...]:
    return tuple(int(ordinal) for ordinal in text.split("/")) if text else ()


def _span(value: list[int]) -> Span:
    start, end = value
    return Span(start, end)
