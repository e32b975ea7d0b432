"""From an engine's matches to hits with text: paragraphs and measures read out of the library."""

from __future__ import annotations

from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING

from corpus.citation import Style, cite
from corpus.model import Circular, measures_of, split_measure_id
from search.highlight import snippet_of
from search.numbers import stored_number
from search.results import Hit, HitAgency
from search.standing import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from corpus.library import Library
    from corpus.library_records import StoredParagraph
    from corpus.model import Assignment, Paragraph
    from search.engine import Match, Tier
    from search.standing import Standing
    from search.terms import Needle

    Explain = Callable[[Tier, str], tuple[str, ...]]


def hits_of(
    matches: Sequence[Match],
    library: Library,
    needles: Sequence[Needle],
    label: Callable[[str], str],
    explain: Explain | None = None,
    *,
    standings: Mapping[str, Standing] = MappingProxyType({}),
) -> tuple[Hit, ...]:
    """Return the hits of a page, in order; what the library no longer holds is left out.

    `explain` gives the reasons for a hit of a tier with a text; a circular that `standings` does
    not name is 未知.
    """
    places = [place_of(match.id) for match in matches]
    wanted = dict.fromkeys((circular, paragraph) for circular, _, paragraph in places)
    held = library.paragraphs(tuple(wanted))
    hits: list[Hit] = []
    for match, (circular, eid, paragraph) in zip(matches, places, strict=True):
        stored = held.get((circular, paragraph))
        if stored is None:
            continue
        hit = _hit_of(
            match,
            stored,
            eid,
            needles=needles,
            label=label,
            explain=explain,
            standings=standings,
        )
        if hit is not None:
            hits.append(hit)
    return tuple(hits)


def place_of(record: str) -> tuple[str, str, str]:
    """Return circular, eid and paragraph id of a record id.

    >>> place_of("某号/sec_1__p_2__m_1")
    ('某号', 'sec_1__p_2__m_1', 'sec_1__p_2')
    """
    circular, _, eid = record.partition("/")
    return circular, eid, split_measure_id(eid)[0]


def _hit_of(
    match: Match,
    stored: StoredParagraph,
    eid: str,
    *,
    needles: Sequence[Needle],
    label: Callable[[str], str],
    explain: Explain | None,
    standings: Mapping[str, Standing],
) -> Hit | None:
    paragraph = stored.paragraph
    text, groups = paragraph.text, paragraph.groups
    if eid != paragraph.id:
        measure = next((one for one in measures_of(paragraph) if one.id == eid), None)
        if measure is None:
            return None
        text, groups = measure.text, (measure.assignment,)
    return Hit(
        id=match.id,
        circular=stored.circular_id,
        eid=eid,
        paragraph=paragraph.id,
        permalink=f"/d/{stored.circular_id}/p/{eid}",
        number=stored.number,
        title=stored.title,
        date=stored.date,
        issuers=stored.issuers,
        region=stored.region,
        kind=stored.kind,
        path="/".join(map(str, paragraph.path)),
        display=paragraph.display,
        headings=paragraph.headings,
        run_in_heading=paragraph.run_in_heading,
        cite=paragraph.cite,
        citation=_citation_of(stored, paragraph),
        text=text,
        snippet=snippet_of(text, needles),
        agencies=tuple(_agencies_of(groups, label)),
        score=match.score,
        tier=match.tier,
        check_code=stored.check_code,
        reasons=explain(match.tier, text) if explain else (),
        standing=standings.get(stored.circular_id, UNKNOWN),
    )


def _agencies_of(groups: Iterable[Assignment], label: Callable[[str], str]) -> Iterable[HitAgency]:
    """Return the distinct agencies of some groups, 牵头 first, else in order of appearance."""
    agencies = dict.fromkeys(
        HitAgency(
            agency_id=member.agency_id,
            label=label(member.agency_id),
            as_written=member.as_written,
            role=member.role.value,
            line=member.line,
            collective=member.collective,
        )
        for group in groups
        for member in group.members
    )
    return sorted(agencies, key=lambda agency: agency.role != "lead")


def _citation_of(stored: StoredParagraph, paragraph: Paragraph) -> str:
    circular = Circular(title=stored.title, number=stored_number(stored.number))
    return cite(circular, paragraph, Style.GONGWEN, permalink="", accessed=date.min).text
