"""What can be said of the engine on a cluster without one; `make test-cluster` says the rest."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from indexer.errors import ClusterAddressError, RecordError
from indexer.fields import GRAM_FIELDS
from indexer.opensearch_connection import ClusterAddress
from indexer.opensearch_mapping import LENGTH_SHARE, SATURATION, documents_of
from indexer.records import Unit
from search.engine import GRAM_WEIGHTS, K1, WORD_WEIGHT, B
from search.literals import Cache
from search.opensearch_answer import Answer
from search.query import Query
from search.syntax import parse_query
from tests.contract.conftest import make_record


def test_the_cluster_weighs_candidates_as_the_port_weighs_hits():
    assert dict.fromkeys(GRAM_FIELDS, 1.0) == GRAM_WEIGHTS, "one field can stand for all three"
    assert LENGTH_SHARE == B
    assert pytest.approx({"scored": K1, "words": K1 / WORD_WEIGHT}) == SATURATION


def test_an_address_says_everything_and_shows_no_password():
    address = ClusterAddress.parse(
        "opensearch+https://reader:p%40ss@a.example,b.example:9201/office?shards=6&replicas=2&verify=no"
    )
    assert address.hosts == (("a.example", 9200), ("b.example", 9201))
    assert (address.user, address.password, address.name) == ("reader", "p@ss", "office")
    assert (address.shards, address.replicas, address.secure, address.verify) == (6, 2, True, False)
    assert str(address) == "opensearch+https://a.example:9200,b.example:9201/office"


@pytest.mark.parametrize(
    "url",
    [
        "http://u:geheim@host/office",
        "opensearch+https://u:geheim@host:9200",
        "opensearch+https://u:geheim@host:9200/Office",
        "opensearch+https://u:geheim@host:port/office",
        "opensearch+https://u:geheim@/office",
        "opensearch+https://u:geheim@host/office?shards=many",
        "opensearch+https://u:geheim@host/office?colour=red",
    ],
)
def test_an_address_that_cannot_be_read_is_refused_without_its_password(url):
    with pytest.raises(ClusterAddressError, match="请写成") as raised:
        ClusterAddress.parse(url)
    assert "geheim" not in str(raised.value)


def test_a_paragraph_carries_its_measures_and_nobody_elses():
    records = [
        make_record("甲/p_1", "侵权"),
        make_record("甲/p_2", "假冒", order=1),
        make_record("甲/p_1__m_1", "侵", unit="measure"),
    ]
    held = dict(documents_of(records))
    assert [each["grams"] for each in held["甲/p_1"]["measures"]] == [["侵"]]
    assert held["甲/p_2"]["measures"] == held["甲/p_1__m_1"]["measures"] == []
    assert held["甲/p_1"]["grams"] == ["侵权", "侵 权"]


def test_a_record_that_would_poison_the_index_is_named():
    (_, fault), (_, sound) = documents_of(
        [make_record("乙/p_1", "侵权", issuer=["\0"]), make_record("乙/p_2", "侵权")]
    )
    assert isinstance(fault, RecordError)
    assert "乙/p_1" in str(fault)
    assert not isinstance(sound, RecordError)


class Shards:
    """A snapshot whose shards count five records, and may stop before they are done."""

    def __init__(self, *, incomplete):
        self.incomplete = incomplete
        self.snapshot = SimpleNamespace(units={}, holding=Cache(1_000_000), multiplies=True)

    def ask(self, bodies):
        return [self._answer(body.get("aggs", {})) for body in bodies]

    @staticmethod
    def _answer(wanted):
        filters = wanted.get("terms", {}).get("filters", {}).get("filters", [])
        counted = {"gram": {"value": 9}, "word": {"value": 5}}
        counted["terms"] = {"buckets": [{"doc_count": 1} for _ in filters]}
        return {"hits": {"total": {"value": 5}}, "aggregations": counted}


@pytest.mark.parametrize("incomplete", [True, False])
def test_numbers_that_are_not_whole_are_not_remembered(incomplete):
    shards = Shards(incomplete=incomplete)
    Answer(shards, Query(parse_query("监管").root))
    assert bool(shards.snapshot.units) is not incomplete
    term = Answer(shards, Query(parse_query("监管").root))._terms[0]
    assert (shards.snapshot.holding.find((Unit.PARAGRAPH, term)) is None) is incomplete


def test_only_so_much_is_remembered_of_terms_and_the_rest_asked_again():
    shards = Shards(incomplete=False)
    shards.snapshot.holding = Cache(1_000)
    for word in map("第{}项".format, range(100, 150)):
        answer = Answer(shards, Query(parse_query(word).root))
        assert set(answer._statistics.holding.values()) == {1}
        assert set(answer._statistics.holding) == set(answer._terms)
    assert len(shards.snapshot.holding._values) < 50
