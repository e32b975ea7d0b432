"""What the engines are built from: invented paragraphs, or real texts that are never copied here."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpus.text import fold_text
from tests.benchmarks.synthetic import AGENCIES, BATCH, REGIONS, YEARS, Corpus, Entry

if TYPE_CHECKING:
    from collections.abc import Iterator

SHARED = Path(__file__).resolve().parents[3] / "shared"
REAL = {
    "statutes": SHARED / "eval/statutes/articles.jsonl",
    "circulars": SHARED / "corpus/circulars",
}


@dataclass(frozen=True, slots=True)
class RealEntry(Entry):
    """A real text in its search form; its facet values are invented."""

    folded: str = ""

    @property
    def text(self) -> str:
        return self.folded


class RealCorpus:
    """Real texts, cut by our analyzer."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._entries: list[Entry] = []

    def prepare(self) -> None:
        """Cut everything now: no engine is charged for it."""
        from indexer.analyzer import default_analyzer

        analyzer = default_analyzer()
        for number, text in enumerate(filter(None, map(fold_text, self._texts()))):
            words = analyzer.words(text)
            agencies = tuple({AGENCIES[(number * step) % 300]: None for step in (1, 7, 31)})
            year, region = YEARS[number % len(YEARS)], REGIONS[number % len(REGIONS)]
            self._entries.append(RealEntry(number, words, agencies, year, region, text))

    def _texts(self) -> Iterator[str]:
        if self._path.is_file():
            for line in self._path.read_text(encoding="utf-8").splitlines():
                yield json.loads(line)["text"]
            return
        for path in sorted(self._path.iterdir()):
            yield from path.read_text(encoding="utf-8", errors="replace").splitlines()

    def batches(self) -> Iterator[list[Entry]]:
        for start in range(0, len(self._entries), BATCH):
            yield self._entries[start : start + BATCH]


def corpus_of(data: str, size: int) -> Any:
    """Return the corpus of a name: `synthetic`, `statutes` or `circulars`."""
    if data == "synthetic":
        return Corpus(size)
    if not REAL[data].exists():
        raise SystemExit(f"没有找到 {REAL[data].name}，这份数据不在仓库中。")
    return RealCorpus(REAL[data])
