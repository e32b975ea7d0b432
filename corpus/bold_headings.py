"""Lines set in bold from end to end (加粗小标题): headings without a number, if several."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING, Final

from corpus.markers import parse_marker
from corpus.model import Outlined, Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corpus.lines import Line

BOLD_LEVEL: Final = 9  # below every level that a file states
_LONGEST: Final = 30
_FEWEST: Final = 2
_CAPTION: Final = re.compile(r"[图表]\s?[0-9一二三四五六七八九十]|附\s?件|（|\(|——")  # 图1 汽车号牌


def find_bold_headings(lines: Sequence[Line], bold: Sequence[Span]) -> tuple[Outlined, ...]:
    """Return the lines of one text that its weight makes headings (加粗小标题): 面向单位的扶持政策.

    One alone may be emphasis, and two in a row a title broken in two; captions are no headings.
    """
    starts = [span.start for span in bold]
    heavy = [_is_heavy(line, bold, starts) for line in lines]
    found = [
        Outlined(Span(line.start, line.end), BOLD_LEVEL)
        for index, line in enumerate(lines)
        if heavy[index] and not any(heavy[max(0, index - 1) : index] + heavy[index + 1 : index + 2])
    ]
    return tuple(found) if len(found) >= _FEWEST else ()


def _is_heavy(line: Line, bold: Sequence[Span], starts: Sequence[int]) -> bool:
    """Whether a short line that is no sentence is bold from end to end."""
    if len(line.text) > _LONGEST or line.text[-1:] in "。；：:，、？！;," or "\t" in line.text:
        return False
    index = bisect_right(starts, line.start) - 1
    if index < 0 or bold[index].end < line.end:
        return False
    return _CAPTION.match(line.text) is None and parse_marker(line.text) is None
