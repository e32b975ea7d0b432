"""Where responsibility groups may stand: brackets by depth, lists after a label."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

from corpus.agencies import AgencyRegistry
from corpus.agency_prefix import NameKind, take_apart
from corpus.assignment_text import DEADLINE_LABEL, LABEL, name_of_label
from corpus.model import GroupForm, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

_PAIRS = {"（": "）", "(": "）", "【": "】", "[": "]", "［": "]", "〔": "〕", "﹝": "〕"}
_ENDS = {"）": "）", ")": "）", "】": "】", "]": "]", "］": "]", "〕": "〕", "﹞": "〕"}
_BRACKET = re.compile(r"[（(【\[［〔﹝）)】\]］〕﹞]")
# …管委会二、全面放开…, 省经信委（六）支持…: flattened pages glue the next heading to the list
_LABEL_LINE_END = re.compile(
    r"[\n\r]|[ \t\u3000\xa0]{2,}|。"
    r"|(?<=[局厅委办部府院会位门司团心社区队协联])(?=[一二三四五六七八九十]{1,3}、"
    r"|[（(][一二三四五六七八九十]{1,3}[）)]|\d{1,2}[.．、](?!\d)|第[一二三四五六七八九十]{1,3}[章条]"
    r"|(?:责任|牵头|配合|参与)(?:单位|部门)[：:])"
)
_FURNITURE = re.compile(r"版权|备案[号序:：]|公网安备|邮编|地址|技术支持|网站|ICP|电话|联系")
VERB_AT_END = re.compile(r"(?:负责|牵头|配合|参与|落实|实施|承办|主办|协办)(?:落实|实施)?$")
LONGEST_GROUP = 1200
# Labels only inside brackets: (牵头：…；配合：…)
_NOT_ALONE = frozenset({"牵头", "配合", "参与", "责任", "分工", "责任分工"})
# A bracket left open does not reach over more inner ones than this.
_DEEPEST = 8
_GAP = re.compile(r"[ \t\u3000\xa0]")
_SENTENCE_STOP = re.compile(r"。")
_WORD = re.compile(r"[^\s、，,；;。]{1,40}")


class Candidate(NamedTuple):
    """A stretch of text that may be a group: all of it, and what stands inside."""

    span: Span
    inside: Span
    form: GroupForm


def find_candidates(text: str) -> list[Candidate]:
    """Return the outermost brackets and the labels outside brackets, in order."""
    brackets = _outer_brackets(text)
    labels = list(_label_regions(text, brackets))
    regions = [label.span for label in labels]
    found = [
        Candidate(span, Span(span.start + 1, span.end - closed), GroupForm.BRACKET)
        for span, closed in brackets
        if not _lies_in(regions, span.start)
    ]
    return sorted([*found, *labels], key=lambda candidate: candidate.span.start)


def _lies_in(spans: list[Span], at: int) -> bool:
    """Whether a position lies in one of some disjoint spans in order."""
    index = bisect_right(spans, at, key=lambda span: span.start) - 1
    return index >= 0 and at < spans[index].end


def _outer_brackets(text: str) -> list[tuple[Span, int]]:
    """Pair brackets by depth, tolerating mixed widths; 0 marks a pair that was never closed."""
    waiting: list[tuple[str, int]] = []
    pairs: list[tuple[Span, int]] = []
    for mark in _BRACKET.finditer(text):
        char, at = mark.group(), mark.start()
        if char in _PAIRS:
            waiting.append((_PAIRS[char], at))
            continue
        for depth in range(len(waiting) - 1, max(-1, len(waiting) - 1 - _DEEPEST), -1):
            if waiting[depth][0] == _ENDS[char]:
                pairs.append((Span(waiting[depth][1], at + 1), 1))
                del waiting[depth:]
                break
    for _, at in waiting[-_DEEPEST:]:
        label = LABEL.match(text, at + 1)
        if label is not None:
            pairs.append((Span(at, _region_end(text, label.end(), label.group())), 0))
            continue
        stop = _SENTENCE_STOP.search(text, at, at + LONGEST_GROUP)
        end = stop.start() if stop else min(len(text), at + LONGEST_GROUP)
        if VERB_AT_END.search(text[at:end]) and not any(at < span.start < end for span, _ in pairs):
            pairs.append((Span(at, end), 0))
    outer: list[tuple[Span, int]] = []
    for pair in sorted(pairs):
        if not outer or pair[0].start >= outer[-1][0].end:
            outer.append(pair)
    return outer


def _label_regions(text: str, brackets: list[tuple[Span, int]]) -> Iterator[Candidate]:
    reached = 0
    spans = [span for span, _ in brackets]
    for found in LABEL.finditer(text):
        start = found.start()
        boxed = found["boxed"] is not None
        if start < reached or (not boxed and _lies_in(spans, start)):
            continue
        if not _may_open(text, found) or name_of_label(found) in _NOT_ALONE:
            continue
        end = _region_end(text, found.end(), found.group())
        if end <= found.end() or _FURNITURE.search(text[start:end]):
            continue
        reached = end
        yield Candidate(Span(start, end), Span(start, end), GroupForm.LABEL)


def _may_open(text: str, found: re.Match[str]) -> bool:
    """Whether a label opens a list here: after a stop, or glued to text but before an agency."""
    start = found.start()
    before = text[max(0, start - 20) : start].rstrip()[-1:]
    if not before or before in "。；;！!？?）)】]，," or text[start - 1].isspace():
        return True
    if not name_of_label(found).endswith(("单位", "部门")):
        return False
    after = AgencyRegistry.load().match_at(text, found.end())
    return after is not None and after.parts.kind is not NameKind.BARE


def _region_end(text: str, start: int, opening: str) -> int:
    """Return where the list after a label ends: at 。, a wide gap, a heading, or no name."""
    here = start
    while True:
        stop = _LABEL_LINE_END.search(text, here, start + LONGEST_GROUP)
        end = stop.start() if stop else min(len(text), start + LONGEST_GROUP)
        gap = _GAP.search(text, here, end)
        while gap is not None and gap.end() < end:
            if gap.start() > here and not _goes_on(text, gap.end()):
                return gap.start()
            gap = _GAP.search(text, gap.end(), end)
        if stop is None:
            return end
        label = LABEL.match(text, stop.end()) or DEADLINE_LABEL.match(text, stop.end())
        if label is None or "\n" in stop.group() or label.group() == opening:
            return end
        here = label.end()


def _goes_on(text: str, start: int) -> bool:
    word = _WORD.match(text, start)
    if word is None:
        return True
    if LABEL.match(text, start) or DEADLINE_LABEL.match(text, start):
        return True
    return take_apart(word.group()).strong
