"""Our engine beside others: `make bench`, `make bench N=20000`, `make bench DATA=statutes`.

Every engine is built and asked in processes of its own, from the same tokens. Questions go round
robin: each is put to one engine after the other, so that what else the machine does hits all alike.
No time is believed before totals and facets agree. The last line gives the ratios, ours over theirs.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from tests.benchmarks.datasets import corpus_of
from tests.benchmarks.engines import has_xapian
from tests.benchmarks.figures import REPOSITORY, Figures, Run, keep_figures, p95
from tests.benchmarks.questions import Question, questions_for, questions_from

if TYPE_CHECKING:
    from collections.abc import Sequence

SIZES = (20_000, 200_000)
ASKED = ("ours", "tantivy", "tantivy-grams", "fts5", "xapian", "whoosh")
BUILT_ONLY = ("ours-words",)
ON_REAL_TEXT = ("ours", "tantivy-grams")  # the others match words, not strings: other totals
SLOW = {"whoosh": 100_000}  # one round is enough from this size on
TOO_SLOW = dict.fromkeys(("whoosh", "xapian", "tantivy-grams", "ours-words"), 500_000)


class Server:
    """One engine, opened in its own process."""

    def __init__(self, name: str, folder: Path, under: Sequence[str] = ()) -> None:
        self._process = subprocess.Popen(
            [*under, sys.executable, "-m", "tests.benchmarks.child", "serve", name, str(folder)],
            cwd=REPOSITORY,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.pid = self._process.pid
        self.open_ms: float = self._hear()["open_ms"]

    def ask(self, asked: object) -> dict[str, Any]:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        return self._hear()

    def _hear(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit(f"进程意外结束：{self._process.args}")
        heard: dict[str, Any] = json.loads(line)
        return heard

    def close(self) -> None:
        self._process.communicate()


def build(name: str, folder: Path, data: str, size: int) -> dict[str, Any]:
    """Build one engine's index and return what it took; one that is there already is taken."""
    kept = folder.with_suffix(".json")
    if kept.exists():
        known: dict[str, Any] = json.loads(kept.read_text(encoding="utf-8"))
        print(f"  {name:14} taken over", flush=True)
        return known
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "tests.benchmarks.child",
            "build",
            name,
            str(folder),
            data,
            str(size),
        ],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    facts: dict[str, Any] = json.loads(done.stdout)
    kept.write_text(done.stdout, encoding="utf-8")
    print(
        f"  {name:14} build {facts['seconds']:.2f} s (cpu {facts['cpu_seconds']:.1f}),"
        f" peak {facts['peak_mb']:.0f} MB, disk {facts['disk_mb']:.1f} MB",
        flush=True,
    )
    return facts


def measure(data: str, size: int, rounds: int, names: list[str], root: Path) -> Run:
    """Build all, then ask all, and return what was measured."""
    print(f"{data} {size or ''}", flush=True)
    built = {name: build(name, root / name, data, size) for name in names}
    questions = questions_of(data, size)
    servers = {name: Server(name, root / name) for name in names if name not in BUILT_ONLY}
    first = {name: server.ask(asdict(questions[0]))["ms"] for name, server in servers.items()}
    times: dict[str, list[list[float]]] = {name: [] for name in servers}
    busy: dict[str, list[list[float]]] = {name: [] for name in servers}
    for turn in range(rounds + 1):
        asked = {n: s for n, s in servers.items() if turn <= 1 or size < SLOW.get(n, size + 1)}
        for name in asked:
            times[name].append([])
            busy[name].append([])
        for question in questions:
            answers = {}
            for name, server in asked.items():
                heard = server.ask(asdict(question))
                times[name][-1].append(heard["ms"])
                busy[name][-1].append(heard["cpu_ms"])
                answers[name] = heard["answer"]
            check_agreement(question, answers)
    figures = {
        name: _figures(built[name], server, first[name], times[name], busy[name])
        for name, server in servers.items()
    }
    kinds = _by_kind(questions, times)
    for server in servers.values():
        server.close()
    only = {name: built[name] for name in names if name in BUILT_ONLY}
    return Run(data, size or count_entries(data), len(questions), rounds, figures, kinds, only)


