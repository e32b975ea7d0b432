"""Citations: title and number belong together, and the words around them say why they are there."""

from __future__ import annotations

import pytest

from corpus.model import RawCircular, Relation
from corpus.references import find_references
from corpus.structure import parse_circular


def found(text: str) -> list[tuple[str, str | None]]:
    return [(one.title, str(one.number) if one.number else None) for one in find_references(text)]


@pytest.mark.parametrize(
    "text",
    [
        "根据《关于防汛的意见》（江政发〔2020〕9号）",
        "根据《关于防汛的意见》(江政发[2020]9号，以下简称《意见》)",
        "根据《关于防汛的意见》江政发〔2020〕9号精神",
    ],
)
def test_a_number_beside_a_title_is_one_citation(text):
    assert found(text) == [("关于防汛的意见", "江政发〔2020〕9号")]


def test_a_title_in_a_title_is_not_a_second_citation():
    text = "按照《江东省人民政府转发〈防汛规划〉的通知》执行"
    assert found(text) == [("江东省人民政府转发〈防汛规划〉的通知", None)]


def test_every_document_of_a_list_has_the_relation_of_the_list():
    text = "贯彻落实《甲规划》（江政发〔2020〕9号）、《乙规划》（江政发〔2020〕10号）和《丙规划》，"
    references = find_references(text)
    assert [one.title for one in references] == ["甲规划", "乙规划", "丙规划"]
    assert {one.relation for one in references} == {Relation.IMPLEMENTS}


def test_a_number_alone_is_a_citation():
    assert found("按照国办发〔2017〕46号文件精神") == [("", "国办发〔2017〕46号")]


@pytest.mark.parametrize(
    ("text", "relation"),
    [
        ("根据《防汛条例》，", Relation.BASIS),
        ("为贯彻《防汛条例》，", Relation.IMPLEMENTS),
        ("现将《防汛方案》印发给你们，", Relation.WRAPS),
        ("《防汛办法》（江政发〔2010〕9号）同时废止。", Relation.REPEALS),
        ("参照《防汛条例》，", Relation.CONSULTS),
        ("第三条修改《防汛条例》，", Relation.AMENDS),
        ("《防汛条例》规定了责任。", Relation.MENTIONS),
        ("将《防汛条例》第三条修改为：", Relation.AMENDS),
        ("对《防汛条例》作如下修改：", Relation.AMENDS),
        ("《防汛办法》停止执行。", Relation.REPEALS),
    ],
)
def test_the_words_around_tell_the_relation(text, relation):
    assert [one.relation for one in find_references(text)] == [relation]


def test_the_issuer_before_a_quoted_title_belongs_to_it():
    text = "根据江东省人民政府办公厅《关于印发防汛方案的通知》（江政办发〔2017〕139号）"
    assert found(text) == [("江东省人民政府办公厅关于印发防汛方案的通知", "江政办发〔2017〕139号")]


def test_the_documents_own_abbreviation_is_no_citation():
    assert found("《意见》提出，《实施办法》明确") == []


def test_spans_are_shifted_and_land_on_the_citation():
    text = "根据《防汛条例》，"
    (reference,) = find_references(text, 100)
    assert text[reference.span.start - 100 : reference.span.end - 100] == "《防汛条例》"


def test_a_basis_is_no_repeal_though_the_sentence_repeals_something_else():
    basis, repealed = find_references("根据《防汛条例》，《防汛办法》同时废止。")
    assert (basis.relation, repealed.relation) == (Relation.BASIS, Relation.REPEALS)


def test_a_quote_that_never_closes_gives_way_to_the_one_inside():
    assert found("按照《关于印发《防汛方案》的通知执行") == [("防汛方案", None)]


def test_a_document_named_for_short_keeps_its_short_name():
    (reference,) = find_references("根据《关于防汛的意见》（江政发〔2020〕9号，以下简称《意见》）")
    assert reference.alias == "意见"


def test_what_stands_in_a_list_of_repealed_documents_is_repealed():
    circular = parse_circular(
        RawCircular(
            "a.txt",
            "关于清理文件的通知\n各区人民政府：\n下列文件予以废止：\n1.《防汛办法》（江政发〔2010〕9号）\n"
            "2.《抗旱办法》（江政发〔2011〕8号）\n本通知根据《条例细则》制定。\n",
        )
    )
    assert [one.relation for one in circular.references] == [
        Relation.REPEALS,
        Relation.REPEALS,
        Relation.BASIS,
    ]
