# ruff: noqa: PLR2004 — measured lengths stand where they are used
"""Citations of other documents (引用): by title, by number or both, with their relation."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final, NamedTuple

from corpus.model import Reference, Relation, Span
from corpus.number import NumberMention, find_numbers
from corpus.title import is_issuer_name

_LONGEST_TITLE: Final = 200
_ALIAS: Final = (
    6  # 《意见》《实施办法》: the document's own abbreviation for something named before
)
_SEVERAL: Final = re.compile(
    r"[\u4e00-\u9fff]{2,20}等(?:\d{1,2}|[一二三四五六七八九十]{1,3})?个?(?:部门|部委|单位|厅局|部)"
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
_REPEALED: Final = ("废止", "停止执行", "不再执行", "失效", "停止适用", "不再适用")
_AMENDED: Final = (
    "作如下修改", "作以下修改", "作出修改", "修改为", "修订为", "作如下修订", "作如下调整",
    "进行修改", "进行修订", "予以修改", "作如下修正", "一并修改",
)  # fmt: skip
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


def find_references(
    text: str, offset: int = 0, *, listed: Relation = Relation.MENTIONS
) -> tuple[Reference, ...]:
    """Return the documents a paragraph cites (引用), spans shifted by `offset`.

    `listed` is the relation of a list the paragraph belongs to (下列文件予以废止：); it holds for
    what the paragraph itself gives no relation.

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
        alias = _alias(text, titled.end, end)
        found.append(Reference(title, number.number if number else None, relation, span, alias))
    for mention in numbers:
        relation = _relation(text, mention.span.start, mention.span.end, None)
        span = Span(offset + mention.span.start, offset + mention.span.end)
        found.append(Reference("", mention.number, relation, span))
    if listed is not Relation.MENTIONS:
        found = [
            replace(one, relation=listed) if one.relation is Relation.MENTIONS else one
            for one in found
        ]
    return tuple(sorted(found, key=lambda one: one.span))


def listed_relation(text: str) -> Relation:
    """Return the relation a heading or a leading sentence gives to the list below it.

    >>> listed_relation("一、决定废止的文件").value, listed_relation("下列文件予以废止：").value
    ('repeals', 'repeals')
    """
    bare = text.strip()[:_LONGEST_LEAD]
    if not bare.endswith(("：", ":")) and (len(bare) > _LONGEST_LIST_NAME or "。" in bare[:-1]):
        return Relation.MENTIONS
    named = bare.endswith(("：", ":")) or any(word in bare for word in ("文件", "目录", "清单"))
    if named and any(word in bare for word in ("废止", "失效")):
        return Relation.REPEALS
    return Relation.AMENDS if named and ("修改" in bare or "修订" in bare) else Relation.MENTIONS


_LONGEST_LEAD: Final = 300
_LONGEST_LIST_NAME: Final = 40


def _alias(text: str, start: int, end: int) -> str:
    """The name a document gets for this text only: 以下简称《办法》, 以下称“意见”."""
    stretch = text[start : min(len(text), max(end, start) + _REACH)]
    if not stretch.startswith(("（", "(")):
        return ""
    found = _SHORT_NAME.search(stretch)
    return found[1] if found else ""


_SHORT_NAME: Final = re.compile(
    r"(?:以下|下)(?:统一)?(?:简称|称)(?:为)?[：:]?\s?[《“\"「]([^《》“”\"「」]{2,20})[》”\"」]"
)


def _find_titles(text: str) -> list[_Titled]:
    """Titles in 《》 on the outermost level; a quote that never closes gives way to inner ones."""
    found: list[_Titled] = []
    opened: list[int] = []
    for at in sorted((*_places(text, "《"), *_places(text, "》"))):
        if text[at] == "《":
            opened.append(at)
        elif opened:
            start = opened.pop()
            if 1 < at - start <= _LONGEST_TITLE:
                while found and found[-1].start > start:
                    found.pop()
                found.append(_Titled(start, at + 1, text[start + 1 : at]))
    return found


def _places(text: str, mark: str) -> list[int]:
    """Where a mark stands."""
    found: list[int] = []
    at = text.find(mark)
    while at >= 0:
        found.append(at)
        at = text.find(mark, at + 1)
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
    for lead in ("以及", "和", "与", "及", "关于", "现将", "将", "对", "原", "按", "经", "依"):
        if run.startswith(lead):
            first += len(lead)
            run = run[len(lead) :]
    if is_issuer_name(run) or _SEVERAL.fullmatch(run):
        return run + titled.title, first
    return titled.title, start


def _relation(text: str, start: int, end: int, previous: tuple[int, Relation] | None) -> Relation:
    """Read the relation from the words around a citation."""
    floor = max(0, start - _REACH)
    before = text[floor:start]
    if previous is not None:
        between = text[previous[0] : start]
        if len(between) <= _REACH and (
            all(character in _LIST_MARKS for character in between) or _names_only(between)
        ):
            own = _said_after(text, end) if between.strip() in {"，", ","} else None
            return own or previous[1]
        before = text[max(floor, previous[0]) : start]
    cut = max(before.rfind(mark) for mark in _SENTENCE_ENDS)
    before = before[cut + 1 :]
    best, at = Relation.MENTIONS, -1
    for cue, relation in _CUES:
        position = before.rfind(cue)
        if position > at:
            best, at = relation, position
    clause = before[max(before.rfind(mark) for mark in "，,") + 1 :]
    direct = best in _DIRECT and any(cue in clause for cue, relation in _CUES if relation is best)
    return best if direct else _said_after(text, end) or best


_DIRECT: Final = frozenset({Relation.BASIS, Relation.CONSULTS})


def _said_after(text: str, end: int) -> Relation | None:
    """The relation the rest of the sentence gives: 同时废止, 印发给你们, 作如下修改."""
    after = text[end : end + 2 * _REACH]
    cut = min((at for mark in _SENTENCE_ENDS if (at := after.find(mark)) >= 0), default=len(after))
    after = after[:cut]
    for words, relation in (
        (_REPEALED, Relation.REPEALS),
        (_AMENDED, Relation.AMENDS),
        (_ISSUED, Relation.WRAPS),
    ):
        if any(word in after for word in words):
            return relation
    return None


def _names_only(between: str) -> bool:
    """Whether only a separator and an issuer stand between two titles of one list."""
    bare = between.strip("、，,和及与以 \u3000（）()")
    return bool(bare) and between[0] in "、和及与以，," and is_issuer_name(bare)
