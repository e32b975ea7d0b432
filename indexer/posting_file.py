"""How postings lie on disk: flat arrays, one after another, read through a memory map.

A field is eight arrays: the bytes of its terms, sorted, and where each ends; the first eight bytes
of each as a number, which finds nearly all of them; where each term's postings and positions start;
and the documents, frequencies and positions themselves. A field that
is a column has two more: the numbers of each document's terms, and where they start. A directory
in JSON at the end of the file says where each array lies. Nothing is copied or decoded on reading,
so a query pays for the postings it looks at and for nothing else.
"""

from __future__ import annotations

import json
import mmap
import os
import struct
from itertools import chain, pairwise
from typing import TYPE_CHECKING, Any, BinaryIO, Final
from zlib import crc32

import numpy as np
import numpy.typing as npt

from indexer.posting_pool import FieldPostings, Postings

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator

_MAGIC: Final = b"GWPOST04"  # the last two digits are the version
_ALIGNMENT: Final = 8
_HEAD: Final = 8
_NUMBER_BITS: Final = np.uint64(32)
_FOOTER: Final = struct.Struct("<QQI")  # where the directory starts, its length, and its checksum


class PostingFileError(ValueError):
    """A posting file is not whole, or of another version."""


def write_postings(
    file: BinaryIO,
    fields: Iterable[tuple[str, FieldPostings]],
    *,
    columns: Container[str],
    size: int,
) -> None:
    """Write the fields of a segment of `size` documents to an empty file.

    Those named in `columns` are written by document as well; those without terms are left out.
    """
    position = file.write(_MAGIC)
    directory: dict[str, dict[str, tuple[int, int, str]]] = {}
    for name, postings in fields:
        if not postings.terms:
            continue
        layout = directory[name] = {}
        parts = chain(_parts(postings), _column(postings, size) if name in columns else ())
        for part, values in parts:
            padding = -position % _ALIGNMENT
            stored = values.astype(values.dtype.newbyteorder("<"), copy=False)
            file.write(b"\0" * padding)
            file.write(stored.data.cast("B") if len(stored) else b"")
            layout[part] = (position + padding, len(stored), stored.dtype.str)
            position += padding + stored.nbytes
    encoded = json.dumps(directory).encode()
    file.write(encoded)
    file.write(_FOOTER.pack(position, len(encoded), crc32(encoded)))


def _parts(postings: FieldPostings) -> Iterator[tuple[str, npt.NDArray[Any]]]:
    encoded = [term.encode() for term in postings.terms]
    ends = np.cumsum([len(term) for term in encoded])
    data = np.frombuffer(b"".join(encoded), dtype=np.uint8)
    yield "heads", _heads(data, ends)
    yield "terms", data
    yield "term_ends", _narrowed(ends)
    yield "starts", _narrowed(postings.starts)
    yield "position_starts", _narrowed(postings.position_starts)
    yield "docs", postings.docs
    yield "freqs", _narrowed(postings.freqs)
    yield "positions", _narrowed(postings.positions)


def _heads(data: npt.NDArray[np.uint8], ends: npt.NDArray[np.int64]) -> npt.NDArray[np.uint64]:
    """Return the first eight bytes of each term as a number, as if NULs followed it."""
    heads = np.zeros(len(ends), dtype=np.uint64)
    places = np.append(0, ends[:-1])
    for _ in range(_HEAD):
        heads <<= np.uint64(8)
        inside = places < ends
        heads[inside] |= data[places[inside]]
        places += 1
    return heads


def _column(postings: FieldPostings, size: int) -> Iterator[tuple[str, npt.NDArray[Any]]]:
    owners = np.repeat(np.arange(len(postings.terms), dtype=np.uint64), np.diff(postings.starts))
    by_document = np.sort((postings.docs.astype(np.uint64) << _NUMBER_BITS) | owners)
    yield "values", _narrowed(by_document & ((np.uint64(1) << _NUMBER_BITS) - np.uint64(1)))
    counts = np.bincount(postings.docs, minlength=size)
    if counts.min() != 1 or counts.max() != 1:  # else each starts where its document's number says
        yield "value_starts", _narrowed(np.append(0, np.cumsum(counts)))


