"""The command line (命令行): `gongwen parse add index search show cite matrix verify serve check`.

stdout is data, stderr is progress and errors. Heavy parts are imported inside the verb that needs
them, so that `gongwen --help` answers at once and `parse` needs no library.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Final

import click

from corpus.citation import STYLE_NAMES
from corpus.library_postgres import INDEX_VARIABLE
from indexer.index_key import KEY_VARIABLE
from search.facets import ROLE_NAMES
from webui.cli_agencies import agencies
from webui.cli_backup import backup, restore
from webui.cli_export import export_static
from webui.cli_index import index
from webui.cli_move import move
from webui.cli_upkeep import remove, reparse
from webui.cli_words import GongwenCommand, GongwenGroup, number_option, one_of, say, whole
from webui.statuses import ExitCode
from webui.wording import SORT_WORDS, UNIT_WORDS

OPERATORS: Final = {"any": "任一", "all": "同时"}

_base_url_option = click.option(
    "--base-url",
    default="http://127.0.0.1:8321",
    metavar="网址",
    help="永久链接的网址开头，默认 http://127.0.0.1:8321",
)


def default_library() -> str:
    """Return where the library is kept when nobody says otherwise."""
    home = os.environ.get("XDG_DATA_HOME") or str(Path("~/.local/share").expanduser())
    return str(Path(home) / "gongwen" / "library")


@click.group(
    cls=GongwenGroup,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.option(
    "--library",
    "location",
    envvar="GONGWEN_LIBRARY",
    metavar="位置",
    help="公文库所在的文件夹，或数据库的网址 postgresql+psycopg://用户:口令@主机:5432/数据库；"
    "不写时用环境变量 GONGWEN_LIBRARY，再不然用 ~/.local/share/gongwen/library",
)
@click.option(
    "--index",
    "beside",
    envvar=INDEX_VARIABLE,
    metavar="位置",
    help="公文库在服务器上时，索引放在本机哪个文件夹，或检索集群的网址 "
    "opensearch+https://用户:口令@主机:9200/索引名；不写时用环境变量 GONGWEN_INDEX，"
    "再不然用 ~/.local/share/gongwen/servers 下按数据库分开的文件夹",
)
@click.option(
    "--key-file",
    envvar=KEY_VARIABLE,
    metavar="文件",
    help="索引密钥所在的文件（不少于 32 字节，放在公文库之外）：索引清单用它签名和核对；"
    "也可写在环境变量 GONGWEN_INDEX_KEY",
)
@click.version_option(package_name="gongwen", message="gongwen %(version)s", help="显示版本号")
@click.pass_context
def main(
    context: click.Context, location: str | None, beside: str | None, key_file: str | None
) -> None:
    """公文检索：按措施、责任单位、段落检索和引用中文公文。

    例：
    gongwen add 公文文件夹
    gongwen search 知识产权 --agency 市公安局 --role 牵头
    gongwen serve
    """
    context.obj = location or default_library()
    if beside:
        os.environ[INDEX_VARIABLE] = beside
    if key_file:
        os.environ[KEY_VARIABLE] = key_file  # processes started from here must know it too
    if context.invoked_subcommand is None:
        say(context.get_help())
        context.exit(ExitCode.USAGE)


@main.command(cls=GongwenCommand)
@click.argument("files", nargs=-1, required=True, metavar="文件")
@click.option("--json", "as_json", is_flag=True, help="每份公文输出一行 JSON；多个文件时带 file 键")
def parse(files: tuple[str, ...], *, as_json: bool) -> int:
    r"""解析公文文件，显示文号、层次、段落和责任分工；不需要公文库。

    文件写 - 时从标准输入读取。

    例：
    gongwen parse 通知.txt
    gongwen parse 通知.txt 页面.html --json
    """
    from webui.cli_files import parse_files

    return parse_files(files, as_json=as_json)


@main.command(cls=GongwenCommand)
@click.argument("paths", nargs=-1, metavar="文件或文件夹")
@click.option("--json", "as_json", is_flag=True, help="每个文件输出一行 JSON")
@click.option("--retry", is_flag=True, help="重新读取被隔离的文件；不写文件时读隔离清单里的全部")
@click.option("--limits", is_flag=True, help="显示读取一个文件的各项上限，不入库")
@click.option("--collection", metavar="合集", help="归入这个合集，只给有权的人看；“公开”即不限")
@click.option("--no-index", is_flag=True, help="只入库，不更新索引（之后用 gongwen index 更新）")
@click.pass_obj
def add(
    location: str,
    /,
    paths: tuple[str, ...],
    *,
    as_json: bool,
    retry: bool,
    limits: bool,
    collection: str | None,
    no_index: bool,
) -> int:
    r"""把文件或文件夹入库并更新索引；没有变化的文件会跳过，中断后重新运行会继续。

    读不了的文件进入隔离清单，其余照常入库，退出码为 1。

    例：
    gongwen add 公文文件夹
    gongwen --library 我的库 add 甲.txt 乙.html --json
    gongwen add 内部文件夹 --collection 内部
    gongwen add --retry
    gongwen add --limits
    """
    from webui.cli_add import add_files, limits_text

    if limits:
        click.echo(limits_text())
        return ExitCode.DONE
    return add_files(
        location, paths, as_json=as_json, retry=retry, index=not no_index, collection=collection
    )


main.add_command(index)


@main.command(cls=GongwenCommand)
@click.argument("query", nargs=-1, metavar="检索词")
@click.option(
    "--agency", multiple=True, metavar="机构", help="责任单位，名称、简称或编号；可写多次"
)
@click.option(
    "--agency-op",
    type=str,
    callback=one_of(OPERATORS),
    default="any",
    metavar="any|all",
    help="多个责任单位：任一（默认）或同时",
)
@click.option(
    "--role",
    multiple=True,
    type=str,
    callback=one_of(ROLE_NAMES),
    metavar="角色",
    help="lead 牵头、support 配合、joint 共同、sole 单独；可写多次",
)
@click.option("--line", multiple=True, metavar="条线", help="责任单位所属条线，如 公安；可写多次")
@click.option("--issuer", multiple=True, metavar="机关", help="发文机关；可写多次")
@click.option("--region", multiple=True, metavar="地区", help="地区；可写多次")
@click.option("--year", multiple=True, metavar="年", help="年度，如 2017；可写多次")
@click.option("--kind", multiple=True, metavar="文种", help="文种，如 通知；可写多次")
@click.option(
    "--unit",
    type=str,
    callback=one_of(UNIT_WORDS),
    default="paragraph",
    metavar="单位",
    help="paragraph 按段落（默认）、measure 按措施",
)
@click.option(
    "--sort",
    type=str,
    callback=one_of(SORT_WORDS),
    default="relevance",
    metavar="次序",
    help="relevance 相关度（默认）、date 日期、document 原文次序",
)
@click.option(
    "--page", type=str, callback=whole(1, 100_000), default=1, metavar="页", help="第几页，从 1 起"
)
@click.option(
    "--limit",
    type=str,
    callback=whole(0, 100),
    default=20,
    metavar="条数",
    help="每页条数，0 到 100，默认 20",
)
@click.option(
    "--json", "form", flag_value="json", help="输出一个 JSON 对象，与 /api/v1/search 相同"
)
@click.option("--csv", "form", flag_value="csv", help="输出 CSV 表格（带 BOM，Excel 可直接打开）")
@click.option("--quote", "form", flag_value="quote", help="输出带引文的段落，可直接贴进报告")
@click.pass_obj
def search(location: str, /, query: tuple[str, ...], form: str | None, **options: object) -> int:
    r"""检索公文库；没有找到时退出码为 1。

    例：
    gongwen search 知识产权
    gongwen search '"网络侵权" 年:2016..2018' --agency 市公安局 --role 牵头
    gongwen search 食品安全 --unit measure --quote
    """
    from webui.cli_search import search_library

    return search_library(location, " ".join(query), form=form or "text", options=options)


@main.command(cls=GongwenCommand)
@click.argument("name", metavar="公文[/段落]")
@click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 对象")
@click.pass_obj
def show(location: str, /, name: str, *, as_json: bool) -> int:
    r"""显示一份公文，或其中一段；公文可写编号或发文字号。

    例：
    gongwen show 云政办发〔2017〕58号
    gongwen show 云政办发-2017-58/sec_1__sub_1__p_1
    """
    from webui.cli_circulars import show_circular

    return show_circular(location, name, as_json=as_json)


@main.command(cls=GongwenCommand)
@click.argument("name", metavar="公文[/段落]")
@click.option(
    "--style",
    type=str,
    callback=one_of(STYLE_NAMES),
    default="gbt2025",
    metavar="格式",
    help="gbt2025（默认）、gbt2015、gongwen 公文内引用、legal 法学引注",
)
@_base_url_option
@click.pass_obj
def cite(location: str, /, name: str, style: str, base_url: str) -> int:
    r"""输出一份公文或一段的引文。

    例：
    gongwen cite 云政办发〔2017〕58号 --style gongwen
    gongwen cite 云政办发-2017-58/sec_1__sub_1__p_1
    """
    from webui.cli_circulars import cite_circular

    return cite_circular(location, name, style=style, base_url=base_url)


@main.command(cls=GongwenCommand)
@click.argument("name", required=False, default="", metavar="公文")
@click.option("--query", default="", metavar="检索式", help="改用一次检索的结果，写法同 search")
@click.option("--out", default="", metavar="文件", help="写成 Excel 工作簿（.xlsx）")
@_base_url_option
@click.pass_obj
def matrix(location: str, /, name: str, *, query: str, out: str, base_url: str) -> int:
    r"""列出任务分工：每个单位牵头、配合、共同、单独负责多少项；写了 --out 则做成分工矩阵表格。

    例：
    gongwen matrix 云政办发〔2017〕58号
    gongwen matrix 云政办发〔2017〕58号 --out 分工.xlsx
    gongwen matrix --query '知识产权 年:2017..2018' --out 分工.xlsx
    """
    from webui.cli_matrix import show_matrix

    return show_matrix(location, name, query=query, out=out, base_url=base_url)


@main.command(cls=GongwenCommand)
@click.argument("file", metavar="报告")
@click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 对象")
@click.option("--out", default="", metavar="文件", help="把核对记录另存为 .docx 或 .csv")
@_base_url_option
@click.pass_obj
def verify(location: str, /, file: str, *, as_json: bool, out: str, base_url: str) -> int:
    r"""核对一份报告（DOCX、TXT 等）里的每处引文、文号和永久链接；报告写 - 时从标准输入读取。

    结论：一致、仅标点或全半角不同、文字已变、未找到、文件已失效。
    全部属于前两种时退出码为 0，否则为 1。

    例：
    gongwen verify 报告.docx
    gongwen verify 报告.txt --out 核对记录.docx
    """
    from webui.cli_verify import verify_file

    return verify_file(location, file, out=out, as_json=as_json, base_url=base_url)


@main.command(cls=GongwenCommand)
@click.option(
    "--host", default="127.0.0.1", metavar="地址", help="监听的地址，默认只限本机 127.0.0.1"
)
@number_option("--port", range(65536), 8321, "端口", "监听的端口，默认 8321；0 为任选一个")
@number_option("--workers", range(1, 65), 1, "个数", "用几个进程答复，默认 1；有几个核就写几")
@click.option(
    "--trust",
    multiple=True,
    metavar="主机名",
    help="另一个可用来访问的主机名，如内网域名；可写多次",
)
@number_option(
    "--proxy-hops",
    range(10),
    0,
    "层数",
    "前面有几层反向代理（如 nginx），默认 0；只信这几层写的 X-Forwarded-*",
)
@click.option(
    "--token-file", default="", metavar="文件", help="要求口令：每行一个，不少于 16 字；默认不要求"
)
@click.option(
    "--user-header",
    default="",
    metavar="请求头",
    help="只让单位统一入口已登录的人访问：入口把用户名写在这个请求头里；默认不要求",
)
@click.option(
    "--group-header", default="", metavar="请求头", help="入口把用户所在的组写在这里，逗号分隔"
)
@click.option(
    "--rights-file",
    default="",
    metavar="文件",
    help="谁能看哪些合集，每行“用户或@组 => 合集、合集”",
)
@click.option(
    "--log-file", default="", metavar="文件", help="把每个请求记成一行 JSON；默认只记警告，写到终端"
)
@click.pass_obj
def serve(location: str, /, **options: Any) -> int:
    r"""打开网页检索服务；可以访问时在标准输出写一行网址，按 Ctrl-C 结束。

    索引没有、损坏或落后时，服务自己在后台建立和更新。

    每个进程的限额：同时处理 4 个请求，前一个答完或过了 0.05 秒才进下一个，几个访客轮流；另有
    32 个排队，最多等 2 秒，再多的答复 503；连接 512 个；请求头 32 KB，请求 20 秒内发完；收到
    停止信号后最多 10 秒答完手头的请求。

    例：
    gongwen serve
    gongwen --library 我的库 serve --port 8080 --workers 2
    gongwen serve --host 0.0.0.0 --trust gongwen.example
    gongwen serve --proxy-hops 1 --trust gongwen.example --log-file serve.log
    """
    from webui.cli_serve import ServeOptions, serve_pages

    return serve_pages(location, ServeOptions(**options))


@main.command(cls=GongwenCommand)
@click.argument("files", nargs=-1, metavar="文件")
@click.pass_obj
def check(location: str, /, files: tuple[str, ...]) -> int:
    r"""不写文件时检查公文库和索引是否完好；写了文件则显示每个字段的出处和把握（质检）。

    例：
    gongwen check
    gongwen check 通知.txt
    """
    if files:
        from webui.cli_files import check_files

        return check_files(files)
    from webui.cli_check import check_library

    return check_library(location)


for command in (agencies, export_static, backup, restore, move, reparse, remove):
    main.add_command(command)


if __name__ == "__main__":
    main()
