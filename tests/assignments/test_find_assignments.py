from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.assignments import explain_brackets, find_assignments
from corpus.duty_rules import declares_first_lead
from corpus.model import GroupForm, Role


def read(text: str, region: str = "云港市", **more):
    """The groups of a text, each as a list of name/role."""
    return [
        [f"{member.expanded}/{member.role}" for member in group.members]
        for group in find_assignments(text, region=region, **more)
    ]


def test_each_group_governs_the_text_since_the_one_before():
    text = "加强巡查。（市公安局负责）规范收费，公开价目。（市市场监管局负责）其余照旧。"
    first, second = find_assignments(text, region="云港市")
    assert text[slice(*first.governs)] == "加强巡查。"
    assert text[slice(*second.governs)] == "规范收费，公开价目。"


def test_a_group_may_stand_before_the_full_stop():
    text = "开展专题宣传（市商务局、市教育局）。做好总结。"
    (group,) = find_assignments(text, region="云港市")
    assert text[slice(*group.governs)] == "开展专题宣传"


@pytest.mark.parametrize(
    "text",
    [
        "建好台账。责任单位：市教育局、市财政局",
        "建好台账。　　责任部门：市教育局，市财政局　　二、下一项工作",
        "建好台账。【责任单位：市教育局、市财政局】",
        "建好台账。[责任单位：市教育局、市财政局]",
        "建好台账。（责任单位:市教育局、市财政局)",
        "建好台账。(市教育局、市财政局负责）",
        "建好台账。（市教育局、财政局按照各自职责分工抓好落实）",
        "建好台账。（市教育局、市财政局）",
        "建好台账。【责任单位】市教育局、市财政局",
        "建好台账。（责任领导：张某；责任单位：市教育局、市财政局；责任人：李某）",
        "建好台账。（市教育局、市财政局负责",
        "建好台账，由市教育局、市财政局负责。",
    ],
)
def test_however_it_is_written_the_same_two_are_responsible(text):
    assert read(text) == [["市教育局/joint", "市财政局/joint"]]


@pytest.mark.parametrize(
    "text",
    [
        "（市教育局牵头，市财政局配合）",
        "（牵头单位：市教育局；配合单位：市财政局）",
        "（市教育局会同市财政局负责）",
        "（市教育局牵头会同市财政局落实）",
        "（责任单位：市教育局牵头，市财政局配合）",
        "牵头单位：市教育局　责任单位：市财政局",
        "（牵头：市教育局；配合：市财政局）",
        "【牵头单位】市教育局　【配合单位】市财政局",
        "（税务工作由市教育局牵头，市财政局参与）",
        "牵头责任单位：市教育局；参与单位：市财政局",
        "由市教育局牵头，会同市财政局开展核查。",
        "市教育局牵头，市财政局按职责分工负责。",
    ],
)
def test_the_lead_and_its_support_are_told_apart(text):
    assert read(text) == [["市教育局/lead", "市财政局/support"]]


def test_a_clause_without_verb_takes_the_next_ones():
    assert read("（市教育局、财政局，各区人民政府按职责分工负责）") == [
        ["市教育局/joint", "市财政局/joint", "各区人民政府/joint"]
    ]


def test_the_prefix_crosses_the_comma_but_not_the_group():
    text = "甲事。（省发展改革委牵头，财政厅配合）乙事。（教育局负责）"
    assert read(text)[0] == ["省发展改革委/lead", "省财政厅/support"]
    assert read(text)[1] == ["市教育局/sole"]


@pytest.mark.parametrize(
    ("written", "expanded"),
    [
        ("市委组织部、宣传部", ["市委组织部", "市委宣传部"]),
        ("自治区党委宣传部、公安厅", ["自治区党委宣传部", "自治区公安厅"]),
        ("市公安局、云港海关、财政局", ["市公安局", "云港海关", "市财政局"]),
        (
            "市公安局、人民银行云港市中心支行、财政局",
            ["市公安局", "人民银行云港市中心支行", "市财政局"],
        ),
        ("市公安局、云港供电公司、团市委", ["市公安局", "云港供电公司", "团市委"]),
        ("市市场监管局、市政园林局", ["市市场监管局", "市市政园林局"]),
        ("省公安厅、高级人民法院", ["省公安厅", "省高级人民法院"]),
    ],
)
def test_an_elided_prefix_is_restored_only_where_it_was_elided(written, expanded):
    (group,) = find_assignments(f"（{written}负责）", region="云港市")
    assert [member.expanded for member in group.members] == expanded


