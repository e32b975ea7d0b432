"""One engine in a process of its own, so that its memory is its own.

`child.py build ENGINE FOLDER DATA SIZE` builds and prints one line; `child.py serve ENGINE FOLDER`
answers lines of JSON: a question, or "memory". Both speak JSON on stdin and stdout.
"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import asdict
from pathlib import Path

from tests.benchmarks.engines import ENGINES
from tests.benchmarks.questions import Question


def memory(key: str) -> float:
    """Return a line of this process's status in MB: VmRSS, VmHWM, RssAnon."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{key}:"):
            return int(line.split()[1]) / 1024
    raise KeyError(key)


def build(name: str, folder: Path, data: str, size: int) -> None:
    from tests.benchmarks.datasets import corpus_of

    corpus = corpus_of(data, size)
    corpus.prepare()
    folder.mkdir(parents=True)
    started = time.process_time()
    seconds = ENGINES[name]().build(corpus, folder)
    say(
        seconds=seconds,
        cpu_seconds=time.process_time() - started,
        peak_mb=memory("VmHWM"),
        disk_mb=sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6,
    )


def serve(name: str, folder: Path) -> None:
    engine = ENGINES[name]()
    engine.prepare()
    before = memory("VmRSS")
    started = time.perf_counter()
    engine.open(folder)
    say(open_ms=(time.perf_counter() - started) * 1_000)
    for line in sys.stdin:
        asked = json.loads(line)
        if asked == "memory":
            say(rss_mb=memory("VmRSS"), anon_mb=memory("RssAnon"), before_mb=before)
            continue
        question = Question(**{**asked, "words": tuple(asked["words"])})
        started, busy = time.perf_counter(), time.process_time()
        answer = engine.ask(question)
        ms, cpu_ms = time.perf_counter() - started, time.process_time() - busy
        say(ms=ms * 1_000, cpu_ms=cpu_ms * 1_000, answer=asdict(answer))


def say(**facts: object) -> None:
    print(json.dumps(facts), flush=True)


if __name__ == "__main__":
    if sys.argv[1] == "build":
        build(sys.argv[2], Path(sys.argv[3]), sys.argv[4], int(sys.argv[5]))
    else:
        serve(sys.argv[2], Path(sys.argv[3]))
