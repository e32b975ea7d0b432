"""Libraries for tests to search, of files or of texts, indexed; and a record that holds nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from corpus.ingest import add_paths
from corpus.library import Library
from corpus.samples import sample_files
from indexer.build import update_index
from indexer.grams import Grams
from indexer.records import Record, Unit

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path


BARE_RECORD = Record(
    id="甲/p_1",
    unit=Unit.PARAGRAPH,
    circular="甲",
    number="",
    order=0,
    date=0,
    words=(),
    grams=Grams(),
    title_grams=Grams(),
    path_grams=Grams(),
    assignments=(),
    issuer=(),
    region=(),
    year=(),
    kind=(),
)


def sample_texts() -> list[Path]:
    """Return the invented samples as plain text."""
    return [path for path in sample_files() if path.suffix == ".txt"]


def write_texts(folder: Path, texts: Mapping[str, str]) -> Path:
    """Write texts into a folder, each under its name as `<name>.txt`."""
    folder.mkdir(exist_ok=True)
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    return folder


def fill_library(folder: Path, sources: Iterable[Path]) -> Path:
    """Add files and folders to a library, made where there is none, and index it."""
    with Library.open(folder, create=True) as library:
        add_paths(library, list(sources), workers=1)
        update_index(library)
    return folder
