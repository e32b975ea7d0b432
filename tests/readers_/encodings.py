"""Paragraphs in the encodings and under the labels that real pages have (字符编码)."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, NamedTuple

import opencc

from corpus.errors import UnreadableFileError
from corpus.readers import read_path
from corpus.readers.decoding import decode

if TYPE_CHECKING:
    from pathlib import Path

SHORTEST, LONGEST = 20, 1500
REAL_PARAGRAPHS = 2000
RIGHT = 0.999  # the least share of characters that must come back

CASES = [  # the codec of the bytes, and what the page says they are
    ("utf-8", None),
    ("utf-8", "gb2312"),
    ("utf-8-sig", "utf-8"),
    ("gbk", "gb2312"),
    ("gb18030", "gb2312"),
    ("gb18030", None),
    ("gb18030", "utf-8"),
    ("utf-16", None),
    ("utf-16-le", None),
    ("utf-16-be", "gb2312"),
    ("big5hkscs", "big5"),
    ("big5hkscs", "gb2312"),
]
OTHERS = [  # labels that lie in ways seen less often
    ("big5hkscs", None),
    ("big5hkscs", "utf-8"),
    ("gb18030", "big5"),
    ("utf-8", "big5"),
    ("utf-16-le", "gb2312"),
    ("cp950", "big5"),
]
_TRADITIONAL = {"big5hkscs", "cp950"}
_TO_TRADITIONAL = opencc.OpenCC("s2t")


def sample_paragraphs(repository: Path) -> list[str]:
    """Return the paragraphs of the invented circulars that come with the program."""
    files = sorted((repository / "corpus" / "samples").glob("*.txt"))
    return [one for file in files for one in _paragraphs_of(file.read_text(encoding="utf-8"))]


def real_paragraphs(circulars: Path, *, every: int = 1) -> list[str]:
    """Return two thousand paragraphs of a folder of real circulars, or of `every` so many of them.

    They are always the same ones.
    """
    found: list[str] = []
    for file in sorted(circulars.iterdir())[::every]:
        found += _paragraphs_of(read_path(file).text)
    return random.Random(7).sample(found, min(REAL_PARAGRAPHS, len(found)))


def _paragraphs_of(text: str) -> list[str]:
    lines = (line.strip() for line in text.splitlines())
    return [line[:LONGEST] for line in lines if len(line) >= SHORTEST]


class Comparison(NamedTuple):
    """How a paragraph came back (一段的还原)."""

    characters: int
    right: int
    is_wrong: bool = False
    is_flagged: bool = False  # a remark says so
    refused: str = ""  # the code of the reason

    @property
    def is_silent(self) -> bool:
        """Whether something is wrong and nothing says so."""
        return self.is_wrong and not self.is_flagged


def read_back(paragraph: str, codec: str, label: str | None) -> Comparison:
    """Write a paragraph in a code, read it under a label, and compare it character by character."""
    text, data = encoded(paragraph, codec)
    try:
        decoded = decode(data, label)
    except UnreadableFileError as error:
        return Comparison(len(text), 0, refused=error.code)
    right = sum(one == two for one, two in zip(decoded.text, text, strict=False))
    return Comparison(len(text), right, decoded.text != text, bool(decoded.remarks))


def encoded(paragraph: str, codec: str) -> tuple[str, bytes]:
    """Return a paragraph as a writer of that code has it, without the characters the code lacks."""
    text = _TO_TRADITIONAL.convert(paragraph) if codec in _TRADITIONAL else paragraph
    data = text.encode(codec, "ignore")
    return data.decode(codec), data
