"""The division of work (任务分工矩阵) as values: measures down, agencies across, roles between.

A matrix is made from measures wherever they come from: one circular, a search, a reader's basket.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from corpus.citation import quote_title
from corpus.library_records import StoredParagraph, listed_date, number_text
from corpus.model import Role, measures_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from corpus.library_records import StoredCircular
    from corpus.model import Measure, Member, Paragraph

_RANK = {Role.LEAD: 0, Role.SOLE: 1, Role.JOINT: 2, Role.SUPPORT: 3}


@dataclass(frozen=True, slots=True)
class Share:
    """One agency's part in one task (分工)."""

    agency_id: str
    name: str  # as written, with its elided prefix
    role: Role
    collective: bool = False


@dataclass(frozen=True, slots=True)
class Task:
    """One measure as a row (任务): its text, where it stands, and who has what part in it.

    `order` counts from 1 in the matrix; `eid` is the measure's id, `paragraph` that of the
    paragraph it can be cited by.
    """

    order: int
    circular: str
    eid: str
    paragraph: str
    text: str
    lead_in: str
    headings: tuple[str, ...]
    cite: str
    title: str
    number: str
    date: str
    shares: tuple[Share, ...]
    deadline: str = ""
    open_ended: bool = False

    @property
    def basis(self) -> str:
        """《标题》（文号）第…段: where the task stands (依据)."""
        title = quote_title(self.title) if self.title else ""
        number = f"（{self.number}）" if self.number and title else self.number
        return f"{title}{number}{self.cite}"

    @property
    def whole_text(self) -> str:
        """The text with the title run in before its paragraph, where the measure lacks it."""
        lead_in = self.lead_in
        return self.text if not lead_in or lead_in in self.text else f"{lead_in}{self.text}"

    def roles(self) -> dict[str, tuple[Role, ...]]:
        """Return each agency's roles, the weightiest first."""
        found: dict[str, set[Role]] = {}
        for share in self.shares:
            found.setdefault(share.agency_id, set()).add(share.role)
        return {
            agency_id: tuple(sorted(roles, key=_RANK.__getitem__))
            for agency_id, roles in found.items()
        }

    def names(self, role: Role) -> tuple[str, ...]:
        """Return the agencies of one role, each once, in the order of the text."""
        return tuple(dict.fromkeys(one.name for one in self.shares if one.role is role))


class Duty(NamedTuple):
    """A task as one agency has it: with the agency's roles in it (承担的任务)."""

    task: Task
    roles: tuple[Role, ...]


@dataclass(frozen=True, slots=True)
class Agency:
    """One column (责任单位), with how many tasks it has in each role; `total` counts tasks once."""

    agency_id: str
    label: str
    collective: bool
    counts: Mapping[Role, int]
    total: int


@dataclass(frozen=True, slots=True)
class Matrix:
    """Tasks × agencies. `beyond` counts the measures that were left out."""

    tasks: tuple[Task, ...]
    agencies: tuple[Agency, ...]
    beyond: int = 0

    def row(self, task: Task) -> tuple[tuple[Role, ...], ...]:
        """Return the cells of one task, in the order of the agencies."""
        roles = task.roles()
        return tuple(roles.get(agency.agency_id, ()) for agency in self.agencies)

    def duties(self) -> Iterator[tuple[Agency, tuple[Duty, ...]]]:
        """Yield each agency with every task it has a part in."""
        found: dict[str, list[Duty]] = {}
        for task in self.tasks:
            for agency_id, roles in task.roles().items():
                found.setdefault(agency_id, []).append(Duty(task, roles))
        for agency in self.agencies:
            yield agency, tuple(found[agency.agency_id])


def build_matrix(
    tasks: Iterable[Task], *, tell_apart: Callable[[str], str] = str, beyond: int = 0
) -> Matrix:
    """Return the matrix of some tasks, numbered in the order they come in.

    An agency is called as these tasks call it most often; where two would share a name,
    `tell_apart` names them by their id. Columns: single bodies first, then classes of bodies
    (各区人民政府); among each, those that lead or answer alone for most come first.
    """
    numbered = tuple(replace(task, order=order) for order, task in enumerate(tasks, start=1))
    names: dict[str, Counter[str]] = {}
    counts: dict[str, Counter[Role]] = {}
    totals: Counter[str] = Counter()
    collective: dict[str, bool] = {}
    for task in numbered:
        for share in task.shares:
            names.setdefault(share.agency_id, Counter())[share.name] += 1
            collective.setdefault(share.agency_id, share.collective)
        parts = dict.fromkeys((share.agency_id, share.role) for share in task.shares)
        for agency_id, role in parts:
            counts.setdefault(agency_id, Counter())[role] += 1
        totals.update({agency_id for agency_id, _ in parts})
    labels = {agency_id: _commonest(spellings) for agency_id, spellings in names.items()}
    shared = Counter(labels.values())
    agencies = [
        Agency(
            agency_id=agency_id,
            label=label if shared[label] == 1 else tell_apart(agency_id),
            collective=collective[agency_id],
            counts={role: counts[agency_id][role] for role in _RANK if counts[agency_id][role]},
            total=totals[agency_id],
        )
        for agency_id, label in labels.items()
    ]
    agencies.sort(key=_place)
    return Matrix(numbered, tuple(agencies), beyond)


def _commonest(spellings: Counter[str]) -> str:
    return min(spellings, key=lambda name: (-spellings[name], name))


def _place(agency: Agency) -> tuple[bool, int, int, str]:
    answers = agency.counts.get(Role.LEAD, 0) + agency.counts.get(Role.SOLE, 0)
    return agency.collective, -answers, -agency.total, agency.label


def tasks_in(stored: StoredCircular) -> tuple[Task, ...]:
    """Return every measure of a circular as a task, in the order of the text."""
    return tuple(
        task
        for paragraph in stored.circular.paragraphs
        for task in tasks_of(paragraph_in(stored, paragraph))
    )


def paragraph_in(stored: StoredCircular, paragraph: Paragraph) -> StoredParagraph:
    """Return a paragraph with what a list must say about the circular it stands in."""
    circular = stored.circular
    return StoredParagraph(
        circular_id=stored.id,
        paragraph=paragraph,
        title=circular.title or stored.source_name,
        number=number_text(circular.number),
        date=listed_date(circular),
        issuers=circular.issuers,
        region=circular.region,
        kind=circular.kind,
        check_code="",
    )


def tasks_of(stored: StoredParagraph, eids: Sequence[str] | None = None) -> tuple[Task, ...]:
    """Return the measures of a paragraph as tasks: all of them, or those with these ids."""
    return tuple(
        _task_of(stored, measure)
        for measure in measures_of(stored.paragraph)
        if eids is None or measure.id in eids
    )


def _task_of(stored: StoredParagraph, measure: Measure) -> Task:
    paragraph, assignment = stored.paragraph, measure.assignment
    return Task(
        order=1,
        circular=stored.circular_id,
        eid=measure.id,
        paragraph=paragraph.id,
        text=measure.text,
        lead_in=paragraph.run_in_heading,
        headings=paragraph.headings,
        cite=paragraph.cite,
        title=stored.title,
        number=stored.number,
        date=stored.date,
        shares=tuple(dict.fromkeys(map(_share_of, assignment.members))),
        deadline=assignment.deadline,
        open_ended=assignment.open_ended,
    )


def _share_of(member: Member) -> Share:
    return Share(member.agency_id, member.expanded, member.role, member.collective)
