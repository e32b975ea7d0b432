"""Scores over OpenSearch: the cluster proposes candidates, the port's formula scores them here.

The cluster's own score differs in the second digit, since it keeps lengths in one byte; how much
at most, the exact lengths tell (`least_share`). It decides which records are looked at, never how
they rank.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from indexer.opensearch_mapping import SATURATION
from search.engine import GRAM_WEIGHTS, K1, SCORE_POINTS, WORD_WEIGHT, B, field_of_synonym, idf_of
from search.opensearch_questions import literal_in

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from indexer.records import Unit
    from search.opensearch_questions import Condition
    from search.terms import Term

_KEPT_WHOLE, _KEPT_BITS = 24, 4  # shorter lengths are kept; of others what is beyond, rounded
_Reals = npt.NDArray[np.float64]

# How often the spellings of a word stand in a text (its score, `indexer.opensearch_mapping`), as
# one term over the length of all gram fields.
_SPELLINGS = """
double norm = params.least + params.share * doc['gram_length'].value;
return params.weight * _score / (_score + norm);
"""


@dataclass(frozen=True, slots=True)
class Statistics:
    """What scores need to know of a unit: records, their mean lengths, how many hold each term.

    Where `multiplies`, the cluster's BM25 has the factor k1 + 1 that others leave out.
    """

    total: int
    mean_grams: float
    mean_words: float
    holding: Mapping[Term, int]
    multiplies: bool = True

    def idf(self, term: Term) -> float:
        """Return the weight that a term has for being rare."""
        return idf_of(self.holding[term], self.total)

    def mean(self, term: Term) -> float:
        """Return the mean length of the fields a term is looked up in."""
        return self.mean_words if term.is_word else self.mean_grams


def least_share(length: int, k1: float, mean: float) -> float:
    """Return how much of the cluster's score is left at least in the exact score of a record.

    It is what is left of a term that stands there once; one that does so more often loses less.

    >>> round(least_share(333, 1.2, 100.0), 3), least_share(39, 1.2, 100.0)
    (0.953, 1.0)
    """
    exact, kept = (
        1 + k1 * (1 - B + B * each / (mean or 1.0)) for each in (length, kept_length(length))
    )
    return kept / exact


def kept_length(length: int) -> int:
    """Return what is left of a length in the one byte that Lucene keeps of it.

    >>> [kept_length(length) for length in (7, 39, 41, 333)]
    [7, 39, 40, 312]
    """
    beyond = length - _KEPT_WHOLE
    dropped = max(beyond.bit_length() - _KEPT_BITS, 0)
    return length if beyond < 0 else _KEPT_WHOLE + (beyond >> dropped << dropped)


def holds_term(term: Term, unit: Unit) -> Condition:
    """Return the condition that a record has a term of the score."""
    if term.spellings:
        return _spelled(term, unit)
    return {"term": {f"{'words' if term.is_word else 'scored'}_{unit}": term.text}}


def proposing(
    terms: Sequence[Term], statistics: Statistics, unit: Unit, within: Condition
) -> Condition:
    """Return the question whose best hits are candidates for the best of what is `within`."""
    clauses = [_clause(term, statistics, unit) for term in terms if statistics.holding[term]]
    return {"bool": {"filter": [within], "should": clauses}}


def _clause(term: Term, statistics: Statistics, unit: Unit) -> Condition:
    weight = term.weight * (K1 + 1)
    if not term.spellings:
        name = "words" if term.is_word else "scored"
        boost = weight / (SATURATION[name] + 1) if statistics.multiplies else weight
        return {"term": {f"{name}_{unit}": {"value": term.text, "boost": boost}}}
    given = {
        "least": K1 * (1 - B),
        "share": K1 * B / max(statistics.mean_grams, 1.0),
        "weight": weight * statistics.idf(term),
    }
    # As a query of its own, `script_score`, it fails in OpenSearch 3 where a segment has none of
    # the spellings (OpenSearch issue 18446).
    script = {"script": {"source": _SPELLINGS, "params": given}}
    asked = {"query": _spelled(term, unit), "script_score": script, "boost_mode": "replace"}
    return {"function_score": asked}


def _spelled(term: Term, unit: Unit) -> Condition:
    """Return a question whose score is how often the spellings of a term stand in a text."""
    return {"bool": {"should": [_one_spelling(each, unit) for each in term.spellings]}}


def _one_spelling(spelling: str, unit: Unit) -> Condition:
    if field_of_synonym(spelling) == "words":
        condition = {"term": {f"words_{unit}": spelling}}
        return {"constant_score": {"filter": condition, "boost": 1.0}}
    # The cluster adds a phrase's frequency once for each of its tokens.
    boost = 1 / max(len(spelling) - 1, 1)
    return {"bool": {"must": [literal_in("grams", spelling)], "boost": boost}}


class Scored:
    """The exact scores of records by their texts, each term's gain in whole points."""

    def __init__(self, terms: Sequence[Term], statistics: Statistics) -> None:
        self._statistics = statistics
        self._terms = [(term, statistics.idf(term)) for term in terms]

    def of(self, texts: Sequence[Mapping[str, Any]]) -> list[float]:
        """Return the scores of records that have these texts, nothing of a circular added."""
        held = _Held(texts)
        scores = np.zeros(len(texts))
        for term, idf in self._terms:
            frequencies = held.frequencies(term)
            if frequencies.any():
                lengths = held.word_lengths if term.is_word else held.gram_lengths
                norms = 1 - B + B * lengths / self._statistics.mean(term)
                gains = idf * frequencies * (K1 + 1) / (frequencies + K1 * norms)
                scores += np.rint(term.weight * gains * SCORE_POINTS)
        found: list[float] = (scores / SCORE_POINTS).tolist()
        return found


