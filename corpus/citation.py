"""Citations (引用): one paragraph or one circular, in the four forms people paste into reports.

The two GB/T 7714 forms follow the community's CSL style as citeproc renders a web page with the
document number appended to its title; the text of the 2025 standard has not been compared.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from html import escape
from typing import TYPE_CHECKING

from corpus.model import Level

if TYPE_CHECKING:
    from datetime import date

    from corpus.model import Circular, Paragraph


class Style(StrEnum):
    """A citation form (引用格式)."""

    GBT2025 = "gbt2025"
    GBT2015 = "gbt2015"
    GONGWEN = "gongwen"
    LEGAL = "legal"


STYLE_NAMES = {
    Style.GBT2025: "GB/T 7714—2025",
    Style.GBT2015: "GB/T 7714—2015",
    Style.GONGWEN: "公文内引用",
    Style.LEGAL: "法学引注",
}
STYLE_NOTES = {
    Style.GBT2025: "按社区 CSL 样式",
    Style.GBT2015: "按社区 CSL 样式",
    Style.GONGWEN: "标题、发文字号、段落位置",
    Style.LEGAL: "标题、发文字号、发布日期",
}


@dataclass(frozen=True, slots=True)
class Citation:
    """A citation ready for the clipboard: plain text, and HTML with the link (引文)."""

    text: str
    html: str


_NAMED_ISSUERS = 3
_UNTITLED = "无题名"
_LINKED_SCHEMES = ("http://", "https://")


def cite(
    circular: Circular,
    paragraph: Paragraph | None,
    style: Style,
    *,
    permalink: str,
    accessed: date,
    order: int = 1,
) -> Citation:
    """Cite a circular, or one paragraph of it (引用).

    What the circular lacks leaves no trace: no empty brackets, no stray punctuation. `order` is
    the number in the list of references; only the GB/T forms show it.
    """
    if style in {Style.GBT2025, Style.GBT2015}:
        entry = _reference_entry(circular, style, permalink, accessed, order)
        return Citation(entry + permalink, escape(entry, quote=False) + _link(permalink))
    if style is Style.LEGAL:
        text = _legal_note(circular, paragraph)
    else:
        text = _quote_name(circular) + (paragraph.cite if paragraph else "")
    return Citation(text, _link(permalink, text))


def _link(address: str, text: str = "") -> str:
    shown = escape(text or address, quote=False)
    if not address.startswith(_LINKED_SCHEMES):  # a javascript: address must never become a link
        return shown
    return f'<a href="{escape(address)}">{shown}</a>'


def _date_of(circular: Circular) -> date | None:
    """成文日期, else the day of publication; never 印发日期, which is the printer's."""
    return circular.date_signed or circular.date_published


def _reference_entry(
    circular: Circular, style: Style, permalink: str, accessed: date, order: int
) -> str:
    """Everything of a GB/T 7714 entry up to the address."""
    new = style is Style.GBT2025
    issuers = list(circular.issuers[:_NAMED_ISSUERS])
    if len(circular.issuers) > _NAMED_ISSUERS:
        issuers.append("等")
    authors = ("，" if new else ", ").join(issuers)
    named = [circular.title, str(circular.number) if circular.number else ""]
    title = "：".join(name for name in named if name) or _UNTITLED
    signed = _date_of(circular)
    day = signed.isoformat() if signed else ""
    text = f"[{order}]" + (f"{authors}. " if authors else "") + title
    if not permalink:  # a copy that nobody can look up
        return f"{text}[Z]." + (f" {day}." if day else "")
    if day:
        day = f"（{day}）" if new else f"({day})"
    return f"{text}[EB/OL]. {day}[{accessed.isoformat()}]. "


_NESTED = str.maketrans({"《": "〈", "》": "〉", "〈": "《", "〉": "》"})


def quote_title(title: str) -> str:
    """Put a title (标题) in 《》; marks inside change places with 〈〉 as GB/T 15834 has it.

    >>> quote_title("关于印发《云港市工作要点》的通知")
    '《关于印发〈云港市工作要点〉的通知》'
    """
    if title.startswith("《") and title.find("》") == len(title) - 1:
        return title
    # 〈〉 alone inside are right already: sites often print them so
    inner = title.translate(_NESTED) if "《" in title else title
    return f"《{inner}》"


def _quote_name(circular: Circular) -> str:
    """《标题》（字号）, or what there is of it."""
    number = str(circular.number) if circular.number else ""
    if not circular.title:
        return number
    return quote_title(circular.title) + (f"（{number}）" if number else "")


def _legal_note(circular: Circular, paragraph: Paragraph | None) -> str:
    title = quote_title(circular.title) if circular.title else ""
    if title and paragraph is not None and _stands_in_article(circular, paragraph):
        title += paragraph.cite
    signed = _date_of(circular)
    parts = [
        title,
        str(circular.number) if circular.number else "",
        f"{signed.year}年{signed.month}月{signed.day}日发布" if signed else "",
    ]
    return "，".join(part for part in parts if part) + "。"


def _stands_in_article(circular: Circular, paragraph: Paragraph) -> bool:
    """Law notes name the article (第十二条第二款); natural paragraphs have no settled form."""
    return any(
        heading.level is Level.ARTICLE
        and heading.part == paragraph.part
        and paragraph.path[: len(heading.path)] == heading.path
        and paragraph.id.startswith(f"{heading.id}__")
        for heading in circular.headings
    )
