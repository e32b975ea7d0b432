"""Paragraph and measure → the flat record that every engine stores."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from indexer.grams import Grams


class Unit(StrEnum):
    """What a hit is: a paragraph (段) or a measure (措施)."""

    PARAGRAPH = "paragraph"
    MEASURE = "measure"


@dataclass(frozen=True, slots=True)
class Record:
    """One record of the index; field by field as `indexer.fields.FIELDS` names them.

    Positions count words in `words`, and characters in grams.

    `assignments` are (agency id, line, role) triples. The pair fields `agency_role`, `line_role`
    and the plain fields `agency`, `line`, `role` are derived from them: they cannot disagree.
    """

    id: str
    unit: Unit
    circular: str
    number: str
    order: int
    date: int
    words: tuple[str, ...]
    grams: Grams
    title_grams: Grams
    path_grams: Grams
    assignments: tuple[tuple[str, str, str], ...]
    issuer: tuple[str, ...]
    region: tuple[str, ...]
    year: tuple[str, ...]
    kind: tuple[str, ...]
    section: tuple[str, ...] = ()

    def keywords(self, field: str) -> tuple[str, ...]:
        """Return the distinct exact values of a KEYWORDS field, in order of first appearance."""
        match field:
            case "unit":
                return (self.unit.value,)
            case "circular":
                return (self.circular,)
            case "number":
                return (self.number,) if self.number else ()
            case "agency":
                return tuple(dict.fromkeys(agency for agency, _, _ in self.assignments))
            case "role":
                return tuple(dict.fromkeys(role for _, _, role in self.assignments))
            case "line":
                return tuple(dict.fromkeys(line for _, line, _ in self.assignments if line))
            case "agency_role":
                return tuple(
                    dict.fromkeys(f"{agency}/{role}" for agency, _, role in self.assignments)
                )
            case "line_role":
                return tuple(
                    dict.fromkeys(f"{line}/{role}" for _, line, role in self.assignments if line)
                )
            case "issuer" | "region" | "year" | "kind" | "section":
                values: tuple[str, ...] = getattr(self, field)
                return tuple(dict.fromkeys(values))
            case _:
                raise KeyError(field)
