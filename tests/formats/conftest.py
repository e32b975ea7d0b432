"""Makers of files in every format, from lines of invented text."""

from __future__ import annotations

import io
import re
import zipfile
from types import SimpleNamespace
from xml.sax.saxutils import escape

import docx
import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from corpus.errors import UnreadableFileError
from corpus.readers import read_bytes

FONT = "STSong-Light"  # a CID font every PDF reader knows; no font file is needed
EM = 16.0
LEFT, RIGHT, TOP, BOTTOM = 80.0, 80.0 + 27 * EM, 125.0, 106.0  # margins of GB/T 9704
NOT_FIRST = set("，。、；：？！）〕】》”’%")
DATED = re.compile(r"\d{4}年\d{1,2}月\d{1,2}日")


def width_of(text: str, size: float = EM) -> float:
    return pdfmetrics.stringWidth(text, FONT, size)


def wrap(text: str, indent: float) -> list[str]:
    """Break a paragraph as a word processor does: no closing mark at the start of a line."""
    pieces = re.findall(r"[A-Za-z0-9.]+|.", text)
    lines, room, current = [], RIGHT - LEFT - indent, ""
    for piece in pieces:
        if width_of(current + piece) > room + 0.01 and piece not in NOT_FIRST and current:
            lines.append(current)
            current, room = piece, RIGHT - LEFT
        else:
            current += piece
    return [*lines, current]


class Page:
    """What stands on a page: texts (x, y from the top, size, text), and rules of tables."""

    def __init__(self):
        self.texts: list[tuple[float, float, float, str]] = []
        self.rules: list[tuple[float, float, float, float]] = []


