from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.assignments import explain_brackets, find_assignments
from corpus.duty_rules import declares_first_lead, read_duty_rules
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
        ("各级工业和信息化主管部门", ["各级工业和信息化主管部门"]),
        ("省政府各工作部门", ["省政府各工作部门"]),
        ("区文化资产监管办区城市更新委", ["区文化资产监管办", "区城市更新委"]),
        (
            "市推进城市更新工作领导小组成员单位、各区政府",
            [
                "市推进城市更新工作领导小组成员单位",
                "各区政府",
            ],
        ),
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


def test_the_first_of_its_own_level_leads_where_the_circular_says_so():
    rules = read_duty_rules(
        "（责任单位：省教育厅、各市人民政府。省级单位列第一位者为牵头单位，下同）"
    )
    assert rules.of_level
    text = "（责任单位：各市人民政府、平安新区管委会，省农业厅、财政厅）"
    (group,) = find_assignments(text, region="江东省", rules=rules)
    assert [member.role for member in group.members] == ["support", "support", "lead", "support"]


@pytest.mark.parametrize(
    "text",
    [
        "（责任单位：市教育局、市财政局（列第一位的为牵头单位，下同））",
        "（市教育局、市财政局，列首的为牵头单位，下同）",
        "责任单位：市教育局、市财政局（排在第一位的为牵头单位，下同）",
    ],
)
def test_a_note_on_who_leads_is_no_name(text):
    (group,) = find_assignments(text, region="云港市")
    assert [member.as_written for member in group.members] == ["市教育局", "市财政局"]
    assert [member.role for member in group.members] == ["lead", "support"]


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
        "按规定执行（财政部、海关总署公告2012年第83号）。",
        "协办单位：云港设计学会、海峡设计网",
    ],
)
def test_these_are_no_assignments(text):
    assert find_assignments(text, region="云港市") == ()


@pytest.mark.parametrize(
    ("text", "groups"),
    [
        # a department named by what it does: of one government a body, elsewhere a class
        ("省发展改革部门负责汇总。", [["省发展改革部门/sole"]]),
        ("国务院交通运输主管部门负责解释。", [["国务院交通运输主管部门/sole"]]),
        ("财政部门负责资金保障；审计部门负责监督。", [["财政部门/joint"], ["审计部门/joint"]]),
        ("各地教育、人社部门负责招生。", [["各地教育、人社部门/joint"]]),
        ("市、县政府指定的部门负责巡查。", [["市、县政府指定的部门/joint"]]),
        ("负责防汛工作的部门及其负责人具体负责值守。", [["负责防汛工作的部门/joint"]]),
        # 要, 应当 between the body and its duty; lines of government that share 等部门
        ("市商务局要会同财政、税务等部门抓好落实。", [
            ["市商务局/lead", "财政/support", "税务/support"],
        ]),
        ("市民政局应当会同有关方面做好评估。", [["市民政局/lead", "有关方面/support"]]),
        # those told their part beside a lead
        ("市应急局牵头，市公安局、水利局等要加强巡查。", [
            ["市应急局/lead", "市公安局/support", "市水利局/support"],
        ]),
        ("市工信局牵头，市直有关单位及设区市按责任分工组织实施。", [
            ["市工信局/lead", "市直有关单位/support", "设区市/support"],
        ]),
        # an office inside a body, a body set up for one task, whoever belongs to another
        ("市公安局交通管理处负责疏导。", [["市公安局交通管理处/sole"]]),
        ("推进防汛减灾工作联席会议负责统筹。", [["推进防汛减灾工作联席会议/sole"]]),
        ("市水利局主管，其所属的市河道管理处具体负责养护。", [["市河道管理处/sole"]]),
        ("市公安局（以下简称主管机关）负责登记。", [["市公安局/sole"]]),
        ("市政府确定交通部门负责验收。", [["交通部门/joint"]]),
        ("由云港市、林溪县牵头组建基金。", [["云港市/lead", "林溪县/lead"]]),
        ("贷款企业（由市工信部门会同财政等部门审核）名单。", [
            ["市工信部门/lead", "财政/support"],
        ]),
        # 负责 + 省级…, 部门预算 is a duty like any other
        ("省财政厅负责省级部门预算。", [["省财政厅/sole"]]),
    ],
)  # fmt: skip
def test_running_text_names_who_acts(text, groups):
    assert read(text, region="江东省") == groups


