"""What a circular says of its own force, and where a portal's lines end and the circular begins."""

from __future__ import annotations

from datetime import date

from corpus.model import Circular, RawCircular
from corpus.structure import parse_circular


def parse(text: str, **fields) -> Circular:
    return parse_circular(RawCircular("无名.txt", text, **fields))


def values(circular: Circular, field: str) -> list[str]:
    return [one.value for one in circular.evidence if one.field == field]


def codes(circular: Circular) -> set[str]:
    return {remark.code for remark in circular.remarks}


LETTER = "云港市人民政府关于防汛的通知\n云政发〔2021〕5号\n各区人民政府：\n"


def test_from_when_and_until_when_it_applies_is_said_with_its_place():
    circular = parse(LETTER + "请做好防汛工作。\n本通知自2021年5月1日起施行，有效期5年。\n")
    assert values(circular, "effective_from") == ["自2021年5月1日起施行"]
    assert values(circular, "valid_until") == ["有效期5年"]


def test_the_force_of_another_document_is_not_its_own():
    circular = parse(LETTER + "《防汛条例》明确，堤防标准自2019年5月1日起施行的规定继续有效。\n")
    assert values(circular, "effective_from") == []


def test_a_site_that_calls_it_repealed_is_remarked():
    assert "no_longer_in_force" in codes(parse("【全文废止】\n" + LETTER + "请做好工作。\n"))
    said = {"有效性": "已失效"}
    assert "no_longer_in_force" in codes(parse(LETTER + "请做好工作。\n", metadata=said))


def test_a_date_in_another_year_than_the_number_is_remarked():
    circular = parse(LETTER + "请做好工作。\n云港市人民政府\n2029年5月1日\n")
    assert circular.date_signed == date(2029, 5, 1)
    assert "date_and_number_differ" in codes(circular)


def test_the_lines_of_a_portal_above_the_title_are_not_the_body():
    portal = (
        "音频解读\nYG0320240034\n云政发〔2021〕5号\n2021年3月4日\n2029年3月3日\n云港市人民政府\n"
    )
    circular = parse(portal + LETTER + "请做好防汛工作。\n云港市人民政府\n2021年3月4日\n")
    assert circular.title == "云港市人民政府关于防汛的通知"
    assert str(circular.number) == "云政发〔2021〕5号"
    assert circular.date_signed == date(2021, 3, 4)
    assert [one.text for one in circular.paragraphs] == ["请做好防汛工作。"]


def test_a_number_in_a_table_below_the_title_is_never_the_documents_own():
    circular = parse(
        "医师考试收费标准\n收费项目\n收费标准\n120\n云发改〔2021〕190号\n考务费\n100\n"
    )
    assert circular.number is None


def test_a_page_that_breaks_its_lines_at_every_number_is_read_whole():
    text = (
        "云港市人民政府关于防汛的通知\n云政发\n〔\n2021\n〕\n5\n号\n各区人民政府：\n请于\n2021\n年\n10\n月\n15\n日前，将方案（见附件\n"
        "1\n）报市水务局。\n一、加强值守\n各地要落实责任（见附件\n2\n）。\n"
    )
    circular = parse(text)
    assert str(circular.number) == "云政发〔2021〕5号"
    assert [one.path for one in circular.paragraphs] == [(), (1,)]


def test_the_order_that_promulgated_a_law_is_its_number():
    circular = parse(
        "云港市护士管理办法\n(1993年3月26日卫生部令第31号发布)\n第一章 总则\n第一条 为了规范，制定本办法。\n"
    )
    assert str(circular.number) == "卫生部令第31号"


def test_an_order_that_only_amended_a_law_is_not_its_number():
    circular = parse(
        "云港市护士管理办法\n（根据2013年1月1日卫生部令第90号修订）\n第一条 为了规范，制定本办法。\n第二条 遵照执行。\n"
    )
    assert circular.number is None


def test_a_file_named_by_number_and_title_gives_the_number():
    circular = parse(
        "云港市人民政府关于防汛的通知\n各区人民政府：\n请做好工作。\n云政发〔2021〕5号云港市人民政府关于防汛的通知.doc\n"
    )
    assert str(circular.number) == "云政发〔2021〕5号"
