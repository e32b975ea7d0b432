"""The engine port: what every engine answers, exactly.

The matching and ranking rules are part of the port, so that engines agree hit by hit:

*Text fields* are compared in `corpus.text.fold` form. A *literal* of two or more characters matches
a record whose `grams` hold its bigrams at consecutive positions; of one character, its unigram.

*Plain* (unquoted words). A word matches by its literal, by the literal of one alternative, or by an
equal synonym: literally, or as a token of `words` where that has at most `SHORT_SYNONYM` characters
or nothing but Latin letters and digits (电商 is not in 家电商场, 315 not in 12315). A record is a
*complete* match when every word matches, or when it holds the whole typed run or a spelling of it.
Inside a larger tree (operators, fields, quotes) only complete matches count. Where the plain run is
the whole line and fewer than `ENOUGH` records are complete matches (base set: unit only, no
filters), there are *partial* matches besides:

- of several words: a word is *mentioned* where it matches, where a near synonym does, or where its
  literal stands in `title_grams` or `path_grams`. A record is a partial match when its own text
  mentions at least one word, and at least `PARTIAL_SHARE` of the words are mentioned. Of a sentence
  the `SENTENCE_MATCHES` best, in the order of relevance below, of the records that are not complete
  and whose own text mentions a word are partial matches too.
- of one word: where a near synonym matches; and, where no record is complete and the word has
  several parts, where at least `PARTIAL_SHARE` of the parts stand literally.

*Tiers* of a tree: a plain run is LITERAL where a record holds it literally, else COMPLETE; every
other leaf is LITERAL where it matches; `Both` takes the worst tier of its children, `AnyOf` the
best, and `Not` is LITERAL where its child does not match. `SameMeasure` gives a paragraph the best
tier among its measures (`<paragraph's record id>__m_<k>`), and a measure its own.

*Filters* apply after matching; *facets* count, for each facet and value, the matches there would be
were it the only value ticked in its facet, everything else kept; circulars are counted likewise
where a question asks for it (`Query.by_circular`). Since agency and role together
mean the same assignment, `role` is counted under the agency filter as assignments of the ticked
agencies, and `agency` and `line` under the role filter likewise; agencies and lines are two facets
and need not share an assignment.

*Score*: BM25F, one saturation per term over fields. The terms are those of the words and quoted
strings that a match may hold, negated ones left out: unigrams and bigrams of the folded text,
looked up in the three gram fields, and the parts of the words, looked up in `words`. The equal
synonyms of a word are one more term, whose tf is how often any of them stands in the text and whose
weight is the number of grams of the word; the near ones another, at `NEAR_WEIGHT` of it. For a term
tf = Σ_f weight_f × tf_f; norm = 1 - B + B × length / mean length, length = Σ_f weight_f × tokens_f
over the fields it is looked up in (tokens alone for `words`; all gram fields for synonyms);
gain(t) = weight(t) × (idf(t) × tf × (K1 + 1) / (tf + K1 × norm)), idf = ln(1 + (N - n + 0.5) /
(n + 0.5)), with N, n and mean length over the records of the unit. A score is the sum of what its
terms gain, each rounded to whole points, `SCORE_POINTS` to one, halves to even: no order of adding
changes it. A term counts once however often it is typed. Alternatives, excluded words, fields and
filters never score. Where the line is one sentence, a record gains `CONTEXT_SHARE` of the best
score of its circular: a question names its circular in one place and its answer in another. What
is of elsewhere (`is_elsewhere`) then keeps `ELSEWHERE_SHARE` of its score: a question about 厦门 is
answered by 厦门, its province or the whole nation, and one that names no place by what holds
everywhere.

*Order*: tier (whole run literal; complete; partial with every word mentioned, where the reader set
words apart; partial), score rounded to points descending, then date descending, then circular id
and order ascending (no two records of a circular and unit share an order). By date: date
descending, circular id, order; in document order: circular id, order; partial matches stand last
there too.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING, Protocol

from corpus.region import NATION
from search.query import Plain

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from search.query import Node, Query

Row = tuple[tuple[str, ...], ...]  # the values of one record, field by field

ENOUGH = 10
PARTIAL_SHARE = 0.6
# What follows is measured: docs/quality.md has the figures.
SENTENCE_MATCHES = 100
CONTEXT_SHARE = 0.2
ELSEWHERE_SHARE = 0.8
K1 = 1.2
B = 0.85
GRAM_WEIGHTS = {"grams": 1.0, "title_grams": 1.0, "path_grams": 1.0}
WORD_WEIGHT = 0.1
NEAR_WEIGHT = 0.3
SHORT_SYNONYM = 2
# Scores are compared in points, so many to one: few enough for what a common term of weight 1
# gains to take no more than 16 bits, and more than a reader could tell apart.
SCORE_POINTS = 10_000


class Tier(IntEnum):
    """How completely a record matches; smaller is better."""

    LITERAL = 0
    COMPLETE = 1
    NAMED = 2
    PARTIAL = 3

    @property
    def is_partial(self) -> bool:
        """Whether the text itself lacks words; `NAMED` where titles and headings have the rest."""
        return self >= Tier.NAMED


@dataclass(frozen=True, slots=True)
class Match:
    """One matching record: its index id (`<circular id>/<eid>`), score and tier."""

    id: str
    score: float
    tier: Tier


@dataclass(frozen=True, slots=True)
class Matches:
    """The answer to a query: `total` counts all matches, `hits` holds the asked page only.

    `complete` and `partial` split `total`; `circulars` counts distinct circulars among the
    matches; `facets` maps a facet field, and `circular` where that is asked for, to value → count
    (zero counts left out). Where `timed_out`, there may be more of everything (`search.budget`).
    """

    total: int
    complete: int
    partial: int
    circulars: int
    hits: tuple[Match, ...]
    facets: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    timed_out: bool = False


class Engine(Protocol):
    """An index that answers queries; built from the library as of `sequence`."""

    @property
    def sequence(self) -> int:
        """The library's sequence number the index was built from."""
        ...

    def search(self, query: Query) -> Matches:
        """Return the matches of a question."""
        ...

    def columns(self, query: Query, fields: Sequence[str]) -> tuple[Row, ...]:
        """Return what each match has in some fields, whatever its page, in no particular order.

        `fields` are facets, `circular`, `agency_role` or `line_role`; a row has for each of them
        the values, in the order of their text.
        """
        ...

    def words(self, beginning: str, limit: int) -> tuple[str, ...]:
        """Return the words of the texts that begin so, those of most records first."""
        ...

    def without(self, circulars: Collection[str]) -> Engine:
        """Return the engine as if it had never held some circulars; closed by closing this one."""
        ...

    def close(self) -> None:
        """Let go of files."""
        ...


