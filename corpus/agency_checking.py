"""Whether the agencies' data files are sound (名录核对), for whoever edits them."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

from corpus.agency_names import name_table

if TYPE_CHECKING:
    from collections.abc import Iterator

DATA_FILES = (
    "agencies.tsv",
    "agency_extras.tsv",
    "central_short_names.txt",
    "zones.tsv",
    "places.tsv",
)
_COLUMNS = {"agencies.tsv": 8, "agency_extras.tsv": 2, "zones.tsv": 3, "places.tsv": 5}


class Finding(NamedTuple):
    """What is wrong in a data file, and in which line (0 = the file as a whole)."""

    file: str
    line: int
    message: str


def registry_files() -> tuple[tuple[str, str], ...]:
    """Return the data files of the registry with where each lies (名录文件)."""
    folder = files("corpus") / "data"
    return tuple((name, str(folder / name)) for name in DATA_FILES)


def check_registry() -> tuple[Finding, ...]:
    """Return what is wrong in the data files (名录核对): broken rows, twice listed, dangling."""
    return (*_rows_checked(), *_successors_checked())


def _rows_checked() -> Iterator[Finding]:
    for name, width in _COLUMNS.items():
        seen: dict[str, int] = {}
        text = (files("corpus") / "data" / name).read_text("utf-8")
        for number, row in enumerate(text.splitlines(), start=1):
            if not row or row.startswith("#"):
                continue
            cells = row.split("\t")
            if len(cells) != width:
                yield Finding(name, number, f"应有 {width} 栏，实有 {len(cells)} 栏")
            if any(cell != cell.strip() for cell in cells):
                yield Finding(name, number, "栏内首尾有空白")
            key = cells[0]
            if key in seen and name != "places.tsv":
                yield Finding(name, number, f"“{key}”与第 {seen[key]} 行重复")
            seen.setdefault(key, number)


def _successors_checked() -> Iterator[Finding]:
    stems = name_table().stems
    for stem in stems.values():
        for successor in stem.successors:
            if successor not in stems:
                message = f"“{stem.name}”的承接机关“{successor}”没有自己的一行"
                yield Finding("agencies.tsv", 0, message)


def shared_names() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the names that several lines bear, told apart by year and level (同名机关)."""
    found: list[tuple[str, tuple[str, ...]]] = []
    for name, entries in name_table().names.items():
        stems = tuple(dict.fromkeys(entry.stem for entry in entries))
        if len(stems) > 1:
            found.append((name, stems))
    return tuple(sorted(found))
