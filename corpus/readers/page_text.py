"""The text of a page while it is written (页面文字): lines, rows of tables, what stands out."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, ClassVar, Final

from corpus.errors import UnreadableFileError
from corpus.model import ContinuedCell, Dropped, Outlined, RawCircular, Remark, Span
from corpus.readers.budgets import BUDGETS
from corpus.readers.decoding import replace_unstorable

if TYPE_CHECKING:
    from collections.abc import Sequence

_MARGIN: Final = " \t\xa0\u3000\u200b\ufeff"
_CELL_GAP: Final = "\t"


class Joint(Enum):
    """The box of a table's row that a merged cell (合并单元格) reaches into, and from where."""

    ABOVE = "above"
    LEFT = "left"


class PageText:
    """Collects the text of a page line by line; `finish` returns it with its spans."""

    LIFT: ClassVar = "\x00"  # cancels the reasons above it: the main text begins
    OUTSIDE: ClassVar = "正文以外的页面内容"

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._length = 0
        self._buffer: list[str] = []
        self._width = 0
        self._pending_space = False
        self._bold_here: list[tuple[int, int]] = []
        self._level_here = 0
        self._bold: list[Span] = []
        self._dropped: list[Dropped] = []
        self._outlined: list[Outlined] = []
        self._continued: list[ContinuedCell] = []
        self._above: list[Span] = []  # the row just written, merged cells by their words
        self._frames: list[tuple[bool, bool, str]] = []
        self._bold_depth = 0
        self._reason = ""
        self.kept = False  # whether any letter stands outside what is dropped

    @property
    def outlined(self) -> tuple[Outlined, ...]:
        """The lines that the file calls headings."""
        return tuple(self._outlined)

    @property
    def continued(self) -> tuple[ContinuedCell, ...]:
        """The empty places that merged cells leave."""
        return tuple(self._continued)

    def enter(self, *, block: bool, bold: bool, reason: str) -> None:
        """Open an element: a block begins a line, a reason marks what follows as dropped."""
        self._frames.append((block, bold, self._reason))
        if block:
            self.end_line()
        self._bold_depth += bold
        after = self._reason
        if reason == self.LIFT:
            after = ""
        elif reason and not (after and reason == self.OUTSIDE):
            after = reason
        if after != self._reason:
            self.end_line()
            self._reason = after

    def leave(self) -> None:
        """Close the element opened last."""
        block, bold, reason = self._frames.pop()
        if block or reason != self._reason:
            self.end_line()
        self._bold_depth -= bold
        self._reason = reason

    def add(self, text: str) -> None:
        """Add running text; white space of the source is one space, as a browser shows it."""
        if not text:
            return
        words = text.translate(_TO_SPACE).split(" ")
        for index, word in enumerate(words):
            if index:
                self._pending_space = True
            if word:
                self._put(word)

    def add_line(self, text: str) -> None:
        """Add one whole line."""
        self.end_line()
        self.add(text)
        self.end_line()

    def add_row(self, cells: Sequence[str | Joint]) -> None:
        """Add a row of a table as a line with tabs between its cells.

        The boxes of a merged cell after its first are empty, and noted as its rest: no word of the
        source is said twice. Empty cells at either end keep their tabs.
        """
        self.end_line()
        above, start, here = self._above, self._length, self._length
        row: list[Span] = []
        continued: list[ContinuedCell] = []
        for column, cell in enumerate(cells):
            source = Span(here, here)
            if isinstance(cell, str):
                source = Span(here, here + len(cell))
            elif cell is Joint.LEFT and row:
                source = row[-1]
            elif cell is Joint.ABOVE and column < len(above):
                source = above[column]
            if not isinstance(cell, str) and source.start < source.end:
                continued.append(ContinuedCell(here, source))
            row.append(source)
            here += (len(cell) if isinstance(cell, str) else 0) + len(_CELL_GAP)
        line = _CELL_GAP.join(cell if isinstance(cell, str) else "" for cell in cells)
        if line.strip(_MARGIN):
            shift = len(line) - len(line.lstrip(_MARGIN))
            words = Span(start + shift, start + shift + len(line.strip(_MARGIN)))
            self._keep(line, words)
            self._continued += continued if not self._reason else ()
            self._above = row

    def set_level(self, level: int) -> None:
        """Note that the line being written is a heading by the file's own word (大纲级别)."""
        self._level_here = level

    def end_line(self) -> None:
        """End the current line, if anything stands on it."""
        self._pending_space = False
        if not self._buffer:
            return
        line = "".join(self._buffer)
        stripped = line.strip(_MARGIN)
        shift = len(line) - len(line.lstrip(_MARGIN))
        if stripped:
            start = self._length
            for first, last in self._bold_here:
                left, right = max(first - shift, 0), min(last - shift, len(stripped))
                if left < right:
                    self._bold.append(Span(start + left, start + right))
            words = Span(start, start + len(stripped))
            if self._level_here and not self._reason:
                self._outlined.append(Outlined(words, self._level_here))
            self._keep(stripped, words)
            self._above = []
        self._buffer = []
        self._bold_here = []
        self._width = 0

    def finish(self) -> tuple[str, tuple[Dropped, ...], tuple[Span, ...]]:
        """Return the text, what of it is dropped, and what is bold."""
        self.end_line()
        return "\n".join(self._lines), tuple(self._dropped), _merged(self._bold)

    def _keep(self, line: str, words: Span) -> None:
        """Take a line into the text; `words` is where it says something."""
        if self._reason:
            self._dropped.append(Dropped(words, self._reason))
        elif not self.kept:
            self.kept = any(character.isalnum() for character in line)
        self._lines.append(line)
        self._length += len(line) + 1

    def _put(self, word: str) -> None:
        if self._pending_space and self._buffer:
            word = f" {word}"
        self._pending_space = False
        if self._bold_depth:
            self._bold_here.append((self._width, self._width + len(word)))
        self._buffer.append(word)
        self._width += len(word)


