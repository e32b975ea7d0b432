"""Whether a bracket or a label is a responsibility group, and if not, why (责任分工的判断)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from corpus.agencies import AgencyRegistry
from corpus.agency_prefix import NameKind, NameParts, take_apart
from corpus.assignment_candidates import LONGEST_GROUP, Candidate
from corpus.assignment_text import Clause, GroupText, read_group
from corpus.model import GroupForm, Span

if TYPE_CHECKING:
    from corpus.places import Place


# What a group must hold at least: a duty word, or an ending of agencies' names.
_HOPE = re.compile(
    r"负责|牵头|配合|参与|落实|指导|单位|部门|会同|主办|协办|实施|职责|分工|[局厅委办部府院署会]\s*$"
    r"|[局厅委办部府院署会][、，,]"
)
_SENTENCE_END = "。；;！!？?"
_OFFICE_BEFORE = re.compile(
    r"(?:[局厅委办部院署会]|政府|部门|单位|机关|机构|公司|中心|简称|称|为|以下|包括|如|即|含|和|及|由|向|、)$"
)
# 财政部、海关总署公告2012年第83号
_NUMBERED = re.compile(
    r"(?:公告|令|通告)[（(〔]?(?:\d{4}年)?第?\s?\d{1,4}\s?号$|〕\s?第?\d{1,4}\s?号$"
)
_CONTEST = re.compile(r"承办|赞助|支持单位|参赛|大赛")
_HOSTING = re.compile(r"[（(【\[]?(?:主办|协办|承办)(?:单位|部门)?")
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
# （由省科技厅会同财政等部门审核确认）
_SENTENCE_TAIL = re.compile(
    r"会同[^，,。；;]{2,30}等(?:有关|相关)?(?:部门|单位)[\u4e00-\u9fff]{2,}$"
)
_LONGEST_NAME = 40
_SHORT_NAME = 10


def judge(text: str, candidate: Candidate, home: Place | None) -> tuple[GroupText | None, str]:
    """Return what a candidate says if it is a group, or None and the reason why it is none."""
    inside = candidate.inside
    length = inside.end - inside.start
    if not 2 <= length <= LONGEST_GROUP:  # noqa: PLR2004
        return None, "括号内过短或过长"
    if _NUMBERED.search(text, max(inside.start, inside.end - 24), inside.end):
        return None, "括号内是文号"
    if not _HOPE.search(text, inside.start, inside.end):
        return None, "没有责任用语，也不像机关名称"
    group = read_group(text, inside.start, inside.end, home)
    group = _drop_strangers(text, group, home, closed=candidate.form is GroupForm.BRACKET)
    if candidate.form is GroupForm.LABEL and _is_host(text, candidate):
        return None, "活动的主办、承办单位"
    names = [take_apart(text[s.start : s.end], home) for c in group.clauses for s in c.names]
    if not names:
        return None, "没有可以认出的责任单位"
    if group.labelled and _HOSTING.match(text, candidate.span.start):
        known = any(parts.known for parts in names)
        return (group, "") if known else (None, "活动的协办单位")
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
            listed = index > 0 or (closed and bool(clause.verb)) or (group.labelled and place == 0)
            if group.labelled and len(clause.names) == 1 and span.end - span.start <= _SHORT_NAME:
                listed = listed or len(kept) == place  # 团省委，海峡人才市场
            if may_be_name(text[span.start : span.end], home, listed=listed):
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


def end_at_last_name(text: str, candidate: Candidate, group: GroupText) -> Candidate:
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


def may_be_name(name: str, home: Place | None, *, listed: bool) -> bool:
    """Whether a stretch may be a body's name; `listed` says that it stands among such names."""
    if len(name) > _LONGEST_NAME:
        return False
    if take_apart(name, home).plausible:
        return True
    return listed and bool(_MILD.fullmatch(name)) and not _PHRASE.search(name)


def _judge_worded(
    text: str, candidate: Candidate, group: GroupText, names: list[NameParts]
) -> tuple[GroupText | None, str]:
    if _SENTENCE_TAIL.search(text, group.clauses[-1].names[-1].end, candidate.inside.end):
        return None, "括号内是一句话，按行文读"
    if any(parts.strong for parts in names):
        return group, ""
    if all(parts.plausible for parts in names) and _stands_at_sentence_end(text, candidate.span):
        return group, ""
    return None, "没有登记在册的责任单位"


def _judge_bare(
    text: str, candidate: Candidate, group: GroupText, names: list[NameParts]
) -> tuple[GroupText | None, str]:
    strong = sum(parts.strong for parts in names)
    if strong < len(names) and (strong < 2 or strong * 2 <= len(names)):  # noqa: PLR2004
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
