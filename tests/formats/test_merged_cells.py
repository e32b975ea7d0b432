"""任务分工表 with merged cells: whatever the format, each row has the bodies that stand beside it."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, NamedTuple

import docx
import pytest
from docx.oxml.ns import qn
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from corpus.readers import read_bytes
from corpus.readers.decoding import Decoded
from corpus.readers.html import read_html
from corpus.structure import parse_circular

if TYPE_CHECKING:
    from corpus.model import RawCircular


class Cell(NamedTuple):
    """A cell of a table in a file: its words and how many rows and columns it takes."""

    words: str
    down: int = 1
    across: int = 1


TITLE = "云港市防汛工作任务分工"
LETTER = [
    "云港市人民政府办公室关于印发防汛工作任务分工的通知",
    "各区人民政府：",
    "现将任务分工印发给你们，请认真落实。",
]
# A header of two rows, a heading over the whole width, a lead merged over two tasks, a task with
# two leads, a cell that takes both columns of bodies.
TABLE = [
    [Cell("序号", 2), Cell("重点任务", 2), Cell("责任分工", 1, 2), Cell("完成时限", 2)],
    [Cell("牵头单位"), Cell("配合单位")],
    [Cell("一、完善机制", 1, 5)],
    [Cell("1"), Cell("修订防汛预案"), Cell("市应急管理局", 2), Cell("市水利局、气象局"), Cell("2024年5月底", 3)],
    [Cell("2"), Cell("建设指挥平台"), Cell("")],
    [Cell("3", 2), Cell("检查水库堤防", 2), Cell("市水利局"), Cell("市财政局")],
    [Cell("市自然资源局"), Cell(""), Cell("长期坚持")],
    [Cell("二、强化保障", 1, 5)],
    [Cell("4"), Cell("储备抢险物资"), Cell("市发展改革委、财政局", 1, 2), Cell("2024年6月底")],
]  # fmt: skip
EXPECTED = [  # path, the words of the row, deadline, who has which role
    ("1", "1 修订防汛预案 市应急管理局 市水利局、气象局 2024年5月底", "2024年5月底",
     ["市应急管理局/lead", "市水利局/support", "市气象局/support"]),
    ("1", "2 建设指挥平台", "2024年5月底", ["市应急管理局/lead"]),
    ("1", "3 检查水库堤防 市水利局 市财政局", "2024年5月底", ["市水利局/lead", "市财政局/support"]),
    ("1", "市自然资源局 长期坚持", "长期坚持", ["市自然资源局/lead"]),
    ("2", "4 储备抢险物资 市发展改革委、财政局 2024年6月底", "2024年6月底",
     ["市发展改革委/lead", "市财政局/lead"]),
]  # fmt: skip
COLUMNS, ROWS = 5, len(TABLE)


def placed():
    """The cells with their row and column, as merged cells push them."""
    taken: set[tuple[int, int]] = set()
    for row, cells in enumerate(TABLE):
        column = 0
        for cell in cells:
            while (row, column) in taken:
                column += 1
            yield row, column, cell
            taken |= {(row + y, column + x) for y in range(cell.down) for x in range(cell.across)}
            column += cell.across


def web_page() -> bytes:
    rows = "".join(
        "<tr>"
        + "".join(f'<td rowspan="{c.down}" colspan="{c.across}">{c.words}</td>' for c in cells)
        + "</tr>"
        for cells in TABLE
    )
    letter = "".join(f"<p>{line}</p>" for line in [*LETTER, TITLE])
    return f"<!DOCTYPE html><html><body>{letter}<table>{rows}</table></body></html>".encode()


def word_file() -> bytes:
    document = docx.Document()
    for line in [*LETTER, TITLE]:
        document.add_paragraph(line)
    table = document.add_table(rows=ROWS, cols=COLUMNS)
    for row, column, cell in placed():
        first = table.cell(row, column)
        last = table.cell(row + cell.down - 1, column + cell.across - 1)
        (first.merge(last) if last is not first else first).text = cell.words
    assert table._tbl.findall(f".//{qn('w:vMerge')}")
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def drawn():
    """Where words and lines stand on the page: the same for PDF and OFD."""
    widths, height = [40, 120, 90, 110, 80], 22
    lefts = [80 + sum(widths[:at]) for at in range(COLUMNS + 1)]
    texts = [(80.0 if line.startswith("各") else 112.0, 100.0 + 28 * at, 16.0, line)
             for at, line in enumerate(LETTER)]  # fmt: skip
    texts.append((220.0, 200.0, 16.0, TITLE))
    lines = []
    for row, column, cell in placed():
        left, right = lefts[column], lefts[column + cell.across]
        top, bottom = 220 + row * height, 220 + (row + cell.down) * height
        if cell.words:
            texts.append((left + 4.0, (top + bottom) / 2 + 3, 10.0, cell.words))
        lines += [(left, top, right, top), (left, bottom, right, bottom)]
        lines += [(left, top, left, bottom), (right, top, right, bottom)]
    return texts, lines


def pdf_file() -> bytes:
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=A4, invariant=True)
    texts, lines = drawn()
    for x, y, size, words in texts:
        canvas.setFont("STSong-Light", size)
        canvas.drawString(x, A4[1] - y, words)
    for left, top, right, bottom in lines:
        canvas.line(left, A4[1] - top, right, A4[1] - bottom)
    canvas.save()
    return target.getvalue()


def ofd_file(make) -> bytes:
    texts, lines = drawn()
    ofd, scale = 'xmlns:ofd="http://www.ofdspec.org/2016"', 25.4 / 72
    objects = "".join(
        f'<ofd:PathObject ID="3" Boundary="{x0 * scale:.3f} {y0 * scale:.3f} 100 100">'
        f"<ofd:AbbreviatedData>M 0 0 L {(x1 - x0) * scale:.3f} {(y1 - y0) * scale:.3f}"
        "</ofd:AbbreviatedData></ofd:PathObject>"
        for x0, y0, x1, y1 in lines
    ) + "".join(
        f'<ofd:TextObject ID="1" Boundary="{x * scale:.3f} {(y - size) * scale:.3f} 180 10" Font="1" '
        f'Size="{size * scale:.3f}"><ofd:TextCode X="0" Y="{size * scale:.3f}" '
        f'DeltaX="g {len(words) - 1} {size * scale:.3f}">{words}</ofd:TextCode></ofd:TextObject>'
        for x, y, size, words in texts
    )
    return make.zip({
        "OFD.xml": f"<ofd:OFD {ofd}><ofd:DocBody><ofd:DocRoot>D/Document.xml</ofd:DocRoot>"
        "</ofd:DocBody></ofd:OFD>".encode(),
        "D/Document.xml": f"<ofd:Document {ofd}><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>"
        "0 0 210 297</ofd:PhysicalBox></ofd:PageArea></ofd:CommonData><ofd:Pages>"
        '<ofd:Page ID="1" BaseLoc="P/Content.xml"/></ofd:Pages></ofd:Document>'.encode(),
        "D/P/Content.xml": f'<ofd:Page {ofd}><ofd:Content><ofd:Layer ID="2">{objects}'
        "</ofd:Layer></ofd:Content></ofd:Page>".encode(),
    })  # fmt: skip


@pytest.fixture(params=["html", "docx", "pdf", "ofd"])
def raw(request, make) -> RawCircular:
    makers = {"html": web_page, "docx": word_file, "pdf": pdf_file, "ofd": lambda: ofd_file(make)}
    return read_bytes(f"通知.{request.param}", makers[request.param]())


def test_a_merged_cell_speaks_of_every_row_it_spans(raw):
    circular = parse_circular(raw)
    rows = [one for one in circular.paragraphs if one.groups]
    assert [
        (
            ".".join(map(str, one.path)),
            " ".join(one.text.split()),
            one.groups[0].deadline,
            [f"{member.expanded}/{member.role}" for member in one.groups[0].members],
        )
        for one in rows
    ] == EXPECTED
    assert [(h.number, h.heading) for h in circular.headings] == [
        ("一、", "完善机制"),
        ("二、", "强化保障"),
    ]


def test_nothing_of_a_table_is_said_twice(raw):
    said = "".join(raw.text.split())
    for _, _, cell in placed():
        if len(cell.words) > 4:
            assert said.count(cell.words) == 1 + (cell.words in TITLE)


def test_a_name_in_a_merged_cell_is_shown_where_it_stands(raw):
    for paragraph in parse_circular(raw).paragraphs:
        for group in paragraph.groups:
            assert paragraph.span.start <= group.span.start <= group.span.end
            assert group.span.end <= paragraph.span.end
            assert raw.text[group.span.start : group.span.end] == group.raw
            for member in group.members:
                assert raw.text[member.span.start : member.span.end] == member.as_written


@pytest.mark.parametrize(
    "attribute", ['rowspan="0"', 'rowspan="99999"', 'colspan="x"', 'rowspan=""']
)
def test_an_odd_span_of_a_page_takes_no_more_than_the_table(attribute):
    page = (
        f"<table><tr><td {attribute}>甲</td><td>乙</td></tr><tr><td>丙</td></tr></table><p>丁。</p>"
    )
    text = read_html("a.html", Decoded(page, "utf-8")).text
    assert text.replace("\t", "").split("\n") == ["甲乙", "丙", "丁。"]
    assert len(text) < 50


@pytest.mark.parametrize("kind", ["html", "docx"])
def test_a_long_measure_stands_beside_who_is_responsible_for_it(make, kind):
    long = "各区要落实责任，安排专人值班，保证通信畅通，遇有险情立即报告。" * 30
    lines = [*LETTER, "重点任务\t责任单位", f"{long}\t市水利局", "检查堤防。\t市财政局"]
    circular = parse_circular(read_bytes(f"通知.{kind}", getattr(make, kind)(lines)))
    assert [
        member.as_written
        for paragraph in circular.paragraphs
        for group in paragraph.groups
        for member in group.members
    ] == ["市水利局", "市财政局"]


def test_a_table_that_lays_out_a_page_is_no_data():
    long = "各区要落实责任，安排专人值班。" * 60
    rows = [["首页", "政务公开"], [long]]
    page = "".join("<tr>" + "".join(f"<td>{c}</td>" for c in row) + "</tr>" for row in rows)
    text = read_html("a.html", Decoded(f"<table>{page}</table>", "utf-8")).text
    assert text.split("\n") == ["首页", "政务公开", long]
