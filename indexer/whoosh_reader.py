"""A published index folder, read as arrays: what a search engine needs, and no more.

All segments appear as one range of document numbers, `0 ≤ doc < size`. Removed records keep their
number but never appear in postings; `live` tells which they are. Everything here may be shared
between threads.
"""

from __future__ import annotations

from bisect import bisect_right
from copy import copy
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import numpy as np
import numpy.typing as npt
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC, EmptyIndexError

from indexer.errors import IndexDamagedError
from indexer.fields import FIELDS, FieldKind
from indexer.mapped_memory import mapped_bytes
from indexer.posting_file import PostingFileError
from indexer.postings import Postings, Stretch, narrowed
from indexer.whoosh_schema import INDEX_NAME, build_schema, length_column

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from pathlib import Path

    from indexer.posting_file import StoredField

# Bytes of files that may count as memory beyond what an open index takes: a record, and at least.
_MAPPED_SHARE, _MAPPED_BYTES = 1_100, 180_000_000
_EMPTY = np.empty(0, dtype=np.uint32)
NO_POSTINGS = Postings(_EMPTY, _EMPTY, _EMPTY)


class Column(NamedTuple):
    """A KEYWORDS field by document: `values[numbers[starts[doc]:starts[doc + 1]]]`, sorted."""

    values: tuple[str, ...]
    starts: npt.NDArray[np.integer]
    numbers: npt.NDArray[np.integer]


class _Segment:
    """One segment and the number of its first document."""

    def __init__(self, storage: FileStorage, segment: Any, base: int) -> None:
        codec = segment.codec()
        self.base = base
        self.size: int = segment.doc_count_all()
        self.deleted = np.array(sorted(segment.deleted_docs()), dtype=np.int64)
        self.live: npt.NDArray[np.bool_] = np.ones(self.size, dtype=bool)
        self.live[self.deleted] = False
        self.terms = codec.terms_reader(storage, segment)
        self.documents = codec.per_document_reader(storage, segment)
        self.ids = self.terms.fields.get("id")

    def narrowed(self, live: npt.NDArray[np.bool_]) -> _Segment:
        """Return the segment with other records removed."""
        narrowed = copy(self)
        narrowed.live, narrowed.deleted = live, np.flatnonzero(~live)
        return narrowed

    def living(self, found: Postings) -> Postings:
        """Return postings without the deleted."""
        docs, freqs, positions = found
        if len(self.deleted):
            keep = self.live[docs]
            if not keep.all():
                if len(positions):
                    positions = positions[np.repeat(keep, freqs)]
                return Postings(docs[keep], freqs[keep], positions)
        return found

    def globalised(self, found: Postings) -> Postings:
        """Return postings under global numbers, without the deleted."""
        docs, freqs, positions = self.living(found)
        return Postings(docs + np.uint32(self.base) if self.base else docs, freqs, positions)


