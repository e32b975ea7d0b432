"""`gongwen add`: files into the library, the library into the index (入库)."""

from __future__ import annotations

import json
import sys
from collections import Counter
from contextlib import contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from corpus.ingest import add_paths, find_files
from corpus.library import Library
from corpus.library_visibility import collection_name
from corpus.priority import give_way
from corpus.readers.budgets import BUDGETS, budget_lines
from indexer.build import update_index
from indexer.errors import IndexBusyError
from indexer.index_following import IndexFollower
from indexer.reprints import update_reprints
from webui.cli_words import say
from webui.statuses import ExitCode, MistakenRequestError
from webui.terminal import note_console, visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from corpus.file_results import FileResult
    from indexer.build import IndexState

SILENT_WAIT = 2.0
LONGEST_WAIT = 3_600.0  # a service may be rebuilding the index of a large library
STATUS_NAMES = {
    "indexed": "入库",
    "duplicate": "未变",
    "quarantined": "隔离",
    "skipped": "跳过",
}


def add_files(
    location: str,
    paths: Sequence[str],
    *,
    as_json: bool,
    retry: bool,
    index: bool,
    collection: str | None = None,
) -> int:
    """Add files and folders, report each, bring the index up to date (入库).

    Without a path and with `retry` the files in quarantine are meant, wherever they stand now.
    Ctrl-C ends it between two files: what was reported is stored, and running it again goes on.
    """
    if not paths and not retry:
        raise MistakenRequestError("请写出要入库的文件或文件夹；重新读取被隔离的文件请加 --retry。")
    name = None if collection is None else collection_name(collection)
    give_way()
    find_files(paths)  # a path that is not there is told before a library is made for it
    with Library.open(location, create=bool(paths)) as library:
        if not paths:
            paths = _quarantined_files(library)
            if not paths:
                say("隔离清单里没有还在原处的文件。")
                return ExitCode.DONE
        report = Report(as_json=as_json)
        before = library.counts()
        try:
            follower = IndexFollower(library) if index else nullcontext()
            with show_progress("入库") as progress, follower:

                def take(result: FileResult) -> None:
                    report.take(result)
                    progress.advance(visible(result.file))

                add_paths(
                    library,
                    paths,
                    retry=retry,
                    collection=name,
                    on_start=progress.expect,
                    on_result=take,
                )
        except KeyboardInterrupt:
            say(f"已中断。{report.summary()}重新运行同一命令会从中断处继续。")
            raise
        report.finish(changed=library.counts() != before)
        if index:
            indexed = report.tally["indexed"]
            bring_up(library, added=indexed, quiet=not indexed)
    return ExitCode.NOT_FOUND if report.is_incomplete else ExitCode.DONE


def _quarantined_files(library: Library) -> list[str]:
    """The files in quarantine that are still there; an archive stands for its members."""
    found: dict[str, None] = {}
    for place in library.quarantined_places():
        path = Path(place)
        while not path.exists() and path != path.parent:
            path = path.parent
        if path.is_file():
            found[str(path)] = None
        else:
            say(f"找不到 {visible(place)}，仍留在隔离清单里。")
    return list(found)


def limits_text() -> str:
    """Return what reading one file may cost, a line a limit (预算)."""
    return "\n".join(f"{name}\t{value}" for name, value in budget_lines(BUDGETS))


def refresh_index(location: str, *, rebuild: bool) -> int:
    """Bring the index up to date with the library, or rebuild it (建索引)."""
    with Library.open(location) as library:
        bring_up(library, rebuild=rebuild, quiet=False)
    return ExitCode.DONE


