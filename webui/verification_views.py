"""A verification (核验) → its page: the verdicts counted, then each claim beside what is held."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from flask import url_for

from search.verification import Verdict
from webui.markup import Layer, dress
from webui.verification_words import (
    KIND_NAMES,
    VERDICT_MARKS,
    VERDICT_NAMES,
    alike_text,
    summary_lines,
)

if TYPE_CHECKING:
    from markupsafe import Markup

    from search.verification import Checked, Place, Verification

SHOWN_AROUND: Final = 80  # characters of a paragraph around the passage
_WORST_FIRST: Final = (
    Verdict.CHANGED, Verdict.MISSING, Verdict.ENDED, Verdict.PUNCTUATION, Verdict.SAME,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PlaceView:
    """Where the library says it; `html` is "" where a whole circular is meant."""

    url: str
    title: str
    facts: tuple[str, ...]
    citation: str
    html: Markup | str
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class CheckedView:
    """One claim with its verdict."""

    order: int
    kind: str
    style: str
    mark: str
    verdict: str
    html: Markup
    alike: str
    places: tuple[PlaceView, ...]
    more: int
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CountView:
    """How many claims had one verdict; `first` is the number of the first of them."""

    style: str
    mark: str
    verdict: str
    count: int
    first: int


@dataclass(frozen=True, slots=True)
class VerifyView:
    """The page: what was pasted, and what came of it; `fault` says why nothing did."""

    text: str = ""
    name: str = ""
    fault: str = ""
    headline: str = ""
    lines: tuple[str, ...] = ()
    counts: tuple[CountView, ...] = ()
    rows: tuple[CheckedView, ...] = ()


def view_verification(verification: Verification, text: str, name: str) -> VerifyView:
    """Return the page of a checked text."""
    headline, *lines = summary_lines(verification)
    if not verification.checked:
        headline = "没有可核对的内容"
        lines.insert(0, "没有找到 8 字以上的引文（“…”）、发文字号或永久链接。")
    rows = tuple(_row(order, one) for order, one in enumerate(verification.checked, start=1))
    return VerifyView(
        text=text,
        name=name,
        headline=headline.rstrip("。"),
        lines=tuple(lines),
        counts=tuple(_counts(verification)),
        rows=rows,
    )


def _counts(verification: Verification) -> list[CountView]:
    verdicts = [one.verdict for one in verification.checked]
    return [
        CountView(
            verdict.value,
            VERDICT_MARKS[verdict],
            VERDICT_NAMES[verdict],
            verification.counts[verdict],
            verdicts.index(verdict) + 1,
        )
        for verdict in _WORST_FIRST
        if verification.counts[verdict]
    ]


def _row(order: int, one: Checked) -> CheckedView:
    mine = one.difference.mine if one.difference else ()
    notes = one.notes
    if one.claim.times > 1:
        notes = (*notes, f"文中共出现 {one.claim.times} 次。")
    return CheckedView(
        order=order,
        kind=KIND_NAMES[one.claim.kind],
        style=one.verdict.value,
        mark=VERDICT_MARKS[one.verdict],
        verdict=VERDICT_NAMES[one.verdict],
        html=dress(one.claim.text, (Layer(start, end, "lack") for start, end in mine)),
        alike=alike_text(one),
        places=tuple(_place(one, place) for place in one.places),
        more=max(0, one.total - len(one.places)),
        notes=notes,
    )


def _place(one: Checked, place: Place) -> PlaceView:
    theirs = one.difference.theirs if one.difference else ()
    url = url_for("pages.circular", circular_id=place.circular)
    html: Markup | str = ""
    before = after = ""
    facts = [place.number, place.date]
    if place.eid:
        url = url_for("pages.permalink", circular_id=place.circular, eid=place.eid)
        url = f"{url}#{place.eid}"
        start, end = place.passage
        before = _shortened(place.text[:start], before=True)
        after = _shortened(place.text[end:], before=False)
        html = dress(place.text[start:end], (Layer(a, b, "gain") for a, b in theirs))
        facts.append(place.cite)
    elif theirs:
        html = dress(place.title, (Layer(a, b, "gain") for a, b in theirs))
    return PlaceView(
        url=url,
        title=place.title,
        facts=tuple(fact for fact in facts if fact),
        citation=place.citation,
        html=html,
        before=before,
        after=after,
    )


def _shortened(text: str, *, before: bool) -> str:
    line = "".join(text.split("\n"))
    if len(line) <= SHOWN_AROUND:
        return line
    return f"…{line[-SHOWN_AROUND:]}" if before else f"{line[:SHOWN_AROUND]}…"