def place(lines: list[str]) -> list[Page]:
    """Lay lines of text out on pages."""
    pages = [Page()]
    y = TOP

    def put(x: float, size: float, text: str) -> None:
        nonlocal y
        if y > A4[1] - BOTTOM:
            pages.append(Page())
            y = TOP
        pages[-1].texts.append((x, y, size, text))
        y += 28

    def put_row(cells: list[str]) -> None:
        """A row of a ruled table, each cell broken into lines of its own."""
        nonlocal y
        width, size = (RIGHT - LEFT) / len(cells), 10.0
        room = int((width - 8) // size)
        broken = [[c[at : at + room] for at in range(0, len(c), room)] for c in cells]
        height = 16 * max(map(len, broken)) + 8
        if y + height > A4[1] - BOTTOM:
            pages.append(Page())
            y = TOP
        top = y - 20
        for column, parts in enumerate(broken):
            left = LEFT + column * width
            for row, part in enumerate(parts):
                pages[-1].texts.append((left + 4, top + 14 + 16 * row, size, part))
            pages[-1].rules.append((left, top, left, top + height))
        pages[-1].rules.append((RIGHT, top, RIGHT, top + height))
        pages[-1].rules.append((LEFT, top, RIGHT, top))
        pages[-1].rules.append((LEFT, top + height, RIGHT, top + height))
        y += height

    for line in lines:
        if "\t" in line:
            put_row(line.split("\t"))
            continue
        prose = len(line) > 30 and not line.startswith("《") and "号《" not in line
        signed = DATED.fullmatch(line) or line.endswith(("办公厅", "办公室", "厅", "局"))
        if line.endswith(("：", ":")) and line.startswith("各"):
            for piece in wrap(line, 0):
                put(LEFT, EM, piece)
        elif (
            prose
            or line.endswith(("。", "）", "；", "：", "印发", "】", "]", "底前", "长期坚持", "社"))
            or re.match(r"[一二三四五六七八九十（㈠-㈩\d]", line)
        ):
            for index, piece in enumerate(wrap(line, 2 * EM)):
                put(LEFT + (0 if index else 2 * EM), EM, piece)
        elif signed:
            put(RIGHT - width_of(line) - 2 * EM, EM, line)
        else:
            size = 22.0 if width_of(line, 22.0) < RIGHT - LEFT else EM
            y += 28  # a title stands apart
            for piece in wrap(line, 0) if size == EM else [line]:
                put((LEFT + RIGHT - width_of(piece, size)) / 2, size, piece)
    return pages


def make_pdf(lines: list[str], *, header: str = "", password: str = "") -> bytes:
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    target = io.BytesIO()
    encrypt = password or None
    canvas = Canvas(target, pagesize=A4, encrypt=encrypt, invariant=True)
    for number, page in enumerate(place(lines), start=1):
        if header:
            canvas.setFont(FONT, 10)
            canvas.drawString(LEFT, A4[1] - 50, header)
        for left, top, right, bottom in page.rules:
            canvas.line(left, A4[1] - top, right, A4[1] - bottom)
        for x, y, size, text in page.texts:
            canvas.setFont(FONT, size)
            canvas.drawString(x, A4[1] - y, text)
        canvas.setFont(FONT, 14)
        canvas.drawCentredString(A4[0] / 2, 45, f"— {number} —")
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def make_ofd(lines: list[str]) -> bytes:
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    millimetre = 25.4 / 72
    ofd = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    pages = place(lines)
    files = {
        "OFD.xml": f'<ofd:OFD {ofd} Version="1.0"><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml'
        "</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f"<ofd:Document {ofd}><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>"
        "0 0 210 297</ofd:PhysicalBox></ofd:PageArea></ofd:CommonData><ofd:Pages>"
        + "".join(
            f'<ofd:Page ID="{n}" BaseLoc="Pages/Page_{n}/Content.xml"/>' for n in range(len(pages))
        )
        + "</ofd:Pages></ofd:Document>",
    }
    for number, page in enumerate(pages):
        objects = [
            f'<ofd:PathObject ID="3" Boundary="{x0 * millimetre:.4f} {y0 * millimetre:.4f} '
            f'{(x1 - x0) * millimetre:.4f} {(y1 - y0) * millimetre:.4f}"><ofd:AbbreviatedData>M 0 0 L '
            f"{(x1 - x0) * millimetre:.4f} {(y1 - y0) * millimetre:.4f}</ofd:AbbreviatedData>"
            "</ofd:PathObject>"
            for x0, y0, x1, y1 in page.rules
        ]
        for x, y, size, text in [
            *page.texts,
            (A4[0] / 2 - 20, A4[1] - 45, 14, f"— {number + 1} —"),
        ]:
            steps = " ".join(f"{width_of(c, size) * millimetre:.4f}" for c in text[:-1])
            objects.append(
                f'<ofd:TextObject ID="1" Boundary="{x * millimetre:.4f} {(y - size) * millimetre:.4f} '
                f'180 10" Font="1" Size="{size * millimetre:.4f}"><ofd:TextCode X="0" '
                f'Y="{size * millimetre:.4f}" DeltaX="{steps}">{escape(text)}</ofd:TextCode>'
                "</ofd:TextObject>"
            )
        files[f"Doc_0/Pages/Page_{number}/Content.xml"] = (
            f'<ofd:Page {ofd}><ofd:Content><ofd:Layer ID="2">{"".join(objects)}'
            "</ofd:Layer></ofd:Content></ofd:Page>"
        )
    return make_zip({name: text.encode() for name, text in files.items()})


def make_docx(lines: list[str]) -> bytes:
    document = docx.Document()
    table = None
    for line in lines:
        cells = line.split("\t")
        if len(cells) == 1:
            document.add_paragraph(line)
            table = None
            continue
        table = table or document.add_table(rows=0, cols=len(cells))
        for cell, text in zip(table.add_row().cells, cells, strict=True):
            cell.text = text
    return save(document)


def save(document) -> bytes:
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def make_html(lines: list[str]) -> bytes:
    body = ""
    for line in lines:
        cells = "</td><td>".join(map(escape, line.split("\t")))
        body += f"<tr><td>{cells}</td></tr>\n" if "\t" in line else f"<p>{escape(line)}</p>\n"
    body = re.sub(r"((?:<tr>.*</tr>\n)+)", r"<table>\1</table>", body)
    return f"<!DOCTYPE html><html><body>\n{body}</body></html>".encode()


def make_zip(files: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", compression) as package:
        for name, data in files.items():
            package.writestr(name, data)
    return target.getvalue()


def change_part(data: bytes, part: str, change) -> bytes:
    """The package with one part changed, or added when it is not there."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        files = {entry.filename: package.read(entry) for entry in package.infolist()}
    files[part] = change(files.get(part, b""))
    return make_zip(files)


def read_or_code(name: str, data: bytes):
    try:
        return read_bytes(name, data), ""
    except UnreadableFileError as error:
        return None, error.code


@pytest.fixture(scope="session")
def make() -> SimpleNamespace:
    """Makers: each takes lines of text and returns the bytes of a file."""
    return SimpleNamespace(
        pdf=make_pdf,
        ofd=make_ofd,
        docx=make_docx,
        html=make_html,
        text=lambda lines: "\n".join(lines).encode(),
        zip=make_zip,
        save=save,
        change_part=change_part,
    )


@pytest.fixture(scope="session")
def attempt():
    """Read a file: the raw circular and "", or None and the code of the reason."""
    return read_or_code