@pytest.mark.parametrize(
    "text",
    [
        "燃气设施由管道燃气经营企业负责维护。",
        "由用户负责更新。",
        "由该两个部门负责解释。",
        "市财政局会同有关部门制定了《办法》。",
        "市财政局会同市税务局等部门研究提出了意见。",
        "各地负责能源监管、市场监管等的部门应当公开信息。",
        "谁主管谁负责、谁经营谁负责。",
        "由第三方管理机构负责。",
    ],
)
def test_private_parties_reports_and_attributes_are_given_no_duty(text):
    assert find_assignments(text, region="江东省") == ()


def test_two_running_groups_of_one_sentence_share_it():
    text = "市发改委负责规划，市财政局负责资金。"
    first, second = find_assignments(text, region="云港市")
    assert text[first.governs.start : first.governs.end] == "市发改委负责规划，"
    assert text[second.governs.start : second.governs.end] == "市财政局负责资金。"
    text = "道路养护由市交通局负责，桥梁检测由市住建局负责。"
    first, second = find_assignments(text, region="云港市")
    assert text[second.governs.start : second.governs.end] == "桥梁检测由市住建局负责。"


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
    text = unit * size + "负责）。加强监管。（市财政局牵头）"
    last = find_assignments(text, region="厦门市")[-1]
    assert (last.raw, last.span.end) == ("（市财政局牵头）", len(text))
    assert [member.canonical for member in last.members] == ["厦门市财政局"]


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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("市公安局、市财政局按职责分工负责。", [["市公安局/joint", "市财政局/joint"]]),
        ("市公安局会同有关部门开展核查。", [["市公安局/lead", "有关部门/support"]]),
        ("经市公安局会同市财政局等部门评审后实施。", [["市公安局/lead", "市财政局/support"]]),
        ("第六条　市公安局负责全市停车秩序。", [["市公安局/sole"]]),
        ("市公安局负责甲事，市财政局负责乙事。", [["市公安局/sole"], ["市财政局/sole"]]),
        (
            "市公安局是此项工作的总牵头单位，其中市财政局侧重负责经费。",
            [["市公安局/lead"], ["市财政局/sole"]],
        ),
        (
            "建立由市公安局牵头，市直有关部门、高校和行业组织等参与的工作机制。",
            [["市公安局/lead", "市直有关部门/support", "高校/support", "行业组织/support"]],
        ),
        (
            "由乡镇（街道）负责、医疗机构配合，出具证明。",
            [["乡镇（街道）/joint", "医疗机构/support"]],
        ),
        ("市公安局适时牵头组织检查。", [["市公安局/lead"]]),
        ("市公安局负责会同市财政局组织检查。", [["市公安局/lead", "市财政局/support"]]),
        (
            "自然资源主管部门会同财政部门组织编制规划。",
            [["自然资源主管部门/lead", "财政部门/support"]],
        ),
        ("本办法由市财政局负责解释。", [["市财政局/sole"]]),
    ],
)
def test_whoever_stands_directly_before_the_verb_is_responsible(text, expected):
    assert read(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "党委领导、政府负责、部门协同、社会参与。",
        "实行分级负责、属地管理。",
        "办公室设在市公安局，负责日常工作。",
        "市公安局：负责甲事。",
        "市公安局要继续做好牵头工作。",
        "市公安局负责同志参加会议。",
        "支持龙头企业牵头建设研究院。",
        "市公安局会同市财政局制定了办法。",
        "由用人单位负责。",
        "市公安局牵头部门应当公开。",
    ],
)
def test_slogans_persons_and_reports_name_nobody(text):
    assert read(text) == []


