"""Document numbers (发文字号) in the typed line: every spelling finds every spelling."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING

from corpus.number import DocumentNumber, NumberError, NumberKind, is_only_number
from corpus.text import fold_text
from search.query import AnyOf, FieldIs, Plain, Word

if TYPE_CHECKING:
    from collections.abc import Iterable

    from search.query import Node

_BRACKETS = ("〔〕", "[]", "()", "【】", "<>", "〈〉")

# 146号  第146号  厦府办146号  〔2016〕146号  2016年第146号文
_PART = re.compile(
    r"(?P<code>[\u4e00-\u9fff]{2,12}?)?(?:[〔(\[【<〈]?(?P<year>(?:19|20)[0-9]{2})[〕)\]】>〉年]?)?"
    r"第?(?P<serial>[0-9]{1,5})号(?:文件?)?"
)


def is_part_of_number(folded: str) -> bool:
    """Tell whether a folded word may be part of a document number, such as 146号."""
    return _PART.fullmatch(folded) is not None


class NumberDirectory:
    """The document numbers of a library, found by a part of them."""

    def __init__(self, numbers: Iterable[str]) -> None:
        self._by_serial: defaultdict[int, list[DocumentNumber]] = defaultdict(list)
        for written in numbers:
            number = stored_number(written)
            if number is not None:
                self._by_serial[number.serial].append(number)

    def find(self, folded: str) -> tuple[str, ...]:
        """Return the numbers that a part means: 146号, 厦府办146号, 〔2016〕146号.

        >>> NumberDirectory(["厦府办〔2016〕146号", "云府办〔2017〕146号"]).find("2016年146号")
        ('厦府办〔2016〕146号',)
        """
        match = _PART.fullmatch(folded)
        if match is None:
            return ()
        code, year = match["code"], match["year"]
        found = (
            str(number)
            for number in self._by_serial.get(int(match["serial"]), ())
            if (not code or fold_text(number.code) == code)
            and (not year or number.year == int(year))
        )
        return tuple(dict.fromkeys(found))


@lru_cache(maxsize=1 << 20)  # a library's numbers are met again and again
def stored_number(written: str) -> DocumentNumber | None:
    """Return a number as a circular of the library has it; None where that is none."""
    try:
        return DocumentNumber.parse(written)
    except NumberError:
        return None


def read_number(line: str) -> DocumentNumber | None:
    """Return the document number a line is nothing but, else None."""
    mention = is_only_number(line.strip())
    return None if mention is None else mention.number


def number_of(chunk: str) -> DocumentNumber | None:
    """Return the document number one chunk of a longer line is, else None."""
    return read_number(chunk) if any(sign.isdigit() for sign in chunk) else None


def number_node(written: str, number: DocumentNumber) -> Node:
    """Return what a typed number matches: the circular that bears it, and texts that cite it."""
    folded = fold_text(written)
    spellings = [form for form in _spellings(number) if form != folded]
    word = Word(folded, (), tuple(spellings))
    return AnyOf((FieldIs("number", (str(number),)), Plain((word,), folded)))


def _spellings(number: DocumentNumber) -> tuple[str, ...]:
    canonical = fold_text(str(number))
    if number.kind is not NumberKind.LETTER:
        return (canonical,)
    return tuple(
        dict.fromkeys(
            canonical.replace("〔", opening).replace("〕", closing)
            for opening, closing in (map(fold_text, pair) for pair in _BRACKETS)
        )
    )
