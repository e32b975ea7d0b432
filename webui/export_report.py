"""A basket (报告篮) as files: table rows, a workbook, Markdown, and entries for a bibliography."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from corpus.bibliography import enter_circular
from corpus.model import Role
from search.facets import ROLE_NAMES
from webui.export_xlsx import Book, Column
from webui.markup import escape_markdown
from webui.views_state import ROLE_MARKS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime

    from corpus.bibliography import BibliographyEntry
    from webui.basket_items import Collected, Report

COLUMNS: Final = (
    Column("序号", 6, centred=True),
    Column("文字", 46),
    *(Column(name, 13) for name in ROLE_NAMES.values()),
    Column("说明", 20),
    Column("标题", 24),
    Column("发文字号", 13),
    Column("成文日期", 12),
    Column("位置", 14),
    Column("引文", 26),
    Column("参考文献", 6, centred=True),
    Column("永久链接", 18, link=True),
)


def report_rows(report: Report) -> Iterator[tuple[str | int, ...]]:
    """Yield a basket's items as rows; what is gone says so in place of its text."""
    for item in report.items:
        yield (
            item.order,
            item.text or item.lost,
            *(item.names(role) for role in Role),
            item.item.note,
            item.title,
            item.number,
            item.date,
            item.paragraph.cite if item.paragraph else "",
            item.citation,
            f"[{item.reference}]" if item.reference else "",
            item.permalink or item.item.name,
        )


def report_workbook(report: Report, *, made: datetime) -> bytes:
    """Return a basket as a workbook: the items, the references, where it comes from."""
    book = Book(report.title or "报告材料", made)
    book.table("报告材料", COLUMNS, report_rows(report))
    entries = ((order, entry) for order, entry in enumerate(report.references, start=1))
    book.table("参考文献", (Column("序号", 6, centred=True), Column("条目", 120)), entries)
    book.notes(
        (
            ("题名", report.title or "报告材料"),
            ("数量", f"{len(report.items)} 项，{len(report.references)} 份文件"),
            ("网址", report.address),
            ("导出", made.strftime("%Y-%m-%d %H:%M")),
        )
    )
    return book.done()


def report_markdown(report: Report) -> str:
    """Return a basket as Markdown: quotations with their sources, then the references."""
    parts = [f"# {escape_markdown(report.title or '报告材料')}"]
    parts += [_markdown_item(item) for item in report.items]
    if report.references:
        entries = "\n\n".join(escape_markdown(entry) for entry in report.references)
        parts.append(f"## 参考文献\n\n{entries}")
    return "\n\n".join(parts) + "\n"


def _markdown_item(item: Collected) -> str:
    note = "\n".join(escape_markdown(line) for line in item.item.note.splitlines())
    said = f"\n\n说明：{note}" if note else ""
    if item.lost:
        return f"{item.order}\\. {item.lost}（{escape_markdown(item.item.name)}）{said}"
    roles = "；".join(
        f"{ROLE_MARKS[role]}{ROLE_NAMES[role]}：{escape_markdown('、'.join(names))}"
        for role, names in item.roles
    )
    who = f"\n>\n> {roles}" if roles else ""
    warned = "".join(f"\n>\n> 注意：{notice}" for notice in item.notices)
    return (
        f"> {item.order}\\. {escape_markdown(item.text)}{who}{warned}\n>\n"
        f"> ——[{escape_markdown(item.citation)}]({item.permalink}) \\[{item.reference}\\]{said}"
    )


def report_entries(report: Report, *, accessed: date) -> tuple[BibliographyEntry, ...]:
    """Return an entry for every item that is still there."""
    return tuple(
        enter_circular(
            item.stored.circular,
            item.paragraph,
            name=item.item.name,
            permalink=item.permalink,
            accessed=accessed,
            note="".join((*item.notices, item.item.note)),
        )
        for item in report.found
        if item.stored is not None
    )
