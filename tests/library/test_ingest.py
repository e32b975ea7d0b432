"""Files and folders into the library: every file is stored or listed, and a run can be repeated."""

from __future__ import annotations

import io
import json
import os
import signal
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from sqlalchemy import select

from corpus.errors import LibraryFullError, PathMissingError
from corpus.ingest import add_paths, find_files
from corpus.library import Library
from corpus.library_schema import metadata
from corpus.parse_worker import ParserPool, ParserProcess, serve
from corpus.parsing import parse_file

BODY = """云港市人民政府办公室关于印发第{n}号工作要点的通知

云政办发〔2017〕{n}号

各区人民政府，市直各委、办、局：

一、加强重点领域治理
各部门要加强协调配合，形成监管合力，重点打击第{n}类假冒伪劣商品。（市公安局负责）
二、完善长效机制
建立健全联合惩戒机制，定期通报第{n}项工作的进展情况。（市商务局牵头，市财政局配合）

云港市人民政府办公室
2017年3月1日
"""


SCRIPT = (
    "import sys\n"
    "from corpus.ingest import add_paths\n"
    "from corpus.library import Library\n"
    "with Library.open(sys.argv[1], create=True) as library:\n"
    "    add_paths(library, [sys.argv[2]], on_result=lambda r: print(r.file, flush=True))\n"
)


@pytest.fixture
def folder(tmp_path):
    """Twelve circulars, one copy, one empty file and one picture, in two folders."""
    root = tmp_path / "公文"
    (root / "二级").mkdir(parents=True)
    for n in range(1, 13):
        place = root / "二级" if n % 2 else root
        (place / f"{n:02}.txt").write_text(BODY.format(n=n), encoding="utf-8")
    (root / "副本.txt").write_text(BODY.format(n=1), encoding="utf-8")
    (root / "空.txt").write_bytes(b"")
    (root / "图片.txt").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(200))
    return root


def run(library, *paths, **options):
    results = []
    tally = add_paths(library, paths, on_result=results.append, **options)
    assert sum(tally.values()) == len(results)
    return results


def state(library):
    """Everything a library holds but the moments and its own name."""
    forgotten = {"at", "added_at", "changed_at", "created_at", "identity"}
    with library._reading() as connection:
        return {
            table.name: sorted(
                connection.execute(select(*(c for c in table.c if c.name not in forgotten))),
                key=repr,
            )
            for table in metadata.sorted_tables
        }


def test_every_file_is_stored_or_listed_with_a_reason(library, folder):
    results = run(library, folder)
    assert [each.status for each in results].count("indexed") == 12
    by_name = {each.file.rsplit("/", 1)[-1]: each for each in results}
    assert (by_name["副本.txt"].status, by_name["副本.txt"].reason) == ("duplicate", "same_bytes")
    assert (by_name["空.txt"].status, by_name["空.txt"].reason) == ("quarantined", "empty")
    assert (by_name["图片.txt"].status, by_name["图片.txt"].reason) == ("quarantined", "picture")
    assert [each.name for each in library.quarantined()] == ["图片.txt", "空.txt"]
    assert library.check() == ()


def test_the_same_folder_twice_changes_nothing(library, folder):
    run(library, folder)
    before = state(library)
    again = run(library, folder)
    assert {each.status for each in again} == {"duplicate", "quarantined"}
    assert state(library) == before


def test_a_report_line_keeps_the_contract(library, folder):
    for result in run(library, folder):
        line = json.loads(json.dumps(result.to_json()))
        assert {"file", "sha256", "status", "reason", "id", "paragraphs", "ms"} <= set(line)
        assert result.message
        assert bool(line["id"]) == (line["status"] in {"indexed", "duplicate"})


def test_a_changed_file_becomes_a_revision(library, folder):
    run(library, folder)
    changed = folder / "02.txt"
    changed.write_text(BODY.format(n=2).replace("加强协调配合", "密切配合"), encoding="utf-8")
    (result,) = (each for each in run(library, folder) if each.status == "indexed")
    assert (result.reason, library.get(result.id).revision) == ("revised", 2)


def test_progress_is_told_file_by_file_in_order(library, folder):
    totals = []
    results = []
    add_paths(library, [folder], on_start=totals.append, on_result=results.append)
    assert totals == [len(results)]
    assert [each.file for each in results] == [str(each.path) for each in find_files([folder])]


def test_processes_and_one_process_end_alike(library, folder, tmp_path):
    run(library, folder)
    with Library.open(tmp_path / "另一库", create=True) as other:
        run(other, folder, workers=0)
        assert state(other) == state(library)


