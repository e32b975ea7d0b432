"""Web pages (网页) as raw circulars; lxml lives behind this door.

The whole visible text of the page becomes lines; what surrounds the circular is kept in place and
marked as dropped with its reason, so nothing leaves the file unseen.
"""

from __future__ import annotations

import re
from typing import Any, Final

from lxml import etree
from lxml import html as lxml_html

from corpus.errors import UnreadableFileError
from corpus.model import Dropped, RawCircular, Remark
from corpus.readers.decoding import Decoded, replace_unstorable
from corpus.readers.html_main import choose_main
from corpus.readers.html_scan import count_han, scan_html
from corpus.readers.labels import clean_page_title, harvest_lines, label_of
from corpus.readers.page_text import Joint, PageText, holds_data
from corpus.readers.page_waste import drop_waste

_LOST_SHARE: Final = 0.005
_SKIPPED: Final = frozenset(
    {"script", "style", "head", "title", "meta", "link", "template", "textarea"}
)
_INLINE: Final = frozenset(
    [
        "a",
        "abbr",
        "acronym",
        "b",
        "big",
        "cite",
        "code",
        "del",
        "dfn",
        "em",
        "font",
        "i",
        "img",
        "ins",
        "kbd",
        "label",
        "mark",
        "o:p",
        "q",
        "s",
        "samp",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "tt",
        "u",
        "var",
        "wbr",
        "nobr",
        "bdo",
        "bdi",
        "time",
        "svg",
        "path",
    ]
)
_FURNITURE_TAGS: Final = {
    "nav": "页面导航",
    "footer": "页脚",
    "aside": "页面侧栏",
    "button": "按钮",
    "select": "选项框",
    "noscript": "脚本提示",
}
_HEADING_TAGS: Final = {f"h{level}": level for level in range(1, 7)}
_BOLD_TAGS: Final = frozenset({"b", "strong"})
_BOLD_STYLE: Final = re.compile(r"font-weight\s{0,5}:\s{0,5}(?:bold|bolder|[6-9]00)", re.IGNORECASE)
_HIDDEN_STYLE: Final = re.compile(
    r"display\s{0,5}:\s{0,5}none|visibility\s{0,5}:\s{0,5}hidden|font-size\s{0,5}:\s{0,5}0(?:px|pt)?\s{0,5}(?:;|$)",
    re.IGNORECASE,
)
_SURROGATE_REFERENCE: Final = re.compile(
    r"&#(?:0{1,9};|x0{1,9};|x[dD][89a-fA-F][0-9a-fA-F]{2};|5[567]\d{3};)", re.IGNORECASE
)
_STYLE_LIMIT: Final = 2000
_MOST_ROWS, _MOST_COLUMNS = 1_000, 100
_META_LABELS: Final = {
    "articletitle": "标题",
    "pubdate": "发布日期",
    "contentsource": "来源",
    "sitename": "网站名称",
}


def read_html(name: str, decoded: Decoded) -> RawCircular:
    """Return the circular in a web page (网页), its surroundings marked as dropped.

    Raises:
        UnreadableFileError: when the page cannot be parsed without losing text.
    """
    source, references = _replace_references(decoded.text)
    expected = scan_html(source)
    root = _parse(source)
    metadata = _head_metadata(root)
    body = root.find("body") if root.tag == "html" else root
    page = PageText()
    if body is not None:
        main = choose_main(body)
        _write_body(body, main, page)
    text, dropped, bold = page.finish()
    remarks = [*decoded.remarks, *_check_loss(expected, count_han(text))]
    if references:
        message = f"网页里有 {references} 个无效的字符引用，以“\ufffd”代替"
        remarks.append(Remark(0, "unstorable_replaced", message))
    dropped = (*dropped, *drop_waste(text, dropped))
    metadata, harvested = harvest_lines(text, dropped, metadata)
    dropped = tuple(sorted((*dropped, *harvested), key=lambda one: one.span))
    if not _has_text(text, dropped):
        raise UnreadableFileError("no_text")
    return RawCircular(
        name=name,
        text=text,
        media_type="text/html",
        encoding=decoded.encoding,
        metadata=metadata,
        bold=bold,
        dropped=dropped,
        remarks=tuple(remarks),
        outlined=page.outlined,
        continued=page.continued,
    )


