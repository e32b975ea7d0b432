"""A library in one file and back: whole, checked, and never over something that is there."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import re
import resource
import sqlite3
import stat
import tempfile
import threading
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus import file_systems
from corpus.errors import (
    BackupError,
    LibraryDamagedError,
    LibraryMissingError,
    LibraryNetworkError,
)
from corpus.library import Library
from corpus.library_backup import back_up_library, restore_library


@pytest.fixture
def library(folder_library):
    """A folder: what a server's library needs to be backed up has tests of its own."""
    return folder_library


def contents(library: Library) -> list:
    held = [library.get(each) for each in library.circular_ids()]
    return [library.identity(), library.sequence(), *held, *library.quarantined()]


@pytest.fixture
def saved(tmp_path, library, add, circular):
    """A backup of a library of two circulars, with what was in it."""
    add(circular("加强监管。", title="甲通知", number="云政发〔2017〕1号"))
    add(circular("推进诚信。", title="乙通知"), place="/文件/乙.txt")
    facts = back_up_library(library.folder, tmp_path / "备份.zip")
    return tmp_path / "备份.zip", contents(library), facts


@pytest.fixture(scope="module")
def packed(tmp_path_factory):
    """The bytes of a backup, and a place to restore it to."""
    place = tmp_path_factory.mktemp("bits")
    Library.open(place / "库", create=True).close()
    back_up_library(place / "库", place / "备份.zip")
    return (place / "备份.zip").read_bytes(), place


def rewritten(file, name, change):
    """Change one member of a backup."""
    with zipfile.ZipFile(file) as package:
        members = {each: package.read(each) for each in package.namelist()}
    members[name] = change(members[name])
    with zipfile.ZipFile(file, "w") as package:
        for each, data in members.items():
            if data is not None:
                package.writestr(each, data)


def test_a_restored_library_is_the_library(saved, tmp_path):
    file, held, facts = saved

    restored = restore_library(file, tmp_path / "新" / "库")

    with Library.open(tmp_path / "新" / "库") as library:
        assert contents(library) == held
        assert library.check() == ()
    assert (facts.circulars, restored.circulars, restored.identity) == (2, 2, facts.identity)
    assert facts.findings == restored.findings == ()


def test_a_restored_library_goes_on_in_wal_for_its_user_alone(saved, tmp_path):
    file, _, _ = saved
    restore_library(file, tmp_path / "新库")

    with sqlite3.connect(tmp_path / "新库" / "library.sqlite") as connection:
        mode = connection.execute("PRAGMA journal_mode").fetchone()
    connection.close()

    assert mode == ("wal",)
    assert stat.S_IMODE((tmp_path / "新库").stat().st_mode) == 0o700
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_nothing_is_left_beside_what_was_made(saved, tmp_path):
    restore_library(saved[0], tmp_path / "新库")

    assert sorted(path.name for path in tmp_path.iterdir()) == ["备份.zip", "库", "新库"]


def test_a_file_that_is_there_is_not_overwritten(tmp_path, library):
    (tmp_path / "备份.zip").write_bytes(b"mine")

    with pytest.raises(BackupError, match="已有同名文件"):
        back_up_library(library.folder, tmp_path / "备份.zip")

    assert (tmp_path / "备份.zip").read_bytes() == b"mine"


def test_a_library_that_is_there_is_not_restored_over(saved, library):
    held = contents(library)

    with pytest.raises(BackupError, match="不是空文件夹"):
        restore_library(saved[0], library.folder)

    assert contents(library) == held


def test_an_empty_folder_may_be_restored_into(saved, tmp_path):
    (tmp_path / "空").mkdir()

    assert restore_library(saved[0], tmp_path / "空").circulars == 2


def test_no_library_is_no_backup(tmp_path):
    with pytest.raises(LibraryMissingError):
        back_up_library(tmp_path, tmp_path / "备份.zip")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("member", "change", "said"),
    [
        ("library.sqlite", lambda data: data[:-1] + b"\1", "校验值不符"),
        ("library.sqlite", lambda data: data + bytes(9), "校验值不符"),
        ("library.sqlite", lambda data: None, "缺少 library.sqlite"),
        ("manifest.json", lambda data: None, "不是 gongwen 的备份"),
        ("manifest.json", lambda data: b"[]", "不是 gongwen 的备份"),
        ("manifest.json", lambda data: b"{", "不是 gongwen 的备份"),
        ("manifest.json", lambda data: data.replace(b'"format": 1', b'"format": 2'), "升级"),
        (
            "manifest.json",
            lambda data: json.dumps(
                {**json.loads(data), "files": {"../外面": [1, ""], "library.sqlite": [1, ""]}}
            ).encode(),
            "升级",
        ),
    ],
)
def test_a_damaged_backup_restores_nothing(saved, tmp_path, member, change, said):
    file, _, _ = saved
    rewritten(file, member, change)

    with pytest.raises(BackupError, match=said):
        restore_library(file, tmp_path / "新库")

    assert sorted(path.name for path in tmp_path.iterdir()) == ["备份.zip", "库"]


