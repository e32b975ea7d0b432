"""`gongwen backup` and `gongwen restore`, `gongwen check` on what a library stands on."""

from __future__ import annotations

import fcntl
import os
import sqlite3

from webui.statuses import ExitCode


def test_a_restored_library_answers_the_same(gongwen, tmp_path):
    made = gongwen("backup", tmp_path / "备份.zip")
    assert made.exit_code == ExitCode.DONE, made.stderr

    restored = gongwen("restore", tmp_path / "备份.zip", library=tmp_path / "新库")

    assert restored.exit_code == ExitCode.DONE, restored.stderr
    assert "已恢复" in restored.stdout
    asked = ("search", "知识产权", "--json")
    one, other = gongwen(*asked), gongwen(*asked, library=tmp_path / "新库")
    assert one.stdout.partition('"hits"')[2] == other.stdout.partition('"hits"')[2]
    assert "公文库和索引完好" in gongwen("check", library=tmp_path / "新库").stdout


def test_without_an_index_it_can_be_built_later(gongwen, tmp_path):
    gongwen("backup", tmp_path / "备份.zip")
    gongwen("restore", tmp_path / "备份.zip", "--no-index", library=tmp_path / "新库")

    assert "还没有索引" in gongwen("check", library=tmp_path / "新库").stderr


def test_restoring_over_a_library_is_refused(gongwen, tmp_path):
    gongwen("backup", tmp_path / "备份.zip")

    refused = gongwen("restore", tmp_path / "备份.zip")

    assert refused.exit_code == ExitCode.UNAVAILABLE
    assert "只恢复到新的位置" in refused.stderr


def test_a_backup_of_a_damaged_library_is_made_and_told_of(gongwen, tmp_path):
    gongwen("backup", tmp_path / "甲.zip")
    gongwen("restore", tmp_path / "甲.zip", "--no-index", library=tmp_path / "库")
    with sqlite3.connect(tmp_path / "库" / "library.sqlite") as connection:
        connection.execute("DELETE FROM permalinks")
    connection.close()

    made = gongwen("backup", tmp_path / "乙.zip", library=tmp_path / "库")

    assert made.exit_code == ExitCode.UNAVAILABLE
    assert "段落没有永久链接" in made.stderr
    assert (tmp_path / "乙.zip").exists()


def test_check_says_on_what_the_library_stands(gongwen):
    said = gongwen("check").stdout

    for expected in ("索引　gen-", "写锁　空闲", "磁盘　", "权限　", "版本　gongwen ", "libxml2 "):
        assert expected in said


def test_check_names_who_is_writing(gongwen, sample_library):
    descriptor = os.open(sample_library / "index" / "LOCK", os.O_RDWR)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    try:
        assert "上的进程" in gongwen("check").stdout
    finally:
        os.close(descriptor)


def test_an_index_of_another_key_is_refused_and_rebuilt(gongwen, tmp_path, monkeypatch):
    monkeypatch.delenv("GONGWEN_INDEX_KEY", raising=False)
    (tmp_path / "密钥").write_bytes(os.urandom(64).hex().encode())
    gongwen("backup", tmp_path / "备份.zip")
    gongwen("restore", tmp_path / "备份.zip", library=tmp_path / "库")
    monkeypatch.setenv("GONGWEN_INDEX_KEY", str(tmp_path / "密钥"))

    refused = gongwen("search", "知识产权", library=tmp_path / "库")
    rebuilt = gongwen("index", "--rebuild", library=tmp_path / "库")
    checked = gongwen("check", library=tmp_path / "库")

    assert refused.exit_code == ExitCode.UNAVAILABLE
    assert "签名与本机密钥不符" in refused.stderr
    assert rebuilt.exit_code == ExitCode.DONE
    assert "密钥核对签名" in checked.stdout


def test_a_key_that_cannot_be_used_is_told(gongwen, tmp_path, monkeypatch):
    (tmp_path / "短").write_bytes(b"short")
    monkeypatch.setenv("GONGWEN_INDEX_KEY", str(tmp_path / "短"))
    assert "不足 32 字节" in gongwen("search", "知识产权").stderr
    monkeypatch.setenv("GONGWEN_INDEX_KEY", str(tmp_path / "无"))
    assert "无法读取" in gongwen("search", "知识产权").stderr
