# ruff: noqa: PLR2004 — measured lengths stand where they are used
"""What a file is, told by its content (文件类型): extensions lie, first bytes rarely do."""

from __future__ import annotations

import re
from typing import Final

from corpus.errors import UnreadableFileError

_PICTURES: Final = (
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"II*\x00", "TIFF"),
    (b"MM\x00*", "TIFF"),
    (b"8BPS", "PSD"),
)
_FORMATS: Final = (
    (b"%PDF-", "PDF"),
    (b"{\\rtf", "RTF"),
    (b"Rar!\x1a\x07", "RAR 压缩包"),
    (b"7z\xbc\xaf\x27\x1c", "7z 压缩包"),
    (b"\x1f\x8b", "gzip 压缩包"),
    (b"BZh", "bzip2 压缩包"),
    (b"\xfd7zXZ\x00", "xz 压缩包"),
    (b"ID3", "音频"),
    (b"OggS", "音频"),
    (b"SQLite format 3\x00", "SQLite 数据库"),
)
_PROGRAMS: Final = (b"\x7fELF", b"MZ\x90", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe")
_ZIP: Final = b"PK\x03\x04"
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_PACKAGE: Final = "EncryptedPackage".encode("utf-16-le")

_HTML_HEAD: Final = 4096
_HTML_TAG: Final = re.compile(
    r"<(/?)(?:html|head|body|meta|title|div|p|br|span|table|tr|td|ul|li|h[1-6]|a|b|strong|font"
    r"|article|section|center)(?=[\s/>])",  # <p>, </div>, <br/>
    re.IGNORECASE,
)
_MINIMUM_TAGS: Final = 2


def refuse_other_formats(data: bytes) -> None:
    """Raise `UnreadableFileError` when `data` is plainly something else than text or a page."""
    if not data.strip():
        raise UnreadableFileError("empty")
    for magic, name in _PICTURES:
        if data.startswith(magic):
            raise UnreadableFileError("picture", name)
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        raise UnreadableFileError("picture", "WebP")
    if data.startswith(b"BM") and data[6:10] == b"\x00\x00\x00\x00":
        raise UnreadableFileError("picture", "BMP")
    if data.startswith(_ZIP):
        _refuse_zip(data)
    if data.startswith(_OLE):
        code = "encrypted" if _ENCRYPTED_PACKAGE in data else "unsupported_format"
        raise UnreadableFileError(code, "旧版 Office（doc/xls/ppt）或 WPS 文件")
    for magic, name in _FORMATS:
        if data.startswith(magic):
            encrypted = name == "PDF" and b"/Encrypt" in data
            raise UnreadableFileError("encrypted" if encrypted else "unsupported_format", name)
    if data.startswith(_PROGRAMS):
        raise UnreadableFileError("binary", "程序文件")


def _refuse_zip(data: bytes) -> None:
    head = data[:8192]
    name = "ZIP 压缩包"
    for part, known in (
        (b"word/", "DOCX"),
        (b"xl/", "XLSX"),
        (b"ppt/", "PPTX"),
        (b"OFD.xml", "OFD"),
    ):
        if part in head:
            name = known
    encrypted = bool(data[6] & 1) if len(data) > 6 else False
    raise UnreadableFileError("encrypted" if encrypted else "unsupported_format", name)


def looks_like_html(text: str, name: str) -> bool:
    """Whether decoded text is a web page (网页) or a fragment; the name only tips the scale."""
    head = text[:_HTML_HEAD].lstrip("\ufeff \t\r\n").lower()
    if head.startswith(("<!doctype html", "<html")) or ("<html" in head and head.startswith("<")):
        return True
    tags = 0
    for start in range(0, min(len(text), 16 * _HTML_HEAD), 2000):
        tags += len(_HTML_TAG.findall(text, start, start + 2000))
    if name.lower().endswith((".html", ".htm", ".xhtml")):
        return tags > 0
    # A text with a few tags strewn in keeps its own lines; a fragment has a tag on every line.
    lines = sum(bool(line.strip()) for line in text[: 16 * _HTML_HEAD].splitlines())
    return tags >= max(_MINIMUM_TAGS, lines)
