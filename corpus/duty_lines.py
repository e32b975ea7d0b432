# ruff: noqa: PLR2004 — measured lengths stand where they are used
"""Lines that say nothing but who is responsible (责任行): they belong to the paragraph above."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from corpus.model import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corpus.outline import BodyLine


def merge_duty_lines(body: Sequence[BodyLine], text: str) -> tuple[BodyLine, ...]:
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
