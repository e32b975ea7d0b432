"""Pages of placed letters as running text (版面还原): furniture out, broken lines rejoined.

A page format knows where letters stand, not what a paragraph is. Chinese official prose shows it:
the first line is indented by two characters, and a line that ends early is the last of its kind.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from corpus.markers import parse_marker
from corpus.readers.page_lines import PlacedPage, TextLine, group_lines
from corpus.readers.page_tables import find_tables

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corpus.readers.page_text import Joint, PageText

_PAGE_NUMBER: Final = re.compile(
    r"[-—–－·•~～\s]{0,6}(?:第\s{0,3})?\d{1,4}(?:\s{0,3}页)?"
    r"(?:\s{0,3}[/／共,，]\s{0,3}(?:共\s{0,3})?\d{1,4}(?:\s{0,3}页)?)?[-—–－·•~～\s]{0,6}"
)  # — 3 —, 第 3 页 共 5 页, 3/5
_LEADERS: Final = re.compile(r"[.．·…]{3,40}\s{0,3}\d{1,4}$")  # 一、总则……3
_PEEK: Final = 40
_MARGIN_LINES: Final = 2  # so many lines at the top and the bottom may be furniture
_MARGIN_SHARE: Final = 0.12  # of the height of the page
_SAME_HEIGHT: Final = 0.01
_LONGEST_PAGE_NUMBER: Final = 30
_OTHER_SIZE: Final = 1.15
_PARAGRAPH_GAP: Final = 1.75  # of the usual distance between two lines
_INDENT: Final = 1.0
_TITLE_LINES: Final = 4  # over which a title may be broken
_SLACK: Final = 1.5  # ems a justified line may fall short of the right margin
_COMMON_SHARE: Final = 0.08
_BOLD_SHARE: Final = 0.6
_ENDS: Final = frozenset("。；：！？;:!?")
_ATTACHED: Final = ("附件", "附：", "附:")
_SIDES: Final = ("页眉", "页脚")
_DIGITS: Final = re.compile(r"\d{1,6}")


class _Item(NamedTuple):
    """A line or a row of a table on its page."""

    page: int
    top: float
    line: TextLine | None
    row: tuple[str | Joint, ...] = ()
    reason: str = ""


class _Measures(NamedTuple):
    """What is usual in this file: size of letters, margins, distance of lines."""

    em: float
    left: float
    right: float
    pitch: float


def write_pages(pages: Sequence[PlacedPage], text: PageText) -> None:
    """Write the text of all pages, furniture marked as dropped, lines joined into paragraphs."""
    em = _usual_size(pages)
    items: list[_Item] = []
    for number, page in enumerate(pages):
        tables, rest = find_tables(page.glyphs, page.rules, em)
        found = [_Item(number, line.top, line) for line in group_lines(rest)]
        found += [_Item(number, one.top, None, one.cells) for table in tables for one in table.rows]
        items += sorted(found, key=lambda one: one.top)
    items = _mark_furniture(items, pages)
    body = [one.line for one in items if one.line is not None and not one.reason]
    if not _bold_means_something(body):
        items = [one._replace(line=_plain(one.line)) for one in items]
    _Writer(text, _measure(body, em)).write(items)


class _Writer:
    """Joins lines into paragraphs; furniture goes to the end, out of the paragraphs it cut."""

    def __init__(self, text: PageText, measures: _Measures) -> None:
        self._text = text
        self._measures = measures
        self._paragraph: list[TextLine] = []
        self._waiting: list[_Item] = []

    def write(self, items: Sequence[_Item]) -> None:
        """Write all items in order."""
        before: _Item | None = None
        for item in items:
            if item.reason:
                self._waiting.append(item)
                continue
            if item.line is None:
                self._flush()
                self._text.add_row(item.row)
                before = None
                continue
            if before is not None and self._begins(before, item):
                self._flush()
            self._paragraph.append(item.line)
            before = item
        self._flush()
        for item in self._waiting:
            self._text.enter(block=True, bold=False, reason=item.reason)
            assert item.line is not None  # noqa: S101 - rows of tables are no furniture
            self._text.add_line(item.line.text)
            self._text.leave()

    def _begins(self, before: _Item, item: _Item) -> bool:
        """Whether a line begins a paragraph, after the line before it."""
        line, last = item.line, before.line
        assert line is not None  # noqa: S101 - only lines are compared
        assert last is not None  # noqa: S101
        em, left, right, pitch = self._measures
        if max(line.size, last.size) > _OTHER_SIZE * min(line.size, last.size):
            return True
        if before.page == item.page and line.top - last.top > _PARAGRAPH_GAP * pitch:
            return True
        if self._within_title():
            return False
        if last.x1 + line.first_width < right - _SLACK * em:
            return True
        indented = line.x0 - left
        if indented > _INDENT * em:
            # Attachments hang: what goes on stands to the right of 附件：1.
            hangs = self._paragraph[0].text.startswith(_ATTACHED)
            return not (hangs and line.x0 > self._paragraph[0].x0 + 2 * em)
        marker = parse_marker(line.text[:_PEEK])
        if marker is None:
            return False
        first = parse_marker(self._paragraph[0].text[:_PEEK])
        counts_on = first is not None and (marker.level, marker.ordinal) == (
            first.level,
            first.ordinal + 1,
        )
        return counts_on or last.text[-1:] in _ENDS

    def _within_title(self) -> bool:
        """Whether a title in 《》 is still open, wherever its lines are set."""
        said = "".join(line.text for line in self._paragraph[-_TITLE_LINES:])
        return sum(said.count(one) for one in "《«") > sum(said.count(one) for one in "》»")

    def _flush(self) -> None:
        if self._paragraph:
            leads = _LEADERS.search(self._paragraph[-1].text[-_PEEK:]) is not None
            self._text.enter(block=True, bold=False, reason="目录" if leads else "")
            before = ""
            for line in self._paragraph:
                if _needs_space(before, line.text):
                    self._text.add(" ")
                for piece, bold in line.pieces:
                    self._text.enter(block=False, bold=bold, reason="")
                    self._text.add(piece)
                    self._text.leave()
                before = line.text
            self._text.leave()
            self._paragraph = []


def _needs_space(before: str, after: str) -> bool:
    """Whether two lines of one paragraph were parted inside Latin text."""
    return (
        before[-1:].isascii()
        and after[:1].isascii()
        and before[-1:].isalpha()
        and after[:1].isalpha()
    )


def _mark_furniture(items: list[_Item], pages: Sequence[PlacedPage]) -> list[_Item]:
    """Give page numbers and repeated headers and footers their reason."""
    edges: dict[int, str] = {}
    repeated: Counter[tuple[str, str, int]] = Counter()
    keys: dict[int, tuple[str, str, int]] = {}
    by_page: dict[int, list[int]] = {}
    for index, item in enumerate(items):
        by_page.setdefault(item.page, []).append(index)
    for number, indexes in by_page.items():
        height = pages[number].height
        for side, some in zip(
            _SIDES, (indexes[:_MARGIN_LINES], indexes[-_MARGIN_LINES:]), strict=True
        ):
            for index in some:
                line = items[index].line
                if line is None:
                    continue
                share = line.top / height if side == _SIDES[0] else 1 - line.bottom / height
                outermost = index in (indexes[0], indexes[-1])
                if (
                    outermost
                    and len(line.text) <= _LONGEST_PAGE_NUMBER
                    and _PAGE_NUMBER.fullmatch(line.text)
                ):
                    edges[index] = "页码"
                elif share < _MARGIN_SHARE:
                    place = round(line.top / height / _SAME_HEIGHT / 2)
                    keys[index] = (side, _DIGITS.sub("0", line.text[:200]), place)
                    repeated[keys[index]] += 1
    for index, key in keys.items():
        if repeated[key] >= max(2, len(by_page) // 3):
            edges[index] = key[0]
    return [item._replace(reason=edges.get(i, "")) for i, item in enumerate(items)]


def _usual_size(pages: Sequence[PlacedPage]) -> float:
    sizes: Counter[float] = Counter()
    for page in pages:
        for glyph in page.glyphs:
            if glyph.text.strip():
                sizes[round(glyph.size, 1)] += len(glyph.text)
    return sizes.most_common(1)[0][0] or 1.0 if sizes else 1.0


def _measure(lines: Sequence[TextLine], em: float) -> _Measures:
    """Find the margins of the body: the leftmost common beginning, the rightmost common end."""
    body = [one for one in lines if one.size <= _OTHER_SIZE * em and one.size * _OTHER_SIZE >= em]
    if not body:
        return _Measures(em, 0.0, 0.0, em)
    least = max(1, int(len(body) * _COMMON_SHARE))
    lefts = Counter(round(one.x0 / em * 2) for one in body)
    rights = Counter(round(one.x1 / em) for one in body)
    left = min((x for x, count in lefts.items() if count >= least), default=min(lefts)) * em / 2
    right = max((x for x, count in rights.items() if count >= least), default=max(rights)) * em
    steps = sorted(
        after.top - before.top for before, after in pairwise(body) if after.top > before.top
    )
    return _Measures(em, left, right, steps[len(steps) // 2] if steps else 2 * em)


def _bold_means_something(lines: Sequence[TextLine]) -> bool:
    letters = sum(len(text) for line in lines for text, _ in line.pieces)
    heavy = sum(len(text) for line in lines for text, bold in line.pieces if bold)
    return heavy <= _BOLD_SHARE * letters


def _plain(line: TextLine | None) -> TextLine | None:
    return line._replace(pieces=((line.text, False),)) if line is not None else None
