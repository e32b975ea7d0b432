"""Responsibilities in running text: 由市公安局牵头，市交通局配合 (行文中的责任分工).

Read with caution: every name must be known, and only after 由 or at the head of a sentence.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from corpus.agencies import AgencyRegistry, NameAt
from corpus.agency_prefix import NameKind, is_collective
from corpus.assignment_text import Clause, GroupText
from corpus.model import Role, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from corpus.places import Place

_SENTENCE = re.compile(r"[^。；;！!？?\n]{4,600}[。；;！!？?]?")
_CLUE = re.compile(r"牵头|负责|会同|配合")
_COLLECTIVE = re.compile(
    r"(?:各|有关|相关|其他)[\u4e00-\u9fff、（）]{0,14}?(?:人民政府|政府|部门|单位|委员会|管委会)"
    r"|(?:省|市|区|县|自治区)[直级](?:有关|相关|各)[\u4e00-\u9fff]{0,4}(?:部门|单位)"
)
_GOVERNMENTS = re.compile(r"各[^有关]{0,12}(?:政府|管委会)|各.{0,12}成员单位")
_SEPARATOR = re.compile(r"、|和|及|以及|与")
_OPEN_END = re.compile(r"等(?:有关|相关)?(?:部门|单位)?")
_DUTY = r"(?:按照?(?:各自)?职责(?:分工)?)?(?:分别|共同|具体|统筹|组织|联合)?"
# 由…负责解释 and 负责人 are no assignments of a measure; 会同…研究提出了 is a report.
_VERB = re.compile(
    rf"{_DUTY}(?P<act>牵头负责|牵头|负责|会同|配合|参与|协助)"
    r"(?!人|同志|解释|修订|的|[\u4e00-\u9fff]{0,6}了"
    r"|[\u4e00-\u9fff]{1,10}的(?:职能|主管|部门|单位|机构))"
    r"(?P<more>负责|组织|落实|实施|推进)?"
)
_JOINED_VERB = re.compile(
    rf"{_DUTY}(?:负责|牵头|研究制定|制定|组织|落实|实施|开展|推进|建立|做好|抓好|加强)(?!人|解释|了)(?:落实|实施)?"
)
_NOT_A_DUTY = re.compile(r"负责(?:本?\w{0,12}的?)?解释")


class RunningDuty(NamedTuple):
    """A group found in running text, with the sentence it stands in."""

    span: Span
    sentence: Span
    group: GroupText


class _Names(NamedTuple):
    spans: tuple[Span, ...]
    end: int
    open_ended: bool
    certain: bool  # at least one is a known agency, not a class of bodies


def find_running(text: str, start: int, home: Place | None) -> Iterator[RunningDuty]:
    """Find responsibilities stated in the sentences of a text from `start` on."""
    if not _CLUE.search(text, start):
        return
    for sentence in _SENTENCE.finditer(text, start):
        if not _CLUE.search(sentence.group()) or _NOT_A_DUTY.search(sentence.group()):
            continue
        span = Span(sentence.start(), sentence.end())
        for opening in _openings(text, span):
            found = _read(text, opening, span, home)
            if found is not None:
                yield found
                break


def _openings(text: str, sentence: Span) -> list[int]:
    found = [mark.end() for mark in re.compile(r"由").finditer(text, sentence.start, sentence.end)]
    lead = re.compile(r"[\s（(一二三四五六七八九十\d）).、]*").match(text, sentence.start)
    found.append(lead.end() if lead else sentence.start)
    return found


def _read(text: str, start: int, sentence: Span, home: Place | None) -> RunningDuty | None:
    names = _read_names(text, start, sentence.end, home)
    if names is None:
        return None
    first = text[names.spans[0].start : names.spans[0].end]
    if not names.certain and not (text[start - 1 : start] == "由" and _GOVERNMENTS.match(first)):
        return None
    verb = _VERB.match(text, names.end, sentence.end)
    if verb is None or verb["act"] in {"配合", "参与", "协助"}:
        return None
    by = text[start - 1 : start] == "由"
    if verb["act"] == "负责" and not by:
        return None
    open_ended = names.open_ended
    clauses: list[Clause] = []
    end = verb.end()
    if verb["act"] == "会同":
        clauses.append(Clause(names.spans, "会同", Role.LEAD, neutral=False))
        others = _read_names(text, verb.end(), sentence.end, home)
        joined = None if others is None else _JOINED_VERB.match(text, others.end, sentence.end)
        if others is None or joined is None:
            return None
        clauses.append(Clause(others.spans, joined.group(), Role.SUPPORT, neutral=False))
        open_ended = open_ended or others.open_ended
        end = joined.end()
    else:
        leads = verb["act"].startswith("牵头")
        role = Role.LEAD if leads else None
        clauses.append(Clause(names.spans, verb.group(), role, neutral=not leads))
        end, more, opened = _read_followers(text, end, sentence, home)
        clauses.extend(more)
        open_ended = open_ended or opened
    span = Span(start - 1 if by else start, end)
    group = GroupText(tuple(clauses), open_ended, "", False, False, True)
    return RunningDuty(span, sentence, group)


def _read_followers(
    text: str, end: int, sentence: Span, home: Place | None
) -> tuple[int, list[Clause], bool]:
    """Read the clauses after the lead's: ，市交通局、市城管局配合."""
    clauses: list[Clause] = []
    open_ended = False
    while end < sentence.end and (text[end] in "，,、" or text.startswith("会同", end)):
        here = end if text.startswith("会同", end) else end + 1
        joins = text.startswith("会同", here)
        names = _read_names(text, here + (2 if joins else 0), sentence.end, home)
        if names is None:
            break
        verb = _VERB.match(text, names.end, sentence.end)
        if verb is None and not joins:
            break
        leads = verb is not None and verb["act"].startswith("牵头") and not joins
        neutral = verb is not None and verb["act"] == "负责" and not joins
        role = Role.LEAD if leads else None if neutral else Role.SUPPORT
        written = verb.group() if verb is not None else "会同"
        clauses.append(Clause(names.spans, written, role, neutral=neutral))
        open_ended = open_ended or names.open_ended
        end = verb.end() if verb is not None else names.end
    return end, clauses, open_ended


def _read_names(text: str, start: int, stop: int, home: Place | None) -> _Names | None:
    registry = AgencyRegistry.load()
    spans: list[Span] = []
    certain = False
    here = start
    while here < stop:
        found = registry.match_at(text, here, home=home)
        end = _end_of(text, here, found)
        if end is None:
            break
        certain = certain or _is_certain(found)
        spans.append(Span(here, end))
        here = end
        separator = _SEPARATOR.match(text, here, stop)
        if separator is None:
            break
        after = registry.match_at(text, separator.end(), home=home)
        if _end_of(text, separator.end(), after) is None:
            break
        here = separator.end()
    if not spans:
        return None
    opened = _OPEN_END.match(text, here, stop)
    return _Names(
        tuple(spans), opened.end() if opened else here, opened is not None, certain=certain
    )


def _end_of(text: str, start: int, found: NameAt | None) -> int | None:
    if found is not None:
        return found.end
    collective = _COLLECTIVE.match(text, start)
    if collective is not None and is_collective(collective.group()):
        return collective.end()
    return None


def _is_certain(found: NameAt | None) -> bool:
    """A known body with a prefix of its own, or a central one: 公安部, 市公安局, not 政府."""
    return found is not None and (
        found.parts.kind is not NameKind.BARE or found.end - found.start > len("人民政府")
    )
