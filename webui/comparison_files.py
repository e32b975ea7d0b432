"""A comparison (对照) as files: a workbook, and a Word document with the differing words marked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from corpus.library_records import listed_date
from search.comparison import Kind
from webui.comparison_words import (
    KIND_MARKS,
    KIND_NAMES,
    notes_on_agencies,
    percent,
    say_changes,
)
from webui.export_cells import one_line
from webui.export_docx_record import Head, Run, record_document
from webui.export_xlsx import Book, Column
from webui.verification_words import runs_of
from webui.wording import ROLE_MARKS, UNIT_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from corpus.library_records import StoredCircular
    from search.comparison import Comparison, Row, Side

COLUMNS: Final = (
    Column("序号", 6, centred=True),
    Column("结论", 9, centred=True),
    Column("相似度", 8, centred=True),
    Column("甲：文字", 46),
    Column("甲：责任单位", 20),
    Column("乙：文字", 46),
    Column("乙：责任单位", 20),
    Column("责任单位的变化", 24),
    Column("甲：位置", 14),
    Column("乙：位置", 14),
    Column("甲：链接", 16, link=True),
    Column("乙：链接", 16, link=True),
)
_HEADS: Final = (
    Head("序号", 10),
    Head("结论", 20),
    Head("甲", 98),
    Head("乙", 98),
    Head("责任单位的变化", 34),
)


def comparison_workbook(compared: Comparison, *, root: str, made: datetime) -> bytes:
    """Return a comparison as a workbook."""
    book = Book("对照", made)
    rows = (_cells(order, row, compared, root) for order, row in enumerate(compared.rows, start=1))
    book.table("对照", COLUMNS, rows)
    book.notes(
        (
            *facts_of(compared),
            ("网址", f"{root}/compare?a={compared.a.id}&b={compared.b.id}"),
            ("导出", made.strftime("%Y-%m-%d %H:%M")),
        )
    )
    return book.done()


def comparison_docx(compared: Comparison, *, root: str, made: datetime) -> bytes:
    """Return a comparison as a Word document."""
    facts = [f"{name}：{said}" for name, said in facts_of(compared)]
    facts.append(f"整理时间：{made:%Y-%m-%d %H:%M}。删除线：乙没有；下划线：甲没有。")
    facts += [f"{root}/d/{stored.id}/" for stored in (compared.a, compared.b)]
    rows = (_runs(order, row) for order, row in enumerate(compared.rows, start=1))
    return record_document("对照", facts, _HEADS, rows, made=made)


def facts_of(compared: Comparison) -> Iterator[tuple[str, str]]:
    """Yield what was compared, and what came of it."""
    yield "甲", _named(compared.a)
    yield "乙", _named(compared.b)
    counted = "，".join(f"{KIND_NAMES[kind]} {count}" for kind, count in compared.counts.items())
    yield f"按{UNIT_WORDS[compared.unit]}", counted
    for note in notes_on_agencies(compared):
        yield "说明", note


def _named(stored: StoredCircular) -> str:
    circular = stored.circular
    facts = "，".join(fact for fact in (str(circular.number or ""), listed_date(circular)) if fact)
    return f"{circular.title or stored.source_name}{f'（{facts}）' if facts else ''}"


def _cells(order: int, row: Row, compared: Comparison, root: str) -> tuple[str | int, ...]:
    a, b = row.a, row.b
    return (
        order,
        KIND_NAMES[row.kind],
        percent(row),
        one_line(a.text) if a else "",
        agencies_of(a),
        one_line(b.text) if b else "",
        agencies_of(b),
        "\n".join(say_changes(row.changes)),
        a.cite if a else "",
        b.cite if b else "",
        f"{root}/d/{compared.a.id}/p/{a.paragraph}" if a else "",
        f"{root}/d/{compared.b.id}/p/{b.paragraph}" if b else "",
    )


def agencies_of(side: Side | None) -> str:
    """Return the agencies of a side with the signs of their roles, each once."""
    shares = side.shares if side else ()
    return "、".join(dict.fromkeys(f"{ROLE_MARKS[share.role]}{share.name}" for share in shares))


def _runs(order: int, row: Row) -> tuple[tuple[Run, ...], ...]:
    alike = percent(row)
    said = "\n".join(say_changes(row.changes))
    return (
        (Run(str(order)),),
        (
            Run(f"{KIND_MARKS[row.kind]} {KIND_NAMES[row.kind]}", "strong"),
            Run(f"\n{alike}" if alike else ""),
        ),
        _side_runs(row.a, row, "lack"),
        _side_runs(row.b, row, "gain"),
        (Run(said),),
    )


def _side_runs(side: Side | None, row: Row, kind: str) -> tuple[Run, ...]:
    if side is None:
        return (Run("——"),)
    marked = row.difference.mine if kind == "lack" else row.difference.theirs
    text = runs_of(side.text, marked if row.kind is Kind.LIKE else (), kind)
    agencies = agencies_of(side)
    return (*text, Run(f"\n{agencies}" if agencies else ""), Run(f"\n{side.cite}"))
