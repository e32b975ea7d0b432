"""The tree of a question as conditions of OpenSearch, one to one; scores are made elsewhere.

A tree is asked tier by tier: the records that match at least as well as a tier are again a tree of
conditions, since `Both` takes the worst tier of its children and `AnyOf` the best.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from indexer.fields import GRAM_FIELDS
from indexer.records import Unit
from search.engine import Tier, enough_words, field_of_synonym
from search.query import (
    All,
    AnyOf,
    AsTyped,
    Both,
    FieldIs,
    Filters,
    Not,
    Phrase,
    Plain,
    SameMeasure,
    Word,
    YearRange,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from search.query import Node

Condition = dict[str, Any]

EVERYTHING: Condition = {"match_all": {}}
NOTHING: Condition = {"match_none": {}}


def all_of(conditions: Iterable[Condition]) -> Condition:
    """Return the condition that all of some hold."""
    return {"bool": {"filter": list(conditions)}}


def any_of(conditions: Iterable[Condition], least: int = 1) -> Condition:
    """Return the condition that at least so many of some hold."""
    given = list(conditions)
    if not given:
        return NOTHING
    if len(given) == 1:
        return given[0]
    return {"bool": {"should": given, "minimum_should_match": least}}


def none_of(condition: Condition) -> Condition:
    """Return the condition that another does not hold."""
    return {"bool": {"must_not": [condition]}}


def literal_in(field: str, literal: str) -> Condition:
    """Return the condition that a gram field holds a literal: its pairs, one after another."""
    if len(literal) <= 2:  # noqa: PLR2004 — a character or a pair
        return {"term": {field: literal}}
    return {"match_phrase": {field: " ".join(map(str.__add__, literal, literal[1:]))}}


def values_in(field: str, values: Sequence[str]) -> Condition:
    """Return the condition that a field has any of some exact values."""
    return {"terms": {field: list(values)}}


def of_keys(keys: Iterable[tuple[str, int]]) -> Condition:
    """Return the condition that a record of a unit is one of these, by circular and order."""
    orders: dict[str, list[int]] = {}
    for circular, order in keys:
        orders.setdefault(circular, []).append(order)
    return any_of(
        all_of((values_in("circular", (circular,)), {"terms": {"order": held}}))
        for circular, held in orders.items()
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """Asks the records of one unit, or, with `inside`, the measures that a paragraph carries."""

    unit: Unit
    inside: bool = False

    def field(self, name: str) -> str:
        """Return what a field is called where we ask."""
        if self.inside:
            return f"measures.{name}"
        return f"words_{self.unit}" if name == "words" else name

    def of_unit(self) -> Condition:
        """Return the condition that a record is one of the unit."""
        return {"term": {"unit": self.unit.value}}

    def literal(self, literal: str) -> Condition:
        """Return the condition that the text holds a literal."""
        return literal_in(self.field("grams"), literal)

    def synonym(self, synonym: str) -> Condition:
        """Return the condition that the text holds a synonym, as a whole word where it must be."""
        if field_of_synonym(synonym) == "words":
            return {"term": {self.field("words"): synonym}}
        return self.literal(synonym)

    def word(self, word: Word) -> Condition:
        """Return the condition that a word matches."""
        return any_of(
            [self.literal(one) for one in (word.folded, *word.alternatives)]
            + [self.synonym(one) for one in word.equals()]
        )

    def near(self, word: Word) -> Condition:
        """Return the condition that the text holds a near synonym of a word."""
        return any_of(self.synonym(one) for one in word.nears())

    def in_text(self, word: Word) -> Condition:
        """Return the condition that the text itself mentions a word."""
        return any_of((self.word(word), self.near(word))) if word.nears() else self.word(word)

    def mentions(self, word: Word) -> Condition:
        """Return the condition that text, title or headings mention a word."""
        above = [
            literal_in(self.field(name), word.folded) for name in ("title_grams", "path_grams")
        ]
        return any_of((self.in_text(word), *above))

    def in_any_text(self, words: Sequence[Word]) -> Condition:
        """Return the condition that the text itself mentions any of some words."""
        return any_of(self.in_text(word) for word in words)

    def mentions_enough(self, words: Sequence[Word], least: int) -> Condition:
        """Return the condition that so many words are mentioned, one of them in the text."""
        return all_of(
            (any_of((self.mentions(word) for word in words), least), self.in_any_text(words))
        )

    def holds_parts(self, word: Word) -> Condition:
        """Return the condition that the text holds enough parts of a word."""
        return any_of((self.literal(part) for part in word.parts), enough_words(len(word.parts)))

    def tree(self, node: Node, tier: Tier) -> Condition:
        """Return the condition that a tree matches at least as well as a tier, not partially."""
        match node:
            case Word():
                return self.word(node)
            case Plain(words, literal):
                if tier is Tier.LITERAL:
                    return self.literal(literal)
                ways = [self.literal(literal), *(self.synonym(s.folded) for s in node.spellings)]
                return any_of([*ways, all_of(map(self.word, words))] if words else ways)
            case Phrase(folded) | AsTyped(folded):
                return self.literal(folded)
            case FieldIs():
                field, values = node.condition()
                if field in GRAM_FIELDS:
                    return any_of(literal_in(self.field(field), literal) for literal in values)
                return values_in(self.field(field), values)
            case YearRange(first, last):
                return {"range": {self.field("year.number"): {"gte": first, "lte": last}}}
            case Both(children):
                return all_of(self.tree(child, tier) for child in children)
            case AnyOf(children):
                return any_of(self.tree(child, tier) for child in children)
            case SameMeasure(child):
                if self.inside or self.unit is Unit.MEASURE:
                    return self.tree(child, tier)
                held = Asked(self.unit, inside=True).tree(child, tier)
                return {"nested": {"path": "measures", "query": held}}
            case Not(child):
                return none_of(self.tree(child, Tier.COMPLETE))
            case All():
                return EVERYTHING


def has_tiers(node: Node) -> bool:
    """Tell whether matches of a tree can be complete and not literal."""
    match node:
        case Plain():
            return True
        case Both(children) | AnyOf(children):
            return any(map(has_tiers, children))
        case SameMeasure(child):
            return has_tiers(child)
        case _:
            return False


def passing(filters: Filters) -> Condition:
    """Return the condition that a record passes the filters."""
    conditions = [values_in(field, values) for field, values in filters.conditions()]
    return all_of(conditions) if conditions else EVERYTHING
