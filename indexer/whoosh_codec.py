"""A Whoosh codec whose postings are flat arrays (`indexer.posting_file`).

Whoosh's own codec pickles and compresses each block of 128 postings, and pickling the positions
alone costs more than everything else in a build or a query. Columns and the table of contents stay
Whoosh's own. Stock Whoosh reads such an index through its ordinary matchers, which is how its
answers can be checked.
"""

from __future__ import annotations

import mmap
from secrets import token_hex
from typing import TYPE_CHECKING, Any

import numpy as np
from whoosh.codec import base
from whoosh.codec.whoosh3 import W3Codec, W3PerDocReader, W3Segment
from whoosh.filedb.structfile import BufferFile
from whoosh.formats import Format
from whoosh.matching import ListMatcher
from whoosh.reading import TermInfo

from indexer.fields import COLUMN_FIELDS
from indexer.posting_file import POSTINGS_EXTENSION, StoredField, map_postings, write_postings

if TYPE_CHECKING:
    from array import array
    from collections.abc import Iterable, Iterator, Mapping

    import numpy.typing as npt

    from indexer.postings import NamedPostings, Postings


class FlatPositions(Format):  # type: ignore[misc]
    """What stock Whoosh sees as the value of a posting: its positions, as 32-bit words."""

    def decode_frequency(self, value: bytes) -> int:
        """Return the number of positions."""
        return len(value) // 4

    decode_weight = decode_frequency

    def decode_positions(self, value: bytes) -> list[int]:
        """Return the positions, ascending."""
        positions: list[int] = np.frombuffer(value, dtype="<u4").tolist()
        return positions


class FlatCodec(W3Codec):  # type: ignore[misc]
    """Whoosh's codec with flat postings."""

    def write_fields(self, storage: Any, segment: Any, fields: Iterable[NamedPostings]) -> None:
        """Write all postings of a new segment."""
        with storage.create_file(segment.make_filename(POSTINGS_EXTENSION)) as file:
            size = segment.doc_count_all()
            write_postings(file.raw_file(), fields, columns=COLUMN_FIELDS, size=size)

    def write_columns(self, storage: Any, segment: Any, columns: Mapping[str, array[int]]) -> None:
        """Write all number columns of a new segment, as Whoosh writes them one by one."""
        for name, values in columns.items():
            with storage.create_file(self.column_filename(segment, name)) as file:
                file.write(np.frombuffer(values, dtype=np.uint32).astype(">u4").tobytes())

    def terms_reader(self, storage: Any, segment: Any) -> FlatTermsReader:
        """Return the reader of a segment's terms and postings."""
        with storage.open_file(segment.make_filename(POSTINGS_EXTENSION)) as file:
            return FlatTermsReader(*map_postings(file.raw_file()))

    def per_document_reader(self, storage: Any, segment: Any) -> FlatPerDocReader:
        """Return the reader of a segment's columns."""
        return FlatPerDocReader(storage, segment)

    def new_segment(self, storage: Any, indexname: str) -> FlatSegment:  # noqa: ARG002
        """Return an empty segment."""
        return FlatSegment(self, indexname)


class FlatSegment(W3Segment):  # type: ignore[misc]
    """A segment that knows its size, and whose id no seed of the global generator can repeat."""

    tokens = 0

    def live_tokens(self) -> int:
        """Return about how many tokens its live records hold."""
        return int(self.tokens * self.doc_count() / max(self.doc_count_all(), 1))

    @classmethod
    def _random_id(cls, size: int = 16) -> str:
        return token_hex(size // 2)


class FlatTermsReader(base.TermsReader):  # type: ignore[misc]
    """The terms and postings of a segment; may be shared between threads."""

    def __init__(self, mapped: mmap.mmap, fields: dict[str, StoredField]) -> None:
        self._mapped = mapped
        self.fields = fields

    def let_go(self) -> None:
        """Hand the memory of mapped pages back; what is looked at again is mapped again."""
        if hasattr(self._mapped, "madvise"):  # not on Windows
            self._mapped.madvise(mmap.MADV_DONTNEED)

    def find(self, field: str, term: bytes) -> Postings | None:
        """Return the postings of a term, removed documents among them; None if it is unknown."""
        stored = self.fields.get(field)
        return None if stored is None else stored.find(term)

    # What stock Whoosh asks for.

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        return self.find(*term) is not None

    def indexed_field_names(self) -> list[str]:
        """Return the names of the fields that have terms."""
        return sorted(self.fields)

    def terms(self) -> Iterator[tuple[str, bytes]]:
        """Yield every field name and term."""
        for name in self.indexed_field_names():
            yield from self.terms_from(name, b"")

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        """Yield the terms of a field that are not smaller than `prefix`."""
        stored = self.fields.get(fieldname)
        if stored is not None:
            for number in range(stored.place(prefix), len(stored)):
                yield fieldname, stored.term(number)

    def items(self) -> Iterator[tuple[tuple[str, bytes], Any]]:
        """Yield every term with its statistics."""
        return ((term, self.term_info(*term)) for term in self.terms())

    def items_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[tuple[str, bytes], Any]]:
        """Yield the terms of a field from `prefix` on, with their statistics."""
        return ((term, self.term_info(*term)) for term in self.terms_from(fieldname, prefix))

    def term_info(self, fieldname: str, tbytes: bytes) -> Any:
        """Return the statistics of a term."""
        docs, freqs, _ = self._found(fieldname, tbytes)
        weight, most = float(freqs.sum()), float(freqs.max())
        return TermInfo(weight, len(docs), 1, 1, most, minid=int(docs[0]), maxid=int(docs[-1]))

    def _found(self, field: str, term: bytes) -> Postings:
        found = self.find(field, term)
        if found is None:
            raise KeyError(field, term)  # Whoosh makes of it what it needs: an error of its own, 0
        return found

    def matcher(self, fieldname: str, tbytes: bytes, format_: Any, scorer: Any = None) -> Any:
        """Return the postings of a term as a matcher."""
        docs, freqs, positions = self._found(fieldname, tbytes)
        values = None
        if len(positions):
            flat = positions.astype("<u4")
            values = [part.tobytes() for part in np.split(flat, np.cumsum(freqs)[:-1])]
        ids, weights = docs.tolist(), freqs.astype(float).tolist()
        term, info = (fieldname, tbytes), self.term_info(fieldname, tbytes)
        return ListMatcher(ids, weights, values, format_, scorer, term=term, terminfo=info)

    def close(self) -> None:
        """Let the map go; arrays handed out stay valid as long as someone holds them."""
        self.fields = {}


class FlatPerDocReader(W3PerDocReader):  # type: ignore[misc]
    """Columns, held in memory: Whoosh's files seek, then read, which threads would break."""

    def _get_column_file(self, fieldname: str) -> tuple[Any, int, int]:
        name = W3Codec.column_filename(self._segment, fieldname)
        with self._storage.open_file(name) as file:
            data = file.read()
        return BufferFile(data, name=name), 0, len(data)

    def numbers(self, name: str) -> npt.NDArray[np.uint32]:
        """Return a whole number column at once."""
        file, start, length = self._get_column_file(name)
        return np.frombuffer(file.get(start, length), dtype=">u4").astype(np.uint32)
