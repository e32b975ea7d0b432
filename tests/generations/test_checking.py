"""What `gongwen check` says of an index, one fault at a time."""

from __future__ import annotations

import dataclasses

import pytest

from indexer.build import index_root, update_index
from indexer.disk import Disk
from indexer.errors import IndexNotWritableError
from indexer.generation import (
    MANIFEST,
    Manifest,
    current,
    generation_names,
    pointer_text,
    read_pointer,
)
from indexer.index_checking import check_index
from indexer.index_lock import hold_lock, lock_holder


@pytest.fixture
def indexed(library):
    update_index(library)
    return library


def said(library) -> str:
    return " ".join(check_index(library))


def rewrite_manifest(library, /, **changes) -> None:
    folder = current(index_root(library)).path
    manifest = Manifest.from_bytes((folder / MANIFEST).read_bytes())
    (folder / MANIFEST).write_bytes(dataclasses.replace(manifest, **changes).to_bytes())


def test_a_sound_index_has_no_findings(indexed):
    assert check_index(indexed) == ()


def test_a_library_without_an_index_is_told(library):
    assert "还没有索引" in said(library)


def test_a_lagging_index_is_told(indexed):
    indexed.put("c3", "打假")

    assert "落后公文库 1 次变更" in said(indexed)


def test_an_index_ahead_of_a_restored_library_is_told(indexed):
    indexed.go_back(1)

    assert "比公文库还新" in said(indexed)


def test_an_index_of_another_library_is_told(indexed):
    rewrite_manifest(indexed, library="另一个")

    assert "另一个公文库" in said(indexed)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"circulars": 9}, "索引有 9 份公文，公文库有 2 份"),
        ({"records": 9}, "登记 9 条记录，实有 4 条"),
    ],
)
def test_counts_that_do_not_agree_are_told(indexed, changes, expected):
    rewrite_manifest(indexed, **changes)

    assert expected in said(indexed)


def test_a_circular_that_the_index_lacks_is_told(indexed):
    indexed._held["c9"] = indexed._held["c1"]  # as if an update had forgotten it

    assert "公文 c9 不在索引里" in said(indexed)


def test_damage_to_an_older_generation_is_told_too(indexed):
    indexed.put("c3", "打假")
    update_index(indexed)
    oldest = index_root(indexed) / "gen-000001"
    (oldest / MANIFEST).write_bytes(b"{}")

    assert "gen-000001" in said(indexed)
    assert current(index_root(indexed)).path.name == "gen-000002"


def test_one_rebuild_ends_what_was_wrong_with_any_generation(indexed):
    indexed.put("c3", "打假")
    update_index(indexed)
    (index_root(indexed) / "gen-000001" / MANIFEST).write_bytes(b"{}")

    update_index(indexed, rebuild=True)

    assert check_index(indexed) == ()
    assert sorted(generation_names(index_root(indexed))) == ["gen-000002", "gen-000003"]


@pytest.mark.parametrize("text", ["gen-000009", "gen-000001 00000000", "", "../etc"])
def test_a_pointer_that_names_nothing_is_told(indexed, text):
    (index_root(indexed) / "CURRENT").write_text(text, encoding="ascii")

    assert "指针文件 CURRENT 缺失或损坏" in said(indexed)


def test_a_pointer_without_a_checksum_is_of_an_earlier_version(indexed):
    (index_root(indexed) / "CURRENT").write_text("gen-000001\n", encoding="ascii")

    assert read_pointer(index_root(indexed)) == "gen-000001"
    assert check_index(indexed) == ()


def test_no_flipped_bit_of_a_pointer_names_another_generation(indexed):
    root = index_root(indexed)
    right = pointer_text("gen-000001").encode()
    for place in range(len(right)):
        for bit in range(8):
            flipped = right[:place] + bytes([right[place] ^ 1 << bit]) + right[place + 1 :]
            (root / "CURRENT").write_bytes(flipped)
            assert read_pointer(root) in {None, "gen-000001"}, flipped


def test_no_torn_pointer_is_believed(indexed):
    root = index_root(indexed)
    right = pointer_text("gen-000001").encode()
    for length in range(len(right)):
        (root / "CURRENT").write_bytes(right[:length])
        assert read_pointer(root) is None, right[:length]
        assert "指针文件 CURRENT 缺失或损坏" in said(indexed)


def test_an_index_that_others_may_write_is_told(indexed):
    index_root(indexed).chmod(0o777)

    assert "chmod 700" in said(indexed)


def test_a_folder_in_the_way_is_told_as_what_it_is(library):
    index_root(library).write_bytes(b"in the way")

    with pytest.raises(IndexNotWritableError, match="公文库未受影响"):
        update_index(library)


def test_the_holder_of_the_lock_is_named_as_long_as_it_lives(indexed):
    root = index_root(indexed)
    with hold_lock(root, timeout=1.0):
        assert "上的进程" in lock_holder(root)

    assert lock_holder(root) == ""
    assert lock_holder(root / "无") == ""


def test_without_hard_links_files_are_copied_and_synced(tmp_path):
    class NoLinks(Disk):
        synced = ()

        def link(self, source, target):
            raise OSError(1, "no links here")

        def sync(self, path):
            self.synced = (*self.synced, path)

    (tmp_path / "甲").write_bytes(b"1")
    disk = NoLinks()

    disk.share(tmp_path / "甲", tmp_path / "乙")

    assert (tmp_path / "乙").read_bytes() == b"1"
    assert disk.synced == (tmp_path / "乙",)
