"""Runs of 汉字 → words (分词): the only door to rjieba, and to jieba where rjieba is not.

rjieba is jieba in Rust: about ten times as fast, and of the same tokens as long as both know the
same words with the same frequencies, which is why every added word has its frequency stated here.
(Of two cuts that are as likely as each other, as in 一一一一业一一一, the last bit chooses, and may
choose otherwise; no real text we have holds such a run.)
Neither's shared tokenizer is used: jieba's keeps its dictionary in a cache in the common temporary
folder, which any user of the machine may have written. Ours is read from the dictionary that jieba
ships, compared with its recorded checksum; rjieba's dictionary is part of its binary.
"""

from __future__ import annotations

import hashlib
import importlib.util
import logging
from importlib import metadata
from math import exp, log
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from indexer.errors import DictionaryError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

DICTIONARY_SHA256 = "7197c3211ddd98962b036cdf40324d1ea2bfaa12bd028e68faa70111a88e12a8"


class Segmenter(Protocol):
    """Cuts a run of 汉字 into words that cover it; may be shared between threads."""

    name: str  # what cuts, and which version of it: part of an index's fingerprint

    def cut(self, run: str) -> list[str]:
        """Return the words of a run."""
        ...


def load_segmenter(lexicon: Mapping[str, int], split: Iterable[str]) -> Segmenter:
    """Return the fastest segmenter at hand, with the words of a lexicon and without those to split.

    A frequency of 0 means just enough to be one word.
    """
    found = importlib.util.find_spec("rjieba")
    return JiebaSegmenter(lexicon, split) if found is None else RustSegmenter(lexicon, split)


class RustSegmenter:
    """rjieba with a dictionary of our own."""

    def __init__(self, lexicon: Mapping[str, int], split: Iterable[str]) -> None:
        import rjieba

        rjieba.clear()  # type: ignore[no-untyped-call] # its shared dictionary, which nobody asks and which holds 17 MB
        self.name = f"rjieba {metadata.version('rjieba')}"
        self._jieba: Any = rjieba.Jieba()
        self._known: dict[str, int] = {
            word: self._jieba.add_word(word, frequency or self._jieba.suggest_freq(word), "")
            for word, frequency in lexicon.items()
        }
        for word in split:
            self._jieba.add_word(word, 0, "")

    def frequency(self, word: str) -> int:
        """Return the frequency that a word of the lexicon was given."""
        return self._known[word]

    def cut(self, run: str) -> list[str]:
        """Return the words of a run."""
        words: list[str] = self._jieba.cut(run)
        return words


class JiebaSegmenter:
    """jieba with a dictionary of our own."""

    def __init__(self, lexicon: Mapping[str, int], split: Iterable[str]) -> None:
        import jieba

        jieba.setLogLevel(logging.WARNING)
        self.name = f"jieba {jieba.__version__} {DICTIONARY_SHA256}"
        path = Path(str(jieba.__file__)).with_name("dict.txt")
        self._jieba: Any = jieba.Tokenizer()
        self._jieba.FREQ, self._jieba.total = _load_dictionary(path)
        self._jieba.initialized = True
        for word, frequency in lexicon.items():
            self._put(word, frequency or self._enough_for(word))
        for word in split:
            self._put(word, 0)

    def frequency(self, word: str) -> int:
        """Return the frequency that a word of the lexicon was given."""
        frequency: int = self._jieba.FREQ[word]
        return frequency

    def cut(self, run: str) -> list[str]:
        """Return the words of a run."""
        return list(self._jieba.cut(run, HMM=True))

    def _put(self, word: str, frequency: int) -> None:
        known = self._jieba.FREQ
        self._jieba.total += frequency - known.get(word, 0)
        known[word] = frequency
        for end in range(1, len(word)):
            known.setdefault(word[:end], 0)

    def _enough_for(self, word: str) -> int:
        """Return what rjieba suggests, by the same arithmetic."""
        known, whole = self._jieba.FREQ, log(self._jieba.total)
        share = 0.0
        for piece in self._jieba.cut(word, HMM=False):
            share = share + log(known.get(piece) or 1) - whole
        frequency: int = max(int(exp(share + whole)) + 1, known.get(word, 1))
        return frequency


def _load_dictionary(path: Path) -> tuple[dict[str, int], int]:
    """Return jieba's own dictionary as its tokenizer wants it: words, prefixes (0), and the sum."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DictionaryError(path, "无法读取") from error
    if hashlib.sha256(data).hexdigest() != DICTIONARY_SHA256:
        raise DictionaryError(path, "内容与记录的校验值不符")
    frequencies: dict[str, int] = {}
    total = 0
    for line in data.decode().splitlines():
        word, frequency, _ = line.split(" ", 2)
        frequencies[word] = int(frequency)
        total += int(frequency)
    for word in tuple(frequencies):
        for end in range(1, len(word)):
            frequencies.setdefault(word[:end], 0)
    return frequencies, total
