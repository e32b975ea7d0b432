"""`gongwen search`: a question from the command line, its answer in four forms (检索)."""

from __future__ import annotations

import json
import sys
from contextlib import closing
from typing import TYPE_CHECKING, Any, Final

import click
from rich.text import Text

from corpus.library import Library
from search.engine_source import open_source
from search.facets import FACETS, ROLE_NAMES
from search.requests import SearchRequest
from search.searcher import Searcher
from webui.cli_words import say
from webui.export_table import CSV_COLUMNS, csv_lines, row_of_hit
from webui.statuses import ExitCode
from webui.terminal import QUIET_STYLE, data_console, marked
from webui.wording import ROLE_MARKS, UNIT_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from search.results import Hit, Results


def search_library(location: str, query: str, *, form: str, options: Mapping[str, object]) -> int:
    """Answer a question and print the hits; code 1 when there are none."""
    request = SearchRequest.from_params(_params(query, options))
    with (
        Library.open(location) as library,
        closing(open_source(library)) as source,
    ):
        results = Searcher(library, source).search(request)
    _PRINTERS[form](results)
    if form != "json":
        for notice in results.notices:
            say(notice)
    return ExitCode.DONE if results.total else ExitCode.NOT_FOUND


def _params(query: str, options: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """The options as the parameters of `/search`, which checks them."""
    yield "q", query
    for name, value in options.items():
        if name in FACETS and isinstance(value, tuple):
            yield from ((name, str(each)) for each in value)
        else:
            yield name, str(value)


def print_json(results: Results) -> None:
    """Print the object of the contract."""
    click.echo(json.dumps(results.to_json(), ensure_ascii=False))


def print_text(results: Results) -> None:
    """Print the hits to be read."""
    console = data_console()
    unit = UNIT_NAMES[results.request.unit]
    _say_what_is_known(results)
    if not results.total:
        say(f"没有找到符合条件的{'措施' if unit == '条措施' else '段落'}。")
        for way in results.relaxations:
            without = f"“{way.label or way.value}”" if way.facet else "全部筛选"
            say(f"  去掉{without}可得 {way.total} {unit}。")
        return
    pages = f"，第 {results.request.page} 页，共 {results.pages} 页" if results.pages > 1 else ""
    say(f"找到 {results.total} {unit}，来自 {results.circulars} 份文件{pages}。")
    first = (results.request.page - 1) * results.request.limit + 1
    for order, hit in enumerate(results.hits, start=first):
        console.print(Text.assemble((f"{order}. ", QUIET_STYLE), (hit.citation, "bold")))
        shown = marked(hit.snippet.text, hit.snippet.marks)
        console.print(Text("   ").append_text(shown))
        agencies = _agency_line(hit)
        if agencies:
            console.print(Text(f"   {agencies}", "cyan"))
        console.print(Text(f"   {hit.id}", QUIET_STYLE))


def _say_what_is_known(results: Results) -> None:
    """Say whether the number that was typed is held, and how often it is cited."""
    hint = results.number_hint
    if hint is None:
        return
    for circular in hint.held:
        say(f"库中有 {hint.number}：gongwen show {circular}")
    if not hint.held:
        cited = f"已有 {hint.cited_by} 份文件引用了它。" if hint.cited_by else ""
        say(f"库中没有 {hint.number}。{cited}")


def _agency_line(hit: Hit) -> str:
    """The agencies of a hit, lead first, each with sign and word of its role."""
    order = list(ROLE_MARKS)
    agencies = sorted(hit.agencies, key=lambda agency: order.index(agency.role))
    shown = (f"{ROLE_MARKS[each.role]}{each.label}（{ROLE_NAMES[each.role]}）" for each in agencies)
    return "　".join(dict.fromkeys(shown))


def print_csv(results: Results) -> None:
    """Print a table that spreadsheets open, with a BOM and no cell they would compute."""
    for line in csv_lines(CSV_COLUMNS, map(row_of_hit, results.hits)):
        sys.stdout.write(line)


def print_quotes(results: Results) -> None:
    """Print each hit's text with its citation, to be pasted into a report."""
    for hit in results.hits:
        click.echo(f"{hit.text}\n——{hit.citation}\n")


_PRINTERS: Final[dict[str, Any]] = {
    "text": print_text,
    "json": print_json,
    "csv": print_csv,
    "quote": print_quotes,
}
