"""A parser with a few known agencies, and the invented samples as a library to be searched."""

from __future__ import annotations

import pytest

from corpus.library import Library
from search.searcher import Searcher
from search.syntax import parse_query
from tests.libraries import fill_library, sample_texts

AGENCIES = {
    "市公安局": ("350200:公安",),
    "公安局": ("350200:公安", "640000:公安"),
    "市商务局": ("350200:商务",),
}


@pytest.fixture(scope="session")
def parse():
    """Parse a line; 市公安局, 公安局 and 市商务局 are known."""
    return lambda line: parse_query(line, find_agency=lambda name: AGENCIES.get(name, ()))


@pytest.fixture(scope="session")
def library(tmp_path_factory):
    with Library.open(fill_library(tmp_path_factory.mktemp("library"), sample_texts())) as library:
        yield library


@pytest.fixture(scope="session")
def searcher(library):
    with Searcher(library) as searcher:
        yield searcher