def bring_up(library: Library, *, rebuild: bool = False, added: int = 0, quiet: bool) -> None:
    """Bring the index up to the library, or rebuild it; say what it holds (建索引).

    `added` says how many circulars the index has followed while this command ran.
    """
    with show_progress("建索引") as progress:

        def take(done: int, total: int) -> None:
            progress.expect(total)
            progress.advance("", done=done)

        state = _update_when_free(library, rebuild=rebuild, added=added, on_progress=take)
    try:
        update_reprints(library)
    except OSError as error:
        say(f"注意：没有记下哪些文件文字相同（{error.strerror}），下次建索引时再试。")
    if state.unmerged:
        say(
            f"注意：索引可用，只是没有合并成大段（{state.unmerged}），检索会慢一些；"
            "腾出磁盘空间后运行 gongwen index 接着合并。"
        )
    for line in state.rejected:
        say(f"注意：{line}")
    if state.changed:
        say(f"索引已更新：{state.circulars} 份公文，{state.records} 条记录。")
    elif not quiet:
        say(f"索引已是最新：{state.circulars} 份公文，{state.records} 条记录。")


def _update_when_free(
    library: Library, *, rebuild: bool, added: int, on_progress: Callable[[int, int], None]
) -> IndexState:
    """Update the index; where another process is at it, say so and wait for its end.

    Raises IndexBusyError where it does not end: what was added stays, only the index is behind.
    """
    update = partial(update_index, library, rebuild=rebuild, added=added, on_progress=on_progress)
    try:
        return update(lock_timeout=SILENT_WAIT)
    except IndexBusyError as error:
        holder = error.holder or "另一个进程"
        say(f"索引正被 {holder} 写入，等它结束后接着更新。公文都在库里，不想等可按 Ctrl-C。")
    return update(lock_timeout=LONGEST_WAIT)


class Report:
    """What became of the files: one line each on stdout, the sum on stderr."""

    def __init__(self, *, as_json: bool, counted: str = "个文件") -> None:
        self._counted = counted
        self.tally: Counter[str] = Counter()
        self._as_json = as_json
        self._rejected: list[FileResult] = []
        self.is_incomplete = False  # some of what was asked for is not in the library

    def take(self, result: FileResult) -> None:
        """Note and print what became of one file."""
        self.tally[result.status] += 1
        if result.status == "quarantined":
            self._rejected.append(result)
        self.is_incomplete |= bool(self._rejected) or result.reason == "unopened_folder"
        if self._as_json:
            click.echo(json.dumps(result.to_json(), ensure_ascii=False))
        else:
            name = STATUS_NAMES[result.status]
            size = f"{result.paragraphs} 段" if result.status == "indexed" else result.message
            click.echo(f"{name}\t{visible(result.file)}\t{size}")

    def summary(self) -> str:
        """Return how many files had which status, in one Chinese sentence."""
        counts = "，".join(
            f"{name} {self.tally[status]}"
            for status, name in STATUS_NAMES.items()
            if self.tally[status]
        )
        return f"共 {self.tally.total()} {self._counted}：{counts}。" if counts else ""

    def finish(self, *, changed: bool) -> None:
        """Say what it all came to; files in quarantine from before are no change."""
        if not self.tally:
            say("没有找到可以入库的文件。")
            return
        say(self.summary())
        if not changed:
            say("没有变化。")
        if self._rejected:
            say(f"隔离 {len(self._rejected)} 个文件，原因如下；处理后用 --retry 重新读取：")
            for result in self._rejected:
                say(f"  {visible(result.file)}：{result.message}")


class ProgressLine:
    """A progress bar, and nothing at all where stderr is no terminal."""

    def __init__(self, progress: Progress, title: str) -> None:
        self._progress = progress
        self._task = progress.add_task(title, total=None, file="")

    def expect(self, total: int) -> None:
        """Say how many steps there are."""
        self._progress.update(self._task, total=total)

    def advance(self, file: str, *, done: int | None = None) -> None:
        """Note one more step, or that `done` are done."""
        shown = file.rpartition("/")[2][-30:]
        if done is None:
            self._progress.update(self._task, advance=1, file=shown)
        else:
            self._progress.update(self._task, completed=done, file=shown)


@contextmanager
def show_progress(title: str) -> Iterator[ProgressLine]:
    """Show how far something has come, where stderr is a terminal (进度)."""
    console = note_console()
    with Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[file]}", markup=False),
        console=console,
        transient=True,
        disable=not console.is_terminal,
        # The bar and the report share a screen, or else the report goes its own way untouched.
        redirect_stdout=sys.stdout.isatty(),
    ) as progress:
        yield ProgressLine(progress, title)
