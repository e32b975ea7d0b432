"""The one door to XlsxWriter: workbooks whose cells are text, laid out for A4 and for reading."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import xlsxwriter

from webui.export_cells import is_risky, writable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

XLSX_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_SIGNS: Final = 32_000  # Excel's own bound on one cell is 32,767
_A4: Final = 9
_CUT: Final = "……（余文见链接）"
BODY_FONT: Final = "宋体"
HEAD_FONT: Final = "黑体"
_LINE_POINTS: Final = 14.5
_TALLEST: Final = 405.0  # points; Excel's own bound on a row is 409
_WEB: Final = ("http://", "https://")
_LINK_SIGNS: Final = 2_000  # Excel refuses longer addresses; they stay text
HEADING: Final[dict[str, object]] = {
    "font_name": HEAD_FONT,
    "bg_color": "#F3F0E8",
    "border": 1,
    "border_color": "#B9B4A6",
    "valign": "vcenter",
    "text_wrap": True,
}


class Column(NamedTuple):
    """A column of a plain table: heading and width in characters; a link column is clickable."""

    title: str
    width: float
    link: bool = False
    centred: bool = False


def _lines_of(text: str, width: float) -> int:
    """Return on how many lines a text stands in a column: a 汉字 is two digits wide."""
    room = max(2, int(width) - 1)
    return sum(
        max(1, -(-sum(1 if sign.isascii() else 2 for sign in line) // room))
        for line in text.split("\n")
    )


class Sheet:
    """One sheet of a workbook (工作表): text, whole numbers and links, each in its look."""

    def __init__(self, book: Book, raw: Any) -> None:
        self._book = book
        self._raw = raw

    def put(self, row: int, column: int, text: str, **look: object) -> None:
        """Write a text as text: what looks like a formula is marked as quoted text."""
        clean = writable(text)
        if len(clean) > MOST_SIGNS:
            clean = clean[:MOST_SIGNS] + _CUT
        if is_risky(clean):
            look["quote_prefix"] = True
        self._raw.write_string(row, column, clean, self._book.look(**look))

    def put_number(self, row: int, column: int, number: int, **look: object) -> None:
        """Write a whole number."""
        self._raw.write_number(row, column, number, self._book.look(**look))

    def put_nothing(self, row: int, column: int, **look: object) -> None:
        """Give an empty cell its look."""
        self._raw.write_blank(row, column, None, self._book.look(**look))

    def put_link(self, row: int, column: int, address: str, **look: object) -> None:
        """Write a web address as a link that shows itself; anything else as text."""
        clean = writable(address)
        blue = self._book.look(font_color="#1F4E79", underline=1, **look)
        web = clean.startswith(_WEB) and len(clean) <= _LINK_SIGNS
        if not web or self._raw.write_url(row, column, clean, blue, clean) != 0:
            self.put(row, column, clean, **look)

    def set_widths(self, *widths: float) -> None:
        """Set the widths of the columns, in characters."""
        for at, width in enumerate(widths):
            self._raw.set_column(at, at, width)

    def set_height(self, row: int, points: float) -> None:
        """Set the height of one row."""
        self._raw.set_row(row, points)

    def fit_height(self, row: int, *cells: tuple[str, float]) -> None:
        """Make a row tall enough for its wrapped texts, each with the width of its column.

        Excel does so by itself when it opens a file; other programs show one line.
        """
        lines = max((_lines_of(text, width) for text, width in cells), default=1)
        if lines > 1:
            self.set_height(row, min(_TALLEST, lines * _LINE_POINTS + 3))

    def hold(self, row: int, columns: int = 0) -> None:
        """Keep the heading row and the first columns in sight, on the screen and on paper."""
        self._raw.freeze_panes(row + 1, columns)
        self._raw.repeat_rows(row)
        if columns:
            self._raw.repeat_columns(0, columns - 1)

    def fit_width(self) -> None:
        """Print all columns on the width of one page."""
        self._raw.fit_to_pages(1, 0)

    def offer_filter(self, top: int, last: int, columns: int) -> None:
        """Give the heading row its filter buttons."""
        self._raw.autofilter(top, 0, last, columns - 1)


class Book:
    """A workbook in memory (工作簿): every cell is a text or a number, none is computed."""

    def __init__(self, title: str, made: datetime) -> None:
        self._bytes = BytesIO()
        self._raw = xlsxwriter.Workbook(
            self._bytes,
            {
                "in_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
            },
        )
        self._raw.set_properties(
            {"title": writable(title), "created": made.replace(tzinfo=None), "comments": "公文检索"}
        )
        self._looks: dict[tuple[tuple[str, object], ...], Any] = {}

    def done(self) -> bytes:
        """Close the workbook and return its bytes."""
        self._raw.close()
        return self._bytes.getvalue()

    def sheet(self, name: str, *, landscape: bool = True) -> Sheet:
        """Begin a sheet for A4 paper, with page numbers in the footer."""
        raw = self._raw.add_worksheet(name)
        raw.set_paper(_A4)
        if landscape:
            raw.set_landscape()
        raw.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        raw.set_footer("&C&P / &N")
        return Sheet(self, raw)

    def look(self, **look: object) -> Any:
        """Return a cell format, made once for each set of properties."""
        whole: dict[str, object] = {"font_name": BODY_FONT, "font_size": 10.5, "valign": "top"}
        whole |= look
        key = tuple(sorted(whole.items()))
        if key not in self._looks:
            self._looks[key] = self._raw.add_format(whole)
        return self._looks[key]

    def table(
        self, name: str, columns: Sequence[Column], rows: Iterable[Sequence[str | int]]
    ) -> None:
        """Write a plain table on a sheet of its own, headings repeated on every page."""
        sheet = self.sheet(name)
        sheet.set_widths(*(column.width for column in columns))
        for at, column in enumerate(columns):
            sheet.put(0, at, column.title, **HEADING)
        sheet.hold(0)
        sheet.fit_width()
        edges: dict[str, object] = {"border": 1, "border_color": "#E3E0D8", "text_wrap": True}
        last = 0
        for last, row in enumerate(rows, start=1):
            for at, (column, value) in enumerate(zip(columns, row, strict=True)):
                look = edges | ({"align": "center"} if column.centred else {})
                if isinstance(value, int):
                    sheet.put_number(last, at, value, **look)
                elif column.link and value:
                    sheet.put_link(last, at, value, **look)
                else:
                    sheet.put(last, at, value, **look)
            pairs = zip(columns, row, strict=True)
            sheet.fit_height(last, *((str(value), column.width) for column, value in pairs))
        if last:
            sheet.offer_filter(0, last, len(columns))

    def notes(self, lines: Iterable[tuple[str, str]]) -> None:
        """Write the last sheet: what the workbook is, and where it comes from (说明)."""
        sheet = self.sheet("说明", landscape=False)
        sheet.set_widths(14, 76)
        for row, (name, value) in enumerate(lines):
            sheet.put(row, 0, name, font_name=HEAD_FONT)
            if value.startswith(_WEB):
                sheet.put_link(row, 1, value, text_wrap=True)
            else:
                sheet.put(row, 1, value, text_wrap=True)
