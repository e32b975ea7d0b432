# ruff: noqa: RUF001 — full-width brackets are what this module reads
"""The grammar of document numbers: where they stand in a text and what their parts are.

Works on a *readable* copy of the text in which brackets, digits and traditional characters have one
form each and invisible characters are gone; offsets lead back to the original.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from corpus.number_codes import (
    CODE_LENGTH,
    ISSUER_LENGTH,
    SHORT_ISSUERS,
    STATE,
    code_in,
    issuer_in,
    known_codes,
)
from corpus.ordinals import NUMERAL, OrdinalError, parse_ordinal
from corpus.text import fold_text, is_han

if TYPE_CHECKING:
    from collections.abc import Iterator


class NumberKind(StrEnum):
    """How a document is numbered: by code letters, as an order (令), as an announcement (公告).

    `UNTYPED` is `国家税务总局2018年第12号`: the source does not say whether of a 令 or a 公告.
    """

    LETTER = "letter"
    ORDER = "order"
    ANNOUNCEMENT = "announcement"
    UNTYPED = "untyped"


class Found(NamedTuple):
    """One number in a text: its parts, and where it stands in the original."""

    kind: NumberKind
    code: str
    year: int | None
    serial: int
    start: int
    end: int


# ---------------------------------------------------------------- the readable copy

_OPEN, _CLOSE = "〔", "〕"
_OPENING = "〔［[【（(﹝<＜〈「{｛〖"
_CLOSING = "〕］]】）)﹞>＞〉」}｝〗"


class _ReadingTable(dict[int, str]):
    """Code point → one readable character, or none for what nobody sees."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        folded = fold_text(character)
        if character in _OPENING:
            form = _OPEN
        elif character in _CLOSING:
            form = _CLOSE
        elif character in "\r\n\u2028\u2029\x0b\x0c\x85":
            form = "\n"
        elif character.isspace():
            form = " "
        elif not folded:
            form = '"' if unicodedata.category(character)[0] in "PS" else ""
        else:
            form = folded if len(folded) == 1 else character
        self[code] = form
        return form


_READING = _ReadingTable()


class _Readable:
    """The readable copy of one text with the way back."""

    def __init__(self, source: str) -> None:
        self.text = source.translate(_READING)
        self._origins: list[int] | None = None
        if len(self.text) != len(source):
            self._origins = [
                place for place, character in enumerate(source) if _READING[ord(character)]
            ]

    def origin(self, place: int) -> int:
        return place if self._origins is None else self._origins[place]


def _run_before(text: str, end: int, longest: int) -> tuple[str, int]:
    """Return the run of Han characters before `end`, spaces skipped, and where it ends."""
    stop = end
    while stop > 0 and end - stop < 4 and text[stop - 1] == " ":  # noqa: PLR2004 — layout
        stop -= 1
    start = stop
    while start > 0 and stop - start < longest and is_han(text[start - 1]):
        start -= 1
    if stop - start > 1 and text[start] in "年月日号" and text[start - 1 : start].isdigit():
        start += 1  # 1999年5月23日国务院令第265号
    return text[start:stop], stop


# ---------------------------------------------------------------- patterns

_GAP = r" {0,3}"
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_SERIAL = rf"(?P<serial>\d{{1,5}}(?!\d)|{NUMERAL})"
_MORE = rf"(?P<more>(?:{_GAP}[、,]{_GAP}\d{{1,5}}(?!\d)){{0,20}})"
_MORE_AFTER = rf"(?P<after>(?:{_GAP}[、,和及]{_GAP}\d{{1,5}}{_GAP}号){{0,20}})"
_BRACKETED_YEAR = rf"〔{_GAP}(?P<year>(?:19|20)?\d\d){_GAP}年?{_GAP}〕"

