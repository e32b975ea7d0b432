"""The crash-simulating disk has teeth: publishing that leaves out a sync is found out."""

from __future__ import annotations

import random

import pytest

from indexer.analyzer import Analyzer
from tests.torture.crash_disk import CrashDisk
from tests.torture.row_f2 import Story


class ForgetfulDisk(CrashDisk):
    """Leaves out the syncs of files, of folders, or of what bears a certain name."""

    def __init__(self, top, leaves_out):
        self._leaves_out = leaves_out
        super().__init__(top)

    def sync(self, path):
        if not self._leaves_out(path):
            super().sync(path)


def crash_often(tmp_path, leaves_out) -> int:
    rng = random.Random(1)
    (tmp_path / "library").mkdir()
    story = Story(ForgetfulDisk(tmp_path / "library", leaves_out), rng, Analyzer({}, []))
    failures = [story.crash(tmp_path / "left", rng, goes_on=False) for _ in range(150)]
    story.disk.close()
    return sum(bool(each) for each in failures)


@pytest.mark.parametrize(
    "leaves_out",
    [
        lambda path: path.is_file() and path.suffix == ".pst",
        lambda path: path.name == "manifest.json",
        lambda path: path.name.startswith("work-"),
        lambda path: path.name == "index",
    ],
    ids=["postings", "manifest", "work-folder", "index-folder"],
)
def test_a_sync_left_out_is_found_out(tmp_path, leaves_out):
    assert crash_often(tmp_path, leaves_out) > 0


def test_a_torn_pointer_alone_loses_nothing(tmp_path):
    # The newest sound generation is found without it.
    assert crash_often(tmp_path, lambda path: path.name == "CURRENT.new") == 0


def test_with_all_syncs_nothing_is_lost(tmp_path):
    assert crash_often(tmp_path, lambda path: False) == 0
