"""Word documents: what the page shows is read, what it hides is dropped with its reason."""

from __future__ import annotations

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

from corpus.readers import read_bytes
from corpus.readers.docx import read_docx
from corpus.readers.docx_links import LINKS
from corpus.readers.docx_numbering import format_number

W = nsdecls("w")
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"


def read(make, document):
    return read_docx("通知.docx", make.save(document))


def dropped_of(raw):
    return {one.reason: raw.text[one.span.start : one.span.end] for one in raw.dropped}


def kept_lines(raw):
    outside = {one.span.start for one in raw.dropped}
    found, position = [], 0
    for line in raw.text.split("\n"):
        if position not in outside:
            found.append(line)
        position += len(line) + 1
    return found


def number_part(levels: list[tuple[str, str]], *, restart: int | None = None):
    """A list definition: (format, text) for each level, and a second list that starts anew."""
    rules = "".join(
        f'<w:lvl w:ilvl="{n}"><w:start w:val="1"/><w:numFmt w:val="{style}"/>'
        f'<w:suff w:val="nothing"/><w:lvlText w:val="{text}"/></w:lvl>'
        for n, (style, text) in enumerate(levels)
    )
    override = (
        f'<w:lvlOverride w:ilvl="0"><w:startOverride w:val="{restart}"/></w:lvlOverride>'
        if restart
        else ""
    )
    return parse_xml(
        f'<w:numbering {W}><w:abstractNum w:abstractNumId="7">{rules}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>'
        f'<w:num w:numId="2"><w:abstractNumId w:val="7"/>{override}</w:num></w:numbering>'
    )


def numbered(document, text: str, level: int, list_id: int = 1):
    paragraph = document.add_paragraph(text)
    paragraph._p.get_or_add_pPr().append(
        parse_xml(f'<w:numPr {W}><w:ilvl w:val="{level}"/><w:numId w:val="{list_id}"/></w:numPr>')
    )


def with_numbering(part):
    document = docx.Document()
    known = document.part.numbering_part
    known._element.getparent() if known._element.getparent() is not None else None
    known._element = part
    return document


def test_automatic_numbers_are_written_as_the_page_shows_them(make):
    document = with_numbering(
        number_part(
            [("chineseCounting", "%1、"), ("chineseCountingThousand", "（%2）"), ("decimal", "%3.")]
        )
    )
    for text, level in (
        ("加强领导", 0), ("组织", 1), ("人员", 2), ("经费", 2), ("督查", 1), ("附则", 0), ("施行", 1),
    ):  # fmt: skip
        numbered(document, text, level)
    raw = read(make, document)
    assert raw.text.split("\n") == [
        "一、加强领导", "（一）组织", "1.人员", "2.经费", "（二）督查", "二、附则", "（一）施行",
    ]  # fmt: skip
    assert "numbering_restored" in {remark.code for remark in raw.remarks}


def test_a_second_list_starts_anew_only_where_it_says_so(make):
    document = with_numbering(number_part([("chineseCounting", "第%1条 ")], restart=1))
    numbered(document, "甲", 0)
    numbered(document, "乙", 0)
    numbered(document, "丙", 0, list_id=2)
    assert read(make, document).text.split("\n") == ["第一条 甲", "第二条 乙", "第一条 丙"]


@pytest.mark.parametrize(
    ("value", "style", "shown"),
    [
        (21, "chineseCounting", "二十一"), (10, "ideographDigital", "一〇"), (3, "chineseLegalSimplified", "叁"),
        (2, "ideographTraditional", "乙"), (1, "ideographZodiac", "子"), (4, "decimalEnclosedParen", "⑷"),
        (5, "decimalEnclosedFullstop", "⒌"), (12, "decimalFullWidth", "１２"), (4, "upperRoman", "IV"),
        (28, "lowerLetter", "bb"), (7, "decimalZero", "07"), (0, "chineseCounting", "0"), (9, "unheardOf", "9"),
    ],
)  # fmt: skip
def test_every_number_format_has_its_look(value, style, shown):
    assert format_number(value, style) == shown


