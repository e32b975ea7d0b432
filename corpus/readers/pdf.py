"""PDF files with a text layer as raw circulars; pdfminer lives behind this door.

pdfminer says where letters stand; `corpus.readers.page_layout` makes text of it. What a small file
can make pdfminer inflate, draw or repeat is counted while it happens.
"""

from __future__ import annotations

import io
import logging
import re
import zlib
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from pdfminer import pdftypes
from pdfminer.converter import PDFLayoutAnalyzer
from pdfminer.layout import LTChar, LTContainer, LTImage, LTLine, LTPage, LTRect
from pdfminer.pdfdocument import PDFDocument, PDFEncryptionError, PDFPasswordIncorrect
from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser

from corpus.errors import UnreadableFileError
from corpus.model import RawCircular, Remark
from corpus.readers.budgets import BUDGETS
from corpus.readers.page_layout import write_pages
from corpus.readers.page_lines import ASCENT, DESCENT, Glyph, PlacedPage, Rule
from corpus.readers.page_text import PageText, circular_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pdfminer.pdffont import PDFFont

MEDIA_TYPE: Final = "application/pdf"
_HEAVY_FACE: Final = re.compile(r"bold|heavy|black|simhei|heiti|黑体", re.IGNORECASE)
_THIN: Final = 3.0  # points: a filled box no thicker is a line
_MOST_FORMS: Final = 2_000
_MOST_OPENED: Final = 10_000  # arrays left open, which pdfminer nests as deep as they come
_MOST_DRAWN: Final = 200_000  # letters, lines and boxes on one page
_UNMAPPED: Final = "\ufffd"
_UNMAPPED_SHARE: Final = 0.1
_SHOWN_PAGES: Final = 10
_PRIVATE: Final = ("\ue000", "\uf8ff")
_TURNED: Final = "旋转的文字（多为水印）"


def read_pdf(name: str, data: bytes) -> RawCircular:
    """Return the circular in a PDF file by its text layer (文字层).

    Raises:
        UnreadableFileError: `encrypted`, `no_text_layer`, `no_text_mapping`, `damaged` and the
            limits of `Budgets`.
    """
    logging.getLogger("pdfminer").setLevel(logging.CRITICAL)  # it comments on every odd font
    drawn = _draw(data)
    pages, remarks = drawn.pages, drawn.remarks()
    letters = [one.text for page in pages for one in page.glyphs if one.text.strip()]
    if not letters:
        raise UnreadableFileError(drawn.without_text)
    unmapped = sum(_UNMAPPED in one or _PRIVATE[0] <= one[0] <= _PRIVATE[1] for one in letters)
    if unmapped > len(letters) * _UNMAPPED_SHARE:
        raise UnreadableFileError("no_text_mapping", f"{unmapped} 字")
    if unmapped:
        message = f"有 {unmapped} 个字没有文字对照，以“{_UNMAPPED}”代替或为造字"
        remarks = (*remarks, Remark(0, "letters_unmapped", message))
    page_text = PageText()
    write_pages(pages, page_text)
    for turned in drawn.turned:
        page_text.enter(block=True, bold=False, reason=_TURNED)
        page_text.add_line(turned)
        page_text.leave()
    return circular_of(
        page_text, name, MEDIA_TYPE, remarks=remarks, without_text=drawn.without_text
    )


class _Drawn:
    """The pages of a file with what was found on them."""

    def __init__(self) -> None:
        self.pages: list[PlacedPage] = []
        self.turned: list[str] = []
        self.pictures = False
        self._without_text: list[int] = []
        self._failed: list[int] = []

    @property
    def without_text(self) -> str:
        """The reason to give where no text is found (隔离原因)."""
        return "no_text_layer" if self.pictures else "no_text"

    def add(self, number: int, page: LTPage | None) -> None:
        """Take a page over; None is one that could not be drawn."""
        if page is None or page.height <= 0:
            self._failed.append(number)
            self.pages.append(PlacedPage(1, 1, ()))
            return
        glyphs: list[Glyph] = []
        rules: list[Rule] = []
        turned: list[str] = []
        pictured = False
        for item in _leaves(page):
            if isinstance(item, LTChar):
                if item.upright or not item.get_text().strip():
                    glyphs.append(_glyph(item, page.height))
                else:
                    turned.append(item.get_text())
            elif isinstance(item, LTImage):
                pictured = True
            else:
                rules += _rules(item, page.height)
        if turned:
            self.turned.append("".join(turned))
        self.pictures = self.pictures or pictured
        if pictured and not any(one.text.strip() for one in glyphs):
            self._without_text.append(number)
        self.pages.append(PlacedPage(page.width, page.height, glyphs, rules))

    def remarks(self) -> tuple[Remark, ...]:
        """Return what a reader should know about the pages."""
        found: list[Remark] = []
        if self._without_text:
            message = f"{_numbers(self._without_text)}是图片，没有文字层，没有读取"
            found.append(Remark(0, "pages_without_text", message))
        if self._failed:
            message = f"{_numbers(self._failed)}已损坏，没有读取"
            found.append(Remark(0, "pages_damaged", message))
        return tuple(found)


