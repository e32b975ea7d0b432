"""Every engine the contract is run against, and records made by hand."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

import pytest

from corpus.text import fold_text
from indexer.analyzer import default_analyzer
from indexer.grams import grams
from indexer.records import Record, Unit
from indexer.whoosh_writer import RecordWriter
from search.memory_engine import MemoryEngine
from search.whoosh_engine import WhooshEngine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from search.engine import Engine


def make_record(
    identifier: str,
    text: str,
    *,
    unit: str = "paragraph",
    number: str = "",
    order: int = 0,
    date: int = 0,
    title: str = "",
    path: str = "",
    assignments: Iterable[Iterable[str]] = (),
    issuer: Iterable[str] = (),
    region: Iterable[str] = (),
    year: Iterable[str] = (),
    kind: Iterable[str] = (),
) -> Record:
    """Make a record the way the indexer does, from what a case states."""
    return Record(
        id=identifier,
        unit=Unit(unit),
        circular=identifier.partition("/")[0],
        number=number,
        order=order,
        date=date,
        words=default_analyzer().words(text),
        grams=grams(fold_text(text)),
        title_grams=grams(fold_text(title)),
        path_grams=grams(fold_text(path)),
        assignments=tuple((agency, line, role) for agency, line, role in assignments),
        issuer=tuple(issuer),
        region=tuple(region),
        year=tuple(year),
        kind=tuple(kind),
    )


def build_memory(records: Iterable[Record], _folder: Path) -> Engine:
    return MemoryEngine(records)


def build_whoosh(records: Iterable[Record], folder: Path) -> Engine:
    """One segment."""
    writer = RecordWriter(folder)
    for record in records:
        writer.add(record)
    writer.commit()
    return WhooshEngine(folder)


def build_changed_whoosh(records: Iterable[Record], folder: Path) -> Engine:
    """Several commits, with records in between that are removed again."""
    writer = RecordWriter(folder)
    for place, record in enumerate(records):
        stale = make_record(
            f"stale{place}/p_1", "已删除的知识产权文字", order=place, year=("2001",)
        )
        writer.add(stale)
        writer.add(record)
        if place % 3 == 2:
            writer.commit()
            writer = RecordWriter(folder)
            writer.remove_circulars([f"stale{place}", f"stale{place - 1}"])
    writer.commit()
    writer = RecordWriter(folder)
    writer.remove_circulars([f"stale{place}" for place in range(1_000)])
    writer.commit()
    return WhooshEngine(folder)


def hiding(build: Callable[[Iterable[Record], Path], Engine]):
    """Build over records and hidden ones as well: as if those had never been held."""

    def build_hiding(records: Iterable[Record], folder: Path) -> Engine:
        hidden = [
            make_record(f"hidden{place}/p_1", "不公开的知识产权监管", order=place, year=("2001",))
            for place in range(3)
        ]
        engine = build((hidden[0], *records, *hidden[1:]), folder)
        return engine.without({record.circular for record in hidden})

    return build_hiding


BUILDERS: dict[str, Callable[[Iterable[Record], Path], Engine]] = {
    "memory": build_memory,
    "whoosh": build_whoosh,
    "whoosh-changed": build_changed_whoosh,
    "whoosh-hiding": hiding(build_whoosh),
}
ON_CLUSTER = pytest.param("opensearch", marks=pytest.mark.cluster)
HIDING_ON_CLUSTER = pytest.param("opensearch-hiding", marks=pytest.mark.cluster)


def builder_of(name, request):
    """Return a way to build an engine; the cluster starts when it is first asked for."""
    if name == "opensearch":
        return request.getfixturevalue("build_on_cluster")
    if name == "opensearch-hiding":
        return hiding(request.getfixturevalue("build_on_cluster"))
    return BUILDERS[name]


@pytest.fixture(params=[*BUILDERS, ON_CLUSTER, HIDING_ON_CLUSTER])
def build(request, tmp_path):
    """Build an engine over records; it is closed after the test."""
    builder = builder_of(request.param, request)
    opened: list[Engine] = []
    numbers = count()

    def build_engine(records: Iterable[Record]) -> Engine:
        folder = tmp_path / f"index{next(numbers)}"
        folder.mkdir()
        engine = builder(tuple(records), folder)
        opened.append(engine)
        return engine

    yield build_engine
    for engine in opened:
        engine.close()


@pytest.fixture(scope="session")
def record_of():
    """Make a record by hand."""
    return make_record


@pytest.fixture(scope="session", params=["embedded", ON_CLUSTER])
def builders(request):
    """Ways to build an engine, by name, the reference first."""
    if request.param == "embedded":
        return BUILDERS
    return {name: builder_of(name, request) for name in ("memory", request.param)}
