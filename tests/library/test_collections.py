"""Collections: which circulars are not for everybody, and what a narrowed library holds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import library_catalogue
from corpus.errors import CollectionNameError, LibraryError
from corpus.ingest import add_paths
from corpus.library import Library
from corpus.library_visibility import collection_name

NAMES = ("yungang-2018-44.txt", "qinglan-2022-19.txt", "linxi-2021-32.txt")


@pytest.fixture(params=["folder", pytest.param("server", marks=pytest.mark.cluster)])
def folder(request, tmp_path, repository):
    """Where a library is that has an open circular and one in each of two collections."""
    on_server = request.param == "server"
    place = request.getfixturevalue("address") if on_server else tmp_path / "库"
    samples = repository / "corpus" / "samples"
    with Library.open(place, create=True) as library:
        for name, collection in zip(NAMES, (None, "甲", "乙'; --"), strict=True):
            add_paths(library, [samples / name], workers=0, collection=collection)
    return place


def sources_in(folder, *collections):
    with Library.open(folder, collections=collections) as library:
        return {summary.source_name for summary in library.summary()}


def test_a_library_holds_what_is_open_and_the_collections_it_was_opened_for(folder):
    assert sources_in(folder) == {NAMES[0]}
    assert sources_in(folder, "甲") == {*NAMES[:2]}
    assert sources_in(folder, "甲", "乙'; --") == {*NAMES}
    assert sources_in(folder, "丙", "") == {NAMES[0]}


def test_what_is_hidden_has_no_bytes_links_names_or_changes(folder):
    with Library.open(folder) as whole, Library.open(folder, collections=()) as open_one:
        for hidden in open_one.hidden():
            stored = whole.get(hidden)
            assert open_one.get(hidden) is None
            assert open_one.source_of(hidden) is None
            assert open_one.original(stored.source_sha256) is None
            assert hidden not in {change.circular_id for change in open_one.changes()}
            eid = stored.circular.paragraphs[0].id
            assert open_one.resolve(hidden, eid).status != whole.resolve(hidden, eid).status
        assert whole.hidden() == frozenset()
        assert whole.collections() == {"甲": 1, "乙'; --": 1}
        assert open_one.collections() == {}
        assert open_one.counts().circulars == open_one.counts().sources == 1
        assert len(open_one.agencies()) < len(whole.agencies())


def test_a_narrowed_library_cannot_be_written(folder):
    with Library.open(folder, collections=("甲",)) as library:
        held = library.circular_ids()[0]
        with pytest.raises(LibraryError):
            library.remove(held)
        with pytest.raises(LibraryError):
            library.collect(held, "乙")


def test_a_file_added_again_goes_where_it_is_told_and_else_stays(folder, repository):
    path = repository / "corpus" / "samples" / NAMES[1]
    told = []
    with Library.open(folder) as library:
        add_paths(library, [path], on_result=told.append)
        assert library.collections()["甲"] == 1
        add_paths(library, [path], collection="丁", on_result=told.append)
        assert set(library.collections()) == {"丁", "乙'; --"}
        add_paths(library, [path], collection="", on_result=told.append)
        assert library.check() == ()
    assert [result.reason for result in told] == ["same_bytes", "collected", "collected"]
    assert sources_in(folder) == {*NAMES[:2]}


def test_a_new_revision_stays_in_its_collection(folder, tmp_path, repository):
    text = (repository / "corpus" / "samples" / NAMES[1]).read_text(encoding="utf-8")
    copy = tmp_path / NAMES[1]
    with Library.open(folder) as library:
        copy.write_text(text.replace("。", "！", 3), encoding="utf-8")
        told = []
        add_paths(library, [copy], on_result=told.append)
    assert [result.reason for result in told] == ["revised"]
    assert sources_in(folder) == {NAMES[0]}


@given(st.text())
def test_a_name_is_kept_in_one_form_or_refused(given):
    try:
        name = collection_name(given)
    except CollectionNameError:
        return
    assert name == "" or collection_name(name) == name


def test_lists_lose_what_is_hidden_and_regain_what_is_open_again(folder, repository, monkeypatch):
    read_since = []
    reading = library_catalogue.summary
    monkeypatch.setattr(
        library_catalogue,
        "summary",
        lambda connection, since: read_since.append(since) or reading(connection, since),
    )
    with Library.open(folder) as whole, Library.open(folder, collections=()) as open_one:
        (line,) = open_one.summary()
        another = repository / "corpus" / "samples" / "yungang-2019-14.txt"
        add_paths(whole, [another], workers=0, collection="甲")
        assert open_one.summary() == (line,)
        whole.collect(line.id, "甲")
        assert open_one.summary() == ()
        whole.collect(line.id, "")
        assert open_one.summary() == (line,)
        assert read_since[0] == 0
        assert 0 not in read_since[1:]  # never everything again
