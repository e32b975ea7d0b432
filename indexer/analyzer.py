"""How text becomes words (切词).

The segmenter sees nothing but runs of Han characters: Latin letters, digits and years written with
〇 are cut here, where every segmenter would do something else.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import lru_cache
from importlib import metadata
from importlib.resources import files
from typing import TYPE_CHECKING

from corpus.agencies import AgencyRegistry
from corpus.text import fold_text
from indexer.segmenting import load_segmenter

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

ANALYZER_VERSION = 2
# Unknown characters cost the square of their number: 40,000 in a row take jieba eight seconds.
LONGEST_RUN = 1_000
# Shorter agency names (人大, 外办) are everyday words, or parts of them.
SHORTEST_AGENCY = 3
# Entries of jieba's own dictionary that swallow a word boundary.
SPLIT_WORDS = ("落实工作", "检查和")

_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af々"
# What jieba knows of them; any other (々, 㐂, 𠮷) is a word by itself, as jieba has it.
_COMMON_HAN = "\u4e00-\u9fd5"
# 2016  3.5  5g  p2p; then whatever else is a letter or a number: ①  ω  ⅷ
_RUN = re.compile(rf"[{_COMMON_HAN}]+|[0-9a-z]+(?:\.[0-9]+)?|[{_HAN}]|[^\W_0-9a-z{_HAN}]+")
_HAN_START = re.compile(rf"[{_HAN}]")
_COMMON_START = re.compile(rf"[{_COMMON_HAN}]")
# 二〇一六  一九九〇; jieba splits off every 〇
_ZERO_NUMBER = r"[一二三四五六七八九]{0,3}〇[〇一二三四五六七八九]*"


class Analyzer:
    """Cuts folded text; one instance may serve many threads."""

    def __init__(self, lexicon: Mapping[str, int], stop_words: Iterable[str]) -> None:
        """`lexicon` maps added words to their frequency; 0 means just enough to be one word."""
        self._stop_words = frozenset(stop_words)
        self._segmenter = load_segmenter(lexicon, SPLIT_WORDS)
        mixed = sorted((word for word in lexicon if not _is_han(word)), key=len, reverse=True)
        # Bounded alternatives: none of them can backtrack.
        self._whole = re.compile("|".join([*map(re.escape, mixed), _ZERO_NUMBER]))
        self._marks = frozenset("〇").union(*map(set, mixed)) - set(_han_of(mixed))
        self.fingerprint = self._compute_fingerprint(lexicon)

    def _compute_fingerprint(self, lexicon: Mapping[str, int]) -> str:
        digest = hashlib.sha256()
        facts = (
            f"analyzer {ANALYZER_VERSION}",
            self._segmenter.name,
            f"fold {metadata.version('opencc')} {unicodedata.unidata_version}",
            *(f"{word} {frequency}" for word, frequency in lexicon.items()),
            *SPLIT_WORDS,
            *sorted(self._stop_words),
        )
        for fact in facts:
            digest.update(f"{fact}\n".encode())
        return digest.hexdigest()[:16]

    def words(self, text: str) -> tuple[str, ...]:
        """Return the covering cut of the folded text (词), without punctuation.

        >>> default_analyzer().words("二〇一六年，市公安局牵头！")
        ('二〇一六', '年', '市', '公安局', '牵头')
        """
        return self.words_of_folded(fold_text(text))

    def words_of_folded(self, folded: str) -> tuple[str, ...]:
        """Return the words (词) of a text that is folded already."""
        return tuple(self._cut(folded))

    def parts(self, text: str) -> tuple[str, ...]:
        """Return the distinct content words of a piece of a query (内容词).

        Stop words and question words are left out, then single characters; neither where nothing
        else would be left.

        >>> default_analyzer().parts("网络交易的监管怎么办？")
        ('网络交易', '监管')
        """
        every = tuple(dict.fromkeys(self._cut(fold_text(text))))
        content = tuple(word for word in every if word not in self._stop_words) or every
        return tuple(word for word in content if len(word) > 1) or content

    def has_stop_words(self, text: str) -> bool:
        """Tell whether a piece of a query holds a stop word or a question word (虚词、疑问词).

        >>> [default_analyzer().has_stop_words(text) for text in ("市公安局", "怎么办")]
        [False, True]
        """
        return any(word in self._stop_words for word in self._cut(fold_text(text)))

    def find_stop_words(self, folded: str) -> tuple[bool, ...]:
        """Tell of each character of a folded text whether it belongs to a stop or question word.

        >>> default_analyzer().find_stop_words("怎么监管")
        (True, True, False, False)
        """
        stops = [False] * len(folded)
        place = 0
        for word in self._cut(folded):
            start = folded.find(word, place)
            place = start + len(word)
            if word in self._stop_words:
                stops[start:place] = [True] * len(word)
        return tuple(stops)

    def _cut(self, folded: str) -> list[str]:
        if self._marks.isdisjoint(folded):
            return self._cut_runs(folded)
        words: list[str] = []
        start = 0
        for match in self._whole.finditer(folded):
            words += self._cut_runs(folded[start : match.start()])
            words.append(match[0])
            start = match.end()
        return words + self._cut_runs(folded[start:])

    def _cut_runs(self, folded: str) -> list[str]:
        words: list[str] = []
        for run in _RUN.findall(folded):
            if not _COMMON_START.match(run):
                words.append(run)
                continue
            for start in range(0, len(run), LONGEST_RUN):
                words += self._segmenter.cut(run[start : start + LONGEST_RUN])
        return words


def _is_han(word: str) -> bool:
    return all(_HAN_START.match(character) for character in word)


def _han_of(words: Iterable[str]) -> Iterator[str]:
    return (character for word in words for character in word if _is_han(character))


def _read_lines(name: str) -> list[str]:
    """Return the entries of a word list of ours; `#` starts a comment line."""
    text = files("indexer").joinpath("data", name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def load_lexicon() -> dict[str, int]:
    """Return the added words: policy terms with their frequency, then agency names with 0."""
    lexicon: dict[str, int] = {}
    for line in _read_lines("lexicon.txt"):
        word, frequency, _ = line.split(" ")
        lexicon[fold_text(word)] = int(frequency)
    for name in AgencyRegistry.load().names():
        folded = fold_text(name)
        if len(folded) >= SHORTEST_AGENCY and _is_han(folded):
            lexicon.setdefault(folded, 0)
    return lexicon


@lru_cache(maxsize=1)
def default_analyzer() -> Analyzer:
    """Return the analyzer of this program, made at first use and kept."""
    return Analyzer(load_lexicon(), _read_lines("stop_words.txt"))
