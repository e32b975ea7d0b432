"""A DOCX package (文档包) cleaned before its parser sees it: text parts only, no DTD."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Final

from corpus.errors import UnreadableFileError
from corpus.readers.budgets import BUDGETS
from corpus.readers.package import Spending, open_package, read_member
from corpus.readers.xml import refuse_doctype

if TYPE_CHECKING:
    from corpus.readers.budgets import Budgets

_TEXT_PARTS: Final = (".xml", ".rels")
_MAIN: Final = b"wordprocessingml.document.main+xml"
_OTHER_MAINS: Final = (
    b"application/vnd.ms-word.document.macroEnabled.main+xml",
    b"application/vnd.ms-word.template.macroEnabledTemplate.main+xml",
    b"application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml",
)
_MAIN_TYPE: Final = b"application/vnd.openxmlformats-officedocument." + _MAIN
_STRICT: Final = (  # ISO 29500 strict names its namespaces differently, and means the same
    (
        b"http://purl.oclc.org/ooxml/wordprocessingml/main",
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    ),
    (
        b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    ),
)
_TYPES_PART: Final = "[Content_Types].xml"


def clean_package(data: bytes, budgets: Budgets = BUDGETS) -> io.BytesIO:
    """Return the package with its XML parts alone; pictures and other binaries become empty.

    What python-docx opens has been inflated under our budgets, holds each name once, and is
    neither macro-enabled nor in the strict dialect, which it would refuse.

    Raises:
        UnreadableFileError: `damaged`, `doctype`, `encrypted`, `zip_bomb` and the like.
    """
    cleaned = io.BytesIO()
    spending = Spending(budgets)
    written: set[str] = set()
    with open_package(data, spending) as package, zipfile.ZipFile(cleaned, "w") as copy:
        for entry in package.infolist():
            name = entry.filename.replace("\\", "/")
            if entry.is_dir() or name in written:
                continue
            written.add(name)
            content = b""
            if name.lower().endswith(_TEXT_PARTS):
                content = _translate(name, read_member(package, entry, spending))
                refuse_doctype(content)
            copy.writestr(zipfile.ZipInfo(name), content)
    if _TYPES_PART not in written:
        raise UnreadableFileError("damaged", "缺少文档目录")
    cleaned.seek(0)
    return cleaned


def _translate(name: str, content: bytes) -> bytes:
    """Give macro-enabled, template and strict documents the names of ordinary ones."""
    if name == _TYPES_PART:
        for other in _OTHER_MAINS:
            content = content.replace(other, _MAIN_TYPE)
    if b"purl.oclc.org" in content:
        for strict, usual in _STRICT:
            content = content.replace(strict, usual)
    return content
