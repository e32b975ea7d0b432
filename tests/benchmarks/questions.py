"""The 40 questions: what every engine is asked, without any engine's vocabulary."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tests.benchmarks.synthetic import AGENCIES, SEED, STOP_RANKS, YEARS

if TYPE_CHECKING:
    from tests.benchmarks.synthetic import Corpus, Entry


@dataclass(frozen=True, slots=True)
class Question:
    """`how` is all | any | phrase; agency and year narrow it down where they are given."""

    kind: str
    how: str
    words: tuple[str, ...]
    agency: str = ""
    year: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What an engine must say: exact total, three facets over all matches, top 20 with snippets."""

    total: int
    facets: dict[str, dict[str, int]]
    shown: int  # hits with stored text
    marked: int  # hits of them with at least one mark


def questions_for(corpus: Corpus) -> list[Question]:
    """Return 40 questions over the vocabulary of an invented corpus, the same for every run."""
    return _questions(corpus.vocabulary.words, next(corpus.batches()))


def questions_from(entries: list[Entry]) -> list[Question]:
    """Return 40 questions over the words of real entries, the same for every run."""
    counts = Counter(word for entry in entries for word in entry.words)
    words = [word for word, _ in counts.most_common()]
    return _questions(words, [entry for entry in entries if len(entry.words) > 8])


def _questions(words: list[str], first: list[Entry]) -> list[Question]:
    random = np.random.default_rng(SEED + 1)

    def common(count: int) -> tuple[str, ...]:
        ranks = random.choice(np.arange(STOP_RANKS, 200), count, replace=False)
        return tuple(words[rank] for rank in ranks)

    def middling() -> str:
        return words[int(random.integers(200, min(5_000, len(words))))]

    def rare() -> str:
        entry = first[int(random.integers(len(first)))]
        return max(entry.words, key=words_rank.__getitem__)

    def phrase(size: int) -> tuple[str, ...]:
        entry = first[int(random.integers(len(first)))]
        start = int(random.integers(len(entry.words) - size))
        return entry.words[start : start + size]

    words_rank = {word: rank for rank, word in enumerate(words)}
    asked = [Question("single common", "all", common(1)) for _ in range(5)]
    asked += [Question("single rare", "all", (rare(),)) for _ in range(5)]
    asked += [Question("and", "all", common(size)) for size in (2, 2, 2, 3, 3, 4)]
    asked += [Question("or", "any", (*common(size), middling())) for size in (1, 2, 2, 3, 4)]
    asked += [Question("phrase", "phrase", phrase(size)) for size in (2, 2, 2, 3, 3, 4)]
    asked += [Question("agency", "all", common(1), agency=AGENCIES[n]) for n in (0, 5, 40, 200)]
    asked += [Question("year", "all", common(1), year=YEARS[-n]) for n in (1, 3, 8, 20)]
    # A question has two or three function words, which stand in nearly every paragraph.
    for size in (3, 4, 5, 6, 7):
        stop = tuple(words[rank] for rank in random.choice(STOP_RANKS, 2, replace=False))
        asked.append(Question("question", "any", (*common(size), middling(), *stop)))
    return asked