def enough_words(count: int) -> int:
    """Return how many of `count` words or parts a partial match must hold.

    >>> [enough_words(count) for count in (2, 3, 5, 10)]
    [2, 2, 3, 6]
    """
    return -int(-count * PARTIAL_SHARE // 1)


def field_of_synonym(folded: str) -> str:
    """Return the field a synonym is looked up in: `words` where it must be a whole word."""
    whole = len(folded) <= SHORT_SYNONYM or (folded.isascii() and folded.isalnum())
    return "words" if whole else "grams"


def sets_words_apart(root: Node) -> bool:
    """Tell whether the whole line is words that the reader set apart, whatever we cut besides."""
    return isinstance(root, Plain) and (root.spaced or not root.sentence)


def idf_of(holding: int, total: int) -> float:
    """Return the weight of what `holding` of `total` records hold.

    >>> idf_of(1, 1) < idf_of(1, 10)
    True
    """
    return math.log(1 + (total - holding + 0.5) / (holding + 0.5))


def is_sentence(root: Node) -> bool:
    """Tell whether the whole line is one run that we cut into words."""
    return isinstance(root, Plain) and root.sentence


def is_elsewhere(regions: Iterable[str], question: Plain) -> bool:
    """Tell whether a record of some regions is of none that a sentence may mean.

    It may mean the places that it names, those inside or around them, and the whole nation.

    >>> about = Plain((), "", places=("厦门市",), around=("福建省",))
    >>> records = (("厦门市", "福建省"), ("福建省",), ("全国",), (), ("福州市", "福建省"))
    >>> [is_elsewhere(regions, about) for regions in records]
    [False, False, False, False, True]
    """
    of = frozenset(regions)
    return not (of <= {*question.around} or of & {*question.places, NATION})


def round_score(score: float) -> float:
    """Return a score as it is compared: in whole points, halves to even.

    >>> round_score(1.23456789)
    1.2346
    """
    return round(score * SCORE_POINTS) / SCORE_POINTS
