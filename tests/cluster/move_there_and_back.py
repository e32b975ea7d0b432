"""Real circulars moved from a folder to servers and back: the same answers, and how long it takes.

python -m tests.cluster.move_there_and_back FOLDER [every]

FOLDER holds circulars, or is a library with its index, which is only read. One line a step: seconds, and whether everything is as it was before; every
so-many-th circular is read and link followed (5). The servers are durable, as the folder is.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.library import Library
from corpus.library_database import DATABASE
from indexer.opensearch_connection import INDEX_VARIABLE
from tests.cluster.opensearch_server import SearchNodes
from tests.cluster.postgres_server import PostgresServer
from tests.cluster.whole_answers import everything_found, everything_held

if TYPE_CHECKING:
    from collections.abc import Callable


def run(library: str, *words: str) -> float:
    """Run a command over a library; return its seconds."""
    started = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "webui.cli", *words],
        check=True,
        stdout=subprocess.DEVNULL,
        env={**os.environ, "GONGWEN_LIBRARY": library},
    )
    return time.perf_counter() - started


def tell(what: str, **facts: object) -> None:
    print(
        json.dumps(
            {"what": what, **facts, "load": round(os.getloadavg()[0], 1)}, ensure_ascii=False
        ),
        flush=True,
    )


def same(told: dict | list, before: dict | list) -> list[str]:
    """Return what differs, "" none: names of parts, or numbers of questions."""
    if isinstance(before, dict):
        return [name for name in before if told[name] != before[name]]
    return [
        f"{one.request.q!r}/{one.request.unit}"
        for one, other in zip(before, told, strict=True)
        if one != other
    ]


def timed(work: Callable[[], object]) -> tuple[object, float]:
    started = time.perf_counter()
    return work(), round(time.perf_counter() - started, 1)


def main() -> None:
    """Print the figures."""
    folder, every = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 5
    os.environ.pop(INDEX_VARIABLE, None)
    from search import budget

    budget.SECONDS = 600.0  # whole answers, whatever else the machine does
    with (
        tempfile.TemporaryDirectory() as place,
        PostgresServer() as server,
        SearchNodes() as nodes,
    ):
        os.environ["XDG_DATA_HOME"] = f"{place}/home"
        here, back = f"{place}/here", f"{place}/back"
        there, index = server.address(server.make_database()), nodes.address("moved", "?shards=3")
        if (Path(folder) / DATABASE).exists():
            here = folder
        else:
            command = [sys.executable, "-m", "webui.cli", "--library", here, "add", folder]
            subprocess.run(
                command, check=False, stdout=subprocess.DEVNULL
            )  # some are in quarantine
        with Library.open(here) as library:
            counts = library.counts()
        tell("folder", circulars=counts.circulars, paragraphs=counts.paragraphs)
        held, found = everything_held(here, every), everything_found(here)
        links = held["name"][-1]
        seconds = run(here, "move", "--to", there, "--no-index")
        tell("library to PostgreSQL", seconds=round(seconds, 1))
        seconds = run(here, "move", "--to", there, "--index", index)
        tell("index on OpenSearch", seconds=round(seconds, 1))
        os.environ[INDEX_VARIABLE] = index
        other, took = timed(lambda: everything_found(there))
        tell("answers there", differ=same(other, found), questions=len(found), seconds=took)
        differ = same(everything_held(there, every), held)
        tell("library there", differ=differ, links=links, followed=links // every)
        seconds = run(there, "move", "--to", back)
        tell("back to a folder, with its index", seconds=round(seconds, 1))
        del os.environ[INDEX_VARIABLE]
        differ = [*same(everything_held(back, every), held), *same(everything_found(back), found)]
        tell("folder again", differ=differ, bytes=size_of(Path(back)))


def size_of(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


if __name__ == "__main__":
    main()
