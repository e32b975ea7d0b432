# ruff: noqa: PLR2004 — measured lengths stand where they are used
"""What a file is, told by its content (文件类型): extensions lie, first bytes rarely do."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final

from corpus.errors import UnreadableFileError
from corpus.readers.budgets import BUDGETS
from corpus.readers.package import Spending, is_folder, open_package

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
    (b"Rar!\x1a\x07", "RAR 压缩包"),
    (b"7z\xbc\xaf\x27\x1c", "7z 压缩包"),
    (b"\x1f\x8b", "gzip 压缩包"),
    (b"BZh", "bzip2 压缩包"),
    (b"\xfd7zXZ\x00", "xz 压缩包"),
    (b"SQLite format 3\x00", "SQLite 数据库"),
    (b"wOFF", "字体"),
)
_MEDIA: Final = (
    (b"ID3", "MP3"),
    (b"OggS", "Ogg"),
    (b"fLaC", "FLAC"),
    (b"\x00\x00\x01\xba", "MPEG"),
    (b"\x1aE\xdf\xa3", "Matroska"),
    (b"FLV\x01", "FLV"),
)
_PROGRAMS: Final = (b"\x7fELF", b"MZ\x90", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe")
_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06")
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_FORMATS: Final = (  # the stream that names the format, in the order of certainty
    ("EncryptedPackage", "encrypted", ""),
    ("WordDocument", "", ""),
    ("Workbook", "unsupported_format", "Excel 工作簿"),
    ("PowerPoint Document", "unsupported_format", "PowerPoint 演示文稿"),
    ("__substg1.0", "unsupported_format", "Outlook 邮件"),
)
_PDF: Final = b"%PDF-"
_PDF_WINDOW: Final = 1024  # readers of PDF accept some rubbish before the header
_RTF: Final = b"{\\rtf"
_FLAT_PACKAGE: Final = b"<pkg:package"
_WORD_XML: Final = (b'progid="Word.Document"', b"<w:wordDocument")
_WORD_XML_WINDOW: Final = 2000


class Kind(StrEnum):
    """What a file is, and so which reader reads it (文件类型)."""

    TEXT = "text"  # plain text or a web page: known once decoded
    DOCX = "docx"
    PDF = "pdf"
    OFD = "ofd"
    LEGACY = "legacy"  # doc, wps, rtf, Word XML: converted first
    ARCHIVE = "archive"
    MAIL = "mail"  # a letter, or a web page saved as one file


_MAIL_WINDOW: Final = 20_000
_HEADER: Final = re.compile(rb"[A-Za-z][A-Za-z-]{1,40}:[ \t]")  # From:, MIME-Version:
_HTML_HEAD: Final = 4096
_HTML_TAG: Final = re.compile(
    r"<(/?)(?:html|head|body|meta|title|div|p|br|span|table|tr|td|ul|li|h[1-6]|a|b|strong|font"
    r"|article|section|center)(?=[\s/>])",  # <p>, </div>, <br/>
    re.IGNORECASE,
)
_MINIMUM_TAGS: Final = 2


def sniff(data: bytes) -> Kind:
    """Return what `data` is, by its content alone (文件类型).

    Raises:
        UnreadableFileError: `empty`, `picture`, `media`, `binary`, `encrypted`, `damaged` or
            `unsupported_format`, when it is plainly nothing that is read.
    """
    if not data.strip():
        raise UnreadableFileError("empty")
    _refuse_media(data)
    if data.startswith(_ZIP):
        return _sniff_zip(data)
    if data.startswith(_OLE):
        return _sniff_ole(data)
    head = data[:_PDF_WINDOW]
    if data.startswith(_PDF) or (_PDF in head and b"\x00" not in head and not head.isascii()):
        return Kind.PDF
    if data.startswith(_RTF):
        return Kind.LEGACY
    head = data[:_WORD_XML_WINDOW]
    if head.lstrip(b"\xef\xbb\xbf").startswith(b"<?xml"):
        if _FLAT_PACKAGE in head:
            return Kind.DOCX
        if any(mark in head for mark in _WORD_XML):
            return Kind.LEGACY
    for magic, name in _FORMATS:
        if data.startswith(magic):
            raise UnreadableFileError("unsupported_format", name)
    if data.startswith(_PROGRAMS):
        raise UnreadableFileError("binary", "程序文件")
    return Kind.MAIL if _is_mail(data) else Kind.TEXT


def _is_mail(data: bytes) -> bool:
    """Whether data begins with the headers of a letter or of a page saved as one file."""
    head = data[:_MAIL_WINDOW].lstrip(b"\xef\xbb\xbf\r\n")
    if _HEADER.match(head) is None:
        return False
    headers = re.split(rb"\r?\n\r?\n", head, maxsplit=1)[0].lower()
    lines = b"\n" + headers.replace(b"\r", b"")
    typed = b"\nmime-version:" in lines and b"\ncontent-type:" in lines
    return typed or (b"\nsubject:" in lines and (b"\nfrom:" in lines or b"\nreceived:" in lines))


def _refuse_media(data: bytes) -> None:
    """Raise when `data` is a picture, sound or film."""
    for magic, name in _PICTURES:
        if data.startswith(magic):
            raise UnreadableFileError("picture", name)
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        raise UnreadableFileError("picture", "WebP")
    if data.startswith(b"BM") and data[6:10] == b"\x00\x00\x00\x00":
        raise UnreadableFileError("picture", "BMP")
    for magic, name in _MEDIA:
        if data.startswith(magic):
            raise UnreadableFileError("media", name)
    if data.startswith(b"RIFF") and data[8:12] in (b"WAVE", b"AVI "):
        raise UnreadableFileError("media", data[8:12].decode().strip())
    if data[4:8] == b"ftyp" and b"\x00" in data[:4]:
        raise UnreadableFileError("media", "MP4")


def _sniff_zip(data: bytes) -> Kind:
    """Tell DOCX and OFD from an archive by the names in the directory."""
    try:
        with open_package(data, Spending(BUDGETS)) as package:
            names = {entry.filename for entry in package.infolist()}
            files = [entry for entry in package.infolist() if not is_folder(entry)]
    except UnreadableFileError as error:
        if error.code == "damaged" and len(data) > 6 and data[6] & 1:
            raise UnreadableFileError("encrypted") from error
        raise
    if "word/document.xml" in names or any(
        name.startswith("word/document") and name.endswith(".xml") for name in names
    ):
        return Kind.DOCX
    if "OFD.xml" in names:
        return Kind.OFD
    if "[Content_Types].xml" in names:
        known = ("XLSX 工作簿" for name in names if name.startswith("xl/"))
        slides = ("PPTX 演示文稿" for name in names if name.startswith("ppt/"))
        raise UnreadableFileError("unsupported_format", next(known, next(slides, "办公文档")))
    if "mimetype" in names and "content.xml" in names:
        return Kind.LEGACY  # an OpenDocument text: LibreOffice's own
    if not files:
        raise UnreadableFileError("empty")
    if all(entry.flag_bits & 1 for entry in files):
        raise UnreadableFileError("encrypted")
    return Kind.ARCHIVE


def _sniff_ole(data: bytes) -> Kind:
    """Tell Word and WPS text from the other formats that share the container."""
    for stream, code, name in _OLE_FORMATS:
        if stream.encode("utf-16-le") in data:
            if code:
                raise UnreadableFileError(code, name)
            return Kind.LEGACY
    raise UnreadableFileError("unsupported_format", "旧版 Office 或 WPS 的其他文件")


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
