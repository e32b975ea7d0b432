"""Whether the index on a search cluster is sound and answers for its library (索引质检)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from indexer.errors import REBUILD, IndexerError
from indexer.opensearch_generation import find_generation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from corpus.library import Library
    from indexer.opensearch_connection import Cluster

MOST_SAMPLES: Final = 500  # circulars looked up


def check_cluster_index(library: Library, cluster: Cluster) -> Iterator[str]:
    """Yield in Chinese what is wrong with the index of a library on a cluster."""
    try:
        generation = find_generation(cluster)
        counted = cluster.ask("GET", f"/{generation.index}/_count")
        health = cluster.ask("GET", f"/_cluster/health/{generation.index}")
    except IndexerError as error:
        yield str(error)
        return
    if generation.library != library.identity():
        yield "索引属于另一个公文库。请运行 gongwen index 重建。"
        return
    if missing := health["unassigned_shards"]:
        yield f"索引 {generation.index} 有 {missing} 个分片没有节点存放。请检查集群的节点和磁盘。"
    behind = library.sequence() - generation.sequence
    if behind:
        yield f"索引与公文库相差 {behind} 次变更。请运行 gongwen index。"
        return
    live = counted["count"]
    if live != generation.records:
        yield f"索引登记 {generation.records} 条记录，实有 {live} 条。请运行 {REBUILD}。"
    yield from _missing(library, cluster, generation.index)


def _missing(library: Library, cluster: Cluster, index: str) -> Iterator[str]:
    ids = library.circular_ids()
    asked = ids[:: max(1, len(ids) // MOST_SAMPLES)]
    body = {
        "size": 0,
        "query": {"terms": {"circular": asked}},
        "aggs": {"held": {"terms": {"field": "circular", "size": max(len(asked), 1)}}},
    }
    answer = cluster.ask("POST", f"/{index}/_search", body)
    held = {bucket["key"] for bucket in answer["aggregations"]["held"]["buckets"]}
    for circular_id in asked:
        stored = None if circular_id in held else library.get(circular_id)
        if stored is not None and stored.circular.paragraphs:
            yield f"公文 {circular_id} 不在索引里。请运行 {REBUILD}。"
