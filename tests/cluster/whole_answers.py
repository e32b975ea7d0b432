"""Whatever a library and its index answer, as values that two places can be compared by."""

from __future__ import annotations

from dataclasses import replace

from corpus.library import Library
from indexer.records import Unit
from search.requests import SearchRequest
from search.searcher import Searcher

QUESTIONS = (
    "", "知识产权", "市公安局 牵头", '"侵权假冒"', "农村电商怎么发展", "监管 -网络", "责任单位:市公安局",
    "年:2016..2018 市场", "标题:工作要点", "检查 /措施 市公安局", "督查考核问责情况通报",
)  # fmt: skip


def everything_held(location, every=1):
    """Return what a library holds, links of every id ever issued included.

    Of a large one, only every so-many-th circular is read and link followed.
    """
    with Library.open(location) as library:
        held = [library.get(each) for each in library.circular_ids()[::every]]
        with library._reading() as connection:
            links = connection.exec_driver_sql(
                "SELECT circular_id, eid FROM permalinks ORDER BY circular_id, eid"
            ).all()
        assert library.check() == ()
        return {
            "name": (library.identity(), library.sequence(), library.counts(), len(links)),
            "held": held,
            "originals": [library.original(each.source_sha256) for each in held],
            "links": {tuple(link): library.resolve(*link) for link in links[::every]},
            "changes": list(library.changes()),
            "lists": (library.summary(), library.agencies(), library.missing()),
            "validity": (sorted(library.stated_validity()), library.undoings()),
            "quarantine": (library.quarantined(), library.quarantined_places()),
        }


def everything_found(location):
    """Return what is found in a library: pages of hits with their links, totals, facets."""
    asked = [SearchRequest(q=line, unit=unit) for line in QUESTIONS for unit in Unit]
    with Library.open(location) as library, Searcher(library) as searcher:
        found = [replace(searcher.search(each), took_ms=0.0) for each in asked]
        assert searcher.index_sequence() == library.sequence()
    return found
