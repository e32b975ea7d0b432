"""Hostile, heavy and random questions: an answer or a sentence, never anything else, and in time.

The long form asks the real circulars, if they lie beside this checkout, and holds the clock and the
memory to the goal table; the short form asks the samples, and holds neither.
"""

from __future__ import annotations

import random
import time
from itertools import chain, islice, repeat
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.ingest import add_paths
from corpus.library import Library
from indexer.build import update_index
from search.errors import QuestionError
from search.requests import SearchRequest
from search.searcher import Searcher
from tests.torture.outcome import Tally, peak_memory, scratch

if TYPE_CHECKING:
    from collections.abc import Iterator

SHORT = 1_000
LONG = 10_000
ROOT = Path(__file__).parents[2]
REAL = ROOT.parent / "shared" / "corpus"
MOST_P99_MS, MOST_MS, MOST_GROWTH = 300, 1_500, 100_000_000
WARMING_UP = 200  # questions before memory is looked at: caches fill once

# What made other parsers and engines slow, wrong or dead.
HOSTILE = (
    "*", "body:*", "??", "*?*?*?*", "?*", "[x TO y]", "[甲 TO 乙]", "{a TO z}", "监管~1", "监管~5", "NOT OR",
    "NOT NOT a", "REQUIRE ANDMAYBE *", "\ud800*", "\udfff", "软件正版化 -国企", "*权", "3?15", "body：侵权", "a:b:c",
    "政\u200b策", "\u202e政策", "\x00", "监管\x00侵权", "\ufeff", "AND", "OR OR OR", "- - -", '"', '""', '"""', "“", "”“",
    "()", ")(", "（", "年:", "年:2018..2016", "年:9999999999", "文号:", "责任单位:", "标题:*", "牵头:牵头:牵头", "/段",
    "/措施 /段", "a /段 /段 b", "\\", "\\\\", "'", "%", "%00", "<script>alert(1)</script>", "'; DROP TABLE circulars;--",
    "../../etc/passwd", "{{7*7}}", "\u0301" * 300, "㈠" * 500, "〇" * 512, "一" * 512, "的" * 512, "1" * 512,
)  # fmt: skip
TOO_LONG = (
    "的" * 5_000, "知识产权" * 5_000, "[" * 20_000, "[a TO " * 400, "(" * 990, "(" * 20_000, '"' * 20_000, "“" * 4_000,
    "-" * 10_000, " ".join(["侵权"] * 2_000), " OR ".join(map(str, range(10_000))), "a AND " * 1_000, "年:2016 " * 1_000,
)  # fmt: skip
HEAVY = (
    "的", "和", "一", "、", "的 和 由 有", "怎么", "监管", "知识产权", "加强 推进 完善 落实 组织", "年:1949..2050", "-监管 的",
    " OR ".join("的一是在不了有和人这中大为上个国我以要他时来用们"), "（的 OR 一） （是 OR 在）", "标题:通知", "章节:工作 /段 单位",
    "请问对于企业在生产经营过程中违反了有关规定的行为应当由哪些部门按照职责分工负责监督管理和处罚", "侵权 /措施 管理",
)  # fmt: skip
PIECES = (
    "监管", "知识产权", "侵权", "的", "一", "市公安局", "2016", "〔2017〕46号", "3?15", "双打", "電子商務", "ＡＢＣ", "a", "\u200b", "四（六）",
    "146号", "牵头", "云政办发〔2018〕44号", "怎么办", "厦门", "农资", "%", "13%", "…", "①", "\ud83d\ude00",
)  # fmt: skip
OPERATORS = (
    " ", " ", " ", " OR ", " 或 ", " AND ", " NOT ", " 非 ", " -", "-", "|", " /段 ", " /措施 ", "*", "?", "(", ")", "（", "）", '"',
    "“", "”", ":", "：", "责任单位:", "牵头：", "文号:", "年:", "..", "标题:", "章节:", "部门:", "、", "　", "~", "[", "]", "\\", "^", "&&",
)  # fmt: skip


