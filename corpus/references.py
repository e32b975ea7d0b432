# ruff: noqa: PLR2004 — measured lengths stand where they are used
"""Citations of other documents (引用): by title, by number or both, with their relation."""

from __future__ import annotations

from typing import Final, NamedTuple

from corpus.model import Reference, Relation, Span
from corpus.number import NumberMention, find_numbers
from corpus.title import is_issuer_name

_LONGEST_TITLE: Final = 200
_ALIAS: Final = (
    6  # 《意见》《实施办法》: the document's own abbreviation for something named before
)
_GENRE_WORDS: Final = frozenset(
    [
        "意见",
        "办法",
        "通知",
        "方案",
        "规定",
        "条例",
        "细则",
        "计划",
        "规划",
        "纲要",
        "决定",
        "实施意见",
        "实施办法",
        "实施方案",
        "实施细则",
        "暂行办法",
        "暂行规定",
        "行动计划",
        "工作方案",
        "规程",
        "标准",
        "指南",
        "目录",
        "措施",
        "若干措施",
        "若干意见",
        "指导意见",
        "通告",
        "公告",
        "要点",
    ]
)
_CUES: Final = (
    ("根据", Relation.BASIS),
    ("按照", Relation.BASIS),
    ("依据", Relation.BASIS),
    ("依照", Relation.BASIS),
    ("遵照", Relation.BASIS),
    ("贯彻", Relation.IMPLEMENTS),
    ("落实", Relation.IMPLEMENTS),
    ("执行", Relation.IMPLEMENTS),
    ("实施", Relation.IMPLEMENTS),
    ("印发", Relation.WRAPS),
    ("转发", Relation.WRAPS),
    ("修改", Relation.AMENDS),
    ("修订", Relation.AMENDS),
    ("修正", Relation.AMENDS),
    ("废止", Relation.REPEALS),
    ("参照", Relation.CONSULTS),
    ("参考", Relation.CONSULTS),
    ("参见", Relation.CONSULTS),
    ("详见", Relation.CONSULTS),
    ("见", Relation.CONSULTS),
)
_REPEALED: Final = ("废止", "停止执行", "不再执行", "予以废止", "失效")
_ISSUED: Final = (
    "印发给你们",
    "现印发",
    "转发给你们",
    "现转发",
    "予以公布",
    "现予公布",
    "现予发布",
)
_LIST_MARKS: Final = frozenset("、，,和及与以等 《》（）()\u3000")
_REACH: Final = 40
_SENTENCE_ENDS: Final = "。；;！？\n"


class _Titled(NamedTuple):
    start: int
    end: int
    title: str


def find_references(text: str, offset: int = 0) -> tuple[Reference, ...]:
    """Return the documents a paragraph cites (引用), spans shifted by `offset`.

    >>> [r.relation.value for r in find_references("根据《防汛条例》（江东省人民政府令第215号），")]
    ['basis']
    """
    titles = _find_titles(text)
    numbers = list(find_numbers(text))
    found: list[Reference] = []
    previous: tuple[int, Relation] | None = None
    for titled in titles:
        number, end, start = _take_number(text, titled, numbers)
        if number is None and titled.title in _GENRE_WORDS:
            continue
        relation = _relation(text, start, end, previous)
        previous = (end, relation)
        title, start = _with_issuer(text, titled, start)
        span = Span(offset + start, offset + end)
        found.append(Reference(title, number.number if number else None, relation, span))
    for mention in numbers:
        relation = _relation(text, mention.span.start, mention.span.end, None)
        span = Span(offset + mention.span.start, offset + mention.span.end)
        found.append(Reference("", mention.number, relation, span))
    return tuple(sorted(found, key=lambda one: one.span))


def _find_titles(text: str) -> list[_Titled]:
    """Titles in 《》 on the outermost level; a quote that never closes is left alone."""
    found: list[_Titled] = []
    depth = start = 0
    for index, character in enumerate(text):
        if character == "《":
            if depth == 0 or index - start > _LONGEST_TITLE:
                start, depth = index, 0
            depth += 1
        elif character == "》" and depth:
            depth -= 1
            if depth == 0 and 1 < index - start <= _LONGEST_TITLE:
                found.append(_Titled(start, index + 1, text[start + 1 : index]))
    return found


def _take_number(
    text: str, titled: _Titled, numbers: list[NumberMention]
) -> tuple[NumberMention | None, int, int]:
    """Take the number that belongs to a title out of `numbers`; also where the citation spans."""
    for mention in numbers:
        between = text[titled.end : mention.span.start]
        if (
            mention.span.start >= titled.end
            and not between.strip(" （(〔[\u3000")
            and len(between) < 4
        ):
            numbers.remove(mention)
            end = mention.span.end
            if "（" in between or "(" in between:
                close = min(
                    (at for m in "）)" if (at := text.find(m, end, end + 60)) >= 0), default=-1
                )
                end = close + 1 if close >= 0 else end
            return mention, end, titled.start
        if mention.span.end <= titled.start and not text[mention.span.end : titled.start].strip():
            numbers.remove(mention)
            return mention, titled.end, mention.span.start
    return None, titled.end, titled.start


def _with_issuer(text: str, titled: _Titled, start: int) -> tuple[str, int]:
    """Join the issuer before 《关于…》 to the title it belongs to."""
    if not titled.title.startswith("关于") or start != titled.start:
        return titled.title, start
    first = start
    while first > 0 and start - first < _REACH and "\u4e00" <= text[first - 1] <= "\u9fff":
        first -= 1
    run = text[first:start]
    for cue, _ in _CUES:
        at = run.rfind(cue)
        if at >= 0:
            first += at + len(cue)
            run = run[at + len(cue) :]
    for lead in ("和", "与", "及", "以及", "关于"):
        if run.startswith(lead):
            first += len(lead)
            run = run[len(lead) :]
    if is_issuer_name(run):
        return run + titled.title, first
    return titled.title, start


def _relation(text: str, start: int, end: int, previous: tuple[int, Relation] | None) -> Relation:
    """Read the relation from the words around a citation."""
    after = text[end : end + 2 * _REACH]
    cut = min((at for mark in _SENTENCE_ENDS if (at := after.find(mark)) >= 0), default=len(after))
    after = after[:cut]
    if any(word in after for word in _REPEALED):
        return Relation.REPEALS
    if any(word in after for word in _ISSUED):
        return Relation.WRAPS
    floor = max(0, start - _REACH)
    before = text[floor:start]
    if previous is not None:
        between = text[previous[0] : start]
        if len(between) <= _REACH and (
            all(character in _LIST_MARKS for character in between) or _names_only(between)
        ):
            return previous[1]
        before = text[max(floor, previous[0]) : start]
    cut = max(before.rfind(mark) for mark in _SENTENCE_ENDS)
    before = before[cut + 1 :]
    best, at = Relation.MENTIONS, -1
    for cue, relation in _CUES:
        position = before.rfind(cue)
        if position > at:
            best, at = relation, position
    return best


def _names_only(between: str) -> bool:
    """Whether only a separator and an issuer stand between two titles of one list."""
    bare = between.strip("、，,和及与以 \u3000（）()")
    return bool(bare) and between[0] in "、和及与以，," and is_issuer_name(bare)
