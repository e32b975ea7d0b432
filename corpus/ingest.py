"""Files and folders into the library: find, skip what is known, parse, store (入库).

One file is one transaction, in the order of the files, whoever parsed it: a run that is killed and
started again ends as one that was not. A file is known by its bytes, so the same folder added twice
changes nothing. Of several runs at once on one server each parses what no other has claimed; the
others' files it looks at again in the end, and takes over from those who died.
"""

from __future__ import annotations

import hashlib
import os
import stat
import time
from collections import Counter, deque
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from corpus.errors import PathMissingError, UnreadableFileError
from corpus.file_results import FileResult
from corpus.interchange import circular_from_json
from corpus.library_codec import now, plain
from corpus.library_records import Quarantined, Source, Stored
from corpus.parse_queue import AHEAD, ParseQueue
from corpus.readers.archive import is_archive, read_members

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from corpus.library import Library
    from corpus.parsing import Outcome

MAXIMUM_BYTES: Final = 50_000_000
_LOOK_AGAIN: Final = 0.2  # seconds until a file is looked at again that somebody else is parsing
_LOSE_PATIENCE: Final = 600.0  # nobody parses one file for so long: it is parsed here as well
# Beside circulars in a folder, as our own samples have them; given by name they are read.
_PROGRAM_FILES: Final = frozenset({".md", ".py", ".pyc"})


class Found(NamedTuple):
    """A file to be added: where it is, its name below the folder given, why it is passed over.

    Only a path that was `given` itself may be a symbolic link.
    """

    path: Path
    name: str
    place: str
    skipped: str = ""
    given: bool = False


def add_paths(
    library: Library,
    paths: Iterable[Path | str],
    *,
    workers: int = 2,
    retry: bool = False,
    collection: str | None = None,
    on_start: Callable[[int], None] | None = None,
    on_result: Callable[[FileResult], None] | None = None,
) -> Counter[str]:
    """Add files, and folders with all that is in them; return how many files had which status.

    With `retry` files in quarantine are read again although their bytes are known. With a
    `collection` (合集) their circulars belong to it, those held already as well; without one they
    stay where they are, and new ones are open to everybody. Hidden files and the library's own
    folder are left out, symbolic links are not followed.

    Raises:
        PathMissingError: a path is not there; nothing has been added.
        LibraryError: the library cannot be written; what was reported stays added.
    """
    library.check_free_space()
    found = find_files(paths, leave_out=library.folder)
    if on_start is not None:
        on_start(len(found))
    tally: Counter[str] = Counter()
    for result in _results(library, found, collection, workers=workers, retry=retry):
        tally[result.status] += 1
        if on_result is not None:
            on_result(result)
    return tally


def find_files(paths: Iterable[Path | str], *, leave_out: Path | None = None) -> tuple[Found, ...]:
    """Return the files under some paths, each once, folder by folder and by name."""
    roots = [Path(path) for path in paths]
    for root in roots:
        if not root.exists():
            raise PathMissingError(str(root))
    hidden = leave_out if leave_out is not None and leave_out.exists() else None
    found: dict[str, Found] = {}
    for root in roots:
        own = hidden is not None and hidden.resolve() in root.resolve().parents
        for path in _walk(root, hidden) if root.is_dir() else (root,):
            name = readable(path.relative_to(root).as_posix() if path != root else path.name)
            place = _place(path)
            given = path == root
            # Not even opened: to close a file lets go of the locks that we have on it.
            skipped = "own_file" if own else _unfit(path, given=given)
            found.setdefault(place, Found(path, name, place, skipped, given))
    return tuple(found.values())


def _walk(root: Path, hidden: Path | None) -> Iterator[Path]:
    """Yield the files below a folder, folder by folder; one that cannot be opened is yielded."""
    ahead = [root]
    while ahead:
        path = ahead.pop()
        try:
            if path != root and not _is_folder(path):
                yield path
            elif hidden is None or not path.samefile(hidden):
                ahead += reversed(_entries(path))
        except OSError:
            yield path


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _entries(folder: Path) -> list[Path]:
    shown = (
        path
        for path in folder.iterdir()
        if not path.name.startswith(".") and path.name != "__pycache__"
    )
    return sorted(shown, key=lambda path: os.fsencode(path.name))


def readable(name: str) -> str:
    r"""Return a file name as its author saw it (文件名): no UTF-8 means GBK.

    >>> readable(b"\xb9\xab\xce\xc4.txt".decode("utf-8", "surrogateescape"))
    '公文.txt'
    """
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        try:
            return os.fsencode(name).decode("gb18030")
        except (UnicodeDecodeError, UnicodeEncodeError):
            return name
    return name


