"""The body of a Word document as lines (正文遍历): paragraphs, tables, boxes, in reading order."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from corpus.model import Remark
from corpus.readers.docx_links import LINKS
from corpus.readers.page_text import Joint, holds_data
from corpus.readers.xml import local_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from corpus.readers.docx_numbering import Numbering
    from corpus.readers.docx_styles import Styles
    from corpus.readers.page_text import PageText

_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_VALUE: Final = f"{_W}val"
_MOST_COLUMNS: Final = 100
_WRAPPERS: Final = frozenset(  # elements whose children count as if they stood there themselves
    [
        "sdt",
        "sdtContent",
        "customXml",
        "smartTag",
        "ins",
        "moveTo",
        "hyperlink",
        "fldSimple",
        "ruby",
        "rubyBase",
        "dir",
        "bdo",
    ]
)
_FORMULAS: Final = frozenset({"oMath", "oMathPara"})
_REMOVED: Final = frozenset({"del", "moveFrom"})
_BREAKS: Final = frozenset({"br", "cr"})
_CHARACTERS: Final = {"tab": " ", "noBreakHyphen": "-", "ptab": " "}
_BOX_HOLDERS: Final = frozenset({"drawing", "pict", "object", "AlternateContent"})
_NOTE_KINDS: Final = frozenset({"separator", "continuationSeparator", "continuationNotice"})
_CONTENTS_GALLERY: Final = "Table of Contents"
DELETED: Final = "修订中已删除的文字"
HIDDEN: Final = "隐藏文字"
COMMENTS: Final = "批注"
_CONTENTS: Final = "目录"
_LINE_BREAK: Final = "\n"


@dataclass(slots=True)
class _Words:
    """What one paragraph says, and what is found beside its words."""

    pieces: list[tuple[str, bool]] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    boxes: list[Any] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The words without their weight."""
        return "".join(text for text, _ in self.pieces)


