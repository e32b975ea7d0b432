"""Scores over OpenSearch: the cluster proposes candidates, the port's formula scores them here.

The cluster's own score differs in the third digit, since it keeps lengths in one byte. It decides
which records are looked at, never how they rank.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from search.engine import GRAM_WEIGHTS, K1, WORD_WEIGHT, B, field_of_synonym, idf_of
from search.opensearch_questions import literal_in

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from indexer.records import Unit
    from search.opensearch_questions import Condition
    from search.terms import Term

# How often the spellings of a word stand in a text (its score, `indexer.opensearch_mapping`), as
# one term over the length of all gram fields.
_SPELLINGS = """
double norm = params.least + params.share * doc['gram_length'].value;
return params.weight * _score / (_score + norm);
"""


@dataclass(frozen=True, slots=True)
class Statistics:
    """What scores need to know of a unit: records, their mean lengths, how many hold each term."""

    total: int
    mean_grams: float
    mean_words: float
    holding: Mapping[Term, int]

    def idf(self, term: Term) -> float:
        """Return the weight that a term has for being rare."""
        return idf_of(self.holding[term], self.total)

    def mean(self, term: Term) -> float:
        """Return the mean length of the fields a term is looked up in."""
        return self.mean_words if term.is_word else self.mean_grams


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
        field = f"{'words' if term.is_word else 'scored'}_{unit}"
        return {"term": {field: {"value": term.text, "boost": weight}}}
    given = {
        "least": K1 * (1 - B),
        "share": K1 * B / max(statistics.mean_grams, 1.0),
        "weight": weight * statistics.idf(term),
    }
    script = {"source": _SPELLINGS, "params": given}
    return {"script_score": {"query": _spelled(term, unit), "script": script}}


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
    """The exact score of records by their texts, in the port's own order of adding up."""

    def __init__(self, terms: Sequence[Term], statistics: Statistics) -> None:
        self._statistics = statistics
        self._terms = [(term, statistics.idf(term)) for term in terms]

    def of(self, texts: Mapping[str, Any]) -> float:
        """Return the score of a record that has these texts, nothing of its circular added."""
        held = _Held(texts)
        score = 0.0
        for term, idf in self._terms:
            frequency = held.frequency(term)
            if frequency:
                length = held.word_length if term.is_word else held.gram_length
                norm = 1 - B + B * length / self._statistics.mean(term)
                score += term.weight * (idf * frequency * (K1 + 1) / (frequency + K1 * norm))
        return score


class _Held:
    """The texts of one record, ready to be asked for terms."""

    def __init__(self, texts: Mapping[str, Any]) -> None:
        self._texts: dict[str, Sequence[str]] = {field: texts[field] for field in GRAM_WEIGHTS}
        self._words: Sequence[str] = texts["words"].split()
        self.word_length = float(len(self._words))
        self.gram_length = sum(
            weight * (2 * sum(map(len, self._texts[field])) - len(self._texts[field]))
            for field, weight in GRAM_WEIGHTS.items()
        )

    def frequency(self, term: Term) -> float:
        if term.spellings:
            return float(sum(map(self._count_synonym, term.spellings)))
        if term.is_word:
            return WORD_WEIGHT * self._words.count(term.text)
        total = 0.0
        for field, weight in GRAM_WEIGHTS.items():
            total += weight * self._count(field, term.text)
        return total

    def _count_synonym(self, synonym: str) -> int:
        if field_of_synonym(synonym) == "words":
            return self._words.count(synonym)
        return self._count("grams", synonym)

    def _count(self, field: str, literal: str) -> int:
        """Count the places where a literal stands, overlapping ones too."""
        if literal[0] not in literal[1:]:  # then it cannot overlap itself
            return sum(text.count(literal) for text in self._texts[field])
        count = 0
        for text in self._texts[field]:
            place = text.find(literal)
            while place >= 0:
                count += 1
                place = text.find(literal, place + 1)
        return count
