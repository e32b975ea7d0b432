"""Every command in the README runs, and prints what the README says it prints."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

REPOSITORY = Path(__file__).resolve().parents[2]
CONSOLE = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)


def commands() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield each `$ command` of the README with the output lines shown under it."""
    text = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    for block in CONSOLE.findall(text):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, *output = part.rstrip("\n").split("\n")
            yield command, tuple(line for line in output if line.strip())


EXAMPLES = [example for example in commands() if example[0].startswith("gongwen ")]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("readme") / "library"


def run(command: str, library: Path) -> subprocess.CompletedProcess[str]:
    program = str(Path(sys.executable).with_name("gongwen"))
    return subprocess.run(
        [program, *shlex.split(command)[1:]],
        cwd=REPOSITORY,
        env={**os.environ, "GONGWEN_LIBRARY": str(library), "COLUMNS": "100"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )


def pattern_of(line: str) -> re.Pattern[str]:
    """A shown line; `…` stands for anything."""
    return re.compile(".*".join(re.escape(part) for part in line.strip().split("…")))


def test_the_readme_shows_at_least_five_examples():
    assert len(EXAMPLES) >= 5


def test_every_command_of_the_readme_runs_and_prints_what_it_shows(library: Path):
    for command, shown in EXAMPLES:  # in order: later ones need the library of the first
        if command.startswith("gongwen serve"):
            continue  # runs until stopped; tests/cli starts it for real
        done = run(command, library)
        assert done.returncode == 0, (command, done.stderr)
        printed = done.stdout + done.stderr
        for line in shown:
            assert pattern_of(line).search(printed), (command, line, printed)