def _draw(data: bytes) -> _Drawn:
    """Draw all pages of a file into letters and lines."""
    drawn = _Drawn()
    with _translated(), _bounded_streams():
        document = PDFDocument(PDFParser(io.BytesIO(data)), password="")
        device = _Device()
        interpreter = _Interpreter(device.rsrcmgr, device)
        failed = 0
        for number, page in enumerate(PDFPage.create_pages(document), start=1):
            if number > BUDGETS.pages:
                raise UnreadableFileError("too_complex", f"{number} 页以上")
            try:
                drawn.add(number, device.draw(page, interpreter))
            except (UnreadableFileError, MemoryError):
                raise
            except Exception:  # noqa: BLE001 - pdfminer raises anything; the other pages may be whole
                failed += 1
                drawn.add(number, None)
        if failed == len(drawn.pages):
            raise UnreadableFileError("damaged", "没有一页可读")
    return drawn


class _Device(PDFLayoutAnalyzer):
    """Keeps the page last drawn, and counts what is drawn on it."""

    def __init__(self) -> None:
        super().__init__(PDFResourceManager(), laparams=None)
        self.page: LTPage | None = None
        self.instructions = 0
        self.forms = 0

    def draw(self, page: PDFPage, interpreter: PDFPageInterpreter) -> LTPage | None:
        """Return a page as letters, lines and pictures."""
        self.page = None
        self._stack.clear()  # what a failed page left behind
        self.instructions = self.forms = 0
        interpreter.process_page(page)
        return self.page

    def receive_layout(self, ltpage: LTPage) -> None:
        self.page = ltpage

    def handle_undefined_char(self, font: PDFFont, cid: int) -> str:  # noqa: ARG002 - pdfminer's
        return _UNMAPPED


class _Interpreter(PDFPageInterpreter):
    """Executes drawing instructions within the budgets."""

    device: _Device

    def execute(self, streams: Sequence[object]) -> None:
        self.device.forms += 1
        opened = 0
        for one in streams:
            drawing = pdftypes.stream_value(one).get_data()
            self.device.instructions += len(drawing)
            opened += drawing.count(b"[") - drawing.count(b"]")
        much = self.device.instructions > BUDGETS.page_instructions
        if much or self.device.forms > _MOST_FORMS or opened > _MOST_OPENED:
            raise UnreadableFileError("too_complex", "一页上的图形指令过多")
        super().execute(streams)


class _BoundedZlib:
    """What pdfminer uses of zlib, with an end to what may come out (解压上限)."""

    error = zlib.error
    decompressobj = staticmethod(zlib.decompressobj)

    def __init__(self) -> None:
        self._left = BUDGETS.unpacked_bytes

    def decompress(self, data: bytes) -> bytes:
        """Inflate one stream; what a torn stream still holds is kept."""
        limit = min(BUDGETS.stream_bytes, self._left)
        inflater = zlib.decompressobj()
        inflated = inflater.decompress(data, limit + 1)
        if len(inflated) > limit:
            raise UnreadableFileError("zip_bomb")
        self._left -= len(inflated)
        return inflated


@contextmanager
def _bounded_streams() -> Iterator[None]:
    """Let pdfminer inflate through our counter; it has no setting of its own for that."""
    module: Any = pdftypes
    before = module.zlib
    module.zlib = _BoundedZlib()
    try:
        yield
    finally:
        module.zlib = before


@contextmanager
def _translated() -> Iterator[None]:
    """Turn what pdfminer raises into our own error: on hostile bytes it raises anything."""
    try:
        yield
    except (UnreadableFileError, MemoryError):
        raise
    except (PDFPasswordIncorrect, PDFEncryptionError) as error:
        raise UnreadableFileError("encrypted") from error
    except Exception as error:
        raise UnreadableFileError("damaged", type(error).__name__) from error


def _leaves(page: LTPage) -> Iterator[Any]:
    """Yield the letters, lines, boxes and pictures of a page, those inside forms too."""
    stack: list[Any] = [iter(page)]
    count = 0
    while stack:
        item = next(stack[-1], None)
        if item is None:
            stack.pop()
            continue
        if isinstance(item, LTContainer):
            stack.append(iter(item))
            continue
        count += 1
        if count > _MOST_DRAWN:
            raise UnreadableFileError("too_complex", "一页上的图形过多")
        if isinstance(item, LTChar | LTImage | LTLine | LTRect):
            yield item


def _glyph(item: LTChar, height: float) -> Glyph:
    """Place a letter by its base line: fonts disagree about how far they reach below it."""
    base = height - item.matrix[5]
    return Glyph(
        text=item.get_text(),
        x0=item.x0,
        x1=item.x1,
        top=base - ASCENT * item.size,
        bottom=base + DESCENT * item.size,
        size=item.size,
        bold=_HEAVY_FACE.search(item.fontname[:200]) is not None,
    )


def _rules(item: LTLine | LTRect, height: float) -> list[Rule]:
    """A drawn line, or the four sides of a box."""
    left, top, right, bottom = item.x0, height - item.y1, item.x1, height - item.y0
    if isinstance(item, LTLine) or right - left <= _THIN or bottom - top <= _THIN:
        return [Rule(left, top, right, bottom)]
    if not item.stroke:
        return []
    return [
        Rule(left, top, right, top),
        Rule(left, bottom, right, bottom),
        Rule(left, top, left, bottom),
        Rule(right, top, right, bottom),
    ]


def _numbers(pages: list[int]) -> str:
    shown = "、".join(map(str, pages[:_SHOWN_PAGES]))
    return f"第 {shown} {'等 ' + str(len(pages)) + ' ' if len(pages) > _SHOWN_PAGES else ''}页"
