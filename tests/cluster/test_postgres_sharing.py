"""Several who add to one library on a server: nothing twice, nothing lost, one order of changes."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from itertools import pairwise

import pytest

from corpus.ingest import add_paths
from corpus.library import Library
from corpus.permalinks import LinkStatus
from tests.cluster.postgres_server import PostgresServer

pytestmark = pytest.mark.cluster

FILES = 60
BODY = """云港市人民政府办公室关于印发第{n}号工作要点的通知

云政办发〔2017〕{n}号

各区人民政府，市直各委、办、局：

一、加强第{n}号领域治理
各部门要加强协调配合，形成监管合力，重点打击第{n}类假冒伪劣商品。（市公安局负责）
二、完善第{n}项长效机制
建立健全联合惩戒机制，定期通报第{n}项工作的进展情况。（市商务局牵头，市财政局配合）

云港市人民政府办公室
2017年3月1日
"""


@pytest.fixture
def folder(tmp_path):
    """Circulars of one mould, a copy of every tenth, and a file that holds none."""
    root = tmp_path / "公文"
    root.mkdir()
    for n in range(1, FILES + 1):
        (root / f"{n:03}.txt").write_text(BODY.format(n=n), encoding="utf-8")
        if n % 10 == 0:
            (root / f"{n:03}副本.txt").write_text(BODY.format(n=n), encoding="utf-8")
    (root / "图片.txt").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(200))
    return root


def start(address, folder, log):
    """One `gongwen add` as a process of its own."""
    command = [sys.executable, "-m", "webui.cli", "--library", address, "add", str(folder)]
    with log.open("wb") as sink, log.with_suffix(".err").open("wb") as notes:
        return subprocess.Popen([*command, "--json", "--no-index"], stdout=sink, stderr=notes)


def report(log):
    """What a worker said of each file, as far as it came; a killed one may stop within a line."""
    lines = log.read_text("utf-8").split("\n")[:-1]
    return [json.loads(line) for line in lines]


def holds_everything(library, folder):
    """Each circular once, each file known, nothing out of order."""
    assert library.check() == ()
    counts = library.counts()
    assert (counts.circulars, counts.sources, counts.sequence) == (FILES, FILES, FILES)
    numbers = sorted(library.get(each).circular.number.serial for each in library.circular_ids())
    assert numbers == list(range(1, FILES + 1))
    assert [each.name for each in library.quarantined()] == ["图片.txt"]
    again = add_paths(library, [folder])
    assert again == Counter(duplicate=FILES + FILES // 10, quarantined=1)


def test_three_workers_share_the_files_and_store_each_once(address, folder, tmp_path):
    logs = [tmp_path / f"{n}.log" for n in range(3)]
    workers = [start(address, folder, log) for log in logs]
    assert {worker.wait() for worker in workers} == {1}  # one file is in quarantine
    said = [report(log) for log in logs]
    for one in said:  # each tells of every file once
        assert len(one) == len({each["file"] for each in one}) == FILES + FILES // 10 + 1
    stored = Counter(each["id"] for one in said for each in one if each["status"] == "indexed")
    assert len(stored) == FILES
    assert set(stored.values()) == {1}
    assert all(sum(each["status"] == "indexed" for each in one) for one in said)
    with Library.open(address) as library:
        holds_everything(library, folder)


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_workers_killed_and_a_server_restarted_lose_and_double_nothing(
    folder, tmp_path, monkeypatch, end
):
    rng = random.Random(end)
    with PostgresServer() as server:
        address = server.address(server.make_database())
        monkeypatch.setenv("GONGWEN_INDEX", str(tmp_path / "旁"))
        Library.open(address, create=True).close()
        logs = [tmp_path / f"{n}.log" for n in range(4)]
        workers = [start(address, folder, log) for log in logs]
        with Library.open(address) as library:
            for victim, reached in zip(workers[:2], (FILES // 6, FILES // 3), strict=True):
                while library.sequence() < reached and victim.poll() is None:
                    time.sleep(0.05)
                time.sleep(rng.random() * 0.2)
                victim.send_signal(signal.SIGKILL)
            while library.sequence() < FILES // 2:
                time.sleep(0.05)
        getattr(server, end)()
        time.sleep(rng.random())
        server.start()
        assert [worker.wait() for worker in workers[2:]] == [1, 1]
        for victim in workers[:2]:
            victim.wait()
        said = [each for log in logs for each in report(log)]
        acknowledged = {each["id"] for each in said if each["status"] in {"indexed", "duplicate"}}
        with Library.open(address) as library:
            assert acknowledged <= set(library.circular_ids())
            holds_everything(library, folder)


def test_one_circular_from_many_sides_at_once_stays_one(address, source, circular):
    texts = ["各部门要加强协调配合，形成监管合力。", "加大执法力度，严肃查处违法案件。"]
    told = []

    def add(n):
        with Library.open(address) as library:
            copy = circular(*texts, title="关于印发工作要点的通知", number="云政发〔2017〕1号")
            told.append(library.add(source(f"第{n}个网站", f"/网站{n}/页.html"), copy))

    workers = [threading.Thread(target=add, args=(n,)) for n in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert Counter(each.reason for each in told) == Counter(new=1, same_text=7)
    with Library.open(address) as library:
        assert (library.counts().circulars, library.counts().sources) == (1, 8)
        assert library.check() == ()


def test_no_revision_of_one_file_is_lost_among_many_writers(address, source, circular):
    rounds, writers = 6, 4
    told = []

    def correct(writer):
        with Library.open(address) as library:
            for n in range(rounds):
                text = f"第{writer}组第{n}稿：各部门要加强协调配合，形成监管合力。"
                body = circular(
                    "加强监管，推进诚信。", text, title="工作要点", number="云政发〔2017〕1号"
                )
                told.append(library.add(source(text, "/文件/要点.txt"), body))

    workers = [threading.Thread(target=correct, args=(n,)) for n in range(writers)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    revisions = sorted(each.revision for each in told if each.status == "indexed")
    assert revisions == list(range(1, rounds * writers + 1))
    with Library.open(address) as library:
        (held,) = library.circular_ids()
        assert library.get(held).revision == rounds * writers
        assert library.resolve(held, "sec_1__p_1").status is LinkStatus.SAME
        assert library.check() == ()


def test_whoever_follows_the_changes_misses_none(address, source, circular):
    """Numbers come in the order of commits: behind the last one seen nothing turns up later."""
    writers, each_adds = 4, 25
    done = threading.Event()
    seen = []

    def follow():
        with Library.open(address) as library:
            since = 0
            while True:
                last = done.is_set()
                for change in library.changes(since):
                    seen.append(change)
                    since = change.sequence
                if last:
                    return

    def add(writer):
        with Library.open(address) as library:
            for n in range(each_adds):
                text = f"第{writer}组第{n}份：各部门要加强协调配合，形成监管合力。"
                library.add(source(text, f"/{writer}/{n}.txt"), circular(text, title=text[:8]))

    follower = threading.Thread(target=follow)
    workers = [threading.Thread(target=add, args=(n,)) for n in range(writers)]
    for thread in (follower, *workers):
        thread.start()
    for worker in workers:
        worker.join()
    done.set()
    follower.join()
    assert [change.sequence for change in seen] == list(range(1, writers * each_adds + 1))
    assert all(one.sequence < other.sequence for one, other in pairwise(seen))


def test_a_claim_ends_with_whoever_had_it(address):
    with Library.open(address) as one, Library.open(address) as other:
        assert one.claim("a" * 64)
        assert one.claim("a" * 64)
        assert not other.claim("a" * 64)
        assert other.claim("b" * 64)
        one.release("a" * 64)
        assert other.claim("a" * 64)
        other.close()
        assert one.claim("b" * 64)


def test_a_title_longer_than_a_page_of_an_index_is_kept(address, source, circular):
    rng = random.Random(8)
    title = "".join(chr(rng.randrange(0x4E00, 0x9FA5)) for _ in range(4_000))
    place = "/" + "/".join(title[n : n + 80] for n in range(0, 4_000, 80))
    with Library.open(address) as library:
        stored = library.add(source("甲", place), circular("加强监管。", title=title))
        assert library.get(stored.circular_id).circular.title == title
        assert library.recall("甲", place, source("甲").sha256).reason == "same_bytes"
        assert library.check() == ()
