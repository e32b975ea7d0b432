"""A matrix (任务分工矩阵) → a workbook: the grid, the tasks as a list, each agency's tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from corpus.model import Role
from search.facets import ROLE_NAMES
from webui.export_cells import one_line
from webui.export_xlsx import HEAD_FONT, HEADING, Book, Column
from webui.views_state import ROLE_MARKS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from search.matrix import Matrix, Task
    from webui.export_xlsx import Sheet

LEGEND: Final = "● 牵头　○ 配合　△ 共同（按职责分别负责）　■ 单独负责"
MOST_COLUMNS: Final = 16_000  # Excel's own bound is 16,384
_ONE_PAGE: Final = 60  # columns that still can be read when squeezed onto the width of a page
_RULED: Final = 100_000  # cells; a larger grid has rules only where something stands
_TALLEST: Final = 260.0  # points of the heading row
_HEADING_POINTS: Final = 13.5  # one sign of an upright heading
_TASK_WIDTH: Final = 56
_CENTRED: Final = {"align": "center"}
_UPRIGHT: Final = {"align": "center", "rotation": 270, "valign": "top", "font_size": 9}
_EDGES: Final = {"border": 1, "border_color": "#CFCABB", "valign": "vcenter"}
_TASKS: Final = (
    Column("序号", 6, centred=True),
    Column("任务", 62),
    Column("牵头单位", 20),
    Column("单独负责", 18),
    Column("共同负责", 26),
    Column("配合单位", 26),
    Column("完成时限", 12),
    Column("依据", 40),
    Column("链接", 30, link=True),
)
_DUTIES: Final = (
    Column("责任单位", 24),
    Column("角色", 8, centred=True),
    Column("序号", 6, centred=True),
    Column("任务", 70),
    Column("依据", 44),
    Column("链接", 30, link=True),
)


def matrix_workbook(
    matrix: Matrix,
    *,
    title: str,
    source: str,
    address: Callable[[Task], str],
    made: datetime,
) -> bytes:
    """Return the workbook of a matrix; `source` says what it was made from, with its address."""
    book = Book(f"任务分工矩阵：{title}", made)
    _write_grid(book, matrix, title)
    book.table("任务清单", _TASKS, _task_rows(matrix, address))
    book.table("单位清单", _DUTIES, _duty_rows(matrix, address))
    book.notes(_notes(matrix, title, source, made))
    return book.done()


def _write_grid(book: Book, matrix: Matrix, title: str) -> None:
    """Write measures down and agencies across, with the signs of the roles between them."""
    sheet = book.sheet("分工矩阵")
    agencies = matrix.agencies[:MOST_COLUMNS]
    sheet.put(0, 0, f"任务分工矩阵：{title}", font_name=HEAD_FONT, font_size=14)
    sheet.put(1, 0, LEGEND, font_color="#5D6269")
    sheet.set_widths(5, _TASK_WIDTH, *(3.6 for _ in agencies))
    sheet.set_height(0, 26)
    top = 2
    longest = max((len(agency.label) for agency in agencies), default=4)
    sheet.set_height(top, min(_TALLEST, max(60, _HEADING_POINTS * longest)))
    sheet.put(top, 0, "序号", **HEADING | {"align": "center"})
    sheet.put(top, 1, "任务", **HEADING)
    for at, agency in enumerate(agencies, start=2):
        sheet.put(top, at, agency.label, **HEADING | _UPRIGHT)
    ruled = len(agencies) * len(matrix.tasks) <= _RULED
    row = top
    for row, task in enumerate(matrix.tasks, start=top + 1):
        sheet.put_number(row, 0, task.order, **_EDGES | _CENTRED)
        text = one_line(task.whole_text)
        sheet.put(row, 1, text, **_EDGES | {"text_wrap": True})
        sheet.fit_height(row, (text, _TASK_WIDTH))
        for at, roles in enumerate(matrix.row(task)[:MOST_COLUMNS], start=2):
            marks = "".join(ROLE_MARKS[role] for role in roles)
            if marks:
                sheet.put(row, at, marks, **_EDGES | _CENTRED)
            elif ruled:
                sheet.put_nothing(row, at, **_EDGES)
    _write_sums(sheet, matrix, row + 1)
    sheet.hold(top, 2)
    if len(agencies) <= _ONE_PAGE:
        sheet.fit_width()


def _write_sums(sheet: Sheet, matrix: Matrix, row: int) -> None:
    """Write under the grid how many tasks each agency has in each role."""
    used = [role for role in Role if any(role in each.counts for each in matrix.agencies)]
    bold = _EDGES | {"font_name": HEAD_FONT, "bg_color": "#F3F0E8"}
    for at_row, role in enumerate(used, start=row):
        sheet.put_nothing(at_row, 0, **bold)
        sheet.put(at_row, 1, f"{ROLE_MARKS[role]} {ROLE_NAMES[role]}（项）", **bold)
        for at, agency in enumerate(matrix.agencies[:MOST_COLUMNS], start=2):
            sheet.put_number(at_row, at, agency.counts.get(role, 0), **bold | _CENTRED)


def _task_rows(matrix: Matrix, address: Callable[[Task], str]) -> Iterator[tuple[str | int, ...]]:
    for task in matrix.tasks:
        by_role = {role: "、".join(task.names(role)) for role in Role}
        if task.open_ended:  # the text says 等部门: others too
            last = max((share.role for share in task.shares), key=list(Role).index, default=None)
            if last is not None:
                by_role[last] += "等"
        yield (
            task.order,
            one_line(task.whole_text),
            by_role[Role.LEAD],
            by_role[Role.SOLE],
            by_role[Role.JOINT],
            by_role[Role.SUPPORT],
            task.deadline,
            task.basis,
            address(task),
        )


def _duty_rows(matrix: Matrix, address: Callable[[Task], str]) -> Iterator[tuple[str | int, ...]]:
    for agency, duties in matrix.duties():
        for task, roles in duties:
            named = "、".join(ROLE_NAMES[role] for role in roles)
            text = one_line(task.whole_text)
            yield agency.label, named, task.order, text, task.basis, address(task)


def _notes(matrix: Matrix, title: str, source: str, made: datetime) -> Iterator[tuple[str, str]]:
    yield "名称", f"任务分工矩阵：{title}"
    yield "来源", source
    yield "数量", f"{len(matrix.tasks)} 条措施，{len(matrix.agencies)} 个责任单位"
    if matrix.beyond:
        yield "未列出", f"另有 {matrix.beyond} 条措施没有列出，请缩小范围"
    if len(matrix.agencies) > MOST_COLUMNS:
        yield "未列出", f"“分工矩阵”表只列前 {MOST_COLUMNS} 个单位，其余见“单位清单”"
    yield "图例", LEGEND
    yield "说明", "措施与责任单位按原文括注、标签和叙述识别；引用前请核对原文。"
    yield "导出", made.strftime("%Y-%m-%d %H:%M")
