"""The page on scale says what was measured: its tables are those of the figures that are kept."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest

from tests.benchmarks.scale_growth import fit
from tests.benchmarks.scale_page import BEGIN, END, KEPT, PAGE, tables_of
from tests.benchmarks.scale_plan import SIZES, answered, basis_of, plan_for

PLACES = ("scale plan", "scale figures", "scale growth")


@pytest.fixture(scope="module")
def kept():
    return json.loads(KEPT.read_text(encoding="utf-8"))


@pytest.mark.parametrize("place", PLACES)
def test_the_page_holds_the_table_that_the_figures_make(kept, place):
    page = PAGE.read_text(encoding="utf-8")
    held = page.split(BEGIN.format(name=place))[1].split(END.format(name=place))[0]
    assert held.strip() == tables_of(kept)[place]


def test_both_engines_found_as_much(kept):
    for step in answered(kept["steps"]):
        same = {kind: said.split("/") for kind, said in step["agreed"].items()}
        # A sentence's partial matches are the best among the candidates (ADR 17).
        assert all(a == b for kind, (a, b) in same.items() if kind != "句子"), step["paragraphs"]


def test_more_circulars_never_need_less(kept):
    basis = basis_of(kept)
    plans = [plan_for(size, basis) for size in SIZES]
    for smaller, larger in pairwise(plans):
        assert smaller.shards <= larger.shards
        assert smaller.nodes <= larger.nodes


def test_a_curve_goes_through_the_points_it_was_made_of():
    sizes = (1e4, 1e5, 1e6)
    curve = fit(sizes, [2 + 3 * size / 1e6 for size in sizes], "linear")
    assert curve.at(1e7) == pytest.approx(32)
    assert curve.residual == pytest.approx(0, abs=1e-9)