def _place(path: Path) -> str:
    """Return the absolute path as text that SQL can carry, unlike for unlike paths."""
    absolute = path.parent.resolve() / path.name
    return os.fsencode(absolute).decode("utf-8", "backslashreplace")


def _unfit(path: Path, *, given: bool) -> str:
    try:
        if path.is_symlink() and not given:
            return "symlink"
        if path.suffix.lower() in _PROGRAM_FILES and not given:
            return "program_file"
        if path.is_dir():
            return "unopened_folder"
        return "" if path.is_file() else "not_a_file"
    except OSError:
        return ""  # reading it will tell why


@dataclass(slots=True)
class _Item:
    """A file on its way: its result as soon as there is one, its bytes until it is parsed."""

    found: Found
    spent: float = 0.0  # seconds, waiting left out
    result: FileResult | None = None
    sha256: str = ""
    data: bytes = b""
    outcome: Outcome | None = None
    outer: Found | None = None  # the archive it came out of

    @property
    def place(self) -> str:
        """Where the file stands."""
        return self.found.place

    @property
    def name(self) -> str:
        """The file's name below the folder given."""
        return self.found.name

    @property
    def ready(self) -> bool:
        """Whether there is nothing left to parse."""
        return self.result is not None or self.outcome is not None


def _results(
    library: Library, found: Iterable[Found], collection: str | None, *, workers: int, retry: bool
) -> Iterator[FileResult]:
    """Yield the results in order: read ahead, parse in any order, store in the files' order."""
    parser = ParseQueue(workers)
    try:
        others: dict[Found, set[str]] = {}
        items = (item for each in found for item in _look(library, each, retry=retry))
        yield from _through(library, _unclaimed(library, items, others), parser, collection)
        # Each is a run of its own, so that nothing claimed here waits while another is waited for.
        for outer, places in others.items():
            items = (item for item in _look(library, outer, retry=retry) if item.place in places)
            yield from _through(
                library, _claimed_in_time(library, items, retry=retry), parser, collection
            )
    finally:
        parser.close()


def _through(
    library: Library, items: Iterable[_Item], parser: ParseQueue, collection: str | None
) -> Iterator[FileResult]:
    """Parse and store items, and yield what became of each."""
    waiting: deque[_Item] = deque()
    for item in items:
        waiting.append(item)
        if not item.ready:
            parser.take(item)
        while waiting and (waiting[0].ready or len(waiting) > AHEAD):
            parser.finish(waiting[0])
            yield _finish(library, waiting.popleft(), collection)
    while waiting:
        parser.finish(waiting[0])
        yield _finish(library, waiting.popleft(), collection)


def _unclaimed(
    library: Library, items: Iterable[_Item], others: dict[Found, set[str]]
) -> Iterator[_Item]:
    """Yield the items that nobody else is parsing; note where the others stand."""
    for item in items:
        if item.ready or library.claim(item.sha256):
            yield item
        else:
            others.setdefault(item.outer or item.found, set()).add(item.place)


def _claimed_in_time(library: Library, items: Iterable[_Item], *, retry: bool) -> Iterator[_Item]:
    """Yield each item once somebody else has stored it, or has died over it."""
    for item in items:
        give_up = time.monotonic() + _LOSE_PATIENCE
        while not item.ready and not library.claim(item.sha256) and time.monotonic() < give_up:
            time.sleep(_LOOK_AGAIN)
            _recall(library, item, retry=retry)
        if not item.ready:
            _recall(library, item, retry=retry)  # stored between the last look and the claim
        if item.ready:
            library.release(item.sha256)
        yield item


def _look(library: Library, found: Found, *, retry: bool) -> Iterator[_Item]:
    """Read a file and see whether its bytes are known; an archive gives one item a member."""
    started = time.perf_counter()
    item = _Item(found)
    _read_into(item)
    if not item.ready and is_archive(item.data):
        yield from _look_inside(library, item, retry=retry)
        return
    if not item.ready:
        _recall(library, item, retry=retry)
    item.spent = time.perf_counter() - started
    yield item


