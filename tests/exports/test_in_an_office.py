"""Our documents are opened by an office program and come out as pages with our words on them."""

from __future__ import annotations

import shutil
import subprocess
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest
from pdfminer.high_level import extract_pages, extract_text

from corpus.ingest import add_paths
from corpus.library import Library
from corpus.model import measures_of
from indexer.build import update_index
from search.comparison import compare
from search.matrix import build_matrix, tasks_in
from search.searcher import Searcher
from search.verification import Verifier
from webui.app import create_app
from webui.basket_items import collect
from webui.basket_state import Basket, Item
from webui.comparison_files import comparison_docx, comparison_workbook
from webui.export_docx import report_document
from webui.export_report import report_workbook
from webui.matrix_xlsx import matrix_workbook
from webui.verification_words import record_docx

if TYPE_CHECKING:
    from flask import Flask
    from pdfminer.layout import LTPage

MADE = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def office():
    """LibreOffice's command, which tells whether others can open what we write."""
    found = shutil.which("soffice") or shutil.which("libreoffice")
    if found is None:
        pytest.skip(
            "没有 LibreOffice（apt install libreoffice-writer-nogui libreoffice-calc-nogui）"
        )
    return found


@pytest.fixture(scope="module")
def library(tmp_path_factory, repository):
    folder = tmp_path_factory.mktemp("office")
    with Library.open(folder, create=True) as library:
        add_paths(library, [repository / "corpus" / "samples" / "yungang-2017-58.txt"], workers=1)
        yield library


@pytest.fixture(scope="module")
def print_to_pages(office, tmp_path_factory):
    """Open a file in the office program and return its pages and their words."""
    profile = tmp_path_factory.mktemp("profile")

    def convert(name: str, data: bytes) -> tuple[list[LTPage], str]:
        folder = tmp_path_factory.mktemp("pages")
        (folder / name).write_bytes(data)
        command = [
            office,
            f"-env:UserInstallation={profile.as_uri()}",
            "--headless",
            "--convert-to",
            "pdf",
            "--outdir",
            folder,
            folder / name,
        ]
        subprocess.run(command, check=True, capture_output=True, timeout=180)
        pdf = (folder / name).with_suffix(".pdf")
        return list(extract_pages(pdf)), "".join(extract_text(pdf).split())

    return convert


def collected(library, app: Flask):
    stored = library.get(library.circular_ids()[0])
    measures = [one for each in stored.circular.paragraphs for one in measures_of(each)][:3]
    items = tuple(Item(stored.id, one.id, f"说明{order}") for order, one in enumerate(measures))
    with app.test_request_context("/"):
        basket = Basket(items, "侵权假冒材料")
        return collect(
            basket, library, address="http://localhost/basket", today=date(2026, 11, 21)
        ), measures


def test_a_report_is_an_a4_document_with_texts_notes_and_references(library, print_to_pages):
    report, measures = collected(library, create_app(library.folder))
    pages, words = print_to_pages("report.docx", report_document(report, made=MADE))
    assert [round(each) for each in pages[0].bbox[2:]] == [595, 842]
    assert "侵权假冒材料" in words
    assert "说明：说明0" in words
    assert "参考文献[1]" in words
    assert all("".join(one.text.split())[:15] in words for one in measures)


def test_a_report_is_a_workbook_too(library, print_to_pages):
    report, measures = collected(library, create_app(library.folder))
    _, words = print_to_pages("report.xlsx", report_workbook(report, made=MADE))
    assert all("".join(one.text.split())[:8] in words for one in measures)


def test_a_comparison_is_a_landscape_document_with_both_sides(tmp_path, repository, print_to_pages):
    with Library.open(tmp_path / "库", create=True) as library:
        add_paths(library, sorted((repository / "tests" / "comparison").glob("*.txt")), workers=1)
        held = [library.get(each) for each in library.circular_ids()]
    compared = compare(*sorted(held, key=lambda stored: stored.source_name))
    data = comparison_docx(compared, root="http://localhost", made=MADE)
    pages, words = print_to_pages("compare.docx", data)
    assert [round(each) for each in pages[0].bbox[2:]] == [842, 595]
    for text in ("≈相近", "每季度", "每月", "○市消防救援支队", "仅乙有市消防救援支队（配合）"):
        assert text in words
    _, words = print_to_pages(
        "compare.xlsx", comparison_workbook(compared, root="http://localhost", made=MADE)
    )
    assert "演练记录保存五年" in words


def test_a_record_of_checking_is_a_landscape_document(tmp_path, repository, print_to_pages):
    with Library.open(tmp_path / "库", create=True) as library:
        add_paths(library, [repository / "corpus" / "samples" / "yungang-2017-58.txt"], workers=1)
        update_index(library)
        with Searcher(library) as searcher:
            verifier = Verifier(library, searcher.find_all, searcher.standing)
            found = verifier.verify("“建立网络抽样检测与线下查办联动机制”，见云政办发〔2099〕1号")
    data = record_docx(found, "http://localhost", name="报告.docx", made=MADE)
    pages, words = print_to_pages("record.docx", data)
    assert [round(each) for each in pages[0].bbox[2:]] == [842, 595]
    for text in ("引用核对记录", "核对对象：报告.docx", "≠文字已变", "抽样检验", "？未找到"):
        assert text in words


def test_a_matrix_is_printed_on_a4_landscape(library, print_to_pages):
    matrix = build_matrix(tasks_in(library.get(library.circular_ids()[0])))
    data = matrix_workbook(
        matrix,
        title="要点",
        source="http://localhost/",
        address=lambda task: f"http://localhost/{task.eid}",
        made=MADE,
    )
    pages, words = print_to_pages("matrix.xlsx", data)
    assert [round(each) for each in pages[0].bbox[2:]] == [842, 595]
    assert all(sign in words for sign in "●○")
    assert "市公安局" in words
