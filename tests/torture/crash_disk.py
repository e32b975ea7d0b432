"""CrashDisk: a disk that remembers what was synced, and shows what a power cut may leave.

Everything is done for real below `top`, and journalled: what was written, linked, renamed, removed
and synced, in order. Files that others write there (Whoosh does) are noticed by looking. `crash`
then replays the journal up to some moment and makes the folder as a power cut may leave it:

- a file's bytes are certain once it was synced and not written since; before that it may hold what
  it held when last synced, nothing, a part, zeros of any length, or all of it;
- a name in a folder is certain once the folder was synced; before that any subset of the changes
  since may have happened, in their order or not, but a rename is one change.

That is less than any journalling file system promises.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from indexer.disk import Disk

if TYPE_CHECKING:
    import random
    from collections.abc import Callable
    from pathlib import Path


class Event(NamedTuple):
    kind: str  # enter leave move · data · synced-file synced-folder · acknowledged
    folder: int = 0
    name: str = ""
    child: int = 0
    target: str = ""
    data: bytes = b""
    value: Any = None


@dataclass
class _Known:
    """A file or folder as it stands now; the descriptor keeps its inode number from reuse."""

    number: int
    descriptor: int
    is_folder: bool
    stamp: tuple[int, int] = (0, 0)
    names: dict[str, int] = field(default_factory=dict)


class CrashDisk(Disk):
    """Does what it is asked below `top`, and journals it."""

    def __init__(self, top: Path, *, links: bool = True) -> None:
        self.journal: list[Event] = []
        self.top = top
        self._links = links
        self._known: dict[tuple[int, int], _Known] = {}
        self._numbers: dict[int, _Known] = {}
        self._root = self._meet(top)
        self._look()
        for each in list(self._numbers.values()):  # what is here already was synced long ago
            self.journal.append(
                Event("synced-folder" if each.is_folder else "synced-file", child=each.number)
            )

    def acknowledge(self, value: Any) -> None:
        """Note that from now on `value` has been promised."""
        self._look()
        self.journal.append(Event("acknowledged", value=value))

    def close(self) -> None:
        for each in self._numbers.values():
            os.close(each.descriptor)
        self._numbers.clear()

    # The door

    def make_folder(self, folder: Path, mode: int) -> None:
        self._look()
        super().make_folder(folder, mode)
        self._look()

    def make_work_folder(self, root: Path, prefix: str) -> Path:
        work = super().make_work_folder(root, prefix)
        self._look()
        return work

    def link(self, source: Path, target: Path) -> None:
        if not self._links:
            raise OSError(1, "no hard links here")
        super().link(source, target)
        self._look()

    def write(self, path: Path, data: bytes) -> None:
        super().write(path, data)
        self._look()

    def rename(self, source: Path, target: Path) -> None:
        self._look()
        folder, moved = self._of(source.parent), self._of(source)
        super().rename(source, target)
        del folder.names[source.name]
        folder.names[target.name] = moved.number
        self._note("move", folder.number, source.name, moved.number, target.name)

    def remove(self, path: Path) -> None:
        self._look()
        super().remove(path)
        self._look()

    def remove_folder(self, folder: Path) -> None:
        self._look()
        super().remove_folder(folder)
        self._look()

    def sync(self, path: Path) -> None:
        self._look()
        super().sync(path)
        synced = self._of(path)
        kind = "synced-folder" if synced.is_folder else "synced-file"
        self.journal.append(Event(kind, child=synced.number))

    # Looking

    def _note(self, kind: str, folder: int, name: str, child: int, target: str = "") -> None:
        self.journal.append(Event(kind, folder, name, child, target))

    def _of(self, path: Path) -> _Known:
        status = path.lstat()
        return self._known[status.st_dev, status.st_ino]

    def _meet(self, path: Path) -> _Known:
        status = path.lstat()
        key = status.st_dev, status.st_ino
        if key not in self._known:
            number = len(self._numbers) + 1
            known = _Known(number, os.open(path, os.O_RDONLY), path.is_dir())
            self._known[key] = self._numbers[number] = known
        return self._known[key]

    def _look(self) -> None:
        """Journal what has changed below the top since the last look."""
        waiting = [(self._root, self.top)]
        while waiting:
            folder, place = waiting.pop()
            present = {entry.name: place / entry.name for entry in os.scandir(place)}
            for name in sorted(folder.names.keys() - present.keys()):
                self._note("leave", folder.number, name, folder.names.pop(name))
            for name, path in sorted(present.items()):
                child = self._meet(path)
                if child.is_folder:
                    waiting.append((child, path))
                else:
                    self._look_into(path, child)  # before its name: no name without a content
                if folder.names.get(name) != child.number:
                    folder.names[name] = child.number
                    self._note("enter", folder.number, name, child.number)

    def _look_into(self, path: Path, file: _Known) -> None:
        status = path.lstat()
        stamp = status.st_mtime_ns, status.st_size
        if stamp != file.stamp:
            file.stamp = stamp
            self.journal.append(Event("data", child=file.number, data=path.read_bytes()))

    # The power cut

    def crash(self, moment: int, into: Path, rng: random.Random) -> Any:
        """Make the folder as it may be after a power cut at `moment`; return the last promise."""
        left = _Left(self._root.number)
        for event in self.journal[:moment]:
            left.take(event)
        left.cut(rng)
        left.write(into)
        return left.promised


class _Left:
    """What is certain, and what is not, while a journal is replayed."""

    def __init__(self, root: int) -> None:
        self.promised: Any = None
        self._root = root
        self._names: dict[int, dict[str, int]] = {root: {}}
        self._pending: list[Event] = []
        self._certain: dict[int, bytes] = {}
        self._written: dict[int, bytes] = {}

    def take(self, event: Event) -> None:
        match event.kind:
            case "enter" | "leave" | "move":
                self._pending.append(event)
            case "data":
                self._written[event.child] = event.data
            case "synced-file":
                if event.child in self._written:
                    self._certain[event.child] = self._written.pop(event.child)
            case "synced-folder":
                self._names.setdefault(event.child, {})
                for each in [each for each in self._pending if each.folder == event.child]:
                    self._apply(each)
                    self._pending.remove(each)
            case "acknowledged":
                self.promised = event.value

    def _apply(self, event: Event) -> None:
        names = self._names.setdefault(event.folder, {})
        if event.kind == "enter":
            names[event.name] = event.child
        elif names.get(event.name) == event.child:
            del names[event.name]
        if event.kind == "move":
            names[event.target] = event.child

    def cut(self, rng: random.Random) -> None:
        pending = self._pending
        match rng.randrange(4):
            case 0:
                pending = []
            case 1:
                pending = pending[: rng.randint(0, len(pending))]
            case 2:
                pending = [each for each in pending if rng.random() < rng.random()]
            case _:
                pending = list(pending)
        for each in pending:
            self._apply(each)
        torn = _TEARS[rng.randrange(len(_TEARS))] if rng.random() < 0.5 else None
        for child, data in self._written.items():
            tear = torn or _TEARS[rng.randrange(len(_TEARS))]
            self._certain[child] = tear(self._certain.get(child, b""), data, rng)

    def write(self, into: Path) -> None:
        waiting = [(self._root, into)]
        while waiting:
            folder, place = waiting.pop()
            place.mkdir()
            for name, child in self._names.get(folder, {}).items():
                if child in self._certain:
                    (place / name).write_bytes(self._certain[child])
                else:
                    waiting.append((child, place / name))


def _part(_: bytes, written: bytes, rng: random.Random) -> bytes:
    return written[: rng.randint(0, len(written))]


def _zero_tail(_: bytes, written: bytes, rng: random.Random) -> bytes:
    kept = rng.randint(0, len(written))
    return written[:kept] + bytes(len(written) - kept)


_TEARS: list[Callable[[bytes, bytes, random.Random], bytes]] = [
    lambda old, _written, _rng: old,
    lambda _old, _written, _rng: b"",
    lambda _old, written, _rng: bytes(len(written)),
    lambda _old, written, _rng: written,
    _part,
    _zero_tail,
]