def _look_inside(library: Library, archive: _Item, *, retry: bool) -> Iterator[_Item]:
    """Yield the members of an archive (压缩包); one that fails as a whole is an item itself."""
    started = time.perf_counter()
    outer = archive.found
    count = 0
    try:
        for member in read_members(archive.data):
            name, place = f"{outer.name}/{member.name}", f"{outer.place}/{member.name}"
            path = Path(f"{outer.path}/{member.name}")  # shown, never opened
            item = _Item(Found(path, name, place), data=member.data, outer=outer)
            item.sha256 = hashlib.sha256(member.data).hexdigest()
            if member.skipped or path.suffix.lower() in _PROGRAM_FILES:
                item.result = _result(item, "skipped", member.code or "program_file", member.detail)
            elif member.code:
                item.outcome = {"code": member.code, "detail": member.detail}
            else:
                _recall(library, item, retry=retry)
            item.spent = time.perf_counter() - started
            count += 1
            yield item
            started = time.perf_counter()
    except UnreadableFileError as error:
        archive.outcome = {"code": error.code, "detail": error.detail}
        yield archive
        return
    if not count:
        archive.outcome = {"code": "empty", "detail": ""}
        yield archive


def _read_into(item: _Item) -> None:
    """Read the file's bytes, or note why they cannot be read."""
    if item.found.skipped:
        item.result = _result(item, "skipped", item.found.skipped)
        return
    try:
        item.data = _read(item.found.path, follow=item.found.given)
    except _TooLargeError as error:
        item.outcome = {"code": "too_large", "detail": str(error)}
        return
    except OSError as error:
        code = {FileNotFoundError: "missing", PermissionError: "permission"}
        item.outcome = {
            "code": code.get(type(error), "unreadable"),
            "detail": error.strerror or str(error),
        }
        return
    item.sha256 = hashlib.sha256(item.data).hexdigest()


def _recall(library: Library, item: _Item, *, retry: bool) -> None:
    """See what became of the same bytes before."""
    known = library.recall(item.found.name, item.found.place, item.sha256)
    if isinstance(known, Stored):
        item.result = _result(item, known.status, known.reason, stored=known)
    elif known is not None and not retry:
        item.outcome = {"code": known.code, "detail": known.detail}


class _TooLargeError(Exception):
    """A file is larger than anything we read."""


def _read(path: Path, *, follow: bool) -> bytes:
    """Return a regular file's bytes; never more than the limit, whatever its size is said to be.

    A file may have become a link since it was found: unless links are followed, that is an error.
    """
    flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | (0 if follow else os.O_NOFOLLOW)
    with open(os.open(path, flags), "rb") as file:  # noqa: PTH123 # a descriptor, not a path
        size = os.fstat(file.fileno()).st_size
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(0, "不是普通文件")
        data = file.read(MAXIMUM_BYTES + 1) if size <= MAXIMUM_BYTES else b""
    if size > MAXIMUM_BYTES or len(data) > MAXIMUM_BYTES:
        raise _TooLargeError(f"{max(size, len(data)) / 1_000_000:.0f} MB")
    return data


def _finish(library: Library, item: _Item, collection: str | None) -> FileResult:
    """Store what was parsed, or put the file into quarantine."""
    if item.result is not None:
        held = item.result.id if item.result.status == "duplicate" else ""
        if held and collection is not None and library.collect(held, collection):
            return replace(item.result, reason="collected")
        return item.result
    started = time.perf_counter()
    result = _store(library, item, item.outcome or {}, collection)
    library.release(item.sha256)
    spent = item.spent + time.perf_counter() - started
    return replace(result, ms=round(spent * 1000) + (item.outcome or {}).get("ms", 0))


def _store(library: Library, item: _Item, outcome: Outcome, collection: str | None) -> FileResult:
    if "circular" not in outcome:
        rejected = Quarantined(
            item.found.name, item.sha256, outcome["code"], outcome["detail"], now()
        )
        library.quarantine(rejected, item.found.place)
        return _result(item, "quarantined", rejected.code, rejected.detail)
    source = Source(
        name=item.found.name,
        place=item.found.place,
        sha256=item.sha256,
        data=item.data,
        text=outcome["text"],
        media_type=outcome["media_type"],
        encoding=outcome["encoding"],
    )
    stored = library.add(source, circular_from_json(outcome["circular"]), collection)
    return _result(item, stored.status, stored.reason, stored=stored)


def _result(
    item: _Item, status: str, reason: str, detail: str = "", *, stored: Stored | None = None
) -> FileResult:
    return FileResult(
        file=plain(readable(str(item.found.path))),
        sha256=item.sha256,
        status=status,
        reason=reason,
        detail=plain(detail),
        id=stored.circular_id if stored else "",
        paragraphs=stored.paragraphs if stored else 0,
        ms=round(item.spent * 1000),
    )
