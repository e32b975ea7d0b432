"""Everything stored, read again by the parser of today (重新解析): permalinks stay.

The library keeps the original bytes, so nothing has to be found again. Circular after circular is
one transaction; what has been reached is noted beside the library, so that a run that was
interrupted goes on where it stopped. Where nothing changed nothing is written.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections import Counter, deque
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import corpus
from corpus.file_results import FileResult
from corpus.interchange import circular_from_json
from corpus.parse_queue import AHEAD, ParseQueue

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from corpus.library import Library
    from corpus.library_records import Source
    from corpus.parsing import Outcome

NOTE: Final = "reparse.json"  # in the library's folder, while a run is not finished


@dataclass(slots=True)
class _Parcel:
    """A stored source on its way."""

    circular_id: str
    source: Source
    outcome: Outcome | None = None

    @property
    def name(self) -> str:
        return self.source.name

    @property
    def data(self) -> bytes:
        return self.source.data

    @property
    def ready(self) -> bool:
        return self.outcome is not None


def reparse_library(
    library: Library,
    *,
    workers: int = 2,
    anew: bool = False,
    on_start: Callable[[int, int], None] | None = None,
    on_result: Callable[[FileResult], None] | None = None,
) -> Counter[str]:
    """Parse the sources of all circulars again; return how many had which status (重新解析).

    A run that was interrupted goes on where it stopped, unless the parser has changed since or
    `anew` is given. `on_start` is told how many circulars there are, and how many were done before.

    Raises:
        LibraryError: the library cannot be written; what was reported stays.
    """
    library.check_free_space()
    note = _Note(library.folder / NOTE)
    ids = sorted(library.circular_ids())
    reached = "" if anew else note.reached()
    left = [each for each in ids if each > reached]
    if on_start is not None:
        on_start(len(ids), len(ids) - len(left))
    tally: Counter[str] = Counter()
    for circular_id, result in _results(library, left, workers):
        tally[result.status] += 1
        note.write(circular_id)
        if on_result is not None:
            on_result(result)
    note.clear()
    return tally


def _results(library: Library, ids: list[str], workers: int) -> Iterator[tuple[str, FileResult]]:
    waiting: deque[_Parcel] = deque()
    queue = ParseQueue(workers)
    try:
        for circular_id in ids:
            source = library.source_of(circular_id)
            if source is None:
                continue  # removed while this run went on
            parcel = _Parcel(circular_id, source)
            waiting.append(parcel)
            queue.take(parcel)
            while waiting and (waiting[0].ready or len(waiting) > AHEAD):
                queue.finish(waiting[0])
                yield waiting[0].circular_id, _renew(library, waiting.popleft())
        while waiting:
            queue.finish(waiting[0])
            yield waiting[0].circular_id, _renew(library, waiting.popleft())
    finally:
        queue.close()


def _renew(library: Library, parcel: _Parcel) -> FileResult:
    """Store what was parsed; a source that cannot be read any more keeps what it gave before."""
    started = time.perf_counter()
    source, outcome = parcel.source, parcel.outcome or {}
    result = FileResult(source.name, source.sha256, "skipped", id=parcel.circular_id)
    if "circular" in outcome:
        fresh = replace(
            source,
            text=outcome["text"],
            media_type=outcome["media_type"],
            encoding=outcome["encoding"],
        )
        circular = circular_from_json(outcome["circular"])
        stored = library.renew(parcel.circular_id, fresh, circular)
        result = replace(
            result, status=stored.status, reason=stored.reason, paragraphs=stored.paragraphs
        )
    else:
        kept = f"{outcome.get('detail', '')}，保留原有的解析结果".lstrip("，")
        result = replace(result, reason=outcome.get("code", "internal"), detail=kept)
    spent = round((time.perf_counter() - started) * 1000)
    return replace(result, ms=spent + outcome.get("ms", 0))


class _Note:
    """How far a run has come, and with which parser."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._parser = _parser_print()

    def reached(self) -> str:
        """Return the last circular that this very parser is done with, "" for none."""
        try:
            held = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return ""
        same = isinstance(held, dict) and held.get("parser") == self._parser
        return str(held.get("reached", "")) if same else ""

    def write(self, circular_id: str) -> None:
        """Note the circular; a note that is lost costs the time to parse again, nothing else."""
        beside = self._path.with_suffix(".new")
        held = {"parser": self._parser, "reached": circular_id}
        beside.write_text(json.dumps(held), encoding="utf-8")
        beside.replace(self._path)

    def clear(self) -> None:
        """Forget the run: it is finished."""
        self._path.unlink(missing_ok=True)


def _parser_print() -> str:
    """What the parser is made of: every file of `corpus`, code and tables, by content."""
    root = Path(str(corpus.__file__)).parent
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        if path.suffix in {".py", ".tsv", ".txt", ".json"} and path.is_file():
            digest.update(path.relative_to(root).as_posix().encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
