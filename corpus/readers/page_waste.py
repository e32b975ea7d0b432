"""What a page shows inside the circular's own place and is none of it (正文里的杂项)."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from corpus.model import Dropped, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from corpus.model import RawCircular

_DOWNLOAD: Final = "附件下载"
_CONTENTS: Final = "目录"
_CONTENTS_TITLES: Final = frozenset({"目录", "目次"})
_CONTENTS_WITHIN: Final = 200  # lines from the top
_LONGEST_ENTRY: Final = 60
_FEWEST_ENTRIES: Final = 2
_LEADER: Final = re.compile(r"[.．·…—-]{1,200}\d{0,4}$|(?<=\D)\d{1,3}$")  # 总则……3
_REPEATED: Final = "与上文重复"
_LONGEST_FILE_NAME: Final = 90
_FEWEST_LINES, _FEWEST_CHARACTERS = 3, 60  # of a text that a page may show twice
_FILE_NAME: Final = re.compile(
    r"(?!附\s?件)[^\t。；：]{2,80}\.(?:docx?|xlsx?|pptx?|pdf|ofd|wps|et|zip|rar|jpg|png|tif)",
    re.IGNORECASE,
)  # 5.诚信承诺书（港澳台青年）.docx


def drop_waste(text: str, dropped: tuple[Dropped, ...]) -> tuple[Dropped, ...]:
    """Return what else of a page is to be dropped: names of files to be had, a text shown twice.

    A list of files that begins with 附件 is the circular's own and stays. A text counts as shown
    twice when the second half of what is left repeats the first line by line.
    """
    outside = {one.span.start for one in dropped}
    lines = [span for span in _lines(text) if span.start not in outside]
    named = [span for span in lines if _is_download(text[slice(*span)])]
    kept = [span for span in lines if span not in set(named)]
    half = len(kept) // 2
    first, second = kept[:half], kept[half:]
    again = [_squeezed(text, one) for one in first] == [_squeezed(text, one) for one in second]
    said = sum(end - start for start, end in first)
    waste = [Dropped(span, _DOWNLOAD) for span in named]
    if again and half >= _FEWEST_LINES and said >= _FEWEST_CHARACTERS:
        waste += [Dropped(span, _REPEATED) for span in second]
    return tuple(waste)


def leave_out_contents(raw: RawCircular) -> RawCircular:
    """Return a raw circular whose table of contents (目录) is marked as dropped.

    Below a line that says 目录 its lines are those that stand again further down; what they name is
    a heading there, and would be two here.
    """
    outside = {one.span.start for one in raw.dropped}
    lines = [span for span in _lines(raw.text) if span.start not in outside]
    keys = [_key(raw.text, span) for span in lines[:_CONTENTS_WITHIN]]
    if _CONTENTS_TITLES.isdisjoint(keys):
        return raw
    keys += [_key(raw.text, span) for span in lines[_CONTENTS_WITHIN:]]
    last = {key: index for index, key in enumerate(keys)}
    waste: list[Dropped] = []
    for index, key in enumerate(keys[:_CONTENTS_WITHIN]):
        if key not in _CONTENTS_TITLES:
            continue
        end = index + 1
        while end < len(keys) and last[keys[end]] > end and len(keys[end]) <= _LONGEST_ENTRY:
            end += 1
        while end > index + 1 and any(last[one] < end for one in keys[index + 1 : end]):
            end -= 1
        if end - index > _FEWEST_ENTRIES:
            waste += [Dropped(span, _CONTENTS) for span in lines[index:end]]
            break
    if not waste:
        return raw
    dropped = sorted((*raw.dropped, *waste), key=lambda one: one.span)
    return replace(raw, dropped=tuple(dropped))


def _lines(text: str) -> Iterator[Span]:
    """The lines that hold something, without their margins."""
    position = 0
    for line in text.split("\n"):
        start = position + len(line) - len(line.lstrip())
        position += len(line) + 1
        if line.strip():
            yield Span(start, start + len(line.strip()))


def _is_download(line: str) -> bool:
    return len(line) <= _LONGEST_FILE_NAME and _FILE_NAME.fullmatch(line) is not None


def _key(text: str, span: Span) -> str:
    return _LEADER.sub("", _squeezed(text, span))


def _squeezed(text: str, span: Span) -> str:
    return "".join(text[slice(*span)].split())
