"""`gongwen export-static`: the library, or what a search finds, as pages for a disk (离线站点)."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from webui.cli_words import GongwenCommand, say
from webui.statuses import ExitCode, MistakenRequestError, NotAvailableError, NothingFoundError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from corpus.library import Library
    from corpus.library_records import StoredCircular
    from search.searcher import Searcher

_MEGABYTE: Final = 1_000_000


@click.command("export-static", cls=GongwenCommand)
@click.argument("out", metavar="文件夹或.zip")
@click.option("--query", default="", metavar="检索式", help="只导出检索到的文件，写法同 search")
@click.option("--collection", multiple=True, metavar="合集", help="连同这个合集的公文；可写多次")
@click.pass_obj
def export_static(location: str, /, out: str, *, query: str, collection: tuple[str, ...]) -> int:
    r"""把公文库导出为只读网页，不需要程序和网络，用浏览器打开 index.html 即可检索。

    写成 .zip 时打成一个压缩包，解开后使用。合集里的公文只在写出合集名称时导出。

    例：
    gongwen export-static 离线公文库
    gongwen export-static 知识产权.zip --query '知识产权 年:2017..2018'
    """
    from corpus.library import Library
    from corpus.library_visibility import collection_name
    from search.engine_source import open_source
    from search.searcher import Searcher
    from search.visibility import VisibleSource
    from webui.offline_site import write_site

    target = Path(out)
    if target.exists() and (target.is_dir() or target.suffix.lower() != ".zip"):
        raise MistakenRequestError(f"{out} 已经存在。请写一个新的文件夹名，或一个 .zip 文件名。")
    with (
        Library.open(location, collections=tuple(map(collection_name, collection))) as library,
        closing(open_source(library)) as source,
        Searcher(library, VisibleSource(source, library)) as searcher,
    ):
        ids = _found(searcher, query) if query else library.circular_ids()
        hidden = len(library.hidden())
        if not ids:
            raise NothingFoundError(f"没有找到：{query}" if query else "库中还没有公文。")
        try:
            written = write_site(
                _each(library, ids),
                target,
                label=searcher.directory().label,
                subject=f"检索“{query}”所在的文件" if query else "全部文件",
                made=datetime.now().astimezone(),
            )
        except OSError as error:
            raise NotAvailableError(f"不能写入 {out}：{error.strerror}。") from error
    if hidden:
        say(f"另有 {hidden} 份属于合集，没有导出；要导出请加 --collection 合集名称。")
    say(
        f"已写入 {out}：{written.circulars} 份公文，{written.paragraphs} 段，"
        f"{written.bytes / _MEGABYTE:.1f} MB。用浏览器打开其中的 index.html。"
    )
    return ExitCode.DONE


def _found(searcher: Searcher, query: str) -> tuple[str, ...]:
    """Return the circulars a search finds something in, the best first."""
    from search.hits import place_of
    from search.requests import SearchRequest

    found = searcher.find_all(SearchRequest(q=query).checked())
    for notice in found.notices:
        say(notice)
    return tuple(dict.fromkeys(place_of(match.id)[0] for match in found.matches))


def _each(library: Library, ids: tuple[str, ...]) -> Iterator[StoredCircular]:
    for each in ids:
        stored = library.get(each)
        if stored is not None:
            yield stored
