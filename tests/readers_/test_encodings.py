"""Real paragraphs in twelve encodings and labels: every character comes back, no loss is silent."""

from __future__ import annotations

import random

import pytest

from corpus.errors import UnreadableFileError
from corpus.readers.decoding import decode
from tests.readers_.encodings import (
    CASES,
    OTHERS,
    RIGHT,
    encoded,
    read_back,
    real_paragraphs,
    sample_paragraphs,
)

SLIPPED = 4


@pytest.fixture(scope="module")
def paragraphs(repository) -> list[str]:
    return sample_paragraphs(repository)


@pytest.fixture(scope="module")
def from_real_circulars(shared) -> list[str]:
    return real_paragraphs(shared / "corpus" / "circulars")


def share_right(paragraphs: list[str], codec: str, label: str | None) -> float:
    """Decode every paragraph by itself; a wrong one without a remark fails at once."""
    found = [read_back(paragraph, codec, label) for paragraph in paragraphs]
    silent = [text for text, one in zip(paragraphs, found, strict=True) if one.is_silent]
    assert not silent, (codec, label, silent[0][:40])
    total, right = sum(one.characters for one in found), sum(one.right for one in found)
    print(
        f"{codec} as {label}: {right / total:.6f} of {total} characters right in "
        f"{len(paragraphs)} paragraphs, {sum(one.is_wrong for one in found)} wrong and flagged, "
        f"{sum(bool(one.refused) for one in found)} refused"
    )
    return right / total


@pytest.mark.parametrize(("codec", "label"), CASES)
def test_every_sample_paragraph_comes_back(paragraphs, codec, label):
    assert share_right(paragraphs, codec, label) >= RIGHT


@pytest.mark.parametrize(("codec", "label"), [*CASES, *OTHERS])
def test_real_paragraphs_come_back(from_real_circulars, codec, label):
    assert share_right(from_real_circulars, codec, label) >= RIGHT


@pytest.mark.parametrize("place", ["first", "middle", "last"])
@pytest.mark.parametrize("codec", ["utf-8", "gb18030", "utf-16", "big5hkscs"])
def test_half_a_character_is_always_flagged(paragraphs, codec, place):
    chance = random.Random(7)
    for paragraph in paragraphs:
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
