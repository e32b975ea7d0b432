"""FIELDS as a Whoosh schema; nothing in Whoosh analyses Chinese."""

from __future__ import annotations

from typing import Any

from whoosh import columns, fields, formats

from indexer.fields import FIELDS, FieldKind
from indexer.whoosh_codec import FlatPositions

INDEX_NAME = "MAIN"


class KeywordField(fields.FieldType):  # type: ignore[misc]
    """Exact values; their postings come from `indexer.posting_pool`."""

    def __init__(self) -> None:
        self.format = formats.Existence()
        self.analyzer = None
        self.scorable = False
        self.stored = False
        self.unique = False
        self.column_type = None

    def clean(self) -> None:
        """Forget nothing: there is no analyzer to clean before pickling."""

    def index(self, value: Any, **_: Any) -> Any:
        """Refuse: records enter through `indexer.whoosh_writer` only."""
        raise NotImplementedError(value)


class TokenField(KeywordField):
    """Pre-cut tokens with positions; their postings come from `indexer.posting_pool`."""

    def __init__(self) -> None:
        super().__init__()
        self.format = FlatPositions()


def length_column(field: str) -> str:
    """Return the name of the column with the exact number of tokens of a TOKENS field."""
    return f"{field}_length"


def number_column() -> Any:
    """Return the column type of NUMBER fields and of lengths."""
    return columns.NumericColumn("I")


def build_schema() -> Any:
    """Return the Whoosh schema that FIELDS asks for."""
    schema = fields.Schema()
    for field in FIELDS:
        match field.kind:
            case FieldKind.ID | FieldKind.KEYWORDS:
                schema.add(field.name, KeywordField())
            case FieldKind.NUMBER:
                schema.add(field.name, fields.COLUMN(number_column()))
            case FieldKind.TOKENS:
                schema.add(field.name, TokenField())
                schema.add(length_column(field.name), fields.COLUMN(number_column()))
    return schema
