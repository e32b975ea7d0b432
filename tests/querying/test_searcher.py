"""From a request to results, over a library of the invented samples."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from itertools import count

import pytest
from jsonschema import Draft202012Validator

from corpus.ingest import add_paths
from corpus.library import Library
from corpus.samples import sample_files
from corpus.text import fold_text
from indexer.analyzer import default_analyzer
from indexer.build import index_root, update_index
from indexer.build_records import records_of
from indexer.errors import IndexMissingError
from indexer.generation import POINTER
from search.budget import seconds_left
from search.engine_source import IndexSource
from search.errors import ParameterError, QuestionError
from search.memory_engine import MemoryEngine
from search.query import Query, Sort, Unit
from search.requests import SearchRequest
from search.searcher import Searcher
from search.terms import leaves_of
from search.whoosh_engine import WhooshEngine


class FixedSource:
    """Always the same engine."""

    def __init__(self, engine):
        self._engine = engine

    @contextmanager
    def borrow(self):
        yield self._engine

    def follow(self, warm=None):
        """There is no other."""

    def built_at(self):
        return ""

    def close(self):
        self._engine.close()


def every_paragraph(library):
    for circular_id in library.circular_ids():
        for paragraph in library.get(circular_id).circular.paragraphs:
            yield circular_id, paragraph


def test_totals_and_facets_agree_with_the_library(searcher, library):
    results = searcher.search(SearchRequest(q="监管", limit=100))
    holding = [one for one in every_paragraph(library) if "监管" in fold_text(one[1].text)]
    assert results.total == len(holding) > 0
    assert results.circulars == len({circular for circular, _ in holding})
    counts = {}
    for _, paragraph in holding:
        for role in {member.role.value for group in paragraph.groups for member in group.members}:
            counts[role] = counts.get(role, 0) + 1
    assert {one.value: one.count for one in results.facets["role"]} == counts


def test_agency_and_role_mean_the_same_assignment(searcher, library):
    by_id = {f"{circular}/{one.id}": one for circular, one in every_paragraph(library)}
    for value in searcher.search(SearchRequest()).facets["agency"]:
        asked = SearchRequest(agency=(value.value,), role=("lead",), limit=100)
        results = searcher.search(asked)
        led = {
            record
            for record, paragraph in by_id.items()
            for group in paragraph.groups
            for member in group.members
            if (member.agency_id, member.role.value) == (value.value, "lead")
        }
        assert {hit.id for hit in results.hits} == led
        (chosen,) = [one for one in results.facets["agency"] if one.selected]
        assert (chosen.value, chosen.count) == (value.value, len(led))


def test_a_measure_is_the_text_one_group_governs(searcher):
    results = searcher.search(SearchRequest(unit=Unit.MEASURE, role=("lead",), limit=100))
    assert results.total
    for hit in results.hits:
        assert "__m_" in hit.eid
        assert hit.paragraph == hit.eid.rpartition("__m_")[0]
        assert any(agency.role == "lead" for agency in hit.agencies)


def test_a_hit_carries_what_a_list_shows(searcher, library):
    hit = searcher.search(SearchRequest(q="监管")).hits[0]
    stored = library.get(hit.circular).circular
    paragraph = next(one for one in stored.paragraphs if one.id == hit.eid)
    assert (hit.title, hit.text, hit.cite) == (stored.title, paragraph.text, paragraph.cite)
    assert hit.number == (str(stored.number) if stored.number else "")
    assert hit.citation.endswith(paragraph.cite)
    assert hit.permalink == f"/d/{hit.circular}/p/{hit.eid}"
    assert any(fold_text(hit.snippet.text[a:b]) == "监管" for a, b in hit.snippet.marks)


def test_the_object_keeps_the_contract(searcher, repository):
    schema = json.loads((repository / "webui/schemas/search.schema.json").read_text("utf-8"))
    for asked in (
        SearchRequest(),
        SearchRequest(q="监管", unit=Unit.MEASURE, role=("lead",)),
        SearchRequest(q="绝无此词"),
    ):
        answer = json.loads(json.dumps(searcher.search(asked).to_json(), ensure_ascii=False))
        assert list(Draft202012Validator(schema).iter_errors(answer)) == []


def test_every_sort_orders_as_it_says(searcher):
    dates = [hit.date for hit in searcher.search(SearchRequest(sort=Sort.DATE, limit=100)).hits]
    assert dates == sorted(dates, reverse=True)
    circulars = [
        hit.circular for hit in searcher.search(SearchRequest(sort=Sort.DOCUMENT, limit=100)).hits
    ]
    assert circulars == sorted(circulars)


def test_pages_follow_one_another_without_gap_or_repeat(searcher):
    whole = searcher.search(SearchRequest(limit=30))
    pages = [searcher.search(SearchRequest(limit=10, page=page)).hits for page in (1, 2, 3)]
    assert [hit.id for page in pages for hit in page] == [hit.id for hit in whole.hits]
    assert whole.pages == -(-whole.total // 30)


def test_any_known_name_names_an_agency(searcher):
    value = searcher.search(SearchRequest()).facets["agency"][0]
    by_name = searcher.search(SearchRequest(agency=(value.label.partition("（")[0],)))
    assert value.value in by_name.request.agency
    assert any(one.selected and one.value == value.value for one in by_name.facets["agency"])


def test_an_unknown_agency_stays_selected_and_is_named(searcher):
    results = searcher.search(SearchRequest(agency=("不存在局",)))
    assert results.total == 0
    assert results.notices == ("库中没有叫“不存在局”的责任单位。",)
    assert [one.label for one in results.facets["agency"] if one.selected] == ["不存在局"]


def test_no_hits_under_filters_say_what_each_filter_costs(searcher):
    free = searcher.search(SearchRequest(q="监管")).total
    results = searcher.search(SearchRequest(q="监管", year=("1999",), kind=("纪要",)))
    assert [(one.facet, one.value, one.total) for one in results.relaxations] == [("", "", free)]
    one_filter = searcher.search(SearchRequest(q="监管", year=("1999",)))
    assert [(one.label, one.total) for one in one_filter.relaxations] == [
        ("全部筛选", free),
        ("1999", free),
    ]


def test_partial_matches_are_announced(searcher):
    results = searcher.search(SearchRequest(q="加强 监管 绝无此词"))
    assert results.complete == 0
    assert results.partial == results.total > 0
    assert results.notices == (f"没有段含全部词，以下 {results.total} 段含部分词。",)


def test_a_number_that_is_held_and_one_that_is_not(searcher, library):
    summary = next(one for one in library.summary() if one.number)
    held = searcher.search(SearchRequest(q=summary.number.replace("〔", "[").replace("〕", "]")))
    assert held.number_hint.held == (summary.id,)
    assert {hit.circular for hit in held.hits} >= {summary.id}
    missing = searcher.search(SearchRequest(q="国办发〔1999〕999号"))
    assert (missing.number_hint.number, missing.number_hint.held) == ("国办发〔1999〕999号", ())
    assert missing.total == 0


def test_a_question_that_is_refused_says_so(searcher):
    with pytest.raises(QuestionError):
        searcher.search(SearchRequest(q="*权"))
    with pytest.raises(ParameterError):
        searcher.search(SearchRequest(limit=101))


def test_the_memory_engine_answers_like_the_index(searcher, library):
    records = [
        record
        for circular_id in library.circular_ids()
        for record in records_of(circular_id, library.get(circular_id).circular, default_analyzer())
    ]
    reference = Searcher(library, FixedSource(MemoryEngine(records, library.sequence())))
    for line in (
        "监管",
        "加强监管的措施有哪些",
        '"监管"',
        "年:2018..2020 -监管",
        "监管 或 督查",
        "标题:工作要点 监管",
        "",
        "监管 /措施 督查",
    ):
        for unit in Unit:
            asked = SearchRequest(q=line, unit=unit, role=("lead", "joint"), limit=50)
            one, other = searcher.search(asked), reference.search(asked)
            assert (one.hits, one.facets, one.total) == (other.hits, other.facets, other.total)


def test_an_engine_opens_from_the_index_folder(library):
    engine = WhooshEngine.open(index_root(library))
    assert engine.sequence == library.sequence()
    assert engine.search(Query()).total == library.counts().paragraphs
    engine.close()


def test_no_index_is_a_clear_error(tmp_path):
    with (
        Library.open(tmp_path, create=True) as library,
        Searcher(library) as searcher,
        pytest.raises(IndexMissingError, match="请运行 gongwen index"),
    ):
        searcher.search(SearchRequest(q="监管"))


def test_a_new_generation_is_picked_up_within_a_second(tmp_path):
    one, two = [path for path in sample_files() if path.suffix == ".txt"][:2]
    ticks = count(step=0.6)
    with Library.open(tmp_path, create=True) as library:
        add_paths(library, [one], workers=1)
        update_index(library)
        source = IndexSource(index_root(library), clock=lambda: next(ticks))
        with Searcher(library, source) as searcher:
            first = searcher.search(SearchRequest())
            add_paths(library, [two], workers=1)
            stale = searcher.search(SearchRequest())
            assert stale.total == first.total
            assert any(notice.startswith("索引正在更新，结果截至 ") for notice in stale.notices)
            update_index(library)
            searcher.search(SearchRequest())
            fresh = searcher.search(SearchRequest())
            assert fresh.total > first.total
            assert fresh.notices == ()


def test_a_new_generation_is_asked_the_latest_questions_first(library):
    class Source(FixedSource):
        def follow(self, warm=None):
            warm(newer)

    class Newer:
        def __init__(self):
            self.asked = []

        def search(self, query):
            assert seconds_left() is not None
            self.asked.append([leaf.folded for leaf in leaves_of(query.root)])

    newer = Newer()
    with Searcher(library, Source(WhooshEngine.open(index_root(library)))) as searcher:
        for line in ('"监管"', '"监管"', '"公安"'):
            searcher.search(SearchRequest(q=line))
        searcher.renew()
    assert newer.asked == [["监管"], ["公安"]]


def test_a_damaged_new_generation_leaves_the_old_one_in_service(tmp_path):
    one = next(path for path in sample_files() if path.suffix == ".txt")
    ticks = count(step=2)
    with Library.open(tmp_path, create=True) as library:
        add_paths(library, [one], workers=1)
        update_index(library)
        root = index_root(library)
        with Searcher(library, IndexSource(root, clock=lambda: next(ticks))) as searcher:
            before = searcher.search(SearchRequest()).total
            for manifest in root.glob("gen-*/manifest.json"):
                manifest.write_text("{}")
            (root / POINTER).write_text("gen-000099\n")
            assert searcher.search(SearchRequest()).total == before


def test_many_threads_may_search_while_the_index_moves(tmp_path):
    paths = [path for path in sample_files() if path.suffix == ".txt"][:4]
    with Library.open(tmp_path, create=True) as library:
        add_paths(library, paths[:1], workers=1)
        update_index(library)
        source = IndexSource(index_root(library), clock=count().__next__)
        failures = []
        with Searcher(library, source) as searcher:
            stop = threading.Event()

            def read():
                while not stop.is_set():
                    try:
                        searcher.search(SearchRequest(q="监管"))
                    except Exception as error:  # noqa: BLE001 # any failure fails the test
                        failures.append(error)

            threads = [threading.Thread(target=read) for _ in range(3)]
            for thread in threads:
                thread.start()
            for path in paths[1:]:
                add_paths(library, [path], workers=1)
                update_index(library)
            stop.set()
            for thread in threads:
                thread.join()
            assert failures == []


@pytest.mark.parametrize("facet", ["agency", "line", "issuer", "region", "year", "kind"])
def test_bytes_of_a_terminal_that_are_no_text_filter_like_any_unknown_value(searcher, facet):
    pairs = [("q", "监管"), (facet, "\udcff"), (facet, "\0")]
    assert searcher.search(SearchRequest.from_params(pairs)).total == 0
