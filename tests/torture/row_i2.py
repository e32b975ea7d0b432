"""I2 bombs: each is refused with its reason, at a bounded cost in time, memory and disk."""

from __future__ import annotations

import os
import tempfile
import threading
import time
from pathlib import Path

from corpus.parsing import parse_file
from corpus.readers.reasons import REASONS
from tests.formats.test_hostile_files import BOMBS, LINES, zipped
from tests.torture.outcome import Tally, scratch

SHORT, LONG = 1, 10
MOST_SECONDS, MOST_MEMORY, MOST_FILES = 2.0, 256 * 1024 * 1024, 1_000_000
SLOW_MACHINE = 2  # the short form shares its machine with other work
EVERY = 0.005
TICK = os.sysconf("SC_CLK_TCK")
MORE = {
    "fifty megabytes on one line": lambda: "字".encode() * 17_000_000,
    "a page of one text of thirty megabytes": lambda: b"<html><body><p>" + "字".encode() * 10_000_000,
    "a page of one comment": lambda: b"<html><body><!--" + b"-" * 20_000_000,
    "a page of open brackets": lambda: b"<html>" + b"<" * 5_000_000,
    "a page of entities": lambda: b"<html><body>" + b"&amp;" * 3_000_000,
    "an archive of a Word file of zeros": lambda: zipped([("通知.docx", BOMBS["zip of zeros in a Word part"]())]),
    "a text of brackets": lambda: "（".encode() * 1_000_000,
    "a text of markers": lambda: "一、".encode() * 1_000_000,
    "a text of numbers": lambda: "国办发〔2017〕46号".encode() * 30_000,
    "a text of duties": lambda: "（市公安局牵头，市财政局配合）".encode() * 5_000,
}  # fmt: skip


class Watch:
    """Looks at every process below this one: how much memory and processor it has taken."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look)
        self.memory, self.files = 0, 0
        self._ticks: dict[int, tuple[int, int]] = {}

    def __enter__(self):
        self._before = time.process_time()
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._ended.set()
        self._thread.join()
        own = time.process_time() - self._before
        self.seconds = own + sum(last - first for first, last in self._ticks.values()) / TICK

    def _look(self) -> None:
        while True:
            for pid in descendants(os.getpid()):
                try:
                    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
                    status = Path(f"/proc/{pid}/status").read_text()
                except OSError:
                    continue
                ticks = int(fields[11]) + int(fields[12])
                # A reader that starts anew loads its libraries: that is no cost of the file.
                first = self._ticks.get(pid, (ticks, ticks))[0]
                self._ticks[pid] = (first, ticks)
                peak = next(
                    (line.split()[1] for line in status.splitlines() if line.startswith("VmRSS")),
                    "0",
                )
                self.memory = max(self.memory, int(peak) * 1024)
            held = sum(path.stat().st_size for path in self._folder.rglob("*") if path.is_file())
            self.files = max(self.files, held)
            if self._ended.wait(EVERY):
                return


def descendants(pid: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        try:
            children = (task / "children").read_text().split()
        except OSError:
            continue
        for child in map(int, children):
            found += [child, *descendants(child)]
    return found


def run(trials: int, seed: int, long: bool) -> tuple[int, int]:
    tally, worst = Tally(), (0.0, 0, "")
    with scratch("i2") as folder:
        tempfile.tempdir = str(folder)
        os.environ["TMPDIR"] = str(folder)
        parse_file("通知.docx", zipped([("a", b"b")]))
        for _ in range(trials):
            for name, make in (BOMBS | MORE).items():
                data = make()
                parse_file("x.pdf", b"%PDF-1.7\n")  # the reader stands ready again
                with Watch(folder) as watch:
                    outcome = parse_file(f"{name}.bin", data)
                worst = max(worst, (watch.seconds, watch.memory, name))
                found = []
                code = outcome.get("code", "")
                if (code and code not in REASONS) or code == "internal":
                    found.append(f"no reason of ours: {outcome}")
                if not code and name in BOMBS:
                    found.append("was read")
                if watch.seconds > MOST_SECONDS * (1 if long else SLOW_MACHINE):
                    found.append(f"{watch.seconds:.1f} s")
                if watch.memory > MOST_MEMORY:
                    found.append(f"{watch.memory / 1e6:.0f} MB")
                if watch.files > MOST_FILES:
                    found.append(f"{watch.files} bytes of files")
                tally.trial(*(f"{name} ({code}): {one}" for one in found))
        tally.trial(
            *(
                []
                if "circular" in parse_file("a.txt", "\n".join(LINES).encode())
                else ["nothing works afterwards"]
            )
        )
    print(f"worst: {worst[2]}, {worst[0]:.1f} s of processor, {worst[1] / 1e6:.0f} MB")
    return tally.result()
