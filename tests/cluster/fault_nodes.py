"""Three nodes to which anything may happen (故障试验的集群): killed, cut off, their disks filled up."""

from __future__ import annotations

import subprocess
from contextlib import ExitStack
from typing import Self

from tests.cluster.network import Network, missing
from tests.cluster.opensearch_server import SearchNodes

DISK = 512  # MB; of memory, and only as much as is used
LEFT = 48  # MB that a filled disk still has: below the last watermark, and yet not nothing
_ALL = {
    # Bulk writers are told 429 at once, as by a busy cluster.
    "indexing_pressure.memory.limit": "1mb",
    "cluster.publish.timeout": "10s",  # until the others go on without a node that says nothing
}
_WATERMARKS = {
    "cluster.routing.allocation.disk.threshold_enabled": "true",
    "cluster.routing.allocation.disk.watermark.low": "96mb",
    "cluster.routing.allocation.disk.watermark.high": "80mb",
    "cluster.routing.allocation.disk.watermark.flood_stage": "64mb",
    "cluster.info.update.interval": "10s",  # how often disks are looked at; no less is allowed
}


class FaultNodes(SearchNodes):
    """Each on a cable and a disk of its own where we are root; else `missing` says why not."""

    def __init__(self) -> None:
        super().__init__()
        self.missing = missing()
        self.network = Network(len(self.ports))
        self._held = ExitStack()
        self.own = _ALL if self.missing else _ALL | _WATERMARKS

    def __enter__(self) -> Self:
        if not self.missing:
            self._held.enter_context(self.network)
            self.hosts = self.network.hosts
            self.ports, self._inner = [9200] * len(self.hosts), [9300] * len(self.hosts)
            for number in range(len(self.hosts)):
                disk = self._disk(number)
                disk.mkdir(parents=True)
                size = f"size={DISK}m"
                subprocess.run(["mount", "-t", "tmpfs", "-o", size, "none", disk], check=True)
                self._held.callback(subprocess.run, ["umount", "-l", disk], check=True)
        return super().__enter__()

    def __exit__(self, *problem: object) -> None:
        for number in range(len(self.ports)):
            self.kill(number)
        self._held.close()
        super().__exit__(*problem)

    def inside(self, number: int) -> tuple[str, ...]:
        """Return what the command of a node begins with, to run on its own cable."""
        return () if self.missing else self.network.inside(number)

    def leader(self, without: int | None = None) -> int:
        """Return the number of the node that leads, as one that is not left out sees it."""
        seen_by = next(number for number in range(len(self.ports)) if number != without)
        said = self.ask(seen_by, "GET", "/_cat/cluster_manager?format=json")
        assert said, self.log(seen_by)
        return int(said[0]["node"].removeprefix("node"))

    def rejections(self) -> int:
        """Return how often the nodes that run have told a writer to wait, since they started."""
        stats = self.ask(0, "GET", "/_nodes/stats/indexing_pressure")
        assert stats, self.log(0)
        return sum(
            each["indexing_pressure"]["memory"]["total"]["coordinating_rejections"]
            for each in stats["nodes"].values()
        )

    def fill_disk(self, number: int) -> None:
        """Fill the disk of a node with something that is not ours, but for a little."""
        disk = self._disk(number)
        used = sum(each.stat().st_blocks * 512 for each in disk.rglob("*") if each.is_file())
        with (disk / "ballast").open("wb") as ballast:
            for _ in range(DISK - LEFT - used // 2**20):
                ballast.write(bytes(2**20))

    def free_disk(self, number: int) -> None:
        """Take it away again."""
        (self._disk(number) / "ballast").unlink()

    def is_blocked(self, index: str) -> bool:
        """Tell whether the cluster lets nobody write into an index for want of disk."""
        said = self.ask(0, "GET", f"/{index}/_settings/index.blocks*?flat_settings=true")
        return bool(said) and "index.blocks.read_only_allow_delete" in str(said)

    def _disk(self, number: int):
        return self.folder / f"node{number}" / "data"