# 国办发〔2017〕46号, 〔2017〕46、47号, 〔17〕46号, 〔2017〕第046号, 〔2014〕号16
_LETTER = re.compile(
    rf"{_BRACKETED_YEAR}{_GAP}(?:第?{_GAP}{_SERIAL}{_MORE}{_GAP}号{_MORE_AFTER}"
    rf"|号{_GAP}(?P<late>\d{{1,5}})(?!\d|{_GAP}号))"
)
# 国办发[2017]46 as a whole line or typed
_LETTER_WITHOUT_HAO = re.compile(rf"{_BRACKETED_YEAR}{_GAP}第?{_GAP}(?P<serial>\d{{1,5}})(?!\d)")
# (94)财税字第001号, [1997]外经贸发第292号
_OLD = re.compile(
    rf"{_BRACKETED_YEAR}{_GAP}(?P<code>[\u4e00-\u9fff]{{1,10}}(?:字(?={_GAP}\d)|[字发函](?={_GAP}第)))"
    rf"{_GAP}第?{_GAP}{_SERIAL}{_GAP}号"
)
# （2005）民三终字第6号 is a court's number
_COURT = re.compile(r"[民刑行执商知经赔破审].{0,3}[初终再监申他复提抗督催执审保]字$")
# 国务院令第675号, 交通运输部令2016年第62号; the year may stand in brackets
_ORDER = re.compile(
    rf"(?P<word>令|公告){_GAP}〔?{_GAP}(?:第?{_YEAR}(?!\d){_GAP}年?{_GAP}〕?)?{_GAP}(?P<di>第?)"
    rf"{_GAP}{_SERIAL}{_GAP}号"
)
# 国家税务总局2018年第12号, …2018年第7号公告; and 国办发2017年46号, 国办发2017 46号
_PLAIN = re.compile(
    rf"(?<!\d){_YEAR}(?: {{1,3}}|{_GAP}(?P<mark>年第|年|第){_GAP}){_SERIAL}{_GAP}号"
    rf"(?:{_GAP}(?P<word>公告|令))?"
)
# typed: 国办发2017-46, 厦府办2016 146
_TYPED = re.compile(
    rf"(?<!\d){_YEAR}(?:{_GAP}[-/年第]{{1,2}}{_GAP}| {{1,3}})(?P<serial>\d{{1,5}})(?!\d){_GAP}号?"
)
# typed: 国办发 46号 2017
_TYPED_YEAR_LAST = re.compile(rf"(?<!\d)(?P<serial>\d{{1,5}}){_GAP}号{_GAP}{_YEAR}(?!\d){_GAP}年?")

_CODE_ENDS = "发函字"
_TYPED_CODE_ENDS = "发函字办电政府规文综"
_TWO_DIGITS = 100
_CENTURY_TURN = 49  # a two-digit year above it is of the 1900s


def _year_of(text: str) -> int:
    year = int(text)
    if year >= _TWO_DIGITS:
        return year
    return year + (1900 if year > _CENTURY_TURN else 2000)


def _serial_of(text: str) -> int:
    """Read a serial; 0 where it is none."""
    if text.isascii():
        return int(text)
    try:
        return parse_ordinal(text)
    except OrdinalError:
        return 0


_WINDOW = 2000
_OVERLAP = 120


