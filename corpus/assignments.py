"""Who is responsible for what: responsibility groups (责任分工) in one paragraph.

Three forms are read: in brackets (市公安局负责), after a label (责任单位：市公安局), and in running
text (由市公安局牵头). Each group governs the text since the group before it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from corpus.agencies import AgencyRegistry
from corpus.agency_prefix import NameKind, NameParts, Prefixes, prefix_of, take_apart
from corpus.assignment_candidates import (
    LONGEST_GROUP,
    VERB_AT_END,
    Candidate,
    find_candidates,
)
from corpus.assignment_text import Clause, GroupText, read_group
from corpus.model import Assignment, GroupForm, Member, Role, Span
from corpus.places import Place, read_region
from corpus.running_duties import find_running

if TYPE_CHECKING:
    from datetime import date


# What a group must hold at least: a duty word, or an ending of agencies' names.
_HOPE = re.compile(
    r"负责|牵头|配合|参与|落实|单位|部门|会同|主办|协办|实施|职责|分工|[局厅委办部府院署会]\s*$"
)
_WORTH_READING = re.compile(r"负责|牵头|单位|部门|会同|配合|主办|协办|落实|职责|分工")
_SENTENCE_END = "。；;！!？?"
_OFFICE_BEFORE = re.compile(
    r"(?:[局厅委办部院署会]|政府|部门|单位|机关|机构|公司|中心|简称|称|为|以下|包括|如|即|含|和|及|由|向|、)$"
)
_CONTEST = re.compile(r"承办|赞助|支持单位|参赛|大赛")
_DUTY_LABEL = re.compile(r"责任(?:单位|部门)|牵头|配合单位")
# An unlisted name in a list of agencies is kept as it stands, a phrase is not.
_MILD = re.compile(r"[\u4e00-\u9fffA-Za-z0-9“”·（）()]{3,24}")
_PHRASE = re.compile(
    r"[的了着并及其要]|提高|打造|探索|不断|加快|严控|严格|方式|配套|通过|负责|做好|加强|推进"
    r"|落实|开展|完成|建立|不得|可以|应当|工作$|情况|任务|制度|^(?:对|在|按|为)"
)
# What may stand between the last name and the end of a list: 等部门按职责分工负责
_AFTER_NAMES = re.compile(
    r"(?:等[^，,；;。、\s]{0,12})?\s*(?:(?:[按依共分联统组会负牵配参落实])[^，,；;。、\s]{0,20})?[\s）)]*"
)
_LONGEST_NAME = 40


class Rejected(NamedTuple):
    """A bracket that ends like a group but is none, and why (未认作责任分工的括号)."""

    span: Span
    text: str
    reason: str


class _Scope(NamedTuple):
    """What a paragraph's groups are read with."""

    region: str
    home: Place | None
    on: date | None
    registry: AgencyRegistry
    first_is_lead: bool


def find_assignments(
    text: str,
    *,
    offset: int = 0,
    region: str = "",
    on: date | None = None,
    registry: AgencyRegistry | None = None,
    first_is_lead: bool = False,
) -> tuple[Assignment, ...]:
    """Return the responsibility groups (责任分工) of one paragraph, in order; never raises.

    `region` and `on` tell whose names are meant and when; `first_is_lead` says that the circular
    itself declares the first agency of a list to lead. Spans are shifted by `offset`.

    >>> group, = find_assignments("加强巡查。（市公安局负责）", region="厦门市")
    >>> group.members[0].role, group.governs
    (<Role.SOLE: 'sole'>, Span(start=0, end=5))
    """
    if not _may_hold_groups(text):
        return ()
    home = None if region in {"", "全国", "中央"} else read_region(region)
    scope = _Scope(region, home, on, registry or AgencyRegistry.load(), first_is_lead)
    found: list[Assignment] = []
    reached = 0
    for stretch in find_candidates(text):
        group, _ = _judge(text, stretch, scope)
        if group is None:
            continue
        candidate = _end_at_last_name(text, stretch, group)
        found.append(_build(text, candidate, group, scope, reached=reached, offset=offset))
        reached = candidate.span.end
    for running in find_running(text, reached, home):
        stretch = Candidate(running.span, running.span, GroupForm.RUNNING)
        built = _build(text, stretch, running.group, scope, reached=reached, offset=offset)
        sentence = Span(running.sentence.start + offset, running.sentence.end + offset)
        found.append(
            Assignment(
                raw=built.raw,
                form=GroupForm.RUNNING,
                span=built.span,
                governs=sentence,
                members=built.members,
                open_ended=built.open_ended,
                deadline=built.deadline,
            )
        )
    return tuple(found)