def test_a_table_is_a_line_a_row_and_cells_merged_downwards_speak_once(make):
    document = docx.Document()
    table = document.add_table(rows=3, cols=2)
    for row, cells in enumerate([("任务", "责任单位"), ("平台建设", "市数据局"), ("", "市财政局")]):
        for column, text in enumerate(cells):
            table.cell(row, column).text = text
    table.cell(1, 0).merge(table.cell(2, 0))
    assert read(make, document).text.split("\n") == [
        "任务\t责任单位",
        "平台建设\t市数据局",
        "\t市财政局",
    ]


def test_what_is_deleted_hidden_or_beside_the_text_is_dropped_with_its_reason(make):
    document = docx.Document()
    paragraph = document.add_paragraph("加强值守")
    paragraph._p.append(
        parse_xml(f'<w:ins {W} w:id="1" w:author="甲"><w:r><w:t>，落实责任</w:t></w:r></w:ins>')
    )
    paragraph._p.append(
        parse_xml(
            f'<w:del {W} w:id="2" w:author="甲"><w:r><w:delText>删去的话</w:delText></w:r></w:del>'
        )
    )
    hidden = paragraph.add_run("看不见的话")
    hidden.font.hidden = True
    document.sections[0].header.paragraphs[0].text = "内部资料"
    document.sections[0].footer.paragraphs[0].text = "第1页"
    raw = read(make, document)
    assert kept_lines(raw) == ["加强值守，落实责任"]
    assert dropped_of(raw) == {
        "修订中已删除的文字": "删去的话", "隐藏文字": "看不见的话", "页眉": "内部资料", "页脚": "第1页",
    }  # fmt: skip


def test_where_links_lead_is_kept_aside_once_each(make):
    document = docx.Document()
    link = document.part.relate_to("http://127.0.0.1:8321/d/a/p/p_1", f"{RELATION}hyperlink", True)
    paragraph = document.add_paragraph("见")
    paragraph._p.append(
        parse_xml(
            f'<w:hyperlink {W} {nsdecls("r")} r:id="{link}"><w:r><w:t>原文</w:t></w:r></w:hyperlink>'
        )
    )
    for address in ("https://gongwen.example/d/b/", "javascript:alert(1)"):
        document.add_paragraph("又见")._p.append(
            parse_xml(f"<w:r {W}><w:instrText>HYPERLINK &quot;{address}&quot;</w:instrText></w:r>")
        )
    raw = read(make, document)
    assert kept_lines(raw) == ["见原文", "又见", "又见"]
    links = [raw.text[slice(*one.span)] for one in raw.dropped if one.reason == LINKS]
    assert links == ["http://127.0.0.1:8321/d/a/p/p_1", "https://gongwen.example/d/b/"]


def test_text_boxes_are_read_once_and_before_their_paragraph(make):
    document = docx.Document()
    run = document.add_paragraph("正文第一段。").runs[0]
    box = "<w:txbxContent><w:p><w:r><w:t>云港市人民政府文件</w:t></w:r></w:p></w:txbxContent>"
    run._r.append(
        parse_xml(
            f'<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" {W}'
            f' xmlns:v="urn:schemas-microsoft-com:vml"><mc:Choice Requires="wps"><w:drawing>{box}'
            f"</w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict>"
            "</mc:Fallback></mc:AlternateContent>"
        )
    )
    assert read(make, document).text.split("\n") == ["云港市人民政府文件", "正文第一段。"]


def test_the_result_of_a_field_is_text_and_its_instruction_is_not(make):
    document = docx.Document()
    paragraph = document.add_paragraph("见第")
    for piece in (
        '<w:fldChar w:fldCharType="begin"/>', "<w:instrText>REF _x</w:instrText>",
        '<w:fldChar w:fldCharType="separate"/>', "<w:t>三</w:t>", '<w:fldChar w:fldCharType="end"/>', "<w:t>条</w:t>",
    ):  # fmt: skip
        paragraph._p.append(parse_xml(f"<w:r {W}>{piece}</w:r>"))
    assert read(make, document).text == "见第三条"


