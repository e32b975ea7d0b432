# ruff: noqa: PLR2004 — offsets of the ZIP format stand where they are used
"""ZIP containers (压缩包) opened without trust: sizes are counted while they come out.

A header may declare any size, so what is declared only serves to refuse early; what is inflated is
counted chunk by chunk. Nothing is ever extracted to a disk, and names are data.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from corpus.errors import UnreadableFileError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from corpus.readers.budgets import Budgets

_END: Final = struct.Struct("<4s4H2LH")
_END_MARK: Final = b"PK\x05\x06"
_END_WINDOW: Final = 65_557
_LOCATOR_MARK: Final = b"PK\x06\x07"
_DIRECTORY_ENTRY: Final = 46 + 4096  # bytes of the directory one member may take
_CHUNK: Final = 65_536
_ENCRYPTED: Final = 0x1
_UTF8_NAME: Final = 0x800
_UNICODE_PATH: Final = 0x7075
_LONGEST_NAME: Final = 1_000


class Spending:
    """What has come out of one outermost file so far, held against its budgets (用量)."""

    def __init__(self, budgets: Budgets) -> None:
        self.budgets = budgets
        self.bytes = 0
        self.members = 0

    @property
    def exhausted(self) -> bool:
        """Whether a budget of the whole is spent, so that nothing more may be read."""
        return self.bytes > self.budgets.unpacked_bytes or self.members > self.budgets.members

    def add_members(self, count: int) -> None:
        """Count members of one more archive."""
        self.members += count
        if self.members > self.budgets.members:
            raise UnreadableFileError("too_many_members", f"{self.members} 个")

    def add_bytes(self, count: int) -> None:
        """Count bytes that came out."""
        self.bytes += count
        if self.bytes > self.budgets.unpacked_bytes:
            raise UnreadableFileError("zip_bomb")


def is_folder(entry: zipfile.ZipInfo) -> bool:
    """Tell whether a member stands for a folder; zipfile's own question fails without a name."""
    return entry.filename.endswith("/")


@contextmanager
def open_package(data: bytes, spending: Spending) -> Iterator[zipfile.ZipFile]:
    """Open a ZIP container after a look at its directory.

    Raises:
        UnreadableFileError: `damaged`, `too_many_members`, `zip_bomb`.
    """
    _check_directory(data, spending.budgets)
    with _translated():
        opened = zipfile.ZipFile(io.BytesIO(data))
    with opened as package:
        entries = package.infolist()
        spending.add_members(len(entries))
        if sum(entry.file_size for entry in entries) > spending.budgets.unpacked_bytes:
            raise UnreadableFileError("zip_bomb")
        yield package


def read_member(package: zipfile.ZipFile, entry: zipfile.ZipInfo, spending: Spending) -> bytes:
    """Return a member's bytes, counted as they come out.

    Raises:
        UnreadableFileError: `encrypted`, `damaged`, `zip_bomb`, `too_large`.
    """
    if entry.flag_bits & _ENCRYPTED:
        raise UnreadableFileError("encrypted")
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        # LZMA may ask for a dictionary of 4 GB; no circular was ever packed that way.
        raise UnreadableFileError("unsupported_format", "压缩方法不常见")
    budgets = spending.budgets
    chunks: list[bytes] = []
    size = 0
    with _translated(), package.open(entry) as stream:
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            spending.add_bytes(len(chunk))
            if size > budgets.ratio_from and size > budgets.ratio * max(entry.compress_size, 1):
                raise UnreadableFileError("zip_bomb", f"压缩比超过 {budgets.ratio}:1")
            if size > budgets.file_bytes:
                raise UnreadableFileError("too_large", f"{size / 1_000_000:.0f} MB")
            chunks.append(chunk)
    return b"".join(chunks)


def member_name(entry: zipfile.ZipInfo) -> str:
    """Return a member's name as its author saw it: UTF-8, or GB18030 behind cp437.

    Names without the UTF-8 flag were read as cp437 by `zipfile`; Chinese programs wrote GBK.
    """
    name = entry.orig_filename
    if not entry.flag_bits & _UTF8_NAME:
        name = _unicode_path(entry) or _reread(name)
    name = name.replace("\\", "/")
    return "".join(c if c.isprintable() else "\ufffd" for c in name)[-_LONGEST_NAME:]


def _reread(name: str) -> str:
    try:
        raw = name.encode("cp437")
    except UnicodeEncodeError:
        return name
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return name


def _unicode_path(entry: zipfile.ZipInfo) -> str:
    """The name of Info-ZIP's extra field, where it belongs to this very entry."""
    extra = entry.extra
    while len(extra) >= 4:
        kind, size = struct.unpack_from("<HH", extra)
        body, extra = extra[4 : 4 + size], extra[4 + size :]
        if kind == _UNICODE_PATH and len(body) > 5 and body[0] == 1:
            written = entry.orig_filename.encode("cp437", "replace")
            if struct.unpack_from("<L", body, 1)[0] == zlib.crc32(written):
                return body[5:].decode("utf-8", "replace")
    return ""


def _check_directory(data: bytes, budgets: Budgets) -> None:
    """Refuse a directory too large to be read in bounded time and memory."""
    at = data.rfind(_END_MARK, max(0, len(data) - _END_WINDOW))
    if at < 0 or at + _END.size > len(data):
        raise UnreadableFileError("damaged", "压缩包不完整")
    _, _, _, _, count, size, _, _ = _END.unpack_from(data, at)
    if at >= 20 and data[at - 20 : at - 16] == _LOCATOR_MARK:  # ZIP64: the sizes stand elsewhere
        where = struct.unpack_from("<Q", data, at - 12)[0]
        if where + 56 > len(data):
            raise UnreadableFileError("damaged", "压缩包不完整")
        count, size = struct.unpack_from("<QQ", data, where + 32)
    entries = data.count(b"PK\x01\x02", max(0, at - size), at) if size < len(data) else count
    if count > budgets.members or entries > budgets.members:
        raise UnreadableFileError("too_many_members", f"{max(count, entries)} 个")
    if size > budgets.members * _DIRECTORY_ENTRY:
        raise UnreadableFileError("too_many_members")


@contextmanager
def _translated() -> Iterator[None]:
    """Turn what `zipfile` and `zlib` raise on damaged input into our own error."""
    try:
        yield
    except UnreadableFileError:
        raise
    except NotImplementedError as error:  # a compression method Python does not have
        raise UnreadableFileError("unsupported_format", "压缩方法不常见") from error
    except RuntimeError as error:  # a member that wants a password
        raise UnreadableFileError("encrypted") from error
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, struct.error) as error:
        raise UnreadableFileError("damaged", "压缩包已损坏") from error
    except (KeyError, IndexError, OverflowError, UnicodeError) as error:
        raise UnreadableFileError("damaged", "压缩包已损坏") from error
