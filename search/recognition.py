"""What a word of the line may be besides a word (识别): a section, part of a number, who leads.

What is recognised is searched as that and as the words it is written in, so nothing is lost by it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from corpus.ordinals import NUMERAL, OrdinalError, parse_ordinal
from corpus.text import fold_text
from search.numbers import is_part_of_number, number_node, number_of
from search.query import AnyOf, FieldIs

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from search.query import Node, Plain

    Find = Callable[[str], tuple[str, ...]]
    MakePlain = Callable[[Sequence[str]], Plain | None]

_LEADS = ("牵头", "牵头单位")
# 四(六)  四、(六)  第四部分第(六)项  四(六)1  四(六)1.
_SECTION = re.compile(
    rf"第?({NUMERAL})(?:部分|、)?第?\(({NUMERAL})\)项?(?:第?([0-9]{{1,3}})[.、项]?)?"
)


class Recognised(NamedTuple):
    """What was recognised at a place of a run: its tree, how many words it took, a notice."""

    node: Node
    taken: int = 1
    notice: str = ""


def recognise(
    words: Sequence[str], place: int, plain: MakePlain, find_agency: Find, find_numbers: Find
) -> Recognised | None:
    """Return what stands at a place of a run of words, None where it is a word and no more."""
    written = words[place]
    number = number_of(written)
    if number is not None:
        return Recognised(number_node(written, number))
    folded = fold_text(written)
    section = section_of(folded)
    if section:
        return _besides(FieldIs("section", (section,)), plain((written,)))
    numbers = find_numbers(folded) if is_part_of_number(folded) else ()
    if numbers:
        return _besides(FieldIs("number", numbers), plain((written,)))
    pair = tuple(words[place : place + 2])
    for name in _led_by(*map(fold_text, pair)):
        found = find_agency(name)
        if found:
            taken = 1 if folded.startswith(name) and folded != name else len(pair)
            typed = " ".join(pair[:taken])
            notice = f"“{typed}”也按“牵头:{name}”检索，由它牵头的排在前面。"
            return _besides(FieldIs("lead", found), plain(pair[:taken]), taken, notice)
    return None


def _besides(node: FieldIs, words: Plain | None, taken: int = 1, notice: str = "") -> Recognised:
    return Recognised(node if words is None else AnyOf((node, words)), taken, notice)


def _led_by(word: str, following: str = "") -> tuple[str, ...]:
    """Return the name that is said to lead: 牵头 市公安局, 市公安局 牵头, 市公安局牵头."""
    if word in _LEADS and following:
        return (following,)
    if following in _LEADS:
        return (word,)
    return (word.removesuffix("牵头"),) if word.endswith("牵头") and word not in _LEADS else ()


def section_of(folded: str) -> str:
    """Return the section path a folded word names (层次), "" where it names none.

    >>> [section_of(fold_text(word)) for word in ("四（六）", "四㈥", "第四部分第（六）项")]
    ['4/6', '4/6', '4/6']
    """
    match = _SECTION.fullmatch(folded)
    if match is None:
        return ""
    try:
        return "/".join(str(parse_ordinal(level)) for level in match.groups() if level)
    except OrdinalError:
        return ""
