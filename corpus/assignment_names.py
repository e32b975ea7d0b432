"""Lists of names inside a responsibility group: where one agency ends and the next begins."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from corpus.agency_collectives import is_place_list
from corpus.agency_names import are_topics, name_table, shorten
from corpus.agency_prefix import NameKind, take_apart
from corpus.model import Span
from corpus.places import is_short_name

if TYPE_CHECKING:
    from corpus.places import Place

HIDDEN = "\ue000"  # stands for a character inside brackets or quotes of the list
_OPENERS = {
    "（": "）",
    "(": "）",
    "〔": "〕",
    "[": "]",
    "［": "]",
    "【": "】",
    "“": "”",
    "《": "》",
}
_CLOSERS = {
    "）": "）",
    ")": "）",
    "〕": "〕",
    "]": "]",
    "］": "]",
    "】": "】",
    "”": "”",
    "》": "》",
}

# 等, 等部门, 等有关单位, 等5部门, 等省直有关部门: an open list
_OPEN_END = re.compile(
    r"等(?:\d{1,2}|[一二三四五六七八九十]{1,3})?(?:家|个)?(?:(?:省|市|区|县)[直级]|中央|国家|国务院)?"
    r"(?:有关|相关|各|职能|成员|责任|主管)*(?:(?:部门|单位|部委|委办局|机构|企业|方面|地方)(?:和单位)?)?$"
    r"|等[^、，,；;等]{1,26}成员单位$"
)
# The first half of 各市、县人民政府; 市直各委、办、局; 各省、自治区、直辖市人民政府
_LEVEL = (
    "省|自治区|直辖市(?:[和及与]?计划单列市)?|(?:和|及)?计划单列市|(?:和|及)?新疆生产建设兵团|设区市|设区的市|地级市|县级市|市|自治州|州|盟|地区|县|区|旗|镇|乡|街道"
    "|开发区|园区|委|办|局|厅|部门|部"
)
_TAIL = r"(?:[（(〔][^（）()〔〕]{1,12}[）)〕])?"
_FIRST_HALF = re.compile(
    rf"(?:[\u4e00-\u9fff]{{0,12}})(?:各|各有关|各相关|地方)(?:级)?(?!部)(?:{_LEVEL}){_TAIL}"
    r"|(?:[\u4e00-\u9fff]{2,8}内)?[省市州县区镇]"
)
_NEXT_HALF = re.compile(rf"(?:各)?(?:{_LEVEL}){_TAIL}(?:级)?")
_LAST_HALF = re.compile(
    rf"(?:{_LEVEL}){_TAIL}(?:级)?(?:(?:人民)?政府|党委|人民检察院|[\u4e00-\u9fff]{{2,12}}(?:部门|单位|局|委|办|机构)|[两二三四五]级|[和及与]).*"
)
_ZONE = re.compile(r"开发区|园区")
_EVERY = re.compile(
    r"^(?:(?:[省市州县区乡镇]、?){1,4}[两二三四五]级|各级|各地|地方|当地|本级|同级|各有关|省级|市级|县级|各)"
)
_PLACES = re.compile(r"[\u4e00-\u9fff]{2,4}(?:、[\u4e00-\u9fff]{2,4}){1,8}")
# 省级孵化器主管部门（以下统称省级主管部门）, 管委会（排在第一位的为牵头单位，下同）
_ALIAS_END = re.compile(r"[（(](?:以下|下称|下同|下文|统称|简称|排|列)[^（()）]{1,40}[）)]$")
_ASIDE_ONLY = re.compile(r"[（(][^（()）]*[）)]?")
_SECOND = re.compile(r"(?<=[局厅委办部府院会心])(?=各|[省市县区州](?![直级属场政]))")
# 各级工业和信息化主管部门 is one class of bodies
_CLASS = re.compile(
    r"(?:(?:[省市州县区乡镇]、?){1,4}(?:[两二三四五]级)?|各级|各地|地方各级|地方|当地|本级|同级|各有关|有关|国务院|[省市县区]级|各)?"
    r"(?P<topics>.{2,40}?)(?:行政|主管|监管|职能){0,2}(?:部门|机关)"
)
_LEVEL_HEAD = re.compile(_LEVEL)
_LEVELS_ONLY = re.compile(rf"各(?:(?:{_LEVEL})、?){{1,8}}")
_WHOSE = re.compile(r"(?:政府|党委|院)$")  # 省政府各工作部门
_JOINERS = re.compile(r"以及|[和及与或]")
_LEAD_IN = re.compile(r"[\s：:、]*(?:并?由|会同|及|和|与|以及|联合(?!采购|执法|调查|会))?[\s]*")
_BODY_END = re.compile(r"..(?:管委会|委员会|集团|公司|银行|大学|政府|[^和及与]{2}[局厅委办])$")
_TOO_BARE = frozenset(
    {"部门", "单位", "企业", "机构", "地方", "街道", "省", "市", "县", "区", "其他"}
)
_CLASSES = frozenset(
    {
        "高校",
        "高等院校",
        "高等学校",
        "行业组织",
        "行业协会",
        "科研院所",
        "社会组织",
        "金融机构",
        "医疗机构",
    }
)


class NameList(NamedTuple):
    """The spans of the names, and whether 等 leaves the list open."""

    spans: tuple[Span, ...]
    open_ended: bool


def hide_inner(text: str) -> str:
    """Return the text with everything inside brackets or quotes hidden, at equal length.

    >>> hide_inner("各县（市、区）政府、市公安局").count("、")
    1
    """
    if not any(char in text for char in '（(〔[［【“《"'):
        return text
    shown: list[str] = []
    waiting: list[str] = []
    straight = False
    for char in text:
        if char == '"':
            straight = not straight
            shown.append(HIDDEN)
        elif char in _OPENERS:
            waiting.append(_OPENERS[char])
            shown.append(HIDDEN)
        elif char in _CLOSERS:
            if _CLOSERS[char] in waiting:
                while waiting.pop() != _CLOSERS[char]:
                    pass
            shown.append(HIDDEN)
        else:
            shown.append(HIDDEN if waiting or straight else char)
    return "".join(shown)


def split_names(text: str, start: int, end: int, home: Place | None) -> NameList:
    """Split `text[start:end]` into names (逐个责任单位); spans are offsets into `text`."""
    open_ended = False
    pieces: list[Span] = []
    for span in _split_commas(text, start, end):
        for piece in _split_glued(text, _split_spaces(text, span, home), home):
            cut, opened = _strip(text, piece)
            open_ended = open_ended or opened
            if cut.end > cut.start:
                pieces.append(cut)
    merged = _merge_topics(text, _merge_halves(text, pieces))
    spans: list[Span] = []
    for span in _merge_places(text, merged):
        if _is_one_class(_cut(text, span)):
            spans.append(span)
            continue
        for part in _split_joined(text, span, home):
            cut, opened = _strip(text, part)
            open_ended = open_ended or opened
            if cut.end > cut.start and not _ASIDE_ONLY.fullmatch(_cut(text, cut)):
                spans.append(_after_by(text, cut, home))
    return NameList(tuple(spans), open_ended)


def _after_by(text: str, span: Span, home: Place | None) -> Span:
    """Drop what precedes 由: 此项工作由市公安局 is 市公安局."""
    by = text.rfind("由", span.start, span.end - 2)
    if by < 0:
        return span
    whole, rest = take_apart(_cut(text, span), home), take_apart(text[by + 1 : span.end], home)
    listed = whole.known and whole.kind is not NameKind.COLLECTIVE
    return span if listed or (whole.known and not rest.known) else Span(by + 1, span.end)


def _split_commas(text: str, start: int, end: int) -> list[Span]:
    hidden = hide_inner(text[start:end])
    return [
        Span(start + found.start(), start + found.end())
        for found in re.finditer(r"[^、\uff64]+", hidden)
    ]


def _split_spaces(text: str, span: Span, home: Place | None) -> list[Span]:
    """Split at white space, but only between two names: 市公安局 市商务局."""
    written = text[span.start : span.end]
    if not re.search(r"\S\s+\S", written):
        return [span]
    words = [
        Span(span.start + found.start(), span.start + found.end())
        for found in re.finditer(r"\S+", written)
    ]
    if all(_is_complete(text[word.start : word.end], home) for word in words):
        return words
    return [span]


def _split_glued(text: str, pieces: list[Span], home: Place | None) -> list[Span]:
    """Split where a page lost the mark between two names: 省住建厅各市, 省发改委省财政厅."""
    split: list[Span] = []
    for span in pieces:
        cut = _glue_at(_cut(text, span), home)
        while cut:
            split.append(Span(span.start, span.start + cut))
            span = Span(span.start + cut, span.end)  # noqa: PLW2901
            cut = _glue_at(_cut(text, span), home)
        split.append(span)
    return split


def _glue_at(written: str, home: Place | None) -> int:
    """Return where a second name begins inside a written one, or 0."""
    for mark in _SECOND.finditer(written, 3):
        first, rest = written[: mark.start()], written[mark.start() :]
        parts = take_apart(first, home)
        if not parts.plausible or parts.kind not in {NameKind.PREFIXED, NameKind.PARTY}:
            continue
        if take_apart(written, home).entries:
            return 0
        second = take_apart(rest, home)
        of_level = second.kind in {NameKind.PREFIXED, NameKind.PARTY}
        same = of_level and (bool(second.entries) or second.via == "compound")
        if of_level and rest[0] == first[0] and rest[-1] in "局委办厅" and "分局" not in rest:
            same = True  # of one level, though nobody listed them
        if not parts.entries and not (of_level and rest[0] == first[0]):
            continue
        if (rest[0] == "各" and not _WHOSE.search(first)) or same:
            return mark.start()
    return 0


def _strip(text: str, span: Span) -> tuple[Span, bool]:
    start, end = span
    lead = _LEAD_IN.match(text, start, end)
    if lead is not None and lead.end() < end:
        start = lead.end()
    while end > start and text[end - 1].isspace():
        end -= 1
    alias = (
        _ALIAS_END.search(text, max(start, end - 44), end)
        if end > start and text[end - 1] in "）)"
        else None
    )
    if alias is not None and alias.start() > start:
        end = alias.start()
    opened = _OPEN_END.search(text, max(start, end - 40), end)
    if opened is not None and opened.start() >= start:
        end = opened.start()
        return Span(start, end), True
    return Span(start, end), False


def _merge_halves(text: str, pieces: list[Span]) -> list[Span]:
    """Put 各市 + 县人民政府 together again: that 、 stands inside one name."""
    merged: list[Span] = []
    index = 0
    while index < len(pieces):
        span = pieces[index]
        index += 1
        if _FIRST_HALF.fullmatch(text[span.start : span.end]):
            reach = index
            while reach < len(pieces) and _NEXT_HALF.fullmatch(_cut(text, pieces[reach])):
                reach += 1
            last_is_half = reach < len(pieces) and _LAST_HALF.fullmatch(_cut(text, pieces[reach]))
            if last_is_half:
                reach += 1
            if not last_is_half and reach > index and _ZONE.match(_cut(text, pieces[reach - 1])):
                reach -= 1
            if reach > index and (last_is_half or _cut(text, pieces[reach - 1])[:1] != "各"):
                span = Span(span.start, pieces[reach - 1].end)
                index = reach
        merged.append(span)
    return merged


def _merge_topics(text: str, pieces: list[Span]) -> list[Span]:
    """Put 各级发展改革 + 应急管理部门 together again: lines of government that share 部门."""
    topics = name_table().topics
    merged: list[Span] = []
    run: list[Span] = []
    for span in pieces:
        written = _EVERY.sub("", _cut(text, span))
        if written in topics or shorten(written) in topics:
            run.append(span)
            continue
        if run and written.endswith("部门"):
            merged.append(Span(run[0].start, span.end))
        else:
            merged.extend([*run, span])
        run = []
    return [*merged, *run]


def _merge_places(text: str, pieces: list[Span]) -> list[Span]:
    """Put 三明 + 南平和龙岩市政府 together again: places that share one body."""
    merged: list[Span] = []
    for span in pieces:
        if (
            merged
            and is_short_name(_cut(text, merged[-1])[-2:])
            and is_short_name(_cut(text, span)[:2])
        ):
            before = _cut(text, merged[-1])
            if is_short_name(before) or _PLACES.fullmatch(before):
                merged[-1] = Span(merged[-1].start, span.end)
                continue
        merged.append(span)
    return merged


def _cut(text: str, span: Span) -> str:
    return text[span.start : span.end]


def _split_joined(text: str, span: Span, home: Place | None) -> list[Span]:
    """Split at 和, 及, 与 where complete names stand on both sides."""
    written = _cut(text, span)
    if not _JOINERS.search(written):
        return [span]
    parts = take_apart(written, home)
    if parts.entries or parts.via == "compound" or is_place_list(written):
        return [span]
    hidden = hide_inner(written)
    for joiner in _JOINERS.finditer(hidden):
        left, _ = _strip(text, Span(span.start, span.start + joiner.start()))
        if _LEVELS_ONLY.fullmatch(_cut(text, left)) and _LEVEL_HEAD.match(written, joiner.end()):
            continue  # 各省、自治区、直辖市及计划单列市、新疆生产建设兵团市场监管局
        right = Span(span.start + joiner.end(), span.end)
        right_cut, _ = _strip(text, right)
        if _may_end(_cut(text, left), home) and _is_complete(_cut(text, right_cut), home):
            return [
                Span(span.start, span.start + joiner.start()),
                *_split_joined(text, right, home),
            ]
    return [span]


def _is_one_class(written: str) -> bool:
    found = _CLASS.fullmatch(written)
    return found is not None and are_topics(found["topics"])


def _may_end(name: str, home: Place | None) -> bool:
    """Whether a name may be complete before 和: 平潭综合实验区管委会和省直有关部门."""
    if _is_complete(name, home):
        return True
    return bool(_BODY_END.search(name)) and take_apart(name, home).plausible


@lru_cache(maxsize=8192)
def _is_complete(name: str, home: Place | None) -> bool:
    if name in _TOO_BARE or name in _CLASSES:
        return name in _CLASSES
    parts = take_apart(name, home)
    if parts.kind is NameKind.COLLECTIVE:
        return len(name) > 2  # noqa: PLR2004  (各地, 部门 alone complete nothing)
    return parts.strong
