"""`gongwen matrix`: who does what, of one circular or of a search, as lines or as a workbook."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlencode

import click

from corpus.library import Library
from indexer.records import Unit
from search.engine_source import open_source
from search.matrix import build_matrix, tasks_in
from search.requests import SearchRequest
from search.searcher import Searcher
from webui.cli_circulars import find_place
from webui.cli_words import say
from webui.export_files import write_whole
from webui.matrix_views import sentence_on
from webui.matrix_xlsx import matrix_workbook
from webui.statuses import ExitCode, MistakenRequestError, NothingFoundError

if TYPE_CHECKING:
    from search.matrix import Matrix, Task

MOST: Final = 2_000  # measures in one matrix


def show_matrix(location: str, name: str, *, query: str, out: str, base_url: str) -> int:
    """Print each agency with its number of tasks, or write the matrix as a workbook (分工)."""
    if bool(name) == bool(query):
        raise MistakenRequestError("请写一份公文，或用 --query 写检索式，二者选一。")
    base = base_url.rstrip("/")
    with Library.open(location) as library:
        found, title, address = _of_search(library, query) if query else _of_circular(library, name)
    if not found.tasks:
        raise NothingFoundError(f"{title}：没有写明责任单位的措施。")
    if found.beyond:
        say(f"只列前 {len(found.tasks)} 条措施，还有 {found.beyond} 条未列出，请缩小范围。")
    if out:
        _write(Path(out), found, title, base + address, base)
    else:
        for agency in found.agencies:
            click.echo(f"{agency.label}：{sentence_on(agency)}")
    say(f"{title}：{len(found.tasks)} 条措施，{len(found.agencies)} 个责任单位。")
    return ExitCode.DONE


def _of_circular(library: Library, name: str) -> tuple[Matrix, str, str]:
    place = find_place(library, name)
    tasks = tasks_in(place.held)
    title = place.held.circular.title or place.held.id
    return build_matrix(tasks), title, f"/d/{quote(place.held.id)}/matrix"


def _of_search(library: Library, query: str) -> tuple[Matrix, str, str]:
    request = SearchRequest(q=query, unit=Unit.MEASURE).checked()
    with closing(open_source(library)) as source:
        searcher = Searcher(library, source)
        found = searcher.find_all(request)
        beyond = max(0, found.total - MOST)
        tasks = tuple(found.tasks(MOST))
        label = searcher.directory().label
    for notice in found.notices:
        say(notice)
    made = build_matrix(tasks, tell_apart=label, beyond=beyond)
    return made, f"检索“{query}”", f"/matrix?{urlencode(found.request.to_params())}"


def _write(path: Path, found: Matrix, title: str, source: str, base: str) -> None:
    """Write the workbook, whole or not at all."""

    def address(task: Task) -> str:
        return f"{base}/d/{quote(task.circular)}/p/{quote(task.paragraph)}"

    made = datetime.now().astimezone()
    data = matrix_workbook(found, title=title, source=source, address=address, made=made)
    write_whole(path, data)
    say(f"已写入 {path}。")
