"""Responsibilities in running text: 由市公安局牵头，市交通局配合 (行文中的责任分工).

Read from the verb backwards: what stands directly before 负责, 牵头 or 会同 must be names of
bodies back to the start of its clause or to 由. Slogans, persons and reports are none.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from corpus.agency_prefix import NameKind, NameParts, take_apart
from corpus.assignment_names import NameList, hide_inner, split_names
from corpus.assignment_text import Clause, GroupText
from corpus.model import Role, Span
from corpus.running_names import read_names_forward

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from corpus.places import Place

_SENTENCE = re.compile(r"[^。；;！!？?\n]{4,600}[。；;！!？?]?")
_CLUE = re.compile(r"牵头|负责|会同")
_DUTY = (
    r"(?:[按依]照?(?:各自)?(?:的)?(?:工作|法定|部门)?(?:职责|职能|权限)(?:和)?(?:分工|权限|范围)?"
    r"|按照?(?:任务)?分工)?"
)
_MANNER = (
    r"(?:分别|共同|具体|统筹|组织|联合|侧重|适时|主要|全面|直接|依法|统一|归口|定期|及时|总|分级"
    r"|各自|统一|重点|配合|一并){0,3}"
)
_TRIGGER = re.compile(
    rf"{_DUTY}{_MANNER}(?P<act>负责牵头|负责会同|牵头负责|牵头会同|牵头|负责|会同)"
)
# 市商务局是…的总牵头单位, 市教委为牵头单位
_TITLE = re.compile(
    r"(?:为|是|作为|担任)[^，,。；;、为是]{0,16}?(?:总)?牵头(?:责任|负责)?(?:单位|部门|机关)(?![^，,。；;]{0,4}[的和])"
)
_FOLLOW = re.compile(
    rf"{_DUTY}{_MANNER}(?P<act>牵头负责|牵头|负责|配合|参与|参加|协助|协同|协办|支持|落实|实施)"
    r"(?:负责|落实|实施|做好|抓好|组织|推进)?"
)
# 负责人, 负责制, 负责监督的社区, 牵头医院, 牵头编制了: a person, a system, an attribute, a report
_NO_DUTY = re.compile(
    r"人|同志|制(?!定|订|作|造|止|度|约)|者|领导|干部|任务|事项|清单|作用|[抓]?总的|地位|责任"
    r"|的(?!推进|工作机制|协调机制|机制)"
    r"|(?:推进|责任|实施|组织|主管)?(?:单位|部门|医院|企业|机构|处室|科室|学校|专家|县|区|市|省|国)(?:$|[^属管行重])"
    r"|[\u4e00-\u9fff]{0,6}了"
    r"|[^，,。；;]{1,14}的(?:职能|主管|部门|单位|机构|企业|社区|人员|同志|领导|干部)"
    r"|(?:制定|制订|起草|编制|修订|拟订|拟定|研究|印发|编写|组织编写|撰写){1,2}的"
)
_JOINED = re.compile(
    rf"{_DUTY}{_MANNER}(?:牵头负责|牵头|负责|组织实施|组织落实|落实|实施)(?!人|同志|了|的)(?:落实|实施)?"
)
_LEAD_IN = re.compile(
    r"(?:[\s　]|其中|同时|此外|另外|并|且|原则上|目前|今后|届时|必要时|一般|经|请|拟|即|则|仍"
    r"|第?[一二三四五六七八九十]{1,3}(?:是|、|，)|[（(][一二三四五六七八九十\d]{1,3}[）)]"
    r"|第[一二三四五六七八九十百\d]{1,5}[条章节项]"
    r"|\d{1,2}[.．、)）](?!\d)|[①-⑳㈠-㈩]|首先|其次|最后"
    r"|\d{4}年(?:\d{1,2}月)?(?:\d{1,2}日)?(?:底|末|起|前|以前|之前|内)?"
    r"|[^由]{2,12}(?:工作|期间|阶段))*+"
)
_BREAK = re.compile(r"[，,：:。；;\n！!？?]|[\u3000\xa0 ]{2,}")
_GENERIC = re.compile(
    r"(?:党委|党政|党组织|政府|人民政府|部门|企业|社会|单位|行业|学校|社区|市场|属地|家庭|各方|国家|地方|个人|专人|村民|群众"
    r"|用人|建设|施工|使用|机构|主体|[^有相主]{0,4}企业|集团公司|公司|院校|中心|医院|协会|办公室|委员会)(?:和|、)?"
    r"|(?:本|该|我|其)(?:单位|部门|机构|市|省|县|区|局)"
)
_TASK_BODY = re.compile(
    r"(?:领导小组|协调小组|工作小组|指挥部|工作专班|联席会议|领导小组办公室|联席会议办公室|指挥部办公室|委员会办公室"
    r"|专项小组|专项组|工作组|管委会|管理委员会)$"
)
_SOME_CLASS = re.compile(
    r"(?:主管|监管|行政|执法|职能|监督|管理|牵头|责任|成员)(?:部门|单位|机关)$|试点(?:城市|地区|单位)$"
    r"|^(?:国家|国务院|省级|市级|县级|区级|各级|各地|地方|当地|同级|属地|各区|各市|各县).{1,16}(?:部门|机关)$"
)
_WORDY = re.compile(
    r"^其中|[的了着要应须将把被使让是在为对从以由或请]|会同|加强|推进|建立|健全|成立|组建|做好|支持|鼓励|引导|落实|明确|完善"
    r"|制定|开展|强化|坚持|实行|负责|统一|进行|形成|依托|充分|发挥|主动|积极|确保|报送|设在|经过|根据|按照"
)
_INSTITUTION = re.compile(r"(?:医院|学校|机构|单位|院所)$")
_MILD = re.compile(r"[\u4e00-\u9fff（）()“”、]{2,14}")
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
        if _CLUE.search(sentence.group()):
            yield from _read_sentence(text, hidden, Span(*sentence.span()), home)


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
    for mark in re.compile("[由请]").finditer(text, start, at):
        yield _Opening(mark.end(), by=True)
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
    if act != "为牵头单位" and not act.endswith("会同") and _NO_DUTY.match(text, end):
        return None
    reader = _Reader(text, sentence, home, names)
    if act.endswith("会同"):
        if not _all_bodies(text, names, home, by=opening.by) or not reader.join(end, act):
            return None
    else:
        leads = "牵头" in act
        if not opening.by:
            names = _with_clause_before(text, names, sentence, home)
        reader.add(names, trigger.group(), Role.LEAD if leads else None, end)
        strong = _all_bodies(text, names, home, by=opening.by)
        supported = reader.follow(leads=leads)
        if not strong and not (supported and leads and _all_like_bodies(text, names, home)):
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
    if not _all_bodies(text, before, home, by=False):
        return names
    return NameList((*before.spans, *names.spans), names.open_ended or before.open_ended)


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
            verb = _FOLLOW.search(self.text, start, min(self.sentence.end, start + _LONGEST))
            while verb is not None and "牵头" in verb["act"] and verb.start() == start:
                verb = None
            if verb is None or _BREAK.search(self.text, start, verb.start()):
                break
            names = split_names(self.text, start, verb.start(), self.home)
            if not names.spans or not _may_follow(self.text, names, self.home, led=leads):
                break
            if verb["act"] == "负责" and _NO_DUTY.match(self.text, verb.end()):
                break
            alone = verb["act"] in {"负责", "落实", "实施", "支持"} or "牵头" in verb["act"]
            ends = _CLAUSE_END.match(self.text, verb.end(), self.sentence.end)
            if alone and (titled or not leads) and ends is None:
                break  # 甲局负责A，乙局负责B: two groups
            neutral = not leads and verb["act"] in {"负责", "落实", "实施"}
            role = Role.LEAD if "牵头" in verb["act"] else None if neutral else Role.SUPPORT
            self.add(names, verb.group(), role, verb.end())
            supported = supported or role is Role.SUPPORT
        return supported

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


_CLAUSE_END = re.compile(r"[，,、。；;]|$")
_NO_DUTY_AFTER = re.compile(
    r"[\u4e00-\u9fff]{0,8}了|已|曾|(?:联合|共同|研究|组织)?(?:制定|制订|起草|编制|修订|拟订|拟定|研究|印发)的"
)


# --- who may act --------------------------------------------------------------------------------


def _all_bodies(text: str, names: NameList, home: Place | None, *, by: bool) -> bool:
    return all(_acts(text[span.start : span.end], home, by=by) for span in names.spans)


def _acts(name: str, home: Place | None, *, by: bool) -> bool:
    """Whether a name is surely that of a body: in running text any phrase may precede a verb."""
    if _TASK_BODY.fullmatch(name):
        return True
    if len(name) > 30 or _GENERIC.fullmatch(name):  # noqa: PLR2004
        return False
    parts = take_apart(name, home)
    if _is_class(name, parts):
        return True
    if parts.kind is NameKind.COLLECTIVE:
        return parts.via != "class" and not _WORDY.search(name)
    if not parts.via or (not parts.known and _WORDY.search(name)):
        return False
    if parts.kind is NameKind.BARE:
        if parts.known or parts.via == "compound":
            return len(name) > 2  # noqa: PLR2004  (公安, 商务 and the like)
        return bool(_TASK_BODY.search(name)) and (by or len(name) <= 12)  # noqa: PLR2004
    return parts.known or parts.kind is not NameKind.CENTRAL or by


def _is_class(name: str, parts: NameParts) -> bool:
    """Whether a class of bodies is named by its duty: 自然资源主管部门, 试点城市."""
    return (
        bool(_SOME_CLASS.search(name))
        and not _WORDY.search(name)
        and len(name) <= 24  # noqa: PLR2004
        and not parts.entries
    )


def _all_like_bodies(text: str, names: NameList, home: Place | None) -> bool:
    """Whether names read like bodies; enough where a support clause confirms them."""
    written = [text[span.start : span.end] for span in names.spans]
    return all(
        len(name) > 3  # noqa: PLR2004
        and (take_apart(name, home).plausible or _INSTITUTION.search(name))
        and not _GENERIC.fullmatch(name)
        and not _WORDY.search(name)
        for name in written
    )


def _may_follow(text: str, names: NameList, home: Place | None, *, led: bool) -> bool:
    """Whether names after the first clause are bodies: no phrases, no slogan, no 其中."""
    written = [text[span.start : span.end] for span in names.spans]
    if any(_WORDY.search(name) and not take_apart(name, home).known for name in written):
        return False
    if any(len(name) <= 2 and name in _SLOGAN for name in written):  # noqa: PLR2004
        return False
    plausible = [
        take_apart(name, home).plausible or bool(_INSTITUTION.search(name)) for name in written
    ]
    known = [take_apart(name, home).strong or name in _CLASSES_OF_BODIES for name in written]
    return any(plausible if led else known) and all(_MILD.fullmatch(name) for name in written)


_CLASSES_OF_BODIES = frozenset({"医疗机构", "金融机构", "行业组织", "科研院所"})
_SLOGAN = frozenset(
    {"部门", "社会", "群众", "企业", "政府", "各方", "单位", "市场", "全民", "行业"}
)
