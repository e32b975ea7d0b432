"""I3 charsets that are missing, wrong or torn: every character comes back, no loss is silent."""

from __future__ import annotations

import random
from pathlib import Path

from tests.readers_.encodings import (
    CASES,
    OTHERS,
    RIGHT,
    read_back,
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
    least, wrong = 1.0, 0
    for codec, label in cases:
        characters = right = 0
        for paragraph in chosen[: trials // len(cases)]:
            one = read_back(paragraph, codec, label)
            characters += one.characters
            right += one.right
            wrong += one.is_wrong
            problem = one.refused or ("wrong in silence" if one.is_silent else "")
            tally.trial(*([f"{codec} as {label}: {problem}: {paragraph[:40]}"] if problem else []))
        share = right / characters
        least = min(least, share)
        few = f"{codec} as {label}: only {share:.6f} of the characters came back"
        tally.trial(*([few] if share < RIGHT else []))
    print(
        f"{len(cases)} pairs of encoding and label; at least {least:.6f} of the characters right, "
        f"{wrong} paragraphs wrong and flagged"
    )
    return tally.result()
