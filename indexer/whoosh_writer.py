"""Records → the files of a Whoosh index in a work folder that nobody reads yet.

Whoosh's own `SegmentWriter` is not used: it analyses text, keeps a lock that a full disk leaves
behind, and handles every posting in Python. This writer drives the same codec interface below it.
Nothing here is crash safe by itself; `indexer.generation` publishes the finished folder.
"""

from __future__ import annotations

from array import array
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC

from indexer.errors import RecordError
from indexer.fields import FIELDS, GRAM_FIELDS, FieldKind
from indexer.posting_merge import Kept, merge_postings
from indexer.posting_pool import TermError, TextPool, WordPool
from indexer.posting_sort import CORES, sorted_postings
from indexer.whoosh_codec import FlatCodec, FlatSegment
from indexer.whoosh_schema import INDEX_NAME, build_schema, length_column

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from indexer.postings import FieldPostings, NamedPostings
    from indexer.records import Record

# Tokens of one segment: 200,000 paragraphs, and about 12 bytes each at the peak.
SEGMENT_TOKENS = 120_000_000
# Removed records keep their place and their time until their segment is rewritten.
MOST_REMOVED = 0.3
LARGEST_NUMBER = 2**32 - 1

_KEYWORDS = tuple(field.name for field in FIELDS if field.kind is FieldKind.KEYWORDS)
_TOKENS = tuple(field.name for field in FIELDS if field.kind is FieldKind.TOKENS)
_POSTED = ("id", *_KEYWORDS, *_TOKENS)
_NUMBERS = tuple(field.name for field in FIELDS if field.kind is FieldKind.NUMBER)
_COLUMNS = (*_NUMBERS, *map(length_column, _TOKENS))


class Merging(NamedTuple):
    """How far a commit merges segments: with many, each query pays for the bookkeeping."""

    tokens: int  # of one new segment
    segments: int = 8  # that may still grow and are left as they are
    # One so many times as large as the smaller ones together is not written again for them.
    outgrown: float = 2.0


QUICK = Merging(2_000_000)  # while somebody waits for what came in: a second's work, or less
USUAL = Merging(24_000_000)  # more would take an update too long
WHOLE = Merging(SEGMENT_TOKENS, 3, np.inf)  # after work of which it is a small part


