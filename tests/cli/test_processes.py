"""The command as a process: pipes, consoles, signals, ports."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest

from corpus.samples import sample_files

GONGWEN = [sys.executable, "-m", "webui.cli"]
PATIENCE = 60


@pytest.fixture(autouse=True)
def interruptible():
    """Programs started here can be interrupted, even where the tests run in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def start(*args, **options):
    command = [*GONGWEN, *map(str, args)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)


def run(*args, **options):
    return subprocess.run(
        [*GONGWEN, *map(str, args)], capture_output=True, timeout=PATIENCE, check=False, **options
    )


@contextmanager
def serving(library, *options):
    process = start("--library", library, "serve", *options)
    try:
        yield process, process.stdout.readline().decode().strip()
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate(timeout=PATIENCE)


@pytest.fixture(autouse=True)
def at_the_root(repository, monkeypatch):
    monkeypatch.chdir(repository)


def test_serve_prints_one_line_and_answers_at_it(sample_library):
    with serving(sample_library, "--port", "0") as (process, address):
        with urllib.request.urlopen(
            f"{address}api/v1/search?q=%E5%86%9C%E8%B5%84", timeout=PATIENCE
        ) as answer:
            assert json.load(answer)["total"] > 0
        process.send_signal(signal.SIGTERM)
        rest, notes = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0
        assert rest == b""
        assert b"Traceback" not in notes


def test_ctrl_c_ends_the_service_quietly(sample_library):
    with serving(sample_library, "--port", "0") as (process, _):
        process.send_signal(signal.SIGINT)
        _, notes = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0
        assert b"Traceback" not in notes


def test_a_taken_port_is_said_with_another_to_try(sample_library):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ended = run("--library", sample_library, "serve", "--port", port)
    assert (ended.returncode, ended.stdout) == (3, b"")
    assert f"端口 {port} 已被占用" in ended.stderr.decode()


def test_a_service_without_a_library_says_how_to_make_one(tmp_path):
    ended = run("--library", tmp_path / "无", "serve", "--port", "0")
    assert (ended.returncode, ended.stdout) == (3, b"")
    assert "gongwen add" in ended.stderr.decode()


def test_a_service_without_an_index_still_answers(tmp_path):
    run("--library", tmp_path / "库", "add", "--no-index", sample_files()[0])
    with (
        serving(tmp_path / "库", "--port", "0") as (_, address),
        urllib.request.urlopen(f"{address}circulars", timeout=PATIENCE) as answer,
    ):
        assert answer.status == 200


def test_a_host_that_is_not_ours_is_refused_kindly(sample_library):
    ended = run("--library", sample_library, "serve", "--host", "192.0.2.1", "--port", "0")
    assert ended.returncode == 3
    assert "请检查 --host" in ended.stderr.decode()


def test_chinese_reaches_a_console_of_any_encoding():
    plain = os.environ | {"LC_ALL": "C", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    shown = run("--help", env=plain)
    assert shown.returncode == 0
    assert "公文检索" in shown.stdout.decode("utf-8")
    slip = run("sarch", env=plain)
    assert "没有命令 sarch" in slip.stderr.decode("utf-8")


def test_a_reader_that_goes_away_is_no_error():
    files = [str(path) for path in sample_files()]
    process = start("parse", *files, "--json")
    process.stdout.read(10)
    process.stdout.close()
    notes = process.stderr.read()
    process.stderr.close()
    assert process.wait(timeout=PATIENCE) == 0
    assert notes == b""


def test_a_full_output_is_an_error_in_chinese():
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run(
            [*GONGWEN, "parse", str(sample_files()[0]), "--json"],
            stdout=full,
            stderr=subprocess.PIPE,
            timeout=PATIENCE,
            check=False,
        )
    assert ended.returncode == 3
    assert "错误：" in ended.stderr.decode()
    assert b"Traceback" not in ended.stderr


def test_standard_input_can_be_parsed():
    path = next(path for path in sample_files() if path.name == "yungang-2018-44.txt")
    shown = run("parse", "-", "--json", input=path.read_bytes())
    assert json.loads(shown.stdout)["number"] == "云政办发〔2018〕44号"


def test_the_library_may_be_named_by_the_environment(sample_library):
    shown = run("check", env=os.environ | {"GONGWEN_LIBRARY": str(sample_library)})
    assert "公文库和索引完好" in shown.stdout.decode()


def test_adding_that_is_interrupted_goes_on_where_it_stopped(tmp_path):
    folder = tmp_path / "公文"
    folder.mkdir()
    text = next(p for p in sample_files() if p.name == "yungang-2018-44.txt").read_text("utf-8")
    for number in range(1, 61):
        changed = text.replace("〔2018〕44号", f"〔2018〕{number + 500}号")
        changed = changed.replace("48小时", f"{number}小时").replace("2018年", f"{1900 + number}年")
        (folder / f"{number:03}.txt").write_text(changed, encoding="utf-8")
    command = ("--library", tmp_path / "库", "add", folder, "--json")
    process = start(*command, start_new_session=True)
    first = json.loads(process.stdout.readline())
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: workers get it too
    rest, notes = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    assert "重新运行同一命令会从中断处继续" in notes.decode()
    assert b"Traceback" not in notes
    done = [first, *map(json.loads, rest.splitlines())]
    again = run("--library", tmp_path / "库", "add", folder, "--json")
    lines = [json.loads(line) for line in again.stdout.splitlines()]
    assert len(lines) == 60
    assert again.returncode == 0
    known = {line["file"] for line in lines if line["status"] == "duplicate"}
    assert {line["file"] for line in done} <= known
    assert len({line["id"] for line in lines}) == 60


def test_progress_is_drawn_for_a_person_and_never_into_the_data(tmp_path):
    pty = pytest.importorskip("pty", reason="a terminal can only be imitated on Unix")
    parent, child = pty.openpty()
    process = subprocess.Popen(
        [*GONGWEN, "--library", str(tmp_path / "库"), "add", "--json", *map(str, sample_files())],
        stdout=subprocess.PIPE,
        stderr=child,
        env=os.environ | {"TERM": "xterm"},
    )
    os.close(child)
    drawn = b""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            piece = os.read(parent, 65536)
        except OSError:  # the other end has closed
            break
        if not piece:
            break
        drawn += piece
    os.close(parent)
    with process.stdout as report:
        lines = [json.loads(line) for line in report]
    assert process.wait(timeout=PATIENCE) == 0
    assert len(lines) == len(sample_files())
    assert b"\x1b[" in drawn
    assert "入库" in drawn.decode("utf-8", "replace")
    quiet = run("--library", tmp_path / "另", "add", *sample_files())
    assert b"\x1b[" not in quiet.stderr
