"""Whether a circular still applies (时效), each answer with its evidence; 未知 where none says."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from corpus.citation import quote_title
from corpus.model import Relation
from search.derived import Derived, today

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from corpus.library import Library
    from corpus.library_records import CircularSummary, StatedValidity, Undoing
    from search.query import Filters, Query

# 有效期至2025年12月31日, 执行至2020年底, 自2021年1月1日起施行
_DAY: Final = re.compile(r"(\d{4})\s?年(?:\s?(\d{1,2})\s?月(?:\s?(\d{1,2})\s?日)?)?(底)?")


class Validity(StrEnum):
    """Whether a circular applies (时效)."""

    IN_FORCE = "in_force"
    AMENDED = "amended"
    NOT_YET = "not_yet"
    EXPIRED = "expired"
    REPEALED = "repealed"
    UNKNOWN = "unknown"


VALIDITY_NAMES: Final = {
    Validity.IN_FORCE: "现行有效",
    Validity.AMENDED: "已修改",
    Validity.NOT_YET: "尚未生效",
    Validity.EXPIRED: "已失效",
    Validity.REPEALED: "已废止",
    Validity.UNKNOWN: "未知",
}


class Standing(NamedTuple):
    """Whether a circular applies, and what says so; `by` is the circular that undid it, or ""."""

    validity: Validity
    evidence: str = ""
    by: str = ""

    @property
    def name(self) -> str:
        """What it is called: 现行有效, 已废止 …."""
        return VALIDITY_NAMES[self.validity]


UNKNOWN: Final = Standing(Validity.UNKNOWN)


def find_standings(
    library: Library, summaries: Iterable[CircularSummary], today: str
) -> dict[str, Standing]:
    """Return the standing of every circular about which something is known on a day."""
    by_number: dict[str, list[str]] = {}
    by_title: dict[str, list[str]] = {}
    for summary in summaries:
        by_number.setdefault(summary.number, []).append(summary.id)
        by_title.setdefault(summary.title, []).append(summary.id)
    found = {
        stated.circular_id: standing
        for stated in library.stated_validity()
        if (standing := _as_stated(stated, today)) is not None
    }
    for undoing in library.undoings():
        meant = by_number if undoing.cited_number else by_title
        for circular in meant.get(undoing.cited_number or undoing.cited_title, ()):
            if circular != undoing.by_id and (undoing.cited_number or undoing.cited_title):
                _undo(found, circular, undoing)
    return found


def _undo(found: dict[str, Standing], circular: str, undoing: Undoing) -> None:
    name = quote_title(undoing.by_title) if undoing.by_title else "另一份文件"
    number = f"（{undoing.by_number}）" if undoing.by_number else ""
    if undoing.relation is Relation.REPEALS:
        found[circular] = Standing(Validity.REPEALED, f"{name}{number}废止", undoing.by_id)
    elif found.get(circular, UNKNOWN).validity in {Validity.UNKNOWN, Validity.IN_FORCE}:
        found[circular] = Standing(Validity.AMENDED, f"{name}{number}修改", undoing.by_id)


def _as_stated(stated: StatedValidity, today: str) -> Standing | None:
    """Return what a circular or its site says of itself on a day; None where it says too little."""
    said = dict(stated.said)
    label, until, start = (
        said.get(name, "") for name in ("validity", "valid_until", "effective_from")
    )
    if stated.ended:
        ended = Validity.REPEALED if "废止" in stated.ended else Validity.EXPIRED
        return Standing(ended, stated.ended)
    last = last_day(until)
    if last and last < today:
        return Standing(Validity.EXPIRED, f"写明“{until}”")
    first = first_day(start)
    if first and first > today:
        return Standing(Validity.NOT_YET, f"写明“{start}”")
    if last:
        return Standing(Validity.IN_FORCE, f"写明“{until}”")
    if label in {"有效", "现行有效", "继续有效"}:
        return Standing(Validity.IN_FORCE, f"来源标明“{label}”")
    return None


def last_day(text: str) -> str:
    """Return the last day that a text names, as 2025-12-31; "" where it names none.

    >>> last_day("有效期至2025年12月31日"), last_day("执行至2020年底"), last_day("有效期5年")
    ('2025-12-31', '2020-12-31', '')
    """
    found = _DAY.search(text) if "至" in text or "到" in text else None
    if found is None:
        return ""
    year, month, day, _ = found.groups()
    return f"{year}-{int(month or 12):02}-{int(day or 31):02}"


def first_day(text: str) -> str:
    """Return the first day that a text names, as 2021-01-01; "" where it names none.

    >>> first_day("自2021年1月1日起施行"), first_day("自印发之日起施行")
    ('2021-01-01', '')
    """
    found = _DAY.search(text)
    if found is None:
        return ""
    year, month, day, _ = found.groups()
    return f"{year}-{int(month or 1):02}-{int(day or 1):02}"


class Standings:
    """The standing of every circular of a library, found again when library or day change."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._found = Derived(library, self._find)

    def renew(self) -> None:
        """Find them again where it is time, so that no search has to."""
        self._found.renew()

    def of(self, circular: str) -> Standing:
        """Return the standing of one circular."""
        return self.known().get(circular, UNKNOWN)

    def known(self) -> Mapping[str, Standing]:
        """Return the standing of every circular about which something is known."""
        return self._found.get()[0]

    def narrow(self, query: Query) -> Query:
        """Return a question with the circulars that its ticked 时效 stands for."""
        ticked = query.filters.validity
        if not ticked:
            return replace(query, filters=replace(query.filters, circular=None))
        known, every = self._found.get()
        chosen = tuple(each for each in every if known.get(each, UNKNOWN).validity in ticked)
        return replace(query, filters=replace(query.filters, circular=chosen))

    def asking(self, query: Query) -> Query:
        """Return a question that asks for what `count` needs, if anything is known at all."""
        return replace(query, by_circular=bool(self.known()))

    def count(self, matches: Mapping[str, int], filters: Filters) -> dict[str, int]:
        """Return how many matches there are of each standing, from those of each circular.

        Nothing is returned where nothing is known: a list of 未知 alone would tell nobody anything.
        """
        known = self.known()
        counts: Counter[str] = Counter()
        for circular, standing in known.items():
            counts[standing.validity.value] += matches.get(circular, 0)
        counts[Validity.UNKNOWN.value] += sum(matches.values()) - counts.total()
        counts = +counts  # zero counts left out
        said = counts.keys() - {Validity.UNKNOWN.value}
        return dict(counts) if said or filters.validity else {}

    def _find(self) -> tuple[dict[str, Standing], tuple[str, ...]]:
        summaries = self._library.summary()
        known = find_standings(self._library, summaries, today())
        return known, tuple(each.id for each in summaries)
