"""What each sample circular parses to is written down; a change of it is read before it is kept."""

from __future__ import annotations

import json

import pytest

from tests.golden.rewrite import FOLDER, golden_of, list_samples, parse_sample, write_json


@pytest.mark.parametrize("sample", list_samples(), ids=lambda sample: sample.stem)
def test_a_sample_parses_to_what_is_written_down(sample):
    written = json.loads(golden_of(sample).read_text(encoding="utf-8"))
    assert parse_sample(sample) == written, "若有意改变解析，请运行 make golden 并逐行审阅差异"


def test_every_golden_file_has_its_sample():
    assert set(FOLDER.glob("*.json")) == {golden_of(sample) for sample in list_samples()}


def test_golden_files_are_written_as_make_golden_writes_them():
    for sample in list_samples():
        text = golden_of(sample).read_text(encoding="utf-8")
        assert write_json(json.loads(text)) + "\n" == text
