"""Power cuts while generations are published, on a disk that keeps only what was synced."""

from __future__ import annotations

import random
import shutil
from typing import TYPE_CHECKING

from indexer import generation
from indexer.analyzer import Analyzer
from indexer.build import index_root, update_index
from indexer.errors import IndexerError, IndexMissingError
from indexer.fields import schema_fingerprint
from indexer.generation import Fingerprints, current
from indexer.whoosh_reader import IndexReader
from tests.generations.conftest import FakeLibrary
from tests.torture.adding import debris
from tests.torture.crash_disk import CrashDisk
from tests.torture.outcome import Tally, scratch

if TYPE_CHECKING:
    from pathlib import Path

SHORT = 2_000
LONG = 20_000
CRASHES_A_RUN = 50
UPDATES_A_RUN = 6
CONTINUED = 5  # every so many crashes the next update is run as well
PAIR = "打假"


def run(trials: int, seed: int, long: bool) -> tuple[int, int]:
    """Publish, cut the power at a random moment, open what is left."""
    rng = random.Random(seed)
    tally = Tally()
    analyzer = Analyzer({}, [])
    while tally.trials < trials:
        with scratch("F2") as folder:
            top = folder / "library"
            top.mkdir()
            story = Story(CrashDisk(top, links=rng.random() < 0.7), rng, analyzer)
            for number in range(min(CRASHES_A_RUN, trials - tally.trials)):
                tally.trial(*story.crash(folder / "left", rng, goes_on=not number % CONTINUED))
            story.disk.close()
    return tally.result()


class Story:
    """Some updates of a library's index, and what it must answer after each."""

    def __init__(self, disk: CrashDisk, rng: random.Random, analyzer: Analyzer) -> None:
        self.library = FakeLibrary(disk.top)
        self.disk = disk
        self.expected: dict[int, set[str]] = {}
        self._analyzer = analyzer
        self._fingerprints = Fingerprints(schema_fingerprint(), analyzer.fingerprint)
        held: list[str] = []
        for number in range(UPDATES_A_RUN):
            for added in range(rng.randint(1, 3)):
                held.append(f"c{number}-{added}")
                self.library.put(held[-1], f"{PAIR}专项整治第{number}批", "加强监管" * 20)
            if len(held) > 3 and rng.random() < 0.4:
                self.library.remove(held.pop(rng.randrange(len(held))))
            self.expected[self.library.sequence()] = {f"{each}/p_1" for each in held}
            rebuild = rng.random() < 0.2
            update_index(self.library, analyzer=analyzer, disk=self.disk, rebuild=rebuild)
            self.disk.acknowledge(self.library.sequence())

    def crash(self, left: Path, rng: random.Random, *, goes_on: bool) -> list[str]:
        """Cut the power; return what is wrong with what is left."""
        # Names and times of these folders repeat, so nothing may be remembered of them.
        generation._CHECKSUMS.clear()
        moment = rng.randint(1, len(self.disk.journal))
        promised = self.disk.crash(moment, left, rng) or 0
        try:
            problems = list(self._problems(left / "index", promised))
            if goes_on:
                self.library.folder = left
                update_index(self.library, analyzer=self._analyzer)
                last = max(self.expected)
                problems += self._problems(index_root(self.library), last)
                problems += debris(index_root(self.library))
        except (IndexerError, OSError) as error:
            problems = [f"{type(error).__name__}: {error}"]
        finally:
            shutil.rmtree(left)
        return [f"moment {moment} of {len(self.disk.journal)}: {each}" for each in problems]

    def _problems(self, root: Path, promised: int) -> list[str]:
        try:
            found = current(root, expected=self._fingerprints)
        except IndexMissingError:
            return [f"all lost, {promised} was acknowledged"] if promised else []
        if found.manifest.sequence < promised:
            return [f"at {found.manifest.sequence}, {promised} was acknowledged"]
        reader = IndexReader(found.path)
        postings = reader.postings("grams", PAIR)
        ids = set() if postings is None else set(reader.ids(postings.docs))
        reader.close()
        right = self.expected[found.manifest.sequence]
        return [] if ids == right else [f"wrong hits: {sorted(ids ^ right)}"]
