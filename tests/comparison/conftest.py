"""Two years of one circular, invented, in a library."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.ingest import add_paths
from corpus.library import Library

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def years(tmp_path_factory):
    """The circulars of 2024 and 2025."""
    with Library.open(tmp_path_factory.mktemp("years"), create=True) as library:
        add_paths(library, sorted(HERE.glob("*.txt")), workers=1)
        held = [library.get(circular) for circular in library.circular_ids()]
    return sorted(held, key=lambda stored: str(stored.circular.number.year))