def _narrowed(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return non-negative values in the smallest unsigned type that holds them all."""
    return values.astype(np.min_scalar_type(int(values.max(initial=0))))


class StoredField:
    """The postings of one field, mapped."""

    def __init__(self, arrays: dict[str, npt.NDArray[Any]]) -> None:
        self._arrays = arrays
        self._docs = arrays["docs"]
        self._freqs = arrays["freqs"]
        self._heads = arrays["heads"]
        self._positions = arrays["positions"]
        # Plain memory views: one element of them costs half of what it costs in numpy.
        self._terms = arrays["terms"].data
        self._ends = arrays["term_ends"].data
        self._starts = arrays["starts"].data
        self._position_starts = arrays["position_starts"].data

    def __len__(self) -> int:
        """Return the number of terms."""
        return len(self._ends)

    def term(self, number: int) -> bytes:
        """Return the n-th term in order of bytes."""
        start = self._ends[number - 1] if number else 0
        return bytes(self._terms[start : self._ends[number]])

    def place(self, term: bytes) -> int:
        """Return the number of the first term that is not smaller than `term`."""
        head = int.from_bytes(term[:_HEAD].ljust(_HEAD, b"\0"))
        low = int(self._heads.searchsorted(np.uint64(head)))
        if low == len(self) or int(self._heads[low]) != head:
            return low
        if len(term) < _HEAD:  # no NUL in a term: nothing else has this head
            return low
        high = int(self._heads.searchsorted(np.uint64(head), side="right"))
        while low < high:
            middle = (low + high) // 2
            if self.term(middle) < term:
                low = middle + 1
            else:
                high = middle
        return low

    def find(self, term: bytes) -> int | None:
        """Return the number of a term; None where no document holds it."""
        number = self.place(term)
        return number if number < len(self) and self.term(number) == term else None

    def count(self, number: int) -> int:
        """Return how many documents hold the n-th term, removed ones included."""
        start: int = self._starts[number]
        end: int = self._starts[number + 1]
        return end - start

    def postings(self, number: int) -> Postings:
        """Return the postings of the n-th term; removed documents are still among them."""
        start, end = self._starts[number], self._starts[number + 1]
        first, last = self._position_starts[number], self._position_starts[number + 1]
        return Postings(self._docs[start:end], self._freqs[start:end], self._positions[first:last])

    def terms(self) -> list[str]:
        """Return all terms, in order of their bytes."""
        data = bytes(self._terms)
        ends = self._ends.tolist()
        return [data[start:end].decode() for start, end in pairwise([0, *ends])]

    def column(self) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
        """Return the term numbers of all documents one after another, and where each starts."""
        values = self._arrays["values"]
        starts = self._arrays.get("value_starts")
        return values, np.arange(len(values) + 1) if starts is None else starts

    def only_value(self, doc: int) -> bytes:
        """Return the term of a document in a column where each has exactly one."""
        return self.term(self._arrays["values"].item(doc))

    def whole(self) -> FieldPostings:
        """Return the field as it was written."""
        return FieldPostings(
            terms=self.terms(),
            starts=self._arrays["starts"].astype(np.int64),
            docs=self._docs,
            freqs=self._freqs.astype(np.uint32),
            position_starts=self._arrays["position_starts"].astype(np.int64),
            positions=self._positions.astype(np.uint32),
        )


def map_postings(file: BinaryIO) -> dict[str, StoredField]:
    """Return the fields of a file; the map lives as long as an array of it does.

    Raises:
        PostingFileError: the file is cut short, or of another version. Whether its arrays are sound
            is for the manifest's checksums to say, which were compared before.
    """
    if file.seek(0, os.SEEK_END) < len(_MAGIC) + _FOOTER.size:
        raise PostingFileError("文件过短")
    mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    position, length, checksum = _FOOTER.unpack_from(mapped, len(mapped) - _FOOTER.size)
    encoded = mapped[position : position + length]
    if mapped[: len(_MAGIC)] != _MAGIC or crc32(encoded) != checksum:
        raise PostingFileError("版本不同或不完整")
    return {
        name: StoredField({part: _mapped(mapped, *place) for part, place in layout.items()})
        for name, layout in json.loads(encoded).items()
    }


def _mapped(source: mmap.mmap, offset: int, count: int, kind: str) -> npt.NDArray[Any]:
    if not count:
        return np.empty(0, dtype=kind)
    return np.frombuffer(source, dtype=kind, count=count, offset=offset)