class DocxWalk:
    """Writes the blocks of a Word document to a page, and counts what it could not write."""

    def __init__(self, page: PageText, styles: Styles, numbering: Numbering) -> None:
        self._page = page
        self._styles = styles
        self._numbering = numbering
        self._fields: list[bool] = []  # of each open field, whether its result has begun
        self._pictures = 0
        self._objects = 0

    def write_blocks(self, parent: Any) -> None:
        """Write the paragraphs and tables below an element, in their order."""
        for block in parent.iterchildren():
            name = local_name(block)
            if name == "p":
                self._write_paragraph(block)
            elif name == "tbl":
                self._write_table(block)
            elif name in _REMOVED:
                self._write_dropped("".join(_deleted_text(block)), DELETED)
            elif name == "sdt" and _is_contents(block):
                with _Reason(self._page, _CONTENTS):
                    self.write_blocks(block)
            elif name in _WRAPPERS:
                self.write_blocks(block)
            elif name == "altChunk":
                self._objects += 1

    def write_beside(self, root: Any | None, reason: str) -> None:
        """Write a part that is not the body (页眉、脚注 …), all of it dropped."""
        if root is None:
            return
        before = self._pictures, self._objects
        with _Reason(self._page, reason):
            for child in root.iterchildren():
                kind = child.get(f"{_W}type")
                if local_name(child) in ("footnote", "endnote", "comment"):
                    if kind not in _NOTE_KINDS:
                        self.write_blocks(child)
                elif local_name(child) in ("p", "tbl", "sdt"):
                    self.write_blocks(root)
                    break
        self._pictures, self._objects = before  # a logo in a header is no loss

    def write_addresses(self, addresses: Iterable[str]) -> None:
        """Write where the links of the document lead, an address a line, all of it dropped."""
        for address in addresses:
            self._write_dropped(address, LINKS)

    def remarks(self) -> tuple[Remark, ...]:
        """Return what a reader should know about the document as a whole."""
        found: list[Remark] = []
        if self._numbering.restored:
            message = f"有 {self._numbering.restored} 处编号由 Word 自动生成，已按编号规则补写"
            found.append(Remark(0, "numbering_restored", message))
        if self._pictures:
            message = f"文档里有 {self._pictures} 张图片，图片中的文字没有读取"
            found.append(Remark(0, "pictures_skipped", message))
        if self._objects:
            message = f"文档里有 {self._objects} 个嵌入的对象或附件，没有读取"
            found.append(Remark(0, "objects_skipped", message))
        return tuple(found)

    def _write_paragraph(self, paragraph: Any) -> None:
        words = self._words(paragraph)
        for box in words.boxes:
            self.write_blocks(box)
        number = self._number(paragraph)
        if words.text.strip():
            contents = _CONTENTS if self._styles.is_contents(paragraph) else ""
            self._page.enter(block=True, bold=False, reason=contents)
            self._page.set_level(self._styles.outline_level(paragraph))
            if number:
                first = next((bold for text, bold in words.pieces if text.strip()), False)
                self._add(number, bold=first)
            for text, bold in words.pieces:
                self._add(text, bold=bold)
            self._page.leave()
            self._page.set_level(0)
        self._write_dropped("".join(words.hidden), HIDDEN)
        self._write_dropped("".join(words.removed), DELETED)

    def _add(self, text: str, *, bold: bool) -> None:
        self._page.enter(block=False, bold=bold, reason="")
        for index, line in enumerate(text.split(_LINE_BREAK)):
            if index:
                self._page.end_line()
            self._page.add(line)
        self._page.leave()

    def _write_dropped(self, text: str, reason: str) -> None:
        if text.strip():
            with _Reason(self._page, reason):
                self._page.add_line(text.replace(_LINE_BREAK, " "))

    def _number(self, paragraph: Any) -> str:
        place = self._styles.list_place(paragraph)
        return self._numbering.next_number(*place) if place is not None else ""

    def _words(self, paragraph: Any) -> _Words:
        words = _Words()
        self._gather(paragraph, paragraph, words)
        return words

    def _gather(self, parent: Any, paragraph: Any, words: _Words) -> None:
        for child in parent.iterchildren():
            name = local_name(child)
            if name == "r":
                self._gather_run(child, paragraph, words)
            elif name in _FORMULAS:
                said = "".join(e.text or "" for e in child.iter() if local_name(e) == "t")
                words.pieces.append((said, False))
            elif name in _WRAPPERS:
                self._gather(child, paragraph, words)
            elif name in _REMOVED:
                words.removed.extend(_deleted_text(child))
            elif name in _BOX_HOLDERS:
                self._gather_boxes(child, words)

    def _gather_run(self, run: Any, paragraph: Any, words: _Words) -> None:
        bold = self._styles.is_bold(run, paragraph)
        hidden = self._styles.is_hidden(run)
        for child in run.iterchildren():
            name = local_name(child)
            if name == "t":
                text = _flat(child.text or "")
            elif name in _CHARACTERS:
                text = _CHARACTERS[name]
            elif name in _BREAKS:
                text = _LINE_BREAK
            elif name == "sym":
                text = _symbol(child)
            elif name == "fldChar":
                self._follow_field(child.get(f"{_W}fldCharType"))
                continue
            elif name == "delText":
                words.removed.append(child.text or "")
                continue
            elif name in _BOX_HOLDERS:
                self._gather_boxes(child, words)
                continue
            elif name in _WRAPPERS:  # ruby: the base text, not its reading
                self._gather(child, paragraph, words)
                continue
            else:
                continue
            if all(self._fields):  # the instruction of a field is not text, its result is
                words.hidden.append(text) if hidden else words.pieces.append((text, bold))

    def _follow_field(self, kind: str | None) -> None:
        if kind == "begin":
            self._fields.append(False)
        elif kind == "separate" and self._fields:
            self._fields[-1] = True
        elif kind == "end" and self._fields:
            self._fields.pop()

    def _gather_boxes(self, holder: Any, words: _Words) -> None:
        """Note the text boxes in a drawing; of two versions of one drawing the first counts."""
        if local_name(holder) == "AlternateContent":
            holder = next(iter(holder.iterchildren()), holder)
        boxes = [one for one in holder.iter(f"{_W}txbxContent") if not _inside_box(one, holder)]
        words.boxes.extend(boxes)
        if boxes:
            return
        for element in holder.iter():
            name = local_name(element)
            if name in ("blip", "imagedata"):
                self._pictures += 1
            elif name == "OLEObject":
                self._objects += 1

    def _write_table(self, table: Any) -> None:
        rows = [
            [cell for cell in _cells(row, "tc") if not _continues(cell)]
            for row in _cells(table, "tr")
        ]
        nested = next((t for t in table.iterdescendants(f"{_W}tbl")), None) is not None
        if nested or not holds_data([[_raw_text(cell) for cell in row] for row in rows]):
            for row in rows:
                for cell in row:
                    self.write_blocks(cell)
            return
        for row in _cells(table, "tr"):
            self._page.add_row(self._boxes(row))

    def _boxes(self, row: Any) -> list[str | Joint]:
        """The boxes of a row, as many as the table has columns there."""
        boxes: list[str | Joint] = [""] * _row_number(row, "gridBefore", 0)
        for cell in _cells(row, "tc"):
            boxes.append(Joint.ABOVE if _continues(cell) else self._cell_text(cell))
            if len(boxes) <= _MOST_COLUMNS:
                boxes += [Joint.LEFT] * (_cell_number(cell, "gridSpan", 1) - 1)
        return boxes + [""] * _row_number(row, "gridAfter", 0)

    def _cell_text(self, cell: Any) -> str:
        pieces: list[str] = []
        for paragraph in cell.iterdescendants(f"{_W}p"):
            if _inside_box(paragraph, cell):
                continue
            words = self._words(paragraph)
            for box in words.boxes:
                self.write_blocks(box)
            number = self._number(paragraph)
            # A column of row numbers holds nothing but automatic numbers.
            pieces.append(number + words.text if words.text.strip() else number.rstrip(" .、．"))
            self._write_dropped("".join(words.hidden), HIDDEN)
            self._write_dropped("".join(words.removed), DELETED)
        return " ".join(" ".join(pieces).split())


