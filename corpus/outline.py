# ruff: noqa: PLR2004 — measured lengths stand where they are used
"""The outline of one text (层次结构): which lines are headings, which paragraphs, under what."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, NamedTuple

from corpus.markers import Marker, parse_marker
from corpus.model import Level, Remark, Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corpus.lines import Line
    from corpus.model import Outlined

_RANKS: Final = {
    Level.CHAPTER: 0,
    Level.SECTION: 1,
    Level.ARTICLE: 2,
    Level.PART: 3,
    Level.ITEM: 4,
    Level.POINT: 5,
    Level.SUBPOINT: 6,
    Level.CIRCLED: 7,
}
_CHINESE: Final = frozenset({Level.PART, Level.ITEM})
_DIVISIONS: Final = frozenset({Level.CHAPTER, Level.SECTION, Level.ARTICLE})
_LONGEST_TITLE: Final = 60
_LONGEST_LEAD: Final = 30
_OUTLINED_SHARE: Final = 0.5
_LONGEST_ARTICLE_NAME: Final = 20
_OPEN, _CLOSE = "《〈（(“‘「〔[【", "》〉）)”’」〕]】"
_MARK: Final = re.compile(f"[{re.escape(_OPEN + _CLOSE)}。？！]")


@dataclass(slots=True)
class Node:
    """A numbered place in the outline; the root of a text has no level."""

    level: Level | None
    ordinal: int
    number: str
    parent: Node | None
    occurrence: int = 1
    heading: str = ""
    paragraphs: int = 0
    children: dict[tuple[Level, int], int] = field(default_factory=dict)
    last: dict[Level, int] = field(default_factory=dict)
    name: str = ""  # the heading without a number under which its paragraphs now stand
    names: int = 0

    def chain(self) -> tuple[Node, ...]:
        """The numbered nodes from the outermost to this one."""
        found: list[Node] = []
        node: Node | None = self
        while node is not None and node.level is not None:
            found.append(node)
            node = node.parent
        return tuple(reversed(found))

    def headings(self) -> tuple[str, ...]:
        """The headings above what stands here, outermost first, those without a number too."""
        found: list[str] = []
        node: Node | None = self
        while node is not None:
            found += [node.name] if node.name else []
            found += [f"{node.number}{node.heading}"] if node.level is not None else []
            node = node.parent
        return tuple(reversed(found))


class HeadingLine(NamedTuple):
    """A heading found in a text: its node and the span of its words, marker included.

    One without a number (`Level.NAMED`) has words of its own and stands `order`th at its node.
    """

    node: Node
    level: Level
    span: Span
    words: str = ""
    order: int = 0


class BodyLine(NamedTuple):
    """A paragraph found in a text: the node it stands under, its place there, its span."""

    node: Node
    number: int
    span: Span
    numbered: bool  # its own marker stands at its beginning
    clause: int  # the 款 of the article above it, for items of laws
    headings: tuple[str, ...] = ()


class Outline(NamedTuple):
    """What one text consists of, in order."""

    headings: tuple[HeadingLine, ...]
    paragraphs: tuple[BodyLine, ...]
    remarks: tuple[Remark, ...]


def read_outline(lines: Sequence[Line], text: str, outlined: Sequence[Outlined] = ()) -> Outline:
    """Return the outline (层次) of the lines of one text; every line is used exactly once.

    `outlined` are the lines that the file itself calls headings (大纲级别). It is believed of short
    lines only, and not where most lines are called so: whole texts are set in a heading's style.
    """
    reader = _Reader(text)
    said = {one.span.start: one.level for one in outlined}
    levels = [said.get(line.start, 0) for line in lines]
    believed = sum(map(bool, levels)) <= len(lines) * _OUTLINED_SHARE
    levels = [
        level if believed and _may_be_named(line.text) else 0
        for level, line in zip(levels, lines, strict=True)
    ]
    markers = _accepted(lines, levels)
    for index, line in enumerate(lines):
        marker, level = markers[index], levels[index]
        content = _has_content(markers, index)
        if marker is not None:
            reader.add_marked(line, marker, has_content=content, level=level)
        elif level and index + 1 < len(lines) and _names_alone(line.text):
            reader.add_named(line, level)
        else:
            reader.add_paragraph(Span(line.start, line.end), numbered=False)
    return Outline(tuple(reader.headings), tuple(reader.paragraphs), tuple(reader.remarks))


def _may_be_named(line: str) -> bool:
    """Whether a line that the file calls a heading may be one: 工作目标, 一、总体要求。."""
    return len(line) <= _LONGEST_TITLE and "\t" not in line and line[-1:] not in "；;，,、"


def _names_alone(line: str) -> bool:
    """Whether a line without a number is no sentence: 工作目标."""
    named = line[-1:] not in "。：:？！" and "".join(line.split()) != "目录"
    return named and parse_marker(line) is None


def _accepted(lines: Sequence[Line], levels: Sequence[int]) -> list[Marker | None]:
    """The markers of the lines, those without any neighbour in sequence taken for text."""
    markers = [parse_marker(line.text) for line in lines]
    present = {(marker.level, marker.ordinal) for marker in markers if marker is not None}
    accepted: list[Marker | None] = []
    for marker, level_said in zip(markers, levels, strict=True):
        if marker is None or marker.level not in _RANKS or "\t" in marker.rest:
            accepted.append(None)  # the rows of a table have cells, not headings
            continue
        level, ordinal = marker.level, marker.ordinal
        neighbours = any((level, ordinal + step) in present for step in (-1, 1, -2))
        alone = ordinal > 1 and not neighbours and level not in _DIVISIONS
        doubtful = marker.doubtful and not neighbours
        if alone and marker.rest and level in _CHINESE and heading_length(marker, has_content=True):
            alone = False  # an excerpt: its one heading says what it is about
        unlikely = (alone or doubtful) and not level_said
        accepted.append(None if unlikely or not marker.rest else marker)
    return accepted


def _has_content(markers: Sequence[Marker | None], index: int) -> bool:
    """Whether something stands under the marker: an unmarked line or a deeper marker."""
    marker = markers[index]
    if marker is None or index + 1 >= len(markers):
        return False
    following = markers[index + 1]
    return following is None or _RANKS[following.level] > _RANKS[marker.level]


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.root = Node(None, 0, "", None)
        self.current = self.root
        self.headings: list[HeadingLine] = []
        self.paragraphs: list[BodyLine] = []
        self.remarks: list[Remark] = []
        self.articles = 0
        self.last: dict[Level, int] = {}  # over the whole text: some number （一）…（三十） through
        self.depths: dict[int, int] = {}  # how deep the nodes stand that have an outline level

    def add_paragraph(self, span: Span, *, numbered: bool) -> None:
        if not numbered:
            self._leave_items()
        node = self.current
        node.paragraphs += 1
        article = next((one for one in node.chain() if one.level is Level.ARTICLE), None)
        clause = article.paragraphs if article is not None and article is not node else 0
        self.paragraphs.append(
            BodyLine(node, node.paragraphs, span, numbered, clause, node.headings())
        )

    def add_named(self, line: Line, level: int) -> None:
        """Add a heading without a number: no step of a path, it only names what follows."""
        self._leave_items()
        node = self.current
        chain = node.chain()
        depth = min((at for other, at in self.depths.items() if other >= level), default=len(chain))
        while node.parent is not None and len(node.chain()) > depth:
            node = node.parent
        self.depths = {other: at for other, at in self.depths.items() if other < level}
        self.depths[level] = len(node.chain())
        self.current = node
        node.names += 1
        node.name = clean_heading(line.text, Level.NAMED)
        span = Span(line.start, line.end)
        self.headings.append(HeadingLine(node, Level.NAMED, span, node.name, node.names))

    def _leave_items(self) -> None:
        """Return to the article when its items have ended: what follows is its next 款."""
        node = self.current
        article = next((one for one in node.chain() if one.level is Level.ARTICLE), None)
        if article is None or article is node or node.heading or not self.paragraphs:
            return
        last = self.paragraphs[-1]
        if last.node is node and self.text[last.span.end - 1] == "。":
            self.current = article

    def add_marked(self, line: Line, marker: Marker, *, has_content: bool, level: int) -> None:
        self.current = self._open(line, marker)
        if level:
            depth = len(self.current.chain())
            self.depths = {other: at for other, at in self.depths.items() if other < level}
            self.depths[level] = depth - 1
        in_article = any(node.level is Level.ARTICLE for node in self.current.chain()[:-1])
        kept = heading_length(marker, has_content=has_content, in_article=in_article)
        if level and has_content and not in_article and "。" not in marker.rest[:-1]:
            kept = _LONG
        if kept == 0:
            self.add_paragraph(Span(line.start, line.end), numbered=True)
            return
        stop = min(marker.rest_start + kept, len(line.text))
        words = line.text[marker.rest_start : stop]
        self.current.heading = clean_heading(words, marker.level)
        self.headings.append(
            HeadingLine(self.current, marker.level, Span(line.start, line.start + stop))
        )
        rest = line.text[stop:]
        if rest.strip():
            start = line.start + stop + len(rest) - len(rest.lstrip())
            self.add_paragraph(Span(start, line.end), numbered=False)

    def _open(self, line: Line, marker: Marker) -> Node:
        """Climb to where the marker belongs and open its node there."""
        rank = _RANKS[marker.level]
        parent = self.current
        while parent.level is not None and _RANKS[parent.level] >= rank:
            above = parent.parent
            if above is None:
                break
            parent = above
        key = (marker.level, marker.ordinal)
        occurrence = parent.children.get(key, 0) + 1
        parent.children[key] = occurrence
        self._check_sequence(line, marker, parent)
        return Node(marker.level, marker.ordinal, marker.number, parent, occurrence)

    def _check_sequence(self, line: Line, marker: Marker, parent: Node) -> None:
        """Note numbers that are skipped or stand twice; they are kept as they are."""
        if marker.level is Level.ARTICLE:
            last, self.articles = self.articles, marker.ordinal
        else:
            last = parent.last.get(marker.level, 0)
            parent.last[marker.level] = marker.ordinal
        through = marker.ordinal == self.last.get(marker.level, 0) + 1
        self.last[marker.level] = marker.ordinal
        if marker.ordinal == last:
            message = f"序号“{marker.number}”重复出现，按原文保留"
            self.remarks.append(Remark(line.number, "numbering_duplicate", message))
        elif marker.ordinal > last + 1 and not through:
            message = f"序号“{marker.number}”之前有缺号，按原文保留"
            self.remarks.append(Remark(line.number, "numbering_gap", message))


def heading_length(marker: Marker, *, has_content: bool, in_article: bool = False) -> int:
    """Return how many characters of the marker's text are a heading: all, the first sentence, or 0.

    A number followed by a whole measure has no heading text; neither has a line under which
    nothing stands, because its words would otherwise be in no paragraph. The items of an article
    are sentences, so there only a line without any mark at its end is a heading.
    """
    rest = marker.rest
    label = LABELLED.search(rest[:_LONGEST_LOOK])
    if (
        label is not None
        and label.start() > 1
        and not any(m in rest[: label.start()] for m in "。")
    ):
        words = replace(marker, rest=rest[: label.start()].rstrip())
        kept = heading_length(words, has_content=True, in_article=in_article)
        return label.start() if kept else 0
    if marker.level in {Level.CHAPTER, Level.SECTION}:
        return _LONG if len(rest) <= _LONGEST_TITLE else 0
    if marker.level is Level.ARTICLE:  # an article has text, rarely a name: 第一条　目的
        named = len(rest) <= _LONGEST_ARTICLE_NAME and not any(m in rest for m in "。：；，:;,")
        return _LONG if has_content and named else 0
    dash = rest.find("——", 0, _LONGEST_NAMED_LIST)
    if dash > 1 and not any(mark in rest[:dash] for mark in "。，；：（"):
        return dash  # 基本原则——坚持…
    if rest[0] == "《" and rest[-1] in "》）)":
        return 0  # an item of a list of documents
    stop = _sentence_end(rest)
    if in_article and (stop >= 0 or rest[-1:] in "；：;:"):
        return 0
    if stop < 0 or stop == len(rest) - 1:
        return _LONG if has_content and _is_title(rest) else 0
    lead = rest[: stop + 1]
    follows = rest[stop + 1 :].lstrip()
    if len(lead) > _LONGEST_LEAD or any(mark in lead for mark in "，,；;：:"):
        return 0
    return 0 if follows[:1] in ("（", "(") and "负责" in follows[:300] else stop + 1


_LONG: Final = 1_000_000
_LONGEST_LOOK: Final = 200
_LONGEST_NAMED_LIST: Final = 12
# 三、降低杠杆率责任单位：…: the duties run on behind the heading
LABELLED: Final = re.compile(
    r"[（(【\[]?(?:(?:牵头|配合|主要|第一)责任|责任|牵头|配合|落实|主办|协办|参与|参加|支持)"
    r"(?:单位|部门)[】\]]?\s?[：:]"
)


def _is_title(rest: str) -> bool:
    """Whether the whole text behind a marker reads as a heading rather than as a measure."""
    bare = rest.rstrip("。：:")
    if not bare or len(bare) > _LONGEST_TITLE or rest.endswith(("；", ";", "，", ",", "、")):
        return False
    if rest.endswith("。") and (len(bare) > _LONGEST_LEAD or "，" in bare or "," in bare):
        return False
    if rest.endswith(("：", ":")) and ("，" in bare or "," in bare) and len(bare) > _LONGEST_LEAD:
        return False
    return "；" not in bare


def _sentence_end(text: str) -> int:
    """Where the first 。？！ outside brackets and quotes stands, or -1."""
    depth = 0
    for mark in _MARK.finditer(text, 0, 400):
        if mark[0] in _OPEN:
            depth += 1
        elif mark[0] in _CLOSE:
            depth = max(0, depth - 1)
        elif depth == 0:
            return mark.start()
    return -1 if len(text) <= 400 else 400


def clean_heading(words: str, level: Level) -> str:
    """Return the words of a heading without its final mark and the spaces that only lay it out.

    >>> clean_heading("总　　则", Level.CHAPTER)
    '总则'
    """
    words = "".join(piece.strip() for piece in words.splitlines())
    if words and words[-1] in "。：；:;":
        words = words[:-1]
    if level in _DIVISIONS and len(words) <= 20:
        words = "".join(words.split())
    return words.strip()
