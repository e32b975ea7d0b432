"""Hits as rows of a table (导出表格): the same columns, in the same order, in CSV and in Excel."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

from search.facets import ROLE_NAMES
from webui.export_cells import one_line, safe_cell
from webui.export_xlsx import Book, Column
from webui.writing import encode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from search.results import Hit

BOM: Final = "\ufeff"  # without it Excel takes UTF-8 for the system's own encoding
COLUMNS: Final = (
    Column("文字", 50),
    *(Column(name, 14) for name in ROLE_NAMES.values()),
    Column("标题", 26),
    Column("发文字号", 14),
    Column("成文日期", 12),
    Column("发文机关", 14),
    Column("地区", 10),
    Column("时效", 12),
    Column("位置", 15),
    Column("引文", 28),
    Column("永久链接", 18, link=True),
)
CSV_COLUMNS: Final = tuple(column.title for column in COLUMNS)


def row_of_hit(hit: Hit, root: str = "") -> tuple[str, ...]:
    """Return the cells of one hit; `root` is the beginning of permanent addresses."""
    by_role = (
        "、".join(dict.fromkeys(each.label for each in hit.agencies if each.role == role))
        for role in ROLE_NAMES
    )
    issuers = "、".join(hit.issuers)
    standing = "：".join(filter(None, (hit.standing.name, hit.standing.evidence)))
    place = (hit.title, hit.number, hit.date, issuers, hit.region, standing, hit.cite)
    return (hit.text, *by_role, *place, hit.citation, f"{root}{hit.permalink}")


def csv_lines(columns: Sequence[str], rows: Iterable[Sequence[str | int]]) -> Iterator[str]:
    """Yield a CSV table line by line, with a BOM and no cell that a spreadsheet would compute."""
    line = io.StringIO()
    writer = csv.writer(line)
    line.write(BOM)
    writer.writerow(columns)
    yield line.getvalue()
    for row in rows:
        line.seek(0)
        line.truncate()
        writer.writerow([safe_cell(str(value)) for value in row])
        yield line.getvalue()


def stream_csv(columns: Sequence[str], rows: Iterable[Sequence[str | int]]) -> Iterator[bytes]:
    """Yield the same as bytes, as an answer needs them."""
    for line in csv_lines(columns, rows):
        yield encode(line)


def hits_workbook(
    hits: Iterable[Hit],
    *,
    root: str,
    notes: Iterable[tuple[str, str]],
    title: str,
    made: datetime,
) -> bytes:
    """Return a workbook of hits, with a last sheet that says where they come from."""
    book = Book(title, made)
    rows = (row_of_hit(hit, root) for hit in hits)
    book.table("检索结果", COLUMNS, ((one_line(row[0]), *row[1:]) for row in rows))
    book.notes(notes)
    return book.done()