@settings(max_examples=60)
@given(at=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_one_flipped_bit_is_restored_from_or_told(packed, at, bit):
    data, place = packed
    position = int(at * len(data))
    flipped = bytes([data[position] ^ 1 << bit])
    with tempfile.TemporaryDirectory(dir=place) as work:
        file, folder = Path(work) / "备份.zip", Path(work) / "新库"
        file.write_bytes(data[:position] + flipped + data[position + 1 :])
        try:
            restore_library(file, folder)
        except BackupError:
            assert [path.name for path in Path(work).iterdir()] == ["备份.zip"]
        else:
            with Library.open(folder) as library:
                assert library.check() == ()


@pytest.mark.parametrize("data", [b"", b"PK\3\4", b"nothing of the kind" * 100])
def test_another_file_is_no_backup(tmp_path, data):
    (tmp_path / "备份.zip").write_bytes(data)

    with pytest.raises(BackupError, match="不是 gongwen 的备份"):
        restore_library(tmp_path / "备份.zip", tmp_path / "新库")


def test_what_was_wrong_in_the_library_is_said_of_its_backup(tmp_path, library, add, circular):
    add(circular("加强监管。"))
    with sqlite3.connect(library.folder / "library.sqlite") as connection:
        connection.execute("DELETE FROM permalinks")
    connection.close()

    facts = back_up_library(library.folder, tmp_path / "备份.zip")

    assert [each.message for each in facts.findings] == ["段落没有永久链接"]
    assert restore_library(tmp_path / "备份.zip", tmp_path / "新库").findings == facts.findings


def test_a_library_too_damaged_to_copy_is_told_by_its_own_name(tmp_path, library, add, circular):
    for number in range(30):
        add(circular("加强监管。", title=f"第{number}号通知"), place=f"/文件/{number}.txt")
    library.close()
    database = library.folder / "library.sqlite"
    half = database.stat().st_size // 8192 * 4096
    database.write_bytes(database.read_bytes()[:half] + bytes(half))

    with pytest.raises(LibraryDamagedError, match=re.escape(str(library.folder))):
        back_up_library(library.folder, tmp_path / "备份.zip")

    assert [path.name for path in tmp_path.iterdir()] == ["库"]


def test_a_backup_made_while_others_write_is_of_one_moment(tmp_path, library, source, circular):
    stop = threading.Event()

    def write() -> None:
        with Library.open(library.folder) as other:
            number = 0
            while not stop.is_set():
                number += 1
                stored = circular(f"第{number}项任务。", title=f"第{number}号通知")
                other.add(source(f"第{number}项", f"/文件/{number}.txt"), stored)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        facts = [back_up_library(library.folder, tmp_path / f"{n}.zip") for n in range(5)]
    finally:
        stop.set()
        writer.join()

    assert all(each.findings == () for each in facts)
    assert all(each.circulars == each.sequence for each in facts)


@pytest.mark.parametrize("most", [2_000, 60_000])
def test_a_full_disk_is_told_and_nothing_is_left(tmp_path, library, add, circular, most):
    for number in range(30):
        add(circular("加强监管。", title=f"第{number}号通知"), place=f"/文件/{number}.txt")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, before[1]))
    try:
        with pytest.raises(BackupError, match="读写失败"):
            back_up_library(library.folder, tmp_path / "备份.zip")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)

    assert [path.name for path in tmp_path.iterdir()] == ["库"]


def test_a_disk_without_links_takes_a_backup_too(tmp_path, library, monkeypatch):
    def refuse(*_names: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    back_up_library(library.folder, tmp_path / "备份.zip")

    assert restore_library(tmp_path / "备份.zip", tmp_path / "新库").findings == ()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["备份.zip", "库", "新库"]


def test_a_backup_may_be_put_on_a_network_share(tmp_path, library, monkeypatch):
    share = tmp_path / "共享"
    share.mkdir()
    table = tmp_path / "mountinfo"
    table.write_text(
        f"36 25 0:32 / / rw - ext4 /dev/sda1 rw\n37 36 0:33 / {share} rw - cifs //n rw"
    )
    monkeypatch.setattr(file_systems, "_MOUNTS", table)

    back_up_library(library.folder, share / "备份.zip")

    with pytest.raises(LibraryNetworkError):
        restore_library(share / "备份.zip", share / "新库")
    assert restore_library(share / "备份.zip", tmp_path / "新库").findings == ()
    assert [path.name for path in share.iterdir()] == ["备份.zip"]
    assert not list(library.folder.glob(".gongwen*"))


def test_what_a_killed_backup_left_is_removed_by_the_next(tmp_path, library):
    for name in (".gongwen-work-killed", ".gongwen-work-busy", ".gongwen-mine"):
        (tmp_path / name / "library").mkdir(parents=True)
    busy = os.open(tmp_path / ".gongwen-work-busy", os.O_RDONLY)
    fcntl.flock(busy, fcntl.LOCK_EX)

    back_up_library(library.folder, tmp_path / "备份.zip")

    os.close(busy)
    left = sorted(path.name for path in tmp_path.glob(".gongwen*"))
    assert left == [".gongwen-mine", ".gongwen-work-busy"]


def test_a_disk_that_refuses_is_told(tmp_path, library):
    (tmp_path / "封").mkdir(mode=0o500)
    if os.geteuid() == 0:  # root may write anywhere: a file in the way refuses root too
        (tmp_path / "封").rmdir()
        (tmp_path / "封").write_bytes(b"")

    with pytest.raises(BackupError, match="读写失败"):
        back_up_library(library.folder, tmp_path / "封" / "备份.zip")
