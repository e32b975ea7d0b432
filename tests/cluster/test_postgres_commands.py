"""The command line and the page over a library on a server: the same answers, on every machine."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from urllib.parse import quote
from urllib.request import urlopen

import pytest

from corpus.library import Library
from corpus.samples import sample_files
from indexer.build import index_root
from indexer.generation import current
from tests.cluster.postgres_server import PASSWORD

pytestmark = pytest.mark.cluster

QUESTIONS = ("知识产权", "牵头 市公安局")


@pytest.fixture
def run(address, tmp_path, monkeypatch):
    """Run the command as one of several machines, each with a folder of its own."""
    monkeypatch.delenv("GONGWEN_INDEX")

    def call(*words, machine="甲机", library=address):
        place = ("--index", str(tmp_path / machine)) if "://" in library else ()
        command = [sys.executable, "-m", "webui.cli", "--library", library, *place, *words]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    return call


@pytest.fixture
def begin(address, tmp_path, request):
    """Start a command of one machine that runs until the test is over."""

    def call(*words, machine):
        place = ("--library", address, "--index", str(tmp_path / machine))
        command = [sys.executable, "-m", "webui.cli", *place, *words]
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        request.addfinalizer(lambda: (process.terminate(), process.communicate()))
        return process

    return call


def samples():
    return [str(path) for path in sample_files() if path.suffix == ".txt"][:6]


def answers(run, **where):
    found = []
    for question in QUESTIONS:
        said = {"timed_out": True}
        while said.get("timed_out"):  # a busy machine answers with what it found in time
            said = json.loads(run("search", question, "--json", **where).stdout)
        found.append({key: said[key] for key in ("total", "hits", "facets")})
    return found


def test_a_server_and_a_folder_give_the_same_answers(run, tmp_path):
    assert run("add", *samples()).returncode == 0
    assert run("add", *samples(), library=str(tmp_path / "库")).returncode == 0
    assert answers(run) == answers(run, library=str(tmp_path / "库"))
    assert any(each["total"] for each in answers(run))


def test_a_check_tells_of_library_and_index_and_of_no_password(run, tmp_path):
    run("add", *samples())
    done = run("check")
    assert (done.returncode, "公文库和索引完好" in done.stdout) == (0, True)
    said = done.stdout + done.stderr
    assert str(tmp_path / "甲机") in said
    assert PASSWORD not in said
    assert quote(PASSWORD, safe=" ") not in said


def test_what_is_in_the_way_ends_with_three_and_a_sentence(run, address):
    wrong = address.replace("127.0.0.1", "127.0.0.1:1/x?", 1)
    for library in (wrong, address.rpartition("/")[0] + "/nowhere", "postgresql://host/base"):
        done = run("search", "知识产权", library=library)
        assert done.returncode == 3
        assert "请" in done.stderr
        assert "Traceback" not in done.stderr
        assert quote(PASSWORD, safe=" ") not in done.stderr


def test_moving_is_one_command_there_and_back(run, address, postgres, tmp_path):
    folder, back = str(tmp_path / "库"), str(tmp_path / "回来")
    run("add", *samples(), library=folder)
    before = answers(run, library=folder)
    empty = postgres.address(postgres.make_database())
    there = run("move", "--to", empty, "--index", str(tmp_path / "新"), library=folder)
    assert there.returncode == 0, there.stderr
    assert "已迁到" in there.stdout
    assert quote(PASSWORD, safe=" ") not in there.stdout + there.stderr
    assert answers(run, library=empty, machine="新") == before
    assert run("move", "--to", back, library=empty, machine="新").returncode == 0
    assert answers(run, library=back) == before
    again = run("move", "--to", empty, "--index", str(tmp_path / "新"), library=folder)
    assert (again.returncode, "索引已是最新" in again.stderr) == (0, True)
    postgres.drop_database(empty.rpartition("/")[2])


def test_an_index_follows_what_other_machines_add(run, begin, address, tmp_path, monkeypatch):
    first, *others = samples()
    run("add", first, "--no-index", machine="乙机")
    begin("index", "--follow", machine="甲机")
    run("add", *others, "--no-index", machine="乙机")
    monkeypatch.setenv("GONGWEN_INDEX", str(tmp_path / "甲机"))
    with Library.open(address) as library:
        root = index_root(library)
        while not root.exists() or not any(root.glob("CURRENT")):
            time.sleep(0.1)
        while current(root).manifest.sequence < library.sequence():
            time.sleep(0.1)
        assert current(root).manifest.circulars == len(others) + 1


def test_two_services_share_what_a_third_machine_adds(run, begin):
    first, *others = samples()
    run("add", first, "--no-index", machine="丙机")
    services = [begin("serve", "--port", "0", machine=name) for name in ("甲机", "乙机")]
    pages = [service.stdout.readline().strip() for service in services]
    run("add", *others, "--no-index", machine="丙机")
    totals = []
    for page in pages:
        found = 0
        while found < 3:
            time.sleep(0.2)
            try:
                with urlopen(f"{page}api/v1/search?q={quote('通知')}&limit=100") as answer:
                    found = len({hit["circular"] for hit in json.load(answer)["hits"]})
            except OSError:  # no index yet
                continue
        totals.append(found)
    assert len(totals) == 2
