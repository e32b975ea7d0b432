"""Bibliography files (书目): RIS, BibTeX and CSL-JSON, as reference managers read them.

A circular is entered as a page found online, its number behind its title as GB/T 7714 entries have
it, so that no style can drop it; CSL-JSON keeps title and number apart, as its schema asks.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from corpus.model import Circular, Paragraph

_UNTITLED = "无题名"
_LANGUAGE = "zh-CN"
_DATABASE = "公文检索"
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
_KEY_DIGITS = 6


@dataclass(frozen=True, slots=True)
class BibliographyEntry:
    """One entry of a bibliography (书目条目): a circular, or one paragraph of it.

    `key` is plain ASCII and names the same text every time; `place` and `text` are those of the
    paragraph, empty for a whole circular; `note` is what a reader must know about it.
    """

    key: str
    title: str
    number: str
    issuers: tuple[str, ...]
    issued: date | None
    accessed: date
    address: str
    place: str = ""
    text: str = ""
    note: str = ""

    @property
    def full_title(self) -> str:
        """标题：文号, as GB/T 7714 entries have it; what is not there leaves no trace."""
        return "：".join(part for part in (self.title, self.number) if part) or _UNTITLED


def enter_circular(
    circular: Circular,
    paragraph: Paragraph | None,
    *,
    name: str,
    permalink: str,
    accessed: date,
    note: str = "",
) -> BibliographyEntry:
    """Return the entry of a circular or a paragraph; `name` is its id in the library."""
    issued = circular.date_signed or circular.date_published
    return BibliographyEntry(
        key=_key_of(circular, name),
        title=_plain(circular.title),
        number=str(circular.number or ""),
        issuers=tuple(_plain(issuer) for issuer in circular.issuers),
        issued=issued,
        accessed=accessed,
        address=permalink,
        place=paragraph.cite if paragraph else "",
        text=_plain(paragraph.text) if paragraph else "",
        note=_plain(note),
    )


def _key_of(circular: Circular, name: str) -> str:
    """gongwen2016.146.1a2b3c: year, serial, and what tells equal ones apart."""
    number = circular.number
    named = [
        f"gongwen{(number.year or '') if number else ''}",
        str(number.serial) if number else "",
    ]
    tail = hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()[:_KEY_DIGITS]
    return ".".join([*(part for part in named if part), tail])


def _plain(text: str) -> str:
    """Return a text on one line, without what no bibliography file can carry."""
    return _UNPRINTABLE.sub("", "".join(line.strip() for line in text.splitlines())).strip()


def to_ris(entries: Iterable[BibliographyEntry]) -> str:
    """Return entries as RIS; lines end as the format asks, in CR and LF."""
    return "".join(f"{tag}  - {value}\r\n" for entry in entries for tag, value in _ris_lines(entry))


def _ris_lines(entry: BibliographyEntry) -> Iterator[tuple[str, str]]:
    yield "TY", "ELEC"
    yield "ID", entry.key
    yield "TI", entry.full_title
    for issuer in entry.issuers:
        yield "AU", issuer
    if entry.issued:
        yield "PY", f"{entry.issued:%Y}"
        yield "DA", f"{entry.issued:%Y/%m/%d}"
    yield "Y2", f"{entry.accessed:%Y/%m/%d}"
    for tag, value in (
        ("M1", entry.number),
        ("SE", entry.place),
        ("AB", entry.text),
        ("N1", entry.note),
        ("UR", entry.address),
    ):
        if value:
            yield tag, value
    yield "LA", _LANGUAGE
    yield "DP", _DATABASE
    yield "ER", ""


_TEX = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{sign: f"\\{sign}" for sign in "{}&%$#_"},
}
_WIDE_BRACES = str.maketrans("{}", "\uff5b\uff5d")
_TEX_TABLE = str.maketrans(_TEX)
# TeX makes one sign of two: -- a dash, '' a quotation mark, ?` an open question
_LIGATURE = re.compile(r"(?<=-)(?=-)|(?<=')(?=')|(?<=[`?!])(?=`)")


def to_bibtex(entries: Iterable[BibliographyEntry]) -> str:
    """Return entries as BibTeX: `@misc`, names in double braces so that no 汉字 name is cut."""
    return "\n".join(_bibtex_entry(entry) for entry in entries)


def _bibtex_entry(entry: BibliographyEntry) -> str:
    authors = " and ".join(f"{{{_tex(issuer)}}}" for issuer in entry.issuers)
    fields = (
        ("title", f"{{{_tex(entry.full_title)}}}"),
        ("author", authors),
        ("year", f"{entry.issued:%Y}" if entry.issued else ""),
        ("date", entry.issued.isoformat() if entry.issued else ""),
        ("number", _tex(entry.number)),
        ("url", entry.address.translate(_URL_TABLE)),
        ("urldate", entry.accessed.isoformat()),
        ("language", "chinese"),
        ("howpublished", "EB/OL"),
        ("annotation", _tex(entry.place)),
        ("abstract", _tex(entry.text)),
        ("note", _tex(entry.note)),
    )
    lines = [f"  {name} = {{{value}}}," for name, value in fields if value]
    return "\n".join([f"@misc{{{entry.key},", *lines, "}", ""])


_URL_TABLE = str.maketrans({"{": "%7B", "}": "%7D", "\\": "%5C", " ": "%20"})


def _tex(text: str) -> str:
    braced = text if _is_balanced(text) else text.translate(_WIDE_BRACES)
    return _LIGATURE.sub("{}", braced.translate(_TEX_TABLE))


def _is_balanced(text: str) -> bool:
    """Tell whether every brace is closed: BibTeX counts even those behind a backslash."""
    depth = 0
    for sign in text:
        depth += (sign == "{") - (sign == "}")
        if depth < 0:
            return False
    return depth == 0


def to_csl(entries: Iterable[BibliographyEntry]) -> list[dict[str, Any]]:
    """Return entries as CSL-JSON items: legislation, and for Zotero its finer type (regulation)."""
    return [_csl_item(entry) for entry in entries]


def _csl_item(entry: BibliographyEntry) -> dict[str, Any]:
    note = "\n".join(part for part in ("type: regulation", entry.note) if part)
    item = {
        "id": entry.key,
        "type": "legislation",
        "title": entry.title or _UNTITLED,
        "number": entry.number,
        "author": [{"literal": issuer} for issuer in entry.issuers],
        "issued": _date_parts(entry.issued),
        "accessed": _date_parts(entry.accessed),
        "section": entry.place,
        "abstract": entry.text,
        "language": _LANGUAGE,
        "URL": entry.address,
        "source": _DATABASE,
        "note": note,
    }
    return {name: value for name, value in item.items() if value}


def _date_parts(day: date | None) -> dict[str, Any]:
    return {"date-parts": [[day.year, day.month, day.day]]} if day else {}
