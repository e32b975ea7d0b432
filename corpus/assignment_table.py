"""Responsibilities in the rows of a table (任务分工表): the header says which cell names whom.

A row arrives as one line with tabs between its cells. Readers give each row all its boxes; in texts
that lost them rows have fewer cells than the header where cells were merged. What is missing stands
on the left then, so cells are counted from the right.
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
    from collections.abc import Sequence
    from datetime import date

    from corpus.model import ContinuedCell

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
    return _read_header(row.split("\t"))


def _read_header(words: Sequence[str]) -> TaskColumns | None:
    cells = ["".join(cell.split()) for cell in words]
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
    """Reads the paragraphs of a text in order and remembers the header of the table it is in.

    `whole` is the text that holds them; its `continued` boxes are read as the merged cells
    (合并单元格) they are the rest of: one 牵头单位 beside three tasks leads all three.
    """

    def __init__(
        self,
        region: str,
        on: date | None,
        rules: DutyRules | None = None,
        *,
        whole: str | None = None,
        continued: Sequence[ContinuedCell] = (),
    ) -> None:
        self._scope = make_scope(region, on, None, rules or DutyRules())
        self._columns: TaskColumns | None = None
        self._whole = whole
        self._continued = {one.at: one.source for one in continued}

    def read_row(self, text: str, offset: int = 0) -> tuple[Assignment, ...] | None:
        """Return the groups of a row (任务分工表的一行), or None for what is no such row.

        Call it for every paragraph in order; read the others with `find_assignments`.
        """
        cells = self._cells(text, offset)
        if len(cells) < 2:  # noqa: PLR2004 - a row has two cells
            self._columns = None
            return None
        whole = self._whole if self._whole is not None else " " * offset + text
        header = _read_header([whole[slice(*self._said(cell))] for cell in cells])
        if header is not None:
            self._columns = header
            return ()
        if self._columns is None:
            return None
        row = Span(offset, offset + len(text))
        return self._read(whole, cells, self._columns, row)

    def _cells(self, text: str, offset: int) -> list[Span]:
        """The cells of a row, those included that are empty at its ends.

        A line without a tab of its own is a row only where it has as many cells as the header.
        """
        first, last = offset, offset + len(text)
        if self._whole is not None:
            while first > 0 and self._whole[first - 1] == "\t":
                first -= 1
            while last < len(self._whole) and self._whole[last] == "\t":
                last += 1
            text = self._whole[first:last]
        cells = _cut_cells(text, first)
        width = self._columns.width if self._columns is not None else 0
        inner = "\t" in text.strip("\t")
        return cells if inner or len(cells) == width else []

    def _said(self, cell: Span) -> Span:
        """Where the words of a cell stand: a box without any may be the rest of a merged cell."""
        return self._continued.get(cell.start, cell) if cell.start == cell.end else cell

    def _read(
        self, whole: str, cells: list[Span], columns: TaskColumns, row: Span
    ) -> tuple[Assignment, ...] | None:
        parts: list[GroupText] = []
        here: list[Span] = []
        read: set[Span] = set()
        for place, label in columns.labels:
            if place > len(cells):
                continue
            cell = self._said(cells[-place])
            if cell in read or (cell != cells[-place] and row.start <= cell.start < row.end):
                continue  # a cell that takes two columns speaks once
            read.add(cell)
            part = read_labelled(whole, cell, self._scope.home, label)
            named = tuple(
                clause._replace(names=names)
                for clause in part.clauses
                if (names := self._bodies(whole, clause.names))
            )
            parts.append(part._replace(clauses=named))
            if named and cell != cells[-place]:
                here.append(cells[-place])
            here += [s for clause in named for s in clause.names if cell == cells[-place]]
        clauses = tuple(clause for part in parts for clause in part.clauses)
        if not clauses:
            return None
        deadline = next((part.deadline for part in parts if part.deadline), "")
        if columns.deadline is not None and columns.deadline <= len(cells):
            deadline = whole[slice(*self._said(cells[-columns.deadline]))].strip() or deadline
        opened = any(part.open_ended for part in parts)
        first = any(part.first_leads for part in parts)
        group = GroupText(clauses, opened, deadline, first, labelled=True, worded=False)
        inside = [span for span in here if span.start < span.end] or here
        start = min(max(row.start, min(one.start for one in inside)), row.end)
        span = Span(start, min(max(start, *(one.end for one in inside)), row.end))
        built = build_assignment(
            whole, Candidate(span, span, GroupForm.LABEL), group, self._scope, 0
        )
        return (replace(built, governs=_governed(whole, row, span)),)

    def _bodies(self, text: str, names: tuple[Span, ...]) -> tuple[Span, ...]:
        """The names of a cell that may be bodies; none of them if none reads like one."""
        home = self._scope.home
        kept = tuple(s for s in names if may_be_name(text[s.start : s.end], home, listed=True))
        plausible = any(take_apart(text[s.start : s.end], home).plausible for s in kept)
        return kept if plausible else ()


def _governed(whole: str, row: Span, group: Span) -> Span:
    """What of a row a group speaks of: what stands left of it, or else what stands right of it."""
    before, after = Span(row.start, group.start), Span(group.end, row.end)
    for part in (before, after):
        if any(character.isalnum() for character in whole[slice(*part)]):
            return part
    return row


def _cut_cells(text: str, offset: int) -> list[Span]:
    """Return the spans of a row's cells."""
    spans: list[Span] = []
    start = offset
    for cell in text.split("\t"):
        spans.append(Span(start, start + len(cell)))
        start += len(cell) + 1
    return spans
