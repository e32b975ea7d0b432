"""What bounds leave undecided, and that they leave nothing wrong: many records, few texts read."""

from __future__ import annotations

import random

import numpy as np
import pytest

from corpus.text import fold_text
from indexer.analyzer import default_analyzer
from indexer.grams import Grams, grams
from indexer.records import Record, Unit
from indexer.whoosh_writer import RecordWriter
from search.engine import is_sentence
from search.opensearch_ranking import _places
from search.query import Page, Query
from search.syntax import parse_query
from search.whoosh_engine import WhooshEngine

PIECES = (
    "加强知识产权保护", "打击侵权假冒行为", "支持企业建立研发中心", "扩大信贷投放", "稳定就业岗位", "发展农村电商",
    "推进政务服务一网通办", "开展食品安全检查", "落实安全生产责任", "完善市场监管机制", "减轻社会保险负担", "公布督查考核结果",
)  # fmt: skip
QUESTIONS = (
    "怎样支持企业建立研发中心和扩大信贷投放", "农村电商发展由哪些部门支持", "云港市如何减轻企业的社会保险负担",
    "食品安全检查的结果怎样公布", "知识产权", "企业 就业", '"侵权假冒"',
)  # fmt: skip


def test_records_that_may_stand_on_either_side_of_a_cut_are_around_it():
    low, high = np.array([9.0, 5.0, 4.0, 1.0]), np.array([9.0, 6.0, 5.5, 2.0])
    many = 40  # of few all are looked at
    low, high = np.append(low, [0.0] * many), np.append(high, [0.0] * many)
    before, around = _places((low, high), 2, 2)
    assert (np.flatnonzero(before).tolist(), np.flatnonzero(around).tolist()) == ([0], [1, 2])


@pytest.fixture(scope="module")
def records():
    """Records enough that hardly any is looked at."""
    chosen = random.Random(1)
    return [_record(chosen, circular, order) for circular in range(60) for order in range(12)]


def _record(chosen: random.Random, circular: int, order: int) -> Record:
    text = "，".join(chosen.choices(PIECES, k=chosen.randint(1, 30))) + "。"
    return Record(
        id=f"c{circular}/p_{order}",
        unit=Unit.PARAGRAPH,
        circular=f"c{circular}",
        number="",
        order=order,
        date=20160101 + circular % 5,
        words=default_analyzer().words(text),
        grams=grams(fold_text(text)),
        title_grams=grams(fold_text(chosen.choice(PIECES))),
        path_grams=Grams(),
        assignments=(),
        issuer=(),
        region=chosen.choice(((), ("云港市", "江东省"), ("江东省",), ("全国",))),
        year=(),
        kind=(),
    )


@pytest.mark.cluster
def test_many_records_rank_as_in_a_folder(records, build_on_cluster, tmp_path):
    writer = RecordWriter(tmp_path)
    for record in records:
        writer.add(record)
    writer.commit()
    folder, cluster = WhooshEngine(tmp_path), build_on_cluster(records)
    for line in QUESTIONS:
        root = parse_query(line).root
        for page in (Page(0, 10), Page(40, 10), Page(95, 20)):
            query = Query(root, unit=Unit.PARAGRAPH, page=page)
            assert cluster.search(query) == folder.search(query), (line, page)
    assert any(is_sentence(parse_query(line).root) for line in QUESTIONS)
    cluster.close()