def run(trials: int, seed: int, long: bool) -> tuple[int, int]:
    """Ask everything; the clock and the memory are one more trial each."""
    tally = Tally()
    rng = random.Random(seed)
    real = long and REAL.is_dir()
    sources = [REAL / "circulars", REAL / "html"] if real else [ROOT / "corpus" / "samples"]
    with scratch("Q1") as folder, Library.open(folder / "library", create=True) as library:
        add_paths(library, sources)
        update_index(library)
        texts = [
            one.text
            for circular in library.circular_ids()
            for one in library.get(circular).circular.paragraphs
        ]
        print(f"{len(texts)} paragraphs")
        with Searcher(library) as searcher:
            times, growth = _ask(searcher, _requests(rng, texts, trials), tally)
    times.sort()
    at = {share: times[min(len(times) - 1, int(share * len(times)))] for share in (0.5, 0.95, 0.99)}
    figures = "  ".join(f"p{share * 100:.0f} {ms:.1f} ms" for share, ms in at.items())
    print(f"{figures}  max {times[-1]:.0f} ms  memory {growth / 1e6:+.0f} MB")
    if real:
        tally.trial(
            *(["p99"] if at[0.99] > MOST_P99_MS else []), *(["max"] if times[-1] > MOST_MS else [])
        )
        tally.trial(*(["memory"] if growth > MOST_GROWTH else []))
    return tally.result()


def _ask(
    searcher: Searcher, requests: Iterator[SearchRequest], tally: Tally
) -> tuple[list[float], int]:
    """Return how long each answer took, and by how much the most memory held grew."""
    times: list[float] = []
    before = 0
    for request in requests:
        started = time.perf_counter()
        try:
            results = searcher.search(request)
            problems = [] if len(results.hits) <= request.limit else ["too many hits"]
            problems += [] if results.total == results.complete + results.partial else ["totals"]
        except QuestionError as refusal:
            problems = [] if str(refusal) else ["a refusal without a sentence"]
        except Exception as error:  # noqa: BLE001 - any other is what this looks for
            problems = [f"{type(error).__name__}: {error}"]
        times.append(1_000 * (time.perf_counter() - started))
        tally.trial(*(f"{request.q[:80]!r} ({len(request.q)}): {problem}" for problem in problems))
        if len(times) == WARMING_UP:
            before = peak_memory()
    return times, peak_memory() - before if before else 0


def _requests(rng: random.Random, texts: list[str], count: int) -> Iterator[SearchRequest]:
    """Yield every fixed question in the first tenth, and made-up ones of all kinds."""
    fixed = iter((*HOSTILE, *TOO_LONG, *HEAVY))
    makers = (_random_line, _random_line, lambda own: _pasted(own, texts), _noise)
    made = (rng.choice(makers)(rng) for _ in repeat(None))
    for line in islice(chain(fixed, made), count):
        yield SearchRequest(
            q=line,
            unit=rng.choice(("paragraph", "measure")),  # type: ignore[arg-type]
            sort=rng.choice(("relevance", "relevance", "date", "document")),  # type: ignore[arg-type]
            role=rng.choice(((), (), (), ("lead",))),
            year=rng.choice(((), (), ("2018",), ("2018", "2020"))),
            page=rng.choice((1, 1, 1, 7)),
            limit=rng.choice((0, 10, 20, 100)),
        )


def _random_line(rng: random.Random) -> str:
    parts = rng.choices(PIECES, k=rng.randint(1, 12)) + rng.choices(OPERATORS, k=rng.randint(0, 12))
    rng.shuffle(parts)
    return "".join(parts)


def _pasted(rng: random.Random, texts: list[str]) -> str:
    """A piece of a text, sometimes all of it, sometimes in quotes, sometimes damaged."""
    text = rng.choice(texts)
    start = rng.randrange(max(1, len(text)))
    piece = text if rng.random() < 0.1 else text[start : start + rng.choice((2, 6, 20, 80, 400))]
    if rng.random() < 0.3:
        place = rng.randrange(len(piece) + 1)
        piece = piece[:place] + rng.choice(OPERATORS) + piece[place:]
    return f'"{piece}"' if rng.random() < 0.3 else piece


def _noise(rng: random.Random) -> str:
    ranges = (
        (0x20, 0x7F),
        (0x4E00, 0x9FFF),
        (0x2000, 0x2070),
        (0xFF00, 0xFFEF),
        (0x20000, 0x2A6DF),
    )
    return "".join(chr(rng.randint(*rng.choice(ranges))) for _ in range(rng.randint(1, 40)))
