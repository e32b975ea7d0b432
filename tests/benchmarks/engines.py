"""The engines side by side: how each builds from pre-cut tokens, and answers a question in full.

An engine is a class with `build(corpus, folder)`, which returns the seconds spent on it, and
`open(folder)`, after which `ask(question)` does the whole job: top 20 by BM25, the exact total,
three facets over all matches, stored text and highlighted snippets of the 20. The snippets are made
by the same code for all.
"""

from __future__ import annotations

import importlib
import sqlite3
import sys
import time
from collections import Counter
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from indexer.records import Record, Unit
from search.highlight import snippet_of
from tests.benchmarks.questions import Answer, Question

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from tests.benchmarks.synthetic import Entry

TOP = 20
DEBIAN_PACKAGES = "/usr/lib/python3/dist-packages"
FACETS = ("agency", "year", "region")


class Documents(Protocol):
    """What is built from: paragraphs in batches, all with their tokens given."""

    def batches(self) -> Iterator[list[Entry]]: ...


class Clock:
    """Adds up the time spent inside `with clock`: an engine's own, not that of making its input."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __enter__(self) -> None:
        self._started = time.perf_counter()

    def __exit__(self, *_: object) -> None:
        self.seconds += time.perf_counter() - self._started


def finished(
    question: Question, total: int, facets: dict[str, Any], texts: Iterable[str]
) -> Answer:
    """Make the snippets, as every engine must."""
    needles = ("".join(question.words),) if question.how == "phrase" else question.words
    snippets = [snippet_of(text, needles) for text in texts]
    return Answer(total, facets, len(snippets), sum(bool(one.marks) for one in snippets))


class Ours:
    """The product's own engine: words, and grams for exact strings, which it matches by.

    Texts lie in a table of SQLite beside the index, as they do in a library.
    """

    name = "ours"
    grams = True

    def build(self, corpus: Documents, folder: Path) -> float:
        from indexer.whoosh_writer import RecordWriter

        clock = Clock()
        with clock:
            (folder / "index").mkdir()
            writer = RecordWriter(folder / "index")
            texts = _open_texts(folder)
        for batch in corpus.batches():
            records = [self._record_of(entry) for entry in batch]
            rows = [(entry.id, entry.text) for entry in batch]
            with clock:
                for record in records:
                    writer.add(record)
                texts.executemany("INSERT INTO texts VALUES (?, ?)", rows)
        with clock:
            writer.commit()
            texts.commit()
            texts.close()
        return clock.seconds

    def _record_of(self, entry: Entry) -> Record:
        from indexer.grams import Grams, grams

        return Record(
            id=entry.id,
            unit=Unit.PARAGRAPH,
            circular=entry.circular,
            number="",
            order=entry.number % 40,
            date=int(entry.year) * 10_000 + 101,
            words=entry.words,
            grams=grams(entry.text if self.grams else ""),
            title_grams=Grams(),
            path_grams=Grams(),
            assignments=tuple((agency, "", "lead") for agency in entry.agencies),
            issuer=(),
            region=(entry.region,),
            year=(entry.year,),
            kind=(),
        )

    def prepare(self) -> None:
        """Import what is needed: a server does so once, long before its first question."""
        import search.whoosh_engine

        self._module = search.whoosh_engine

    def open(self, folder: Path) -> None:
        self._engine = self._module.WhooshEngine(folder / "index")
        self._texts = sqlite3.connect(folder / "texts.sqlite", isolation_level=None)

    def close(self) -> None:
        self._engine.close()
        self._texts.close()

    def ask(self, question: Question) -> Answer:
        matches = self._engine.search(self._query_of(question))
        marks = ",".join("?" * len(matches.hits))
        rows = dict(
            self._texts.execute(
                f"SELECT id, text FROM texts WHERE id IN ({marks})",
                [hit.id for hit in matches.hits],
            )
        )
        facets = {facet: dict(matches.facets[facet]) for facet in FACETS}
        return finished(question, matches.total, facets, [rows[hit.id] for hit in matches.hits])

    @staticmethod
    def _query_of(question: Question) -> Any:
        from search.query import AnyOf, Both, FieldIs, Phrase, Plain, Query, Word, YearRange

        words = [Plain((Word(word, (word,)),), word) for word in question.words]
        match question.how:
            case "phrase":
                root: Any = Phrase("".join(question.words))
            case "any":
                root = AnyOf(tuple(words))
            case _:
                root = Both(tuple(words)) if len(words) > 1 else words[0]
        if question.agency:
            root = Both((root, FieldIs("agency", (question.agency,))))
        if question.year:
            root = Both((root, YearRange(int(question.year), int(question.year))))
        return Query(root)


class OursWordsOnly(Ours):
    """The product's index without the field for exact strings: for its size and build only."""

    name = "ours-words"
    grams = False


