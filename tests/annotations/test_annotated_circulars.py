"""Real circulars annotated by hand: what the parser reaches on the half that may be looked at.

The other half stays unread until the work is done; it is scored by `--held-out`, never here.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

import pytest

KINDS = ("group", "member", "heading", "path", "number", "date")
# What is reached; a change that reads worse has to say so here.
LEAST = {
    "group": 0.995,
    "member": 0.995,
    "heading": 0.99,
    "path": 0.99,
    "number": 1.0,
    "date": 0.99,
}


def load_scoring() -> Any:
    """Load the scoring beside this file; tests are no package that could import it."""
    place = Path(__file__).with_name("scoring.py")
    spec = importlib.util.spec_from_file_location("annotation_scoring", place)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def total(shared) -> Any:
    scoring = load_scoring()
    sums = scoring.Score()
    for annotation in scoring.annotations(held_out=False):
        sums.add(scoring.score(annotation, shared / "corpus" / "circulars"))
    return sums


@pytest.mark.parametrize("kind", KINDS)
def test_the_parser_agrees_with_the_annotators(total, kind):
    misses = [miss for miss in total.misses if miss.startswith(f"  {kind} ")]
    assert total.f1(kind) >= LEAST[kind], "\n".join(misses)


def test_thirty_six_circulars_are_scored_and_twelve_are_kept_aside(shared):
    assert shared.is_dir()
    scoring = load_scoring()
    assert len(scoring.annotations(held_out=False)) == 36
    assert sum(1 for _ in scoring.HERE.glob("*.json")) == 48
