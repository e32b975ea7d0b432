# ruff: noqa: PLR2004 — measured lengths stand where they are used
"""The texts inside one file (文内各篇): letter, issued documents, attachments, their ends."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from corpus.closing import (
    Closing,
    attachment_list_end,
    find_closing,
    is_copied_to,
    is_imprint,
    is_release_note,
    is_signing_body,
    may_be_dated,
)
from corpus.dates import find_date
from corpus.furniture import abridged_note, furniture_reason, validity_note
from corpus.head import Head, is_title_suffix, read_head, title_length
from corpus.markers import parse_marker
from corpus.model import Dropped, Evidence, Level, Part, PartKind, Span
from corpus.part_starts import named_attachment, restart_length, without_number
from corpus.title import (
    STATUTORY_KINDS,
    inner_titles_of,
    kind_of,
    quoted_titles,
    signs_forwarded,
    tidy_title,
    title_key,
    without_suffix,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from corpus.lines import Line

_DISCARDED: Final = "与上文重复"


@dataclass(slots=True)
class Text:
    """One text of the file with its lines of body."""

    part: Part
    lines: list[Line] = field(default_factory=list)


@dataclass(slots=True)
class Sheet:
    """A file taken apart: head, texts, and every line that is neither heading nor paragraph."""

    head: Head
    texts: list[Text]
    closing: Closing | None = None
    closing_names: tuple[str, ...] = ()
    date_printed: date | None = None
    inner_titles: tuple[str, ...] = ()
    evidence: list[Evidence] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)


def read_sheet(lines: Sequence[Line], metadata: Mapping[str, str]) -> Sheet:
    """Take a file apart into its texts (文内各篇); every line is used exactly once."""
    head = read_head(lines, metadata)
    body = Text(Part(PartKind.BODY))
    sheet = Sheet(head, [body], evidence=list(head.evidence), dropped=list(head.dropped))
    splitter = _Splitter(lines, sheet)
    splitter.run(head.body)
    return sheet


@lru_cache(maxsize=8)
def _keys_of(titles: tuple[str, ...]) -> frozenset[str]:
    """What titles are known by, each line of a text again: with and without their suffix."""
    return frozenset(title_key(form) for title in titles for form in (title, without_suffix(title)))


class _Splitter:
    """Walks down the lines and decides where a text ends and the next begins."""

    def __init__(self, lines: Sequence[Line], sheet: Sheet) -> None:
        self.lines = lines
        self.sheet = sheet
        self.current = sheet.texts[0]
        self.closed = False
        self.ended = False  # an inner text has been signed
        self.reached: dict[Level, int] = {}  # the last number of each level in the current text
        self.known = inner_titles_of(sheet.head.title)
        self.issues = bool(self.known)
        self.dated = [may_be_dated(line.text) for line in lines]
        self.attachments = 0
        self.inners = 0
        self.marked: int | None = None
        self.last_body = sheet.head.body

    def run(self, index: int) -> None:
        while index < len(self.lines):
            index += self._step(index)
        if self.inners:
            letter = self.sheet.texts[0]
            letter.part = Part(PartKind.WRAPPER)
        self.sheet.inner_titles = tuple(
            dict.fromkeys(
                text.part.title
                for text in self.sheet.texts
                if text.part.kind is PartKind.INNER and text.part.title
            )
        )

    def _step(self, index: int) -> int:
        line = self.lines[index]
        for step in (self._note, self._attachment, self._close, self._open):
            taken = step(index)
            if taken:
                return taken
        self.current.lines.append(line)
        marker = parse_marker(line.text)
        if marker is not None:
            self.reached[marker.level] = marker.ordinal
        self.last_body = index + 1
        self._learn(line.text)
        return 1

    def _learn(self, text: str) -> None:
        """Learn inner titles from `《…》已经…同意，现印发给你们`."""
        if self.closed or self.inners or len(self.current.lines) > 2:
            return
        if "印发" in text or "转发" in text or "公布" in text or "发布" in text:
            for title in quoted_titles(text):
                if kind_of(title) and title not in self.known and text.startswith(("《", "现将《")):
                    self.known = (*self.known, title)

    def _note(self, index: int) -> int:
        """Take lines that speak about the document: imprint, copies, release, page furniture."""
        line = self.lines[index]
        reason = furniture_reason(line.text)
        span = Span(line.start, line.end)
        if reason:
            self.sheet.dropped.append(Dropped(span, reason))
            return 1
        if is_imprint(line.text):
            found = find_date(line.text)
            self.sheet.date_printed = self.sheet.date_printed or (found.value if found else None)
            self._evidence("date_printed", index, index + 1, "imprint", 0.95)
            return 1
        if is_copied_to(line.text):
            stop = self._copies_end(index)
            self._evidence("copied_to", index, stop, "copied_to", 0.9)
            return stop - index
        if is_release_note(line.text):
            stop = self._bracket_end(index)
            self._evidence("release_note", index, stop, "release_note", 0.9)
            return stop - index
        if validity_note(line.text) or abridged_note(line.text):
            what = "validity" if validity_note(line.text) else "abridged"
            self._evidence(what, index, index + 1, "site_note", 0.8)
            return 1
        stop = attachment_list_end(self.lines, index)
        if stop > index:
            self._evidence("attachment_list", index, stop, "attachment_list", 0.9)
            return stop - index
        return 0

    def _bracket_end(self, index: int) -> int:
        """Where a note that opens a bracket closes it: （联系人：… over several short lines."""
        depth = 0
        for stop in range(index, min(index + 6, len(self.lines))):
            text = self.lines[stop].text
            if len(text) > 100 or (stop > index and parse_marker(text) is not None):
                break
            depth += sum(text.count(mark) for mark in "（(") - sum(text.count(m) for m in "）)")
            if depth <= 0:
                return stop + 1
        return index + 1

    def _copies_end(self, index: int) -> int:
        stop = index + 1
        while (
            stop < len(self.lines)
            and stop - index < 4
            and not self.lines[stop - 1].text.endswith(("。", "."))
            and not is_imprint(self.lines[stop].text)
            and self.lines[stop].text.endswith(("。", "，", "、", ","))
            and len(self.lines[stop].text) < 200
        ):
            stop += 1
        return stop

    def _attachment(self, index: int) -> int:
        """Begin an attachment at a line that says nothing but 附件1."""
        line = self.lines[index]
        words = without_number(line.text)
        named = named_attachment(words) if self.closed else None
        if named is not None:
            self._begin(index, 1, PartKind.ATTACHMENT, named.ordinal)
            return 1
        if len(words) > 12:
            return 0
        marker = parse_marker(words)
        alone = words.replace(" ", "").strip("：:") in {"附件", "附"} and self.closed
        if not alone and (marker is None or marker.level is not Level.ATTACHMENT):
            return 0
        self._evidence("attachment_mark", index, index + 1, "attachment_mark", 0.95)
        taken = (
            title_length(self.lines, index + 1, *self.known) if index + 1 < len(self.lines) else 0
        )
        ordinal = marker.ordinal if marker else self.attachments + 1
        self._begin(index + 1, taken, PartKind.ATTACHMENT, ordinal)
        return 1 + taken

    def _close(self, index: int) -> int:
        """Take the signature and the date that end the letter."""
        if self.current is not self.sheet.texts[0]:
            return self._close_inner(index)
        if self.closed:
            return 0
        for at in range(index, min(index + 13, len(self.lines))):
            closing = find_closing(self.lines, at, index) if self.dated[at] else None
            if closing is None:
                if len(self.lines[at].text) > 100:
                    return 0
                continue
            if closing.start != index or (not self.current.lines and not self.sheet.head.titles):
                return 0
            self._record_closing(closing)
            return closing.stop - index
        return 0

    def _close_inner(self, index: int) -> int:
        """Take the signature that ends an issued or forwarded document inside the file."""
        if not self.current.lines:
            return 0
        for at in range(index, min(index + 5, len(self.lines))):
            if len(self.lines[at].text) > 100:
                return 0
            closing = find_closing(self.lines, at, index) if self.dated[at] else None
            if closing is None:
                continue
            known = closing.names and all(is_signing_body(name) for name, _ in closing.names)
            if closing.start != index or closing.dated == index or not known:
                return 0
            self.ended = True
            self._evidence("inner_signature", index, closing.stop, "signature", 0.9)
            return closing.stop - index
        return 0

    def _record_closing(self, closing: Closing) -> None:
        self.closed = True
        names = tuple(name for name, _ in closing.names)
        if signs_forwarded(self.sheet.head.title, names):
            self._evidence("inner_signature", closing.start, closing.stop, "signature", 0.8)
            return
        self.sheet.closing = closing
        self.sheet.closing_names = names
        for index in range(closing.start, closing.stop):
            what = "date_signed" if index == closing.dated else "issuers"
            self._evidence(what, index, index + 1, "signature", 0.97)

    def _open(self, index: int) -> int:
        """Begin the next text: at a known inner title, or at whatever follows the signature."""
        first = self.current is self.sheet.texts[0]
        taken = self._known_title(index)
        if taken:
            self._begin(index, taken, PartKind.INNER, self.inners + 1)
            return taken
        if not self.current.lines and not first and self._below_title(index):
            self._evidence("title_note", index, index + 1, "bracket_below_title", 0.9)
            return 1
        if self.ended and self.current.lines:
            taken = title_length(self.lines, index, *self.known)
            self.ended = False
            if taken:
                self._begin(index, taken, self.current.part.kind, self.current.part.ordinal + 1)
                return taken
        taken = 0 if first else restart_length(self.lines, index, self.reached)
        if taken:
            self._begin(index, taken, self.current.part.kind, self.current.part.ordinal + 1)
            return taken
        if not (self.closed and first):
            return 0
        if self._links_elsewhere(index):
            line = self.lines[index]
            self.sheet.dropped.append(Dropped(Span(line.start, line.end), "相邻文件的链接"))
            return 1
        if self._repeats(index):
            for line in self.lines[index:]:
                span = Span(line.start, line.end)
                self.sheet.dropped.append(Dropped(span, _DISCARDED))
            return len(self.lines) - index
        taken = title_length(self.lines, index, *self.known)
        if not self.issues and taken == 0 and not self._much_follows(index):
            return 0
        kind = PartKind.INNER if self.issues or self._is_law(index, taken) else PartKind.ATTACHMENT
        order = self.inners if kind is PartKind.INNER else self.attachments
        self._begin(index, taken, kind, order + 1)
        return taken

    def _is_law(self, index: int, taken: int) -> bool:
        """Whether an order (令) is followed by what it promulgates."""
        title = "".join(line.text for line in self.lines[index : index + taken])
        letter = self.sheet.texts[0].lines
        return bool(title) and any(
            title_key(title) in title_key(line.text[:200]) for line in letter[:2]
        )

    def _links_elsewhere(self, index: int) -> bool:
        """Whether the last line of a page is the title of another circular: 上一篇, 下一篇."""
        text = self.lines[index].text
        last = index == len(self.lines) - 1
        return last and kind_of(text) in STATUTORY_KINDS and "关于" in text and len(text) < 150

    def _much_follows(self, index: int) -> bool:
        return len(self.lines) - index > 2

    def _repeats(self, index: int) -> bool:
        """Whether the rest of the file says again what stands above."""
        above = {line.text for line in self.lines[:index]}
        rest = self.lines[index:]
        return len(rest) > 2 and all(line.text in above for line in rest)

    def _known_title(self, index: int) -> int:
        """Over how many lines a known inner title stands at `index`."""
        if not self.known or (not self.current.lines and not self.closed):
            return 0
        keys = _keys_of(self.known)
        joined = ""
        for taken in range(1, min(5, len(self.lines) - index) + 1):
            joined += self.lines[index + taken - 1].text
            if len(joined) > 200:
                return 0
            if title_key(joined) in keys:
                stop = index + taken
                while stop < len(self.lines) and is_title_suffix(self.lines[stop].text):
                    stop += 1
                return stop - index
        return 0

    def _below_title(self, index: int) -> bool:
        """Whether a line is the note under a title: （2018年9月6日…通过）."""
        text = self.lines[index].text
        if not (text[:1] in "（(" and text[-1:] in "）)") or len(text) > 200:
            return False
        dated = "年" in text and any(
            word in text for word in ("通过", "公布", "发布", "修订", "修正")
        )
        return dated and parse_marker(text) is None

    def _begin(self, index: int, taken: int, kind: PartKind, ordinal: int) -> None:
        lines = self.lines[index : index + taken]
        title = " ".join(line.text for line in lines)
        named = named_attachment(title)
        title = tidy_title(named.title if named else title)
        if kind is PartKind.ATTACHMENT and self._is_inner(title):
            kind, ordinal = PartKind.INNER, self.inners + 1
        if kind is PartKind.INNER:
            self.inners += 1
        else:
            self.attachments += 1
        used = {text.part.ordinal for text in self.sheet.texts if text.part.kind is kind}
        while ordinal in used:
            ordinal += 1
        self.current = Text(Part(kind, ordinal, title))
        self.reached = {}
        self.sheet.texts.append(self.current)
        if lines:
            what = "inner_title" if kind is PartKind.INNER else "attachment_title"
            self._evidence(what, index, index + taken, "below_signature", 0.9)

    def _is_inner(self, title: str) -> bool:
        key = title_key(without_suffix(title))
        return bool(key) and any(key == title_key(without_suffix(one)) for one in self.known)

    def _evidence(self, what: str, start: int, stop: int, rule: str, confidence: float) -> None:
        span = Span(self.lines[start].start, self.lines[stop - 1].end)
        value = "".join(line.text for line in self.lines[start:stop])
        self.sheet.evidence.append(Evidence(what, value, span, rule, confidence))
