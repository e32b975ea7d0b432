"""`gongwen check`: whether the library and its index are sound (质检)."""

from __future__ import annotations

import shutil
import stat
from typing import TYPE_CHECKING

import click

from corpus.file_systems import file_system
from corpus.library import Library
from corpus.versions import program_versions
from indexer.build import index_root
from indexer.errors import IndexerError
from indexer.generation import current
from indexer.index_checking import check_index
from indexer.index_key import KEY_VARIABLE, read_key
from indexer.index_lock import lock_holder
from webui.cli_words import say
from webui.statuses import ExitCode

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def check_library(location: str) -> int:
    """Print what the library holds, on what it runs, and what is wrong with it or its index."""
    with Library.open(location) as library:
        counts = library.counts()
        click.echo(
            f"公文库　{library.location}：{counts.circulars} 份公文，{counts.paragraphs} 段，"
            f"{counts.measures} 条措施，{counts.sources} 个原文件，{counts.revisions} 个版本"
        )
        for name, count in library.collections().items():
            click.echo(f"合集　{name}：{count} 份公文")
        for line in _surroundings(library.folder, index_root(library)):
            click.echo(line)
        rejected = library.quarantined()
        for each in rejected:
            click.echo(f"隔离　{each.name}：{reason_text(each.code, each.detail)}")
        findings = [f"{each.message}：{each.where}" for each in library.check()]
        findings.extend(check_index(library))
    for finding in findings:
        say(f"问题　{finding}")
    if findings:
        return ExitCode.UNAVAILABLE
    click.echo("公文库和索引完好。")
    return ExitCode.DONE


def reason_text(code: str, detail: str) -> str:
    """Return why a file was rejected, in Chinese."""
    from corpus.errors import UnreadableFileError

    return str(UnreadableFileError(code, detail))


def _surroundings(folder: Path, root: Path) -> Iterator[str]:
    """Say what the library stands on: index, lock, disk, permissions, versions."""
    try:
        generation = current(root)
    except IndexerError:
        pass  # told among the findings
    else:
        manifest = generation.manifest
        sealed = f"已用 {KEY_VARIABLE} 的密钥核对签名" if read_key() else "未设密钥，只核对校验值"
        yield f"索引　{generation.path.name}：{manifest.records} 条记录，{sealed}"
    yield f"写锁　{lock_holder(root) or '空闲'}"
    free = shutil.disk_usage(folder).free / 1_000_000_000
    yield f"磁盘　{file_system(folder) or '未知'} 文件系统，剩余 {free:.1f} GB"
    yield f"权限　{stat.S_IMODE(folder.stat().st_mode):o}（{folder}）"
    yield f"版本　{'，'.join(f'{name} {version}' for name, version in program_versions())}"
