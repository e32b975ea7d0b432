"""`gongwen move`: the library and its index to another place, folder or servers (迁移)."""

from __future__ import annotations

import os
from contextlib import closing

import click
from click.core import ParameterSource

from corpus.library_postgres import INDEX_VARIABLE, is_address
from webui.cli_words import GongwenCommand, say
from webui.statuses import ExitCode, MistakenRequestError


@click.command(cls=GongwenCommand)
@click.option("--to", "to", required=True, metavar="位置", help="新的位置：新文件夹，或空的数据库")
@click.option(
    "--index",
    "index",
    default="",
    metavar="位置",
    help="新的公文库的索引放在哪里：本机的文件夹，或检索集群的网址 "
    "opensearch+https://用户:口令@主机:9200/索引名；不写时在新的公文库旁边",
)
@click.option("--no-index", is_flag=True, help="只迁公文库，不建索引（之后用 gongwen index 建立）")
@click.pass_context
def move(context: click.Context, /, to: str, index: str, *, no_index: bool) -> int:
    r"""把公文库迁到服务器上并建好索引，或迁回文件夹；编号、版本、永久链接都不变。

    中断后重新运行同一命令会接着迁、接着建。原来的公文库只读不改，迁完核对条数，之后可自行删除。

    例：
    gongwen --library 公文库 move --to postgresql+psycopg://用户:口令@主机:5432/数据库
    gongwen --library 公文库 move --to postgresql+psycopg://… --index opensearch+https://…
    gongwen --library postgresql+psycopg://用户:口令@主机:5432/数据库 move --to 新公文库
    """
    from corpus.library_moving import move_library
    from webui.cli_add import refresh_index, show_progress

    location: str = context.obj
    shown = _try_index(location, to, index)
    try:
        with show_progress("迁移") as progress:

            def take(done: int, total: int) -> None:
                progress.expect(total)
                progress.advance("", done=done)

            facts = move_library(location, to, beside=index, on_progress=take)
        click.echo(f"已迁到　{facts.location}：{facts.circulars} 份公文，变更序号 {facts.sequence}")
        # From here on this process is one that works at the new place.
        os.environ[INDEX_VARIABLE] = index
        if not no_index:
            refresh_index(to, rebuild=bool(facts.moved))
    except KeyboardInterrupt:
        say("已中断。重新运行同一命令会从中断处继续。")
        raise
    place = f" --index {shown}" if shown else ""
    say(f"原来的公文库没有改动；以后请用新的位置：gongwen --library {facts.location}{place}")
    parent = context.find_root()
    if parent.get_parameter_source("beside") is ParameterSource.ENVIRONMENT:
        say(f"注意：环境变量 {INDEX_VARIABLE} 说的是原来的索引，请改成新的，或去掉。")
    return ExitCode.DONE


def _try_index(location: str, to: str, index: str) -> str:
    """See, before anything is moved, that the index can be where it is wanted.

    Returns:
        that place as it may be shown: without user and password.
    """
    if index and not is_address(to) and not is_address(index):
        message = "新的公文库是文件夹时，索引就在文件夹里；请去掉 --index。"
        raise MistakenRequestError(message)
    if not is_address(index):
        return index
    from corpus.library import Library
    from indexer.opensearch_connection import Cluster, ClusterAddress
    from indexer.opensearch_generation import demand_free_name

    address = ClusterAddress.parse(index)
    with Library.open(location) as library, closing(Cluster(address)) as cluster:
        demand_free_name(cluster, library.identity())
    return str(address)