def test_bold_and_heavy_faces_are_marked(make):
    document = docx.Document()
    paragraph = document.add_paragraph()
    paragraph.add_run("加强领导。").bold = True
    heavy = paragraph.add_run("落实责任。")
    heavy._r.get_or_add_rPr().append(parse_xml(f'<w:rFonts {W} w:eastAsia="黑体"/>'))
    paragraph.add_run("各单位要压实责任。")
    raw = read(make, document)
    assert [raw.text[span.start : span.end] for span in raw.bold] == ["加强领导。落实责任。"]


def test_a_table_of_contents_is_dropped(make):
    document = docx.Document()
    style = document.styles.add_style("toc 1", docx.enum.style.WD_STYLE_TYPE.PARAGRAPH)
    document.add_paragraph("一、加强领导\t3", style=style)
    document.add_paragraph("一、加强领导")
    raw = read(make, document)
    assert dropped_of(raw) == {"目录": "一、加强领导 3"}
    assert kept_lines(raw) == ["一、加强领导"]


def test_macro_enabled_and_strict_documents_are_read_like_others(make):
    plain = make.docx(["关于防汛的通知"])
    macro = make.change_part(
        plain, "[Content_Types].xml",
        lambda xml: xml.replace(
            b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
            b"application/vnd.ms-word.document.macroEnabled.main+xml",
        ),
    )  # fmt: skip
    strict = make.change_part(
        plain, "word/document.xml",
        lambda xml: xml.replace(
            b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
            b"http://purl.oclc.org/ooxml/wordprocessingml/main",
        ),
    )  # fmt: skip
    assert read_bytes("a.docm", macro).text == read_bytes("b.doc", strict).text == "关于防汛的通知"


def test_pictures_are_told_of(make):
    document = docx.Document()
    document.add_paragraph("见图。").runs[0]._r.append(
        parse_xml(
            f'<w:drawing {W} xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:blip/></w:drawing>'
        )
    )
    assert "pictures_skipped" in {remark.code for remark in read(make, document).remarks}


def test_a_style_can_number_its_paragraphs(make):
    document = with_numbering(number_part([("decimalEnclosedCircleChinese", "%1")]))
    style = document.styles.add_style("条目", docx.enum.style.WD_STYLE_TYPE.PARAGRAPH)
    style.element.get_or_add_pPr().append(parse_xml(f'<w:numPr {W}><w:numId w:val="1"/></w:numPr>'))
    for text in ("登记", "公示"):
        document.add_paragraph(text, style=style)
    plain = document.add_paragraph("不编号", style=style)
    plain._p.get_or_add_pPr().append(parse_xml(f'<w:numPr {W}><w:numId w:val="0"/></w:numPr>'))
    assert read(make, document).text.split("\n") == ["①登记", "②公示", "不编号"]
    assert qn("w:p")


def test_a_document_saved_as_one_xml_file_is_read(make):
    import io
    import zipfile

    parts = ""
    with zipfile.ZipFile(io.BytesIO(make.docx(["关于防汛的通知", "请落实责任。"]))) as package:
        types = package.read("[Content_Types].xml").decode()
        for name in package.namelist():
            if name.endswith((".xml", ".rels")) and name != "[Content_Types].xml":
                known = types.partition(f'PartName="/{name}" ContentType="')[2].partition('"')[0]
                kind = known or "application/vnd.openxmlformats-package.relationships+xml"
                body = package.read(name).decode().partition("?>")[2]
                parts += f'<pkg:part pkg:name="/{name}" pkg:contentType="{kind}"><pkg:xmlData>{body}</pkg:xmlData></pkg:part>'
    flat = (
        '<?xml version="1.0"?><?mso-application progid="Word.Document"?>'
        f'<pkg:package xmlns:pkg="http://schemas.microsoft.com/office/2006/xmlPackage">{parts}</pkg:package>'
    )
    assert read_docx("通知.doc", flat.encode()).text == "关于防汛的通知\n请落实责任。"
