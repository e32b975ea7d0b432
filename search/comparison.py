"""Two circulars beside each other (对照): which measures they share, and what has changed in them.

Measures, or paragraphs where one of the two names no agencies, are paired one to one so that the
sum of likenesses is as large as it can be; of equal choices the pairing that keeps the order of the
texts wins. Punctuation and width never count. Swapping the two circulars swaps the sides and
changes nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from indexer.records import Unit
from search.comparison_agencies import AgencyChange, find_changes
from search.comparison_matching import Pair, match_texts
from search.differences import NO_DIFFERENCE, Difference, find_difference
from search.matrix import paragraph_in, tasks_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from corpus.library_records import StoredCircular
    from search.matrix import Share, Task


class Kind(StrEnum):
    """How two sides stand to each other (对照结论)."""

    SAME = "same"  # 相同
    LIKE = "like"  # 相近
    ONLY_A = "only_a"  # 仅甲有
    ONLY_B = "only_b"  # 仅乙有


class Side(NamedTuple):
    """One measure or paragraph of one circular."""

    order: int  # from 1
    eid: str
    paragraph: str
    cite: str
    heading: str
    text: str
    shares: tuple[Share, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the comparison; `alike` is 0…1."""

    kind: Kind
    a: Side | None
    b: Side | None
    alike: float = 0.0
    difference: Difference = NO_DIFFERENCE
    changes: tuple[AgencyChange, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two circulars compared (对照).

    Rows stand in the order of the first circular; what only the second has stands behind what it
    follows there. `by_line` says that agencies were compared by their line of government, because
    the circulars are of different places.
    """

    a: StoredCircular
    b: StoredCircular
    unit: Unit
    rows: tuple[Row, ...]
    by_line: bool
    counts: Mapping[Kind, int] = field(init=False)

    def __post_init__(self) -> None:
        counts = {kind: sum(row.kind is kind for row in self.rows) for kind in Kind}
        object.__setattr__(self, "counts", counts)


def compare(a: StoredCircular, b: StoredCircular, unit: Unit | None = None) -> Comparison:
    """Return two circulars measure by measure; by paragraphs where one has no measures."""
    measures = tuple(_measures_of(a)), tuple(_measures_of(b))
    unit = unit or (Unit.MEASURE if all(measures) else Unit.PARAGRAPH)
    sides_a, sides_b = measures
    if unit is Unit.PARAGRAPH:
        sides_a, sides_b = tuple(_paragraphs_of(a)), tuple(_paragraphs_of(b))
    pairs = match_texts([side.text for side in sides_a], [side.text for side in sides_b])
    by_line = a.circular.region_code != b.circular.region_code
    lines = {**_lines_of(a), **_lines_of(b)}

    def changes_of(one: Side, other: Side) -> tuple[AgencyChange, ...]:
        return tuple(find_changes(one.shares, other.shares, lines, by_line=by_line))

    rows = tuple(_rows(sides_a, sides_b, pairs, changes_of))
    return Comparison(a, b, unit, rows, by_line)


def _lines_of(stored: StoredCircular) -> dict[str, str]:
    """Return the line of government (条线) of each agency a circular names, where it has one."""
    return {
        member.agency_id: member.line
        for paragraph in stored.circular.paragraphs
        for group in paragraph.groups
        for member in group.members
        if member.line
    }


def _measures_of(stored: StoredCircular) -> Iterator[Side]:
    tasks = [
        task
        for paragraph in stored.circular.paragraphs
        for task in tasks_of(paragraph_in(stored, paragraph))
    ]
    for order, task in enumerate(tasks, start=1):
        yield _side_of(order, task)


def _side_of(order: int, task: Task) -> Side:
    heading = task.headings[-1] if task.headings else ""
    return Side(order, task.eid, task.paragraph, task.cite, heading, task.whole_text, task.shares)


def _paragraphs_of(stored: StoredCircular) -> Iterator[Side]:
    for order, paragraph in enumerate(stored.circular.paragraphs, start=1):
        heading = paragraph.headings[-1] if paragraph.headings else ""
        shares = dict.fromkeys(
            share for task in tasks_of(paragraph_in(stored, paragraph)) for share in task.shares
        )
        yield Side(
            order,
            paragraph.id,
            paragraph.id,
            paragraph.cite,
            heading,
            paragraph.text,
            tuple(shares),
        )


def _rows(
    sides_a: Sequence[Side],
    sides_b: Sequence[Side],
    pairs: Sequence[Pair],
    changes_of: Callable[[Side, Side], tuple[AgencyChange, ...]],
) -> Iterator[Row]:
    """Yield the rows in the order of the first side; see `Comparison`."""
    partner_of_a = {pair.a: pair for pair in pairs}
    taken = {pair.b: pair.a for pair in pairs}
    behind: dict[int, list[int]] = {}
    last = -1
    for at in range(len(sides_b)):
        if at in taken:
            last = taken[at]
        else:
            behind.setdefault(last, []).append(at)
    for at in range(-1, len(sides_a)):
        if at >= 0:
            side = sides_a[at]
            pair = partner_of_a.get(at)
            if pair is None:
                yield Row(Kind.ONLY_A, side, None)
            else:
                other = sides_b[pair.b]
                yield _pair_row(side, other, pair.alike, changes_of(side, other))
        for missing in behind.get(at, ()):
            yield Row(Kind.ONLY_B, None, sides_b[missing])


def _pair_row(a: Side, b: Side, alike: float, changes: tuple[AgencyChange, ...]) -> Row:
    if alike == 1:
        return Row(Kind.SAME, a, b, 1.0, changes=changes)
    return Row(Kind.LIKE, a, b, alike, find_difference(a.text, b.text), changes)
