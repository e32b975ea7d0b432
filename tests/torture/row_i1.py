"""I1 mutated files of every format: each is read or refused with a reason, and nothing else happens."""

from __future__ import annotations

import importlib.util
import io
import os
import random
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.parsing import parse_file
from corpus.readers.reasons import REASONS
from corpus.samples import sample_files
from tests.formats.conftest import make_docx, make_ofd, make_pdf
from tests.formats.test_hostile_files import LINES, mutated
from tests.torture.outcome import Tally, peak_memory, peak_memory_of_children
from tests.torture.serving import REPOSITORY

if TYPE_CHECKING:
    from collections.abc import Iterator

SHORT, LONG = 600, 100_000
MOST_SECONDS, MOST_MEMORY = 10.0, 512 * 1024 * 1024
REAL = REPOSITORY.parent / "shared" / "corpus"  # where there are real files, they are mutated too
MOST_REAL = 200
# LibreOffice takes seconds for a file of an old format, and a hundredth of that is ours to test.
LEGACY, LEGACY_TRIED = (".doc", ".wps", ".rtf"), 0.2
SPLICES = (
    b"<![CDATA[", b"<!DOCTYPE x [", b"&#0;", b"&#xD800;", b"\x00", b"\xff\xfe", b"<table>" * 50, b"<script>", b"/FlateDecode",
    b"PK\x03\x04", b"%PDF-1.7", "（".encode(), "【".encode(), "一、".encode(), "〔".encode() * 40, b"\r", "　".encode() * 30,
)  # fmt: skip


def samples(rng: random.Random) -> list[tuple[str, bytes]]:
    """Return sound files: invented ones in every format, and real ones where there are any."""
    found = [(path.name, path.read_bytes()) for path in sample_files()]
    found += [
        ("通知.docx", make_docx(LINES)),
        ("通知.pdf", make_pdf(LINES)),
        ("通知.ofd", make_ofd(LINES)),
    ]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as package:
        for name, data in found[-3:]:
            package.writestr(name, data)
    found.append(("通知.zip", packed.getvalue()))
    real = sorted(
        path
        for folder in ("office", "html", "circulars")
        for path in (REAL / folder).glob("*")
        if path.is_file()
    )
    chosen = rng.sample(real, min(MOST_REAL, len(real)))
    print(f"{len(found)} invented files and {len(chosen)} real ones are mutated")
    return found * 3 + [(path.name, path.read_bytes()) for path in chosen]


def mutants(rng: random.Random, count: int) -> Iterator[tuple[str, bytes]]:
    sound = samples(rng)
    for _ in range(count):
        name, data = rng.choice(sound)
        while name.endswith(LEGACY) and rng.random() > LEGACY_TRIED:
            name, data = rng.choice(sound)
        changed = bytearray(mutated(data, rng))
        if rng.random() < 0.3:
            at = rng.randrange(len(changed) + 1)
            changed[at:at] = rng.choice(SPLICES)
        if rng.random() < 0.05:
            changed += rng.choice(sound)[1]
        yield name, bytes(changed)


def processor_seconds() -> float:
    """Return what this process and its ended children have computed."""
    return sum(os.times()[:4])


def run(trials: int, seed: int, long: bool) -> tuple[int, int]:
    tally, rng, longest = Tally(), random.Random(seed), 0.0
    reasons: dict[str, int] = {}
    for number, (name, data) in enumerate(mutants(rng, trials)):
        started = time.monotonic(), processor_seconds()
        outcome = parse_file(name, data)
        # By the processor: other work of this machine is no fault of a file.
        seconds = min(time.monotonic() - started[0], processor_seconds() - started[1])
        longest = max(longest, seconds)
        found = []
        code = outcome.get("code", "")
        reasons[code or "read"] = reasons.get(code or "read", 0) + 1
        if code and code not in REASONS:
            found.append(f"no such reason: {code}")
        if code == "internal":
            found.append(f"unforeseen: {outcome['detail']}")
        if not code and "circular" not in outcome:
            found.append("neither read nor refused")
        if seconds > MOST_SECONDS:
            found.append(f"{seconds:.1f} s")
        tally.trial(*(f"{number} {name}: {one}" for one in found))
        if long and tally.trials % 5_000 == 0:
            print(f"{tally.trials:,} of {trials:,}, {tally.failures} failures", flush=True)
    memory = max(peak_memory(), peak_memory_of_children())
    print(f"longest {longest:.1f} s, most memory {memory / 1e6:.0f} MB; {reasons}")
    tally.trial(*([f"{memory} bytes of memory"] if memory > MOST_MEMORY + 64 * 1024 * 1024 else []))
    if long:
        fuzz(tally, seed)
    return tally.result()


def fuzz(tally: Tally, seed: int, seconds: int = 60) -> None:
    """Let coverage guide the mutations, where atheris is installed."""
    if importlib.util.find_spec("atheris") is None:
        print("atheris is not installed: mutations only")
        return
    for target in ("text", "html", "query"):
        command = [
            sys.executable,
            "-m",
            "tests.torture.fuzzing",
            target,
            f"-max_total_time={seconds}",
        ]
        done = subprocess.run(
            [*command, f"-seed={seed % 2**31 or 1}"],
            cwd=Path(REPOSITORY),
            capture_output=True,
            check=False,
        )
        notes = done.stderr.decode("utf-8", "replace")
        print(f"atheris {target}: {notes.strip().splitlines()[-1] if notes.strip() else ''}")
        tally.trial(*([f"atheris {target}: {notes[-800:]}"] if done.returncode else []))
