"""The question sets: passages that every system indexes alike, questions with known answers.

A set is a folder with `questions.jsonl` beside `docs.jsonl` (documents, cut here into passages) or
`articles.jsonl` (one article, one passage). `load_set` also takes another question file of the same
shape; its passages then come from beside it, or else from the set's own folder.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SHORTEST, LONGEST = 200, 300
NAME_LENGTH = 150  # a document without a title is named by what it begins with
_ENDS = "。；！？;!?"


@dataclass(frozen=True, slots=True)
class Passage:
    """What is retrieved: `[start, end)` of a document, or a whole article (`label`)."""

    doc: str
    start: int
    end: int
    label: int
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """One question and the numbers of the passages that answer it (from 0)."""

    key: str
    text: str
    relevant: frozenset[int]
    total: int  # how many answers there are, held or not


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Passages and questions."""

    name: str
    passages: tuple[Passage, ...]
    questions: tuple[Question, ...]

    def first(self, count: int | None) -> QuestionSet:
        """Return the set with so many of its questions, spread evenly over it; all without."""
        step = max(1, len(self.questions) // count) if count else 1
        return replace(self, questions=self.questions[::step][:count])

    def fingerprint(self) -> str:
        """Return a hash over the passages: an index of them may be kept under it."""
        digest = hashlib.sha256()
        for passage in self.passages:
            digest.update(f"{passage.doc}\t{passage.name}\t{passage.text}\n".encode())
        return digest.hexdigest()[:16]


def load_set(questions: Path, corpus: Path) -> QuestionSet:
    """Load a question file with the passages beside it, else those of the folder `corpus`."""
    folder = questions.parent
    if not ((folder / "docs.jsonl").exists() or (folder / "articles.jsonl").exists()):
        folder = corpus
    articles = folder / "articles.jsonl"
    passages = tuple(_articles(articles) if articles.exists() else _passages(folder / "docs.jsonl"))
    find = _find_articles if articles.exists() else _find_spans
    return QuestionSet(corpus.name, passages, tuple(find(list(_lines(questions)), passages)))


def is_development(question: Question) -> bool:
    """Tell whether a question belongs to the half that weights are tuned on."""
    return hashlib.sha256(question.text.encode()).digest()[0] % 2 == 0


def cut_text(text: str) -> Iterator[tuple[int, int]]:
    """Yield spans of 200 to 300 characters, ending with a sentence where one ends in that range.

    >>> list(cut_text("甲" * 249 + "。" + "乙" * 400))
    [(0, 250), (250, 550), (550, 650)]
    """
    start = 0
    while start < len(text):
        end = min(start + LONGEST, len(text))
        if end < len(text):
            ends = [place for place in range(start + SHORTEST, end) if text[place] in _ENDS]
            end = ends[0] + 1 if ends else end
        yield start, end
        start = end


def _passages(path: Path) -> Iterator[Passage]:
    for line in _lines(path):
        text = line["text"]
        name = text.split("\n", 1)[0][:NAME_LENGTH]
        for start, end in cut_text(text):
            yield Passage(line["doc_id"], start, end, -1, name, text[start:end])


def _articles(path: Path) -> Iterator[Passage]:
    for line in _lines(path):
        text = line["text"]
        yield Passage(line["law"], 0, len(text), line["id"], line["law"], text)


def _find_spans(lines: list[dict[str, Any]], passages: tuple[Passage, ...]) -> Iterator[Question]:
    by_doc: dict[str, list[tuple[int, Passage]]] = {}
    for number, passage in enumerate(passages):
        by_doc.setdefault(passage.doc, []).append((number, passage))
    for line in lines:
        place = line.get("answer_start", -1)
        if place < 0:
            continue
        held = by_doc.get(line["doc_id"], [])
        relevant = frozenset(number for number, one in held if one.start <= place < one.end)
        yield Question(str(line["id"]), line["query"], relevant, 1)


def _find_articles(
    lines: list[dict[str, Any]], passages: tuple[Passage, ...]
) -> Iterator[Question]:
    number_of = {passage.label: number for number, passage in enumerate(passages)}
    for line in lines:
        wanted = set(line.get("relevant", ()))
        if wanted:
            relevant = frozenset(number_of[one] for one in wanted if one in number_of)
            yield Question(str(line["id"]), line["query"], relevant, len(wanted))


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            if line.strip():
                yield json.loads(line)