class _Reason:
    """While it lasts, what is written is marked as dropped (带原因略去)."""

    def __init__(self, page: PageText, reason: str) -> None:
        self._page = page
        self._reason = reason

    def __enter__(self) -> None:
        self._page.enter(block=True, bold=False, reason=self._reason)

    def __exit__(self, *_: object) -> None:
        self._page.leave()


def _cells(parent: Any, wanted: str) -> list[Any]:
    """The rows of a table or the cells of a row, also those inside content controls."""
    found: list[Any] = []
    for child in parent.iterchildren():
        name = local_name(child)
        if name == wanted:
            found.append(child)
        elif name in _WRAPPERS:
            found.extend(_cells(child, wanted))
    return found


def _continues(cell: Any) -> bool:
    """Whether a cell is the lower part of one merged downwards."""
    properties = cell.find(f"{_W}tcPr")
    merged = properties.find(f"{_W}vMerge") if properties is not None else None
    return merged is not None and merged.get(_VALUE) != "restart"


def _row_number(row: Any, name: str, default: int) -> int:
    return _number_in(row.find(f"{_W}trPr"), name, default)


def _cell_number(cell: Any, name: str, default: int) -> int:
    return _number_in(cell.find(f"{_W}tcPr"), name, default)


def _number_in(properties: Any | None, name: str, default: int) -> int:
    """A count of columns as the file says it, within what a table may have."""
    said = properties.find(f"{_W}{name}") if properties is not None else None
    value = said.get(_VALUE, "") if said is not None else ""
    return min(int(value[:4]), _MOST_COLUMNS) if value.isascii() and value.isdigit() else default


def _raw_text(cell: Any) -> str:
    return "".join(text.text or "" for text in cell.iter(f"{_W}t")).strip()


def _is_contents(control: Any) -> bool:
    galleries = control.iterdescendants(f"{_W}docPartGallery")
    return any(one.get(_VALUE) == _CONTENTS_GALLERY for one in galleries)


def _deleted_text(element: Any) -> list[str]:
    return [e.text or "" for e in element.iter(f"{_W}delText", f"{_W}t")]


def _inside_box(box: Any, holder: Any) -> bool:
    """Whether a box lies inside another of the same drawing, or in its older version."""
    for above in box.iterancestors():
        if above is holder:
            return False
        if local_name(above) in ("txbxContent", "Fallback"):
            return True
    return False


def _symbol(element: Any) -> str:
    """A character given by its code; those of symbol fonts have no meaning as text."""
    try:
        code = int(element.get(f"{_W}char") or "", 16)
    except ValueError:
        return ""
    private = 0xE000 <= code <= 0xF8FF or 0xD800 <= code <= 0xDFFF  # noqa: PLR2004 - Unicode ranges
    return "" if private or not 0x20 <= code < 0x30000 else chr(code)  # noqa: PLR2004 - planes 0–2


def _flat(text: str) -> str:
    return text.replace("\r", " ").replace(_LINE_BREAK, " ")
