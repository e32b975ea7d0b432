"""What earlier versions wrote opens in this one and answers the same (`tests/upgrades/write.py`)."""

from __future__ import annotations

import json
import random
import zipfile
from pathlib import Path

import pytest

from corpus.library import Library
from corpus.library_schema import KNOWN_VERSIONS
from corpus.text import fold_text
from indexer.build import index_root, update_index
from indexer.errors import IndexDamagedError, IndexStaleError
from indexer.fields import schema_fingerprint
from indexer.generation import current
from indexer.index_checking import check_index
from search.requests import SearchRequest
from search.searcher import Searcher
from tests.upgrades.write import ANSWERS, COLLECTION, _answers

WRITTEN = sorted(Path(__file__).parent.glob("*.zip"))


@pytest.fixture(params=WRITTEN, ids=lambda path: path.stem)
def written(request, tmp_path):
    """A library as an earlier version left it, and what it held."""
    with zipfile.ZipFile(request.param) as package:
        package.extractall(tmp_path / "库")
    answers = json.loads((tmp_path / "库" / ANSWERS).read_text(encoding="utf-8"))
    return tmp_path / "库", answers


def test_every_schema_version_is_among_them():
    assert {path.stem.partition("-")[0] for path in WRITTEN} == set(KNOWN_VERSIONS)


def test_every_schema_of_the_index_is_among_them():
    """`git log` of `indexer/fields.py` has the others; each was written by the code of its time."""
    earlier = {"6230e2552cccb980", "32bee839518c4c64", "b3aa50c8a1b85a6d"}
    written = set()
    for path in WRITTEN:
        with zipfile.ZipFile(path) as package:
            (name,) = [one for one in package.namelist() if one.endswith("manifest.json")]
            written.add(json.loads(package.read(name))["fingerprints"][0])

    assert written == earlier | {schema_fingerprint()}


def test_an_earlier_library_opens_and_holds_the_same(written):
    folder, answers = written

    with Library.open(folder) as library:
        assert _answers(library) == answers
        assert library.check() == ()


def test_what_was_open_to_everybody_still_is(written, request):
    folder, _ = written
    before_collections = request.node.callspec.id.startswith("0001")

    with Library.open(folder) as whole, Library.open(folder, collections=()) as seen:
        assert whole.collections() == ({} if before_collections else {COLLECTION: 1})
        kept_back = set(whole.circular_ids()) - set(seen.circular_ids())
        assert len(kept_back) == (0 if before_collections else 1)


def test_a_circular_removed_then_can_be_restored_now(written):
    folder, answers = written

    with Library.open(folder) as library:
        assert all(library.restore(each) for each in answers["removed"])
        assert set(answers["removed"]) <= set(library.circular_ids())
        assert library.check() == ()


def test_an_earlier_index_answers_or_says_that_it_is_stale(written):
    folder, answers = written

    try:
        found = current(folder / "index")
    except (IndexStaleError, IndexDamagedError) as error:
        said = str(error)
    else:
        said = "gongwen index --rebuild" * (found.manifest.sequence == answers["sequence"])

    assert "gongwen index --rebuild" in said


def test_an_update_brings_the_index_to_answer_the_same(written):
    folder, answers = written
    rng = random.Random(7)
    texts = {
        f"{circular}/{eid}": fold_text(text)
        for circular, held in answers["circulars"].items()
        for eid, text in held["paragraphs"].items()
    }
    phrases = []
    for text in rng.choices(sorted(texts.values()), k=25):
        start = rng.randrange(max(1, len(text) - 6))
        phrases.append(text[start : start + 6])

    with Library.open(folder) as library:
        update_index(library)
        assert check_index(library) == ()
        assert current(index_root(library)).manifest.circulars == len(answers["circulars"])
        searcher = Searcher(library)
        for phrase in phrases:
            found = searcher.search(SearchRequest(q=f'"{phrase}"', limit=100))
            ids = {hit.id for hit in found.hits}
            assert ids == {each for each, text in texts.items() if phrase in text}, phrase
        searcher.close()
