"""A library small enough to be seen through, and an analyzer that starts at once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import pytest

from corpus.model import Circular, Paragraph, Part, PartKind, Span
from indexer.analyzer import Analyzer

if TYPE_CHECKING:
    from pathlib import Path

SENTENCES = ("加强网络交易监管", "开展农资打假专项整治", "完善知识产权保护机制")


def circular_of(*texts: str, title: str = "云港市工作要点") -> Circular:
    paragraphs = tuple(
        Paragraph(
            id=f"p_{number}",
            part=Part(PartKind.BODY),
            path=(),
            headings=(),
            number=number,
            display=f"¶{number}",
            cite=f"第{number}段",
            run_in_heading="",
            text=text,
            span=Span(0, len(text)),
        )
        for number, text in enumerate(texts, start=1)
    )
    return Circular(title=title, paragraphs=paragraphs)


class FakeChange(NamedTuple):
    sequence: int
    circular_id: str
    removed: bool


@dataclass(frozen=True)
class FakeStored:
    circular: Circular


class FakeLibrary:
    """A library in memory with the reading side that an index needs."""

    def __init__(self, folder: Path, name: str = "library") -> None:
        self.folder = folder
        self._name = name
        self._held: dict[str, Circular] = {}
        self._changes: list[FakeChange] = []
        self.asked: list[str] = []

    def put(self, circular_id: str, *texts: str) -> None:
        self._held[circular_id] = circular_of(*texts)
        self._changes.append(FakeChange(self.sequence() + 1, circular_id, removed=False))

    def remove(self, circular_id: str) -> None:
        del self._held[circular_id]
        self._changes.append(FakeChange(self.sequence() + 1, circular_id, removed=True))

    def go_back(self, changes: int) -> None:
        """Be the library of some changes ago, as after a restored backup."""
        del self._changes[len(self._changes) - changes :]

    def identity(self) -> str:
        return self._name

    def sequence(self) -> int:
        return len(self._changes)

    def changes(self, since: int = 0):
        last = {change.circular_id: change for change in self._changes}
        yield from (change for change in last.values() if change.sequence > since)

    def circular_ids(self) -> tuple[str, ...]:
        return tuple(self._held)

    def get(self, circular_id: str) -> FakeStored | None:
        self.asked.append(circular_id)
        held = self._held.get(circular_id)
        return None if held is None else FakeStored(replace(held))


@pytest.fixture(scope="session")
def analyzer() -> Analyzer:
    return Analyzer({"知识产权": 0}, ["的"])


@pytest.fixture
def library(tmp_path) -> FakeLibrary:
    made = FakeLibrary(tmp_path)
    made.put("c1", *SENTENCES)
    made.put("c2", "推进诚信体系建设")
    return made
