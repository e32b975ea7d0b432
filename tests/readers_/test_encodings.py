"""Real paragraphs in twelve encodings and labels: every character comes back, no loss is silent."""

from __future__ import annotations

import random

import opencc
import pytest

from corpus.errors import UnreadableFileError
from corpus.readers import read_path
from corpus.readers.decoding import decode

SHORTEST, LONGEST = 20, 1500
REAL_PARAGRAPHS = 2000
RIGHT = 0.999

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
    ("big5hkscs", None),
]
TO_TRADITIONAL = opencc.OpenCC("s2t")


@pytest.fixture(scope="module")
def sample_paragraphs(repository) -> list[str]:
    """Paragraphs of the invented circulars that come with the program."""
    files = sorted((repository / "corpus" / "samples").glob("*.txt"))
    return [one for file in files for one in paragraphs_of(file.read_text(encoding="utf-8"))]


@pytest.fixture(scope="module")
def real_paragraphs(shared) -> list[str]:
    """Two thousand paragraphs of real circulars, always the same."""
    found: list[str] = []
    for file in sorted((shared / "corpus" / "circulars").iterdir()):
        found += paragraphs_of(read_path(file).text)
    return random.Random(7).sample(found, REAL_PARAGRAPHS)


def paragraphs_of(text: str) -> list[str]:
    lines = (line.strip() for line in text.splitlines())
    return [line[:LONGEST] for line in lines if len(line) >= SHORTEST]


def share_right(paragraphs: list[str], codec: str, label: str | None) -> float:
    """Decode every paragraph by itself; a wrong one without a remark fails at once."""
    total = right = 0
    for paragraph in paragraphs:
        text = TO_TRADITIONAL.convert(paragraph) if codec == "big5hkscs" else paragraph
        try:
            data = text.encode(codec)
        except UnicodeEncodeError:
            continue
        total += len(text)
        try:
            decoded = decode(data, label)
        except UnreadableFileError:
            continue
        assert decoded.text == text or decoded.remarks, (codec, label, text[:40])
        right += sum(one == two for one, two in zip(decoded.text, text, strict=False))
    return right / total


@pytest.mark.parametrize(("codec", "label"), CASES)
def test_every_sample_paragraph_comes_back(sample_paragraphs, codec, label):
    assert share_right(sample_paragraphs, codec, label) >= RIGHT


@pytest.mark.parametrize(("codec", "label"), CASES)
def test_real_paragraphs_come_back(real_paragraphs, codec, label):
    assert share_right(real_paragraphs, codec, label) >= RIGHT


@pytest.mark.parametrize("codec", ["utf-8", "gb18030", "utf-16"])
def test_half_a_character_at_the_end_is_always_flagged(sample_paragraphs, codec):
    for paragraph in sample_paragraphs:
        if paragraph[-1].isascii():
            continue
        try:
            decoded = decode(paragraph.encode(codec)[:-1])
        except UnreadableFileError:
            continue
        assert decoded.remarks, paragraph
        assert decoded.text.startswith(paragraph[:-1])
