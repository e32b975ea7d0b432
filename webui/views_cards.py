"""Hits (结果) → the cards of the results page: text, place, agencies, ways on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from corpus.model import Role
from search.facets import ROLE_NAMES
from search.query import Sort
from search.standing import UNKNOWN, Standing
from webui.markup import Layer, dress
from webui.views_copies import Shown, copies_of
from webui.views_lists import name_issuers
from webui.views_state import (
    MOST_HIGHLIGHTED,
    ROLE_MARKS,
    UNIT_NAMES,
    circular_address,
    paragraph_address,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from markupsafe import Markup

    from search.requests import SearchRequest
    from search.results import Hit, Results
    from webui.desk import Desk
    from webui.views_copies import Copy

MOST_AGENCIES = 12  # named on one card
MOST_TERMS = 8  # carried along to the circular's page
_ROLE_ORDER = [role.value for role in Role]
_NEWS: Final = {None: "", True: "新入库", False: "有改动"}


@dataclass(frozen=True, slots=True)
class CardAgency:
    """An agency on a card."""

    label: str
    mark: str
    role: str
    style: str


@dataclass(frozen=True, slots=True)
class Card:
    """One hit as the list shows it; `split` stands above the first partial match.

    Hits `grouped` by circular leave what is said of it to the first, which `heads` so many.
    """

    id: str
    url: str
    html: Markup
    lead_in: str
    path: str
    section_url: str
    circular_url: str
    title: str
    facts: tuple[str, ...]
    agencies: tuple[CardAgency, ...]
    more_agencies: int
    permalink: str
    cite_url: str
    why: str
    split: str = ""
    news: str = ""
    standing: Standing = UNKNOWN
    grouped: bool = False
    heads: int = 0
    copies: tuple[Copy, ...] = ()


def list_cards(results: Results, news: Mapping[str, bool], desk: Desk) -> tuple[Card, ...]:
    """Return the cards of a page, with the line between complete and partial matches.

    `news` tells of each circular that has come or changed since a visit whether it is new. What a
    reprint has said on the same page is not said again.
    """
    asked = results.request
    unit = UNIT_NAMES[asked.unit]
    offset = (asked.page - 1) * asked.limit
    cards = []
    split, shown = "", Shown()
    reprints = desk.reprints(*(hit.circular for hit in results.hits))
    marked = urlencode([("hl", term) for term in _terms_carried(results.terms)])
    for at, hit in enumerate(results.hits, start=offset):
        if results.partial and at and at == results.complete:
            split = f"以上 {at} {unit}含全部词，以下 {results.partial} {unit}含部分词"
        others = reprints.get(hit.circular, ())
        if not shown.repeats(hit, others):
            fresh = _NEWS[news.get(hit.circular)]
            copies = copies_of(others, desk)
            cards.append(_card(hit, asked, marked, split=split, news=fresh, copies=copies))
            split = ""
    return _grouped(cards) if asked.sort is Sort.DOCUMENT else tuple(cards)


def _grouped(cards: Iterable[Card]) -> tuple[Card, ...]:
    """Return cards in groups, one for each circular in turn (按文件)."""
    found: list[Card] = []
    for _, run in groupby(cards, key=lambda card: card.circular_url):
        first, *others = (replace(card, grouped=True) for card in run)
        found += [replace(first, heads=1 + len(others)), *others]
    return tuple(found)


def _terms_carried(terms: Iterable[str]) -> list[str]:
    """Return the terms to mark on the circular's page, as many as an address may carry.

    The page marks the paragraph itself in any case, so a long quotation can go without.
    """
    carried: list[str] = []
    for term in dict.fromkeys(terms):
        if len(carried) < MOST_TERMS and sum(map(len, carried)) + len(term) <= MOST_HIGHLIGHTED:
            carried.append(term)
    return carried


def _card(
    hit: Hit, asked: SearchRequest, marked: str, *, split: str, news: str, copies: tuple[Copy, ...]
) -> Card:
    permalink = paragraph_address(hit.circular, hit.paragraph)
    opened = f"{permalink}?{marked}" if marked else permalink
    circular = circular_address(hit.circular)
    snippet = hit.snippet
    facts = (hit.number, hit.date, name_issuers(hit.issuers))
    agencies = _agencies(hit, asked)
    lead_in = hit.run_in_heading
    return Card(
        id=hit.id,
        url=f"{opened}#{hit.paragraph}",
        html=dress(snippet.text, [Layer(mark.start, mark.end, "mark") for mark in snippet.marks]),
        lead_in="" if not lead_in or lead_in in hit.text else lead_in,
        path=_path(hit),
        section_url=f"{circular}#{hit.paragraph}",
        circular_url=circular,
        title=hit.title or hit.number or "无标题文件",
        facts=tuple(fact for fact in facts if fact),
        agencies=agencies[:MOST_AGENCIES],
        more_agencies=len(agencies) if len(agencies) > MOST_AGENCIES else 0,
        permalink=permalink,
        cite_url=f"{permalink}/cite",
        why=" · ".join(hit.reasons),
        split=split,
        news=news,
        standing=hit.standing,
        copies=copies,
    )


def _path(hit: Hit) -> str:
    """Return the headings above a hit and its place under them."""
    last = hit.display.rpartition(" › ")[2] or hit.display  # noqa: RUF001
    return " › ".join((*hit.headings, last))  # noqa: RUF001


def _agencies(hit: Hit, asked: SearchRequest) -> tuple[CardAgency, ...]:
    """Return a hit's agencies, each once a role, leaders first; those asked for stand out."""
    distinct = dict.fromkeys(
        (agency.agency_id, agency.line, agency.as_written, agency.role)
        for agency in sorted(hit.agencies, key=lambda each: _ROLE_ORDER.index(each.role))
    )
    return tuple(
        CardAgency(
            label=label,
            mark=ROLE_MARKS[role],
            role=ROLE_NAMES[role],
            style=f"{role} chosen" if _is_asked(agency_id, line, role, asked) else role,
        )
        for agency_id, line, label, role in distinct
    )


def _is_asked(agency_id: str, line: str, role: str, asked: SearchRequest) -> bool:
    named = agency_id in asked.agency or line in asked.line
    return named and (not asked.role or role in asked.role)