def _open_texts(folder: Path) -> sqlite3.Connection:
    texts = sqlite3.connect(folder / "texts.sqlite")
    texts.execute("CREATE TABLE texts (id TEXT PRIMARY KEY, text TEXT) WITHOUT ROWID")
    return texts


class Tantivy:
    """tantivy through its Python binding: two indexing threads, merged to one segment or few."""

    name = "tantivy"
    grams = False
    threads = 2
    heap = 512_000_000

    def build(self, corpus: Documents, folder: Path) -> float:
        import tantivy

        clock = Clock()
        with clock:
            index = tantivy.Index(self._schema(tantivy), path=str(folder))
            writer = index.writer(heap_size=self.heap, num_threads=self.threads)
        # All input first: its threads would go on working while more of it is made.
        rows = [self._row_of(entry) for batch in corpus.batches() for entry in batch]
        with clock:
            for row in rows:
                writer.add_document(tantivy.Document(**row))
            writer.commit()
            writer.wait_merging_threads()
        return clock.seconds

    def _schema(self, tantivy: Any) -> Any:
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("text", stored=True, tokenizer_name="raw", index_option="basic")
        builder.add_text_field("words", tokenizer_name="whitespace", index_option="position")
        if self.grams:
            builder.add_text_field("unigrams", tokenizer_name="whitespace", index_option="position")
            builder.add_text_field("bigrams", tokenizer_name="whitespace", index_option="position")
        for facet in ("id", *FACETS):
            builder.add_text_field(
                facet, tokenizer_name="raw", index_option="basic", fast=facet != "id"
            )
        return builder.build()

    def _row_of(self, entry: Entry) -> dict[str, Any]:
        text = entry.text
        row = {
            "id": [entry.id],
            "text": [text],
            "words": [" ".join(entry.words)],
            "agency": list(entry.agencies),
            "year": [entry.year],
            "region": [entry.region],
        }
        if self.grams:
            row["unigrams"] = [" ".join(text)]
            row["bigrams"] = [" ".join(map(str.__add__, text, text[1:]))]
        return row

    def prepare(self) -> None:
        import tantivy

        self._tantivy = tantivy

    def open(self, folder: Path) -> None:
        self._index = self._tantivy.Index.open(str(folder))
        self._searcher = self._index.searcher()
        self._schema_read = self._index.schema
        self._aggregations = {facet: {"terms": {"field": facet, "size": 1_000}} for facet in FACETS}

    def ask(self, question: Question) -> Answer:
        query = self._query_of(question)
        found = self._searcher.search(query, TOP, count=True)
        texts = [self._searcher.doc(address)["text"][0] for _, address in found.hits]
        raw = self._searcher.aggregate(query, self._aggregations)
        facets = {
            facet: {row["key"]: int(row["doc_count"]) for row in raw[facet]["buckets"]}
            for facet in FACETS
        }
        return finished(question, found.count, facets, texts)

    def _query_of(self, question: Question) -> Any:
        make, schema, occur = self._tantivy.Query, self._schema_read, self._tantivy.Occur
        if question.how == "phrase":
            query = make.phrase_query(schema, "words", list(question.words))
        else:
            how = occur.Must if question.how == "all" else occur.Should
            terms = [make.term_query(schema, "words", word) for word in question.words]
            query = make.boolean_query([(how, term) for term in terms]) if terms[1:] else terms[0]
        return self._narrowed(query, question)

    def _narrowed(self, query: Any, question: Question) -> Any:
        make, schema, occur = self._tantivy.Query, self._schema_read, self._tantivy.Occur
        narrowing = [
            (
                occur.Must,
                make.const_score_query(make.term_query(schema, field, value, "basic"), 0.0),
            )
            for field, value in (("agency", question.agency), ("year", question.year))
            if value
        ]
        return make.boolean_query([(occur.Must, query), *narrowing]) if narrowing else query


class TantivyGrams(Tantivy):
    """tantivy with the field for exact strings too, by which it matches, as our engine does."""

    name = "tantivy-grams"
    grams = True

    def _query_of(self, question: Question) -> Any:
        make, occur = self._tantivy.Query, self._tantivy.Occur
        if question.how == "phrase":
            query = self._literal("".join(question.words))
        else:
            how = occur.Must if question.how == "all" else occur.Should
            query = make.boolean_query([(how, self._literal(word)) for word in question.words])
        return self._narrowed(query, question)

    def _literal(self, literal: str) -> Any:
        make, schema = self._tantivy.Query, self._schema_read
        pairs = list(map(str.__add__, literal, literal[1:]))
        match len(pairs):
            case 0:
                return make.term_query(schema, "unigrams", literal)
            case 1:
                return make.term_query(schema, "bigrams", literal)
            case _:
                return make.phrase_query(schema, "bigrams", pairs)


