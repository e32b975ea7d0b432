"""`gongwen reparse`, `remove`, `add --retry`, `add --limits`: caring for what is held."""

from __future__ import annotations

import errno
import json
import os

import pytest
from click.testing import CliRunner

from corpus.readers.budgets import BUDGETS
from corpus.samples import sample_files
from indexer import build
from webui.app import create_app
from webui.cli import main
from webui.statuses import ExitCode


@pytest.fixture
def stocked(gongwen, tmp_path):
    """The location of a library of two circulars."""
    folder = tmp_path / "库"
    files = [path for path in sample_files() if path.stem in {"yungang-2018-44", "linxi-2021-32"}]
    assert gongwen("add", *files, library=folder).exit_code == ExitCode.DONE
    return folder


def ids(gongwen, folder):
    found = json.loads(gongwen("search", "工作", "--json", library=folder).stdout)
    return sorted({hit["circular"] for hit in found["hits"]})


def test_reparse_says_what_changed_of_each_circular(gongwen, stocked):
    done = gongwen("reparse", library=stocked)
    assert done.exit_code == ExitCode.DONE
    assert "共 2 份公文：未变 2。" in done.stderr
    lines = [
        json.loads(line)
        for line in gongwen("reparse", "--json", library=stocked).stdout.splitlines()
    ]
    assert {(line["status"], line["reason"]) for line in lines} == {("duplicate", "unchanged")}


def test_reparse_of_an_empty_library_says_so(gongwen, tmp_path):
    note = tmp_path / "空.txt"
    note.write_text("")
    gongwen("add", note, library=tmp_path / "库")
    done = gongwen("reparse", library=tmp_path / "库")
    assert (done.exit_code, "没有需要重新解析的公文" in done.stderr) == (ExitCode.DONE, True)


def test_an_index_that_there_is_no_room_to_merge_is_usable_and_says_so(
    gongwen, stocked, monkeypatch
):
    def run_out_of_room(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    before = ids(gongwen, stocked)
    monkeypatch.setattr(build._Update, "merge", run_out_of_room)
    done = gongwen("index", library=stocked)

    assert done.exit_code == ExitCode.DONE
    assert f"没有合并成大段（{os.strerror(errno.ENOSPC)}）" in done.stderr
    assert ids(gongwen, stocked) == before


def test_a_removed_circular_is_gone_and_its_links_say_so(gongwen, stocked):
    before = json.loads(gongwen("show", "云政办发〔2018〕44号", "--json", library=stocked).stdout)
    removed = gongwen("remove", "云政办发〔2018〕44号", "--yes", library=stocked)
    assert removed.exit_code == ExitCode.DONE
    assert before["id"] in removed.stdout
    assert before["id"] not in ids(gongwen, stocked)
    client = create_app(stocked).test_client()
    eid = before["paragraphs"][0]["id"]
    assert client.get(f"/d/{before['id']}/").status_code == 410
    assert client.get(f"/d/{before['id']}/p/{eid}").status_code == 410


def test_what_was_removed_comes_back_as_it_was(gongwen, stocked):
    before = json.loads(gongwen("show", "云政办发〔2018〕44号", "--json", library=stocked).stdout)
    gongwen("remove", before["id"], "--yes", library=stocked)
    again = gongwen("add", *sample_of("yungang-2018-44"), library=stocked)
    assert "gongwen remove --undo" in again.stdout
    assert gongwen("remove", "--undo", before["id"], library=stocked).exit_code == ExitCode.DONE
    assert json.loads(gongwen("show", before["id"], "--json", library=stocked).stdout) == before
    assert before["id"] in ids(gongwen, stocked)
    twice = gongwen("remove", "--undo", before["id"], library=stocked)
    assert "没有被移除" in twice.stderr
    assert gongwen("remove", "--undo", "没有", library=stocked).exit_code == ExitCode.NOT_FOUND


def sample_of(stem):
    return [path for path in sample_files() if path.stem == stem]


@pytest.mark.parametrize(
    ("answer", "code", "left"),
    [("y\n", ExitCode.DONE, 1), ("是\n", ExitCode.DONE, 1), ("n\n", ExitCode.NOT_FOUND, 2), ("", ExitCode.USAGE, 2)],
)  # fmt: skip
def test_nothing_is_removed_before_somebody_agreed(gongwen, stocked, answer, code, left):
    (first, _) = ids(gongwen, stocked)
    args = ["--library", str(stocked), "remove", first]
    asked = CliRunner().invoke(main, args, input=answer, prog_name="gongwen")
    assert (asked.exit_code, len(ids(gongwen, stocked))) == (code, left)
    assert "移除以上 1 份公文？" in asked.stderr


def test_a_paragraph_or_an_unknown_name_removes_nothing(gongwen, stocked):
    (first, _) = ids(gongwen, stocked)
    shown = json.loads(gongwen("show", first, "--json", library=stocked).stdout)
    named = f"{first}/{shown['paragraphs'][0]['id']}"
    assert gongwen("remove", named, "--yes", library=stocked).exit_code == ExitCode.USAGE
    assert gongwen("remove", "没有", "--yes", library=stocked).exit_code == ExitCode.NOT_FOUND
    assert len(ids(gongwen, stocked)) == 2


def test_the_whole_quarantine_is_read_again_without_naming_a_file(gongwen, tmp_path, monkeypatch):
    folder, files = tmp_path / "库", tmp_path / "文件"
    files.mkdir()
    mended, gone = files / "甲.txt", files / "乙.txt"
    mended.write_text("")
    gone.write_text(" ")
    assert gongwen("add", files, library=folder).exit_code == ExitCode.NOT_FOUND
    mended.write_text("关于加强防汛工作的通知\n各区要安排专人值班。\n")
    gone.unlink()
    again = gongwen("add", "--retry", library=folder)
    assert again.exit_code == ExitCode.DONE
    assert "入库" in again.stdout
    assert "仍留在隔离清单里" in again.stderr
    nothing = gongwen("add", "--retry", library=folder)
    assert "没有还在原处的文件" in nothing.stderr


def test_add_without_a_path_says_what_to_write(gongwen, tmp_path):
    added = gongwen("add", library=tmp_path / "库")
    assert added.exit_code == ExitCode.USAGE
    assert "文件或文件夹" in added.stderr
    assert not (tmp_path / "库").exists()


def test_the_limits_of_reading_are_told(gongwen, tmp_path):
    told = gongwen("add", "--limits", library=tmp_path / "库").stdout
    assert f"{BUDGETS.members} 个" in told
    assert f"{BUDGETS.memory_bytes // 1024**2} MB" in told
    assert not (tmp_path / "库").exists()