def test_a_path_that_is_not_there_stops_everything_before_it_starts(library, folder):
    with pytest.raises(PathMissingError, match="没有找到"):
        add_paths(library, [folder, folder / "无"])
    assert library.counts().sources == 0


def test_hidden_files_links_and_the_library_itself_are_left_out(library, folder):
    (folder / ".隐藏.txt").write_text(BODY.format(n=90), encoding="utf-8")
    (folder / "链接.txt").symlink_to(folder / "02.txt")
    (folder / "圈").symlink_to(folder)
    os.mkfifo(folder / "管道")
    with Library.open(folder / "库", create=True) as inside:
        results = {each.file.rsplit("/", 1)[-1]: each for each in run(inside, folder)}
    assert ".隐藏.txt" not in results
    assert "library.sqlite" not in results
    assert (results["链接.txt"].status, results["链接.txt"].reason) == ("skipped", "symlink")
    assert results["圈"].reason == "symlink"
    assert results["管道"].reason == "not_a_file"


def test_a_folder_that_cannot_be_opened_costs_no_other_file(library, folder):
    # Deeper than a path may be long: nobody can open the innermost, not even root.
    deepest = os.open(folder, os.O_RDONLY)
    for _ in range(20):
        os.mkdir("深" * 80, dir_fd=deepest)
        inner = os.open("深" * 80, os.O_RDONLY, dir_fd=deepest)
        os.close(deepest)
        deepest = inner
    os.close(deepest)
    results = run(library, folder)
    assert len(results) == 16
    (unopened,) = [each for each in results if "深" in each.file]
    assert (unopened.status, unopened.reason) == ("quarantined", "unreadable")


def test_a_locked_folder_is_told():
    with tempfile.TemporaryDirectory() as place:
        locked = Path(place) / "锁"
        locked.mkdir(mode=0)
        (Path(place) / "文.txt").touch()
        Path(place).chmod(0o755)
        user = os.geteuid()
        os.seteuid(user or 65_534)  # root may open every folder
        try:
            found = find_files([place])
        finally:
            os.seteuid(user)
        locked.chmod(0o700)
    assert [(each.name, each.skipped) for each in found] == [
        ("文.txt", ""),
        ("锁", "unopened_folder"),
    ]


def test_a_file_named_twice_is_added_once(library, folder):
    assert len(run(library, folder / "02.txt", folder / "02.txt", folder)) == 15


def test_a_name_that_is_no_text_is_added_all_the_same(library, folder):
    odd = os.fsencode(folder) + b"/\xb9\xab\xce\xc4.txt"
    Path(os.fsdecode(odd)).write_text(BODY.format(n=77), encoding="utf-8")
    results = run(library, folder)
    (held,) = library.find_number("云政办发〔2017〕77号")
    (result,) = (each for each in results if each.id == held.id)
    assert result.status == "indexed"
    assert result.file.endswith("/公文.txt")
    assert held.source_name == "公文.txt"
    json.dumps(result.to_json(), ensure_ascii=False).encode("utf-8")
    assert {each.status for each in run(library, folder)} == {"duplicate", "quarantined"}


def test_a_file_too_large_is_listed_without_being_read(library, tmp_path):
    large = tmp_path / "大.txt"
    with large.open("wb") as file:
        file.truncate(60_000_000)
    (result,) = run(library, large)
    assert (result.status, result.reason) == ("quarantined", "too_large")


def test_a_rejected_file_is_read_again_only_when_asked(library, folder):
    (before,) = run(library, folder / "空.txt")
    (known,) = run(library, folder / "空.txt")
    (again,) = run(library, folder / "空.txt", retry=True)
    assert before.reason == known.reason == again.reason == "empty"
    assert len(library.quarantined()) == 1


def test_a_removed_circular_does_not_come_back_by_itself(library, folder):
    (first,) = run(library, folder / "02.txt")
    library.remove(first.id)
    (again,) = run(library, folder / "02.txt")
    assert (again.status, again.reason, again.id) == ("skipped", "removed", first.id)


def test_a_mended_file_leaves_the_quarantine(library, folder):
    run(library, folder)
    (folder / "空.txt").write_text(BODY.format(n=50), encoding="utf-8")
    run(library, folder)
    assert [each.name for each in library.quarantined()] == ["图片.txt"]


def test_too_little_room_is_said_before_anything_is_added(folder_library):
    folder_library.check_free_space()
    with pytest.raises(LibraryFullError):
        folder_library.check_free_space(floor=1 << 62)


