# ruff: noqa: RUF001 — full-width signs are what this module reads
"""What a portal puts around the beginning of a circular (页面文首): paths, red heads, site text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from corpus.markers import parse_marker
from corpus.number import is_only_number
from corpus.title import is_issuer_name, kind_of, looks_like_title, title_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corpus.lines import Line

SHORTEST_TITLE: Final = 6  # 音频解读, 政策解读 are words of a portal
_PORTAL_LINES: Final = 15
_LONGEST_PORTAL_LINE: Final = 120
_LONGEST_CRUMB: Final = 30


def stands_above(lines: Sequence[Line], index: int, titles: Sequence[str]) -> bool:
    """Whether a line is site text with the title or the number still to come below it.

    Once a title is known only the same title again counts: numbers further down are cited.
    """
    if index > _PORTAL_LINES:
        return False
    keys = {title_key(title) for title in titles if len(title) > SHORTEST_TITLE}
    for ahead in range(index, min(index + _PORTAL_LINES, len(lines))):
        text = lines[ahead].text
        if ahead > index and _begins(text, keys):
            return True
        marker = parse_marker(text)
        if len(text) > _LONGEST_PORTAL_LINE or "。" in text or (marker and not marker.doubtful):
            return False
    return False


def _begins(text: str, keys: set[str]) -> bool:
    if keys:
        return title_key(text) in keys
    return bool(is_only_number(text)) or bool(kind_of(text) and looks_like_title(text))


def is_masthead(line: str) -> bool:
    """Whether a line is the red head of a printed circular (发文机关标志): 某省人民政府文件.

    >>> is_masthead("云 港 市 人 民 政 府 文 件")
    True
    """
    bare = "".join(line[:80].split())
    named = bare.removesuffix("文件")
    return bare != named and (not named or is_issuer_name(named))


def breadcrumb_reason(lines: Sequence[Line], index: int) -> str:
    """Why a short line beside a lone > is not part of the circular: it is the way to the page."""
    marks = {">", "»", "›", ">>", "/"}
    before = lines[index - 1].text if index else ""
    after = lines[index + 1].text if index + 1 < len(lines) else ""
    short = len(lines[index].text) <= _LONGEST_CRUMB
    return "页面路径" if short and (before in marks or after in marks) else ""
