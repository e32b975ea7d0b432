"""`gongwen index`: the index brought up to the library, once or for as long as it runs (建索引)."""

from __future__ import annotations

import time

import click

from corpus.errors import LibraryUnreachableError
from corpus.priority import give_way
from webui.cli_words import GongwenCommand, say


@click.command(cls=GongwenCommand)
@click.option("--rebuild", is_flag=True, help="从公文库重建整个索引，而不是只补上变化")
@click.option("--follow", is_flag=True, help="一直跟着公文库更新，按 Ctrl-C 结束")
@click.pass_obj
def index(location: str, /, *, rebuild: bool, follow: bool) -> int:
    r"""让索引跟上公文库。

    例：
    gongwen index
    gongwen index --rebuild
    gongwen index --follow
    """
    give_way()
    if follow:
        return _follow_library(location, rebuild=rebuild)
    from webui.cli_add import refresh_index

    return refresh_index(location, rebuild=rebuild)


def _follow_library(location: str, *, rebuild: bool) -> int:
    """Keep the index up with the library until Ctrl-C (跟随); wait for a server that restarts."""
    from corpus.library import Library
    from indexer.errors import ClusterUnreachableError, IndexBusyError
    from indexer.index_following import LOOK_EVERY
    from webui.cli_add import bring_up

    with Library.open(location) as library:
        seen, trouble = library.sequence(), ""  # before: what comes in meanwhile is seen next
        bring_up(library, rebuild=rebuild, quiet=False)
        say("一直跟随公文库更新索引，按 Ctrl-C 结束。")
        while True:
            time.sleep(LOOK_EVERY)
            try:
                sequence = library.sequence()
                if sequence != seen:
                    bring_up(library, quiet=True)
                    seen = sequence
                trouble = ""
            except (LibraryUnreachableError, ClusterUnreachableError, IndexBusyError) as error:
                if str(error) != trouble:  # once, not every second
                    trouble = str(error)
                    say(f"注意：{trouble}")
