"""`gongwen move`: the library to another place, folder or server (迁移)."""

from __future__ import annotations

import os

import click

from corpus.library_postgres import INDEX_VARIABLE
from webui.cli_words import GongwenCommand, say
from webui.statuses import ExitCode


@click.command(cls=GongwenCommand)
@click.option("--to", "to", required=True, metavar="位置", help="新的位置：新文件夹，或空的数据库")
@click.option("--index", "index", default="", metavar="位置", help="新的公文库的索引放在哪里")
@click.option("--no-index", is_flag=True, help="只迁公文库，不建索引（之后用 gongwen index 建立）")
@click.pass_obj
def move(location: str, /, to: str, index: str, *, no_index: bool) -> int:
    r"""把公文库迁到数据库服务器上，或迁回文件夹；编号、版本、永久链接都不变。

    中断后重新运行同一命令会接着迁。原来的公文库只读不改，迁完核对条数，之后可自行删除。

    例：
    gongwen --library 公文库 move --to postgresql+psycopg://用户:口令@主机:5432/数据库
    gongwen --library postgresql+psycopg://用户:口令@主机:5432/数据库 move --to 新公文库
    """
    from corpus.library_moving import move_library
    from webui.cli_add import refresh_index, show_progress

    try:
        with show_progress("迁移") as progress:

            def take(done: int, total: int) -> None:
                progress.expect(total)
                progress.advance("", done=done)

            facts = move_library(location, to, on_progress=take)
    except KeyboardInterrupt:
        say("已中断。重新运行同一命令会从中断处继续。")
        raise
    click.echo(f"已迁到　{facts.location}：{facts.circulars} 份公文，变更序号 {facts.sequence}")
    say("原来的公文库没有改动；以后请用新的位置。")
    if not no_index:
        if index:
            os.environ[INDEX_VARIABLE] = index
        refresh_index(to, rebuild=True)
    return ExitCode.DONE
