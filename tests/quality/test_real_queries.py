"""What staff type, each with the paragraph that should come first: `queries.tsv` beside this file.

A row names the file of a circular by its beginning and a few characters that the paragraph holds;
where these are missing, any paragraph of the circular is right. A line that finds nothing is asked
again as the program suggests.
"""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import pytest

from corpus.ingest import add_paths
from corpus.library import Library
from corpus.text import fold_text
from indexer.build import update_index
from search.requests import SearchRequest
from search.searcher import Searcher

WITHIN = 10


@pytest.fixture(scope="module")
def library(shared, tmp_path_factory):
    corpus = shared / "corpus"
    with Library.open(tmp_path_factory.mktemp("real"), create=True) as library:
        add_paths(library, [corpus / "circulars", corpus / "html"])
        update_index(library)
        yield library


def rows():
    with Path(__file__).with_name("queries.tsv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def rank_of(row, searcher, sources):
    """The rank of the right paragraph, from 1; none within reach counts as WITHIN + 1."""
    asked = SearchRequest(q=row["query"], limit=WITHIN)
    results = searcher.search(asked)
    if not results.total and results.suggestion:
        results = searcher.search(replace(asked, q=results.suggestion.line))
    beginnings = tuple(row["circular"].split("|"))  # one text may have come in as several files
    wanted = fold_text(row["words"])
    for rank, hit in enumerate(results.hits, start=1):
        if sources[hit.circular].startswith(beginnings) and wanted in fold_text(hit.text):
            return rank
    return WITHIN + 1


def test_real_queries_find_their_paragraph_among_the_first(library):
    asked = rows()
    assert len(asked) >= 100
    sources = {one.id: one.source_name for one in library.summary()}
    with Searcher(library) as searcher:
        ranks = {row["query"]: rank_of(row, searcher, sources) for row in asked}
    outside = {query: rank for query, rank in ranks.items() if rank > 3}
    assert len(outside) <= len(asked) * 0.05, outside
    assert not {query for query, rank in ranks.items() if rank > WITHIN}


def test_no_row_quotes_more_than_a_few_characters():
    assert all(len(row["words"]) <= 8 for row in rows())
