"""Responsibilities in running text: 由市公安局牵头，市交通局配合 (行文中的责任分工).

Read from the verb backwards: what stands directly before 负责, 牵头 or 会同 must be names of
bodies back to the start of its clause or to 由. Slogans, persons and reports are none.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from corpus.assignment_names import NameList, hide_inner, split_names
from corpus.assignment_text import Clause, GroupText
from corpus.model import Role, Span
from corpus.running_actors import are_bodies, are_like_bodies, may_follow
from corpus.running_names import read_names_forward

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from corpus.places import Place

_SENTENCE = re.compile(r"[^。；;！!？?\n]{4,600}[。；;！!？?]?")
_ASIDE = re.compile(r"[（(][^（()）]{6,200}[）)]")
_CLUE = re.compile(r"牵头|负责|会同")
_DUTY = (
    r"(?:(?:按照?|依照?|依据|根据)(?:各自)?(?:的)?(?:工作|法定|部门)?(?:职责|职能|权限|责任)(?:和)?"
    r"(?:分工|权限|范围)?|按照?(?:任务)?分工)?"
)
_MANNER = (
    r"(?:分别|共同|具体|统筹|组织|联合|侧重|适时|主要|全面|直接|依法|统一|归口|定期|及时|总|分级"
    r"|各自|为主|重点|配合|一并|积极|密切|协同){0,3}"
)
_TRIGGER = re.compile(
    rf"(?:及其(?:主要)?负责人)?(?:要|应当?|须|需|可以?|将)?{_DUTY}{_MANNER}(?P<act>负责牵头|负责会同|牵头负责|牵头会同|牵头|负责|会同)"
)
# 市商务局是…的总牵头单位, 市教委为牵头单位
_TITLE = re.compile(
    r"(?:为|是|作为|担任)[^，,。；;、为是]{0,16}?(?:总)?牵头(?:责任|负责)?(?:单位|部门|机关)(?![^，,。；;]{0,4}[的和])"
)
_FOLLOW = re.compile(
    rf"{_DUTY}{_MANNER}(?P<act>牵头负责|牵头|负责|配合|参与|参加|协助|协同|协办|支持|落实|实施|共同推进|共同推动)"
    r"(?:负责|落实|实施|做好|抓好|组织|推进)?"
)
# 负责人, 负责制, 负责监督的社区, 牵头医院, 牵头编制了: a person, a system, an attribute, a report
_NO_DUTY = re.compile(
    r"人|同志|制(?!定|订|作|造|止|度|约)|者|领导|干部|任务|事项|清单|作用|[抓]?总的|地位|责任"
    r"|的(?!推进|工作机制|协调机制|机制)"
    r"|(?:推进|责任|实施|组织|主管)?(?:单位|部门|机构)(?:[，,。；;、：:（(）)为是要应和及与须]|$)"
    r"|[\u4e00-\u9fff]{0,6}了"
    r"|[^，,。；;对]{1,14}的(?:职能|主管|部门|单位|机构|企业|社区|人员|同志|领导|干部)"
    r"|[^，,。；;对]{1,40}的(?:职能)?(?:部门|机构)"
    r"|(?:制定|制订|起草|编制|修订|拟订|拟定|研究|印发|编写|组织编写|撰写){1,2}的"
)
_ASSIGNS = re.compile(r"[由请]|确定|明确|指定|所属的|下属的")
_NO_LEAD = re.compile(
    r"(?:推进|责任|实施|组织|主管)?(?:单位|部门|医院|企业|机构|处室|科室|学校|专家|县|区|市|省|国)(?:$|[^属管行重])"
)
_JOINED = re.compile(
    rf"{_DUTY}{_MANNER}(?:牵头负责|牵头|负责|组织实施|组织落实|落实|实施)(?!人|同志|了|的|好)(?:落实|实施)?"
)
_LEAD_IN = re.compile(
    r"(?:[\s　]|其中|同时|此外|另外|并|且|原则上|目前|今后|届时|必要时|一般|经|请|拟|即|则|仍"
    r"|第?[一二三四五六七八九十]{1,3}(?:是|、|，)|[（(][一二三四五六七八九十\d]{1,3}[）)]"
    r"|第[一二三四五六七八九十百\d]{1,5}[条章节项]"
    r"|\d{1,2}[.．、)）](?!\d)|\d{1,2}(?:[.．]\d{1,2}){1,3}(?!\d)|[①-⑳㈠-㈩]|首先|其次|最后"
    r"|\d{4}年(?:\d{1,2}月)?(?:\d{1,2}日)?(?:底|末|起|前|以前|之前|内)?"
    r"|[^由]{2,12}(?:工作|期间|阶段)(?!主管|领导|部门|机构|机关|委员会|小组|联席|部际|厅际|机制|协调|专班|单位|办公室|[办站局组]))*+"
)
_BREAK = re.compile(r"[，,：:。；;\n！!？?]|[\u3000\xa0 ]{2,}")
_LONGEST = 200


class RunningDuty(NamedTuple):
    """A group found in running text, with the sentence it stands in."""

    span: Span
    sentence: Span
    group: GroupText


class _Opening(NamedTuple):
    """Where names may begin, and whether 由 stands before them."""

    start: int
    by: bool


def find_running(text: str, taken: Sequence[Span], home: Place | None) -> Iterator[RunningDuty]:
    """Find responsibilities stated in the sentences of a text, outside the spans taken."""
    if not _CLUE.search(text):
        return
    hidden = _hide_taken(text, taken)
    for sentence in _SENTENCE.finditer(hidden):
        if not _CLUE.search(sentence.group()):
            continue
        reached = sentence.start()
        for found in _read_sentence(text, hidden, Span(*sentence.span()), home):
            yield found
            reached = found.span.end
        for aside in _ASIDE.finditer(hidden, reached, sentence.end()):
            if _CLUE.search(aside.group()):
                inside = Span(aside.start() + 1, aside.end() - 1)
                yield from _read_sentence(text, hidden, inside, home)


def _hide_taken(text: str, taken: Sequence[Span]) -> str:
    """Put full stops where other groups stand, so that no name is read across them."""
    shown = list(text)
    for span in taken:
        shown[span.start : span.end] = "。" * (span.end - span.start)
    return "".join(shown)


def _read_sentence(
    text: str, hidden: str, sentence: Span, home: Place | None
) -> Iterator[RunningDuty]:
    shown = hide_inner(hidden[sentence.start : sentence.end])
    reached = sentence.start
    triggers = sorted(
        [*_TRIGGER.finditer(shown), *_TITLE.finditer(shown)], key=lambda found: found.start()
    )
    for trigger in triggers:
        at = sentence.start + trigger.start()
        if at < reached:
            continue
        clause = _clause_start(shown, trigger.start(), sentence.start)
        for opening in _openings(text, max(clause, reached), at):
            found = _read(text, opening, trigger, sentence, home)
            if found is not None:
                yield found
                reached = found.span.end
                break


def _clause_start(shown: str, at: int, offset: int) -> int:
    start = 0
    for mark in _BREAK.finditer(shown, max(0, at - _LONGEST), at):
        start = mark.end()
    return offset + start


def _openings(text: str, start: int, at: int) -> Iterator[_Opening]:
    """Yield where the names before a verb may begin: at each 由, at the clause's own start."""
    for mark in _ASSIGNS.finditer(text, start, at):
        yield _Opening(mark.end(), by=mark.group() in {"由", "请"})
    lead = _LEAD_IN.match(text, start, at)
    if lead is not None and lead.end() > start:
        yield _Opening(lead.end(), by=False)
    if lead is None or not text[start : lead.end()].isspace():
        yield _Opening(start, by=False)