def questions_of(data: str, size: int) -> list[Question]:
    corpus = corpus_of(data, size)
    if data == "synthetic":
        return questions_for(corpus)
    corpus.prepare()
    return questions_from([entry for batch in corpus.batches() for entry in batch])


def count_entries(data: str) -> int:
    corpus = corpus_of(data, 0)
    return sum(1 for _ in corpus._texts())


def check_agreement(question: Question, answers: dict[str, dict[str, Any]]) -> None:
    """Stop where two engines give different totals, facets or marked snippets."""
    ours = answers["ours"]
    for name, answer in answers.items():
        for part in ("total", "facets", "shown", "marked"):
            if answer[part] != ours[part]:
                raise SystemExit(f"{name} 与 ours 的 {part} 不同：{question}")


def _figures(
    built: dict[str, Any],
    server: Server,
    first_ms: float,
    times: list[list[float]],
    busy: list[list[float]],
) -> Figures:
    warm = sorted(median(one) for one in zip(*times[1:], strict=True))
    warm_cpu = sorted(median(one) for one in zip(*busy[1:], strict=True))
    fresh = sorted(times[0])
    memory = server.ask("memory")
    return Figures(
        p50=median(warm),
        p95=p95(warm),
        cpu_p50=median(warm_cpu),
        cpu_p95=p95(warm_cpu),
        fresh_p50=median(fresh),
        fresh_p95=p95(fresh),
        open_ms=server.open_ms,
        first_ms=first_ms,
        rss=memory["rss_mb"],
        anon=memory["anon_mb"],
        build=built["seconds"],
        build_cpu=built["cpu_seconds"],
        build_peak=built["peak_mb"],
        disk=built["disk_mb"],
    )


def _by_kind(
    questions: list[Question], times: dict[str, list[list[float]]]
) -> dict[str, dict[str, float]]:
    kinds: dict[str, dict[str, float]] = {}
    for name, rounds in times.items():
        warm = [median(one) for one in zip(*rounds[1:], strict=True)]
        for kind in dict.fromkeys(question.kind for question in questions):
            of_kind = [ms for ms, one in zip(warm, questions, strict=True) if one.kind == kind]
            kinds.setdefault(kind, {})[name] = median(of_kind)
    return kinds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, action="append", help="synthetic paragraphs")
    parser.add_argument("--data", default="synthetic", help="synthetic | statutes | circulars")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--engines", default=",".join((*ASKED, *BUILT_ONLY)))
    parser.add_argument("--keep", type=Path, help="keep the indexes here, and take them next time")
    parser.add_argument("--write", action="store_true", help="write docs/performance.md")
    asked = parser.parse_args()
    runs = []
    sizes = (asked.size or SIZES) if asked.data == "synthetic" else (0,)
    for size in sizes:
        names = [name for name in asked.engines.split(",") if size < TOO_SLOW.get(name, size + 1)]
        if not has_xapian():
            names = [name for name in names if name != "xapian"]
        if asked.data != "synthetic":
            names = [name for name in names if name in ON_REAL_TEXT]
        root = asked.keep or Path(tempfile.mkdtemp(prefix="gongwen-bench-"))
        try:
            runs.append(
                measure(asked.data, size, asked.rounds, names, root / f"{asked.data}-{size}")
            )
        finally:
            if not asked.keep:
                shutil.rmtree(root, ignore_errors=True)
        print(runs[-1].table(), flush=True)
        if asked.write:
            keep_figures(runs[-1])
    print(f"ratios: {json.dumps(runs[-1].ratios())}")


if __name__ == "__main__":
    main()
