"""A comparison as a workbook and as a document."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import docx
import pytest

from corpus.ingest import add_paths
from corpus.library import Library
from search.comparison import compare
from webui.comparison_files import comparison_docx, comparison_workbook

MADE = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
ROOT = "http://gongwen.example"


@pytest.fixture(scope="module")
def compared(tmp_path_factory, repository):
    with Library.open(tmp_path_factory.mktemp("compared"), create=True) as library:
        add_paths(library, sorted((repository / "tests" / "comparison").glob("*.txt")), workers=1)
        held = [library.get(circular) for circular in library.circular_ids()]
    return compare(*sorted(held, key=lambda stored: stored.source_name))


def test_every_row_is_in_the_workbook(compared, workbook):
    book = workbook(comparison_workbook(compared, root=ROOT, made=MADE))
    kinds = ["结论", "相近", "相同", "仅乙有", "仅甲有", "相同", "仅甲有"]
    assert book.column("对照", "B") == kinds
    assert book.column("对照", "E")[1] == "●市交通局、○市应急局"
    assert book.column("对照", "H")[1] == "仅乙有 市消防救援支队（配合）"
    assert book.formulas == 0


def test_the_document_marks_what_differs(compared):
    document = docx.Document(io.BytesIO(comparison_docx(compared, root=ROOT, made=MADE)))
    links = [each.target_ref for each in document.part.rels.values() if each.is_external]
    assert links == [f"{ROOT}/d/{side.id}/" for side in (compared.a, compared.b)]
    _, ours, theirs = document.tables[0].rows[1].cells[1:4]
    assert [run.text for run in ours.paragraphs[0].runs if run.font.strike] == ["每季度", "三年"]
    assert [run.text for run in theirs.paragraphs[0].runs if run.font.underline] == ["每月", "五年"]
