"""Write a library and its index as this version writes them, and what they hold, as one file.

    python -m tests.upgrades.write tests/upgrades/0003-what-is-new.zip

Run it before the schema or the format of the index changes; what older versions wrote stays. The
file holds nothing of the machine it was made on.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import sys
import tempfile
import zipfile
from pathlib import Path

from corpus.ingest import add_paths
from corpus.library import Library
from corpus.samples import sample_files
from indexer.build import update_index

NAMES = ("qinglan-2022-19.txt", "yungang-2020-46.txt", "linxi-2021-32.txt")
ANSWERS = "answers.json"
COLLECTION = "内部"


def write(target: Path) -> None:
    """Two circulars, one revised, one in a collection; a removed one; a file in quarantine."""
    with tempfile.TemporaryDirectory() as folder:
        inbox, place = Path(folder) / "公文", Path(folder) / "library"
        inbox.mkdir()
        for path in sample_files():
            if path.name in NAMES:
                shutil.copyfile(path, inbox / path.name)
        (inbox / "空.txt").write_bytes(b"")
        with Library.open(place, create=True) as library:
            add_paths(library, [inbox], workers=0)
            update_index(library)
            _revise(inbox / NAMES[0])
            add_paths(library, [inbox], workers=0)
            library.remove(_id_of(library, NAMES[2]))
            library.collect(_id_of(library, NAMES[1]), COLLECTION)
            update_index(library)
            answers = _answers(library)
        _forget(place / "library.sqlite", folder)
        newest = max((place / "index").glob("gen-*"))
        files = [place / "library.sqlite", place / "index" / "CURRENT", *newest.iterdir()]
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
            package.writestr(ANSWERS, json.dumps(answers, ensure_ascii=False, indent=1))
            for path in sorted(files):
                package.write(path, path.relative_to(place))


def _forget(database: Path, folder: str) -> None:
    """Leave nothing of the folder that it was made in, not even in pages that are free."""
    connection = sqlite3.connect(database)
    for table in ("files", "quarantine"):
        connection.execute(f"UPDATE {table} SET place = replace(place, ?, '')", (folder,))
    connection.commit()
    connection.execute("VACUUM")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def _revise(path: Path) -> None:
    """Change the end of one long paragraph."""
    lines = path.read_text(encoding="utf-8").split("\n")
    number = [number for number, line in enumerate(lines) if len(line) > 40][1]
    lines[number] = f"{lines[number][:30]}，并于每季度末报告进展。"
    path.write_text("\n".join(lines), encoding="utf-8")


def _id_of(library: Library, source: str) -> str:
    held = (library.get(each) for each in library.circular_ids())
    return next(each.id for each in held if each is not None and each.source_name == source)


def _answers(library: Library) -> dict:
    held = [stored for each in library.circular_ids() if (stored := library.get(each))]
    circulars = {
        stored.id: {
            "title": stored.circular.title,
            "number": str(stored.circular.number or ""),
            "revision": stored.revision,
            "paragraphs": {each.id: each.text for each in stored.circular.paragraphs},
            "agencies": sorted(
                member.agency_id
                for each in stored.circular.paragraphs
                for group in each.groups
                for member in group.members
            ),
            "links": {
                each.id: str(library.resolve(stored.id, each.id).status)
                for each in stored.circular.paragraphs
            },
        }
        for stored in held
    }
    return {
        "sequence": library.sequence(),
        "identity": library.identity(),
        "circulars": circulars,
        "removed": [each.circular_id for each in library.changes() if each.removed],
        "quarantined": [[each.name, each.code] for each in library.quarantined()],
    }


if __name__ == "__main__":
    write(Path(sys.argv[1]))
