"""Texts that lost their line ends: signatures, titles, headings and attachments run on."""

from __future__ import annotations

from datetime import date

import pytest

from corpus.model import Circular, Level, PartKind, RawCircular
from corpus.signatures import split_issuers
from corpus.structure import parse_circular


def parse(text: str) -> Circular:
    return parse_circular(RawCircular("无名.txt", text))


BLOCK = (
    "云港市人民政府办公室关于建立防汛联席会议制度的函云政办函〔2021〕52号市水务局：你局《关于建立防汛联席会议制度的请示》收悉。"
    "经市政府同意，现函复如下：同意建立防汛联席会议制度。附件：1．防汛联席会议制度2．防汛联席会议成员名单"
    "云港市人民政府办公室2021年8月17日（此件公开发布）附件1防汛联席会议制度为做好防汛工作，建立本制度。"
    "一、主要职能在市政府领导下，统筹协调全市防汛工作，研究重大事项，督促各地落实责任，完成市政府交办的其他事项。"
    "二、工作规则（一）会议制度。联席会议原则上每年召开一次例会，由召集人主持，必要时可以临时召开全体会议。"
    "（二）报告制度。各成员单位应将履行职责情况每半年报告一次，重大情况随时报告，不得迟报。"
    "三、工作要求各成员单位要密切配合，相互支持，形成合力，共同做好防汛抗旱减灾各项工作。"
)


def test_a_letter_in_one_block_is_taken_apart():
    circular = parse(BLOCK)
    assert circular.date_signed == date(2021, 8, 17)
    assert circular.issuers == ("云港市人民政府办公室",)
    attached = [one for one in circular.headings if one.part.kind is PartKind.ATTACHMENT]
    assert [(one.level, one.path, one.heading) for one in attached] == [
        (Level.PART, (2,), "工作规则"),
        (Level.ITEM, (2, 1), "会议制度"),
        (Level.ITEM, (2, 2), "报告制度"),
    ]
    assert {one.part.title for one in attached} == {"防汛联席会议制度"}
    assert [one.path for one in circular.paragraphs][-1] == (3,)


@pytest.mark.parametrize(
    "end",
    [
        "云港市水务局2021年5月8日",
        "云港市水务局 2021年5月8日 （此件主动公开）",
        "附件：防汛物资名单云港市水务局2021年5月8日附件下载",
        "云港市水务局　　2021年5月8日",
        "（此件主动公开）云港市水务局2021年5月8日",
    ],
)
def test_a_signature_run_on_at_the_end_is_found(end):
    circular = parse(f"云港市水务局关于防汛的通知\n各区水务局：\n请落实防汛责任，做好值守。{end}\n")
    assert circular.date_signed == date(2021, 5, 8)
    assert circular.issuers == ("云港市水务局",)


@pytest.mark.parametrize(
    "sentence",
    [
        "请按云港市水务局2021年5月8日印发的方案执行。",
        "云港市水务局2021年5月8日至10日开展检查。",
        "报名时间：2021年5月8日",
    ],
)
def test_a_date_in_a_sentence_ends_no_letter(sentence):
    circular = parse(
        f"云港市水务局关于防汛的通知\n各区水务局：\n请落实责任。{sentence}\n请认真执行。\n"
    )
    assert circular.date_signed is None


def test_joint_issuers_run_together_are_told_apart():
    assert split_issuers("商务部海关总署") == ("商务部", "海关总署")
    assert split_issuers("商务部某某公司") == ()


def test_headings_go_on_where_nothing_parts_them_from_the_text():
    body = "".join(
        f"{number}、{name}责任单位：市水务局、市应急局"
        for number, name in (("一", "落实防汛责任"), ("二", "强化预警预报"), ("三", "做好转移安置"))
    )
    circular = parse(
        "云港市水务局关于防汛的通知\n各区水务局：\n" + "请各地认真贯彻执行。" * 30 + body + "\n"
    )
    assert [(one.ordinal, one.heading) for one in circular.headings] == [
        (1, "落实防汛责任"),
        (2, "强化预警预报"),
        (3, "做好转移安置"),
    ]
    assert [one.path for one in circular.paragraphs if one.groups] == [(1,), (2,), (3,)]


@pytest.mark.parametrize("words", ["三、四线城市", "第一、二、三季度", "（一）、（二）项所列"])
def test_numbers_inside_a_sentence_are_no_headings(words):
    text = "一、加强监管。" + "各地要落实责任。" * 40 + f"二、强化{words}的工作。" + "请执行。" * 30
    assert [one.ordinal for one in parse(text).headings if one.level is Level.PART] in ([1], [1, 2])
    assert not [one for one in parse(text).headings if one.level is Level.ITEM]


def test_paragraphs_broken_at_a_fixed_width_are_joined():
    sentence = "各地要加强防汛值守落实责任制完善应急预案做好物资储备强化预警预报及时转移群众"
    line = (sentence * 2)[:28]
    text = "云港市防汛办法\n" + f"第一条　{line[4:]}\n{line}\n{line[:10]}。\n" * 14
    paragraphs = parse(text).paragraphs
    assert len(paragraphs) == 14
    assert all(one.text.count("\n") == 2 for one in paragraphs)


def test_a_number_without_words_does_not_swallow_the_signature():
    circular = parse(
        "关于防汛的通知\n各区水务局：\n请落实责任。\n附件：1.\n2.\n商务部\n2021年5月8日\n"
    )
    assert circular.issuers == ("商务部",)
    assert circular.date_signed == date(2021, 5, 8)


def test_a_number_on_a_line_of_its_own_belongs_to_the_words_below():
    circular = parse("云港市巡河办法\n第一章\n总则\n第一条\n为了巡河，制定本办法。\n")
    assert [one.heading for one in circular.headings] == ["总则"]
    assert [one.path for one in circular.paragraphs] == [(1, 1)]
