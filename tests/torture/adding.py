"""Adding in a forked child that tells what it has acknowledged, and what must be true after it.

A fork keeps the second that a fresh process needs for its word lists out of each of thousands of
trials; the parent never holds a library open while it forks.
"""

from __future__ import annotations

import hashlib
import os
import select
import shutil
import signal
import traceback
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from corpus.errors import GongwenError
from corpus.ingest import add_paths
from corpus.library import Library
from corpus.library_records import Stored
from indexer.analyzer import default_analyzer
from indexer.build import index_root, update_index
from indexer.errors import IndexMissingError
from indexer.generation import current, open_current
from indexer.whoosh_reader import IndexReader

if TYPE_CHECKING:
    import random
    from collections.abc import Callable
    from pathlib import Path

DONE, REFUSED, BROKEN = 0, 3, 4
AGENCIES = ("市公安局", "市财政局", "市教育局", "市卫生健康委", "市市场监管局", "市交通运输局")
ACTIONS = ("加强网络交易监管", "开展农资打假专项整治", "完善知识产权保护机制", "推进诚信体系建设")


def circular_text(rng: random.Random, serial: int, *, measures: int = 3) -> str:
    """Return an invented circular that no other serial number has."""
    lines = [
        f"云港市人民政府办公室关于印发第{serial}批重点工作安排的通知",
        f"云政办发〔2018〕{serial}号",
        "各区人民政府，市直各单位：",
        f"现将第{serial}批重点工作安排印发给你们，请认真组织实施。",
    ]
    for ordinal in "一二三四五六七八九"[:measures]:
        lead, support = rng.sample(AGENCIES, 2)
        lines.append(f"{ordinal}、{rng.choice(ACTIONS)}第{serial}项")
        lines.append(
            f"围绕第{serial}批任务{rng.choice(ACTIONS)}，按期完成。（{lead}牵头，{support}配合）"
        )
    return "\n".join([*lines, "云港市人民政府办公室", "2018年3月5日", ""])


def write_circulars(folder: Path, rng: random.Random, first: int, count: int) -> None:
    folder.mkdir(exist_ok=True)
    for serial in range(first, first + count):
        text = circular_text(rng, serial)
        (folder / f"{serial:05d}.txt").write_text(text, encoding="utf-8")


def warm_up(folder: Path) -> None:
    """Load what children would otherwise load each, and leave an empty library in `folder`."""
    default_analyzer()
    Library.open(folder, create=True).close()
    scratch = folder.with_name("warm")
    shutil.copytree(folder, scratch)
    (scratch / "甲.txt").write_text("一、加强监管。（市公安局负责）", encoding="utf-8")
    with Library.open(scratch) as library:
        add_paths(library, [scratch / "甲.txt"], workers=0)
        update_index(library)
    shutil.rmtree(scratch)


@dataclass
class Told:
    """What a child acknowledged before it ended, and how it ended."""

    stored: set[str] = field(default_factory=set)  # sha256 of files
    sequence: int = 0  # of the last published index
    status: int = DONE
    killed: bool = False
    message: str = ""


class Child:
    """A forked `gongwen add`."""

    def __init__(
        self,
        library: Path,
        files: Path,
        *,
        workers: int = 0,
        first: Callable[[], object] | None = None,
        started: Callable[[int], object] | None = None,
    ) -> None:
        self._said = b""
        self._told, write = os.pipe()
        self.pid = os.fork()
        if not self.pid:
            os.close(self._told)
            os._exit(_add(library, files, write, workers=workers, first=first, started=started))
        os.close(write)

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)

    def wait(self, timeout: float = 240.0) -> Told | None:
        """Return what it told; None where it hangs, and is killed for it."""
        hangs = False
        while not hangs:
            ready, _, _ = select.select([self._told], [], [], timeout)
            if not ready:
                self.kill()
                hangs = True
                break
            part = os.read(self._told, 65_536)
            if not part:
                break
            self._said += part
        os.close(self._told)
        _, status = os.waitpid(self.pid, 0)
        return None if hangs else _told(self._said, status)

    def told_so_far(self) -> Told:
        """Return what it has told by now; `wait` tells it again."""
        while select.select([self._told], [], [], 0)[0]:
            part = os.read(self._told, 65_536)
            if not part:
                break
            self._said += part
        return _told(self._said, DONE)


