"""How soon what one machine adds is found by another: `gongwen serve` twice, real servers.

python -m tests.cluster.two_workers [rounds]

Each round adds a circular, in each of three ways, and asks both services until they find it. One
line a way: seconds from the moment when its command had said that the circular is kept.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote
from urllib.request import urlopen

from indexer.opensearch_connection import INDEX_VARIABLE
from tests.cluster.opensearch_server import SearchNodes
from tests.cluster.postgres_server import PostgresServer

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST = 120.0  # seconds until a test gives up; what is promised stands in docs/scale.md
BODY = """云港市人民政府办公室关于第{n}号事项的通知

云政办发〔2017〕{n}号

各区人民政府：

一、加强管理
各部门要落实事项{name}，重点打击假冒伪劣商品。（市公安局负责）

云港市人民政府办公室
2017年3月1日
"""
WAYS = {  # of adding: what else runs, and how `gongwen add` is called
    "add": ((), ()),
    "add --no-index, index --follow": (("index", "--follow"), ("--no-index",)),
    "add --no-index, the services alone": ((), ("--no-index",)),
}


class Office:
    """One library and one index on servers, and commands that use them as processes."""

    def __init__(self, library: str, index: str, folder: Path) -> None:
        self._environment = {
            **os.environ,
            "GONGWEN_LIBRARY": library,
            INDEX_VARIABLE: index,
            "XDG_DATA_HOME": str(folder / "home"),
        }
        self._folder = folder
        self._count = 0

    def run(self, *words: str) -> None:
        """Run one command to its end."""
        done = subprocess.run(
            self._command(words), capture_output=True, text=True, check=False, env=self._environment
        )
        assert done.returncode == 0, done.stderr

    @contextmanager
    def running(self, *words: str) -> Iterator[subprocess.Popen]:
        """Keep a command running."""
        process = subprocess.Popen(
            self._command(words),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=self._environment,
        )
        try:
            yield process
        finally:
            process.terminate()
            process.communicate()

    @contextmanager
    def services(self, count: int = 2) -> Iterator[list[str]]:
        """Run several services; yields their addresses once they answer."""
        with ExitStack() as stack:
            started = [
                stack.enter_context(self.running("serve", "--port", "0")) for _ in range(count)
            ]
            yield [process.stdout.readline().strip() for process in started]

    def write(self) -> tuple[Path, str]:
        """Write a circular of its own; return its file and what it alone says."""
        self._count += 1
        name = "".join(chr(0x4E00 + 97 * self._count + each * 1_009) for each in range(4))
        path = self._folder / f"{self._count}.txt"
        path.write_text(BODY.format(n=self._count, name=name), encoding="utf-8")
        return path, f'"事项{name}"'

    @staticmethod
    def _command(words: tuple[str, ...]) -> list[str]:
        return [sys.executable, "-m", "webui.cli", *words]


def finds(page: str, line: str) -> int:
    """Return how many paragraphs a service finds; 0 where it cannot search yet."""
    try:
        with urlopen(f"{page}api/v1/search?q={quote(line)}", timeout=60) as answer:
            return int(json.load(answer)["total"])
    except OSError:
        return 0


def seconds_until_found(pages: list[str], line: str) -> float:
    """Ask all services until each has found it; return how long the last took."""
    started = time.monotonic()
    waiting = list(pages)
    while waiting:
        waiting = [page for page in waiting if not finds(page, line)]
        passed = time.monotonic() - started
        assert passed < LONGEST, f"{waiting} did not find {line}"
        time.sleep(0.05)
    return passed


def main() -> None:
    """Print the figures."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    with (
        tempfile.TemporaryDirectory() as place,
        PostgresServer() as server,
        SearchNodes() as nodes,
    ):
        library = server.address(server.make_database())
        office = Office(library, nodes.address("workers"), Path(place))
        first, line = office.write()
        office.run("add", str(first))
        with office.services() as pages:
            seconds_until_found(pages, line)
            for way, (beside, options) in WAYS.items():
                with office.running(*beside) if beside else ExitStack():
                    time.sleep(10 if beside else 0)  # it has begun to follow
                    told = []
                    for _ in range(rounds):
                        path, line = office.write()
                        office.run("add", *options, str(path))
                        told.append(seconds_until_found(pages, line))
                facts = {
                    "way": way,
                    "rounds": rounds,
                    "median": round(statistics.median(told), 2),
                    "most": round(max(told), 2),
                    "within_5_s": sum(each <= 5 for each in told),
                    "load": round(os.getloadavg()[0], 1),
                }
                print(json.dumps(facts, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
