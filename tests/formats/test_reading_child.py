"""The process that reads strangers' files can be stopped, and cannot do harm."""

from __future__ import annotations

import os
import signal
from dataclasses import replace

import pytest

from corpus.errors import UnreadableFileError
from corpus.readers import read_bytes
from corpus.readers.budgets import BUDGETS
from corpus.readers.child import Child
from corpus.readers.legacy import find_libreoffice
from corpus.readers.sniffing import Kind, sniff

LINES = ["云港市人民政府办公厅关于做好防汛工作的通知", "一、加强领导", "压实责任，做好值守。"]
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


@pytest.fixture
def child():
    started = []

    def start(**limits) -> Child:
        started.append(Child(replace(BUDGETS, **limits)))
        return started[-1]

    yield start
    for one in started:
        one.close()


def code_of(child: Child, kind: Kind, data: bytes) -> str:
    with pytest.raises(UnreadableFileError) as raised:
        child.ask(kind, "通知", data)
    return raised.value.code


def test_one_child_reads_several_files(child, make):
    one = child()
    assert one.ask(Kind.DOCX, "甲.docx", make.docx(LINES)).text == "\n".join(LINES)
    assert one.ask(Kind.OFD, "乙.ofd", make.ofd(LINES)).text.startswith(LINES[0])
    assert one.usable


def test_a_file_that_takes_too_long_is_given_up(child, make):
    one = child(wall_seconds=0.05)
    with pytest.raises(UnreadableFileError, match=r"0\.05 秒") as raised:  # the clock's, not 10
        one.ask(Kind.PDF, "通知", make.pdf(LINES * 200))
    assert raised.value.code == "timeout"
    assert not one.usable


def test_a_child_that_dies_is_told_of_and_never_used_again(child, make):
    one = child()
    os.kill(one._process.pid, signal.SIGKILL)
    assert code_of(one, Kind.DOCX, make.docx(LINES)) == "out_of_memory"
    assert not one.usable


def test_memory_has_an_end(child):
    one = child(memory_bytes=200 * 1024**2)
    assert code_of(one, Kind.DOCX, b"PK" + bytes(150_000_000)) in {"out_of_memory", "damaged"}


def test_the_next_file_is_read_after_a_bad_one(make, attempt):
    assert attempt("坏.docx", make.docx(LINES)[:3000])[1] == "damaged"
    assert read_bytes("好.docx", make.docx(LINES)).text == "\n".join(LINES)


def test_the_reader_opens_no_file_for_writing_and_no_socket(repository):
    import subprocess
    import sys

    probe = (
        "import sys; from corpus.readers.child import _refuse; sys.addaudithook(_refuse)\n"
        "import socket, os, subprocess\n"
        "for act in (lambda: open('x', 'w'), socket.socket, lambda: os.system('true'), lambda: subprocess.run(['true'])):\n"
        "    try: act(); print('allowed')\n"
        "    except PermissionError: print('refused')\n"
    )
    shown = subprocess.run(
        [sys.executable, "-c", probe], cwd=repository, capture_output=True, text=True, check=True
    )
    assert shown.stdout.split() == ["refused"] * 4


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (OLE + "WordDocument".encode("utf-16-le"), Kind.LEGACY),
        (b"{\\rtf1 abc}", Kind.LEGACY),
        (
            b'<?xml version="1.0"?><?mso-application progid="Word.Document"?><w:wordDocument/>',
            Kind.LEGACY,
        ),
        (b"%PDF-1.4\n", Kind.PDF),
        ("一、加强领导".encode(), Kind.TEXT),
    ],
)
def test_old_and_new_formats_are_told_by_content(data, kind):
    assert sniff(data) is kind


@pytest.mark.parametrize(
    ("stream", "code"), [("Workbook", "unsupported_format"), ("EncryptedPackage", "encrypted")]
)
def test_other_files_in_the_old_container_have_their_reason(stream, code, attempt):
    assert attempt("表.doc", OLE + stream.encode("utf-16-le"))[1] == code


def test_without_libreoffice_an_old_file_says_what_to_do(monkeypatch, attempt):
    monkeypatch.setenv("GONGWEN_LIBREOFFICE", "")
    with pytest.raises(UnreadableFileError, match=r"LibreOffice.*--retry") as raised:
        read_bytes("通知.doc", OLE + "WordDocument".encode("utf-16-le"))
    assert raised.value.code == "needs_libreoffice"


def test_a_libreoffice_that_does_nothing_is_told_of(monkeypatch, tmp_path, attempt):
    program = tmp_path / "soffice"
    program.write_text("#!/bin/sh\nexit 0\n")
    program.chmod(0o755)
    monkeypatch.setenv("GONGWEN_LIBREOFFICE", str(program))
    assert attempt("通知.rtf", b"{\\rtf1 abc}")[1] == "conversion_failed"


def test_an_old_file_is_read_through_libreoffice():
    if find_libreoffice() is None:
        pytest.skip("LibreOffice is not installed here; it is optional")
    raw = read_bytes(
        "通知.rtf", b"{\\rtf1\\ansicpg936 \\u19968?\\u12289?\\u21152?\\u24378?\\par 2}"
    )
    assert raw.text.startswith("一、加强")
    assert "converted" in {remark.code for remark in raw.remarks}


WITHOUT_TEXT = frozenset({"no_text_layer", "needs_libreoffice"})


def test_every_real_office_file_is_read_or_has_its_reason(shared):
    refused = {}
    paths = sorted((shared / "corpus" / "office").iterdir())
    old = [path for path in paths if path.read_bytes().startswith(b"\xd0\xcf")]
    for path in paths:
        if path in old[4:]:  # each of them starts LibreOffice
            continue
        try:
            raw = read_bytes(path.name, path.read_bytes())
        except UnreadableFileError as error:
            refused[path.name] = error.code
            continue
        assert len(raw.text) > 300, path.name
        assert raw.media_type != "text/plain", path.name
    assert set(refused.values()) <= WITHOUT_TEXT
