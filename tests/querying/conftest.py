"""A parser with a word cutter and a few known agencies."""

from __future__ import annotations

import pytest

from search.syntax import parse_query

AGENCIES = {
    "市公安局": ("350200:公安",),
    "公安局": ("350200:公安", "640000:公安"),
    "市商务局": ("350200:商务",),
}


@pytest.fixture(scope="session")
def parse():
    """Parse a line; 市公安局, 公安局 and 市商务局 are known."""
    return lambda line: parse_query(line, find_agency=lambda name: AGENCIES.get(name, ()))