def _read(
    text: str, opening: _Opening, trigger: re.Match[str], sentence: Span, home: Place | None
) -> RunningDuty | None:
    at, end = sentence.start + trigger.start(), sentence.start + trigger.end()
    if at - opening.start < 2:  # noqa: PLR2004
        return None
    names = split_names(text, opening.start, at, home)
    act = trigger.groupdict().get("act") or "为牵头单位"
    if not names.spans or names.spans[0].start > opening.start + 2:
        return None
    if act != "为牵头单位" and not act.endswith("会同") and _is_no_duty(text, end, act):
        return None
    reader = _Reader(text, sentence, home, names)
    if act.endswith("会同"):
        if not are_bodies(_written(text, names), home, by=opening.by) or not reader.join(end, act):
            return None
    else:
        leads = "牵头" in act
        if not opening.by:
            names = _with_clause_before(text, names, sentence, home)
        reader.add(names, trigger.group(), Role.LEAD if leads else None, end)
        strong = are_bodies(_written(text, names), home, by=opening.by)
        supported = reader.follow(leads=leads)
        if not strong and not (
            supported and leads and are_like_bodies(_written(text, names), home)
        ):
            return None
    first = reader.clauses[0].names[0].start
    span = Span(opening.start - 1 if opening.by else first, reader.end)
    group = GroupText(tuple(reader.clauses), reader.open_ended, "", False, False, True)
    return RunningDuty(span, sentence, group)


def _with_clause_before(text: str, names: NameList, sentence: Span, home: Place | None) -> NameList:
    """Add the names of the clause before, if it holds nothing else: 甲局、乙局，丙局负责."""
    comma = names.spans[0].start - 1
    if comma <= sentence.start or text[comma] not in "，,":
        return names
    start = sentence.start
    for mark in _BREAK.finditer(text, max(sentence.start, comma - _LONGEST), comma):
        start = mark.end()
    lead = _LEAD_IN.match(text, start, comma)
    start = lead.end() if lead is not None else start
    before = split_names(text, start, comma, home)
    if len(before.spans) < 2 or before.spans[0].start != start:  # noqa: PLR2004
        return names
    if not are_bodies(_written(text, before), home, by=False):
        return names
    return NameList((*before.spans, *names.spans), names.open_ended or before.open_ended)


def _is_no_duty(text: str, at: int, act: str) -> bool:
    """Whether what follows a verb makes it a person, an attribute or a report of the past."""
    return bool(_NO_DUTY.match(text, at) or (act.endswith("牵头") and _NO_LEAD.match(text, at)))


