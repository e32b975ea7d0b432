"""Whether an index is sound and answers for its library (索引质检), asked as deeply as we can."""

from __future__ import annotations

import shutil
import stat
from contextlib import closing
from typing import TYPE_CHECKING, Final

from indexer.build import index_root
from indexer.errors import REBUILD, IndexDamagedError, IndexerError
from indexer.generation import POINTER, current, generation_names, number_of, read_pointer, verify
from indexer.opensearch_checking import check_cluster_index
from indexer.opensearch_connection import Cluster, cluster_address
from indexer.whoosh_reader import IndexReader

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from corpus.library import Library
    from indexer.generation import Generation

MOST_SAMPLES: Final = 500  # circulars looked up one by one
_FREE_SHARE: Final = 2  # times the index: a rebuild stands beside what it replaces


def check_index(library: Library) -> tuple[str, ...]:
    """Return in Chinese what is wrong with a library's index; nothing when it is sound.

    Every file of every generation kept is compared with its checksum, the pointer with what is
    there, counts and a sample of circulars with the library.
    """
    if (address := cluster_address()) is not None:
        with closing(Cluster(address)) as cluster:
            return tuple(check_cluster_index(library, cluster))
    return tuple(_findings(library, index_root(library)))


def _findings(library: Library, root: Path) -> Iterator[str]:
    yield from _damaged_files(root)
    try:
        generation = current(root)
    except IndexDamagedError:
        return  # told with the generations
    except IndexerError as error:
        yield str(error)
        return
    yield from _differences(library, generation)
    mode = stat.S_IMODE(root.stat().st_mode)
    if mode & 0o022:
        yield f"别的用户可以改写索引文件夹 {root}（权限 {mode:o}）。请运行 chmod 700。"
    size = sum(facts.size for facts in generation.manifest.files.values())
    if shutil.disk_usage(root).free < _FREE_SHARE * size:
        yield f"磁盘剩余空间不足索引的 {_FREE_SHARE} 倍，可能无法重建索引。请腾出空间。"


def _damaged_files(root: Path) -> Iterator[str]:
    names = generation_names(root)
    published = read_pointer(root)
    if names and (published is None or published not in names):
        yield f"索引的指针文件 {POINTER} 缺失或损坏。请运行 {REBUILD} 重建索引。"
    for name in sorted(names, key=number_of):
        try:
            verify(root / name)
        except IndexDamagedError as error:
            yield str(error)


def _differences(library: Library, generation: Generation) -> Iterator[str]:
    manifest = generation.manifest
    if manifest.library != library.identity():
        yield "索引属于另一个公文库。请运行 gongwen index 重建。"
        return
    behind = library.sequence() - manifest.sequence
    if behind < 0:
        yield "索引比公文库还新（公文库可能由备份恢复）。请运行 gongwen index 重建。"
    elif behind:
        yield f"索引落后公文库 {behind} 次变更。请运行 gongwen index。"
    else:
        yield from _missing(library, generation)


def _missing(library: Library, generation: Generation) -> Iterator[str]:
    ids = library.circular_ids()
    manifest = generation.manifest
    if manifest.circulars != len(ids):
        yield f"索引有 {manifest.circulars} 份公文，公文库有 {len(ids)} 份。请运行 {REBUILD}。"
    try:
        reader = IndexReader(generation.path)
    except IndexDamagedError as error:
        yield str(error)
        return
    live = int(reader.live.sum())
    if live != manifest.records:
        yield f"索引登记 {manifest.records} 条记录，实有 {live} 条。请运行 {REBUILD}。"
    for circular_id in ids[:: max(1, len(ids) // MOST_SAMPLES)]:
        stored = library.get(circular_id)
        held = len(reader.postings("circular", circular_id).docs)
        if stored is None or (stored.circular.paragraphs and not held):
            yield f"公文 {circular_id} 不在索引里。请运行 {REBUILD}。"
    reader.close()
