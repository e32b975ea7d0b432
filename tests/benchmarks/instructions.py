"""Instructions that a question takes, engine beside engine: `make bench-instructions`.

They are counted by callgrind, so other work on the machine changes nothing; what they cannot tell is
how long each takes. Every question is asked once before any is counted.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import tempfile
from dataclasses import asdict
from pathlib import Path

from tests.benchmarks.run import Server, build, questions_of

ENGINES = ("ours", "tantivy")
_TOTAL = re.compile(r"^(?:summary|totals): (\d+)", re.MULTILINE)


def count(name: str, folder: Path, size: int, dumps: Path) -> dict[str, float]:
    """Return the instructions of a question of each kind, in millions, their mean."""
    dumps.mkdir()
    command = ["valgrind", "--tool=callgrind", "--instr-atstart=no", "--quiet"]
    server = Server(name, folder, [*command, f"--callgrind-out-file={dumps}/all"])
    questions = questions_of("synthetic", size)
    for question in questions:
        server.ask(asdict(question))
    counted = {}
    for kind in dict.fromkeys(question.kind for question in questions):
        asked = [asdict(question) for question in questions if question.kind == kind]
        _control("-i", "on", server.pid)
        _control("-z", server.pid)
        for question in asked:
            server.ask(question)
        _control("-d", server.pid)
        _control("-i", "off", server.pid)
        newest = max(dumps.glob("all.*"), key=lambda path: int(path.suffix[1:]))
        found = _TOTAL.search(newest.read_text(encoding="utf-8", errors="replace"))
        assert found is not None, newest
        counted[kind] = int(found[1]) / len(asked) / 1e6
        print(f"{name:8} {kind:14} {counted[kind]:10.2f}", flush=True)
    server.close()
    return counted


def _control(*arguments: object) -> None:
    command = ["callgrind_control", *map(str, arguments)]
    subprocess.run(command, check=True, capture_output=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=20_000, help="synthetic paragraphs")
    parser.add_argument("--keep", type=Path, help="keep the indexes here, and take them next time")
    asked = parser.parse_args()
    if shutil.which("callgrind_control") is None:
        raise SystemExit("没有找到 valgrind，请先安装（Debian：apt install valgrind）。")
    with tempfile.TemporaryDirectory(prefix="gongwen-bench-") as scratch:
        root = (asked.keep or Path(scratch)) / f"synthetic-{asked.size}"
        for name in ENGINES:
            build(name, root / name, "synthetic", asked.size)
        ours, theirs = (
            count(name, root / name, asked.size, Path(scratch) / f"dumps-{name}")
            for name in ENGINES
        )
    print("| 问法，百万条指令 | ours | tantivy | 比值 |\n|---|---|---|---|")
    for kind, own in ours.items():
        print(f"| {kind} | {own:.3g} | {theirs[kind]:.3g} | {own / theirs[kind]:.2f} |")


if __name__ == "__main__":
    main()
