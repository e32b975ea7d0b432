"""An addition that meets another writer of the index waits for it, and then goes on."""

from __future__ import annotations

import os
import subprocess
import sys

from corpus.library import Library
from indexer.build import index_root, update_index
from indexer.generation import current
from indexer.index_lock import hold_lock


def test_an_addition_waits_for_whoever_writes_the_index(tmp_path, repository):
    with Library.open(tmp_path / "库", create=True) as library:
        update_index(library)
        root = index_root(library)
    sample = repository / "corpus" / "samples" / "yungang-2018-44.txt"
    command = [sys.executable, "-m", "webui.cli", "--library", tmp_path / "库", "add", sample]

    with hold_lock(root, 5.0):  # as the service does while it rebuilds
        adding = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=repository
        )
        said = next(line for line in adding.stderr if "写入" in line)
    told, rest = adding.communicate(timeout=300)

    assert f"进程 {os.getpid()}" in said
    assert "公文都在库里" in said
    assert told.startswith("入库\t")
    assert adding.returncode == 0, rest
    with Library.open(tmp_path / "库") as library:
        assert current(root).manifest.sequence == library.sequence() > 0
