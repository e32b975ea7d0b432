"""FIELDS as an OpenSearch mapping, and records as its documents; nothing there cuts Chinese.

A token field is sent as tokens with a space between: pairs of characters in the order of the text,
so that a literal is a phrase of pairs, then the single characters. Besides what `FIELDS` names:

- `scored_…` and `words_…`, one of each unit, so that the cluster's own BM25 counts over the records
  of that unit; it chooses candidates, whose exact score is made from `texts`, never searched;
- a paragraph carries its measures inside (`measures`), for what must stand in one measure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from indexer.errors import RecordError
from indexer.fields import FIELDS, GRAM_FIELDS, FieldKind
from indexer.posting_pool import LONGEST_TERM, TermError, check_clean
from indexer.records import Unit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from indexer.records import Record

KEYWORDS = tuple(field.name for field in FIELDS if field.kind is FieldKind.KEYWORDS)
NUMBERS = tuple(field.name for field in FIELDS if field.kind is FieldKind.NUMBER)
# What a condition inside one measure may ask of it.
OF_MEASURES = (*GRAM_FIELDS, "words", "number", "section", "agency", "agency_role", "year")
# The share of length, and of repetition, in what the cluster's BM25 makes of a term; `words` count
# a tenth (`search.engine`, which a test compares).
LENGTH_SHARE = 0.85
SATURATION = {"scored": 1.2, "words": 12.0}
MOST_HELD = 1_000_000  # records of the circulars that are removed at once
MOST_VALUES = 1_000_000  # circulars that one question may be narrowed down to
LARGEST_NUMBER = 2**31 - 1
ALLOCATION_TRIES = 200

_TOKENS = {"type": "text", "analyzer": "tokens", "norms": False}
_FREQUENCY = _TOKENS | {"similarity": "frequency"}


def settings_of(shards: int, replicas: int) -> dict[str, Any]:
    """Return the settings of an index; nothing written shows before it is refreshed."""
    bm25 = {"type": "BM25", "b": LENGTH_SHARE}
    said_by_frequency = {"source": "return query.boost * doc.freq;"}
    return {
        "index": {
            "number_of_shards": shards,
            "number_of_replicas": replicas,
            "refresh_interval": "-1",
            # A node that comes back cannot open its shard while a point in time of before holds
            # it; the five tries of the server are over sooner, and then nobody would try again.
            "allocation.max_retries": ALLOCATION_TRIES,
            "max_terms_count": MOST_VALUES,
            "max_result_window": MOST_HELD,
            # For so long it is known of what is gone that it was, so that no late request that
            # wrote it brings it back.
            "gc_deletes": "1h",
            "similarity": {
                "frequency": {"type": "scripted", "script": said_by_frequency},
                **{name: {**bm25, "k1": k1} for name, k1 in SATURATION.items()},
            },
            "analysis": {
                "analyzer": {"tokens": {"type": "custom", "tokenizer": "spaces"}},
                "tokenizer": {"spaces": {"type": "whitespace", "max_token_length": LONGEST_TERM}},
            },
        }
    }


def mapping() -> dict[str, Any]:
    """Return the mapping that FIELDS asks for."""
    properties: dict[str, Any] = {name: {"type": "keyword"} for name in KEYWORDS}
    properties["year"] = _year()
    properties |= {name: {"type": "integer"} for name in NUMBERS}
    properties |= dict.fromkeys(GRAM_FIELDS, _FREQUENCY)
    properties["words"] = {"type": "keyword", "index": False}  # for completions
    for unit in Unit:
        for name in SATURATION:
            ranked = {"similarity": name, "norms": True, "index_options": "freqs"}
            properties[f"{name}_{unit}"] = _TOKENS | ranked
    for name in ("gram_length", "word_length"):
        properties[name] = {"type": "integer", "index": False}
    properties["texts"] = {"type": "object", "enabled": False}
    inside = {name: {"type": "keyword", "doc_values": False} for name in OF_MEASURES}
    inside |= dict.fromkeys((*GRAM_FIELDS, "words"), _FREQUENCY)
    inside["year"] = _year()
    properties["measures"] = {"type": "nested", "dynamic": "strict", "properties": inside}
    kept = ["texts", "circular", "date", "order", "region"]
    return {"dynamic": "strict", "_source": {"includes": kept}, "properties": properties}


def _year() -> dict[str, Any]:
    number = {"type": "integer", "ignore_malformed": True}
    return {"type": "keyword", "fields": {"number": number}}


def documents_of(records: Iterable[Record]) -> Iterator[tuple[str, dict[str, Any] | RecordError]]:
    """Yield the id and document of each record of one circular, or why it cannot be kept."""
    held = tuple(records)
    inside: dict[str, list[dict[str, Any]]] = {}
    for record in held:
        if record.unit is Unit.MEASURE and not _fault_of(record):
            paragraph = record.id.rpartition("__m_")[0]
            inside.setdefault(paragraph, []).append(_conditions_of(record))
    for record in held:
        fault = _fault_of(record)
        measures = inside.get(record.id, []) if record.unit is Unit.PARAGRAPH else []
        yield record.id, RecordError(record.id, fault) if fault else _document(record, measures)


def _fault_of(record: Record) -> str:
    """Return why no index can keep a record, "" where one can."""
    if not record.id.startswith(f"{record.circular}/"):
        return "记录号不属于其文件"
    for name in NUMBERS:
        if not 0 <= getattr(record, name) <= LARGEST_NUMBER:
            return f"{name} 超出范围"
    values = [record.id, *(value for name in KEYWORDS for value in record.keywords(name))]
    values += record.words
    try:
        for value in values:
            check_clean(value)
        for name in GRAM_FIELDS:
            check_clean("".join(getattr(record, name).texts))
    except TermError as error:
        return str(error)
    if not all(values):
        return "有空值"
    return f"有超过 {LONGEST_TERM} 字的值" if max(map(len, values)) > LONGEST_TERM else ""


def _conditions_of(record: Record) -> dict[str, Any]:
    """Return what can be asked of a record."""
    said: dict[str, Any] = {
        name: list(_spaced(getattr(record, name).texts)) for name in GRAM_FIELDS
    }
    said["words"] = " ".join(record.words)
    for name in OF_MEASURES:
        if name not in said:
            said[name] = record.keywords(name)
    return said


def _document(record: Record, measures: list[dict[str, Any]]) -> dict[str, Any]:
    said = _conditions_of(record)
    texts = {name: getattr(record, name).texts for name in GRAM_FIELDS}
    words = said.pop("words")
    return {
        **said,
        **{name: record.keywords(name) for name in KEYWORDS},
        **{name: getattr(record, name) for name in NUMBERS},
        "circular": record.circular,
        "words": sorted(set(record.words)),
        f"words_{record.unit}": words,
        f"scored_{record.unit}": [text for name in GRAM_FIELDS for text in said[name]],
        "gram_length": sum(len(getattr(record, name)) for name in GRAM_FIELDS),
        "word_length": len(record.words),
        "texts": {**texts, "words": words},
        "measures": measures,
    }


def _spaced(texts: Iterable[str]) -> Iterator[str]:
    """Yield the pairs of each text in their order, then its characters, with spaces between.

    >>> list(_spaced(("公安局",)))
    ['公安 安局', '公 安 局']
    """
    for text in texts:
        if len(text) > 1:
            yield " ".join(map(str.__add__, text, text[1:]))
        yield " ".join(text)