def _written(text: str, names: NameList) -> list[str]:
    return [text[span.start : span.end] for span in names.spans]


class _Reader:
    """Collects the clauses of one running group from its verb onwards."""

    def __init__(self, text: str, sentence: Span, home: Place | None, names: NameList) -> None:
        self.text = text
        self.sentence = sentence
        self.home = home
        self.open_ended = names.open_ended
        self.clauses: list[Clause] = []
        self.first = names
        self.end = 0

    def add(self, names: NameList, verb: str, role: Role | None, end: int) -> None:
        self.clauses.append(Clause(names.spans, verb, role, neutral=role is None))
        self.open_ended = self.open_ended or names.open_ended
        self.end = end

    def join(self, start: int, verb: str) -> bool:
        """Read whom the first works with: 会同市财政局等部门组织实施."""
        others = read_names_forward(self.text, start, self.sentence.end, self.home)
        if others is None or _NO_DUTY_AFTER.match(self.text, others.end, self.sentence.end):
            return False
        self.add(self.first, verb, Role.LEAD, start)
        self.add(NameList(others.spans, others.open_ended), "会同", Role.SUPPORT, others.last)
        joined = _JOINED.match(self.text, others.end, self.sentence.end)
        if joined is not None:
            self.clauses[-1] = self.clauses[-1]._replace(verb=joined.group())
            self.end = joined.end()
        return True

    def follow(self, *, leads: bool) -> bool:
        """Read the clauses after the first: ，市交通局、市城管局配合; whether one supports."""
        supported = False
        titled = self.clauses[0].verb.endswith(("单位", "部门", "机关"))
        while self.end < self.sentence.end and (
            self.text[self.end] in "，,、" or self.text.startswith("会同", self.end)
        ):
            joins = self.text.startswith("会同", self.end)
            start = self.end if joins else self.end + 1
            if joins or self.text.startswith("会同", start):
                if not self._follow_joined(start + 2):
                    break
                supported = True
                continue
            clause = self._follow_clause(start, leads=leads, titled=titled)
            if clause is None:
                supported = (leads and self._follow_told(start)) or supported
                break
            supported = supported or clause.role is Role.SUPPORT
        return supported

    def _follow_clause(self, start: int, *, leads: bool, titled: bool) -> Clause | None:
        """Read one clause of names and a verb; None where there is none."""
        verb = _FOLLOW.search(self.text, start, min(self.sentence.end, start + _LONGEST))
        if verb is None or ("牵头" in verb["act"] and verb.start() == start):
            return None
        if _BREAK.search(self.text, start, verb.start()):
            return None
        names = split_names(self.text, start, verb.start(), self.home)
        if not names.spans or names.spans[0].start > start + 2:
            return None  # 甲事由甲局负责，乙事由乙局负责: two groups
        if not may_follow(_written(self.text, names), self.home, led=leads):
            return None
        if verb["act"] == "负责" and _is_no_duty(self.text, verb.end(), "负责"):
            return None
        alone = verb["act"] in {"负责", "落实", "实施", "支持"} or "牵头" in verb["act"]
        ends = _CLAUSE_END.match(self.text, verb.end(), self.sentence.end)
        if alone and (titled or not leads) and ends is None:
            return None  # 甲局负责A，乙局负责B: two groups
        neutral = not leads and verb["act"] in {"负责", "落实", "实施"}
        role = Role.LEAD if "牵头" in verb["act"] else None if neutral else Role.SUPPORT
        self.add(names, verb.group(), role, verb.end())
        return self.clauses[-1]

    def _follow_told(self, start: int) -> bool:
        """Read bodies that are told their part beside a lead: 甲局牵头，乙局、丙局等要…"""
        others = read_names_forward(self.text, start, self.sentence.end, self.home)
        if others is None or not _TOLD.match(self.text, others.end, self.sentence.end):
            return False
        names = NameList(others.spans, others.open_ended)
        if not are_bodies(_written(self.text, names), self.home, by=False):
            return False
        self.add(names, "", Role.SUPPORT, others.last)
        return True

    def _follow_joined(self, start: int) -> bool:
        others = read_names_forward(self.text, start, self.sentence.end, self.home)
        if others is None:
            return False
        self.add(NameList(others.spans, others.open_ended), "会同", Role.SUPPORT, others.last)
        if self.clauses[0].role is None:  # 市公安局负责会同: the first of 会同 leads
            self.clauses[0] = self.clauses[0]._replace(role=Role.LEAD, neutral=False)
        joined = _JOINED.match(self.text, others.end, self.sentence.end)
        if joined is not None:
            self.end = joined.end()
        return True


_TOLD = re.compile(r"[，,]?(?:要|应当?|须|需)")
_CLAUSE_END = re.compile(r"[，,、。；;]|$")
_NO_DUTY_AFTER = re.compile(
    r"[\u4e00-\u9fff]{0,8}了|已|曾|(?:联合|共同|研究|组织)?(?:制定|制订|起草|编制|修订|拟订|拟定|印发)的"
    r"|(?:联合|共同|研究|组织)?(?:研究)?提出(?:的|：)"
)
