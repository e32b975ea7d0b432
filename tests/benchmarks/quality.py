"""`make bench-quality`: this engine and plain baselines over real questions with known answers.

Every system answers every question over the same passages. A report per set gives each measure with
its bootstrap interval, and ours over each baseline's with a paired interval; the last line of the
output holds all figures as JSON.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import multiprocessing
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from indexer.opensearch_connection import INDEX_VARIABLE
from tests.benchmarks import quality_cluster, quality_engine, quality_peers
from tests.benchmarks.quality_measures import (
    DEPTH,
    NAMES,
    interval_of,
    measure,
    measure_documents,
    ratio_of,
)
from tests.benchmarks.quality_sets import is_development, load_set

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.benchmarks.quality_measures import Figures
    from tests.benchmarks.quality_sets import QuestionSet

ROOT = Path(__file__).resolve().parents[2]
EVAL = ROOT.parent / "shared" / "eval"
SETS = ("ncp", "statutes")
OURS = "gongwen"
CLUSTER = "opensearch"
PLAIN = "whoosh"
SYSTEMS = {
    OURS: "gongwen",
    CLUSTER: "gongwen，索引在 OpenSearch 上",
    PLAIN: "jieba BM25，Whoosh 原样（plain）",
    "bigrams": "字二元组 BM25，numpy",
    "fts5": "SQLite FTS5 + jieba 词",
    "tantivy": "tantivy + jieba 词",
}
_WITHOUT_CLUSTER = tuple(system for system in SYSTEMS if system != CLUSTER)
# What decides how a text becomes an index: a change of any of these files means a new one.
_BUILDING = ("indexer/*.py", "indexer/data/*", "corpus/text.py", "tests/benchmarks/quality_*.py")


def main() -> None:
    """Run the benchmark."""
    options = _read_options()
    files = {"ncp": options.ncp, "statutes": options.statutes}
    if not EVAL.is_dir() and not all(files[name] for name in options.sets):
        sys.exit(f"没有找到问题集所在的文件夹：{EVAL}")
    figures: dict[str, Any] = {}
    workers = max(1, min(len(SYSTEMS), os.cpu_count() or 1))
    with (
        _cluster(options),
        ProcessPoolExecutor(workers, multiprocessing.get_context("spawn")) as pool,
    ):
        for name in options.sets:
            path = Path(files[name] or EVAL / name / "questions.jsonl").resolve()
            corpus = EVAL / name
            questions = load_set(path, corpus).first(options.questions)
            say(f"{name}: {len(questions.passages)} 个片段，{len(questions.questions)} 个问题")
            _store_cuts(questions, options.work)
            jobs = {
                system: pool.submit(run_system, system, path, corpus, options)
                for system in options.systems
            }
            answers = {system: job.result() for system, job in jobs.items()}
            figures[name] = report(questions, answers, split=files[name] is None)
    print(json.dumps(figures, ensure_ascii=False))


@contextmanager
def _cluster(options: argparse.Namespace) -> Iterator[None]:
    """Let there be a search cluster where one is measured: the one named, or one node of ours."""
    if CLUSTER not in options.systems:
        yield
    elif options.cluster:
        os.environ[INDEX_VARIABLE] = options.cluster
        yield
    else:
        with quality_cluster.Nodes(1) as nodes:
            os.environ[INDEX_VARIABLE] = nodes.address("quality")
            yield


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ncp", metavar="FILE", help="another question file of the shape of ncp")
    parser.add_argument("--statutes", metavar="FILE", help="another of the shape of statutes")
    parser.add_argument("--sets", nargs="+", choices=SETS, default=SETS)
    parser.add_argument("--systems", nargs="+", choices=SYSTEMS, default=_WITHOUT_CLUSTER)
    parser.add_argument("--cluster", metavar="URL", help="a search cluster that may be written to")
    parser.add_argument("--questions", type=int, help="so many of each set, spread over it")
    parser.add_argument("--work", type=Path, default=ROOT / "var" / "bench-quality")
    parser.add_argument("--json", action="store_true", help="figures alone, without the tables")
    options = parser.parse_args()
    if options.json:
        globals()["say"] = lambda text: print(text, file=sys.stderr, flush=True)
    options.ncp, options.statutes = options.ncp or None, options.statutes or None
    return options


def say(text: str) -> None:
    """Print a line of the report."""
    print(text, flush=True)


def run_system(
    system: str, path: Path, corpus: Path, options: argparse.Namespace
) -> tuple[list[list[int]], float]:
    """Return a system's answers to every question, and the seconds it took to ask."""
    questions = load_set(path, corpus).first(options.questions)
    folder = options.work / questions.fingerprint()
    ask = _open(system, questions, folder)
    started = time.perf_counter()
    answers = [ask(question.text) for question in questions.questions]
    return answers, time.perf_counter() - started


