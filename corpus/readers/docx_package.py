"""A DOCX package (文档包) cleaned before its parser sees it: text parts only, no DTD."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from typing import TYPE_CHECKING, Final

from corpus.errors import UnreadableFileError
from corpus.readers.budgets import BUDGETS
from corpus.readers.package import Spending, is_folder, open_package, read_member
from corpus.readers.xml import check_xml, parse_xml, write_xml

if TYPE_CHECKING:
    from collections.abc import Mapping

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
_TYPES: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>{}</Types>'
)
_FLAT: Final = "{http://schemas.microsoft.com/office/2006/xmlPackage}"
_PLAIN_NAME: Final = re.compile(r"[A-Za-z0-9_./+\-]{1,200}")  # word/document.xml


def clean_package(data: bytes, budgets: Budgets = BUDGETS) -> io.BytesIO:
    """Return the package with its XML parts alone; pictures and other binaries become empty.

    What python-docx opens has been inflated under our budgets, holds each name once, and is
    neither macro-enabled nor in the strict dialect, which it would refuse.

    Raises:
        UnreadableFileError: `damaged`, `doctype`, `encrypted`, `zip_bomb` and the like.
    """
    if not data.startswith(b"PK"):
        data = _package_of_flat(data)
    spending = Spending(budgets)
    parts: dict[str, bytes] = {}
    with open_package(data, spending) as package:
        for entry in package.infolist():
            name = entry.filename.replace("\\", "/").lstrip("/")
            if is_folder(entry) or name in parts:
                continue
            parts[name] = b""
            if name.lower().endswith(_TEXT_PARTS):
                parts[name] = _translate(name, read_member(package, entry, spending))
                check_xml(parts[name])
    if _TYPES_PART not in parts:
        raise UnreadableFileError("damaged", "缺少文档目录")
    cleaned = io.BytesIO()
    with zipfile.ZipFile(cleaned, "w") as copy:
        for name, content in parts.items():
            kept = _without_dangling(name, content, parts) if name.endswith(".rels") else content
            copy.writestr(zipfile.ZipInfo(name), kept)
    cleaned.seek(0)
    return cleaned


def _without_dangling(name: str, content: bytes, parts: Mapping[str, bytes]) -> bytes:
    """Take out relations to parts that are not there: Word overlooks them, python-docx does not."""
    folder = posixpath.dirname(posixpath.dirname(name))
    root = parse_xml(content)
    dangling = [
        one
        for one in root
        if one.get("TargetMode") != "External"
        and _target(folder, one.get("Target") or "") not in parts
    ]
    for one in dangling:
        root.remove(one)
    return write_xml(root) if dangling else content


def _target(folder: str, said: str) -> str:
    path = said if said.startswith("/") else posixpath.join(folder, said)
    return posixpath.normpath(path).lstrip("/")


def _package_of_flat(data: bytes) -> bytes:
    """Return a package from its form as one XML file (Flat OPC), as Word saves "Word XML"."""
    target = io.BytesIO()
    types: list[str] = []
    with zipfile.ZipFile(target, "w") as package:
        for part in parse_xml(data).iterchildren(f"{_FLAT}part"):
            name = part.get(f"{_FLAT}name", "").lstrip("/")
            kind = part.get(f"{_FLAT}contentType", "")
            root = next((one for xml in part.iterchildren(f"{_FLAT}xmlData") for one in xml), None)
            if not name or not _PLAIN_NAME.fullmatch(name) or not _PLAIN_NAME.fullmatch(kind):
                continue
            types.append(f'<Override PartName="/{name}" ContentType="{kind}"/>')
            package.writestr(name, write_xml(root) if root is not None else b"")
        package.writestr(_TYPES_PART, _TYPES.format("".join(types)))
    return target.getvalue()


def _translate(name: str, content: bytes) -> bytes:
    """Give macro-enabled, template and strict documents the names of ordinary ones."""
    if name == _TYPES_PART:
        for other in _OTHER_MAINS:
            content = content.replace(other, _MAIN_TYPE)
    if b"purl.oclc.org" in content:
        for strict, usual in _STRICT:
            content = content.replace(strict, usual)
    return content