def test_a_running_group_before_a_bracket_is_found_as_well():
    text = "市公安局会同市财政局编制规划。加强宣传。（责任单位：市教育局）"
    running, bracket = find_assignments(text, region="云港市")
    assert text[slice(*running.governs)] == "市公安局会同市财政局编制规划。"
    assert bracket.governs.start == 0


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("（责任单位：各区人民政府）", "joint"),
        ("（各区人民政府负责）", "joint"),
        ("（有关部门按职责分工负责）", "joint"),
        ("（县级以上地方各级人民政府负责）", "sole"),
    ],
)
def test_a_lone_class_of_bodies_shares_what_governments_by_level_do_not(text, role):
    assert [one.rpartition("/")[2] for one in read(text)[0]] == [role]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("（市防指牵头，市水利局按职责分工负责）", ["市防指", "市水利局"]),
        ("（市新设办牵头，市水利局配合）", ["市新设办", "市水利局"]),
        (
            "建好台账。（市教育局、市财政局、云港农投集团）",
            ["市教育局", "市财政局", "云港农投集团"],
        ),
        ("责任单位：省住建厅各市、县政府", ["省住建厅", "各市、县政府"]),
        ("责任单位：市发改委市财政局", ["市发改委", "市财政局"]),
    ],
)
def test_a_body_nobody_listed_is_kept_in_the_group(text, names):
    (group,) = find_assignments(text, region="云港市")
    assert [member.as_written for member in group.members] == names


def test_ministries_that_guide_are_responsible_too():
    assert read("建好台账。（公安部、财政部指导）", "全国") == [["公安部/joint", "财政部/joint"]]
    assert read("（商务部指导，供销合作总社参与）", "全国") == [
        ["商务部/sole", "供销合作总社/support"]
    ]


@pytest.mark.parametrize(
    "text",
    [
        "责任单位：市教育局。\n完成时限：2024年12月底前",
        "完成时限：2024年12月底前。责任单位：市教育局",
        "（责任单位：市教育局）（完成时限：2024年12月底前）",
        "（市教育局负责）进度安排：2024年12月底前",
    ],
)
def test_a_deadline_under_its_own_label_belongs_to_the_group_beside_it(text):
    (group,) = find_assignments(text, region="云港市")
    assert group.deadline == "2024年12月底前"


def test_a_name_bound_for_the_circular_means_the_full_one():
    text = "成立云港市推进停车改革领导小组（以下简称“停车小组”）。"
    rules = read_duty_rules(text)
    assert rules.aliases == (("停车小组", "云港市推进停车改革领导小组"),)
    (group,) = find_assignments("（停车小组牵头，市公安局配合）", region="云港市", rules=rules)
    assert [m.expanded for m in group.members] == ["云港市推进停车改革领导小组", "市公安局"]


def test_the_rule_of_the_first_yields_to_what_a_group_says_itself():
    rules = read_duty_rules("（市公安局、市财政局；列首位的为牵头单位，下同）")
    assert rules.first_is_lead
    assert read("（市教育局、市财政局负责）", rules=rules) == [
        ["市教育局/lead", "市财政局/support"]
    ]
    assert read("（市教育局负责，市财政局配合）", rules=rules) == [
        ["市教育局/sole", "市财政局/support"]
    ]
    assert read("（市教育局负责）", rules=rules) == [["市教育局/sole"]]


def test_members_of_a_conference_after_and_others_open_the_list():
    text = "（公安部、财政部等推进停车工作部际联席会议成员单位及各地区按职责分工负责）"
    (group,) = find_assignments(text, region="全国")
    assert [member.as_written for member in group.members] == ["公安部", "财政部", "各地区"]
    assert group.open_ended
