# ruff: noqa: PLR2004 — measured lengths stand where they are used
"""Lines that say nothing but who is responsible (责任行): they belong to the paragraph above."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from corpus.assignment_text import DEADLINE_LABEL, LABEL
from corpus.assignments import explain_brackets
from corpus.model import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corpus.model import Assignment
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
    bare = words[:_LONGEST_LABEL].lstrip("（(【[ \u3000")
    labelled = LABEL.match(bare) or LABEL.match(f"【{bare}") or DEADLINE_LABEL.match(bare)
    return labelled is not None and len(words) < 300 and "。" not in words[:-1]


_LONGEST_LABEL: Final = 30
_CLOSED: Final = re.compile(r"(?:负责|牵头|配合|落实)[）)】\]]")
_LABELLED: Final = re.compile(r"(?:责任|牵头)单位[】\]]?\s?[：:]")
_SHOWN: Final = 60


def explain_duties(
    text: str, offset: int, groups: Sequence[Assignment], region: str
) -> list[tuple[int, str]]:
    """Return where and why text that reads like a responsibility group is none (未认作责任分工)."""
    if _CLOSED.search(text) is None and _LABELLED.search(text) is None:
        return []
    covered = bytearray(len(text))  # 1 where a group stands, or what has been explained
    for group in groups:
        _cover(covered, group.span.start - offset, group.span.end - offset)
    found: list[tuple[int, str]] = []
    if not all(covered[match.start()] for match in _CLOSED.finditer(text)):
        for rejected in explain_brackets(text, region=region):
            if not covered[rejected.span.end - 2]:
                message = f"“{_short(rejected.text)}”未认作责任分工：{rejected.reason}"
                found.append((offset + rejected.span.start, message))
    for at, _ in found:
        _cover(covered, at - offset, at - offset + _SHOWN)
    for match in _LABELLED.finditer(text):
        if not covered[match.start()]:
            shown = _short(text[match.start() : match.start() + _SHOWN])
            message = f"“{shown}”未认作责任分工：标签后没有可以认出的责任单位"
            found.append((offset + match.start(), message))
    return found


def _cover(covered: bytearray, start: int, end: int) -> None:
    """Note a range; what lies outside the text of it is left out."""
    start, end = max(start, 0), min(end, len(covered))
    covered[start:end] = b"\1" * (end - start)


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