def circular_of(
    page: PageText,
    name: str,
    media_type: str,
    *,
    remarks: tuple[Remark, ...] = (),
    without_text: str = "no_text",
) -> RawCircular:
    """Return the raw circular (公文) that a written page is the text of.

    Raises:
        UnreadableFileError: `too_long`; or `without_text` where no letter is left.
    """
    text, dropped, bold = page.finish()
    text, replaced = replace_unstorable(text)
    if len(text) > BUDGETS.characters:
        raise UnreadableFileError("too_long", f"{len(text) // 10_000} 万字")
    if not page.kept:
        raise UnreadableFileError(without_text)
    if replaced:
        message = f"有 {replaced} 个无法保存的字符，以“\ufffd”代替"
        remarks = (*remarks, Remark(0, "unstorable_replaced", message))
    return RawCircular(
        name=name,
        text=text,
        media_type=media_type,
        bold=bold,
        dropped=dropped,
        remarks=remarks,
        outlined=page.outlined,
        continued=page.continued,
    )


def holds_data(rows: Sequence[Sequence[str]]) -> bool:
    """Whether a table holds data in rows, rather than the layout of a page.

    Long cells are layout, unless they stand beside others below a row of short headings: a measure
    beside who is responsible for it.
    """
    cells = [cell for row in rows for cell in row]
    longest = max(map(len, cells), default=0)
    if max(map(len, rows), default=0) < _FEWEST_CELLS or longest > _LONGEST_CELL:
        return False
    if longest <= _USUAL_CELL:
        return True
    headed = len(rows[0]) >= _FEWEST_CELLS and all(0 < len(one) <= _HEADING for one in rows[0])
    long = [row for row in rows if any(len(cell) > _USUAL_CELL for cell in row)]
    return headed and all(sum(map(bool, row)) >= _FEWEST_CELLS for row in long)


_FEWEST_CELLS: Final = 2
_USUAL_CELL, _LONGEST_CELL, _HEADING = 600, 3_000, 20
_TO_SPACE: Final = {ord(character): " " for character in "\t\r\n\f\v\x85\u2028\u2029"}


def _merged(spans: list[Span]) -> tuple[Span, ...]:
    """Join bold spans that touch."""
    merged: list[Span] = []
    for span in spans:
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, span.end)
        else:
            merged.append(span)
    return tuple(merged)