def _open(system: str, questions: QuestionSet, folder: Path) -> Callable[[str], list[int]]:
    """Open a system's index of a set, built now unless one is kept from an earlier run."""
    if system == CLUSTER:
        index = f"quality-{questions.name}-{folder.name}-{_building_fingerprint()}"
        return quality_cluster.open_on_cluster(questions, os.environ[INDEX_VARIABLE], index, DEPTH)
    if system == "bigrams":
        return quality_peers.open_bigrams(questions, DEPTH)
    builders = {
        PLAIN: quality_peers.build_whoosh,
        "fts5": quality_peers.build_fts5,
        "tantivy": quality_peers.build_tantivy,
    }
    openers = {
        OURS: quality_engine.open_ours,
        PLAIN: quality_peers.open_whoosh,
        "fts5": quality_peers.open_fts5,
        "tantivy": quality_peers.open_tantivy,
    }
    place = folder / (f"{OURS}-{_building_fingerprint()}" if system == OURS else system)
    if not place.exists():
        half = place.with_suffix(f".{os.getpid()}")  # a run cut short leaves nothing to be trusted
        half.mkdir()
        if system == OURS:
            quality_engine.build_ours(questions, half)
        else:
            cuts = (folder / "words.txt").read_text(encoding="utf-8").split("\n")
            builders[system](cuts, half)
        half.rename(place)
    return openers[system](place, DEPTH)


def _store_cuts(questions: QuestionSet, work: Path) -> None:
    """Cut the passages by jieba once for all baselines."""
    path = work / questions.fingerprint() / "words.txt"
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = (" ".join(quality_peers.cut_words(each.text)) for each in questions.passages)
    half = path.with_suffix(".part")
    half.write_text("\n".join(lines), encoding="utf-8")
    half.rename(path)


def _building_fingerprint() -> str:
    digest = hashlib.sha256()
    for pattern in _BUILDING:
        for path in sorted(ROOT.glob(pattern)):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def report(
    questions: QuestionSet, answers: dict[str, tuple[list[list[int]], float]], *, split: bool
) -> dict[str, Any]:
    """Print a set's tables and return its figures.

    Of the known questions half were used to tune; both halves are reported then.
    """
    rows = {
        system: [
            measure(question, answer)
            for question, answer in zip(questions.questions, found, strict=True)
        ]
        for system, (found, _) in answers.items()
    }
    parts = {"all": list(range(len(questions.questions)))}
    if split:
        chosen = [is_development(question) for question in questions.questions]
        parts["dev"] = [place for place in parts["all"] if chosen[place]]
        parts["test"] = [place for place in parts["all"] if not chosen[place]]
    figures: dict[str, Any] = {
        "questions": len(questions.questions),
        "passages": len(questions.passages),
        "ms_per_question": {
            system: round(1_000 * seconds / max(1, len(found)), 2)
            for system, (found, seconds) in answers.items()
        },
    }
    if {OURS, CLUSTER} <= answers.keys():
        same = quality_cluster.agreement(answers[OURS][0], answers[CLUSTER][0])
        figures["same_first_ten"] = same
        say(f"  前十条相同：次序也相同 {same['in_order']:.1%}，不计次序 {same['as_set']:.1%}")
    documents = _measure_documents(questions, answers)
    for part, places in parts.items():
        chosen_rows = {system: [column[at] for at in places] for system, column in rows.items()}
        figures[part] = _report_part(questions.name, part, chosen_rows)
        if figures[part]:
            figures[part]["documents"] = {
                system: [round(value, 4) for value in interval_of([column[at] for at in places])]
                for system, column in documents.items()
            }
            cells = (f"{SYSTEMS[one]} {v[0]:.3f}" for one, v in figures[part]["documents"].items())
            say("  文件 MRR@10：" + "  ".join(cells))
    return figures


def _measure_documents(
    questions: QuestionSet, answers: dict[str, tuple[list[list[int]], float]]
) -> dict[str, list[float]]:
    docs = [passage.doc for passage in questions.passages]
    return {
        system: [
            measure_documents(question, answer, docs)
            for question, answer in zip(questions.questions, found, strict=True)
        ]
        for system, (found, _) in answers.items()
    }


_PARTS = {"all": "全部问题", "dev": "调参用的一半", "test": "未用于调参的一半"}


def _report_part(name: str, part: str, rows: dict[str, list[Figures]]) -> dict[str, Any]:
    if not any(rows.values()):
        return {}
    count = len(next(iter(rows.values())))
    say(f"\n{name} · {_PARTS[part]}（{count} 个），均值 [95 % 自助法区间]")
    figures: dict[str, Any] = {"questions": count}
    for system, column in rows.items():
        figures[system] = {}
        cells = []
        for at, measure_name in enumerate(NAMES):
            interval = interval_of([one[at] for one in column])
            figures[system][measure_name] = [round(value, 4) for value in interval]
            cells.append(
                f"{measure_name} {interval.mean:.3f} [{interval.low:.3f}, {interval.high:.3f}]"
            )
        say(f"  {SYSTEMS[system]:<24} " + "  ".join(cells))
    if OURS not in rows:
        return figures
    figures["over"] = {}
    say("  gongwen 相对各基线的倍数 [成对区间]")
    for system, column in rows.items():
        if system == OURS:
            continue
        figures["over"][system] = {}
        cells = []
        for at, measure_name in enumerate(NAMES):
            ratio = ratio_of([one[at] for one in rows[OURS]], [one[at] for one in column])
            figures["over"][system][measure_name] = [round(value, 4) for value in ratio]
            cells.append(f"{measure_name} {ratio.mean:.3f} [{ratio.low:.3f}, {ratio.high:.3f}]")
        say(f"  {SYSTEMS[system]:<24} " + "  ".join(cells))
    return figures


if __name__ == "__main__":
    main()
