"""How fast circulars come into a library: folder and server in one run, one worker and several.

python -m tests.cluster.postgres_ingest FOLDER [circulars]

FOLDER holds circulars; what is printed is one line a library and number of workers. The server is
durable (fsync on), as the folder is. The machine's load stands beside it: compare lines of one run.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from corpus.ingest import find_files
from corpus.library import Library
from corpus.parsing import parse_file
from tests.cluster.postgres_server import PostgresServer

WORKERS = (1, 2, 4)


def add(location: str, paths: list[str], workers: int) -> float:
    """Add the files by so many `gongwen add` at once; return the seconds until the last is done."""
    command = [
        sys.executable,
        "-m",
        "webui.cli",
        "--library",
        location,
        "add",
        "--no-index",
        *paths,
    ]
    started = time.perf_counter()
    running = [
        subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(workers)
    ]
    for one in running:
        one.wait()
    return time.perf_counter() - started


def store(location: str, parsed: list) -> float:
    """Store what is parsed already, one after the other; return the seconds."""
    with Library.open(location, create=True) as library:
        started = time.perf_counter()
        for source, circular in parsed:
            library.add(source, circular)
        return time.perf_counter() - started


def read(paths: list[str]) -> list:
    """Parse files here, so that storing can be timed by itself."""
    import hashlib

    from corpus.interchange import circular_from_json
    from corpus.library_records import Source

    parsed = []
    for path in map(Path, paths):
        data = path.read_bytes()
        outcome = parse_file(path.name, data)
        if "circular" in outcome:
            facts = {key: outcome[key] for key in ("text", "media_type", "encoding")}
            digest = hashlib.sha256(data).hexdigest()
            source = Source(name=path.name, place=str(path), sha256=digest, data=data, **facts)
            parsed.append((source, circular_from_json(outcome["circular"])))
    return parsed


def tell(library: str, workers: int, what: str, seconds: float, location: str) -> None:
    with Library.open(location) as opened:
        counts = opened.counts()
    facts = {
        "library": library,
        "workers": workers,
        "what": what,
        "circulars": counts.circulars,
        "paragraphs": counts.paragraphs,
        "seconds": round(seconds, 1),
        "paragraphs_a_second": round(counts.paragraphs / seconds),
        "circulars_a_second": round(counts.circulars / seconds, 1),
        "load": round(os.getloadavg()[0], 1),
    }
    print(json.dumps(facts, ensure_ascii=False), flush=True)


def main() -> None:
    """Print the figures."""
    most = int(sys.argv[2]) if len(sys.argv) > 2 else 200
    paths = [str(found.path) for found in find_files([sys.argv[1]])][:most]
    with tempfile.TemporaryDirectory() as place, PostgresServer() as server:
        os.environ["GONGWEN_INDEX"] = f"{place}/beside"
        parsed = read(paths)
        new = lambda: server.address(server.make_database())  # noqa: E731
        for kind, location in (("folder", f"{place}/stored"), ("server", new())):
            tell(kind, 1, "store only", store(location, parsed), location)
        location = f"{place}/added"
        tell("folder", 1, "parse and store", add(location, paths, 1), location)
        for workers in WORKERS:
            location = new()
            Library.open(location, create=True).close()
            tell("server", workers, "parse and store", add(location, paths, workers), location)


if __name__ == "__main__":
    main()