def test_central_bodies_never_take_a_local_prefix():
    (group,) = find_assignments("（公安部、发展改革委、海关总署负责）", region="云港市")
    assert [member.expanded for member in group.members] == ["公安部", "发展改革委", "海关总署"]
    assert group.members[1].agency_id == "全国:发展和改革"


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("各县（市、区）人民政府、市公安局", ["各县（市、区）人民政府", "市公安局"]),
        ("各市、县（区）人民政府，平安新区管委会", ["各市、县（区）人民政府", "平安新区管委会"]),
        ("市直各委、办、局和各区政府", ["市直各委、办、局", "各区政府"]),
        ("市发展和改革委员会及市财政局", ["市发展和改革委员会", "市财政局"]),
        ("市人力资源和社会保障局、教育和体育局", ["市人力资源和社会保障局", "教育和体育局"]),
        ("市“扫黄打非”办、市公安局", ["市“扫黄打非”办", "市公安局"]),
        ("各级发展改革、应急管理部门", ["各级发展改革、应急管理部门"]),
        ("市、县政府", ["市、县政府"]),
        (
            "各省、自治区、直辖市人民政府，市直各部门",
            ["各省、自治区、直辖市人民政府", "市直各部门"],
        ),
        ("三明、南平和龙岩市政府", ["三明、南平和龙岩市政府"]),
        ("市农业农村局等和各县人民政府", ["市农业农村局", "各县人民政府"]),
        ("办公室、各处室", ["办公室", "各处室"]),
        ("各地区、各部门", ["各地区", "各部门"]),
    ],
)
def test_a_separator_inside_a_name_does_not_split_it(written, names):
    (group,) = find_assignments(f"（{written}按职责分工负责）", region="云港市")
    assert [member.as_written for member in group.members] == names


@pytest.mark.parametrize("end", ["等", "等部门", "等有关部门", "等5部门", "等市直有关单位"])
def test_and_others_opens_the_list_and_is_no_agency(end):
    (group,) = find_assignments(f"（市公安局、市财政局{end}负责）", region="云港市")
    assert group.open_ended
    assert len(group.members) == 2


@pytest.mark.parametrize(
    ("text", "deadline"),
    [
        ("（市公安局牵头，完成时限：2024年12月底前）", "2024年12月底前"),
        ("（责任单位：市教育局；完成时限：持续推进）", "持续推进"),
        ("（市教育局负责，2025年6月底前完成）", "2025年6月底前完成"),
        ("责任单位：市教育局　　完成时间：长期坚持", "长期坚持"),
    ],
)
def test_a_deadline_is_no_agency(text, deadline):
    (group,) = find_assignments(text, region="云港市")
    assert group.deadline == deadline
    assert len(group.members) == 1


def test_order_gives_the_lead_only_where_the_circular_says_so():
    text = "（责任单位：市教育局、市财政局）"
    assert read(text) == [["市教育局/joint", "市财政局/joint"]]
    assert read(text, first_is_lead=True) == [["市教育局/lead", "市财政局/support"]]
    assert declares_first_lead("以下任务排在第一位的为牵头单位。")
    assert not declares_first_lead("第一条为总则。")


@pytest.mark.parametrize(
    "text",
    [
        "成立由市公安局负责人任组长的专班。",
        "由企业主要负责人签字。",
        "方案由专业机构负责编制。",
        "市科技局牵头编制了规划。",
        "财政局（国资局）应当公开。",
        "主管部门（市公安局）应当答复。",
        "（使用单位和个人对真实性负责）",
        "责任编辑：市公安局",
        "主办单位：市工信局",
        "主办单位：市工信局　承办单位：云港会展公司",
        "各县（市、区）人民政府要加强领导。",
        "（厅、委）",
        "（以下简称市公安局）",
        "依法落实（见附件2）。",
    ],
)
def test_these_are_no_assignments(text):
    assert find_assignments(text, region="云港市") == ()


