"""Paragraphs in the encodings and under the labels that real pages have (字符编码)."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import opencc

from corpus.readers import read_path

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


def encoded(paragraph: str, codec: str) -> tuple[str, bytes]:
    """Return a paragraph as a writer of that code has it, without the characters the code lacks."""
    text = _TO_TRADITIONAL.convert(paragraph) if codec in _TRADITIONAL else paragraph
    data = text.encode(codec, "ignore")
    return data.decode(codec), data
