"""A linear look at HTML before any parser sees it (预检): bounds, and how many 汉字 to expect.

The HTML parser drops text without an error when a page is too deep, a node too long or a tag too
rich in attributes. This scan refuses such pages and counts the 汉字 of the rest, so that a loss
can be noticed.
"""

from __future__ import annotations

import html
import re
from typing import Final

from corpus.errors import UnreadableFileError

MAXIMUM_DEPTH: Final = 200
MAXIMUM_ATTRIBUTES: Final = 200
MAXIMUM_NODE: Final = 3_000_000
_RAW_TEXT: Final = frozenset({"script", "style", "title", "textarea", "xmp", "iframe", "noembed"})
_VOID: Final = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "param",
        "source",
        "track",
        "wbr",
        "basefont",
    ]
)
_OPTIONAL_END: Final = frozenset(
    ["p", "li", "td", "th", "tr", "dt", "dd", "option", "thead", "tbody", "tfoot", "colgroup"]
)
_NAME_LIMIT: Final = 60


def count_han(text: str) -> int:
    """Return how many 汉字 stand in `text`, those of the extension planes and 〇 included."""
    return sum(map(len, _HAN_RUN.findall(text)))


_HAN_RUN: Final = re.compile("[〇\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af]+")


class _Scanner:
    """The position in the page and what has been seen; every find goes forward only."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lowered = text.lower() if len(text.lower()) == len(text) else text
        self.han = 0
        self.open: list[str] = []
        self.absent: set[str] = set()

    def find(self, needle: str, start: int) -> int:
        """`str.find` that searches to the end at most once for a needle that is not there."""
        if needle in self.absent:
            return -1
        found = self.lowered.find(needle, start)
        if found < 0:
            self.absent.add(needle)
        return found

    def add_text(self, start: int, end: int) -> None:
        if end - start > MAXIMUM_NODE:
            raise UnreadableFileError("html_node_too_long")
        self.han += count_han(html.unescape(self.text[start:end]))

    def end_of_tag(self, start: int) -> tuple[int, int]:
        """The position after `>` of the tag at `start`, and the number of its attributes."""
        position, attributes = start, 0
        while True:
            close = self.find(">", position)
            if close < 0:
                return len(self.text), attributes
            equals = self.find("=", position)
            if equals < 0 or equals > close:
                return close + 1, attributes + self.text.count(" ", position, close)
            attributes += 1
            if attributes > MAXIMUM_ATTRIBUTES:
                raise UnreadableFileError("html_too_many_attributes")
            position = equals + 1
            while position < len(self.text) and self.text[position] in " \t\r\n":
                position += 1
            quote = self.text[position : position + 1]
            if quote in ('"', "'"):
                end = self.find(quote, position + 1)
                position = end + 1 if end >= 0 else position + 1

    def open_tag(self, name: str) -> None:
        if name in _VOID:
            return
        if name in _OPTIONAL_END and self.open and self.open[-1] == name:
            return
        self.open.append(name)
        if len(self.open) > MAXIMUM_DEPTH:
            raise UnreadableFileError("html_too_deep")

    def close_tag(self, name: str) -> None:
        # A stray end tag must not cost a walk through the whole stack each time.
        for index in range(len(self.open) - 1, max(-1, len(self.open) - 40), -1):
            if self.open[index] == name:
                del self.open[index:]
                return


def scan_html(text: str) -> int:
    """Return how many 汉字 the visible part of a page should yield (汉字数); refuse hostile pages.

    Raises:
        UnreadableFileError: `html_too_deep`, `html_too_many_attributes`, `html_node_too_long`.
    """
    scanner = _Scanner(text)
    position = 0
    while True:
        start = text.find("<", position)
        if start < 0:
            scanner.add_text(position, len(text))
            return scanner.han
        scanner.add_text(position, start)
        position = _skip_markup(scanner, start)


def _skip_markup(scanner: _Scanner, start: int) -> int:
    """Return where the text goes on after the markup at `start`."""
    text = scanner.text
    if text.startswith("<!--", start):
        end = scanner.find("-->", start + 4)
        return end + 3 if end >= 0 else len(text)
    after = text[start + 1 : start + 2]
    if after in ("!", "?"):
        return scanner.end_of_tag(start)[0]
    closing = after == "/"
    name = _name_at(text, start + (2 if closing else 1))
    if not name:
        return start + 1
    end, attributes = scanner.end_of_tag(start)
    if attributes > MAXIMUM_ATTRIBUTES:
        raise UnreadableFileError("html_too_many_attributes")
    if closing:
        scanner.close_tag(name)
        return end
    if name in _RAW_TEXT:
        stop = scanner.find(f"</{name}", end)
        return stop if stop >= 0 else len(text)
    if not text.startswith("/>", end - 2):
        scanner.open_tag(name)
    return end


def _name_at(text: str, start: int) -> str:
    """The tag name at `start` in lower case, or "" where no tag begins."""
    first = text[start : start + 1]
    if not (first.isascii() and first.isalpha()):
        return ""
    end = start + 1
    limit = min(len(text), start + _NAME_LIMIT)
    while end < limit and text[end] not in " \t\r\n\f/>":
        end += 1
    return text[start:end].lower()
