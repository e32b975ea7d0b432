"""What a record holds of a circular."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from corpus.model import (
    Assignment,
    Circular,
    GroupForm,
    Member,
    Paragraph,
    Part,
    PartKind,
    Role,
    Span,
)
from corpus.number import DocumentNumber
from indexer.analyzer import default_analyzer
from indexer.build_records import records_of
from indexer.records import Record, Unit

FIRST = "开展网络交易监管"
FIRST_GROUP = "（市市场监管局牵头，市公安局配合）"
SECOND = "加强农资打假"
SECOND_GROUP = "（市农业局负责）"
TEXT = FIRST + FIRST_GROUP + SECOND + SECOND_GROUP


def member(stem: str, role: Role) -> Member:
    name = f"市{stem}局"
    return Member(name, name, name, f"350200:{stem}", stem, role, collective=False, span=Span(0, 1))


def group(raw: str, governs: str, *members: Member) -> Assignment:
    start = TEXT.index(raw)
    begin = TEXT.index(governs)
    return Assignment(
        raw,
        GroupForm.BRACKET,
        Span(start, start + len(raw)),
        Span(begin, begin + len(governs)),
        members,
    )


PARAGRAPH = Paragraph(
    id="sec_1__p_1",
    part=Part(PartKind.INNER),
    path=(1,),
    headings=("一、重点任务",),
    number=1,
    display="一 › ¶1",
    cite="第一部分第1段",
    run_in_heading="",
    text=TEXT,
    span=Span(0, len(TEXT)),
    groups=(
        group(FIRST_GROUP, FIRST, member("市场监管", Role.LEAD), member("公安", Role.SUPPORT)),
        group(SECOND_GROUP, SECOND, member("农业", Role.SOLE)),
    ),
)
CIRCULAR = Circular(
    title="云港市人民政府关于印发工作要点的通知",
    inner_titles=("2016年工作要点",),
    number=DocumentNumber.parse("厦府办〔2016〕146号"),
    kind="通知",
    inner_kind="工作要点",
    issuers=("厦门市人民政府办公厅",),
    date_signed=date(2016, 9, 14),
    date_printed=date(2016, 9, 18),
    region="厦门市",
    region_code="350200",
    paragraphs=(PARAGRAPH, replace(PARAGRAPH, id="sec_1__p_2", groups=(), text="附则")),
)


def make(circular: Circular = CIRCULAR) -> list[Record]:
    return records_of("c1", circular, default_analyzer())


def text_of(tokens) -> str:
    return "".join(text for text, _ in tokens if len(text) == 1)


def test_paragraphs_come_first_and_measures_follow_each_counted_from_0():
    assert [(record.id, record.unit, record.order) for record in make()] == [
        ("c1/sec_1__p_1", Unit.PARAGRAPH, 0),
        ("c1/sec_1__p_2", Unit.PARAGRAPH, 1),
        ("c1/sec_1__p_1__m_1", Unit.MEASURE, 0),
        ("c1/sec_1__p_1__m_2", Unit.MEASURE, 1),
    ]


def test_a_paragraph_carries_the_assignments_of_all_its_groups():
    assert make()[0].assignments == (
        ("350200:市场监管", "市场监管", "lead"),
        ("350200:公安", "公安", "support"),
        ("350200:农业", "农业", "sole"),
    )


def test_a_measure_carries_its_own_group_and_its_own_text():
    measure = make()[3]

    assert measure.assignments == (("350200:农业", "农业", "sole"),)
    assert text_of(measure.grams) == SECOND


def test_everything_of_the_circular_stands_in_each_record():
    for record in make():
        assert record.number == "厦府办〔2016〕146号"
        assert record.date == 20160914
        assert record.year == ("2016",)
        assert record.region == ("厦门市", "福建省")
        assert record.kind == ("通知", "工作要点")
        assert record.issuer == ("厦门市人民政府办公厅",)


def test_the_date_falls_back_to_printing_then_publication_then_the_year_covered():
    printed = replace(CIRCULAR, date_signed=None)
    covered = replace(printed, date_printed=None, period="2017")

    assert make(printed)[0].date == 20160918
    assert (make(covered)[0].date, make(covered)[0].year) == (0, ("2017",))
    assert make(replace(covered, period=""))[0].year == ()


def test_no_string_crosses_from_one_title_or_heading_into_the_next():
    record = make()[0]

    for tokens in (record.title_grams, record.path_grams):
        at = {place for text, place in tokens if len(text) == 2}
        ends = [place for _, place in tokens if place + 1 not in at]
        assert all(end + 1 not in at for end in ends)
    assert "知2" not in dict(record.title_grams)


def test_an_unknown_region_stands_for_itself():
    record = make(replace(CIRCULAR, region="云港市", region_code="云港市"))[0]

    assert record.region == ("云港市",)


def test_a_circular_with_nothing_known_still_makes_records():
    bare = Circular(paragraphs=(replace(PARAGRAPH, groups=(), headings=()),))

    [record] = make(bare)

    assert (record.number, record.date, record.year, record.region, record.kind) == (
        "",
        0,
        (),
        (),
        (),
    )
    assert not record.path_grams
