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
SLIPPED = 4

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
TRADITIONAL = {"big5hkscs", "cp950"}
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


def encoded(paragraph: str, codec: str) -> tuple[str, bytes]:
    """A paragraph as a writer of that code has it, without the characters the code lacks."""
    text = TO_TRADITIONAL.convert(paragraph) if codec in TRADITIONAL else paragraph
    data = text.encode(codec, "ignore")
    return data.decode(codec), data


def share_right(paragraphs: list[str], codec: str, label: str | None) -> float:
    """Decode every paragraph by itself; a wrong one without a remark fails at once."""
    total = right = flagged = refused = 0
    for paragraph in paragraphs:
        text, data = encoded(paragraph, codec)
        total += len(text)
        try:
            decoded = decode(data, label)
        except UnreadableFileError:
            refused += 1
            continue
        assert decoded.text == text or decoded.remarks, (codec, label, text[:40])
        flagged += decoded.text != text
        right += sum(one == two for one, two in zip(decoded.text, text, strict=False))
    print(
        f"{codec} as {label}: {right / total:.6f} of {total} characters right in "
        f"{len(paragraphs)} paragraphs, {flagged} wrong and flagged, {refused} refused"
    )
    return right / total


@pytest.mark.parametrize(("codec", "label"), CASES)
def test_every_sample_paragraph_comes_back(sample_paragraphs, codec, label):
    assert share_right(sample_paragraphs, codec, label) >= RIGHT


@pytest.mark.parametrize(("codec", "label"), [*CASES, *OTHERS])
def test_real_paragraphs_come_back(real_paragraphs, codec, label):
    assert share_right(real_paragraphs, codec, label) >= RIGHT


@pytest.mark.parametrize("place", ["first", "middle", "last"])
@pytest.mark.parametrize("codec", ["utf-8", "gb18030", "utf-16", "big5hkscs"])
def test_half_a_character_is_always_flagged(sample_paragraphs, codec, place):
    chance = random.Random(7)
    for paragraph in sample_paragraphs:
        text, data = encoded(paragraph, codec)
        whole = decode(data).text
        head = len("x".encode(codec)) - 1 if codec == "utf-16" else 0  # the byte-order mark
        at = {"first": head, "last": len(data) - 1}.get(place, 0)
        at = at or chance.randrange(head, len(data))
        if data[at] < 0x80 and codec != "utf-16":
            continue  # a whole ASCII character is gone, which no code can show
        try:
            decoded = decode(data[:at] + data[at + 1 :])
        except UnreadableFileError:
            continue
        assert whole == text
        assert decoded.remarks or slipped(decoded.text, text), (paragraph, decoded.text)


def slipped(text: str, whole: str) -> bool:
    """Whether next to nothing is wrong: a lost half that took only its neighbour with it."""
    same = sum(one == two for one, two in zip(reversed(text), reversed(whole), strict=False))
    same += sum(one == two for one, two in zip(text, whole, strict=False))
    return len(whole) - same <= SLIPPED
