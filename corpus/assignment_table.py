"""Responsibilities in the rows of a table (任务分工表): the header says which cell names whom.

A row arrives as one line with tabs between its cells. Rows may have fewer cells than the header
where cells are merged; what is missing stands on the left, so cells are counted from the right.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from corpus.agency_prefix import take_apart
from corpus.assignment_candidates import Candidate
from corpus.assignment_judging import may_be_name
from corpus.assignment_text import GroupText, read_labelled
from corpus.assignments import build_assignment, make_scope
from corpus.duty_rules import DutyRules
from corpus.model import Assignment, GroupForm, Span

if TYPE_CHECKING:
    from datetime import date

_LABEL_CELL = re.compile(
    r"(?:第一|主要|具体|共同|省级?|市级?|区级?|县级?)?(?P<label>(?:牵头|责任|配合|协办|参与|参加|协助|协同|主责|落实|实施|负责|承办|主办|支持)"
    r"(?:[（(及和与/／、]?(?:牵头|责任|配合|协办|参与|落实|实施)[）)]?)?(?:单位|部门|科室|处室|主体|机构|地区)?)"
    r"(?:[及和与/、]?(?:责任人|分工))?(?:[（(][^（()）]{1,12}[）)])?"
)
_DEADLINE_CELL = re.compile(
    r"(?:完成|办结|整改|落实|推进|时间|进度)?(?:时限|时间|期限|节点|进度|进度安排|时间节点|时间安排|时间要求|要求时限)"
)
_LONGEST_HEADER_CELL = 16
_BARE_WORDS = frozenset({"责任", "负责", "落实", "实施", "参加", "支持", "承办"})


class TaskColumns(NamedTuple):
    """Which cells of a table's rows name agencies, counted from the right, and the deadline's."""

    labels: tuple[tuple[int, str], ...]
    deadline: int | None
    width: int


def read_task_header(row: str) -> TaskColumns | None:
    r"""Return what a table's header row says of its columns, or None if it is no such header.

    >>> read_task_header("序号\t重点任务\t牵头单位\t完成时限")
    TaskColumns(labels=((2, '牵头单位'),), deadline=1, width=4)
    """
    cells = ["".join(cell.split()) for cell in row.split("\t")]
    if len(cells) < 2 or max(map(len, cells)) > _LONGEST_HEADER_CELL:  # noqa: PLR2004
        return None
    labels: list[tuple[int, str]] = []
    deadline: int | None = None
    for index, cell in enumerate(cells):
        found = _LABEL_CELL.fullmatch(cell)
        if found is not None and found["label"] not in _BARE_WORDS:
            labels.append((len(cells) - index, found["label"]))
        elif _DEADLINE_CELL.fullmatch(cell):
            deadline = len(cells) - index
    return TaskColumns(tuple(labels), deadline, len(cells)) if labels else None


class TaskTable:
    """Reads the paragraphs of a text in order and remembers the header of the table it is in."""

    def __init__(self, region: str, on: date | None, rules: DutyRules | None = None) -> None:
        self._scope = make_scope(region, on, None, rules or DutyRules())
        self._columns: TaskColumns | None = None

    def read_row(self, text: str, offset: int = 0) -> tuple[Assignment, ...] | None:
        """Return the groups of a row (任务分工表的一行), or None for what is no such row.

        Call it for every paragraph in order; read the others with `find_assignments`.
        """
        if "\t" not in text:
            self._columns = None
            return None
        header = read_task_header(text)
        if header is not None:
            self._columns = header
            return ()
        if self._columns is None:
            return None
        return self._read(text, self._columns, offset)

    def _read(self, text: str, columns: TaskColumns, offset: int) -> tuple[Assignment, ...] | None:
        cells = _cells(text)
        parts = [
            read_labelled(text, cells[-place], self._scope.home, label)
            for place, label in columns.labels
            if place <= len(cells)
        ]
        clauses = tuple(
            clause._replace(names=names)
            for part in parts
            for clause in part.clauses
            if (names := self._bodies(text, clause.names))
        )
        if not clauses:
            return None
        deadline = next((part.deadline for part in parts if part.deadline), "")
        place = columns.deadline
        if place is not None and place <= len(cells):
            deadline = text[slice(*cells[-place])].strip() or deadline
        opened = any(part.open_ended for part in parts)
        first = any(part.first_leads for part in parts)
        group = GroupText(clauses, opened, deadline, first, labelled=True, worded=False)
        spans = [span for clause in clauses for span in clause.names]
        span = Span(min(one.start for one in spans), max(one.end for one in spans))
        built = build_assignment(
            text, Candidate(span, span, GroupForm.LABEL), group, self._scope, offset
        )
        return (replace(built, governs=Span(offset, offset + span.start)),)

    def _bodies(self, text: str, names: tuple[Span, ...]) -> tuple[Span, ...]:
        """The names of a cell that may be bodies; none of them if none reads like one."""
        home = self._scope.home
        kept = tuple(s for s in names if may_be_name(text[s.start : s.end], home, listed=True))
        plausible = any(take_apart(text[s.start : s.end], home).plausible for s in kept)
        return kept if plausible else ()


def _cells(text: str) -> list[Span]:
    """Return the spans of a row's cells."""
    spans: list[Span] = []
    start = 0
    for cell in text.split("\t"):
        spans.append(Span(start, start + len(cell)))
        start += len(cell) + 1
    return spans
