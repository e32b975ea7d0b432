"""The exact strings that people paste; the circulars are invented."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest

from corpus.citation import STYLE_NAMES, STYLE_NOTES, Style, cite, quote_title
from corpus.model import Circular, Heading, Level, Paragraph, Part, PartKind, Span
from corpus.number import DocumentNumber

TITLE = "云港市人民政府办公室关于印发2023年全市市场监管工作要点的通知"
LINK = "http://127.0.0.1:8321/p/abc/sec_1__sub_1__p_1"
TODAY = date(2026, 11, 21)
BODY = Part(PartKind.BODY)
CIRCULAR = Circular(
    title=TITLE,
    number=DocumentNumber("云港府办", 2023, 46),
    kind="通知",
    issuers=("云港市人民政府办公室",),
    date_signed=date(2023, 9, 4),
    date_printed=date(2023, 9, 8),
)
PARAGRAPH = Paragraph(
    id="sec_1__sub_1__p_1",
    part=BODY,
    path=(1, 1),
    headings=("加强重点领域治理", "加强网络监管"),
    number=1,
    display="一 › ㈠ › ¶1",
    cite="第一部分第（一）项第1段",
    run_in_heading="",
    text="开展网络交易集中整治。",
    span=Span(0, 11),
)


def _text(circular, style, *, paragraph=PARAGRAPH, permalink=LINK):
    return cite(circular, paragraph, style, permalink=permalink, accessed=TODAY).text


@pytest.mark.parametrize(
    ("style", "text"),
    [
        (
            Style.GBT2025,
            f"[1]云港市人民政府办公室. {TITLE}：云港府办〔2023〕46号[EB/OL]. （2023-09-04）[2026-11-21]. {LINK}",
        ),
        (
            Style.GBT2015,
            f"[1]云港市人民政府办公室. {TITLE}：云港府办〔2023〕46号[EB/OL]. (2023-09-04)[2026-11-21]. {LINK}",
        ),
        (Style.GONGWEN, f"《{TITLE}》（云港府办〔2023〕46号）第一部分第（一）项第1段"),
        (Style.LEGAL, f"《{TITLE}》，云港府办〔2023〕46号，2023年9月4日发布。"),
    ],
)
def test_each_style_has_its_exact_form(style, text):
    assert _text(CIRCULAR, style) == text


def test_a_circular_is_cited_without_a_place():
    assert _text(CIRCULAR, Style.GONGWEN, paragraph=None) == f"《{TITLE}》（云港府办〔2023〕46号）"


@pytest.mark.parametrize(
    ("style", "authors"),
    [(Style.GBT2015, "甲局, 乙局, 丙局, 等. "), (Style.GBT2025, "甲局，乙局，丙局，等. ")],
)
def test_three_issuers_are_named_and_the_others_counted_as_等(style, authors):
    circular = replace(CIRCULAR, issuers=("甲局", "乙局", "丙局", "丁局"))
    assert _text(circular, style).startswith(f"[1]{authors}云港市")


def test_three_issuers_need_no_等():
    circular = replace(CIRCULAR, issuers=("甲局", "乙局", "丙局"))
    assert _text(circular, Style.GBT2015).startswith("[1]甲局, 乙局, 丙局. 云港市")


@pytest.mark.parametrize(
    ("lacking", "style", "text"),
    [
        ({"number": None}, Style.GONGWEN, f"《{TITLE}》第一部分第（一）项第1段"),
        ({"number": None}, Style.LEGAL, f"《{TITLE}》，2023年9月4日发布。"),
        ({"number": None, "date_signed": None}, Style.LEGAL, f"《{TITLE}》。"),
        ({"title": ""}, Style.GONGWEN, "云港府办〔2023〕46号第一部分第（一）项第1段"),
        ({"title": ""}, Style.LEGAL, "云港府办〔2023〕46号，2023年9月4日发布。"),
        (
            {"number": None, "date_signed": None, "issuers": ()},
            Style.GBT2015,
            f"[1]{TITLE}[EB/OL]. [2026-11-21]. {LINK}",
        ),
        (
            {"title": "", "issuers": ()},
            Style.GBT2025,
            f"[1]云港府办〔2023〕46号[EB/OL]. （2023-09-04）[2026-11-21]. {LINK}",
        ),
        (
            {"title": "", "number": None},
            Style.GBT2025,
            f"[1]云港市人民政府办公室. 无题名[EB/OL]. （2023-09-04）[2026-11-21]. {LINK}",
        ),
    ],
)
def test_what_is_missing_leaves_no_trace(lacking, style, text):
    assert _text(replace(CIRCULAR, **lacking), style) == text


def test_the_printers_date_is_never_the_date_of_a_circular():
    unsigned = replace(CIRCULAR, date_signed=None)
    assert "2023-09" not in _text(unsigned, Style.GBT2015)


def test_the_day_of_publication_stands_in_for_a_missing_signature():
    published = replace(CIRCULAR, date_signed=None, date_published=date(2023, 9, 10))
    assert _text(published, Style.LEGAL).endswith("2023年9月10日发布。")


def test_without_a_permalink_it_is_an_unpublished_copy():
    text = _text(CIRCULAR, Style.GBT2015, permalink="")
    assert text == f"[1]云港市人民政府办公室. {TITLE}：云港府办〔2023〕46号[Z]. 2023-09-04."


def test_html_links_the_address_and_escapes_the_words():
    circular = replace(CIRCULAR, title="关于<甲>&乙的通知")
    citation = cite(circular, PARAGRAPH, Style.GBT2015, permalink=f"{LINK}?a=1&b=2", accessed=TODAY)
    assert "关于&lt;甲&gt;&amp;乙的通知" in citation.html
    assert f'<a href="{LINK}?a=1&amp;b=2">{LINK}?a=1&amp;b=2</a>' in citation.html
    quoted = cite(circular, PARAGRAPH, Style.GONGWEN, permalink=LINK, accessed=TODAY)
    assert quoted.html.startswith(f'<a href="{LINK}">《关于&lt;甲&gt;')


def test_only_web_addresses_become_links():
    citation = cite(CIRCULAR, None, Style.GONGWEN, permalink="javascript:alert(1)", accessed=TODAY)
    assert "<a" not in citation.html


@pytest.mark.parametrize(
    ("title", "quoted"),
    [
        ("关于印发《甲办法》的通知", "《关于印发〈甲办法〉的通知》"),
        ("关于转发《关于〈甲办法〉的通知》的通知", "《关于转发〈关于《甲办法》的通知〉的通知》"),
        ("印发〈甲要点〉的通知", "《印发〈甲要点〉的通知》"),
        ("《甲办法》", "《甲办法》"),
    ],
)
def test_marks_inside_a_title_change_places(title, quoted):
    assert quote_title(title) == quoted


def test_law_notes_name_the_article():
    article = Heading("art_12", BODY, Level.ARTICLE, "第十二条", 12, "", Span(0, 4), (12,))
    inside = replace(PARAGRAPH, id="art_12__p_2", path=(12,), cite="第十二条第二款")
    text = _text(replace(CIRCULAR, headings=(article,)), Style.LEGAL, paragraph=inside)
    assert text == f"《{TITLE}》第十二条第二款，云港府办〔2023〕46号，2023年9月4日发布。"


def test_every_style_has_a_chinese_name_and_note():
    assert set(STYLE_NAMES) == set(STYLE_NOTES) == set(Style)


def test_the_gold_circular_has_the_strings_of_the_specification(shared):
    gold = json.loads((shared / "gold/xiamen-2016-146.json").read_text(encoding="utf-8"))
    document = gold["document"]
    title, number = document["title"], document["doc_number"]["normalised"]
    circular = Circular(
        title=title,
        number=DocumentNumber.parse(number),
        issuers=("厦门市人民政府办公厅",),
        date_signed=date(2016, 9, 14),
        date_printed=date(2016, 9, 18),
    )
    start = f"[1]厦门市人民政府办公厅. {title}：{number}[EB/OL]. "
    assert _text(circular, Style.GBT2015) == f"{start}(2016-09-14)[2026-11-21]. {LINK}"
    assert _text(circular, Style.GBT2025) == f"{start}（2016-09-14）[2026-11-21]. {LINK}"
    assert _text(circular, Style.GONGWEN) == f"《{title}》（{number}）第一部分第（一）项第1段"
    assert _text(circular, Style.LEGAL) == f"《{title}》，{number}，2016年9月14日发布。"
