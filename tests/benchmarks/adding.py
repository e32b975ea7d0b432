"""What a paragraph costs on its way into the library and the index: `make bench-add DATA=folder`.

Processor time, so other work on the machine counts less; every figure is of the same files, chosen
by a seed. First whole commands with all their processes, then each step by itself in this process.
Only text files and web pages are taken: what other formats cost is mostly their own parsers'.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.errors import UnreadableFileError
from corpus.interchange import circular_from_json, circular_to_json
from corpus.library import Library
from corpus.library_codec import from_bytes, to_bytes
from corpus.library_records import Source
from corpus.readers import read_bytes
from corpus.structure import parse_circular
from indexer.analyzer import default_analyzer
from indexer.build import update_index
from indexer.build_records import records_of
from indexer.reprints import update_reprints

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_SEED = 4
_SUFFIXES = frozenset({".txt", ".html"})


def choose_files(folder: Path, count: int) -> list[Path]:
    """Return the same files of a folder each time."""
    files = sorted(path for path in folder.rglob("*") if path.suffix in _SUFFIXES)
    random.Random(_SEED).shuffle(files)
    return files[:count]


def measure_command(files: Sequence[Path], *options: str) -> tuple[int, float]:
    """Return the paragraphs that `gongwen add` stored, and its processes' seconds in all."""
    with tempfile.TemporaryDirectory(prefix="gongwen-bench-") as scratch:
        command = [sys.executable, "-m", "webui.cli", "--library", f"{scratch}/library", "add"]
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run(
            [*command, "--json", *options, *map(str, files)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            check=False,  # 1 says that some files were no circulars
        )
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    reports = [json.loads(line) for line in done.stdout.splitlines()]
    stored = sum(one["paragraphs"] for one in reports if one["status"] == "indexed")
    return stored, (after.ru_utime - before.ru_utime) + (after.ru_stime - before.ru_stime)


class Steps:
    """Seconds of processor time by the name of the step."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)

    @contextmanager
    def timed(self, name: str) -> Iterator[None]:
        started = time.process_time()
        try:
            yield
        finally:
            self.seconds[name] += time.process_time() - started


def measure_steps(files: Sequence[Path], folder: Path) -> tuple[int, Steps]:
    """Return the paragraphs of the files and what each step took for them, one after another."""
    steps, stored = Steps(), 0
    default_analyzer()
    with Library.open(folder, create=True) as library:
        for path in files:
            with steps.timed("文件"):
                data = path.read_bytes()
                sha256 = hashlib.sha256(data).hexdigest()
            with steps.timed("查重"):
                library.recall(path.name, str(path), sha256)
            try:
                with steps.timed("解码、网页"):
                    raw = read_bytes(path.name, data)
            except UnreadableFileError:
                continue
            with steps.timed("解析"):
                circular = parse_circular(raw)
            with steps.timed("JSON 传递"):
                sent = from_bytes(to_bytes(circular_to_json(circular)))
                arrived = circular_from_json(sent)
            facts = (raw.text, raw.media_type, raw.encoding)
            with steps.timed("入库"):
                library.add(Source(path.name, str(path), sha256, data, *facts), arrived)
            stored += len(circular.paragraphs)
        with steps.timed("建索引"):
            update_index(library)
        with steps.timed("找转载"):
            update_reprints(library)
        again = library.circular_ids()[0]
        library.remove(again)
        library.restore(again)  # a change like that of one circular more
        with steps.timed("找转载，再来一份"):
            update_reprints(library)
        with steps.timed("其中：读出、切词"):
            for circular_id in library.circular_ids():
                held = library.get(circular_id)
                assert held is not None
                records_of(circular_id, held.circular, default_analyzer())
    return stored, steps


def main() -> None:
    """Print the figures as the table that docs/performance.md takes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="real circulars")
    parser.add_argument("--files", type=int, default=400)
    asked = parser.parse_args()
    files = choose_files(asked.folder, asked.files)
    if not files:
        raise SystemExit(f"{asked.folder} 里没有 txt 或 html 文件，请用 DATA=文件夹 指定真实公文。")
    print("| 步骤 | 微秒／段 | 段／秒·核 |\n|---|---|---|")
    for name, options in (("gongwen add", ()), ("gongwen add --no-index", ("--no-index",))):
        stored, seconds = measure_command(files, *options)
        print(f"| {name} | {seconds / stored * 1e6:.0f} | {stored / seconds:.0f} |", flush=True)
    with tempfile.TemporaryDirectory(prefix="gongwen-bench-") as scratch:
        stored, steps = measure_steps(files, Path(scratch) / "library")
    for name, seconds in steps.seconds.items():
        print(f"| {name} | {seconds / stored * 1e6:.0f} | {stored / seconds:.0f} |")


if __name__ == "__main__":
    main()
