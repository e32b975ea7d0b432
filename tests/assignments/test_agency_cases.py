"""The vectors of responsibility groups, compared field by field."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from corpus.assignments import find_assignments

CASES = [
    json.loads(line)
    for line in (Path(__file__).parent.parent / "data" / "agency_cases.jsonl")
    .read_text("utf-8")
    .splitlines()
]
# 网信办 after 市委宣传部 may be the party's or the government's.
EITHER = {"A34": {"市网信办": "市委网信办"}}


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_a_vector_is_read_as_expected(case):
    groups = find_assignments(case["raw"], region=case["place"])
    same = EITHER.get(case["id"], {})
    read = {
        "is_group": bool(groups),
        "open_ended": any(group.open_ended for group in groups),
        "agencies": [
            {
                "as_written": member.as_written,
                "expanded": same.get(member.expanded, member.expanded),
                "role": member.role.value,
                "member_type": "collective" if member.collective else "agency",
            }
            for group in groups
            for member in group.members
        ],
    }
    assert read == case["expect"]
    assert len(groups) <= 1


def test_there_are_fifty_five_vectors():
    assert len(CASES) == 55