class Fts5:
    """SQLite FTS5 over spaced tokens, facet values in tables beside it."""

    name = "fts5"

    def build(self, corpus: Documents, folder: Path) -> float:
        clock = Clock()
        with clock:
            base = sqlite3.connect(folder / "fts.sqlite")
            base.executescript(
                """
                PRAGMA journal_mode = WAL;
                CREATE VIRTUAL TABLE words USING fts5 (body, content='', tokenize='unicode61');
                CREATE TABLE texts (number INTEGER PRIMARY KEY, id, text);
                CREATE TABLE entries (number INTEGER PRIMARY KEY, year, region);
                CREATE TABLE agencies (number INTEGER, agency, PRIMARY KEY (number, agency))
                    WITHOUT ROWID;
                """
            )
        for batch in corpus.batches():
            words = [(entry.number, " ".join(entry.words)) for entry in batch]
            texts = [(entry.number, entry.id, entry.text) for entry in batch]
            entries = [(entry.number, entry.year, entry.region) for entry in batch]
            agencies = [(entry.number, one) for entry in batch for one in entry.agencies]
            with clock:
                base.executemany("INSERT INTO words (rowid, body) VALUES (?, ?)", words)
                base.executemany("INSERT INTO texts VALUES (?, ?, ?)", texts)
                base.executemany("INSERT INTO entries VALUES (?, ?, ?)", entries)
                base.executemany("INSERT INTO agencies VALUES (?, ?)", agencies)
        with clock:
            base.commit()
            base.execute("INSERT INTO words (words) VALUES ('optimize')")
            base.commit()
            base.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            base.close()
        return clock.seconds

    def prepare(self) -> None: ...

    def open(self, folder: Path) -> None:
        self._base = sqlite3.connect(folder / "fts.sqlite", isolation_level=None)
        self._base.execute("PRAGMA mmap_size = 4000000000")
        self._base.execute("PRAGMA temp_store = MEMORY")
        self._base.execute("CREATE TEMP TABLE found (number INTEGER PRIMARY KEY, score REAL)")

    def close(self) -> None:
        self._base.close()

    def ask(self, question: Question) -> Answer:
        quoted = [f'"{word}"' for word in question.words]
        match question.how:
            case "phrase":
                match = f'"{" ".join(question.words)}"'
            case "any":
                match = " OR ".join(quoted)
            case _:
                match = " AND ".join(quoted)
        where, values = "words MATCH ?", [match]
        if question.agency:
            where += (
                " AND EXISTS (SELECT 1 FROM agencies WHERE agency = ? AND number = words.rowid)"
            )
            values.append(question.agency)
        if question.year:
            where += " AND (SELECT year FROM entries WHERE number = words.rowid) = ?"
            values.append(question.year)
        base = self._base
        base.execute("DELETE FROM found")
        base.execute(
            f"INSERT INTO found SELECT rowid, bm25(words) FROM words WHERE {where}", values
        )
        (total,) = base.execute("SELECT count(*) FROM found").fetchone()
        facets = {
            "agency": dict(
                base.execute(
                    # CROSS JOIN keeps the found ones outside; the planner would turn them round.
                    "SELECT agency, count(*) FROM found CROSS JOIN agencies USING (number) GROUP BY 1"
                )
            )
        }
        for facet in ("year", "region"):
            facets[facet] = dict(
                base.execute(
                    f"SELECT {facet}, count(*) FROM found CROSS JOIN entries USING (number) GROUP BY 1"
                )
            )
        texts = base.execute(
            "SELECT text FROM (SELECT number FROM found ORDER BY score LIMIT 20)"
            " JOIN texts USING (number)"
        )
        return finished(question, total, facets, [text for (text,) in texts])


