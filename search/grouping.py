"""The tokens of a line in groups: brackets nested, runs that touch, what stands side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from search.lexing import Kind, Lexeme

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from search.query import AnyOf, Both, Node


@dataclass(frozen=True, slots=True)
class Group:
    """What stands between two grouping brackets, still as items."""

    items: tuple[Lexeme | Group, ...]


CONNECTORS = frozenset({Kind.OR, Kind.AND, Kind.PARAGRAPH, Kind.MEASURE})
SIGNS = CONNECTORS | {Kind.NOT}


def kind_of(item: Lexeme | Group) -> Kind:
    """Return the kind of an item; a group counts as its opening bracket."""
    return Kind.OPEN if isinstance(item, Group) else item.kind


def as_word(lexeme: Lexeme) -> Lexeme:
    """Return a token as the word it is written as."""
    return Lexeme(Kind.WORD, lexeme.text, lexeme.start)


def touching(lexemes: Iterable[Lexeme]) -> Iterable[list[Lexeme]]:
    """Group words and quoted strings that stand side by side without white space."""
    group: list[Lexeme] = []
    end = 0
    for lexeme in lexemes:
        together = lexeme.kind in {Kind.WORD, Kind.PHRASE} and lexeme.start == end
        if group and not (together and group[-1].kind in {Kind.WORD, Kind.PHRASE}):
            yield group
            group = []
        group.append(lexeme)
        end = lexeme.start + len(lexeme.text)
    if group:
        yield group


def nested(lexemes: Iterable[Lexeme]) -> tuple[Lexeme | Group, ...]:
    """Turn brackets into nested groups; the scanner has paired them."""
    levels: list[list[Lexeme | Group]] = [[]]
    for lexeme in lexemes:
        if lexeme.kind is Kind.OPEN:
            levels.append([])
        elif lexeme.kind is Kind.CLOSE:
            group = Group(tuple(levels.pop()))
            levels[-1].append(group)
        else:
            levels[-1].append(lexeme)
    return tuple(levels[0])


def split_at(items: Sequence[Lexeme | Group], kinds: set[Kind]) -> list[Sequence[Lexeme | Group]]:
    """Split items at tokens of some kinds, which are dropped."""
    parts: list[list[Lexeme | Group]] = [[]]
    for item in items:
        if kind_of(item) in kinds:
            parts.append([])
        else:
            parts[-1].append(item)
    return list(parts)


def with_negation(
    items: Sequence[Lexeme | Group],
) -> list[tuple[Lexeme | Group, bool]]:
    """Pair each item with whether a 非 or - stands before it."""
    return [
        (item, place > 0 and kind_of(items[place - 1]) is Kind.NOT)
        for place, item in enumerate(items)
    ]


def combine(kind: type[Both | AnyOf], nodes: Iterable[Node | None]) -> Node | None:
    """Join nodes under one of a kind, flattened; None where there is none."""
    kept: list[Node] = []
    for node in nodes:
        if node is None:
            continue
        if isinstance(node, kind):
            kept += node.children
        else:
            kept.append(node)
    return kept[0] if len(kept) == 1 else kind(tuple(kept)) if kept else None
