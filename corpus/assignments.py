"""Who is responsible for what: responsibility groups (责任分工) in one paragraph.

Four forms are read: in brackets (市公安局负责), after a label (责任单位：市公安局), in running text
(由市公安局牵头), and in the rows of a table (任务分工表). A group in brackets or after a label
governs the text since the one before it, one in running text its sentence.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from corpus.agencies import AgencyRegistry
from corpus.assignment_candidates import VERB_AT_END, Candidate, find_candidates
from corpus.assignment_judging import end_at_last_name, judge
from corpus.assignment_members import Scope, read_members
from corpus.assignment_text import deadline_beside
from corpus.duty_rules import DutyRules
from corpus.model import Assignment, GroupForm, Span
from corpus.places import Place, read_region
from corpus.running_duties import RunningDuty, find_running

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from corpus.assignment_text import GroupText

_WORTH_READING = re.compile(r"负责|牵头|单位|部门|会同|配合|主办|协办|落实|职责|分工")
_COMMA = re.compile(r"[，,、]")
_NO_RULES = DutyRules()


class Rejected(NamedTuple):
    """A bracket that ends like a group but is none, and why (未认作责任分工的括号)."""

    span: Span
    text: str
    reason: str


def find_assignments(
    text: str,
    *,
    offset: int = 0,
    region: str = "",
    on: date | None = None,
    registry: AgencyRegistry | None = None,
    first_is_lead: bool = False,
    rules: DutyRules = _NO_RULES,
) -> tuple[Assignment, ...]:
    """Return the responsibility groups (责任分工) of one paragraph, in order; never raises.

    `region` and `on` tell whose names are meant and when; `rules` holds what the circular says
    about all its groups (`read_duty_rules`); `first_is_lead` says that the first of a list leads.
    Spans are shifted by `offset`.

    >>> group, = find_assignments("加强巡查。（市公安局负责）", region="厦门市")
    >>> group.members[0].role, group.governs
    (<Role.SOLE: 'sole'>, Span(start=0, end=5))
    """
    if not _may_hold_groups(text):
        return ()
    scope = make_scope(region, on, registry, rules, first_is_lead=first_is_lead)
    found: list[Assignment] = []
    taken: list[Span] = []
    reached = 0
    for stretch in find_candidates(text):
        group, _ = judge(text, stretch, scope.home)
        if group is None:
            continue
        candidate = end_at_last_name(text, stretch, group)
        built = build_assignment(text, candidate, group, scope, offset)
        found.append(replace(built, governs=Span(reached + offset, built.span.start)))
        reached = candidate.span.end
        taken.append(candidate.span)
    duties = list(find_running(text, taken, scope.home))
    for running, governs in zip(duties, _share_sentences(text, duties), strict=True):
        stretch = Candidate(running.span, running.span, GroupForm.RUNNING)
        built = build_assignment(text, stretch, running.group, scope, offset)
        shifted = Span(governs.start + offset, governs.end + offset)
        found.append(replace(built, governs=shifted))
    return tuple(sorted(found, key=lambda group: group.span.start))


def _share_sentences(text: str, duties: Sequence[RunningDuty]) -> list[Span]:
    """Return what each running group governs: its sentence, or its part of one that holds several.

    甲局负责A，乙局负责B falls apart where 乙局 begins; A由甲局负责，B由乙局负责 after the comma.
    """
    shares = [duty.sentence for duty in duties]
    for index, (before, duty) in enumerate(pairwise(duties)):
        if before.sentence != duty.sentence:
            continue
        cut = duty.span.start
        comma = _COMMA.search(text, before.span.end, cut)
        if text[cut] in "由请" and comma is not None:
            cut = comma.end()
        shares[index] = Span(shares[index].start, cut)
        shares[index + 1] = Span(cut, shares[index + 1].end)
    return shares


def explain_brackets(text: str, *, region: str = "") -> tuple[Rejected, ...]:
    """Return every bracket that ends in a duty verb and is no group, with the reason."""
    home = _home_of(region)
    rejected: list[Rejected] = []
    for candidate in find_candidates(text):
        group, reason = judge(text, candidate, home)
        inside = text[candidate.inside.start : candidate.inside.end].strip()
        if group is None and VERB_AT_END.search(inside):
            written = text[candidate.span.start : candidate.span.end]
            rejected.append(Rejected(candidate.span, written, reason))
    return tuple(rejected)


def make_scope(
    region: str,
    on: date | None,
    registry: AgencyRegistry | None,
    rules: DutyRules,
    *,
    first_is_lead: bool = False,
) -> Scope:
    """Return what groups are read with: whose names are meant, when, and the circular's rules."""
    return Scope(
        region,
        _home_of(region),
        on,
        registry or AgencyRegistry.load(),
        first_is_lead or rules.first_is_lead,
        dict(rules.aliases),
        rules.of_level,
    )


def build_assignment(
    text: str, candidate: Candidate, group: GroupText, scope: Scope, offset: int
) -> Assignment:
    """Return a group as the model keeps it, spans shifted by `offset`; it governs nothing yet."""
    span = candidate.span
    return Assignment(
        raw=text[span.start : span.end],
        form=candidate.form,
        span=Span(span.start + offset, span.end + offset),
        governs=Span(span.start + offset, span.start + offset),
        members=read_members(text, group, scope, offset),
        open_ended=group.open_ended,
        deadline=group.deadline or deadline_beside(text, span),
    )


def _home_of(region: str) -> Place | None:
    return None if region in {"", "全国", "中央"} else read_region(region)


def _may_hold_groups(text: str) -> bool:
    return bool(_WORTH_READING.search(text)) or any(char in text for char in "（(【[")
