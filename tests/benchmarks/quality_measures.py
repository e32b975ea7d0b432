"""The measures of the benchmark and their intervals, as `score.py` of the question sets has them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.benchmarks.quality_sets import Question

DEPTH = 100
_FIRST = 10
_DRAWS = 2_000


class Figures(NamedTuple):
    """The measures of one question, or their means."""

    mrr: float
    ndcg: float
    recall10: float
    recall100: float


NAMES = ("MRR@10", "nDCG@10", "Recall@10", "Recall@100")


def measure(question: Question, found: Sequence[int]) -> Figures:
    """Score one answer: passage numbers, best first."""
    flags = [number in question.relevant for number in dict.fromkeys(found)][:DEPTH]
    ranks = [rank for rank, hit in enumerate(flags[:_FIRST]) if hit]
    gain = sum(1 / math.log2(rank + 2) for rank in ranks)
    ideal = sum(1 / math.log2(rank + 2) for rank in range(min(_FIRST, question.total)))
    return Figures(
        1 / (ranks[0] + 1) if ranks else 0.0,
        gain / ideal,
        len(ranks) / question.total,
        sum(flags) / question.total,
    )


def measure_documents(question: Question, found: Sequence[int], docs: Sequence[str]) -> float:
    """Return the reciprocal rank of the right document: documents rank by their best passage."""
    wanted = {docs[number] for number in question.relevant}
    ranked = list(dict.fromkeys(docs[number] for number in found[:DEPTH]))[:_FIRST]
    return next((1 / rank for rank, doc in enumerate(ranked, start=1) if doc in wanted), 0.0)


class Interval(NamedTuple):
    """A mean with its 95 % bootstrap interval."""

    mean: float
    low: float
    high: float


def interval_of(values: Sequence[float], *, seed: int = 1) -> Interval:
    """Return the mean of some questions' values with its interval."""
    column = np.asarray(values)
    means = np.sort(column[_draws(len(column), seed)].mean(axis=1))
    return Interval(float(column.mean()), *_bounds(means))


def ratio_of(ours: Sequence[float], theirs: Sequence[float], *, seed: int = 1) -> Interval:
    """Return our mean over theirs with its paired interval: both are drawn by question."""
    draws = _draws(len(ours), seed)
    above, below = np.asarray(ours), np.asarray(theirs)
    denominators = np.maximum(below[draws].mean(axis=1), 1e-9)
    ratios = np.sort(above[draws].mean(axis=1) / denominators)
    return Interval(float(above.mean() / max(below.mean(), 1e-9)), *_bounds(ratios))


def _draws(count: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, count, size=(_DRAWS, count))


def _bounds(ordered: np.ndarray) -> tuple[float, float]:
    edge = _DRAWS // 40
    return float(ordered[edge]), float(ordered[-edge - 1])
