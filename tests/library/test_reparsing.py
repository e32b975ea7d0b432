"""What is stored is read again by the parser of today: links stay, and a run goes on."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest

from corpus.ingest import add_paths
from corpus.permalinks import LinkStatus
from corpus.reparsing import NOTE, reparse_library
from corpus.samples import sample_files


@pytest.fixture
def stocked(library):
    """A library that holds three circulars of the samples."""
    texts = [path for path in sample_files() if path.suffix == ".txt"][:3]
    add_paths(library, texts, workers=0)
    return library


def worsen(library, circular_id, **facts):
    """Put an older parser's mistakes into the library."""
    held = library.get(circular_id)
    library.renew(circular_id, library.source_of(circular_id), replace(held.circular, **facts))


def reasons(library, **options):
    found = []
    reparse_library(library, workers=0, on_result=found.append, **options)
    return [one.reason for one in found]


def test_what_the_parser_says_again_changes_nothing(stocked):
    before = stocked.sequence()
    assert reasons(stocked) == ["unchanged"] * 3
    assert stocked.sequence() == before


def test_a_better_reading_takes_the_place_of_the_old_one(stocked):
    first = min(stocked.circular_ids())
    right = stocked.get(first)
    worsen(stocked, first, title="读错的标题", date_signed=date(1999, 1, 1))
    assert stocked.get(first).circular.title == "读错的标题"
    assert reasons(stocked) == ["renewed", "unchanged", "unchanged"]
    assert stocked.get(first).circular == right.circular
    assert stocked.get(first).revision == right.revision
    assert first in {change.circular_id for change in stocked.changes(right.sequence)}
    assert not stocked.check()


def test_paragraphs_that_were_cut_wrongly_keep_their_links(stocked):
    first = min(stocked.circular_ids())
    right = stocked.get(first).circular
    one, two, *rest = right.paragraphs
    glued = replace(one, text=f"{one.text}{two.text}")
    worsen(stocked, first, paragraphs=(glued, *rest))
    assert reasons(stocked) == ["revised", "unchanged", "unchanged"]
    now = stocked.get(first)
    assert [each.text for each in now.circular.paragraphs] == [
        each.text for each in right.paragraphs
    ]
    for paragraph in rest:
        link = stocked.resolve(first, paragraph.id)
        assert (link.status, link.paragraph.text) == (LinkStatus.SAME, paragraph.text)
    assert not stocked.check()


def test_a_run_that_was_interrupted_goes_on_where_it_stopped(stocked):
    def stop(result):
        if result.id == sorted(stocked.circular_ids())[1]:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        reparse_library(stocked, workers=0, on_result=stop)
    told = []
    left = []
    reparse_library(
        stocked, workers=0, on_start=lambda *counts: told.append(counts), on_result=left.append
    )
    assert (told, [one.id for one in left]) == ([(3, 2)], [max(stocked.circular_ids())])
    assert not (stocked.folder / NOTE).exists()


@pytest.mark.parametrize("note", ["", "{", "[]", json.dumps({"parser": "x", "reached": "zzz"})])
def test_a_note_of_another_parser_or_none_begins_anew(stocked, note):
    (stocked.folder / NOTE).write_text(note)
    assert len(reasons(stocked)) == 3


def test_anew_takes_no_notice_of_how_far_a_run_had_come(stocked):
    with pytest.raises(KeyboardInterrupt):
        reparse_library(stocked, workers=0, on_result=_interrupt)
    assert len(reasons(stocked, anew=True)) == 3


def _interrupt(_result):
    raise KeyboardInterrupt


def test_a_source_that_cannot_be_read_any_more_keeps_what_it_gave(library, monkeypatch):
    source = next(path for path in sample_files() if path.suffix == ".txt")
    add_paths(library, [source], workers=0)
    (held,) = library.circular_ids()
    kept = library.get(held)
    monkeypatch.setattr("corpus.readers.reading.MAXIMUM_CHARACTERS", 10)
    found = []
    reparse_library(library, workers=0, on_result=found.append)
    assert [(one.status, one.reason) for one in found] == [("skipped", "too_long")]
    assert "保留原有的解析结果" in found[0].message
    assert library.get(held) == kept


def test_a_removed_circular_stays_as_it_was(stocked):
    first = min(stocked.circular_ids())
    stocked.remove(first)
    assert len(reasons(stocked)) == 2


def test_a_circular_removed_meanwhile_is_left_alone(stocked):
    first = min(stocked.circular_ids())
    source, circular = stocked.source_of(first), stocked.get(first).circular
    stocked.remove(first)
    assert stocked.renew(first, source, circular).reason == "overtaken"
