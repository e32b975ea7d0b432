"""Document numbers (发文字号): any spelling to one value, and their mentions in running text.

A letter number is 机关代字 + 〔year〕 + serial + 号 (GB/T 9704—2012 7.2.5); orders (令) and
announcements (公告) are numbered by their issuer. The list of known codes is open: a code that is
not on it is unknown, not wrong. `corpus.number_grammar` knows how numbers are written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from corpus.errors import CorpusError
from corpus.model import Span
from corpus.number_codes import known_codes
from corpus.number_grammar import Found, NumberKind, find_typed, find_written

__all__ = [
    "DocumentNumber",
    "NumberError",
    "NumberKind",
    "NumberMention",
    "find_numbers",
    "is_only_number",
    "parse_typed_number",
]


class NumberError(CorpusError):
    """A text was taken for a document number but holds none, or more than one."""

    def __init__(self, text: str, found: int = 0) -> None:
        super().__init__(text, found)
        self.text = text
        self.found = found

    def __str__(self) -> str:
        if self.found:
            return f"“{self.text}”含有 {self.found} 个发文字号，这里只能有一个"
        return f"“{self.text}”不是发文字号；写法如：国办发〔2017〕46号"


@dataclass(frozen=True, slots=True)
class DocumentNumber:
    """A document number (发文字号): the issuer's code, the year, the serial.

    For orders and announcements `code` is the issuer, and the year may be missing.

    >>> DocumentNumber.parse("國辦發[2017] 第046號") == DocumentNumber("国办发", 2017, 46)
    True
    >>> str(DocumentNumber("国务院", None, 675, NumberKind.ORDER))
    '国务院令第675号'
    """

    code: str
    year: int | None
    serial: int
    kind: NumberKind = NumberKind.LETTER

    @classmethod
    def parse(cls, text: str) -> DocumentNumber:
        """Read the one number a text holds, words around it allowed.

        Raises:
            NumberError: The text holds no number, or several different ones.
        """
        numbers = dict.fromkeys(parse_typed_number(text))
        if len(numbers) != 1:
            raise NumberError(text, len(numbers))
        return next(iter(numbers))

    def __str__(self) -> str:
        match self.kind:
            case NumberKind.ORDER:
                return f"{self.code}令{self._dated_serial}"
            case NumberKind.ANNOUNCEMENT:
                return f"{self.code}公告{self._dated_serial}"
            case NumberKind.UNTYPED:
                return f"{self.code}{self._dated_serial}"
            case NumberKind.LETTER:
                return f"{self.code}〔{self.year}〕{self.serial}号"

    @property
    def _dated_serial(self) -> str:
        return f"{self.year}年第{self.serial}号" if self.year else f"第{self.serial}号"

    @property
    def slug(self) -> str:
        """The number as a piece of a URL: `国办发-2017-46`, `国务院令-第675`."""
        if self.kind is NumberKind.LETTER:
            return f"{self.code}-{self.year}-{self.serial}"
        word = {NumberKind.ORDER: "令", NumberKind.ANNOUNCEMENT: "公告"}.get(self.kind, "")
        year = f"-{self.year}" if self.year else ""
        return f"{self.code}{word}{year}-第{self.serial}"

    @classmethod
    def from_slug(cls, slug: str) -> DocumentNumber:
        """Read what `slug` wrote.

        Raises:
            NumberError: No number has this slug.
        """
        match = _SLUG.fullmatch(slug)
        if match is None:
            raise NumberError(slug)
        year = int(match["year"]) if match["year"] else None
        code, serial = match["code"], int(match["serial"])
        kind = NumberKind.LETTER
        if match["di"]:
            kind = NumberKind.UNTYPED
            for word, other in (("令", NumberKind.ORDER), ("公告", NumberKind.ANNOUNCEMENT)):
                if code.endswith(word):
                    kind, code = other, code.removesuffix(word)
        elif year is None:
            raise NumberError(slug)
        return cls(code, year, serial, kind)

    @property
    def sort_key(self) -> tuple[str, int, int, str]:
        """Orders numbers by code, year and serial; a missing year comes first."""
        return self.code, self.year or 0, self.serial, self.kind.value


_SLUG = re.compile(
    r"(?P<code>[^-]{1,40})(?:-(?P<year>[0-9]{4}))?-(?P<di>第?)(?P<serial>[0-9]{1,6})"
)


class NumberMention(NamedTuple):
    """A document number where a text names it; `known_code` is False for a code never seen."""

    number: DocumentNumber
    as_written: str
    span: Span
    known_code: bool


def _mention(text: str, found: Found) -> NumberMention:
    return NumberMention(
        number=DocumentNumber(found.code, found.year, found.serial, found.kind),
        as_written=text[found.start : found.end],
        span=Span(found.start, found.end),
        known_code=found.kind is not NumberKind.LETTER or found.code in known_codes(),
    )


def find_numbers(text: str) -> tuple[NumberMention, ...]:
    """Find the document numbers (发文字号) a running text names, in order.

    >>> [str(mention.number) for mention in find_numbers("根据国办发[2017]46、47号文件精神")]
    ['国办发〔2017〕46号', '国办发〔2017〕47号']
    """
    return tuple(_mention(text, found) for found in find_written(text))


def parse_typed_number(text: str) -> tuple[DocumentNumber, ...]:
    """Read document numbers from a typed line, in any form that names a code, a year and a serial.

    >>> str(*parse_typed_number("厦府办 2016 146 号"))
    '厦府办〔2016〕146号'
    >>> parse_typed_number("146号")
    ()
    """
    found = find_written(text) or find_typed(text)
    return tuple(_mention(text, one).number for one in found)


_LABEL = re.compile(r"(?:发文字号|发布文号|文件编号|文件字号|文件号|文号|字号|编号)")
_AROUND_NUMBER = re.compile(r"[\s\u200b-\u200f\u2060\ufeff()（）〔〕\[\]［］【】<>〈〉:：]{0,40}")
_LONGEST_LINE = 80


def is_only_number(line: str) -> NumberMention | None:
    """Return the number of a line that consists of nothing else (brackets, a label 文号： allowed).

    >>> is_only_number("（厦府办〔2016〕146号）").span
    Span(start=1, end=14)
    >>> is_only_number("根据国办发〔2017〕46号") is None
    True
    """
    if len(line) > _LONGEST_LINE:
        return None
    found = find_written(line) or find_typed(line)
    if len(found) != 1:
        return None
    mention = _mention(line, found[0])
    before = _LABEL.sub("", line[: mention.span.start], count=1)
    after = line[mention.span.end :]
    if _AROUND_NUMBER.fullmatch(before) and _AROUND_NUMBER.fullmatch(after):
        return mention
    return None