class RecordWriter:
    """Adds and removes records of an index folder; `commit` makes them visible there.

    The folder is either empty or holds the files of an earlier generation.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._storage = FileStorage(str(folder))
        self._codec = FlatCodec()
        self._schema = build_schema()
        toc = TOC._latest_generation(self._storage, INDEX_NAME)  # noqa: SLF001 # no public name
        self._number = max(toc, 0)
        self._segments: list[FlatSegment] = []
        if toc >= 0:
            self._segments += TOC.read(self._storage, INDEX_NAME, toc, self._schema).segments
        self._open: _OpenSegment | None = None

    def add(self, record: Record) -> None:
        """Add one record; raises `RecordError` and adds nothing where it would poison the index."""
        if self._open is None or self._open.tokens > SEGMENT_TOKENS:
            self._finish()
            self._open = _OpenSegment(self._storage, self._codec)
        self._open.add_record(record)

    def remove_circulars(self, circulars: Iterable[str]) -> int:
        """Remove all records of these circulars that were committed before; return how many."""
        wanted = tuple(circulars)
        removed = 0
        for segment in self._segments:
            reader = self._codec.terms_reader(self._storage, segment)
            for circular in wanted:
                found = reader.find("circular", circular.encode())
                for doc in () if found is None else found.docs.tolist():
                    if not segment.is_deleted(doc):
                        segment.delete_document(doc)
                        removed += 1
        return removed

    def commit(self, merging: Merging = USUAL) -> int:
        """Write everything, merge small segments, and return how many live records there are."""
        self._finish()
        self._segments = [segment for segment in self._segments if segment.doc_count()]
        if chosen := segments_to_merge(self._segments, merging):
            self._segments = [each for each in self._segments if each not in chosen]
            self._segments.append(_OpenSegment(self._storage, self._codec).merge(chosen))
        toc = TOC(self._schema, self._segments, self._number + 1)
        toc.write(self._storage, INDEX_NAME)
        self._drop_other_files()
        return sum(segment.doc_count() for segment in self._segments)

    def wants(self, merging: Merging) -> bool:
        """Tell whether what was committed has segments left that had better be merged so."""
        return bool(segments_to_merge(self._segments, merging))

    def _finish(self) -> None:
        if self._open is not None:
            opened, self._open = self._open, None
            self._segments.append(opened.finish())

    def _drop_other_files(self) -> None:
        keep = {TOC._filename(INDEX_NAME, self._number + 1)}  # noqa: SLF001
        prefixes = tuple(f"{segment.segment_id()}." for segment in self._segments)
        for path in self._folder.iterdir():
            if path.name not in keep and not path.name.startswith(prefixes):
                path.unlink()


def segments_to_merge(segments: Sequence[FlatSegment], merging: Merging) -> list[FlatSegment]:
    """Choose what a commit rewrites into one segment, never more than memory should hold.

    With less than is usual, larger segments are passed over. First the segments of which much has
    been removed; then, where too many segments are small enough to grow, the smallest of those, so
    that a large one is seldom written again.
    """
    if merging.tokens < USUAL.tokens:
        segments = [each for each in segments if each.live_tokens() <= merging.tokens]
    by_size = sorted(segments, key=FlatSegment.live_tokens)
    worn = [one for one in by_size if one.deleted_count() > MOST_REMOVED * one.doc_count_all()]
    growing = [one for one in by_size if one not in worn and 2 * one.live_tokens() < merging.tokens]
    chosen: list[FlatSegment] = []
    total = 0
    for each in (*worn, *(growing if len(growing) > merging.segments else ())):
        size = each.live_tokens()
        outgrown = each in growing[2:] and size > merging.outgrown * total
        if chosen and (outgrown or total + size > merging.tokens):
            break
        total += size
        chosen.append(each)
    return chosen


class _OpenSegment:
    """A segment while it is written."""

    def __init__(self, storage: FileStorage, codec: FlatCodec) -> None:
        self._storage = storage
        self._codec = codec
        self._segment = codec.new_segment(storage, INDEX_NAME)
        self._values = {name: array("I") for name in _COLUMNS}
        self._pools: dict[str, WordPool] = {
            name: TextPool() if name in GRAM_FIELDS else WordPool() for name in _POSTED
        }
        self._count = 0
        self.tokens = 0

    def add_record(self, record: Record) -> None:
        if not record.id.startswith(f"{record.circular}/"):
            raise RecordError(record.id, "记录号不属于其文件")
        texts = {name: getattr(record, name) for name in _TOKENS}
        lengths = {length_column(name): len(text) for name, text in texts.items()}
        values: dict[str, int] = lengths | {name: getattr(record, name) for name in _NUMBERS}
        for name, value in values.items():
            if not 0 <= value <= LARGEST_NUMBER:
                raise RecordError(record.id, f"{name} 超出范围")
        keywords = {name: record.keywords(name) for name in _KEYWORDS}
        numbered: dict[str, array[int]] = {}
        for name, tokens in ({"id": (record.id,)} | keywords | texts).items():
            try:
                if tokens:
                    numbered[name] = self._pools[name].number(tokens)
            except TermError as error:
                raise RecordError(record.id, f"{name} {error}") from error
        # Nothing is refused from here on: the record goes in whole or not at all.
        for name, numbers in numbered.items():
            self._pools[name].take(self._count, numbers)
        for name, column in self._values.items():
            column.append(values[name])
        self.tokens += sum(lengths.values())
        self._count += 1

    def merge(self, segments: Sequence[FlatSegment]) -> FlatSegment:
        """Write the live records of other segments and return the segment."""
        readers = [self._codec.terms_reader(self._storage, each) for each in segments]
        kept: list[tuple[Any, Any]] = []
        for segment in segments:
            live = np.ones(segment.doc_count_all(), dtype=bool)
            live[list(segment.deleted_docs())] = False
            kept.append((live, (np.cumsum(live) - 1 + self._count).astype(np.uint32)))
            documents = self._codec.per_document_reader(self._storage, segment)
            for name, values in self._values.items():
                values.frombytes(documents.numbers(name)[live].tobytes())
            documents.close()
            self._count += int(np.count_nonzero(live))
            self.tokens += segment.live_tokens()

        def postings_of(name: str) -> Iterable[FieldPostings]:
            parts = zip((reader.fields.get(name) for reader in readers), kept, strict=True)
            return merge_postings([Kept(own, *stay) for own, stay in parts if own is not None])

        return self._write((name, postings_of(name)) for name in _POSTED)

    def finish(self) -> FlatSegment:
        """Write what was added and return the segment."""

        def postings_of(name: str) -> list[FieldPostings]:
            # Each pool is let go of at once: postings take several times their final size.
            folder, pool = Path(self._storage.folder), self._pools.pop(name)
            return list(sorted_postings(pool, folder, positional=name in _TOKENS))

        threads = ThreadPoolExecutor(CORES)
        try:
            return self._write(zip(_POSTED, threads.map(postings_of, _POSTED), strict=True))
        finally:
            threads.shutdown(cancel_futures=True)

    def _write(self, fields: Iterable[NamedPostings]) -> FlatSegment:
        self._segment.set_doc_count(self._count)
        self._segment.tokens = self.tokens
        self._codec.write_columns(self._storage, self._segment, self._values)
        self._codec.write_fields(self._storage, self._segment, fields)
        return self._segment
