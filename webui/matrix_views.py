"""A matrix (任务分工矩阵) → its page: the grid, each agency's numbers, one agency's whole list."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from corpus.model import Role
from search.facets import ROLE_NAMES
from webui.markup import dress
from webui.views_state import ROLE_MARKS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from markupsafe import Markup

    from search.matrix import Agency, Duty, Matrix, Task

MOST_COLUMNS = 120  # of a circular on one page; the workbook holds the rest
FEWER_COLUMNS = 60  # of a search or a basket, where most cells are empty
MOST_LISTED = 200  # agencies listed below the grid
GRID_ON_PAPER = 44  # columns that fit on A4 landscape; a wider grid prints as a list


@dataclass(frozen=True, slots=True)
class Source:
    """What a matrix is made from: its name, a sentence about it, and the way back."""

    title: str
    sentence: str
    back_label: str
    back_url: str
    by_circular: bool = False  # rows are grouped by circular, not by heading


@dataclass(frozen=True, slots=True)
class Links:
    """The addresses of a matrix page."""

    canonical: str
    xlsx: str
    whole: str
    agency: Callable[[str], str]
    task: Callable[[Task], str]


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: empty, or an agency with its signs and words of role."""

    style: str = ""
    marks: str = ""
    words: str = ""
    agency: str = ""


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One measure with its cells; `group` stands above the first of a group."""

    order: int
    html: Markup
    url: str
    cite: str
    title: str
    cells: tuple[Cell, ...] = ()
    group: str = ""
    deadline: str = ""
    open_ended: bool = False


@dataclass(frozen=True, slots=True)
class AgencyColumn:
    """One agency: its sentence (牵头 12 项，配合 31 项), and the numbers of its tasks by role."""

    label: str
    url: str
    sentence: str
    numbers: tuple[tuple[str, str, tuple[int, ...]], ...]  # sign, word, numbers


@dataclass(frozen=True, slots=True)
class MatrixView:
    """The page of a matrix, or of one agency in it (`who`)."""

    title: str
    source: Source
    headline: str
    links: Links
    columns: tuple[AgencyColumn, ...]
    rows: tuple[TaskRow, ...]
    shown_columns: int
    more_columns: int
    unlisted: int
    beyond: int
    wide: bool
    print_line: str
    who: AgencyColumn | None = None


def view_matrix(matrix: Matrix, source: Source, links: Links, *, day: str) -> MatrixView:
    """Return the page of a whole matrix."""
    most = FEWER_COLUMNS if source.by_circular else MOST_COLUMNS
    columns = tuple(
        _column(agency, duties, links) for agency, duties in islice(matrix.duties(), MOST_LISTED)
    )
    return MatrixView(
        title="任务分工矩阵",
        source=source,
        headline=f"{len(matrix.tasks)} 条措施，{len(matrix.agencies)} 个责任单位",
        links=links,
        columns=columns,
        rows=tuple(_rows(matrix, source, links, most)),
        shown_columns=min(most, len(columns)),
        more_columns=max(0, len(matrix.agencies) - most),
        unlisted=len(matrix.agencies) - len(columns),
        beyond=matrix.beyond,
        wide=len(columns) > GRID_ON_PAPER,
        print_line=f"{links.canonical}　打印于 {day}",
    )


def view_agency(
    matrix: Matrix, agency_id: str, source: Source, links: Links, *, day: str
) -> MatrixView | None:
    """Return the page of one agency's whole list of tasks; None where it has none here."""
    found = next(
        (each for each in matrix.duties() if each[0].agency_id == agency_id),
        None,
    )
    if found is None:
        return None
    agency, duties = found
    column = _column(agency, duties, links)
    return MatrixView(
        title=f"{agency.label}的任务",
        source=source,
        headline=f"{agency.label}：{column.sentence}",
        links=links,
        columns=(column,),
        rows=tuple(_row(duty.task, (_cell(agency.label, duty.roles),), links) for duty in duties),
        shown_columns=1,
        more_columns=0,
        unlisted=0,
        beyond=matrix.beyond,
        wide=True,
        print_line=f"{links.canonical}　打印于 {day}",
        who=column,
    )


def sentence_on(agency: Agency) -> str:
    """Say how many tasks an agency has in each role: 牵头 12 项，配合 31 项."""
    return "，".join(
        f"{ROLE_NAMES[role]} {agency.counts[role]} 项" for role in Role if role in agency.counts
    )


def _column(agency: Agency, duties: Sequence[Duty], links: Links) -> AgencyColumn:
    numbers = tuple(
        (
            ROLE_MARKS[role],
            ROLE_NAMES[role],
            tuple(duty.task.order for duty in duties if role in duty.roles),
        )
        for role in Role
        if role in agency.counts
    )
    return AgencyColumn(agency.label, links.agency(agency.agency_id), sentence_on(agency), numbers)


def _rows(matrix: Matrix, source: Source, links: Links, most: int) -> Iterator[TaskRow]:
    labels = [agency.label for agency in matrix.agencies]
    before = ""
    for task in matrix.tasks:
        group = task.title if source.by_circular else "".join(task.headings[:1])
        cells = tuple(
            _cell(label, roles) for label, roles in zip(labels, matrix.row(task), strict=True)
        )[:most]
        yield _row(task, cells, links, group if group != before else "")
        before = group


def _row(task: Task, cells: tuple[Cell, ...], links: Links, group: str = "") -> TaskRow:
    return TaskRow(
        order=task.order,
        html=dress(task.whole_text),
        url=links.task(task),
        cite=task.cite,
        title=task.title,
        cells=cells,
        group=group,
        deadline=task.deadline,
        open_ended=task.open_ended,
    )


def _cell(agency: str, roles: tuple[Role, ...]) -> Cell:
    if not roles:
        return Cell()
    return Cell(
        style=roles[0].value,
        marks="".join(ROLE_MARKS[role] for role in roles),
        words="、".join(ROLE_NAMES[role] for role in roles),
        agency=agency,
    )
