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
from bisect import bisect_left
from itertools import chain, pairwise
from typing import TYPE_CHECKING, Any, BinaryIO, Final
from zlib import crc32

import numpy as np
import numpy.typing as npt

from indexer.postings import FieldPostings, NamedPostings, Postings, narrowed

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator

MAGIC: Final = b"GWPOST04"  # the last two digits are the version
POSTINGS_EXTENSION: Final = ".pst"
_ALIGNMENT: Final = 8
_HEAD: Final = 8
_Arrays = list[npt.NDArray[Any]]
_FOOTER: Final = struct.Struct("<QQI")  # where the directory starts, its length, and its checksum


class PostingFileError(ValueError):
    """A posting file is not whole, or of another version."""


def write_postings(
    file: BinaryIO, fields: Iterable[NamedPostings], *, columns: Container[str], size: int
) -> None:
    """Write the fields of a segment of `size` documents to an empty file.

    A field comes in pieces, each of the next terms. Those in `columns` are written by document as
    well; those without terms are left out.
    """
    position = file.write(MAGIC)
    directory: dict[str, dict[str, tuple[int, int, str]]] = {}
    for name, coming in fields:
        pieces = list(coming)
        if not pieces:
            continue
        layout = directory[name] = {}
        parts = chain(_parts(pieces), _column(pieces, size) if name in columns else ())
        for part, arrays in parts:
            padding = -position % _ALIGNMENT
            file.write(b"\0" * padding)
            kind = np.result_type(*arrays).newbyteorder("<")
            file.writelines(each.astype(kind, copy=False).data for each in arrays)
            count = sum(map(len, arrays))
            layout[part] = (position + padding, count, kind.str)
            position += padding + count * kind.itemsize
        del pieces  # else they stay while the next field is made
    encoded = json.dumps(directory).encode()
    file.write(encoded)
    file.write(_FOOTER.pack(position, len(encoded), crc32(encoded)))


def _parts(pieces: list[FieldPostings]) -> Iterator[tuple[str, _Arrays]]:
    terms = [term for piece in pieces for term in piece.terms]
    yield "heads", [np.array(terms, dtype=f"S{_HEAD}").view(">u8")]
    yield "terms", [np.frombuffer(b"".join(terms), dtype=np.uint8)]
    yield "term_ends", [narrowed(np.cumsum(list(map(len, terms))))]
    yield "starts", [_joined([piece.starts for piece in pieces])]
    yield "position_starts", [_joined([piece.position_starts for piece in pieces])]
    yield "docs", [piece.docs for piece in pieces]
    yield "freqs", [piece.freqs for piece in pieces]
    yield "positions", [piece.positions for piece in pieces]


def _joined(starts: _Arrays) -> npt.NDArray[Any]:
    """Return where each term begins and the last one ends, from the same of each piece."""
    sizes = np.concatenate([np.diff(each) for each in starts])
    return narrowed(np.append(0, np.cumsum(sizes)))


def _column(pieces: list[FieldPostings], size: int) -> Iterator[tuple[str, _Arrays]]:
    counts = np.concatenate([np.diff(piece.starts) for piece in pieces])
    docs = np.concatenate([piece.docs for piece in pieces])
    owners = np.repeat(np.arange(len(counts)), counts)
    yield "values", [narrowed(owners[np.argsort(docs, kind="stable")])]
    of_each = np.bincount(docs, minlength=size)
    if of_each.min() != 1 or of_each.max() != 1:  # else each starts where its number says
        yield "value_starts", [narrowed(np.append(0, np.cumsum(of_each)))]


class StoredField:
    """The postings of one field, mapped: as they were written, and found by their term."""

    def __init__(self, source: mmap.mmap, layout: dict[str, tuple[int, int, str]]) -> None:
        self._arrays = arrays = {
            part: np.frombuffer(source, kind, count, start)
            for part, (start, count, kind) in layout.items()
        }
        self.docs = arrays["docs"]
        self.freqs = arrays["freqs"]
        self.positions = arrays["positions"]
        self.starts = arrays["starts"]
        self.position_starts = arrays["position_starts"]
        self._heads = arrays["heads"]
        # Plain memory views: one element of them costs half of what it costs in numpy.
        self._terms = arrays["terms"].data
        self._ends = arrays["term_ends"].data
        self._starts = self.starts.data
        self._position_starts = self.position_starts.data

    def __len__(self) -> int:
        """Return the number of terms."""
        return len(self._ends)

    def term(self, number: int) -> bytes:
        """Return the n-th term in order of bytes."""
        start = self._ends[number - 1] if number else 0
        return bytes(self._terms[start : self._ends[number]])

    def place(self, term: bytes) -> int:
        """Return the number of the first term that is not smaller than `term`."""
        head = np.uint64(int.from_bytes(term[:_HEAD].ljust(_HEAD, b"\0")))
        low = int(self._heads.searchsorted(head))
        if len(term) < _HEAD:  # no NUL in a term: nothing else has this head
            return low
        high = int(self._heads.searchsorted(head, side="right"))
        return bisect_left(range(len(self)), term, low, high, key=self.term)

    def find(self, term: bytes) -> Postings | None:
        """Return the postings of a term; None where no document holds it."""
        number = self.place(term)
        is_there = number < len(self) and self.term(number) == term
        return self.postings(number) if is_there else None

    def postings(self, number: int) -> Postings:
        """Return the postings of the n-th term; removed documents are still among them."""
        start, end = self._starts[number], self._starts[number + 1]
        first, last = self._position_starts[number], self._position_starts[number + 1]
        return Postings(self.docs[start:end], self.freqs[start:end], self.positions[first:last])

    @property
    def terms(self) -> list[bytes]:
        """All terms in order, read anew each time."""
        data, ends = bytes(self._terms), self._ends.tolist()
        return [data[start:end] for start, end in pairwise([0, *ends])]

    def column(self) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
        """Return the term numbers of all documents one after another, and where each starts."""
        values = self._arrays["values"]
        starts = self._arrays.get("value_starts")
        return values, np.arange(len(values) + 1) if starts is None else starts

    def only_value(self, doc: int) -> bytes:
        """Return the term of a document in a column where each has exactly one."""
        return self.term(self._arrays["values"].item(doc))


def map_postings(file: BinaryIO) -> tuple[mmap.mmap, dict[str, StoredField]]:
    """Return a file's map and its fields; the map lives as long as an array of it does.

    Raises:
        PostingFileError: the file is cut short, or of another version. Whether its arrays are sound
            is for the manifest's checksums to say, which were compared before.
    """
    if file.seek(0, os.SEEK_END) < len(MAGIC) + _FOOTER.size:
        raise PostingFileError("文件过短")
    mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    position, length, checksum = _FOOTER.unpack_from(mapped, len(mapped) - _FOOTER.size)
    encoded = mapped[position : position + length]
    if mapped[: len(MAGIC)] != MAGIC or crc32(encoded) != checksum:
        raise PostingFileError("版本不同或不完整")
    return mapped, {
        name: StoredField(mapped, layout) for name, layout in json.loads(encoded).items()
    }
