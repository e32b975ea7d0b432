"""`gongwen parse` and `gongwen check FILE…`: files read and parsed, no library involved."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.table import Table
from rich.text import Text

from corpus.accounting import Fate, count_fates
from corpus.errors import UnreadableFileError
from corpus.interchange import circular_to_json
from corpus.readers.reading import read_bytes, read_path
from corpus.structure import parse_circular
from webui.cli_words import say
from webui.statuses import ExitCode, exit_code_of
from webui.terminal import QUIET_STYLE, data_console, print_circular

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from corpus.model import Circular, RawCircular

STANDARD_INPUT = "-"
FIELD_NAMES = {
    "title": "标题",
    "inner_titles": "内文标题",
    "inner_title": "内文标题",
    "number": "发文字号",
    "kind": "文种",
    "inner_kind": "内文文种",
    "issuers": "发文机关",
    "issuer": "发文机关",
    "recipients": "主送机关",
    "date_signed": "成文日期",
    "date_printed": "印发日期",
    "date_published": "发布日期",
    "region": "地区",
    "period": "年度",
    "validity": "有效性",
    "effective_from": "施行日期",
    "valid_until": "有效期",
    "release_note": "公开方式",
    "attachment_list": "附件说明",
    "copied_to": "抄送",
    "masthead": "发文机关标志",
    "title_note": "题注",
    "inner_signature": "内文落款",
}


def parse_files(files: Sequence[str], *, as_json: bool) -> int:
    """Parse files and print each as JSON or as an outline (解析)."""
    several = len(files) > 1
    console = data_console()

    def print_parsed(file: str, _raw: RawCircular, circular: Circular) -> None:
        if as_json:
            name = {"file": file} if several else {}
            click.echo(json.dumps(name | circular_to_json(circular), ensure_ascii=False))
            return
        if several:
            console.print(Text(f"\n=== {file} ===", "bold"))
        print_circular(console, circular)

    return _each_parsed(files, print_parsed)


def check_files(files: Sequence[str]) -> int:
    """Print where every field of a file comes from and how sure it is (质检)."""
    console = data_console()

    def print_evidence(file: str, raw: RawCircular, circular: Circular) -> None:
        console.print(Text(file, "bold"))
        console.print(
            Text(
                f"{raw.media_type}，编码 {raw.encoding}，{len(raw.text)} 字，"
                f"{len(circular.headings)} 个标题，{len(circular.paragraphs)} 段，"
                f"{sum(len(each.groups) for each in circular.paragraphs)} 个责任分工",
                QUIET_STYLE,
            )
        )
        console.print(Text(_fates_line(raw, circular), QUIET_STYLE))
        console.print(_evidence_table(raw, circular))
        for remark in (*raw.remarks, *circular.remarks):
            where = f"第{remark.line}行" if remark.line else "全文"
            console.print(f"附注·{where}　{remark.message}（{remark.code}）")
        for dropped in circular.dropped:
            shown = raw.text[dropped.span.start : dropped.span.end].strip()
            console.print(Text(f"略去　{_short(shown)}（{dropped.reason}）", QUIET_STYLE))

    return _each_parsed(files, print_evidence)


_FATE_NAMES = {
    Fate.HEADING: "标题",
    Fate.PARAGRAPH: "正文",
    Fate.METADATA: "元数据",
    Fate.DROPPED: "略去",
    Fate.LOST: "去向不明",
    Fate.TWICE: "重复归属",
}


def _fates_line(raw: RawCircular, circular: Circular) -> str:
    """Say how many characters went where (逐字去向)."""
    counts = count_fates(raw, circular)
    named = (f"{name} {counts[fate]}" for fate, name in _FATE_NAMES.items() if fate in counts)
    return f"逐字去向：{'，'.join(named)}"


def _evidence_table(raw: RawCircular, circular: Circular) -> Table:
    table = Table(box=None, pad_edge=False, show_edge=False)
    for title in ("字段", "值", "位置", "规则"):
        table.add_column(title, overflow="fold")
    table.add_column("把握", justify="right")
    for evidence in circular.evidence:
        line = raw.text.count("\n", 0, evidence.span.start) + 1 if evidence.span else 0
        table.add_row(
            FIELD_NAMES.get(evidence.field, evidence.field),
            Text(evidence.value),
            f"第{line}行" if line else "网页栏目",
            evidence.rule,
            f"{evidence.confidence:.0%}",
        )
    return table


def _each_parsed(
    files: Sequence[str], do: Callable[[str, RawCircular, Circular], None]
) -> ExitCode:
    """Parse each file and hand it on; a file that cannot be read is said and not the end."""
    worst = ExitCode.DONE
    for file in files:
        try:
            raw = _read(file)
        except UnreadableFileError as error:
            say(f"错误：{file}：{error}")
            worst = max(worst, exit_code_of(error))
            continue
        do(file, raw, parse_circular(raw))
    return worst


def _read(file: str) -> RawCircular:
    if file == STANDARD_INPUT:
        return read_bytes("标准输入", sys.stdin.buffer.read())
    return read_path(Path(file))


def _short(text: str, limit: int = 40) -> str:
    """One line of a text, cut at a limit that says so."""
    line = " ".join(text.split())
    return line if len(line) <= limit else f"{line[:limit]}…"
