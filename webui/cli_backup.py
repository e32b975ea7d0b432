"""`gongwen backup` and `gongwen restore`: the library in one file, and back (备份与恢复)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from webui.cli_words import GongwenCommand, say
from webui.statuses import ExitCode

if TYPE_CHECKING:
    from corpus.library_backup import BackupFacts


@click.command(cls=GongwenCommand)
@click.argument("file", metavar="备份文件")
@click.pass_obj
def backup(location: str, /, file: str) -> int:
    r"""把整个公文库备份成一个文件；服务不必停，检索和入库都可以照常进行。

    索引不在备份里，恢复时重建。备份做好后会核对一遍；公文库有问题时退出码为 3。
    服务器上的公文库也备份成同样的文件；很大时请用 pg_dump。

    例：
    gongwen backup 备份/公文库-20261122.zip
    """
    from corpus.library_backup import back_up_library

    facts = back_up_library(location, Path(file))
    click.echo(f"已备份　{file}：{facts.circulars} 份公文，变更序号 {facts.sequence}")
    return _tell(facts)


@click.command(cls=GongwenCommand)
@click.argument("file", metavar="备份文件")
@click.option(
    "--no-index", is_flag=True, help="只恢复公文库，不建索引（之后用 gongwen index 建立）"
)
@click.pass_obj
def restore(location: str, /, file: str, *, no_index: bool) -> int:
    r"""把备份恢复到一个新的文件夹，逐项核对，并重建索引；已有的公文库不会改动。

    例：
    gongwen --library 新公文库 restore 备份/公文库-20261122.zip
    """
    from corpus.library_backup import restore_library

    facts = restore_library(Path(file), location)
    click.echo(f"已恢复　{location}：{facts.circulars} 份公文，变更序号 {facts.sequence}")
    if not no_index:
        from webui.cli_add import refresh_index

        refresh_index(location, rebuild=True)
    return _tell(facts)


def _tell(facts: BackupFacts) -> int:
    for finding in facts.findings:
        say(f"问题　{finding.message}：{finding.where}")
    return ExitCode.UNAVAILABLE if facts.findings else ExitCode.DONE
