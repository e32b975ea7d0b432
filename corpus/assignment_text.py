"""The grammar of responsibility groups: labels, verbs, deadlines, clauses (责任分工的写法)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from corpus.agency_prefix import take_apart
from corpus.assignment_names import HIDDEN, hide_inner, split_names
from corpus.duty_rules import declares_first_lead as declares_first_lead  # noqa: PLC0414
from corpus.model import Role, Span

if TYPE_CHECKING:
    from corpus.places import Place

_LABEL_WORDS = (
    r"(?:第一|主要|具体|共同|协同)?(?:牵头责任|牵头负责|牵头实施|牵头|责任|配合|协办|参与|参加|协助|协同|支持|主责|落实"
    r"|实施|负责|承办|主办|执行|组织实施)(?:单位|部门|科室|处室|主体|机构|地区)(?:及|和|与)?(?:分工|责任人)?"
    r"|牵头|主办|协办|配合|参与|责任分工|分工|责任"
)
# 牵头单位：, 责任部门:, 【责任单位】…, 责任单位为：; 责任编辑：, 责任人： are none
LABEL = re.compile(
    rf"[【\[](?P<boxed>{_LABEL_WORDS})[】\]]\s?[：:]?\s?"
    rf"|(?P<label>{_LABEL_WORDS})\s?(?:[（(][^（()）]{{1,12}}[）)])?[为是]?\s?[：:]\s?"
)
DEADLINE_LABEL = re.compile(
    r"(?:完成|办结|办理|整改|责任|工作|落实|推进)?(?:时限|时间|期限|时间节点|时间要求|时限要求|进度要求|进度安排|时间安排)\s?[：:]\s?"
)
_WHEN = r"(?P<when>[^。；;：:\n（()）【】]{2,40}?)"
_DEADLINE_AFTER = re.compile(
    rf"[\s。；;]{{0,6}}[（(【]?{DEADLINE_LABEL.pattern}{_WHEN}(?=[。；;\n）)】]|\s{{2}}|$)"
)
_DEADLINE_BEFORE = re.compile(rf"{DEADLINE_LABEL.pattern}{_WHEN}[\s。；;）)】]{{0,6}}$")
_DEADLINE = re.compile(
    r"(?:持续|长期|常年|全年)(?:推进|坚持|实施|开展|落实|执行)?|立即(?:落实|执行|实施)|(?:已|正在)(?:完成|推进)"
    r"|(?:\d{4}年|每年|当年|今年|年内|年底)?.{0,12}?(?:[底末前内]|季度|上半年|下半年|年度|月份?)(?:前|之前|以前)?(?:完成|基本完成|落实到位|取得.{1,10})?"
)
_LOOKS_DATED = re.compile(
    r"^(?:\d{4}年|\d{1,2}月|年底|年内|每年|持续|长期|常年|全年|立即|当年|今年)"
)
_ASIDE = re.compile(r"^(?:以下|不再|下同|注|其中|涉及|详见|含|包括|不含)")

_DUTY = (
    r"(?:按照?|依照|依据|根据|在)(?:各自|本?部门|有关|相关|其|管理)?(?:的)?(?:工作|法定|部门|监管)?"
    r"(?:职责|职能|分工|权限|规定|任务)(?:和)?(?:分工|权限|范围|任务|要求|规定)?(?:内)?"
)
_MANNER = (
    r"(?:分别|共同|具体|统筹|组织|联合|协同|分头|分级|分工|分类|统一|主要|全面|各自|依法|抓紧|认真|积极"
    r"|抓好|做好)"
)
_ACT = (
    r"牵头负责|牵头组织|牵头抓总|牵头落实|牵头实施|牵头推进|牵头|负责|配合|参与|参加|协助|协同|协办|主办|承办|组织实施|实施|落实|执行|支持"
    r"|推进|抓落实|监督指导|指导|督导|督办|统筹|协调"
)
# 按职责分工分别负责; 牵头; 负责落实; 会同 is followed by names, the others by the clause's end
_GLUED_LABEL = re.compile(
    r"(?<=[局厅委办部府院会位门司团心社区队])(?:责任|牵头|配合|参与)(?:单位|部门)[：:]"
)
_VERB = re.compile(
    rf"(?:{_DUTY})?{_MANNER}{{0,3}}(?:{_ACT})(?:{_ACT}|组织|抓好|做好|完成|工作){{0,2}}"
    rf"(?=$|[、\s{HIDDEN}]|会同|按|依)|(?:牵头)?会同(?=[^\s，。])|{_DUTY}(?=$)"
)
_LOOSE_VERB = re.compile(r"牵头(?:负责)?|负责|配合|参与")
_LEAD = re.compile(r"牵头|主办|主责")
_SUPPORT = re.compile(r"配合|参与|参加|协助|协同|协办|支持")
_NOTE_AT_END = re.compile(r"[（(][^（()）]{6,40}[）)]$")  # …管委会（排在第一位的为牵头单位，下同）
_NESTED_DEADLINE = re.compile(
    r"[（(【](?:完成|办结|整改)?(?:时限|时间|期限|时间节点)[：:]([^（()）】]{1,30})[）)】]"
)


class Clause(NamedTuple):
    """Names with the duty they share. `role` is None where neither verb nor label decides it."""

    names: tuple[Span, ...]
    verb: str
    role: Role | None
    neutral: bool  # 负责: joint or sole, unless others lead


class GroupText(NamedTuple):
    """What stands inside a group: its clauses in order, its deadline, 等, and the lead note."""

    clauses: tuple[Clause, ...]
    open_ended: bool
    deadline: str
    first_leads: bool
    labelled: bool
    worded: bool  # some clause has a verb


def name_of_label(found: re.Match[str]) -> str:
    """Return the words of a label without its colon or box."""
    return found["boxed"] or found["label"]


def deadline_beside(text: str, span: Span) -> str:
    """Return the deadline (完成时限) that stands beside a group under its own label, or ""."""
    after = _DEADLINE_AFTER.match(text, span.end)
    if after is not None:
        return after["when"].strip()
    before = _DEADLINE_BEFORE.search(text, max(0, span.start - 60), span.start)
    return before["when"].strip() if before is not None else ""


def read_group(text: str, start: int, end: int, home: Place | None) -> GroupText:
    """Read the inside of a group (责任分工), without judging whether it is one."""
    reader = _Reader(text, home)
    hidden = hide_inner(text[start:end])
    for found in re.finditer(r"[^，,；;。]+", hidden):
        if not reader.read(start + found.start(), start + found.end()):
            break
    return reader.finish()


def read_labelled(text: str, span: Span, home: Place | None, label: str) -> GroupText:
    """Read names whose label stands elsewhere, as the cells of a table do (责任单位一栏)."""
    reader = _Reader(text, home)
    reader.label, reader.labelled = label, True
    hidden = hide_inner(text[span.start : span.end])
    for found in re.finditer(r"[^，,；;。]+", hidden):
        if not reader.read(span.start + found.start(), span.start + found.end()):
            break
    return reader.finish()


class _Reader:
    """Reads clause after clause; what one clause leaves open the next may settle."""

    def __init__(self, text: str, home: Place | None) -> None:
        self.text = text
        self.home = home
        self.label = ""
        self.in_deadline = False
        self.deadline = ""
        self.first_leads = False
        self.labelled = False
        self.worded = False
        self.open_ended = False
        self.clauses: list[Clause] = []

    def read(self, start: int, end: int) -> bool:
        """Read one stretch between commas; False ends the group."""
        pieces = _split_labels(self.text, start, end)
        return all(self._read_piece(*piece) for piece in pieces)

    def _read_piece(self, start: int, end: int) -> bool:
        while start < end and self.text[start].isspace():
            start += 1
        while end > start and self.text[end - 1].isspace():
            end -= 1
        written = self.text[start:end]
        if not written:
            return True
        nested = _NESTED_DEADLINE.search(written)
        if nested is not None:
            self.deadline = nested[1].strip()
            if nested.end() == len(written):
                end = start + nested.start()
                written = self.text[start:end]
        note = _NOTE_AT_END.search(written)
        if note is not None and declares_first_lead(note.group()):
            self.first_leads = True
            end = start + note.start()
            written = self.text[start:end]
        label = LABEL.match(written)
        if label is not None:
            self.label, self.in_deadline, self.labelled = name_of_label(label), False, True
            start += label.end()
        else:
            dated = DEADLINE_LABEL.match(written)
            if dated is not None:
                self.in_deadline = True
                self._add_deadline(written[dated.end() :])
                return True
            if self.in_deadline or _is_deadline(written):
                self._add_deadline(written)
                return True
            if declares_first_lead(written):
                self.first_leads = True
                return True
            if _ASIDE.match(written):
                return False
        self._read_names(start, end)
        return True

    def _add_deadline(self, written: str) -> None:
        written = written.strip()
        if written:
            self.deadline = f"{self.deadline}，{written}" if self.deadline else written

    def _read_names(self, start: int, end: int) -> None:
        shown = hide_inner(self.text[start:end])
        here = start
        joined = False
        verbs = list(_VERB.finditer(shown))
        tail = end
        if not verbs:
            loose = _LOOSE_VERB.search(shown)
            if loose is not None:
                verbs, tail = [loose], start + loose.end()
        for verb in verbs:
            at = start + verb.start()
            joins = verb.group().endswith("会同")
            self._add_clause(here, at, verb.group(), joined=joined, joins=joins)
            joined = joins
            here = start + verb.end()
        if here < tail or not verbs:
            self._add_clause(here, tail, "", joined=joined, joins=False)

    def _add_clause(self, start: int, end: int, verb: str, *, joined: bool, joins: bool) -> None:
        names = split_names(self.text, start, end, self.home)
        self.open_ended = self.open_ended or names.open_ended
        self.worded = self.worded or bool(verb)
        if not names.spans:
            return
        role, neutral = _role_of(verb, self.label, joined=joined, joins=joins)
        self.clauses.append(Clause(names.spans, verb or self.label, role, neutral))

    def finish(self) -> GroupText:
        return GroupText(
            _inherit(self.clauses),
            self.open_ended,
            self.deadline,
            self.first_leads,
            self.labelled,
            self.worded,
        )


def _is_deadline(written: str) -> bool:
    """Whether a clause only says until when: 2025年底前完成并持续推进."""
    if not _LOOKS_DATED.match(written):
        return False
    plain = len(written) <= 30 and not _LOOSE_VERB.search(written)  # noqa: PLR2004
    return bool(_DEADLINE.fullmatch(written)) or (plain and not take_apart(written).plausible)


def _split_labels(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Split where a label stands after white space: 牵头单位：甲局 责任单位：乙局."""
    labels = (
        found.start()
        for pattern in (LABEL, DEADLINE_LABEL)
        for found in pattern.finditer(text, start, end)
    )
    cuts = sorted({start, *(at for at in labels if at > start and _may_split(text, at))})
    return list(zip(cuts, [*cuts[1:], end], strict=True))


def _may_split(text: str, at: int) -> bool:
    """Whether a label begins a new list: after white space, or glued to the name before it."""
    return text[at - 1].isspace() or bool(_GLUED_LABEL.match(text, at))


def _role_of(verb: str, label: str, *, joined: bool, joins: bool) -> tuple[Role | None, bool]:
    if joined:
        return Role.SUPPORT, False
    if joins or _LEAD.search(verb):
        return Role.LEAD, False
    if _SUPPORT.search(verb):
        return Role.SUPPORT, False
    if _LEAD.search(label):
        return Role.LEAD, False
    if _SUPPORT.search(label):
        return Role.SUPPORT, False
    return None, bool(verb or label)


def _inherit(clauses: list[Clause]) -> tuple[Clause, ...]:
    """Give a clause without verb or label the verb of the next one, unless that one supports."""
    settled: list[Clause] = []
    following: Clause | None = None
    for clause in reversed(clauses):
        if clause.verb or clause.role:
            following = clause
        elif following is not None and following.role is not Role.SUPPORT:
            clause = clause._replace(  # noqa: PLW2901
                verb=following.verb, role=following.role, neutral=following.neutral
            )
        settled.append(clause)
    return tuple(reversed(settled))