class _Held:
    """The texts of some records as one array of characters, ready to be asked for terms."""

    def __init__(self, texts: Sequence[Mapping[str, Any]]) -> None:
        self._count = len(texts)
        self._words: list[Sequence[str]] = [each["words"].split() for each in texts]
        self.word_lengths = np.array([len(each) for each in self._words], dtype=np.float64)
        self.gram_lengths = np.array([_gram_length(each) for each in texts], dtype=np.float64)
        # No text holds NUL (`check_clean`), so no gram reaches over the end of one.
        parts = [
            ("".join(f"{text}\0" for text in each[field]), weight, field == "grams")
            for each in texts
            for field, weight in GRAM_WEIGHTS.items()
        ]
        sizes = [len(part) for part, _, _ in parts]
        joined = "".join(part for part, _, _ in parts)
        self._characters = np.frombuffer(joined.encode("utf-32-le"), dtype=np.uint32)
        self._owners = np.repeat(np.repeat(np.arange(len(texts)), len(GRAM_WEIGHTS)), sizes)
        self._weights = np.repeat([weight for _, weight, _ in parts], sizes)
        self._in_text = np.repeat(np.array([own for _, _, own in parts], dtype=np.bool_), sizes)
        self._standing: dict[str, npt.NDArray[np.bool_]] = {}

    def frequencies(self, term: Term) -> _Reals:
        """Return how often a term stands in each record, each place weighed by its field."""
        if term.spellings:
            total = np.zeros(self._count)
            for spelling in term.spellings:
                total += self._of_synonym(spelling)
            return total
        if term.is_word:
            return WORD_WEIGHT * self._of_word(term.text)
        places = self._places(term.text)
        counts = np.bincount(self._owners[places], self._weights[places], self._count)
        return counts.astype(np.float64)

    def _of_synonym(self, synonym: str) -> _Reals:
        if field_of_synonym(synonym) == "words":
            return self._of_word(synonym)
        places = self._places(synonym)
        owners = self._owners[places[self._in_text[places]]]
        return np.bincount(owners, minlength=self._count).astype(np.float64)

    def _of_word(self, word: str) -> _Reals:
        return np.array([each.count(word) for each in self._words], dtype=np.float64)

    def _places(self, literal: str) -> npt.NDArray[np.intp]:
        """Return where a literal begins, overlapping places too."""
        last = len(self._characters) - len(literal) + 1
        found = np.ones(max(last, 0), dtype=np.bool_)
        for step, character in enumerate(literal):
            if character not in self._standing:
                self._standing[character] = self._characters == ord(character)
            found &= self._standing[character][step : step + len(found)]
        return np.flatnonzero(found)


def _gram_length(texts: Mapping[str, Any]) -> float:
    return sum(
        weight * (2 * sum(map(len, texts[field])) - len(texts[field]))
        for field, weight in GRAM_WEIGHTS.items()
    )
