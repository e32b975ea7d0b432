"""One way in (读取): bytes of any file become a raw circular, or an error that says why not."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from corpus.errors import UnreadableFileError
from corpus.readers.budgets import BUDGETS
from corpus.readers.decoding import decode
from corpus.readers.html import read_html
from corpus.readers.mail import read_mail
from corpus.readers.page_waste import leave_out_contents
from corpus.readers.plain import read_plain
from corpus.readers.sniffing import Kind, looks_like_html, sniff

if TYPE_CHECKING:
    from pathlib import Path

    from corpus.model import RawCircular

MAXIMUM_BYTES: Final = BUDGETS.file_bytes
MAXIMUM_CHARACTERS: Final = BUDGETS.characters
_CHARSET: Final = re.compile(
    rb"""(?:charset|encoding)\s{0,9}=\s{0,9}["']?\s{0,9}([A-Za-z0-9_.:-]{1,40})"""
)  # charset=gb2312, encoding="GBK"
_LABEL_WINDOW: Final = 2000
_BLANK: Final = "\ufeff\ufffd\u200b\u2060\x1a"


def read_bytes(name: str, data: bytes) -> RawCircular:
    """Return what `data` says as a raw circular (公文原文), its type decided by its content.

    Raises:
        UnreadableFileError: with a code of `corpus.readers.reasons.REASONS`.
    """
    if len(data) > MAXIMUM_BYTES:
        raise UnreadableFileError("too_large", f"{len(data) / 1_000_000:.0f} MB")
    return leave_out_contents(_read(sniff(data), name, data))


def _read(kind: Kind, name: str, data: bytes) -> RawCircular:
    if kind is Kind.MAIL:
        return read_mail(name, data)
    return _read_text(name, data) if kind is Kind.TEXT else _read_binary(kind, name, data)


def _read_binary(kind: Kind, name: str, data: bytes) -> RawCircular:
    """Read a document of a binary format: never in this process."""
    from corpus.readers.child import read_in_child

    if kind is Kind.ARCHIVE:
        raise UnreadableFileError("archive")
    if kind is Kind.LEGACY:
        from corpus.readers.legacy import read_legacy

        return read_legacy(name, data)
    return read_in_child(kind, name, data)


def _read_text(name: str, data: bytes) -> RawCircular:
    """Read plain text or a web page."""
    decoded = decode(data, _declared_charset(data))
    if len(decoded.text) > MAXIMUM_CHARACTERS:
        raise UnreadableFileError("too_long", f"{len(decoded.text) // 10_000} 万字")
    if all(character.isspace() or character in _BLANK for character in decoded.text):
        raise UnreadableFileError("empty")
    if looks_like_html(decoded.text, name):
        return read_html(name, decoded)
    return read_plain(name, decoded)


def read_path(path: Path) -> RawCircular:
    """Return the raw circular in the file at `path`; every failure is an `UnreadableFileError`."""
    try:
        if not path.exists():
            raise UnreadableFileError("missing", path.name)
        if not path.is_file():
            raise UnreadableFileError("not_a_file", path.name)
        if path.stat().st_size > MAXIMUM_BYTES:
            raise UnreadableFileError("too_large", f"{path.stat().st_size / 1_000_000:.0f} MB")
        data = path.read_bytes()
    except PermissionError as error:
        raise UnreadableFileError("permission", path.name) from error
    except OSError as error:
        raise UnreadableFileError("unreadable", path.name) from error
    return read_bytes(path.name, data)


def _declared_charset(data: bytes) -> str | None:
    """The charset the first bytes declare, if they declare one."""
    found = _CHARSET.search(data, 0, _LABEL_WINDOW)
    return found.group(1).decode("ascii") if found else None
