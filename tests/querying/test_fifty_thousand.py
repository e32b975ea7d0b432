"""Literal recall at large: 50,000 pieces of real paragraphs, other ones every day.

Each piece is typed as it stands or re-spelled at random (full width, 繁体, quotation marks dropped,
spaces put in), once in quotes and once without. In quotes it finds the paragraphs that hold it and
no other; without quotes it finds at least those, and puts them before all that lack it.
"""

from __future__ import annotations

import random
from bisect import bisect_right
from dataclasses import replace
from datetime import UTC, datetime

import opencc
import pytest

from corpus.readers import read_bytes
from corpus.structure import parse_circular
from corpus.text import fold_text
from indexer.grams import grams
from indexer.whoosh_writer import RecordWriter
from search.errors import LeadingWildcardError
from search.query import Both, Page, Plain, Query
from search.syntax import parse_query
from search.whoosh_engine import WhooshEngine
from tests.libraries import BARE_RECORD

PIECES = 50_000
SHORTEST, LONGEST = 2, 12
LEAST_PARAGRAPHS = 1_500
RANKED = 20  # of so many pieces one is asked for its place in the unquoted answer
QUOTES = "“”‘’\"'「」『』"


@pytest.fixture(scope="module")
def seed():
    return datetime.now(UTC).date().isoformat()


@pytest.fixture(scope="module")
def texts(shared, seed):
    """The paragraphs of circulars drawn at random, by their place."""
    files = sorted((shared / "corpus" / "circulars").glob("*.txt"))
    random.Random(seed).shuffle(files)
    found = []
    for path in files:
        circular = parse_circular(read_bytes(path.name, path.read_bytes()))
        found += [one.text for one in circular.paragraphs if len(one.text) >= SHORTEST]
        if len(found) >= LEAST_PARAGRAPHS:
            break
    return found


@pytest.fixture(scope="module")
def engine(texts, tmp_path_factory):
    folder = tmp_path_factory.mktemp("pieces")
    writer = RecordWriter(folder)
    for place, text in enumerate(texts):
        facts = {"id": f"{place}/p_1", "circular": str(place), "grams": grams(fold_text(text))}
        writer.add(replace(BARE_RECORD, **facts))
    writer.commit()
    engine = WhooshEngine(folder)
    yield engine
    engine.close()


class Speller:
    """Writes a piece of text in another way that means the same."""

    def __init__(self, draw):
        self._draw = draw
        self._to_traditional = opencc.OpenCC("s2t")

    def spell(self, piece):
        for change in (self._widen, self._make_traditional, self._drop_quotes, self._space_out):
            if self._draw.random() < 0.25:
                piece = change(piece)
        return piece

    def _widen(self, piece):
        return "".join(
            chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" and self._draw.random() < 0.5 else sign
            for sign in piece
        )

    def _make_traditional(self, piece):
        # 馀 becomes 餘, which is 余 again: another character, so it stays.
        return "".join(
            form if fold_text(form) == fold_text(sign) else sign
            for sign, form in zip(piece, map(self._to_traditional.convert, piece), strict=True)
        )

    def _drop_quotes(self, piece):
        return "".join(sign for sign in piece if sign not in QUOTES)

    def _space_out(self, piece):
        place = self._draw.randrange(len(piece) + 1)
        return piece[:place] + self._draw.choice(" 　\u200b") + piece[place:]


def draw_pieces(texts, draw):
    speller = Speller(draw)
    while True:
        text = draw.choice(texts)
        start = draw.randrange(len(text) - SHORTEST + 1)
        piece = text[start : start + draw.randint(SHORTEST, LONGEST)]
        if len(fold_text(piece)) >= SHORTEST:
            yield piece, speller.spell(piece)


class Holders:
    """Which texts hold a string in search form: one look through all of them joined."""

    def __init__(self, texts):
        self._starts = [0]
        for text in texts:
            self._starts.append(self._starts[-1] + len(text) + 1)
        self._joined = "\n".join(texts)

    def of(self, form):
        found = set()
        place = self._joined.find(form)
        while place >= 0:
            text = bisect_right(self._starts, place) - 1
            found.add(text)
            place = self._joined.find(form, self._starts[text + 1])
        return found


def matching(engine, root):
    """The places of the texts that match, all of them."""
    return {int(place) for ((place,),) in engine.columns(Query(root), ("circular",))}


def is_found(engine, holding, typed, *, ranked):
    """Whether a piece finds those that hold it and, in quotes, nothing else."""
    quoted = parse_query(f'"{typed}"').root
    if matching(engine, quoted) != holding:
        return False
    try:
        plain = parse_query(typed).root
    except LeadingWildcardError:  # what begins with * is told to be put in quotes
        return True
    if not ranked or not isinstance(plain, Plain):
        return matching(engine, Both((plain, quoted))) == holding
    first = engine.search(Query(plain, page=Page(0, len(holding)))).hits
    return {int(hit.id.partition("/")[0]) for hit in first} == holding


def test_any_piece_of_any_paragraph_finds_it_and_in_quotes_nothing_else(texts, engine, seed):
    print(f"seed {seed}: {PIECES} pieces of {len(texts)} paragraphs")
    holders = Holders(list(map(fold_text, texts)))
    pieces = draw_pieces(texts, random.Random(seed))
    wrong = []
    for number in range(PIECES):
        piece, typed = next(pieces)
        holding = holders.of(fold_text(piece))
        if not is_found(engine, holding, typed, ranked=number % RANKED == 0):
            wrong.append((piece, typed))
    assert not wrong, (seed, len(wrong), wrong[:5])
