"""The two hand-annotated circulars: every group, mention, role, span and governed stretch."""

from __future__ import annotations

import json
from datetime import date

import pytest

from corpus.assignments import find_assignments

SEEDS = {
    "xiamen-2016-146": ("厦门市", date(2016, 9, 14)),
    "ningxia-2017": ("宁夏回族自治区", date(2017, 6, 1)),
}
TOTALS = {"xiamen-2016-146": (46, 149), "ningxia-2017": (32, 131)}


def load(shared, name):
    text = (shared / "corpus" / f"{name}.txt").read_bytes().decode("utf-8")
    gold = json.loads((shared / "gold" / f"{name}.json").read_text("utf-8"))
    return text, gold


@pytest.mark.parametrize("name", SEEDS)
def test_every_group_and_mention_agrees_with_the_gold(shared, name):
    text, gold = load(shared, name)
    region, on = SEEDS[name]
    groups = mentions = 0
    for paragraph in gold["paragraphs"]:
        start = paragraph["char_start"]
        inside = text[start : paragraph["char_end"]]
        found = find_assignments(inside, offset=start, region=region, on=on)
        assert [tuple(group.span) for group in found] == [
            (group["char_start"], group["char_end"]) for group in paragraph["groups"]
        ]
        for group, wanted in zip(found, paragraph["groups"], strict=True):
            governs = wanted["governs"]
            assert tuple(group.governs) == (governs["char_start"], governs["char_end"])
            assert group.raw == wanted["raw"]
            read = [
                (m.as_written, m.expanded, m.role.value, tuple(m.span), m.collective)
                for m in group.members
            ]
            assert read == [
                (
                    agency["as_written"],
                    agency["expanded"],
                    agency["role"],
                    (agency["char_start"], agency["char_end"]),
                    agency["member_type"] == "collective",
                )
                for agency in wanted["agencies"]
            ]
            groups += 1
            mentions += len(read)
    assert (groups, mentions) == TOTALS[name]


@pytest.mark.parametrize("name", SEEDS)
def test_no_other_line_holds_a_group(shared, name):
    text, gold = load(shared, name)
    real = {(g["char_start"], g["char_end"]) for p in gold["paragraphs"] for g in p["groups"]}
    start = 0
    found = set()
    for line in text.splitlines(keepends=True):
        groups = find_assignments(line, offset=start, region=SEEDS[name][0])
        found |= {tuple(group.span) for group in groups}
        start += len(line)
    assert found == real


@pytest.mark.parametrize("name", SEEDS)
def test_full_names_agree_with_what_the_annotator_knew(shared, name):
    text, gold = load(shared, name)
    region, on = SEEDS[name]
    wrong = []
    for paragraph in gold["paragraphs"]:
        inside = text[paragraph["char_start"] : paragraph["char_end"]]
        for group, wanted in zip(
            find_assignments(inside, region=region, on=on), paragraph["groups"], strict=True
        ):
            wrong += [
                (member.canonical, agency["canonical_full_name"])
                for member, agency in zip(group.members, wanted["agencies"], strict=True)
                if member.canonical != agency["canonical_full_name"]
            ]
    assert wrong == []
