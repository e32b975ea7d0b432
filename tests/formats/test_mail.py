"""Letters and saved pages: the text is read, what is attached is left out with its name."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from corpus.ingest import add_paths
from corpus.library import Library
from corpus.readers import read_bytes
from corpus.readers.archive import read_members
from corpus.structure import parse_circular

TEXT = "云港市人民政府办公室关于加强防汛工作的通知\n云政办发〔2021〕32号\n各区人民政府：\n一、加强值守\n各区要安排专人值班。\n"
PAGE = "<html><body>" + "".join(f"<p>{line}</p>" for line in TEXT.splitlines()) + "</body></html>"


def letter(*, page: bool = True, attached: tuple[str, ...] = ("任务分工表.docx",)) -> bytes:
    message = EmailMessage()
    message["From"], message["To"] = "office@yungang.example", "all@yungang.example"
    message["Subject"] = "转发防汛通知"
    message.set_content(TEXT, charset="gb18030")
    if page:
        message.add_alternative(PAGE, subtype="html", charset="utf-8")
    for name in attached:
        message.add_attachment(b"PK\x03\x04", "application", "octet-stream", filename=name)
    return message.as_bytes()


def saved_page() -> bytes:
    message = EmailMessage()
    message["MIME-Version"] = "1.0"
    message["Subject"] = "防汛通知"
    message.set_content(PAGE, subtype="html", charset="utf-8", cte="quoted-printable")
    message.add_related(b"\x89PNG\r\n\x1a\n", "image", "png", cid="<a@b>")
    return message.as_bytes()


@pytest.mark.parametrize("data", [letter(), letter(page=False), saved_page()])
def test_the_body_is_read_as_the_circular_it_holds(data):
    circular = parse_circular(read_bytes("通知.eml", data))
    assert str(circular.number) == "云政办发〔2021〕32号"
    assert [one.text for one in circular.paragraphs] == ["各区要安排专人值班。"]


def test_what_is_attached_is_named_and_left_out():
    raw = read_bytes("通知.eml", letter(attached=("任务分工表.docx", "附图.png")))
    (remark,) = [one for one in raw.remarks if one.code == "attachments_skipped"]
    assert "2 个附件" in remark.message
    assert "任务分工表.docx、附图.png" in remark.message


def test_the_pictures_of_a_saved_page_are_no_attachments():
    assert not read_bytes("通知.mht", saved_page()).remarks


def test_a_letter_that_only_carries_files_has_no_text(attempt):
    message = EmailMessage()
    message["From"], message["Subject"] = "a@b.example", "附件"
    message.add_attachment(b"PK\x03\x04", "application", "zip", filename="a.zip")
    assert attempt("a.eml", message.as_bytes())[1] == "no_text"


@pytest.mark.parametrize(
    "data",
    [
        b"From: a\nSubject: b\nContent-Type: multipart/mixed; boundary=x\n\n" + b"--x\n" * 5000,
        b"From: a\nSubject: b\nContent-Type: multipart/mixed; boundary=x",
        b"From: a\nSubject: b\nContent-Type: text/plain; charset=nonesuch\n\n" + "通知".encode(),
        b"MIME-Version: 1.0\nContent-Type: text/html\nContent-Transfer-Encoding: base64\n\n!!!",
        b"Subject: x\nFrom: y\n" + b"Content-Type: message/rfc822\n\n" * 3000,
        b"Subject: x\nFrom: y\n"
        + b"".join(
            b"Content-Type: multipart/mixed; boundary=%d\n\n--%d\n" % (n, n) for n in range(1500)
        ),
    ],
)
def test_a_broken_letter_is_text_or_a_reason(attempt, data):
    raw, code = attempt("a.eml", data)
    assert raw is not None or code


def test_prose_that_begins_like_a_header_stays_prose():
    text = "Note: 以下为正文\n云港市关于防汛的通知\n请办理。"
    assert read_bytes("a.txt", text.encode()).text == text


def test_in_a_parcel_attachments_are_left_out_with_a_reason(make, tmp_path):
    parcel = tmp_path / "邮件附件.zip"
    parcel.write_bytes(
        make.zip({"通知.eml": letter(), "签名.png": b"\x89PNG\r\n\x1a\n0", "表.xlsx": make.zip({"[Content_Types].xml": b"", "xl/workbook.xml": b""})})
    )  # fmt: skip
    assert [one.code for one in read_members(parcel.read_bytes())] == [
        "",
        "picture",
        "unsupported_format",
    ]
    found = []
    with Library.open(tmp_path / "库", create=True) as library:
        add_paths(library, [parcel], workers=0, on_result=found.append)
    assert [(one.status, one.reason) for one in found] == [
        ("indexed", "new"),
        ("skipped", "picture"),
        ("quarantined", "unsupported_format"),
    ]