def _replace_references(text: str) -> tuple[str, int]:
    """Replace references to NUL and to surrogates before the parser can stumble over them."""
    if "&#" not in text:
        return text, 0
    pieces: list[str] = []
    count = position = 0
    while True:
        start = text.find("&#", position)
        if start < 0:
            pieces.append(text[position:])
            return "".join(pieces), count
        found = _SURROGATE_REFERENCE.match(text, start, start + 14)
        end = found.end() if found else start + 2
        pieces.append(text[position:start])
        pieces.append("\ufffd" if found else "&#")
        count += found is not None
        position = end


def _parse(source: str) -> Any:
    """Return the root element; the one place where lxml may fail, translated."""
    source = source.lstrip("\ufeff \t\r\n")
    if source.startswith("<?xml"):  # lxml refuses a str that declares an encoding
        source = source[source.find(">") + 1 :]
    parser = lxml_html.HTMLParser(huge_tree=False, no_network=True, remove_pis=True)
    try:
        return lxml_html.document_fromstring(source, parser=parser, ensure_head_body=True)
    except (etree.LxmlError, ValueError, AssertionError) as error:
        raise UnreadableFileError("parser_error", type(error).__name__) from error


def _check_loss(expected: int, found: int) -> list[Remark]:
    """Compare 汉字 before and after: a gap is a remark, a wide one keeps the page out."""
    gap = expected - found
    if gap <= 0:
        return []
    if gap > expected * _LOST_SHARE and gap > 1:
        raise UnreadableFileError("text_lost", f"应有 {expected} 个汉字，只读出 {found} 个")
    return [Remark(0, "text_gap", f"解析网页后少了 {gap} 个汉字")]


def _has_text(text: str, dropped: tuple[Dropped, ...]) -> bool:
    kept: list[str] = []
    position = 0
    for one in dropped:
        kept.append(text[position : one.span.start])
        position = max(position, one.span.end)
    kept.append(text[position:])
    return any(character.isalnum() for piece in kept for character in piece)


def _head_metadata(root: Any) -> dict[str, str]:
    """The title and the site's own meta fields, under Chinese labels."""
    metadata: dict[str, str] = {}
    for meta in root.iter("meta"):
        label = _META_LABELS.get((meta.get("name") or "").strip().lower())
        content = replace_unstorable((meta.get("content") or "").strip())[0]
        if label and content and label not in metadata:
            metadata[label] = content
    title = next(root.iter("title"), None)
    if title is not None and "标题" not in metadata:
        shown = clean_page_title(" ".join(title.text_content().split()))
        if shown:
            metadata["标题"] = replace_unstorable(shown)[0]
    return metadata


def _write_body(body: Any, main: Any, page: PageText) -> None:
    """Write every visible text of the body, marking what lies outside `main`."""
    inside = (main, set(main.iterdescendants())) if main is not body else None
    stack: list[tuple[Any, bool]] = [(body, False)]
    while stack:
        element, leaving = stack.pop()
        if leaving:
            page.leave()
            if element.tag in _HEADING_TAGS:
                page.set_level(0)
            page.add(element.tail or "")
            continue
        if not isinstance(element.tag, str) or element.tag in _SKIPPED:
            page.add(element.tail or "")
            continue
        if element.tag == "table" and _is_grid(element):
            _enter(element, inside, page)
            _write_rows(element, page)
            stack.append((element, True))
            continue
        _enter(element, inside, page)
        if element.tag in _HEADING_TAGS:
            page.set_level(_HEADING_TAGS[element.tag])
        page.add(element.text or "")
        stack.append((element, True))
        stack.extend((child, False) for child in reversed(element))


