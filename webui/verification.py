"""Checking a report (核验): the page `/verify`, and the record as a file."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from flask import Blueprint, Response, request, url_for

from corpus.errors import UnreadableFileError
from corpus.readers.reading import read_bytes
from search.verification import MOST_CHARACTERS, Verifier
from webui.desk import current_desk
from webui.errors import BadParameterError
from webui.export_answers import answer_file
from webui.export_docx import DOCX_TYPE
from webui.verification_reading import text_of_report
from webui.verification_views import VerifyView, view_verification
from webui.verification_words import record_csv, record_docx
from webui.writing import answer_page, encode

if TYPE_CHECKING:
    from search.verification import Verification

blueprint = Blueprint("verification", __name__)

FILES: Final = ("docx", "csv")


class _Given(NamedTuple):
    """What is to be checked: its text, its name, or why it cannot be."""

    text: str
    name: str = ""
    fault: str = ""


@blueprint.get("/verify")
def show() -> Response:
    """Show where to paste a report; a short text may stand in the address."""
    return _answer(_read())


@blueprint.post("/verify")
def check() -> Response:
    """Check a pasted text or a file, and show or hand out the record."""
    return _answer(_read())


def _answer(given: _Given) -> Response:
    wanted = request.values.get("as", "")
    if wanted and wanted not in FILES:
        raise BadParameterError("as", f"只能是 {'、'.join(FILES)}")
    if given.fault or not given.text.strip():
        return answer_page(
            "verify.html",
            400 if given.fault else 200,
            view=VerifyView(given.text, given.name, given.fault),
        )
    made = datetime.now().astimezone()
    desk = current_desk()
    verifier = Verifier(desk.library, desk.find_all, desk.standing)
    verification = verifier.verify(given.text)
    if wanted:
        return _answer_file(verification, wanted, given.name, made)
    view = view_verification(verification, given.text, given.name)
    return answer_page("verify.html", view=view)


def _answer_file(verification: Verification, ending: str, name: str, made: datetime) -> Response:
    base = url_for("pages.home", _external=True).rstrip("/")
    saved = f"引用核对记录-{name or made.strftime('%Y%m%d')}"
    if ending == "csv":
        data = encode(record_csv(verification, base))
        return answer_file(data, "text/csv; charset=utf-8", saved, ending)
    data = record_docx(verification, base, name=name, made=made)
    return answer_file(data, DOCX_TYPE, saved, ending)


def _read() -> _Given:
    """Read what was pasted or sent; a file goes before a text."""
    text = request.values.get("text", "").replace("\r\n", "\n")
    name = request.values.get("name", "")[:200]
    sent = request.files.get("file")
    if sent is not None and sent.filename:
        name = sent.filename.replace("\\", "/").rpartition("/")[2]
        try:
            text = text_of_report(read_bytes(name, sent.read()))
        except UnreadableFileError as error:
            return _Given(text, name, f"未能读取“{name}”：{error}")
    if len(text) > MOST_CHARACTERS:
        long = f"共 {len(text)} 字，一次最多核对 {MOST_CHARACTERS} 字。请分几次核对。"
        return _Given(text[:MOST_CHARACTERS], name, long)
    return _Given(text, name)
