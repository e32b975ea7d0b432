"""Engines that have nothing in common with ours find the same in the same paragraphs."""

from __future__ import annotations

import pytest

from tests.benchmarks.engines import ENGINES
from tests.benchmarks.questions import questions_for
from tests.benchmarks.synthetic import Corpus

PARAGRAPHS = 400


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return Corpus(PARAGRAPHS)


@pytest.fixture(scope="module")
def answers(corpus, tmp_path_factory):
    """Every question's answer, by engine."""
    found = {}
    for name in ("ours", "fts5", "whoosh"):
        folder = tmp_path_factory.mktemp(name)
        engine = ENGINES[name]()
        engine.build(corpus, folder)
        engine.prepare()
        engine.open(folder)
        found[name] = [engine.ask(question) for question in questions_for(corpus)]
        engine.close()
    return found


@pytest.mark.parametrize("other", ["fts5", "whoosh"])
def test_totals_facets_and_marked_hits_are_the_same(answers, other):
    assert answers[other] == answers["ours"]


def test_the_questions_are_worth_asking(answers):
    totals = [answer.total for answer in answers["ours"]]

    assert len(totals) == 40
    assert sum(total > 20 for total in totals) > 10
    assert sum(0 < total <= 3 for total in totals) > 5