def test_governments_named_as_a_class_may_be_responsible_in_running_text():
    assert read("由各区人民政府负责，市公安局配合。") == [
        ["各区人民政府/joint", "市公安局/support"]
    ]


@pytest.mark.parametrize(
    "note",
    [
        "，排在第一位的为牵头单位",
        "。列第一位者为牵头单位，下同",
        "，排在第一位的部门为牵头部门，下同",
    ],
)
def test_a_note_inside_the_group_makes_the_first_lead(note):
    assert read(f"（市教育局、市财政局负责{note}）") == [["市教育局/lead", "市财政局/support"]]


@pytest.mark.parametrize("size", [20_000])
@pytest.mark.parametrize(
    "unit", ["(", "（市公安局、", "责任单位：", "由市公安局牵头，", "（】", "各、"]
)
def test_a_very_long_paragraph_is_read_through(unit, size):
    find_assignments(unit * size + "负责）", region="厦门市")


def test_a_rejected_bracket_says_why():
    (rejected,) = explain_brackets("如实填报（填表人对真实性负责）。")
    assert rejected.text == "（填表人对真实性负责）"
    assert rejected.reason


def test_a_list_glued_to_the_next_heading_ends_at_its_last_name():
    text = "做好保障。责任单位：省教育厅，各设区市人民政府二、加强监管"
    (group,) = find_assignments(text, region="江东省")
    assert group.raw == "责任单位：省教育厅，各设区市人民政府"


def test_forms_are_told_apart():
    forms = [
        find_assignments(text, region="云港市")[0].form
        for text in ("（市公安局负责）", "责任单位：市公安局", "由市公安局牵头。")
    ]
    assert forms == [GroupForm.BRACKET, GroupForm.LABEL, GroupForm.RUNNING]


def test_the_verb_is_kept_as_written():
    (group,) = find_assignments("（市教育局牵头，市财政局按职责分工分别负责）", region="云港市")
    assert [member.verb for member in group.members] == ["牵头", "按职责分工分别负责"]


def test_unlisted_bodies_in_a_list_are_kept():
    (group,) = find_assignments("（责任单位：省财政厅、省社保基金理事会）", region="江东省")
    assert [member.as_written for member in group.members] == ["省财政厅", "省社保基金理事会"]
    assert group.members[1].agency_id == "江东省:?省社保基金理事会"


PIECES = st.sampled_from(
    [
        "（",
        "）",
        "(",
        ")",
        "【",
        "】",
        "[",
        "]",
        "责任单位：",
        "牵头单位:",
        "市公安局",
        "财政局",
        "各市、县（区）人民政府",
        "负责",
        "牵头",
        "会同",
        "按职责分工",
        "由",
        "、",
        "，",
        ",",
        "；",
        "。",
        "和",
        "等部门",
        "“",
        "”",
        "完成时限：",
        "2024年底前",
        "加强监管",
        "厦门海关",
        "公安部",
        "\u3000",
        "\n",
        "x",
    ]
)


@given(st.lists(PIECES, max_size=24).map("".join) | st.text(max_size=60), st.integers(0, 999))
def test_any_text_gives_spans_that_land(text, offset):
    groups = find_assignments(text, offset=offset, region="厦门市")
    explain_brackets(text)
    reached = offset
    for group in groups:
        assert text[group.span.start - offset : group.span.end - offset] == group.raw
        assert offset <= group.governs.start <= group.governs.end <= offset + len(text)
        if group.form is not GroupForm.RUNNING:  # those govern their sentence, within or beside
            assert reached <= group.governs.start
            reached = group.governs.end
        assert group.members
        for member in group.members:
            start, end = member.span
            assert text[start - offset : end - offset] == member.as_written
            assert group.span.start <= start < end <= group.span.end
            assert isinstance(member.role, Role)


def test_labels_glued_to_the_text_before_open_lists_of_their_own():
    text = "发展股权融资责任单位：省发改委、财政厅责任单位：省经信委，金融办　　三、其他"
    assert read(text, "江东省") == [
        ["省发改委/joint", "省财政厅/joint"],
        ["省经信委/joint", "省金融办/joint"],
    ]
