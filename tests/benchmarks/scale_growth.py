"""Curves through what was measured at growing sizes (增长曲线): least squares, and how well they fit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

MILLION = 1e6


@dataclass(frozen=True, slots=True)
class Curve:
    """`a + b × n`, n in millions of paragraphs, or `a + b × ln n`; and its relative residual.

    >>> line = Curve("linear", 1.0, 2.0, 0.0)
    >>> line.at(3_000_000)
    7.0
    """

    kind: str  # linear | logarithmic
    a: float
    b: float
    residual: float  # the root of the mean square of (measured - curve) / measured

    def at(self, paragraphs: float) -> float:
        """Return what the curve says of a size."""
        return self.a + self.b * float(_scaled(self.kind, np.array([paragraphs]))[0])

    def __str__(self) -> str:
        """Return the curve as a table shows it."""
        of = "n" if self.kind == "linear" else "ln n"
        sign = "+" if self.b >= 0 else "−"
        return f"{self.a:.3g} {sign} {abs(self.b):.3g} {of}（残差 {self.residual:.0%}）"


def _scaled(kind: str, paragraphs: np.ndarray) -> np.ndarray:
    millions = paragraphs / MILLION
    return millions if kind == "linear" else np.log(millions)


def fit(sizes: Sequence[float], measured: Sequence[float], kind: str) -> Curve:
    """Return the curve of a kind that fits best; each size counts alike, whatever its value.

    >>> str(fit((1e6, 2e6, 4e6), (3.0, 5.0, 9.0), "linear"))
    '1 + 2 n（残差 0%）'
    """
    values = np.array(measured, dtype=float)
    columns = np.stack([np.ones(len(sizes)), _scaled(kind, np.array(sizes, dtype=float))], axis=1)
    # Relative to what was measured, lest the largest size alone decide.
    (a, b), *_ = np.linalg.lstsq(columns / values[:, None], np.ones(len(values)), rcond=None)
    misses = columns @ np.array([a, b]) / values - 1
    return Curve(kind, float(a), float(b), float(np.sqrt(np.mean(misses**2))))


def better(sizes: Sequence[float], measured: Sequence[float]) -> Curve:
    """Return the curve that fits better."""
    both = [fit(sizes, measured, kind) for kind in ("linear", "logarithmic")]
    return min(both, key=lambda curve: curve.residual)
