"""The index lost: a rebuild from the library answers as before, and the old one serves meanwhile."""

from __future__ import annotations

import random
import shutil
import time
from pathlib import Path

from corpus.ingest import add_paths
from corpus.library import Library
from indexer.build import update_index
from indexer.index_checking import check_index
from search.query import Unit
from search.requests import SearchRequest
from search.searcher import Searcher
from tests.torture.adding import index_root_of, write_circulars
from tests.torture.outcome import Tally, scratch

SHORT = 200
LONG = 2_000
CIRCULARS = 120
SAMPLES = Path(__file__).resolve().parents[2] / "corpus" / "samples"


def run(trials: int, seed: int, long: bool) -> tuple[int, int]:
    """Ask so many queries of an index grown in many updates, then of one made at once."""
    rng = random.Random(seed)
    tally = Tally()
    with scratch("F6") as folder, Library.open(folder / "library", create=True) as library:
        add_paths(library, [SAMPLES], workers=0)
        update_index(library)
        for first in range(1, CIRCULARS, 10):
            write_circulars(folder / "files", rng, first, 10)
            add_paths(library, [folder / "files"], workers=0)
            update_index(library)
        for gone in rng.sample(library.circular_ids(), 7):
            library.remove(gone)
        update_index(library)
        asked = [_question(library, rng) for _ in range(trials)]
        grown = _answers(library, asked)

        serving = Searcher(library)
        meanwhile = set()
        update_index(
            library,
            rebuild=True,
            on_progress=lambda _done, _total: meanwhile.add(_answer(serving, asked[0])),
        )
        serving.close()
        tally.trial(*(["another answer during the rebuild"] if meanwhile != {grown[0]} else []))
        _compare("rebuilt", grown, _answers(library, asked), asked, tally)

        shutil.rmtree(index_root_of(library.folder))
        started = time.perf_counter()
        state = update_index(library)
        spent = time.perf_counter() - started
        print(f"rebuilt {state.records} records at {state.records / spent:.0f} records/s")
        _compare("deleted and rebuilt", grown, _answers(library, asked), asked, tally)
        tally.trial(*check_index(library))
    return tally.result()


def _question(library: Library, rng: random.Random) -> SearchRequest:
    """Make a question of something the library says: a phrase, words, or an agency."""
    stored = library.get(rng.choice(library.circular_ids()))
    assert stored is not None
    paragraph = rng.choice(stored.circular.paragraphs)
    start = rng.randrange(max(1, len(paragraph.text) - 4))
    said = paragraph.text[start : start + rng.randint(2, 12)]
    line = rng.choice((said, f'"{said}"', f"{said} 监管", f"{said} OR 打假", "责任单位:市公安局"))
    return SearchRequest(q=line.replace("\n", " "), unit=rng.choice(list(Unit)))


def _answers(library: Library, asked: list[SearchRequest]) -> list[tuple]:
    searcher = Searcher(library)
    found = [_answer(searcher, each) for each in asked]
    searcher.close()
    return found


def _answer(searcher: Searcher, asked: SearchRequest) -> tuple:
    found = searcher.search(asked)
    return found.total, tuple((hit.id, hit.score) for hit in found.hits)


def _compare(what: str, before: list, after: list, asked: list, tally: Tally) -> None:
    for one, other, question in zip(before, after, asked, strict=True):
        tally.trial(*([] if one == other else [f"{what}: {question.q!r}: {one} then {other}"]))