def explain_brackets(text: str, *, region: str = "") -> tuple[Rejected, ...]:
    """Return every bracket that ends in a duty verb and is no group, with the reason."""
    home = None if region in {"", "全国", "中央"} else read_region(region)
    scope = _Scope(region, home, None, AgencyRegistry.load(), first_is_lead=False)
    rejected: list[Rejected] = []
    for candidate in find_candidates(text):
        group, reason = _judge(text, candidate, scope)
        inside = text[candidate.inside.start : candidate.inside.end].strip()
        if group is None and VERB_AT_END.search(inside):
            written = text[candidate.span.start : candidate.span.end]
            rejected.append(Rejected(candidate.span, written, reason))
    return tuple(rejected)


def _may_hold_groups(text: str) -> bool:
    return bool(_WORTH_READING.search(text)) or any(char in text for char in "（(【[")


# --- is it one? -------------------------------------------------------------------------------


def _judge(text: str, candidate: Candidate, scope: _Scope) -> tuple[GroupText | None, str]:
    inside = candidate.inside
    length = inside.end - inside.start
    if not 2 <= length <= LONGEST_GROUP:  # noqa: PLR2004
        return None, "括号内过短或过长"
    if not _HOPE.search(text, inside.start, inside.end):
        return None, "没有责任用语，也不像机关名称"
    group = read_group(text, inside.start, inside.end, scope.home)
    group = _drop_strangers(text, group, scope.home, closed=candidate.form is GroupForm.BRACKET)
    if candidate.form is GroupForm.LABEL and _is_host(text, candidate):
        return None, "活动的主办、承办单位"
    names = [take_apart(text[s.start : s.end], scope.home) for c in group.clauses for s in c.names]
    if not names:
        return None, "没有可以认出的责任单位"
    if group.labelled:
        good = any(parts.plausible for parts in names)
        return (group, "") if good else (None, "标签后没有可以认出的责任单位")
    if group.worded or group.first_leads:
        return _judge_worded(text, candidate, group, names)
    return _judge_bare(text, candidate, group, names)


def _is_host(text: str, candidate: Candidate) -> bool:
    """Whether a label names who hosts an event or a site: 主办单位 beside no 协办 and no 责任."""
    written = text[candidate.span.start : candidate.span.end]
    if _DUTY_LABEL.search(written):
        return False
    hosted = written.startswith(("主办", "承办")) and "协办" not in written
    return hosted or bool(_CONTEST.search(text))


def _drop_strangers(text: str, group: GroupText, home: Place | None, *, closed: bool) -> GroupText:
    """Leave out what cannot be a name: whole phrases between the commas."""
    kept: list[Clause] = []
    for place, clause in enumerate(group.clauses):
        names: list[Span] = []
        for index, span in enumerate(clause.names):
            listed = index > 0 or (group.labelled and (closed or place == 0))
            if _may_be_name(text[span.start : span.end], home, listed=listed):
                names.append(span)
            elif group.labelled and (known := _known_head(text, span, home)) is not None:
                names.append(known)
        if names:
            kept.append(clause._replace(names=tuple(names)))
    written = sum(len(clause.names) for clause in group.clauses)
    left = sum(len(clause.names) for clause in kept)
    if not group.labelled and not group.worded and left < written:
        return group._replace(clauses=())
    if left * 2 < written and not group.labelled:
        return group._replace(clauses=())
    return group._replace(clauses=tuple(kept))


def _end_at_last_name(text: str, candidate: Candidate, group: GroupText) -> Candidate:
    """Cut off what follows the names of a label on a page that glues lines together."""
    last = group.clauses[-1].names[-1].end
    if candidate.form is not GroupForm.LABEL or _AFTER_NAMES.fullmatch(
        text, last, candidate.span.end
    ):
        return candidate
    if group.deadline and group.deadline[-4:] in text[last : candidate.span.end]:
        return candidate
    span = Span(candidate.span.start, last)
    return Candidate(span, span, candidate.form)


def _known_head(text: str, span: Span, home: Place | None) -> Span | None:
    """Return the known name that glued text begins with: 省住建厅各部门要统一思想."""
    found = AgencyRegistry.load().match_at(text, span.start, home=home)
    if found is None or found.end >= span.end or found.parts.kind is NameKind.BARE:
        return None
    return Span(found.start, found.end)


def _may_be_name(name: str, home: Place | None, *, listed: bool) -> bool:
    if len(name) > _LONGEST_NAME:
        return False
    if take_apart(name, home).plausible:
        return True
    return listed and bool(_MILD.fullmatch(name)) and not _PHRASE.search(name)


