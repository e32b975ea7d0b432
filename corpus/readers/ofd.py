"""OFD files (版式文档, GB/T 33190) as raw circulars: a package of XML whose `TextCode` is the text.

文本提取（实验）: what is drawn as outlines only, stamps and pictures have no text to extract.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any, Final

from corpus.errors import UnreadableFileError
from corpus.model import RawCircular, Remark
from corpus.readers.budgets import BUDGETS
from corpus.readers.package import Spending, open_package, read_member
from corpus.readers.page_layout import write_pages
from corpus.readers.page_lines import ASCENT, DESCENT, Glyph, PlacedPage, Rule
from corpus.readers.page_text import PageText, circular_of
from corpus.readers.xml import local_name, parse_xml

if TYPE_CHECKING:
    import zipfile

MEDIA_TYPE: Final = "application/ofd"
_ENTRY: Final = "OFD.xml"
_A4: Final = (0.0, 0.0, 210.0, 297.0)
_HEAVY_WEIGHT: Final = 600
_HEAVY_FACES: Final = ("黑体", "simhei", "heiti", "bold")
_DEFAULT_SIZE: Final = 3.7  # millimetres: 小四
_MOST_NUMBERS: Final = 100_000
_HIDDEN: Final = "版式模板"


def read_ofd(name: str, data: bytes) -> RawCircular:
    """Return the circular in an OFD file (版式文档).

    Raises:
        UnreadableFileError: `damaged`, `doctype`, `encrypted`, `no_text` and the like.
    """
    spending = Spending(BUDGETS)
    with open_package(data, spending) as package:
        reader = _Reader(package, spending)
        pages = reader.read()
    text_of = PageText()
    write_pages(pages, text_of)
    for line in reader.templates:
        text_of.enter(block=True, bold=False, reason=_HIDDEN)
        text_of.add_line(line)
        text_of.leave()
    remarks = [Remark(0, "ofd_extracted", "OFD 文本提取（实验），请与版面核对")]
    if reader.missing:
        remarks.append(Remark(0, "pages_damaged", f"有 {reader.missing} 页已损坏，没有读取"))
    return circular_of(
        text_of,
        name,
        MEDIA_TYPE,
        remarks=tuple(remarks),
        without_text="no_text_layer" if reader.pictures else "no_text",
    )


class _Reader:
    """Follows the package from OFD.xml to the pages and gathers what they show."""

    def __init__(self, package: zipfile.ZipFile, spending: Spending) -> None:
        self._package = package
        self._spending = spending
        self._entries = {_normal(entry.filename): entry for entry in package.infolist()}
        self._heavy: set[str] = set()  # the ids of bold fonts
        self.pictures = 0
        self.missing = 0
        self.templates: list[str] = []

    def read(self) -> list[PlacedPage]:
        """Return the pages of all documents in the file, in order."""
        root = self._parse(_ENTRY)
        if local_name(root) != "OFD":
            raise UnreadableFileError("damaged", "不是 OFD 文档")
        pages: list[PlacedPage] = []
        for element in root.iter():
            if local_name(element) == "DocRoot":
                pages += self._document(_joined("", element.text))
        if not pages:
            raise UnreadableFileError("damaged", "没有页面")
        return pages

    def _document(self, path: str) -> list[PlacedPage]:
        root = self._parse(path)
        area = _A4
        found: list[PlacedPage] = []
        templates: set[str] = set()
        for element in root.iter():
            name = local_name(element)
            if name == "PhysicalBox" and area == _A4:
                area = _box(element.text) or area
            elif name in ("PublicRes", "DocumentRes"):
                self._fonts(_joined(path, element.text))
            elif name == "TemplatePage":
                templates.add(_joined(path, element.get("BaseLoc")))
            elif name == "Page" and element.get("BaseLoc"):
                found.append(self._page(_joined(path, element.get("BaseLoc")), area))
                if len(found) > BUDGETS.pages:
                    raise UnreadableFileError("too_complex", f"{len(found)} 页以上")
        for template in sorted(templates):
            page = self._page(template, area)
            self.templates += ["".join(one.text for one in page.glyphs)]
        return found

    def _page(self, path: str, area: tuple[float, float, float, float]) -> PlacedPage:
        if path not in self._entries:
            self.missing += 1
            return PlacedPage(area[2], area[3], ())
        glyphs: list[Glyph] = []
        rules: list[Rule] = []
        for element in self._parse(path).iter():
            name = local_name(element)
            if name == "PhysicalBox":
                area = _box(element.text) or area
            elif name == "TextObject":
                glyphs += self._text(element)
            elif name == "PathObject":
                rules += _path_rules(element)
            elif name == "ImageObject":
                self.pictures += 1
        return PlacedPage(area[2] or _A4[2], area[3] or _A4[3], glyphs, rules)

    def _text(self, element: Any) -> list[Glyph]:
        """The letters of one text object, each at its place."""
        box = _box(element.get("Boundary")) or _A4
        matrix = _matrix(element.get("CTM"))
        size = _number(element.get("Size")) or _DEFAULT_SIZE
        heavy = (_number(element.get("Weight")) or 0) >= _HEAVY_WEIGHT
        heavy = heavy or element.get("Font") in self._heavy
        found: list[Glyph] = []
        x = y = 0.0
        for code in element.iterchildren():
            if local_name(code) != "TextCode":
                continue
            x = _number(code.get("X"), x)
            y = _number(code.get("Y"), y)
            text = code.text or ""
            steps = _deltas(code.get("DeltaX"), len(text))
            falls = _deltas(code.get("DeltaY"), len(text))
            at, down = x, y
            for index, letter in enumerate(text):
                step = steps[index] if index < len(steps) else 0.0
                width = step or (size if ord(letter) > 0x2000 else size / 2)  # noqa: PLR2004
                left, right = at * matrix[0], (at + min(width, size)) * matrix[0]
                base = down * matrix[3]
                tall = size * abs(matrix[3])
                found.append(
                    Glyph(
                        text=letter,
                        x0=box[0] + matrix[4] + left,
                        x1=box[0] + matrix[4] + right,
                        top=box[1] + matrix[5] + base - tall * ASCENT,
                        bottom=box[1] + matrix[5] + base + tall * DESCENT,
                        size=tall,
                        bold=heavy,
                    )
                )
                # Without deltas the letters are set solid, as their font says.
                at += step if index < len(steps) else (0.0 if steps or falls else width)
                down += falls[index] if index < len(falls) else 0.0
        return found

    def _fonts(self, path: str) -> None:
        if path not in self._entries:
            return
        for element in self._parse(path).iter():
            if local_name(element) == "Font":
                named = f"{element.get('FontName', '')} {element.get('FamilyName', '')}".lower()
                if element.get("Bold") == "true" or any(face in named for face in _HEAVY_FACES):
                    self._heavy.add(element.get("ID", ""))

    def _parse(self, path: str) -> Any:
        entry = self._entries.get(path)
        if entry is None:
            raise UnreadableFileError("damaged", f"缺少 {path[-60:]}")
        return parse_xml(read_member(self._package, entry, self._spending))


def _normal(path: str) -> str:
    return posixpath.normpath(path.replace("\\", "/")).lstrip("/")


def _joined(base: str, path: str | None) -> str:
    """A path in the package: absolute from its root, or relative to the file that names it."""
    said = (path or "").strip().replace("\\", "/")
    if said.startswith("/"):
        return _normal(said)
    return _normal(posixpath.join(posixpath.dirname(base), said))


def _number(text: str | None, default: float = 0.0) -> float:
    try:
        value = float(text or "")
    except ValueError:
        return default
    return value if -1e6 < value < 1e6 else default  # noqa: PLR2004 - also rules out nan and inf


def _floats(text: str | None) -> list[float]:
    return [_number(one) for one in (text or "")[: 20 * _MOST_NUMBERS].split()]


def _box(text: str | None) -> tuple[float, float, float, float] | None:
    numbers = _floats(text)
    return (*numbers[:4],) if len(numbers) >= 4 else None  # type: ignore[return-value]  # noqa: PLR2004


def _matrix(text: str | None) -> tuple[float, ...]:
    numbers = _floats(text)
    return tuple(numbers) if len(numbers) == 6 else (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)  # noqa: PLR2004


def _deltas(text: str | None, count: int) -> list[float]:
    """The distances between letters; `g 5 3.2` stands for five times 3.2."""
    found: list[float] = []
    words = iter((text or "").split())
    for word in words:
        if len(found) >= count:
            break
        if word == "g":
            times, step = int(_number(next(words, "0"))), _number(next(words, "0"))
            found += [step] * max(0, min(times, count - len(found)))
        else:
            found.append(_number(word))
    return found


def _path_rules(element: Any) -> list[Rule]:
    """The straight level and upright lines of a path: M x y L x y …."""
    box = _box(element.get("Boundary"))
    if box is None:
        return []
    data = next((one.text for one in element.iter() if local_name(one) == "AbbreviatedData"), "")
    words = (data or "")[:10_000].split()
    found: list[Rule] = []
    at: tuple[float, float] | None = None
    index = 0
    while index < len(words):
        if words[index] in ("M", "S", "L") and index + 2 < len(words):
            to = (box[0] + _number(words[index + 1]), box[1] + _number(words[index + 2]))
            if words[index] == "L" and at is not None:
                xs, ys = sorted((at[0], to[0])), sorted((at[1], to[1]))
                found.append(Rule(xs[0], ys[0], xs[1], ys[1]))
            at = to
            index += 3
        else:
            index += 1
    return found