def _enter(element: Any, inside: tuple[Any, set[Any]] | None, page: PageText) -> None:
    """Open an element on the page: its line break, its weight, its reason to be dropped."""
    style = (element.get("style") or "")[:_STYLE_LIMIT]
    reason = _FURNITURE_TAGS.get(element.tag, "")
    if element.get("hidden") is not None or _HIDDEN_STYLE.search(style):
        reason = "页面隐藏文字"
    if inside is not None and element is inside[0]:
        reason = page.LIFT
    elif not reason and inside is not None and element not in inside[1]:
        reason = page.OUTSIDE
    block = element.tag not in _INLINE
    page.enter(
        block=block,
        bold=element.tag in _BOLD_TAGS or _BOLD_STYLE.search(style) is not None,
        reason=reason,
    )


def _is_grid(table: Any) -> bool:
    """Whether a table holds data in rows, rather than the layout of the page."""
    if next(table.iterdescendants("table"), None) is not None:
        return False
    return holds_data(
        [
            [cell.text_content().strip() for cell in row if cell.tag in ("td", "th")]
            for row in table.iter("tr")
        ]
    )


def _write_rows(table: Any, page: PageText) -> None:
    """Write one line a row, cells separated by a tab."""
    caption = next(table.iter("caption"), None)
    if caption is not None:
        page.add_line(caption.text_content())
    reaching: dict[int, tuple[int, bool]] = {}  # column → rows a cell above still spans, its first
    for row in table.iter("tr"):
        cells = [cell for cell in row if cell.tag in ("td", "th")]
        texts = [_cell_text(cell) for cell in cells]
        if label_of(texts[0]) if texts else False:
            for left, right in zip(texts[::2], texts[1::2], strict=False):
                page.add_line(f"{left}\t{right}")
        else:
            page.add_row(_boxes(cells, texts, reaching))


def _boxes(
    cells: list[Any], texts: list[str], reaching: dict[int, tuple[int, bool]]
) -> list[str | Joint]:
    """The boxes of a row, those included that cells from the rows above reach into."""
    boxes: list[str | Joint] = []

    def pass_merged() -> None:
        while len(boxes) in reaching:
            left, first = reaching.pop(len(boxes))
            if left > 1:
                below[len(boxes)] = (left - 1, first)
            boxes.append(Joint.ABOVE if first else Joint.LEFT)

    below: dict[int, tuple[int, bool]] = {}
    for cell, text in zip(cells, texts, strict=True):
        pass_merged()
        down, across = _spanned(cell, "rowspan"), _spanned(cell, "colspan")
        for step in range(across if len(boxes) < _MOST_COLUMNS else 1):
            if down > 1:
                below[len(boxes)] = (down - 1, step == 0)
            boxes.append(Joint.LEFT if step else text)
    pass_merged()
    reaching.clear()
    reaching.update(below)
    return boxes


def _spanned(cell: Any, name: str) -> int:
    """How many rows or columns a cell takes, within what a table may have."""
    said = (cell.get(name) or "").strip()[:5]
    value = int(said) if said.isascii() and said.isdigit() else 1
    most = _MOST_ROWS if name == "rowspan" else _MOST_COLUMNS
    return min(value or (most if name == "rowspan" else 1), most)  # 0: down to the last row


def _cell_text(cell: Any) -> str:
    pieces: list[str] = []
    for element in cell.iter():
        if isinstance(element.tag, str) and element.tag not in _SKIPPED:
            if element is not cell and element.tag not in _INLINE:
                pieces.append(" ")
            pieces.append(element.text or "")
        if element is not cell:
            pieces.append(element.tail or "")
    return " ".join("".join(pieces).replace("\xa0", " ").split())
