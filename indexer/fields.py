"""FIELDS: the one table every engine obeys.

An engine's schema, its writer and its reader are all derived from this table, so two engines can
only differ in how they store a field, never in what it holds.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum


class FieldKind(StrEnum):
    """How an engine must treat a field."""

    ID = "id"  # one exact value, unique
    KEYWORDS = "keywords"  # any number of exact values
    NUMBER = "number"  # one integer, sortable, for ranges
    TOKENS = "tokens"  # pre-cut tokens with positions and frequencies


@dataclass(frozen=True, slots=True)
class Field:
    """One index field: name, kind, whether it is a facet, what it holds (Chinese name first)."""

    name: str
    kind: FieldKind
    facet: bool
    meaning: str


FIELDS: tuple[Field, ...] = (
    Field("id", FieldKind.ID, False, "记录号: circular id / paragraph or measure eid"),
    Field("unit", FieldKind.KEYWORDS, False, "单位: paragraph | measure"),
    Field("circular", FieldKind.KEYWORDS, False, "文件: circular id"),
    Field("number", FieldKind.KEYWORDS, False, "发文字号: canonical form"),
    Field(
        "order", FieldKind.NUMBER, False, "次序: position of the record inside its circular, from 0"
    ),
    Field("date", FieldKind.NUMBER, False, "成文日期: yyyymmdd, 0 where unknown"),
    Field("words", FieldKind.TOKENS, False, "词: covering cut of the text"),
    Field("grams", FieldKind.TOKENS, False, "字: unigrams and bigrams of the folded text"),
    Field("title_grams", FieldKind.TOKENS, False, "题名: grams of title and inner titles"),
    Field(
        "path_grams", FieldKind.TOKENS, False, "章节: grams of headings above, and run-in heading"
    ),
    Field("section", FieldKind.KEYWORDS, False, "层次: path and those above it, such as 4, 4/6"),
    Field("agency", FieldKind.KEYWORDS, True, "责任单位: agency id"),
    Field("role", FieldKind.KEYWORDS, True, "角色: lead | support | joint | sole"),
    Field("agency_role", FieldKind.KEYWORDS, False, "责任单位/角色: the same assignment"),
    Field("line_role", FieldKind.KEYWORDS, False, "条线/角色: the same assignment"),
    Field("line", FieldKind.KEYWORDS, True, "条线: branch of government"),
    Field("issuer", FieldKind.KEYWORDS, True, "发文机关"),
    Field("region", FieldKind.KEYWORDS, True, "地区: region and the regions that hold it"),
    Field("year", FieldKind.KEYWORDS, True, "年度: year signed, else year covered"),
    Field("kind", FieldKind.KEYWORDS, True, "文种: outer and inner kind"),
)

# What facets, filters, orders and hits ask of each record: stored by record as well as by value.
COLUMN_FIELDS = tuple(
    field.name
    for field in FIELDS
    if field.facet or field.name in {"id", "circular", "agency_role", "line_role"}
)

# TOKENS fields whose tokens are grams of texts: `indexer.grams`.
GRAM_FIELDS = ("grams", "title_grams", "path_grams")

SCHEMA_VERSION = 3


def schema_fingerprint() -> str:
    """Return the first 16 hex digits of a hash over the table: it changes when any field does."""
    rows = "\n".join(f"{f.name}\t{f.kind}\t{f.facet}" for f in FIELDS)
    return hashlib.sha256(f"{SCHEMA_VERSION}\n{rows}".encode()).hexdigest()[:16]
