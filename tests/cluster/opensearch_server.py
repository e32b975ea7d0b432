"""A real OpenSearch cluster of our own (测试用的检索集群): three nodes on loopback, any ports.

Each node is a process of its own, so that one can be killed as a machine would be. OPENSEARCH=3
lets them run on OpenSearch 3 (`opensearch_release`).
"""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Self
from urllib.error import URLError
from urllib.request import Request, urlopen

from tests.cluster.caretaker import Caretaker
from tests.cluster.opensearch_release import RELEASE, java, server_classes

if TYPE_CHECKING:
    from collections.abc import Collection

HEAP = "320m"
LONGEST_START = 300.0
_HEALTH = "/_cluster/health?cluster_manager_timeout=5s"
_LOG = """appender.console.type=Console
appender.console.name=console
appender.console.layout.type=PatternLayout
appender.console.layout.pattern=%d %p %c{1} %m%n
rootLogger.level=warn
rootLogger.appenderRef.console.ref=console
"""


def _free_ports(count: int) -> list[int]:
    held = [socket.socket() for _ in range(count)]
    for each in held:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in held]
    for each in held:
        each.close()
    return ports


class SearchNodes:
    """Nodes of one cluster, by number from 0: started, killed and started again on their data.

    In a `folder` that is given, the data stay for the next time.
    """

    heap = HEAP
    java = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")  # small and soon ready, not fast
    own: dict[str, object] = {}  # noqa: RUF012 — settings of a kind of cluster, instead of those below

    def __init__(self, count: int = 3, folder: Path | None = None) -> None:
        self._keeps = folder is not None
        self.folder = folder or Path(tempfile.mkdtemp(prefix="gongwen-opensearch-", dir="/tmp"))
        ports = _free_ports(2 * count)
        self.ports, self._inner = ports[:count], ports[count:]
        self.hosts = ["127.0.0.1"] * count
        self._processes: list[subprocess.Popen | None] = [None] * count
        self._caretaker = Caretaker(self.folder, keeps=self._keeps)

    def __enter__(self) -> Self:
        try:
            for number in range(len(self.ports)):
                self.start(number)
            self.wait()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for number in range(len(self.ports)):
            self.kill(number)
        self._caretaker.dismiss()
        if not self._keeps:
            shutil.rmtree(self.folder)

    def address(self, name: str, options: str = "") -> str:
        """Return the address of an index, as `--index` takes it."""
        hosts = ",".join(
            f"{host}:{port}" for host, port in zip(self.hosts, self.ports, strict=True)
        )
        return f"opensearch+http://{hosts}/{name}{options}"

    def inside(self, number: int) -> tuple[str, ...]:
        """Return what the command of a node begins with, to run where the node is to be."""
        return ()

    def start(self, number: int) -> None:
        """Start one node; `wait` until it is there."""
        home = self.folder / f"node{number}"
        (home / "config").mkdir(parents=True, exist_ok=True)
        log_file = home / "config" / "log4j2.properties"
        log_file.write_text(_LOG, encoding="ascii")
        names = [f"node{each}" for each in range(len(self.ports))]
        settings = {
            "cluster.name": self.folder.name,
            "node.name": names[number],
            "http.port": self.ports[number],
            "transport.port": self._inner[number],
            "network.host": self.hosts[number],
            "discovery.seed_hosts": ",".join(
                f"{host}:{port}" for host, port in zip(self.hosts, self._inner, strict=True)
            ),
            "cluster.initial_cluster_manager_nodes": ",".join(names),
            # A test machine's disk may be nearly full of other things.
            "cluster.routing.allocation.disk.threshold_enabled": "false",
            "cluster.max_shards_per_node": 5_000,
            # Small enough that bulk writers are told 429, as by a busy cluster.
            "indexing_pressure.memory.limit": "2mb",
            # A node that was killed is given up at once, lest each test wait a minute for it.
            "cluster.fault_detection.follower_check.timeout": "5s",
            "cluster.fault_detection.leader_check.timeout": "5s",
            **self.own,
        }
        with (home / "log").open("ab") as log:
            self._processes[number] = subprocess.Popen(
                [
                    *self.inside(number), java(), f"-Xms{self.heap}", f"-Xmx{self.heap}", *self.java,
                    f"-Dlog4j2.configurationFile={log_file}", "-cp", server_classes(), RELEASE.node, str(home),
                    *(f"{name}={value}" for name, value in settings.items()),
                ],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        (home / "pid").write_text(str(self._processes[number].pid), encoding="ascii")

    def kill(self, number: int) -> None:
        """End one node as a power cut would (SIGKILL)."""
        process = self._processes[number]
        if process is not None:
            process.kill()
            process.wait()
            self._processes[number] = None
            (self.folder / f"node{number}" / "pid").unlink(missing_ok=True)

    def wait(self, status: str = "yellow", without: Collection[int] = ()) -> None:
        """Wait until every started node but some is in the cluster, its indices so healthy."""
        started = {n for n, process in enumerate(self._processes) if process is not None}
        running = sorted(started - set(without))
        until = time.monotonic() + LONGEST_START
        while True:
            seen = [self.ask(number, "GET", _HEALTH, seconds=10) for number in running]
            if all(self._is_healthy(health, len(running), status) for health in seen):
                return
            for number in running:
                process = self._processes[number]
                assert process is None or process.poll() is None, self.log(number)
            assert time.monotonic() < until, f"{seen} {self.log(running[0])}"
            time.sleep(0.3)

    @staticmethod
    def _is_healthy(health: dict | None, count: int, status: str) -> bool:
        ranks = ("red", "yellow", "green")
        return (
            health is not None
            and health["number_of_nodes"] == count
            and ranks.index(health["status"]) >= ranks.index(status)
        )

    def ask(
        self, number: int, method: str, path: str, body: object = None, seconds: float = 30
    ) -> dict | None:
        """Return what one node answers, None where it does not."""
        request = Request(
            f"http://{self.hosts[number]}:{self.ports[number]}{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"content-type": "application/json"},
        )
        try:
            with urlopen(request, timeout=seconds) as answer:
                return json.load(answer)
        except (URLError, OSError):
            return None

    def log(self, number: int) -> str:
        """Return the end of what a node has written."""
        path = self.folder / f"node{number}" / "log"
        return path.read_text(encoding="utf-8", errors="replace")[-3_000:]


def main() -> None:
    """Fetch what a node runs on, or say that there is no way to it."""
    try:
        server_classes()
    except (OSError, subprocess.CalledProcessError) as error:
        sys.exit(f"取不到 OpenSearch（要能连 Maven Central，并有 mvn 和 javac）：{error}")


if __name__ == "__main__":
    main()
