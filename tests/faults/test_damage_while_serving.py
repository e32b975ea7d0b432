"""A damaged index is not answered from in silence: another serves, and the log says so."""

from __future__ import annotations

import logging

import pytest

from indexer import generation
from indexer.build import index_root, update_index
from search.engine_source import IndexSource
from tests.generations.conftest import FakeLibrary


@pytest.fixture
def library(tmp_path):
    """A library with two generations of its index."""
    made = FakeLibrary(tmp_path)
    for name in ("c1", "c2"):
        made.put(name, "打假专项整治")
        update_index(made)
    return made


def damage(library, name: str) -> None:
    table = next((index_root(library) / name).glob("*.toc"))
    table.write_bytes(bytes(table.stat().st_size))
    generation._CHECKSUMS.clear()


def test_the_generation_before_serves_and_the_log_says_so(library, caplog):
    damage(library, "gen-000002")
    source = IndexSource(index_root(library))

    with caplog.at_level(logging.WARNING), source.borrow() as engine:
        sequence = engine.sequence
    source.close()

    assert sequence == 1
    assert "现使用上一代索引 gen-000001" in caplog.text


def test_a_new_index_that_cannot_be_opened_leaves_the_old_one_and_says_so(library, caplog):
    now = 0.0
    source = IndexSource(index_root(library), clock=lambda: now)
    with source.borrow() as engine:
        before = engine.sequence
    library.put("c3", "打假专项整治")
    update_index(library)
    for name in ("gen-000001", "gen-000002", "gen-000003"):
        damage(library, name)
    now = 10.0

    with caplog.at_level(logging.WARNING), source.borrow() as engine:
        after = engine.sequence
    source.close()

    assert (before, after) == (2, 2)
    assert "仍用原来的" in caplog.text