class IndexReader:
    """The reading side of one generation's folder."""

    def __init__(self, folder: Path) -> None:
        self._segments: list[_Segment] = []
        self.size = 0
        try:
            self._open_segments(FileStorage(str(folder), readonly=True))
        except (OSError, EmptyIndexError, PostingFileError) as error:
            # Removed since, out of file handles, or cut short.
            raise IndexDamagedError(folder, f"无法打开（{error}）") from error
        self._mapped = mapped_bytes()
        self._starts = [segment.base for segment in self._segments]
        parts = [segment.live for segment in self._segments]
        self.live: npt.NDArray[np.bool_] = np.concatenate(parts) if parts else np.ones(0, bool)
        names = [field.name for field in FIELDS if field.kind is FieldKind.NUMBER]
        names += [length_column(f.name) for f in FIELDS if f.kind is FieldKind.TOKENS]
        self._columns = {name: self._read_column(name) for name in names}

    def _open_segments(self, storage: FileStorage) -> None:
        for segment in TOC.read(storage, INDEX_NAME, schema=build_schema()).segments:
            self._segments.append(_Segment(storage, segment, self.size))
            self.size += segment.doc_count_all()

    def _read_column(self, name: str) -> npt.NDArray[np.uint32]:
        parts = [segment.documents.numbers(name) for segment in self._segments]
        return np.concatenate(parts) if parts else _EMPTY

    def postings(self, field: str, term: str) -> Postings:
        """Return where a term stands; empty arrays where it does not."""
        return _joined([segment.globalised(found) for segment, found in self._find(field, term)])

    def stretches(self, field: str, term: str) -> list[Stretch]:
        """Return documents and frequencies of a term, segment by segment, with nothing copied."""
        found = self._find(field, term)
        return [Stretch(each.base, *each.living(postings)[:2]) for each, postings in found]

    def _find(self, field: str, term: str) -> list[tuple[_Segment, Postings]]:
        encoded = term.encode()
        return [
            (segment, found)
            for segment in self._segments
            if (found := segment.terms.find(field, encoded)) is not None
        ]

    def all_postings(self, field: str) -> Iterator[tuple[str, Postings]]:
        """Yield each term of a field that some live record holds, with its postings."""
        gathered: dict[str, list[Postings]] = {}
        for segment in self._segments:
            stored = segment.terms.fields.get(field)
            for number in range(0 if stored is None else len(stored)):
                postings = segment.globalised(stored.postings(number))
                gathered.setdefault(stored.term(number).decode(), []).append(postings)
        for term in sorted(gathered):
            joined = _joined(gathered[term])
            if len(joined.docs):
                yield term, joined

    def column(self, field: str) -> Column:
        """Return a field of `indexer.fields.COLUMN_FIELDS` by document, removed ones included."""
        stored = [segment.terms.fields.get(field) for segment in self._segments]
        if len(stored) == 1 and stored[0] is not None:
            numbers, starts = stored[0].column()
            return Column(tuple(term.decode() for term in stored[0].terms), starts, numbers)
        terms = [() if one is None else one.terms for one in stored]
        values = sorted(set[bytes]().union(*terms))
        number_of = {value: number for number, value in enumerate(values)}
        all_starts = [np.zeros(1, dtype=np.int64)]
        all_numbers = [np.empty(0, dtype=np.uint32)]
        base = 0
        for segment, one, own in zip(self._segments, stored, terms, strict=True):
            if one is None:
                all_starts.append(np.full(segment.size, base))
                continue
            numbers, starts = one.column()
            table = np.array([number_of[term] for term in own], dtype=np.uint32)
            all_numbers.append(table[numbers])
            all_starts.append(starts[1:].astype(np.int64) + base)
            base += len(numbers)
        decoded = tuple(value.decode() for value in values)
        return Column(decoded, np.concatenate(all_starts), np.concatenate(all_numbers))

    def holders(
        self, field: str, column: Column
    ) -> tuple[npt.NDArray[np.integer], npt.NDArray[np.integer]]:
        """Return the documents of each value of a column, value by value, and where each begins.

        They stand in the index where it is one segment, and are else worked out from the column.
        """
        stored: StoredField | None = None
        if len(self._segments) == 1:
            stored = self._segments[0].terms.fields.get(field)
        if stored is not None:
            return stored.docs, stored.starts
        values, starts, numbers = column
        owners = np.repeat(np.arange(self.size, dtype=np.uint32), np.diff(starts))
        by_value = np.argsort(narrowed(numbers), kind="stable")  # by radix, as they are short
        counts = np.bincount(numbers, minlength=len(values))
        return owners.take(by_value), np.append(0, np.cumsum(counts))

    def without(self, circulars: Collection[str]) -> Self:
        """Return the same files with the records of some circulars removed; nothing is copied."""
        values, _, numbers = self.column("circular")  # every record has exactly one
        hidden = np.array([value in circulars for value in values], dtype=bool)[numbers]
        narrowed = copy(self)
        narrowed.live = self.live & ~hidden
        narrowed._segments = [  # noqa: SLF001 # another of ours
            segment.narrowed(narrowed.live[segment.base : segment.base + segment.size])
            for segment in self._segments
        ]
        return narrowed

    def limit_mapped(self) -> None:
        """Hand mapped pages back where they are many: the system keeps them and shows them again.

        They count as memory of this process, without being missing anywhere else.
        """
        if mapped_bytes() - self._mapped > max(_MAPPED_BYTES, _MAPPED_SHARE * self.size):
            for segment in self._segments:
                segment.terms.let_go()
            self._mapped = mapped_bytes()

    def numbers(self, field: str) -> npt.NDArray[np.uint32]:
        """Return the values of a NUMBER field, one per document number."""
        return self._columns[field]

    def lengths(self, field: str) -> npt.NDArray[np.uint32]:
        """Return the exact number of tokens of a TOKENS field, one per document number."""
        return self._columns[length_column(field)]

    def ids(self, docs: Iterable[int]) -> tuple[str, ...]:
        """Return the record ids of some document numbers."""
        return tuple(self._id(int(doc)) for doc in docs)

    def _id(self, doc: int) -> str:
        segment = self._segments[bisect_right(self._starts, doc) - 1]
        assert segment.ids is not None, doc  # noqa: S101 # every record has an id
        record: bytes = segment.ids.only_value(doc - segment.base)
        return record.decode()

    def close(self) -> None:
        """Close the files; arrays handed out stay valid as long as someone holds them."""
        for segment in self._segments:
            segment.terms.close()
            segment.documents.close()


def _joined(parts: list[Postings]) -> Postings:
    if not parts:
        return NO_POSTINGS
    if len(parts) == 1:
        return parts[0]
    return Postings(*(np.concatenate(arrays) for arrays in zip(*parts, strict=True)))
