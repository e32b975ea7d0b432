"""The typed line as tokens: quoted strings, brackets that group, operators, fields, words.

Everything here is linear in the line and total: what is no syntax is a word. Three rules keep
pasted text from turning into syntax: an operator stands alone between white space, a `-` excludes
only at the start of a chunk, a bracket groups only where both ends stand at chunk ends and it holds
more than one thing.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

MAX_DEPTH = 5
FIELDS = {
    "责任单位": "agency",
    "牵头": "lead",
    "文号": "number",
    "年": "year",
    "标题": "title",
    "章节": "path",
}
FIELD_LIST = "、".join(FIELDS)
_COLONS = ":："
_OPENERS = "(（"
_CLOSERS = ")）"
_BARS = "|｜"
_MINUSES = "-－"
_STRAIGHT = '"\uff02'
_LONGEST_FIELD_NAME = max(map(len, FIELDS))
_OPERATORS = {
    "OR": "or",
    "或": "or",
    "AND": "and",
    "NOT": "not",
    "非": "not",
    "/段": "paragraph",
    "/措施": "measure",
}
_LONGEST_OPERATOR = 3


class Kind(StrEnum):
    """What a token is."""

    WORD = "word"
    PHRASE = "phrase"
    FIELD = "field"
    OPEN = "open"
    CLOSE = "close"
    OR = "or"
    AND = "and"
    NOT = "not"
    PARAGRAPH = "paragraph"
    MEASURE = "measure"


@dataclass(frozen=True, slots=True)
class Lexeme:
    """One token of the line; `text` is what stands there, `value` what it says.

    For a quoted string `value` is the text inside; for a field it is what follows the colon and
    `name` the field's Chinese name.
    """

    kind: Kind
    text: str
    start: int
    value: str = ""
    name: str = ""


class Scan(NamedTuple):
    """A line cut into tokens; `unbalanced` and `too_deep` say what was read as plain text."""

    lexemes: tuple[Lexeme, ...]
    unbalanced: bool
    too_deep: bool


class _Quoted(NamedTuple):
    start: int
    end: int  # behind the closing quote


def clean_line(line: str) -> str:
    """Return the line with white space and controls as spaces and invisible characters removed.

    >>> clean_line("侵" + chr(0x200B) + "权" + chr(9) + "假冒")
    '侵权 假冒'
    """
    return "".join(_cleaned(character) for character in line)


def _cleaned(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Cf":
        return ""
    return " " if category in {"Cc", "Zs", "Zl", "Zp"} else character


def _ends_chunk(text: str, place: int) -> bool:
    return place >= len(text) or text[place] == " " or text[place] in _CLOSERS


def _starts_chunk(text: str, place: int) -> bool:
    return place == 0 or text[place - 1] == " " or text[place - 1] in _OPENERS


class _Quotes:
    """Where quotes of one kind stand, sorted, so that pairing needs no second look at the text."""

    def __init__(self, text: str, opening: str, closing: str) -> None:
        self.closers = [place for place, sign in enumerate(text) if sign in closing]
        self.last_of_chunk = [place for place in self.closers if _ends_chunk(text, place + 1)]
        self.first_of_chunk = [
            place
            for place, sign in enumerate(text)
            if sign in opening and _starts_chunk(text, place) and not _ends_chunk(text, place + 1)
        ]

    def closing(self, start: int, length: int) -> int | None:
        """Return where the quote opened at `start` closes.

        It closes at the first quote that ends a chunk, else at the first quote; one that opens a
        chunk of its own is not passed unless nothing closes before it.
        """
        later = bisect_right(self.first_of_chunk, start)
        bound = self.first_of_chunk[later] if later < len(self.first_of_chunk) else length
        for limit in (bound, length):
            ending = _first_between(self.last_of_chunk, start, limit)
            if ending is not None:
                return ending
            inner = _first_between(self.closers, start + 1, limit)  # never an empty pair
            if inner is not None:
                return inner
        return None


def _first_between(places: list[int], after: int, before: int) -> int | None:
    found = bisect_right(places, after)
    return places[found] if found < len(places) and places[found] < before else None


def find_quoted(text: str) -> tuple[tuple[_Quoted, ...], bool]:
    """Return the quoted strings of a cleaned line, and whether a quote has no partner."""
    straight = _Quotes(text, _STRAIGHT, _STRAIGHT)
    curly = _Quotes(text, "“", "”")
    starts = sorted(place for place, sign in enumerate(text) if sign in _STRAIGHT or sign in "“”")
    found: list[_Quoted] = []
    unbalanced = False
    end = 0
    for start in starts:
        if start < end:
            continue
        closing = None
        if text[start] != "”":
            quotes = curly if text[start] == "“" else straight
            closing = quotes.closing(start, len(text))
        if closing is None:
            unbalanced = True
            continue
        end = closing + 1
        found.append(_Quoted(start, end))
    return (
        (_outer_pair(text) or tuple(found), False)
        if unbalanced and _outer_pair(text)
        else (
            tuple(found),
            unbalanced,
        )
    )


def _outer_pair(text: str) -> tuple[_Quoted, ...]:
    """Return the pair around the whole line, which an odd quote inside it leaves standing."""
    bare = text.strip(" ")
    around = len(bare) > 1 and (
        (bare[0] in _STRAIGHT and bare[-1] in _STRAIGHT) or (bare[0] == "“" and bare[-1] == "”")
    )
    start = len(text) - len(text.lstrip(" "))
    return (_Quoted(start, start + len(bare)),) if around else ()


def _find_groups(text: str, quoted: tuple[_Quoted, ...]) -> tuple[dict[int, int], bool]:
    """Return the brackets that group, opening → closing, and whether some lie too deep."""
    ends = {span.start: span.end for span in quoted}
    stack: list[int] = []
    pairs: list[tuple[int, int]] = []
    place = 0
    while place < len(text):
        if place in ends:
            place = ends[place]
            continue
        if text[place] in _OPENERS:
            stack.append(place)
        elif text[place] in _CLOSERS and stack:
            pairs.append((stack.pop(), place))
        place += 1
    starts = [span.start for span in quoted]
    groups: dict[int, int] = {}
    too_deep = False
    enclosing: list[int] = []
    for opening, closing in sorted(pairs):
        while enclosing and enclosing[-1] < opening:
            enclosing.pop()
        before = text[opening - 1] if opening else " "
        excluded = before in _MINUSES and _starts_chunk(text, opening - 1)
        first = before == " " or before in _BARS or opening - 1 in groups or excluded
        last = _ends_chunk(text, closing + 1) or text[closing + 1] in _BARS
        if not (first and last and _holds_several(text, opening, closing, starts)):
            continue
        if len(enclosing) >= MAX_DEPTH:
            too_deep = True
            continue
        groups[opening] = closing
        enclosing.append(closing)
    return groups, too_deep


def _holds_several(text: str, opening: int, closing: int, quotes: list[int]) -> bool:
    inner = text[opening + 1 : closing].strip(" ")
    if not inner:
        return False
    quote = bisect_left(quotes, opening)
    has_quote = quote < len(quotes) and quotes[quote] < closing
    return has_quote or field_at(inner, 0) is not None or any(s == " " or s in _BARS for s in inner)


def field_at(text: str, place: int) -> str | None:
    """Return the name of the field written at a place, if its colon follows."""
    window = text[place : place + _LONGEST_FIELD_NAME + 1]
    for colon in _COLONS:
        name, found, _ = window.partition(colon)
        if found and name in FIELDS:
            return name
    return None


class _Scanner:
    """Walks the line once."""

    def __init__(self, text: str) -> None:
        self.text = text
        quoted, self.unbalanced = find_quoted(text)
        self.quote_ends = {span.start: span.end for span in quoted}
        self.groups, self.too_deep = _find_groups(text, quoted)
        self.closings = set(self.groups.values())
        self.lexemes: list[Lexeme] = []

    def scan(self) -> Scan:
        place, fresh = 0, True
        while place < len(self.text):
            if self.text[place] == " ":
                place, fresh = place + 1, True
            else:
                place, fresh = self._next(place, fresh=fresh)
        return Scan(tuple(self.lexemes), self.unbalanced, self.too_deep)

    def _next(self, place: int, *, fresh: bool) -> tuple[int, bool]:
        text = self.text
        if place in self.groups or place in self.closings:
            self._add(Kind.OPEN if place in self.groups else Kind.CLOSE, place, place + 1)
            return place + 1, True
        if place in self.quote_ends:
            end = self.quote_ends[place]
            self._add(Kind.PHRASE, place, end, value=text[place + 1 : end - 1])
            return end, False
        if text[place] in _BARS:
            end = place + 1
            while end < len(text) and text[end] in _BARS:
                end += 1
            self._add(Kind.OR, place, end)
            return end, True
        if fresh and text[place] in _MINUSES and self._excludes(place):
            self._add(Kind.NOT, place, place + 1)
            return place + 1, True
        name = field_at(text, place) if fresh else None
        if name is not None:
            return self._add_field(name, place), False
        end = self._chunk_end(place)
        kind = Kind.WORD
        if fresh and end - place <= _LONGEST_OPERATOR and _ends_chunk(text, end):
            written = unicodedata.normalize("NFKC", text[place:end])
            kind = Kind(_OPERATORS.get(written, "word"))
        self._add(kind, place, end)
        return end, False

    def _excludes(self, place: int) -> bool:
        following = self.text[place + 1 : place + 2]
        before = self.lexemes[-1] if self.lexemes else None
        doubled = before is not None and before.kind is Kind.NOT and before.start == place - 1
        return bool(following) and following not in f" {_MINUSES}{_BARS}" and not doubled

    def _add_field(self, name: str, place: int) -> int:
        text = self.text
        value = place + len(name) + 1
        while value < len(text) and text[value] == " ":  # 年： 2016
            value += 1
        if value in self.quote_ends:
            end = self.quote_ends[value]
            said = text[value + 1 : end - 1]
        else:
            end = self._chunk_end(value) if value < len(text) else value
            said = text[value:end]
        self._add(Kind.FIELD, place, end, value=said, name=name)
        return end

    def _chunk_end(self, place: int) -> int:
        end = place
        while end < len(self.text):
            sign = self.text[end]
            if sign == " " or sign in _BARS or end in self.quote_ends or end in self.closings:
                break
            end += 1
        return end

    def _add(self, kind: Kind, start: int, end: int, *, value: str = "", name: str = "") -> None:
        self.lexemes.append(Lexeme(kind, self.text[start:end], start, value, name))


def scan_line(text: str) -> Scan:
    """Cut a cleaned line into tokens.

    >>> [str(lexeme.kind) for lexeme in scan_line('责任单位:市公安局 "网络侵权" -（一）').lexemes]
    ['field', 'phrase', 'not', 'word']
    """
    return _Scanner(text).scan()
