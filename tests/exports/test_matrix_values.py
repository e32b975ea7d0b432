"""The matrix as values: invented tasks, and the annotated circular when it is here."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from corpus.library_records import StoredCircular
from corpus.model import Role
from corpus.readers import read_bytes
from corpus.structure import parse_circular
from search.matrix import Share, Task, build_matrix, tasks_in

ROLES = {"lead": Role.LEAD, "support": Role.SUPPORT, "joint": Role.JOINT, "sole": Role.SOLE}


def task(*shares: Share, text="加强监管。", lead_in="") -> Task:
    return Task(1, "a1", "p_1__m_1", "p_1", text, lead_in, (), "第1段", "通知", "", "", shares)


def police(role: Role, agency_id="350200:公安") -> Share:
    return Share(agency_id, "市公安局", role)


def test_tasks_are_numbered_in_the_order_they_come():
    matrix = build_matrix([task(police(Role.LEAD)), task(police(Role.SUPPORT))])
    assert [each.order for each in matrix.tasks] == [1, 2]


def test_a_task_counts_once_however_often_it_names_an_agency():
    matrix = build_matrix([task(police(Role.LEAD), police(Role.LEAD), police(Role.SUPPORT))])
    assert matrix.agencies[0].counts == {Role.LEAD: 1, Role.SUPPORT: 1}
    assert matrix.agencies[0].total == 1
    assert matrix.row(matrix.tasks[0]) == ((Role.LEAD, Role.SUPPORT),)


def test_those_that_answer_for_most_come_first_and_classes_of_bodies_last():
    every = Share("350200:*各区人民政府", "各区人民政府", Role.LEAD, collective=True)
    farming = Share("350200:农业", "市农业局", Role.SOLE)
    matrix = build_matrix(
        [task(every, farming, police(Role.SUPPORT)), task(every, police(Role.JOINT))]
    )
    assert [each.label for each in matrix.agencies] == ["市农业局", "市公安局", "各区人民政府"]


def test_two_bodies_of_one_name_are_told_apart():
    there = police(Role.LEAD, "350100:公安")
    matrix = build_matrix([task(police(Role.LEAD), there)], tell_apart=lambda each: each[:6])
    assert sorted(each.label for each in matrix.agencies) == ["350100", "350200"]


def test_a_title_run_in_before_the_paragraph_is_said_once():
    assert task(text="查处假货。", lead_in="打假。").whole_text == "打假。查处假货。"
    assert task(text="打假。查处假货。", lead_in="打假。").whole_text == "打假。查处假货。"


@pytest.fixture(scope="module")
def xiamen(shared):
    name = "xiamen-2016-146"
    data = (shared / "corpus" / f"{name}.txt").read_bytes()
    circular = parse_circular(read_bytes(f"{name}.txt", data))
    stored = StoredCircular("x", 1, circular, "", name, "", "", 1)
    gold = json.loads((shared / "gold" / f"{name}.json").read_text(encoding="utf-8"))
    groups = [group for paragraph in gold["paragraphs"] for group in paragraph["groups"]]
    return build_matrix(tasks_in(stored)), groups


def test_xiamen_has_exactly_its_46_measures(xiamen):
    matrix, groups = xiamen
    assert len(matrix.tasks) == len(groups) == 46


def test_every_row_of_xiamen_agrees_with_the_annotation(xiamen):
    matrix, groups = xiamen
    for task_row, group in zip(matrix.tasks, groups, strict=True):
        ours = {(share.name, share.role) for share in task_row.shares}
        assert ours == {(one["expanded"], ROLES[one["role"]]) for one in group["agencies"]}


def test_the_police_of_xiamen_have_the_annotated_tasks(xiamen):
    matrix, groups = xiamen
    gold = [
        (order, ROLES[one["role"]])
        for order, group in enumerate(groups, start=1)
        for one in group["agencies"]
        if one["canonical_full_name"] == "厦门市公安局"
    ]
    duties = next(tasks for agency, tasks in matrix.duties() if agency.label == "市公安局")
    assert [(duty.task.order, role) for duty in duties for role in duty.roles] == gold
    agency = next(each for each in matrix.agencies if each.label == "市公安局")
    assert Counter(role for _, role in gold) == agency.counts


def test_two_spellings_of_one_body_are_one_column(xiamen):
    matrix, groups = xiamen
    canonical = {one["canonical_full_name"] for group in groups for one in group["agencies"]}
    assert len(matrix.agencies) == len(canonical)