class StockWhoosh:
    """Whoosh 2.7.4 as it comes, with its default codec and facets."""

    name = "whoosh"

    def build(self, corpus: Documents, folder: Path) -> float:
        from whoosh import fields, index
        from whoosh.analysis import SpaceSeparatedTokenizer

        clock = Clock()
        with clock:
            schema = fields.Schema(
                text=fields.STORED,
                words=fields.TEXT(analyzer=SpaceSeparatedTokenizer(), phrase=True),
                agency=fields.KEYWORD(commas=True),
                year=fields.ID,
                region=fields.ID,
            )
            writer = index.create_in(str(folder), schema).writer(limitmb=512)
        for batch in corpus.batches():
            rows = [
                {
                    "text": entry.text,
                    "words": " ".join(entry.words),
                    "agency": ",".join(entry.agencies),
                    "year": entry.year,
                    "region": entry.region,
                }
                for entry in batch
            ]
            with clock:
                for row in rows:
                    writer.add_document(**row)
        with clock:
            writer.commit()
        return clock.seconds

    def prepare(self) -> None:
        from whoosh import index, query, sorting

        self._index, self._query, self._sorting = index, query, sorting

    def open(self, folder: Path) -> None:
        self._searcher = self._index.open_dir(str(folder)).searcher()

    def close(self) -> None:
        self._searcher.close()

    def ask(self, question: Question) -> Answer:
        query, sorting = self._query, self._sorting
        if question.how == "phrase":
            wanted = query.Phrase("words", list(question.words))
        else:
            kind = query.And if question.how == "all" else query.Or
            wanted = kind([query.Term("words", word) for word in question.words])
        narrowing = [
            query.ConstantScoreQuery(query.Term(field, value), 0.0)
            for field, value in (("agency", question.agency), ("year", question.year))
            if value
        ]
        facets = sorting.Facets()
        for facet in FACETS:
            facets.add_facet(facet, sorting.FieldFacet(facet, allow_overlap=True))
        found = self._searcher.search(
            query.And([wanted, *narrowing]) if narrowing else wanted,
            limit=TOP,
            groupedby=facets,
            maptype=sorting.Count,
        )
        counted = {facet: dict(found.groups(facet)) for facet in FACETS}
        texts = [hit["text"] for hit in list(found)[:TOP]]
        return finished(question, len(found), counted, texts)


class Xapian:
    """Xapian through Debian's python3-xapian; facets by value slots, agencies joined in one."""

    name = "xapian"
    _SLOTS: ClassVar = {"agency": 0, "year": 1, "region": 2}

    def build(self, corpus: Documents, folder: Path) -> float:
        xapian = import_xapian()
        clock = Clock()
        with clock:
            base = xapian.WritableDatabase(str(folder / "base"), xapian.DB_CREATE_OR_OPEN)
        for batch in corpus.batches():
            with clock:
                for entry in batch:
                    document = xapian.Document()
                    document.set_data(entry.text)
                    for place, word in enumerate(entry.words, start=1):
                        document.add_posting(word, place)
                    for agency in entry.agencies:
                        document.add_boolean_term(f"XA{agency}")
                    document.add_boolean_term(f"XY{entry.year}")
                    document.add_value(self._SLOTS["agency"], "\n".join(entry.agencies))
                    document.add_value(self._SLOTS["year"], entry.year)
                    document.add_value(self._SLOTS["region"], entry.region)
                    base.add_document(document)
        with clock:
            base.commit()
            base.close()
        return clock.seconds

    def prepare(self) -> None:
        self._xapian = import_xapian()

    def open(self, folder: Path) -> None:
        self._base = self._xapian.Database(str(folder / "base"))

    def close(self) -> None:
        self._base.close()

    def ask(self, question: Question) -> Answer:
        xapian = self._xapian
        how = {
            "phrase": xapian.Query.OP_PHRASE,
            "any": xapian.Query.OP_OR,
            "all": xapian.Query.OP_AND,
        }
        query = xapian.Query(how[question.how], list(question.words))
        for term in (
            question.agency and f"XA{question.agency}",
            question.year and f"XY{question.year}",
        ):
            if term:
                query = xapian.Query(xapian.Query.OP_FILTER, query, xapian.Query(term))
        enquire = xapian.Enquire(self._base)
        enquire.set_query(query)
        spies = {facet: xapian.ValueCountMatchSpy(slot) for facet, slot in self._SLOTS.items()}
        for spy in spies.values():
            enquire.add_matchspy(spy)
        found = enquire.get_mset(0, TOP, self._base.get_doccount())
        facets: dict[str, dict[str, int]] = {}
        for facet, spy in spies.items():
            counts: Counter[str] = Counter()
            for row in spy.values():
                for value in row.term.decode().split("\n"):
                    counts[value] += row.termfreq
            facets[facet] = dict(counts)
        texts = [hit.document.get_data().decode() for hit in found]
        return finished(question, found.get_matches_estimated(), facets, texts)


def import_xapian() -> Any:
    """Return the module: Debian keeps it where only the system's own Python looks."""
    if DEBIAN_PACKAGES not in sys.path:
        sys.path.append(DEBIAN_PACKAGES)
    return importlib.import_module("xapian")


def has_xapian() -> bool:
    try:
        import_xapian()
    except ImportError:
        return False
    return True


ENGINES: dict[str, Any] = {
    engine.name: engine
    for engine in (Ours, OursWordsOnly, Tantivy, TantivyGrams, Fts5, Xapian, StockWhoosh)
}