def _matches(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """Find all matches, no more than a window of the text at a time."""
    step = _WINDOW - _OVERLAP
    position = 0
    for begin in range(0, max(len(text), 1), step):
        for match in pattern.finditer(text, max(begin, position), begin + _WINDOW):
            if match.start() >= begin + step:
                break
            position = match.end()
            yield match


# ---------------------------------------------------------------- finding


def _split_run(run: str) -> tuple[NumberKind, str]:
    """Tell 中国人民银行令〔2018〕1号, an order, from 渝府令〔2020〕1号, a code that ends so."""
    if code_in(run) in known_codes():
        return NumberKind.LETTER, code_in(run)
    for word, kind in (("令", NumberKind.ORDER), ("公告", NumberKind.ANNOUNCEMENT)):
        if run.endswith(word) and issuer_in(run.removesuffix(word)):
            return kind, issuer_in(run.removesuffix(word))
    return NumberKind.LETTER, code_in(run)


def _read_letter(text: str, match: re.Match[str]) -> Iterator[Found]:
    run, stop = _run_before(text, match.start(), ISSUER_LENGTH)
    kind, code = _split_run(run)
    if not code:
        return
    year = match["year"]
    if len(year) == 2 and code not in known_codes() and code[-1] not in _CODE_ENDS:  # noqa: PLR2004
        return
    groups = match.groupdict()
    name = "serial" if groups["serial"] else "late"
    start = stop - len(code) - (kind is not NumberKind.LETTER) * (1 + (run[-1] == "告"))
    first_end = match.start("more") if groups.get("more") else match.end()
    if groups.get("after") and not groups.get("more"):
        first_end = match.start("after")
    yield Found(kind, code, _year_of(year), _serial_of(match[name]), start, first_end)
    for group in ("more", "after"):
        begin = match.start(group) if groups.get(group) else 0
        for number in re.finditer(rf"(\d{{1,5}}){_GAP}号?", groups.get(group) or ""):
            place = begin + number.start(), begin + number.end()
            if group == "more" and number.end() == len(groups["more"]):  # 46、47号: with its 号
                place = place[0], match.start("after")
            yield Found(kind, code, _year_of(year), int(number[1]), *place)


def _read_old(text: str, match: re.Match[str]) -> Iterator[Found]:
    del text
    code = match["code"]
    if not _COURT.search(code):
        serial = _serial_of(match["serial"])
        yield Found(
            NumberKind.LETTER, code, _year_of(match["year"]), serial, match.start(), match.end()
        )


def _read_order(text: str, match: re.Match[str]) -> Iterator[Found]:
    run, stop = _run_before(text, match.start(), ISSUER_LENGTH)
    issuer = issuer_in(run, short=True)
    if not issuer or not (match["di"] or match["year"] or match["word"] == "令"):
        return
    kind = NumberKind.ORDER if match["word"] == "令" else NumberKind.ANNOUNCEMENT
    year = int(match["year"]) if match["year"] else None
    start = stop - len(issuer)
    if run.removesuffix(issuer).endswith(STATE):  # written, though not part of the key
        start -= len(STATE)
    issuer = SHORT_ISSUERS.get(issuer, issuer)
    yield Found(kind, issuer, year, _serial_of(match["serial"]), start, match.end())


def _read_plain(text: str, match: re.Match[str]) -> Iterator[Found]:
    run, stop = _run_before(text, match.start(), ISSUER_LENGTH)
    year, serial = int(match["year"]), _serial_of(match["serial"])
    issuer = issuer_in(run)
    word = match["word"]
    if issuer and (match["mark"] == "年第" or word):
        kind = {"公告": NumberKind.ANNOUNCEMENT, "令": NumberKind.ORDER, None: NumberKind.UNTYPED}
        yield Found(kind[word], issuer, year, serial, stop - len(issuer), match.end())
        return
    code = code_in(run)
    end = match.start("word") if word else match.end()
    if code and (code in known_codes() or code[-1] in _CODE_ENDS):
        yield Found(NumberKind.LETTER, code, year, serial, stop - len(code), end)


_STRICT = ((_LETTER, _read_letter), (_OLD, _read_old), (_ORDER, _read_order), (_PLAIN, _read_plain))


def _choose(candidates: list[Found], length: int) -> list[Found]:
    """Keep what does not overlap an earlier candidate, in the order of the text."""
    taken = bytearray(length)  # a mask: a text may hold very many numbers
    kept = []
    for found in candidates:
        if found.serial > 0 and not any(taken[found.start : found.end]):
            taken[found.start : found.end] = b"\1" * (found.end - found.start)
            kept.append(found)
    return sorted(kept, key=lambda found: found.start)


def _map_back(readable: _Readable, found: list[Found]) -> tuple[Found, ...]:
    return tuple(
        one._replace(start=readable.origin(one.start), end=readable.origin(one.end - 1) + 1)
        for one in found
    )


def find_written(source: str) -> tuple[Found, ...]:
    """Find the numbers of a running text, in order."""
    if "号" not in source and "號" not in source:
        return ()
    readable = _Readable(source)
    candidates = [
        found
        for pattern, read in _STRICT
        for match in _matches(pattern, readable.text)
        for found in read(readable.text, match)
    ]
    return _map_back(readable, _choose(candidates, len(readable.text)))


def find_typed(source: str) -> tuple[Found, ...]:
    """Find numbers as people type them, 号 and brackets left out; only after a likely code."""
    readable = _Readable(source)
    text = readable.text
    candidates: list[Found] = []
    for pattern in (_LETTER_WITHOUT_HAO, _TYPED, _TYPED_YEAR_LAST):
        for match in _matches(pattern, text):
            run, stop = _run_before(text, match.start(), CODE_LENGTH)
            code = code_in(run)
            bracketed = pattern is _LETTER_WITHOUT_HAO
            likely = bracketed or code in known_codes() or code[-1:] in _TYPED_CODE_ENDS
            # 发改2016-2020 is a span of years
            years = not bracketed and re.fullmatch("(?:19|20)[0-9]{2}", match["serial"])
            if code and likely and not (years and "号" not in match[0]):
                serial, year = int(match["serial"]), _year_of(match["year"])
                start = stop - len(code)
                candidates.append(Found(NumberKind.LETTER, code, year, serial, start, match.end()))
    return _map_back(readable, _choose(candidates, len(readable.text)))
