"""任务分工表: the header says which cell names whom."""

from __future__ import annotations

import pytest

from corpus.assignment_table import TaskTable, read_task_header
from corpus.duty_rules import DutyRules
from corpus.model import GroupForm

HEADER = "序号\t重点任务\t牵头单位\t配合单位\t完成时限"
ROW = "1\t规范收费，公开价目\t市市场监管局\t市财政局、教育局\t2024年6月底"


def rows(*lines: str, rules: DutyRules | None = None):
    table = TaskTable("云港市", None, rules)
    return [table.read_row(line) for line in lines]


def test_a_row_is_a_group_with_the_roles_of_its_columns():
    head, groups = rows(HEADER, ROW)
    assert head == ()
    (group,) = groups
    assert [f"{m.expanded}/{m.role}" for m in group.members] == [
        "市市场监管局/lead",
        "市财政局/support",
        "市教育局/support",
    ]
    assert (group.form, group.deadline) == (GroupForm.LABEL, "2024年6月底")


def test_the_spans_of_a_row_point_into_the_text_around_it():
    table = TaskTable("云港市", None)
    table.read_row(HEADER)
    (group,) = table.read_row(ROW, 100)
    assert ROW[slice(*(at - 100 for at in group.span))] == group.raw
    assert ROW[slice(*(at - 100 for at in group.governs))] == "1\t规范收费，公开价目\t"
    for member in group.members:
        assert ROW[slice(*(at - 100 for at in member.span))] == member.as_written


def test_a_row_with_merged_cells_is_counted_from_the_right():
    _, _, (group,) = rows(HEADER, ROW, "公开价目\t市公安局\t市财政局\t6月底")
    assert [m.as_written for m in group.members] == ["市公安局", "市财政局"]


def test_order_leads_only_where_the_circular_says_so():
    lines = ("任务\t责任单位", "加强巡查\t市公安局 市财政局")
    assert [m.role for m in rows(*lines)[1][0].members] == ["joint", "joint"]
    told = rows(*lines, rules=DutyRules(first_is_lead=True))[1][0]
    assert [m.role for m in told.members] == ["lead", "support"]


@pytest.mark.parametrize(
    "header",
    [
        "序号\t任务\t责任\t备注",
        "牵头单位",
        "名称\t单位\t数量",
        "序号\t本表由各牵头单位填写后于月底前报送至办公室\t责任单位",
    ],
)
def test_these_are_no_headers_of_a_table_of_tasks(header):
    assert read_task_header(header) is None


def test_what_is_no_table_is_left_to_the_reader_of_sentences():
    assert rows("由市公安局负责。", ROW) == [None, None]
    assert rows(HEADER, "由市公安局负责。", ROW)[1:] == [None, None]


def test_a_cell_that_names_nobody_gives_no_group():
    assert rows(HEADER, "1\t规范收费\t\t\t")[1] is None
    assert rows(HEADER, "1\t规范收费\t10%\t\t")[1] is None
