"""Word documents (DOCX) as raw circulars; python-docx lives behind this door.

The body is read in its order, tables a row a line, automatic numbers restored. What the page shows
beside the text — headers, footers, notes, comments — and where its links lead follows at the end,
marked as dropped.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import docx

from corpus.errors import UnreadableFileError
from corpus.readers.docx_links import find_addresses
from corpus.readers.docx_numbering import Numbering
from corpus.readers.docx_package import clean_package
from corpus.readers.docx_styles import Styles
from corpus.readers.docx_walk import COMMENTS, DocxWalk
from corpus.readers.page_text import PageText, circular_of
from corpus.readers.xml import parse_xml

if TYPE_CHECKING:
    from collections.abc import Iterator

    from corpus.model import RawCircular

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_BESIDE: Final = (  # parts beside the body, in the order in which they are recorded
    ("header", "页眉"),
    ("footer", "页脚"),
    ("footnotes", "脚注"),
    ("endnotes", "尾注"),
    ("comments", COMMENTS),
)


def read_docx(name: str, data: bytes) -> RawCircular:
    """Return the circular in a Word document (DOCX).

    Raises:
        UnreadableFileError: when the package or its XML cannot be read, or holds no text.
    """
    package = clean_package(data)
    with _translated():
        document = docx.Document(package)
    parts = _parts_beside(document)
    page = PageText()
    numbering = Numbering(_root(parts.get("numbering", [None])[0]))
    walk = DocxWalk(page, Styles(document.styles.element), numbering)
    walk.write_blocks(document.element.body)
    for kind, reason in _BESIDE:
        for part in parts.get(kind, ()):
            walk.write_beside(_root(part), reason)
    walk.write_addresses(_addresses(document, parts))
    return circular_of(page, name, MEDIA_TYPE, remarks=walk.remarks())


def _parts_beside(document: Any) -> dict[str, list[Any]]:
    """The parts the main document refers to, by the last word of the relation's type."""
    found: dict[str, list[Any]] = {}
    for relation in document.part.rels.values():
        if relation.is_external:
            continue
        part = relation.target_part
        known = found.setdefault(relation.reltype.rpartition("/")[2], [])
        if part not in known:
            known.append(part)
    return found


def _addresses(document: Any, parts: dict[str, list[Any]]) -> tuple[str, ...]:
    """Where the links of the body and of its notes lead."""
    notes = [part for kind in ("footnotes", "endnotes") for part in parts.get(kind, ())]
    relations = [one for part in (document.part, *notes) for one in part.rels.values()]
    return find_addresses(relations, [document.element.body, *map(_root, notes)])


def _root(part: Any | None) -> Any | None:
    """The root element of a part, parsed by python-docx or else by us."""
    if part is None:
        return None
    element = getattr(part, "element", None)
    if element is not None:
        return element
    return parse_xml(part.blob) if part.blob else None


@contextmanager
def _translated() -> Iterator[None]:
    """Turn whatever python-docx raises on a damaged package into our own error.

    It has no family of errors: a missing part is a KeyError, damaged XML is lxml's, a wrong type a
    ValueError; each means that the package is not what a word processor writes.
    """
    try:
        yield
    except (UnreadableFileError, MemoryError):
        raise
    except Exception as error:
        raise UnreadableFileError("damaged", type(error).__name__) from error
