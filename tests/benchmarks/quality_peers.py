"""The plain baselines: other engines, and character bigrams, over the same passages.

Each gets the passages cut by jieba as it comes, joined by spaces, and asks for any word of the
question (OR), which is what serves them best: with AND they answer almost nothing.
"""

from __future__ import annotations

import math
import sqlite3
from typing import TYPE_CHECKING, Any

import numpy as np

from corpus.text import fold_text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.benchmarks.quality_sets import QuestionSet

    Ask = Callable[[str], list[int]]

_K1, _B = 1.2, 0.75


def cut_words(text: str) -> list[str]:
    """Return jieba's words of a text, those that hold a letter or digit."""
    import jieba

    return [word for word in jieba.lcut(text.lower()) if any(map(str.isalnum, word))]


def build_whoosh(cuts: list[str], folder: Path) -> None:
    """Build an index of stock Whoosh, with its own codec."""
    from whoosh.analysis import SpaceSeparatedTokenizer
    from whoosh.fields import STORED, TEXT, Schema
    from whoosh.index import create_in

    schema = Schema(number=STORED, words=TEXT(analyzer=SpaceSeparatedTokenizer(), phrase=False))
    writer = create_in(folder, schema).writer(limitmb=1_024)
    for number, cut in enumerate(cuts):
        writer.add_document(number=number, words=cut)
    writer.commit(optimize=True)


def open_whoosh(folder: Path, depth: int) -> Ask:
    """Stock Whoosh and its BM25F."""
    from whoosh.index import open_dir
    from whoosh.query import Or, Term

    searcher = open_dir(folder).searcher()

    def ask(line: str) -> list[int]:
        words = dict.fromkeys(cut_words(line))
        found = searcher.search(Or([Term("words", word) for word in words]), limit=depth)
        return [hit["number"] for hit in found]

    return ask


def build_fts5(cuts: list[str], folder: Path) -> None:
    """Build a table of SQLite FTS5."""
    base = sqlite3.connect(folder / "fts5.sqlite")
    base.execute("CREATE VIRTUAL TABLE passages USING fts5(words, tokenize = 'unicode61')")
    base.executemany("INSERT INTO passages (rowid, words) VALUES (?, ?)", enumerate(cuts))
    base.commit()
    base.close()


def open_fts5(folder: Path, depth: int) -> Ask:
    """SQLite FTS5 and its bm25()."""
    base = sqlite3.connect(folder / "fts5.sqlite")
    asked = "SELECT rowid FROM passages WHERE passages MATCH ? ORDER BY rank LIMIT ?"

    def ask(line: str) -> list[int]:
        words = " OR ".join(f'"{word}"' for word in dict.fromkeys(cut_words(line)))
        return [row[0] for row in base.execute(asked, (words, depth))] if words else []

    return ask


def build_tantivy(cuts: list[str], folder: Path) -> None:
    """Build an index of tantivy."""
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("number", stored=True)
    builder.add_text_field("words", tokenizer_name="whitespace", index_option="freq")
    writer = tantivy.Index(builder.build(), path=str(folder)).writer(256_000_000, num_threads=1)
    for number, cut in enumerate(cuts):
        writer.add_document(tantivy.Document(number=[number], words=[cut]))
    writer.commit()
    writer.wait_merging_threads()


def open_tantivy(folder: Path, depth: int) -> Ask:
    """Open tantivy through its Python binding."""
    import tantivy

    index = tantivy.Index.open(str(folder))
    schema = index.schema
    searcher = index.searcher()

    def ask(line: str) -> list[int]:
        terms = [
            (tantivy.Occur.Should, tantivy.Query.term_query(schema, "words", word))
            for word in dict.fromkeys(cut_words(line))
        ]
        if not terms:
            return []
        found = searcher.search(tantivy.Query.boolean_query(terms), depth).hits
        return [searcher.doc(address)["number"][0] for _, address in found]

    return ask


class BigramIndex:
    """BM25 over character bigrams of the folded text, in numpy."""

    def __init__(self, texts: list[str]) -> None:
        codes, docs = [], []
        for number, text in enumerate(texts):
            code = _bigrams(text)
            codes.append(code)
            docs.append(np.full(len(code), number, dtype=np.int32))
        lengths = np.array([len(code) for code in codes], dtype=np.float64)
        self._norm = _K1 * (1 - _B + _B * lengths / lengths.mean())
        all_codes, all_docs = np.concatenate(codes), np.concatenate(docs)
        order = np.argsort(all_codes, kind="stable")
        self._docs = all_docs[order]
        self._terms, self._starts = np.unique(all_codes[order], return_index=True)
        self._starts = np.append(self._starts, len(order))
        self._size = len(texts)

    def ask(self, line: str, depth: int) -> list[int]:
        scores = np.zeros(self._size)
        for code in np.unique(_bigrams(line)):
            place = int(np.searchsorted(self._terms, code))
            if place == len(self._terms) or self._terms[place] != code:
                continue
            held = self._docs[self._starts[place] : self._starts[place + 1]]
            docs, counts = np.unique(held, return_counts=True)
            idf = math.log(1 + (self._size - len(docs) + 0.5) / (len(docs) + 0.5))
            scores[docs] += idf * counts * (_K1 + 1) / (counts + self._norm[docs])
        best = np.argsort(-scores, kind="stable")[:depth]
        return best[scores[best] > 0].tolist()


def _bigrams(text: str) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Return pairs of neighbouring letters and digits as numbers."""
    folded = "".join(sign if sign.isalnum() else "\0" for sign in fold_text(text))
    points = np.frombuffer(folded.encode("utf-32-le"), dtype=np.uint32).astype(np.int64)
    whole = (points[:-1] > 0) & (points[1:] > 0)
    pairs: np.ndarray[Any, np.dtype[np.int64]] = ((points[:-1] << 32) | points[1:])[whole]
    return pairs


def open_bigrams(questions: QuestionSet, depth: int) -> Ask:
    """Character bigrams; the index is made anew each time."""
    index = BigramIndex([passage.text for passage in questions.passages])
    return lambda line: index.ask(line, depth)