def _told(said: bytes, status: int) -> Told:
    told = Told(killed=os.WIFSIGNALED(status))
    told.status = 0 if told.killed else os.WEXITSTATUS(status)
    for line in said.decode().split("\n")[:-1]:
        kind, _, value = line.partition(" ")
        if kind == "stored":
            told.stored.add(value)
        elif kind == "indexed":
            told.sequence = int(value)
        else:
            told.message += f"{value} "
    return told


def _add(
    library: Path,
    files: Path,
    write: int,
    *,
    workers: int,
    first: Callable[[], object] | None,
    started: Callable[[int], object] | None,
) -> int:
    def tell(kind: str, value: object) -> None:
        os.write(write, f"{kind} {value}\n".encode())

    try:
        if first is not None:
            first()
        with Library.open(library, create=True) as opened:
            add_paths(
                opened,
                [files],
                workers=workers,
                on_start=started,
                on_result=lambda result: tell("stored", result.sha256),
            )
            tell("indexed", update_index(opened).sequence)
    except GongwenError as error:
        tell("message", str(error))
        return REFUSED
    except BaseException:  # noqa: BLE001 # whatever it is, the parent must hear of it
        tell("message", traceback.format_exc().replace("\n", " | "))
        return BROKEN
    return DONE


def problems_after(
    library: Path,
    files: Path,
    told: Told | None,
    *,
    endings: tuple[int, ...] = (DONE, REFUSED, BROKEN),
    goes_on: bool = False,
) -> list[str]:
    """Return what is wrong after a child, given what it acknowledged; None says that it hung.

    It may end in one of `endings` or be killed; with `goes_on` the next run must finish its work.
    """
    if told is None:
        return ["the child hung"]
    problems = _problems_of(library, files, told)
    if not told.killed and told.status not in endings:
        problems.append(f"ended with {told.status}: {told.message}")
    return problems + (problems_going_on(library, files) if goes_on else [])


def _problems_of(library: Path, files: Path, told: Told) -> list[str]:
    """Return what is wrong with a library and its index, given what was acknowledged."""
    if not (library / "library.sqlite").exists():
        return ["the library is gone"] if told.stored else []
    problems = []
    with Library.open(library, create=True) as opened:
        problems += [f"{each.message} {each.where}" for each in opened.check()]
        for path in sorted(files.iterdir()):
            sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
            known = opened.recall(path.name, str(path.resolve()), sha256)
            if sha256 in told.stored and not isinstance(known, Stored):
                problems.append(f"{path.name} was acknowledged and is lost")
    try:
        found, reader = open_current(
            index_root_of(library),
            lambda each: (each, IndexReader(each.path)),
            on_warning=problems.append,
        )
    except IndexMissingError:
        return [*problems, "the index is gone"] if told.sequence else problems
    if found.manifest.sequence < told.sequence:
        problems.append(f"index at {found.manifest.sequence}, {told.sequence} acknowledged")
    reader.close()
    return problems


def problems_going_on(library: Path, files: Path) -> list[str]:
    """Add again, which must finish the work, and return what is wrong then."""
    told = Child(library, files).wait()
    if told is None or told.status != DONE:
        return [f"the next run failed: {told}"]
    problems = _problems_of(library, files, told)
    wanted = {hashlib.sha256(path.read_bytes()).hexdigest() for path in files.iterdir()}
    if told.stored != wanted:
        problems.append("the next run left files out")
    with Library.open(library) as opened:
        found = current(index_root(opened))
        if found.manifest.sequence != opened.sequence():
            problems.append("the index is behind")
        if found.manifest.circulars != opened.counts().circulars:
            problems.append("the index holds other circulars than the library")
    return problems + debris(index_root_of(library))


def debris(root: Path) -> list[str]:
    """Return what lies in an index folder besides generations, pointer and lock."""
    odd = {
        path.name
        for path in root.iterdir()
        if path.name not in {"CURRENT", "LOCK"} and not path.name.startswith("gen-")
    }
    return [f"debris: {odd}"] if odd else []


def index_root_of(library: Path) -> Path:
    return library / "index"
