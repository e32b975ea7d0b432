"""The one door through which Word documents are written: a report with real Chinese fonts.

A font named by `font.name` alone never reaches 汉字: Word takes theirs from `w:eastAsia`, and the
theme's fonts win over both, so every style here names all four and drops the theme.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

import docx
from docx.enum.section import WD_ORIENTATION
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from search.facets import ROLE_NAMES
from webui.export_cells import writable
from webui.views_state import ROLE_MARKS

if TYPE_CHECKING:
    from datetime import datetime

    from webui.basket_items import Collected, Report

DOCX_TYPE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
FANGSONG: Final = "仿宋"
HEITI: Final = "黑体"
KAITI: Final = "楷体"
_LATIN: Final = "Times New Roman"
_LINK_BLUE: Final = RGBColor(0x1F, 0x4E, 0x79)
_SIZE: Final = Pt(14)
_SMALL: Final = Pt(10.5)
_WEB: Final = ("http://", "https://")


def report_document(report: Report, *, made: datetime) -> bytes:
    """Return a basket as a Word document: texts with their sources, notes, and references."""
    document = docx.Document()
    set_page(document)
    set_styles(document)
    title = writable(report.title) or "报告材料"
    document.core_properties.title = title
    document.core_properties.author = ""
    document.core_properties.comments = "公文检索"
    document.core_properties.language = "zh-CN"
    document.core_properties.created = made.replace(tzinfo=None)
    document.add_paragraph(title, style="Title")
    head = document.add_paragraph(style="Gongwen Meta")
    head.alignment = WD_ALIGN_PARAGRAPH.CENTER
    head.add_run(f"共 {len(report.items)} 项，整理于 {made:%Y年}{made.month}月{made.day}日")
    before = ""
    for item in report.items:
        if item.title != before:
            document.add_paragraph(writable(item.title) or "未知文件", style="Heading 1")
            before = item.title
        _add_item(document, item)
    if report.references:
        document.add_paragraph("参考文献", style="Heading 1")
        for order, reference in enumerate(report.references, start=1):
            _add_reference(document, order, reference)
    return save_document(document)


def save_document(document: Any) -> bytes:
    """Return a document's bytes, its signs of two widths (“ ” ‘ ’ — … ●) set as Chinese ones.

    Word takes those from the Latin font, half as wide, unless each run says otherwise.
    """
    for run in document.element.body.iter(qn("w:r")):
        run.get_or_add_rPr().get_or_add_rFonts().set(qn("w:hint"), "eastAsia")
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def _add_item(document: Any, item: Collected) -> None:
    """Add one item: its text with the number of its reference, agencies, place, link, note."""
    if item.lost:
        lost = document.add_paragraph(style="Gongwen Body")
        lost.add_run(f"{item.order}．{item.lost}（{writable(item.item.name)}）")
        _add_note(document, item)
        return
    body = document.add_paragraph(style="Gongwen Body")
    body.add_run(f"{item.order}．{writable(item.text)}")
    _add_anchor_link(body, f"[{item.reference}]", f"ref_{item.reference}")
    roles = "；".join(
        f"{ROLE_MARKS[role]}{ROLE_NAMES[role]}：{writable('、'.join(names))}"
        for role, names in item.roles
    )
    if roles:
        document.add_paragraph(roles, style="Gongwen Meta")
    source = document.add_paragraph(
        f"出处：{writable(item.citation)}。链接：", style="Gongwen Meta"
    )
    add_web_link(source, item.permalink)
    for notice in item.notices:
        document.add_paragraph(f"注意：{notice}", style="Gongwen Meta")
    _add_note(document, item)


def _add_note(document: Any, item: Collected) -> None:
    for order, line in enumerate(writable(item.item.note).splitlines()):
        document.add_paragraph(line if order else f"说明：{line}", style="Gongwen Note")


def _add_reference(document: Any, order: int, reference: str) -> None:
    """Add one entry of the references, with a bookmark for the numbers that point at it."""
    entry = document.add_paragraph(style="Gongwen Reference")
    mark = OxmlElement("w:bookmarkStart")
    mark.set(qn("w:id"), str(order))
    mark.set(qn("w:name"), f"ref_{order}")
    end = OxmlElement("w:bookmarkEnd")
    end.set(qn("w:id"), str(order))
    entry._p.append(mark)  # noqa: SLF001  python-docx has no bookmarks
    text, space, address = writable(reference).rpartition(" ")
    if address.startswith(_WEB):
        entry.add_run(text + space)
        add_web_link(entry, address)
    else:
        entry.add_run(writable(reference))
    entry._p.append(end)  # noqa: SLF001


def add_web_link(paragraph: Any, address: str) -> Any:
    """Add a web address that can be followed, and return its run; anything else stays text."""
    run = paragraph.add_run(writable(address))
    if not address.startswith(_WEB):
        return run
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), paragraph.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, True))
    run.font.color.rgb = _LINK_BLUE
    run.font.underline = True
    link.append(run._r)  # noqa: SLF001  python-docx has no way to make a link
    paragraph._p.append(link)  # noqa: SLF001
    return run


def _add_anchor_link(paragraph: Any, text: str, anchor: str) -> None:
    """Add a raised number that leads to its entry in the references."""
    run = paragraph.add_run(text)
    run.font.superscript = True
    link = OxmlElement("w:hyperlink")
    link.set(qn("w:anchor"), anchor)
    link.append(run._r)  # noqa: SLF001
    paragraph._p.append(link)  # noqa: SLF001


def set_page(document: Any, *, landscape: bool = False) -> None:
    """Set A4 with the margins of GB/T 9704 (smaller where it lies), and a page number."""
    section = document.sections[0]
    if landscape:
        section.orientation = WD_ORIENTATION.LANDSCAPE
        section.page_width, section.page_height = Mm(297), Mm(210)
        section.top_margin = section.bottom_margin = Mm(20)
        section.left_margin = section.right_margin = Mm(18)
    else:
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.top_margin, section.bottom_margin = Mm(37), Mm(35)
        section.left_margin, section.right_margin = Mm(28), Mm(26)
    footer = section.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = footer.add_run()
    for kind, text in (("begin", ""), ("", " PAGE "), ("end", "")):
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.set(qn("xml:space"), "preserve")
            mark.text = text
        run._r.append(mark)  # noqa: SLF001


def set_styles(document: Any) -> None:
    """Give every style its fonts, sizes and spacing."""
    styles = document.styles
    _set_font(styles["Normal"], FANGSONG, _SIZE)
    _set_font(styles["Title"], HEITI, Pt(22))
    styles["Title"].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    styles["Title"].paragraph_format.space_after = Pt(12)
    _drop_border(styles["Title"])
    _set_font(styles["Heading 1"], HEITI, _SIZE)
    heading = styles["Heading 1"].paragraph_format
    heading.space_before, heading.space_after, heading.keep_with_next = Pt(14), Pt(4), True
    body = styles.add_style("Gongwen Body", 1)
    _set_font(body, FANGSONG, _SIZE)
    _set_lines(body, Pt(28), first=_SIZE * 2)
    body.paragraph_format.space_before = Pt(6)
    meta = styles.add_style("Gongwen Meta", 1)
    _set_font(meta, KAITI, _SMALL)
    _set_lines(meta, Pt(18))
    note = styles.add_style("Gongwen Note", 1)
    _set_font(note, KAITI, Pt(12))
    _set_lines(note, Pt(22), first=Pt(24))
    reference = styles.add_style("Gongwen Reference", 1)
    _set_font(reference, FANGSONG, _SMALL)
    _set_lines(reference, Pt(20))
    reference.paragraph_format.left_indent = Pt(21)
    reference.paragraph_format.first_line_indent = Pt(-21)


def _set_font(style: Any, name: str, size: Any) -> None:
    """Name a style's font for every script; the theme's fonts would win, so they go."""
    style.font.name = _LATIN
    style.font.size = size
    style.font.bold = False
    style.font.italic = False
    style.font.color.rgb = RGBColor(0, 0, 0)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    _set_language(style)
    for script, font in (("ascii", _LATIN), ("hAnsi", _LATIN), ("cs", _LATIN), ("eastAsia", name)):
        fonts.set(qn(f"w:{script}"), font)


def _set_language(style: Any) -> None:
    """Say that 汉字 are simplified Chinese, so that they and 。， get their shape and place."""
    properties = style.element.get_or_add_rPr()
    for old in properties.findall(qn("w:lang")):
        properties.remove(old)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "en-US")
    language.set(qn("w:eastAsia"), "zh-CN")
    properties.append(language)


def _set_lines(style: Any, height: Any, *, first: Any = None) -> None:
    layout = style.paragraph_format
    layout.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    layout.line_spacing = height
    layout.space_after = Pt(0)
    if first is not None:
        layout.first_line_indent = first


def _drop_border(style: Any) -> None:
    """Take away the line that the template draws under its titles."""
    layout = style.element.get_or_add_pPr()
    for border in layout.findall(qn("w:pBdr")):
        layout.remove(border)
