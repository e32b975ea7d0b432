"""Citations: title and number belong together, and the words around them say why they are there."""

from __future__ import annotations

import pytest

from corpus.model import Relation
from corpus.references import find_references


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
