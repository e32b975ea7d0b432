"""The engine of our own stays small enough to be read: lines of code, without comments and docs."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
# Whatever codec, builder and execution do, wherever it stands: under 1,200 together, imports among
# them. One may grow only by what another gives back.
MOST_LINES = {
    "indexer: whoosh_codec posting_file postings": 284,
    "indexer: posting_pool posting_sort posting_merge whoosh_writer": 383,
    "search: execution scoring literals facet_columns ordering": 532,
}
# Shows the segments of a folder as one to whoever executes.
MOST_LINES_BESIDE = {"indexer: whoosh_reader": 168}


def count_code(path: Path) -> int:
    """Count the lines that are neither blank nor comment nor docstring."""
    source = path.read_text(encoding="utf-8")
    beside: set[int] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and ast.get_docstring(
            node
        ):
            beside.update(range(node.body[0].lineno, node.body[0].end_lineno + 1))
    return sum(
        bool(line.strip()) and not line.lstrip().startswith("#") and number not in beside
        for number, line in enumerate(source.splitlines(), start=1)
    )


def count_together(modules: str) -> int:
    ring, names = modules.split(": ")
    return sum(count_code(REPOSITORY / ring / f"{name}.py") for name in names.split())


@pytest.mark.parametrize(("modules", "most"), (MOST_LINES | MOST_LINES_BESIDE).items())
def test_the_engine_does_not_grow(modules, most):
    assert count_together(modules) <= most


def test_the_whole_engine_stays_under_its_goal():
    assert sum(map(count_together, MOST_LINES)) < 1_200
