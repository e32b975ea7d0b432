"""XML of packages (文档包), parsed with nothing that reaches outside; lxml's second door."""

from __future__ import annotations

from typing import Any, Final

from lxml import etree

from corpus.errors import UnreadableFileError
from corpus.readers.budgets import BUDGETS

_DOCTYPE: Final = "<!doctype"
_ENTITY: Final = "<!entity"
_WIDE_MARKS: Final = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
_WIDE_STARTS: Final = {b"<\x00": "utf-16-le", b"\x00<": "utf-16-be"}


def parse_xml(data: bytes) -> Any:
    """Return the root element; entities, DTDs and the network stay out.

    Raises:
        UnreadableFileError: `doctype`, `too_complex` or `damaged`.
    """
    check_xml(data)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        return etree.fromstring(data, parser)
    except (etree.LxmlError, ValueError) as error:
        raise UnreadableFileError("damaged", f"XML：{type(error).__name__}") from error


def libxml2_version() -> str:
    """Return the version of the C library below lxml, which decides how well bombs are refused."""
    return ".".join(map(str, etree.LIBXML_VERSION))


def check_xml(data: bytes) -> None:
    """Refuse XML of too many tags, or with a document type: office formats have none."""
    if data.count(b"<") > BUDGETS.elements:
        raise UnreadableFileError("too_complex")
    encoding = _WIDE_MARKS.get(data[:2]) or _WIDE_STARTS.get(data[:2])
    if encoding:
        lowered = data.decode(encoding, "replace").lower()
        found = _DOCTYPE in lowered or _ENTITY in lowered
    else:
        small = data.lower()
        found = _DOCTYPE.encode() in small or _ENTITY.encode() in small
    if found:
        raise UnreadableFileError("doctype")


def write_xml(element: Any) -> bytes:
    """Return an element as a document of its own."""
    written: bytes = etree.tostring(element, encoding="UTF-8", xml_declaration=True)
    return written


def local_name(element: Any) -> str:
    """Return an element's name without its namespace; "" for comments and instructions."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""
