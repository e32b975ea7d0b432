"""`gongwen agencies`: the registry of agencies shown, checked, and asked for its reasons (机关)."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import click

from webui.cli_words import GongwenCommand, GongwenGroup, say
from webui.statuses import ExitCode


class _Agencies(GongwenGroup):
    """The verb with its own verbs; failures leave by the `main` of the command itself."""

    command_class = GongwenCommand


@click.group(cls=_Agencies, invoke_without_command=True)
@click.pass_context
def agencies(context: click.Context) -> int:
    """责任单位的名录：列出、核对、解释一个名称怎样认定。

    例：
    gongwen agencies list --unknown
    gongwen agencies check
    gongwen agencies explain 市工商局 --region 厦门市 --on 2016-09-14
    """
    if context.invoked_subcommand is None:
        say(context.get_help())
        return ExitCode.USAGE
    return ExitCode.DONE


@agencies.command(name="list", cls=GongwenCommand)
@click.option("--unknown", is_flag=True, help="只列名录中没有的名称，多的在前")
@click.option("--json", "as_json", is_flag=True, help="每个机关输出一行 JSON")
@click.pass_obj
def list_agencies(location: str, /, *, unknown: bool, as_json: bool) -> int:
    r"""列出公文库中的责任单位，按出现次数从多到少：次数、全称、编号、各种写法。

    例：
    gongwen agencies list
    gongwen agencies list --unknown
    """
    from corpus.library import Library

    with Library.open(location) as library:
        named = library.agencies()
    rows = [(sum(count for _, count in each.as_written), each) for each in named]
    rows = [row for row in rows if not unknown or ":?" in row[1].agency_id]
    for total, each in sorted(rows, key=lambda row: (-row[0], row[1].agency_id)):
        spellings = dict(each.as_written)
        if as_json:
            found: dict[str, Any] = {
                "id": each.agency_id,
                "canonical": each.canonical,
                "line": each.line,
                "collective": each.collective,
                "mentions": total,
                "spellings": spellings,
            }
            click.echo(json.dumps(found, ensure_ascii=False))
        else:
            written = "、".join(f"{name}×{count}" for name, count in spellings.items())
            click.echo(f"{total}\t{each.canonical}\t{each.agency_id}\t{written}")
    mentions = sum(total for total, _ in rows)
    what = "名录中没有的名称" if unknown else "责任单位"
    say(f"{what} {len(rows)} 个，共出现 {mentions} 次。")
    return ExitCode.DONE


@agencies.command(cls=GongwenCommand)
def check() -> int:
    r"""核对名录文件：行是否完整、有无重复、承接机关是否都有登记；并列出同名机关。

    名录是普通的制表符文本，可以直接修改；输出里写明每个文件的位置。

    例：
    gongwen agencies check
    """
    from corpus.agency_checking import check_registry, registry_files, shared_names
    from corpus.agency_names import name_table

    for name, place in registry_files():
        click.echo(f"文件　{name}　{place}")
    table = name_table()
    click.echo(f"名录　{len(table.stems)} 个条线，{len(table.names)} 个名称")
    for name, stems in shared_names():
        click.echo(f"同名　{name}：{'、'.join(stems)}（按年份和级别区分）")
    findings = check_registry()
    for finding in findings:
        where = f"第 {finding.line} 行" if finding.line else "全文"
        say(f"问题　{finding.file} {where}：{finding.message}")
    if findings:
        return ExitCode.UNAVAILABLE
    click.echo("名录完好。")
    return ExitCode.DONE


def _read_date(context: click.Context, param: click.Parameter, value: str) -> date | None:
    try:
        return date.fromisoformat(value) if value else None
    except ValueError:
        message = f"“{value}”不是日期，应写成 2016-09-14"
        raise click.BadParameter(message, context, param) from None


@agencies.command(cls=GongwenCommand)
@click.argument("name", metavar="名称")
@click.option("--region", default="", metavar="地区", help="公文所属地区，如 厦门市；中央可不写")
@click.option(
    "--on",
    type=str,
    callback=_read_date,
    default="",
    metavar="日期",
    help="公文日期，如 2016-09-14；同名机关据此区分",
)
@click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 对象")
def explain(name: str, *, region: str, on: date | None, as_json: bool) -> int:
    r"""解释一个名称怎样认定：原文、前缀、条线、别名来自哪里、编号、改革后的承接机关。

    名录中没有的名称照原样保留，退出码为 1。

    例：
    gongwen agencies explain 市工商局 --region 厦门市
    gongwen agencies explain 广电局 --region 福建省 --on 2012-05-01
    """
    from corpus.agency_explaining import explain_name

    found = explain_name(name, region=region, on=on)
    if as_json:
        steps = [step._asdict() for step in found.steps]
        resolved = found.resolution
        click.echo(
            json.dumps(
                {
                    "name": name,
                    "id": resolved.agency_id,
                    "canonical": resolved.canonical,
                    "line": resolved.line,
                    "known": resolved.known,
                    "collective": resolved.collective,
                    "steps": steps,
                },
                ensure_ascii=False,
            )
        )
    else:
        for step in found.steps:
            click.echo(f"{step.topic}　{step.finding}")
    return ExitCode.DONE if found.resolution.known else ExitCode.NOT_FOUND
