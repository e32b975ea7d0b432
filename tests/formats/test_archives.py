"""An archive is a folder in disguise: each member a file, none of them ever extracted."""

from __future__ import annotations

import io
import struct
import zipfile
from dataclasses import replace

import pytest

from corpus.errors import UnreadableFileError
from corpus.ingest import add_paths
from corpus.library import Library
from corpus.readers.archive import is_archive, read_members
from corpus.readers.budgets import BUDGETS

LINES = ["云港市人民政府办公厅关于做好防汛工作的通知", "各县（市、区）人民政府：", "一、加强领导", "压实责任，做好值守。"]  # fmt: skip
OTHER = [
    "云港市教育局关于做好招生工作的通知",
    "各学校：",
    "一、严格程序",
    "公开招生方案，接受监督。",
]
PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)


def gbk_zip(name: str, data: bytes) -> bytes:
    """What Chinese Windows makes: the name in GBK, and no flag to say so."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        package.writestr("x" * len(name.encode("gbk")), data)
    return target.getvalue().replace(b"x" * len(name.encode("gbk")), name.encode("gbk"))


def added(tmp_path, data: bytes, name="资料.zip"):
    """What became of each member when the archive was added to a library."""
    (tmp_path / name).write_bytes(data)
    results = []
    with Library.open(tmp_path / "库", create=True) as library:
        add_paths(library, [tmp_path / name], on_result=results.append)
    return [(r.file.partition(name)[2].lstrip("/"), r.status, r.reason) for r in results]


def test_names_in_gbk_are_read_as_their_author_wrote_them():
    (member,) = read_members(gbk_zip("防汛通知.txt", "一、加强领导".encode()))
    assert member.name == "防汛通知.txt"


def test_names_in_utf8_without_the_flag_are_read_too():
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        package.writestr("x" * 16, b"text")
    (member,) = read_members(target.getvalue().replace(b"x" * 16, "防汛通知.txt".encode()))
    assert member.name == "防汛通知.txt"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("../../etc/passwd.txt", "etc/passwd.txt"), ("/etc/a.txt", "etc/a.txt"), ("a\\..\\b.txt", "a/b.txt"),
        ("通知\u202etxt.exe", "通知\ufffdtxt.exe"), ("./././a.txt", "a.txt"), ("..", "未命名"),
    ],
)  # fmt: skip
def test_a_name_never_leads_out_of_the_archive(make, written, shown):
    (member,) = read_members(make.zip({written: b"text"}))
    assert member.name == shown


def test_a_member_without_a_name_is_read_under_a_name_of_ours():
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        package.writestr(zipfile.ZipInfo(""), "\n".join(LINES))

    assert [member.name for member in read_members(target.getvalue())] == ["未命名"]
    assert is_archive(target.getvalue())


def test_a_name_given_twice_is_told_apart():
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        package.writestr("a.txt", b"1")
        with pytest.warns(UserWarning, match="Duplicate"):
            package.writestr("a.txt", b"2")
    members = list(read_members(target.getvalue()))
    assert [(m.name, m.data) for m in members] == [("a.txt", b"1"), ("a.txt~2", b"2")]


def test_an_archive_inside_is_opened_once_and_no_deeper(make):
    inner = make.zip({"通知.txt": b"text", "更里面.zip": make.zip({"a.txt": b"x"})})
    members = list(read_members(make.zip({"里面.zip": inner, "外面.txt": b"x"})))
    assert [(m.name, m.code) for m in members] == [
        ("里面.zip/通知.txt", ""), ("里面.zip/更里面.zip", "too_nested"), ("外面.txt", ""),
    ]  # fmt: skip


def test_documents_that_are_zips_are_no_archives(make):
    assert not is_archive(make.docx(LINES))
    assert not is_archive(make.ofd(LINES))
    assert is_archive(make.zip({"a.txt": b"x"}))


def test_what_an_archive_may_cost_is_counted_over_all_its_members(make):
    strict = replace(BUDGETS, unpacked_bytes=2_500, members=5)
    data = make.zip({f"{n}.txt": b"x" * 900 for n in range(3)}, zipfile.ZIP_STORED)
    with pytest.raises(UnreadableFileError) as raised:
        list(read_members(data, strict))
    assert raised.value.code == "zip_bomb"
    nested = make.zip(
        {f"{n}.zip": make.zip({f"{m}.txt": b"x" for m in range(3)}) for n in range(2)}
    )
    with pytest.raises(UnreadableFileError) as raised:
        list(read_members(nested, strict))
    assert raised.value.code == "too_many_members"


def test_one_bad_member_does_not_keep_out_the_others(make):
    data = make.zip({"空洞.txt": bytes(3_000_000), "通知.txt": "一、加强领导".encode()})
    assert [(m.name, m.code) for m in read_members(data)] == [
        ("空洞.txt", "zip_bomb"),
        ("通知.txt", ""),
    ]


def test_a_locked_member_is_told_of():
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        package.writestr("a.txt", b"text")
        package.writestr("b.txt", b"text")
    data = bytearray(target.getvalue())
    flags = data.index(b"PK\x01\x02") + 8
    data[flags : flags + 2] = struct.pack("<H", 1)
    assert [(m.name, m.code) for m in read_members(bytes(data))] == [
        ("a.txt", "encrypted"),
        ("b.txt", ""),
    ]


def test_each_member_is_added_as_a_file_of_its_own(tmp_path, make):
    data = make.zip(
        {
            "通知.docx": make.docx(LINES), "正文/通知.txt": make.text(OTHER), "图.png": PNG,
            "__MACOSX/._通知.docx": b"x", "空.txt": b"", "表.xlsx": make.zip({"[Content_Types].xml": b"", "xl/a.xml": b""}),
        }
    )  # fmt: skip
    assert added(tmp_path, data) == [
        ("通知.docx", "indexed", "new"),
        ("正文/通知.txt", "indexed", "new"),
        ("图.png", "skipped", "picture"),
        ("空.txt", "quarantined", "empty"),
        ("表.xlsx", "quarantined", "unsupported_format"),
    ]


def test_an_archive_added_again_changes_nothing(tmp_path, make):
    data = make.zip({"通知.docx": make.docx(LINES)})
    added(tmp_path, data)
    assert [status for _, status, _ in added(tmp_path, data)] == ["duplicate"]


def test_a_bomb_is_one_result_and_the_run_goes_on(tmp_path, make):
    (tmp_path / "甲.zip").write_bytes(make.zip({f"{n}.txt": bytes(40_000_000) for n in range(6)}))
    (tmp_path / "乙.txt").write_bytes(make.text(LINES))
    results = []
    with Library.open(tmp_path / "库", create=True) as library:
        add_paths(library, [tmp_path / "甲.zip", tmp_path / "乙.txt"], on_result=results.append)
    assert [(r.status, r.reason) for r in results] == [
        ("quarantined", "zip_bomb"),
        ("indexed", "new"),
    ]
    assert "200 MB" in results[0].message


def test_members_are_parsed_in_processes_too(tmp_path, make):
    files = {f"{n}.docx": make.docx([*LINES, f"第{n}号附件。"]) for n in range(12)}
    assert {status for _, status, _ in added(tmp_path, make.zip(files))} <= {"indexed", "duplicate"}