def test_a_run_killed_anywhere_and_repeated_ends_as_one_that_was_not(folder, tmp_path):
    with Library.open(tmp_path / "完整", create=True) as whole:
        run(whole, folder)
        expected = state(whole)
    for stop_after in (0, 3, 9):
        location = tmp_path / f"中断{stop_after}"
        process = subprocess.Popen(
            [sys.executable, "-c", SCRIPT, str(location), str(folder)], stdout=subprocess.PIPE
        )
        for _ in range(stop_after):
            process.stdout.readline()
        time.sleep(0.01 * stop_after)
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        with Library.open(location, create=True) as library:
            assert library.check() == ()
            run(library, folder)
            assert library.check() == ()
            assert state(library) == expected


def test_two_runs_at_once_on_a_new_library_lose_nothing(folder, tmp_path):
    command = [sys.executable, "-c", SCRIPT, str(tmp_path / "库"), str(folder)]
    both = [subprocess.Popen(command, stdout=subprocess.DEVNULL) for _ in range(2)]
    assert [process.wait() for process in both] == [0, 0]
    with Library.open(tmp_path / "库") as library:
        assert library.check() == ()
        assert (library.counts().circulars, library.sequence()) == (12, 12)


def test_a_folder_that_another_run_has_just_made_is_used(tmp_path, monkeypatch):
    place, mkdir = tmp_path / "库", Path.mkdir

    def made_a_moment_ago(path, *given, **options):
        if path == place:
            mkdir(path)
        mkdir(path, *given, **options)

    monkeypatch.setattr(Path, "mkdir", made_a_moment_ago)
    Library.open(place, create=True).close()
    assert (place / "library.sqlite").is_file()


def test_a_parser_that_dies_costs_one_file():
    process = ParserProcess()
    process._process.kill()
    process.send("甲.txt", BODY.format(n=1).encode(), 10)
    assert process.receive()["code"] == "out_of_memory"
    assert process.ended


def test_a_pool_goes_on_after_a_parser_died():
    pool = ParserPool(1)
    try:
        pool._idle[0]._process.kill()
        pool._idle[0]._process.wait()
        pool.submit(1, "甲.txt", BODY.format(n=1).encode())
        ((job, outcome),) = pool.results()
    finally:
        pool.close()
    assert job == 1
    assert outcome["circular"]["number"] == "云政办发〔2017〕1号"


def test_a_file_that_takes_too_long_is_given_up():
    pool = ParserPool(1, seconds=0)
    try:
        pool.submit(1, "甲.txt", BODY.format(n=1).encode())
        ((_, outcome),) = pool.results()
        assert outcome["code"] == "timeout"
        assert pool.free
    finally:
        pool.close()


def test_an_answer_from_another_process_is_the_same():
    pool = ParserPool(1)
    data = BODY.format(n=3).encode()
    try:
        pool.submit(7, "丙\udce4.txt", data)
        ((_, there),) = pool.results()
    finally:
        pool.close()
    here = parse_file("丙\udce4.txt", data)
    assert {**there, "ms": 0} == {**here, "ms": 0}


def test_a_worker_answers_each_frame_with_one_and_ends_with_its_input():
    name, data = "甲.txt".encode(), BODY.format(n=1).encode()
    frame = struct.pack(">IQ", len(name), len(data)) + name + data
    sink = io.BytesIO()
    serve(io.BytesIO(frame + frame + b"\x00"), sink)
    answers = sink.getvalue()
    (length,) = struct.unpack(">Q", answers[:8])
    assert len(answers) >= 2 * (8 + length) - 8
    assert json.loads(answers[8 : 8 + length])["circular"]["number"] == "云政办发〔2017〕1号"


def test_a_parser_that_crashes_is_told_from_one_that_ran_out_of_memory():
    process = ParserProcess()
    process._process.terminate()
    assert process.receive()["code"] == "internal"


def test_a_file_that_becomes_a_link_or_a_pipe_meanwhile_is_not_followed(library, tmp_path):
    folder = tmp_path / "收文"
    folder.mkdir()
    (tmp_path / "别处.txt").write_text("云政办发〔2018〕1号\n别处的文件。", encoding="utf-8")
    for name in ("甲.txt", "乙.txt"):
        (folder / name).write_text("先在这里。", encoding="utf-8")

    def swap(_count):
        for path in folder.iterdir():
            path.unlink()
        (folder / "甲.txt").symlink_to(tmp_path / "别处.txt")
        os.mkfifo(folder / "乙.txt")

    results = []
    add_paths(library, [folder], workers=0, on_start=swap, on_result=results.append)
    assert {result.status for result in results} == {"quarantined"}
    assert library.circular_ids() == ()
    add_paths(library, [folder / "甲.txt"], workers=0)  # named by the reader, so meant
    assert len(library.circular_ids()) == 1