def _judge_worded(
    text: str, candidate: Candidate, group: GroupText, names: list[NameParts]
) -> tuple[GroupText | None, str]:
    if any(parts.strong for parts in names):
        return group, ""
    if all(parts.plausible for parts in names) and _stands_at_sentence_end(text, candidate.span):
        return group, ""
    return None, "没有登记在册的责任单位"


def _judge_bare(
    text: str, candidate: Candidate, group: GroupText, names: list[NameParts]
) -> tuple[GroupText | None, str]:
    if not all(parts.strong for parts in names):
        return None, "没有责任用语，且不全是已知机关"
    if not _closes_sentence(text, candidate.span):
        return None, "没有责任用语，也不在句末"
    if len(names) == 1 and names[0].kind in {NameKind.BARE, NameKind.CENTRAL}:
        return None, "只有一个没有前缀的名称"
    if text[candidate.span.start] in "[［〔﹝":
        return None, "方括号内没有责任用语"
    if not _stands_at_sentence_end(text, candidate.span):
        return None, "没有责任用语，且在句子中间"
    return group, ""


def _closes_sentence(text: str, span: Span) -> bool:
    """Whether a bracket follows or precedes a full stop, or closes a paragraph of sentences."""
    before = text[max(0, span.start - 60) : span.start].rstrip()
    after = text[span.end : span.end + 60].lstrip()
    if not before or before[-1] in _SENTENCE_END or after[:1] in set(_SENTENCE_END):
        return True
    return not after and len(before) > len("余春玉，仙居县民政局社会事务科")


def _stands_at_sentence_end(text: str, span: Span) -> bool:
    before = text[max(0, span.start - 60) : span.start].rstrip()
    after = text[span.end : span.end + 60].lstrip()
    if not before or before[-1] in _SENTENCE_END:
        return True
    if after and after[0] not in _SENTENCE_END:
        return False
    return not _OFFICE_BEFORE.search(before[-6:])


# --- what it says -----------------------------------------------------------------------------


def _build(
    text: str,
    candidate: Candidate,
    group: GroupText,
    scope: _Scope,
    *,
    reached: int,
    offset: int,
) -> Assignment:
    span = candidate.span
    return Assignment(
        raw=text[span.start : span.end],
        form=candidate.form,
        span=Span(span.start + offset, span.end + offset),
        governs=Span(reached + offset, span.start + offset),
        members=_members(text, group, scope, offset),
        open_ended=group.open_ended,
        deadline=group.deadline,
    )


def _members(text: str, group: GroupText, scope: _Scope, offset: int) -> tuple[Member, ...]:
    spans = [span for clause in group.clauses for span in clause.names]
    central = _is_central(text, spans, scope.home)
    region = "全国" if central else scope.region
    home = None if central else scope.home
    prefixes = Prefixes(home, prefix_of(home))
    led = any(clause.role is Role.LEAD for clause in group.clauses)
    declared = (group.first_leads or scope.first_is_lead) and not led and len(spans) > 1
    members: list[Member] = []
    for clause in group.clauses:
        for span in clause.names:
            written = text[span.start : span.end]
            expanded = prefixes.expand(written)
            found = scope.registry.resolve(expanded, region=region, on=scope.on)
            if declared:
                role = Role.SUPPORT if members else Role.LEAD
            else:
                role = clause.role or _shared_role(group, spans, clause, found.collective, led=led)
            members.append(
                Member(
                    as_written=written,
                    expanded=expanded,
                    canonical=found.canonical,
                    agency_id=found.agency_id,
                    line=found.line,
                    role=role,
                    collective=found.collective,
                    span=Span(span.start + offset, span.end + offset),
                    verb=clause.verb,
                )
            )
    return tuple(members)


def _shared_role(
    group: GroupText, spans: list[Span], clause: Clause, collective: bool, *, led: bool
) -> Role:
    if led:
        return Role.SUPPORT
    if len(spans) > 1 or group.open_ended:
        return Role.JOINT
    if collective and clause.verb != "负责":
        return Role.JOINT
    return Role.SOLE


def _is_central(text: str, spans: list[Span], home: Place | None) -> bool:
    """Whether a group lists central bodies: one is a ministry and none states a prefix."""
    kinds = [take_apart(text[span.start : span.end], home) for span in spans]
    if any(parts.kind in {NameKind.PREFIXED, NameKind.PARTY} for parts in kinds):
        return False
    return any(
        parts.kind is NameKind.CENTRAL
        and bool(parts.entries)
        and all(entry.central for entry in parts.entries)
        for parts in kinds
    )
