"""Invented policy paragraphs, the same for every engine and every run (seeded).

Words are made of 汉字 in four classes that share no character: a word of one character is of the
class `alone`, any other begins in `first`, ends in `last` and has `inner` between. So a word stands
literally in a text exactly where it stands as a word, and an engine that matches strings must find
what an engine that matches words finds: totals and facets can be compared.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from corpus.text import fold_text

if TYPE_CHECKING:
    from collections.abc import Iterator

SEED = 20_160_914
VOCABULARY = 420_000
MEAN_TOKENS = 100
CIRCULAR = 40  # paragraphs of one circular
AGENCIES = tuple(f"350200:机构{number:03d}" for number in range(300))
YEARS = tuple(str(year) for year in range(2001, 2025))
REGIONS = tuple(f"地区{number:02d}" for number in range(31))
BATCH = 2_000
STOP_RANKS = 12  # the commonest words are of one character, as 的 和 由 有 are
# Zipf with a shift: about 105 k distinct words in 20 k paragraphs, 280 k in 200 k.
_EXPONENT, _SHIFT = 1.25, 3.0
_CLASSES = {"alone": 150, "first": 1500, "inner": 800, "last": 1500}


@dataclass(frozen=True, slots=True)
class Entry:
    """One paragraph as every engine gets it: cut, and with its facet values."""

    number: int
    words: tuple[str, ...]
    agencies: tuple[str, ...]
    year: str
    region: str

    @property
    def circular(self) -> str:
        return f"c{self.number // CIRCULAR:06d}"

    @property
    def id(self) -> str:
        return f"{self.circular}/p_{self.number % CIRCULAR + 1}"

    @property
    def text(self) -> str:
        return "".join(self.words)


class Vocabulary:
    """Words by rank, and how often each is drawn."""

    def __init__(self) -> None:
        random = np.random.default_rng(SEED)
        signs = [chr(code) for code in range(0x4E00, 0x9FA6) if fold_text(chr(code)) == chr(code)]
        random.shuffle(signs)
        self._classes: dict[str, list[str]] = {}
        start = 0
        for name, size in _CLASSES.items():
            self._classes[name] = signs[start : start + size]
            start += size
        self.words = self._invented(random)
        weights = (np.arange(len(self.words)) + _SHIFT) ** -_EXPONENT
        self._cumulated = np.cumsum(weights / weights.sum())

    def _invented(self, random: np.random.Generator) -> list[str]:
        words = dict.fromkeys(self._classes["alone"][:STOP_RANKS])
        singles = iter(self._classes["alone"][STOP_RANKS:])
        while len(words) < VOCABULARY:
            sizes = random.choice(4, 10_000, p=(0.02, 0.70, 0.18, 0.10)) + 1
            drawn = {name: self._drawn(random, name) for name in ("first", "inner", "last")}
            inner = self._drawn(random, "inner")
            for place, size in enumerate(sizes.tolist()):
                first, last = drawn["first"][place], drawn["last"][place]
                match size:
                    case 1:
                        # Only as many common words of one character as there are signs for.
                        word = next(singles, first + last)
                    case 2:
                        word = first + last
                    case 3:
                        word = first + drawn["inner"][place] + last
                    case _:
                        word = first + drawn["inner"][place] + inner[place] + last
                words[word] = None
        return list(words)[:VOCABULARY]

    def _drawn(self, random: np.random.Generator, name: str) -> list[str]:
        """Draw characters, some far more often than others, as in real text."""
        signs = self._classes[name]
        weights = (np.arange(len(signs)) + 20.0) ** -0.9
        return [signs[at] for at in random.choice(len(signs), 10_000, p=weights / weights.sum())]

    def draw(self, random: np.random.Generator, count: int) -> list[int]:
        return np.searchsorted(self._cumulated, random.random(count)).tolist()


class Corpus:
    """`size` paragraphs, made anew in batches each time they are asked for."""

    def __init__(self, size: int) -> None:
        self.size = size

    @cached_property
    def vocabulary(self) -> Vocabulary:
        return Vocabulary()

    def prepare(self) -> None:
        """Make the vocabulary now: no engine is charged for it."""
        self.vocabulary.draw(np.random.default_rng(0), 1)

    def batches(self) -> Iterator[list[Entry]]:
        for start in range(0, self.size, BATCH):
            yield self._batch(start, min(BATCH, self.size - start))

    def _batch(self, start: int, count: int) -> list[Entry]:
        random = np.random.default_rng((SEED, start))
        lengths = np.clip(random.gamma(4.0, MEAN_TOKENS / 4.0, count), 5, 800).astype(int).tolist()
        words = self.vocabulary.words
        tokens = iter([words[rank] for rank in self.vocabulary.draw(random, sum(lengths))])
        agency_counts = random.choice(12, count, p=_falling(12)) + 1
        agencies = iter(random.choice(len(AGENCIES), int(agency_counts.sum()), p=_falling(300)))
        years = random.choice(len(YEARS), count, p=_falling(len(YEARS))[::-1]).tolist()
        regions = random.choice(len(REGIONS), count, p=_falling(len(REGIONS))).tolist()
        return [
            Entry(
                number=start + place,
                words=tuple(next(tokens) for _ in range(length)),
                agencies=tuple(
                    dict.fromkeys(AGENCIES[next(agencies)] for _ in range(agency_counts[place]))
                ),
                year=YEARS[years[place]],
                region=REGIONS[regions[place]],
            )
            for place, length in enumerate(lengths)
        ]


def _falling(count: int) -> np.ndarray:
    weights = 1.0 / (np.arange(count) + 2.0)
    return weights / weights.sum()
