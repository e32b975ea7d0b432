"""PDF and OFD: text is put together again from where its letters stand."""

from __future__ import annotations

import io

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from corpus.readers.ofd import read_ofd
from corpus.readers.page_layout import write_pages
from corpus.readers.page_lines import Glyph, PlacedPage, Rule, group_lines
from corpus.readers.page_text import PageText
from corpus.readers.pdf import read_pdf

LONG = "各级各部门要把防汛工作摆在突出位置，层层压实责任，落实值班值守制度，及时排查整治险工险段，确保安全度汛。"
LINES = [
    "云港市人民政府办公厅关于做好防汛工作的通知",
    *[f"{n}处要严查。{LONG}" for n in "一二三四五六七八九十甲乙丙丁戊己"],
]

READERS = {"pdf": read_pdf, "ofd": read_ofd}  # here, where faults show; elsewhere in a child


def dropped_of(raw):
    return [(one.reason, raw.text[one.span.start : one.span.end]) for one in raw.dropped]


def typeset(lines: list[tuple[float, float, str]], *, size=16.0, bold=()) -> PlacedPage:
    """A page of square letters: x, y and text of each line."""
    glyphs = [
        Glyph(letter, x + size * n, x + size * (n + 1), y, y + size, size, text in bold)
        for x, y, text in lines
        for n, letter in enumerate(text)
    ]
    return PlacedPage(595, 842, glyphs)


def written(*pages: PlacedPage):
    page = PageText()
    write_pages(pages, page)
    return page.finish()


@pytest.mark.parametrize("kind", ["pdf", "ofd"])
def test_broken_lines_are_rejoined_over_pages_and_page_numbers_dropped(make, kind):
    raw = READERS[kind](f"通知.{kind}", getattr(make, kind)(LINES))
    kept = raw.text.split("\n")[: len(LINES)]
    assert kept == LINES
    assert [text for reason, text in dropped_of(raw) if reason == "页码"][:2] == ["— 1 —", "— 2 —"]


def test_a_header_that_comes_back_on_every_page_is_dropped(make):
    raw = read_pdf("通知.pdf", make.pdf(LINES, header="内部资料 注意保存"))
    assert ("页眉", "内部资料 注意保存") in dropped_of(raw)
    assert raw.text.split("\n")[0] == LINES[0]


def test_a_scan_without_text_says_so():
    from PIL import Image
    from reportlab.lib.utils import ImageReader

    target = io.BytesIO()
    canvas = Canvas(target, pagesize=A4)
    canvas.drawImage(ImageReader(Image.new("RGB", (20, 20), "white")), 0, 0, *A4)
    canvas.save()
    with pytest.raises(Exception, match="文字识别") as raised:
        read_pdf("扫描件.pdf", target.getvalue())
    assert raised.value.code == "no_text_layer"


def test_a_locked_file_says_so(make, attempt):
    assert attempt("通知.pdf", make.pdf(LINES, password="秘密"[:0] or "secret"))[1] == "encrypted"


def test_a_line_that_ends_early_ends_its_paragraph():
    full = "字" * 25
    text, _, _ = written(
        typeset(
            [
                (112, 100, full[2:]),
                (80, 128, full),
                (80, 156, "短。"),
                (112, 184, full[2:]),
                (80, 212, "尾。"),
            ]
        )
    )
    assert [len(line) for line in text.split("\n")] == [23 + 25 + 2, 23 + 2]


def test_lines_of_other_size_stand_alone():
    title = typeset([(150, 60, "关于防汛的通知")], size=22)
    body = typeset([(112, 120, "字" * 23), (80, 148, "字" * 25)])
    text, _, _ = written(PlacedPage(595, 842, [*title.glyphs, *body.glyphs]))
    assert text.split("\n")[0] == "关于防汛的通知"


def test_a_marker_after_the_end_of_a_sentence_begins_a_paragraph_without_indent():
    text, _, _ = written(
        typeset(
            [
                (80, 100, "一、" + "字" * 22 + "。"),
                (80, 128, "二、" + "字" * 22 + "。"),
                (80, 156, "三、完。"),
            ]
        )
    )
    assert [line[:2] for line in text.split("\n")] == ["一、", "二、", "三、"]


def test_letters_printed_twice_to_look_bold_are_read_once():
    once = typeset([(80, 100, "加强领导")]).glyphs
    twice = [one._replace(x0=one.x0 + 0.5, x1=one.x1 + 0.5) for one in once]
    (line,) = group_lines([*once, *twice])
    assert line.text == "加强领导"


def test_a_ruled_table_is_a_line_a_row():
    glyphs = typeset(
        [
            (85, 100, "任务"),
            (185, 100, "牵头单位"),
            (85, 130, "建平台"),
            (185, 120, "市数据"),
            (185, 138, "局"),
        ]
    ).glyphs
    xs, ys = (80, 180, 280), (95, 118, 160)
    rules = [Rule(80, y, 280, y) for y in ys] + [Rule(x, 95, x, 160) for x in xs]
    text, _, _ = written(PlacedPage(595, 842, glyphs, rules))
    assert text.split("\n") == ["任务\t牵头单位", "建平台\t市数据局"]


def test_a_cell_merged_downwards_speaks_once():
    glyphs = typeset([(85, 112, "建平台"), (185, 100, "甲局"), (185, 125, "乙局")]).glyphs
    rules = [
        Rule(80, 95, 280, 95), Rule(180, 118, 280, 118), Rule(80, 145, 280, 145),
        *(Rule(x, 95, x, 145) for x in (80, 180, 280)),
    ]  # fmt: skip
    text, _, _ = written(PlacedPage(595, 842, glyphs, rules))
    assert text.split("\n") == ["建平台\t甲局", "\t乙局"]


def test_lines_of_a_table_of_contents_are_dropped():
    _, dropped, _ = written(
        typeset([(80, 100, "一、总则" + "." * 17 + "3"), (80, 128, "二、附则" + "." * 17 + "9")])
    )
    assert [one.reason for one in dropped] == ["目录", "目录"]


def test_heavy_letters_are_marked_unless_all_are():
    page = typeset(
        [(112, 100, "加强领导。"), (112, 128, "各单位要压实责任，做好值守。")], bold={"加强领导。"}
    )
    text, _, bold = written(page)
    assert [text[span.start : span.end] for span in bold] == ["加强领导。"]
    assert written(typeset([(112, 100, "加强领导。")], bold={"加强领导。"}))[2] == ()


def test_an_ofd_of_many_documents_and_odd_paths_is_read(make):
    ofd = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    page = f'<ofd:Page {ofd}><ofd:Content><ofd:Layer><ofd:TextObject Boundary="20 120 100 10" Size="5"><ofd:TextCode X="0" Y="5" DeltaX="g 3 5">关于防汛</ofd:TextCode></ofd:TextObject></ofd:Layer></ofd:Content></ofd:Page>'
    document = f'<ofd:Document {ofd}><ofd:Pages><ofd:Page BaseLoc="/Doc_1/P/C.xml"/><ofd:Page BaseLoc="P/../P/C.xml"/></ofd:Pages></ofd:Document>'
    root = f"<ofd:OFD {ofd}><ofd:DocBody><ofd:DocRoot>/Doc_1/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>"
    data = make.zip(
        {
            "OFD.xml": root.encode(),
            "Doc_1/Document.xml": document.encode(),
            "Doc_1/P/C.xml": page.encode(),
        }
    )
    raw = read_ofd("通知.ofd", data)
    assert raw.text.replace("\n", "") == "关于防汛关于防汛"
    assert "ofd_extracted" in {remark.code for remark in raw.remarks}
