"""The text of a page while it is written (页面文字): lines, bold spans, dropped spans."""

from __future__ import annotations

from typing import ClassVar, Final

from corpus.model import Dropped, Span

_MARGIN: Final = " \t\xa0\u3000\u200b\ufeff"


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
        self._bold: list[Span] = []
        self._dropped: list[Dropped] = []
        self._frames: list[tuple[bool, bool, str]] = []
        self._bold_depth = 0
        self._reason = ""
        self.kept = False  # whether any letter stands outside what is dropped

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

    def add_line(self, text: str, *, keep_tabs: bool = False) -> None:
        """Add one whole line, as a table row."""
        self.end_line()
        if keep_tabs:
            self._put(text)
        else:
            self.add(text)
        self.end_line()

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
            if self._reason:
                span = Span(start, start + len(stripped))
                self._dropped.append(Dropped(span, self._reason))
            elif not self.kept:
                self.kept = any(character.isalnum() for character in stripped)
            self._lines.append(stripped)
            self._length += len(stripped) + 1
        self._buffer = []
        self._bold_here = []
        self._width = 0

    def finish(self) -> tuple[str, tuple[Dropped, ...], tuple[Span, ...]]:
        """Return the text, what of it is dropped, and what is bold."""
        self.end_line()
        return "\n".join(self._lines), tuple(self._dropped), _merged(self._bold)

    def _put(self, word: str) -> None:
        if self._pending_space and self._buffer:
            word = f" {word}"
        self._pending_space = False
        if self._bold_depth:
            self._bold_here.append((self._width, self._width + len(word)))
        self._buffer.append(word)
        self._width += len(word)


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
