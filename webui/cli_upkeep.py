"""`gongwen reparse` and `gongwen remove`: what becomes of circulars already held (维护)."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from webui.cli_words import GongwenCommand, say
from webui.statuses import ExitCode, MistakenRequestError, NothingFoundError

if TYPE_CHECKING:
    from corpus.file_results import FileResult
    from corpus.library import Library

_YES = frozenset({"y", "yes", "是", "好"})


@click.command(cls=GongwenCommand)
@click.option("--json", "as_json", is_flag=True, help="每份公文输出一行 JSON")
@click.option("--anew", is_flag=True, help="从头开始，不接着上次中断的地方")
@click.option(
    "--no-index", is_flag=True, help="只更新公文库，不更新索引（之后用 gongwen index 更新）"
)
@click.pass_obj
def reparse(location: str, /, *, as_json: bool, anew: bool, no_index: bool) -> int:
    r"""用现在的程序重新解析库中全部公文；不需要原文件还在原处，永久链接不变。

    升级以后运行一次，识别上的改进就到达以前入库的公文。中断后重新运行会接着做。

    例：
    gongwen reparse
    gongwen --library 我的库 reparse --json
    """
    from corpus.library import Library
    from corpus.reparsing import reparse_library
    from webui.cli_add import Report, bring_up, show_progress
    from webui.terminal import visible

    with Library.open(location) as library:
        report = Report(as_json=as_json, counted="份公文")
        try:
            with show_progress("重新解析") as progress:

                def start(total: int, done: int) -> None:
                    progress.expect(total)
                    progress.advance("", done=done)
                    if done:
                        say(f"接着上次中断的地方：{total} 份公文中已有 {done} 份处理过。")

                def take(result: FileResult) -> None:
                    report.take(result)
                    progress.advance(visible(result.file))

                reparse_library(library, anew=anew, on_start=start, on_result=take)
        except KeyboardInterrupt:
            say(f"已中断。{report.summary()}重新运行 gongwen reparse 会从中断处继续。")
            raise
        if not report.tally:
            say("没有需要重新解析的公文。")
        else:
            say(report.summary())
        if not no_index:
            bring_up(library, quiet=True)
    return ExitCode.DONE


@click.command(cls=GongwenCommand)
@click.argument("names", nargs=-1, required=True, metavar="公文")
@click.option("--yes", is_flag=True, help="不再询问")
@click.option("--undo", is_flag=True, help="把移除的公文（写编号）恢复原样")
@click.option("--no-index", is_flag=True, help="不更新索引（之后用 gongwen index 更新）")
@click.pass_obj
def remove(
    location: str, /, names: tuple[str, ...], *, yes: bool, undo: bool, no_index: bool
) -> int:
    r"""从公文库移除公文；公文可写编号或发文字号，先列出来询问一次。

    移除后检索不到，它的永久链接答复“已移除”（410），编号不会给别的公文。
    原文件的内容仍保存在库里，可用 --undo 恢复；同一个文件再次入库会跳过。

    例：
    gongwen remove 云政办发〔2017〕58号
    gongwen remove --undo gpaxrqvtm7
    """
    from corpus.library import Library
    from webui.cli_add import bring_up

    with Library.open(location) as library:
        done = _restore(library, names) if undo else _remove(library, names, yes=yes)
        if done and not no_index:
            bring_up(library, quiet=True)
    return ExitCode.DONE if done else ExitCode.NOT_FOUND


def _remove(library: Library, names: tuple[str, ...], *, yes: bool) -> bool:
    """Take circulars out once somebody agreed; False when they did not."""
    from webui.cli_circulars import find_place
    from webui.terminal import visible

    found = {}
    for name in names:
        place = find_place(library, name)
        if place.paragraph is not None:
            message = f"“{visible(name)}”是一个段落；只能移除整份公文：{place.held.id}。"
            raise MistakenRequestError(message)
        found[place.held.id] = place.held
    for held in found.values():
        number = f"（{held.circular.number}）" if held.circular.number else ""
        title = held.circular.title or held.source_name
        click.echo(f"{held.id}\t{visible(title)}{number}\t{len(held.circular.paragraphs)} 段")
    if not yes and not _agreed(len(found)):
        say("没有移除。")
        return False
    for circular_id in found:
        library.remove(circular_id)
    say(f"已移除 {len(found)} 份公文；恢复请用 gongwen remove --undo {' '.join(found)}")
    return True


def _agreed(count: int) -> bool:
    """Ask once; where nobody answers it has to be said before."""
    question = f"移除以上 {count} 份公文？输入“是”或 y 确认："
    click.echo(question, err=True, nl=False)
    answer = sys.stdin.readline()
    if not answer:
        raise MistakenRequestError("移除前要确认，而这里无法询问；确定要移除请加 --yes。")
    return answer.strip().lower() in _YES


def _restore(library: Library, names: tuple[str, ...]) -> bool:
    """Bring removed circulars back as they were."""
    from webui.terminal import visible

    for name in names:
        if library.get(name) is not None:
            say(f"{visible(name)} 没有被移除。")
        elif not library.restore(name):
            message = f"没有移除过编号为“{visible(name)}”的公文；编号在移除时列出。"
            raise NothingFoundError(message)
        else:
            say(f"已恢复 {visible(name)}。")
    return True
