"""What becomes of real circulars: nothing lost, duties read or refused with a reason, how fast.

`python -m tests.structure.corpus_reading [FOLDER …]` prints the figures and what was refused; the
folders are those of the collection beside this checkout (circulars, html).
"""

from __future__ import annotations

import re
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.accounting import Fate, account
from corpus.errors import UnreadableFileError
from corpus.readers import read_path
from corpus.structure import parse_circular

if TYPE_CHECKING:
    from collections.abc import Iterable

    from corpus.model import Circular, RawCircular

CORPUS = Path(__file__).resolve().parent.parent.parent.parent / "shared" / "corpus"
DUTY = re.compile(
    r"[（(【][^（）()【】]{2,300}(?:负责|牵头|配合|落实)[）)】]|(?:责任|牵头)单位[：:]"
)
KILO = 1000


@dataclass
class Reading:
    """Counts over some files, and what went wrong in them."""

    files: int = 0
    unreadable: int = 0
    size: int = 0
    seconds: float = 0.0
    slowest: tuple[float, str] = (0.0, "")
    groups: int = 0
    headings: int = 0
    lost: list[str] = field(default_factory=list)
    unexplained: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def add(self, path: Path) -> None:
        """Read and parse one file; only parsing is timed, in seconds of the processor."""
        self.files += 1
        try:
            raw = read_path(path)
        except UnreadableFileError:
            self.unreadable += 1
            return
        before = time.process_time()
        circular = parse_circular(raw)
        taken = time.process_time() - before
        self.seconds += taken
        self.slowest = max(self.slowest, (taken, path.name))
        self.size += len(raw.text.encode())
        self.headings += len(circular.headings)
        self.groups += sum(len(paragraph.groups) for paragraph in circular.paragraphs)
        self.lost += [f"{path.name}: {one}" for one in faults(raw, circular)]
        self.unexplained += [f"{path.name}: {one}" for one in unexplained(circular)]
        said = (one for one in circular.remarks if one.code == "group_rejected")
        self.refused += [f"{path.name}: {one.message}" for one in said]

    @property
    def rate(self) -> float:
        """How many kilobytes of text a second are parsed."""
        return self.size / KILO / self.seconds if self.seconds else 0.0


def read_folders(folders: Iterable[Path]) -> Reading:
    """Read every file of some folders."""
    reading = Reading()
    for folder in folders:
        for path in sorted(folder.iterdir()):
            reading.add(path)
    return reading


def faults(raw: RawCircular, circular: Circular) -> list[str]:
    """What breaks the promise that every visible character stands in exactly one place."""
    shares = account(raw, circular)
    found = [
        f"{one.fate} {raw.text[one.span.start : one.span.end][:40]!r}"
        for one in shares
        if one.fate in {Fate.LOST, Fate.TWICE}
    ]
    if "".join(raw.text[one.span.start : one.span.end] for one in shares) != raw.text:
        found.append("the shares are not the text")
    ids = [one.id for one in (*circular.headings, *circular.paragraphs)]
    if len(ids) != len(set(ids)):
        found.append("an id stands twice")
    for paragraph in circular.paragraphs:
        if raw.text[paragraph.span.start : paragraph.span.end] != paragraph.text:
            found.append(f"the span of {paragraph.id} is not its text")
        for group in paragraph.groups:
            inside = paragraph.span.start <= group.governs.start <= group.governs.end
            exact = raw.text[group.span.start : group.span.end] == group.raw
            if not (inside and exact and group.span.end <= paragraph.span.end):
                found.append(f"the spans of {group.raw[:30]!r} are wrong")
    return found


def unexplained(circular: Circular) -> list[str]:
    """What reads like a responsibility group, is none, and is not said to be none."""
    refused = [one.message for one in circular.remarks if one.code == "group_rejected"]
    found: list[str] = []
    for paragraph in circular.paragraphs:
        start = paragraph.span.start
        groups = [(one.span.start - start, one.span.end - start) for one in paragraph.groups]
        for duty in DUTY.finditer(paragraph.text):
            placed = any(s < duty.end() and duty.start() < e for s, e in groups)
            if not placed and not any(duty[0][:20] in one for one in refused):
                found.append(duty[0])
    return found


def main() -> None:
    names = sys.argv[1:] or ["circulars", "html"]
    reading = read_folders(CORPUS / name for name in names)
    print(f"files {reading.files}, unreadable {reading.unreadable}, {reading.size} bytes of text")
    print(f"{reading.rate:.0f} KB/s; slowest {reading.slowest[0]:.2f} s {reading.slowest[1]}")
    print(f"groups {reading.groups}, headings {reading.headings}")
    for title, lines in (
        ("lost", reading.lost),
        ("neither read nor refused", reading.unexplained),
        ("refused", reading.refused),
    ):
        print(f"{title}: {len(lines)}", *lines, sep="\n  ")


if __name__ == "__main__":
    main()
