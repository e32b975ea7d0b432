"""A basket (报告篮) → its page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import url_for

from search.facets import ROLE_NAMES
from webui.basket_state import LONGEST_NOTE, LONGEST_TITLE, address_of_basket
from webui.markup import dress
from webui.views_cards import CardAgency
from webui.views_state import ROLE_MARKS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markupsafe import Markup

    from webui.basket_items import Collected, Report
    from webui.basket_state import Basket

NOTE_LINE = 40  # 汉字 on a line of a note
MOST_ROWS = 12  # of a note that is typed in; it scrolls from then on


@dataclass(frozen=True, slots=True)
class ItemView:
    """One item of the page."""

    order: int
    name: str
    note: str
    note_rows: int
    html: Markup
    url: str
    circular_url: str
    title: str
    citation: str
    reference: int
    agencies: tuple[CardAgency, ...]
    notices: tuple[str, ...]
    lost: str


@dataclass(frozen=True, slots=True)
class BasketView:
    """The page of a basket."""

    title: str
    headline: str
    canonical: str
    items: tuple[ItemView, ...]
    references: tuple[str, ...]
    files: tuple[tuple[str, str], ...]
    matrix_path: str
    unknown: tuple[str, ...]
    longest_note: int
    longest_title: int
    print_line: str


def view_basket(report: Report, basket: Basket, unknown: Sequence[str] = ()) -> BasketView:
    """Return the page of a basket; `unknown` is what was typed and not understood."""
    return BasketView(
        title=report.title,
        headline=f"{len(report.items)} 项，来自 {len(report.circulars)} 份文件",
        canonical=report.address,
        items=tuple(map(_item_view, report.items)),
        references=report.references,
        files=tuple(
            (label, url_for("basket.save", ending=ending))
            for ending, label in (
                ("docx", "Word"),
                ("xlsx", "Excel"),
                ("md", "Markdown"),
                ("csv", "CSV"),
                ("ris", "RIS"),
                ("bib", "BibTeX"),
                ("json", "CSL-JSON"),
            )
        ),
        matrix_path=address_of_basket(basket, url_for("basket.of_basket"))
        if any(item.tasks for item in report.items)
        else "",
        unknown=tuple(unknown),
        longest_note=LONGEST_NOTE,
        longest_title=LONGEST_TITLE,
        print_line=report.address,
    )


def _rows_of(note: str) -> int:
    r"""Return how many lines a note takes, for browsers that do not fit a box to its text.

    >>> _rows_of(""), _rows_of("与去年相比\n更严")
    (1, 2)
    """
    lines = note.splitlines() or [""]
    return min(MOST_ROWS, sum(max(1, -(-len(line) // NOTE_LINE)) for line in lines))


def _item_view(item: Collected) -> ItemView:
    stored, paragraph = item.stored, item.paragraph
    circular = url_for("pages.circular", circular_id=stored.id) if stored else ""
    url = ""
    if stored and paragraph:
        link = url_for("pages.permalink", circular_id=stored.id, eid=paragraph.id)
        url = f"{link}#{paragraph.id}"
    return ItemView(
        order=item.order,
        name=item.item.name,
        note=item.item.note,
        note_rows=_rows_of(item.item.note),
        html=dress(item.text),
        url=url,
        circular_url=circular,
        title=item.title,
        citation=item.citation,
        reference=item.reference,
        agencies=tuple(
            CardAgency(name, ROLE_MARKS[role], ROLE_NAMES[role], role.value)
            for role, names in item.roles
            for name in names
        ),
        notices=item.notices,
        lost=item.lost,
    )
