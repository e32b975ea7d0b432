"""Where a searcher gets its engine from when the index is on a cluster: the alias, followed."""

from __future__ import annotations

import time
from datetime import datetime
from typing import TYPE_CHECKING

from indexer.errors import IndexerError
from indexer.opensearch_generation import find_generation
from search.engine_source import FollowingSource
from search.opensearch_engine import OpenSearchEngine

if TYPE_CHECKING:
    from collections.abc import Callable

    from indexer.opensearch_connection import Cluster
    from search.engine import Engine


class ClusterSource(FollowingSource):
    """The engine over the published generation of a cluster; owns the connection."""

    def __init__(self, cluster: Cluster, *, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(clock=clock)
        self._cluster = cluster

    def close(self) -> None:
        """Close the engine, and the connection with it."""
        super().close()
        self._cluster.close()

    def _open(self) -> tuple[Engine, datetime]:
        generation = find_generation(self._cluster)
        built = datetime.fromtimestamp(generation.built_at).astimezone()
        return OpenSearchEngine(self._cluster, generation.index, generation.sequence), built

    def _read_pointer(self) -> str:
        """Return which generation is published, and in which state.

        A cluster that does not answer is asked again at the next look: what is open may answer yet.
        """
        try:
            generation = find_generation(self._cluster, patience=0)
        except IndexerError:
            return "" if self._lent is None else self._lent.pointer
        return f"{generation.index} {generation.sequence} {generation.built_at}"
