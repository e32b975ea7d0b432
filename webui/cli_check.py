"""`gongwen check`: whether the library and its index are sound (质检)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from corpus.library import Library
from indexer.build import index_root
from indexer.errors import IndexerError
from indexer.generation import current
from webui.cli_words import say
from webui.statuses import ExitCode

if TYPE_CHECKING:
    from collections.abc import Iterator


def check_library(location: str) -> int:
    """Print what the library holds and what is wrong with it or its index."""
    with Library.open(location) as library:
        counts = library.counts()
        click.echo(
            f"公文库　{library.folder}：{counts.circulars} 份公文，{counts.paragraphs} 段，"
            f"{counts.measures} 条措施，{counts.sources} 个原文件，{counts.revisions} 个版本"
        )
        rejected = library.quarantined()
        for each in rejected:
            click.echo(f"隔离　{each.name}：{reason_text(each.code, each.detail)}")
        findings = [f"{each.message}：{each.where}" for each in library.check()]
        findings.extend(_index_findings(library))
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


def _index_findings(library: Library) -> Iterator[str]:
    """What keeps the index from answering for this library."""
    warnings: list[str] = []
    try:
        generation = current(index_root(library), on_warning=warnings.append)
    except IndexerError as error:
        yield str(error)
        return
    yield from warnings
    behind = library.sequence() - generation.manifest.sequence
    click.echo(f"索引　{generation.path.name}：{generation.manifest.records} 条记录")
    if behind:
        yield f"索引落后公文库 {behind} 次变更。请运行 gongwen index。"
