"""One paragraph's citations (引用): the four forms, the link, Markdown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import url_for

from corpus.citation import STYLE_NAMES, STYLE_NOTES, Style, cite
from webui.markup import dress, escape_markdown
from webui.views_notices import notices_on

if TYPE_CHECKING:
    from datetime import date

    from markupsafe import Markup

    from corpus.library_records import Permalink, StoredCircular
    from corpus.model import Circular, Paragraph

FILE_NAMES = {"ris": "RIS", "bib": "BibTeX", "json": "CSL-JSON"}


@dataclass(frozen=True, slots=True)
class CiteRow:
    """One form to copy; `html` goes on the clipboard beside the text."""

    style: str
    name: str
    text: str
    html: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class CitationView:
    """The page of one paragraph's citations."""

    title: str
    number: str
    place: str
    url: str
    permalink: str
    canonical: str
    html: Markup
    cites: tuple[CiteRow, ...]
    notices: tuple[str, ...]
    files: tuple[tuple[str, str], ...]  # name of the format, address


def view_citation(stored: StoredCircular, link: Permalink, *, accessed: date) -> CitationView:
    """Return the citations of the paragraph a permalink stands for."""
    paragraph = link.paragraph
    if paragraph is None:
        raise ValueError(link)
    circular = stored.circular
    address = url_for("pages.permalink", circular_id=stored.id, eid=paragraph.id, _external=True)
    return CitationView(
        title=circular.title,
        number=str(circular.number or ""),
        place=paragraph.cite,
        url=url_for("pages.circular", circular_id=stored.id),
        permalink=url_for("pages.permalink", circular_id=stored.id, eid=paragraph.id)
        + f"#{paragraph.id}",
        canonical=address,
        html=dress(paragraph.text),
        cites=list_citations(circular, paragraph, address, accessed),
        notices=notices_on(link),
        files=tuple(
            (
                name,
                url_for(
                    "cites.cite_paragraph", circular_id=stored.id, eid=paragraph.id, ending=ending
                ),
            )
            for ending, name in FILE_NAMES.items()
        ),
    )


def list_citations(
    circular: Circular, paragraph: Paragraph, address: str, accessed: date
) -> tuple[CiteRow, ...]:
    """Return every form in which a paragraph can be copied."""
    rows = []
    for style in Style:
        citation = cite(circular, paragraph, style, permalink=address, accessed=accessed)
        name, note = STYLE_NAMES[style], STYLE_NOTES[style]
        rows.append(CiteRow(style.value, name, citation.text, citation.html, note))
    inside = cite(circular, paragraph, Style.GONGWEN, permalink=address, accessed=accessed)
    text = "".join(line.strip() for line in paragraph.text.splitlines())
    quoted = CiteRow(
        "quote",
        "带引文的段落",
        f"“{text}”——{inside.text}",
        str(dress("“")) + str(dress(text)) + "”——" + inside.html,
    )
    named = escape_markdown(inside.text)
    markdown = f"> {escape_markdown(text)}\n>\n> ——[{named}]({address})"
    return (
        *rows,
        quoted,
        CiteRow("link", "仅链接", address),
        CiteRow("markdown", "Markdown", markdown),
    )
