"""I3 charsets that are missing, wrong or torn: every character comes back, no loss is silent."""

from __future__ import annotations

import random
from pathlib import Path

from corpus.errors import UnreadableFileError
from corpus.readers.decoding import decode
from tests.readers_.encodings import (
    CASES,
    OTHERS,
    RIGHT,
    encoded,
    real_paragraphs,
    sample_paragraphs,
)
from tests.torture.outcome import Tally

ROOT = Path(__file__).resolve().parents[2]
REAL = ROOT.parent / "shared" / "corpus" / "circulars"
SHORT, LONG = 3_600, 36_000  # a paragraph in one encoding under one label


def run(trials: int, seed: int, long: bool) -> tuple[int, int]:
    """Decode paragraphs, each by itself; the long form takes every real one in every case."""
    tally, rng = Tally(), random.Random(seed)
    cases = CASES + OTHERS
    if REAL.is_dir():  # to read all of them takes longer than the short form may
        paragraphs = real_paragraphs(REAL, every=1 if long else 40)
    else:
        paragraphs = sample_paragraphs(ROOT)
    chosen = paragraphs if long else rng.choices(paragraphs, k=trials // len(cases))
    least, flagged = 1.0, 0
    for codec, label in cases:
        total = right = 0
        for paragraph in chosen[: trials // len(cases)]:
            text, data = encoded(paragraph, codec)
            total += len(text)
            try:
                decoded = decode(data, label)
            except UnreadableFileError as error:
                tally.trial(f"{codec} as {label}: refused ({error.code}): {text[:40]}")
                continue
            wrong = decoded.text != text
            flagged += wrong
            silent = wrong and not decoded.remarks
            tally.trial(*([f"{codec} as {label}: wrong in silence: {text[:40]}"] if silent else []))
            right += sum(one == two for one, two in zip(decoded.text, text, strict=False))
        share = right / total
        least = min(least, share)
        few = f"{codec} as {label}: only {share:.6f} of the characters came back"
        tally.trial(*([few] if share < RIGHT else []))
    print(
        f"{len(cases)} pairs of encoding and label; at least {least:.6f} of the characters right, "
        f"{flagged} paragraphs wrong and flagged"
    )
    return tally.result()
