"""How a circular is taken apart: head, letter, issued documents, headings, paragraphs, closing."""

from __future__ import annotations

from datetime import date

from corpus.model import Circular, Level, PartKind, RawCircular, Span, measures_of
from corpus.structure import parse_circular

LETTER = """云港市人民政府办公室关于印发2021年
清网行动工作要点的通知
云政办发〔2021〕32号
各县（市、区）人民政府,市直各委、办、局:
《2021年清网行动工作要点》已经市政府同意，现印发给你们，请认真贯彻执行。
附件：任务清单
云港市人民政府办公室
2021年5月8日
（此件公开发布）
2021年清网行动工作要点
2021年，全市清网行动要落实省、市部署，根据《网络市场办法》（江政发〔2020〕9号）制定本要点。
一、加强监管
㈠加强平台监管。
强化网上交易管理。开展专项行动，整治虚假宣传。（市公安局牵头负责，市市场监管局配合）
强化平台责任。督促平台落实主体责任。（市市场监管局负责）
㈡落实责任
深入推进“双随机”抽查。开展“3?15”宣传。
（市市场监管局负责）
二、各县（市、区）要结合实际，抓好落实，重大情况及时报告。
附件1
任务清单
序号	任务
抄送：市委办公室，市人大常委会办公室。
云港市人民政府办公室2021年5月10日印发
扫描二维码 关注我们
"""


def parse(text: str, **fields) -> Circular:
    return parse_circular(RawCircular("无名.txt", text, **fields))


def cites(circular: Circular) -> list[str]:
    return [paragraph.cite for paragraph in circular.paragraphs]


def codes(circular: Circular) -> set[str]:
    return {remark.code for remark in circular.remarks}


def test_the_head_and_the_closing_are_read():
    circular = parse(LETTER)
    assert circular.title == "云港市人民政府办公室关于印发2021年清网行动工作要点的通知"
    assert circular.inner_titles == ("2021年清网行动工作要点",)
    assert str(circular.number) == "云政办发〔2021〕32号"
    assert (circular.kind, circular.inner_kind, circular.period) == ("通知", "工作要点", "2021")
    assert circular.recipients == ("各县（市、区）人民政府", "市直各委、办、局")
    assert circular.issuers == ("云港市人民政府办公室",)
    assert circular.date_signed == date(2021, 5, 8)
    assert circular.date_printed == date(2021, 5, 10)
    assert circular.region == "云港市"


def test_letter_issued_document_and_attachment_are_three_texts():
    circular = parse(LETTER)
    kinds = [paragraph.part.kind for paragraph in circular.paragraphs]
    assert kinds[0] is PartKind.WRAPPER
    assert set(kinds[1:-1]) == {PartKind.INNER}
    assert kinds[-1] is PartKind.ATTACHMENT
    assert cites(circular)[:4] == [
        "通知正文第1段",
        "引言第1段",
        "第一部分第（一）项第1段",
        "第一部分第（一）项第2段",
    ]
    assert cites(circular)[-1] == "附件第1段"


def test_a_heading_is_what_has_something_under_it():
    circular = parse(LETTER)
    assert [(one.level, one.number, one.heading) for one in circular.headings] == [
        (Level.PART, "一、", "加强监管"),
        (Level.ITEM, "㈠", "加强平台监管"),
        (Level.ITEM, "㈡", "落实责任"),
    ]
    measure = circular.paragraphs[-2]
    assert measure.text.startswith("二、各县")
    assert (measure.path, measure.cite) == ((2,), "第二部分第1段")


def test_run_in_headings_need_a_sibling():
    run_ins = [paragraph.run_in_heading for paragraph in parse(LETTER).paragraphs]
    assert [one for one in run_ins if one] == ["强化网上交易管理。", "强化平台责任。"]


def test_bold_alone_makes_a_run_in_heading():
    text = "一、落实责任\n深入推进普法活动。开展宣传周活动，普及法律知识。\n二、加强领导\n定期研究部署。"
    start = text.index("深入")
    assert parse(text).paragraphs[0].run_in_heading == ""
    circular = parse(text, bold=(Span(start, start + 9),))
    assert circular.paragraphs[0].run_in_heading == "深入推进普法活动。"


def test_a_group_on_its_own_line_belongs_to_the_paragraph_above():
    paragraph = next(one for one in parse(LETTER).paragraphs if "双随机" in one.text)
    assert len(paragraph.groups) == 1
    assert paragraph.text.endswith("（市市场监管局负责）")


def test_label_lines_speak_of_the_paragraph_above():
    circular = parse(
        "一、加强巡查\n每日巡查堤防。\n牵头单位：市水务局\n配合单位：市公安局\n二、加强预警\n及时预警。\n"
    )
    paragraph = circular.paragraphs[0]
    assert [one.cite for one in circular.paragraphs] == ["第一部分第1段", "第二部分第1段"]
    assert [measure.text for measure in measures_of(paragraph)] == ["每日巡查堤防。"] * 2


def test_an_order_bears_the_title_of_what_it_promulgates():
    circular = parse(
        "江东省人民政府令第215号\n《江东省数据办法》已经省人民政府常务会议通过，现予公布。\n省长　顾怀远\n2020年11月6日\n"
        "江东省数据办法\n第一条　为了规范数据，制定本办法。\n"
    )
    assert (circular.title, circular.kind, circular.inner_kind) == ("江东省数据办法", "令", "办法")
    assert circular.issuers == ("江东省人民政府",)


def test_joint_issuers_are_told_apart_by_the_signature():
    circular = parse(
        "江东省民政厅　江东省发展和改革委员会\n江东省财政厅关于做好养老服务工作的通知\n各市人民政府：\n请做好养老服务工作。\n"
        "江东省民政厅　江东省发展和改革委员会\n江东省财政厅\n2020年12月25日\n"
    )
    assert circular.issuers == ("江东省民政厅", "江东省发展和改革委员会", "江东省财政厅")


def test_a_cited_number_is_never_the_documents_own():
    circular = parse(
        "关于做好防汛工作的通知\n各区人民政府：\n根据《关于加强防汛工作的通知》（江政发〔2020〕9号）要求，请做好工作。\n"
    )
    assert circular.number is None
    assert "number_missing" in codes(circular)
    assert [str(one.number) for one in circular.references] == ["江政发〔2020〕9号"]


def test_a_number_the_site_states_is_taken_when_the_text_has_none():
    circular = parse(
        "关于防汛的通知\n各区人民政府：\n请做好工作。", metadata={"发文字号": "云政发〔2021〕5号"}
    )
    assert str(circular.number) == "云政发〔2021〕5号"
    assert [one.rule for one in circular.evidence if one.field == "number"] == ["metadata"]


def test_an_announcement_takes_its_issuer_from_the_site():
    said = {"发文字号": "公告 2020年 第64号", "发布机构": "江东省生态环境厅"}
    circular = parse("关于发布监测方法的公告\n现发布监测方法，请遵照执行。", metadata=said)
    assert str(circular.number) == "江东省生态环境厅公告2020年第64号"


def test_laws_are_cited_by_chapter_article_and_clause():
    circular = parse(
        "云港市河长制办法\n第一章 总 则\n第一条　为了治水，制定本办法。\n第二条　市水务局负责下列工作：\n"
        "（一）编制规划；\n（二）组织巡查。\n前款所列工作每年报告一次。\n第二章 附 则\n第三条　本办法自印发之日起施行。\n"
    )
    assert cites(circular) == [
        "第一章第一条第一款",
        "第一章第二条第一款",
        "第一章第二条第一款第（一）项",
        "第一章第二条第一款第（二）项",
        "第一章第二条第二款",
        "第二章第三条第一款",
    ]
    assert [one.heading for one in circular.headings] == ["总则", "附则"]


def test_several_issued_documents_are_each_named():
    circular = parse(
        "云港市人民政府关于印发《巡河办法》《护河办法》的通知\n云政发〔2021〕7号\n各区人民政府：\n"
        "现将《巡河办法》《护河办法》印发给你们，请遵照执行。\n云港市人民政府\n2021年3月1日\n"
        "巡河办法\n第一条　为了巡河，制定本办法。\n护河办法\n第一条　为了护河，制定本办法。\n"
    )
    assert circular.inner_titles == ("巡河办法", "护河办法")
    assert cites(circular)[1:] == ["《巡河办法》第一条第一款", "《护河办法》第一条第一款"]
    assert len({one.id for one in circular.paragraphs}) == len(circular.paragraphs)


def test_skipped_and_doubled_numbers_are_kept_and_remarked():
    circular = parse(
        "关于防汛的通知\n一、甲事\n请办理甲事。\n三、乙事\n请办理乙事。\n三、丙事\n请办理丙事。\n"
    )
    assert {"numbering_gap", "numbering_duplicate"} <= codes(circular)
    assert [one.path for one in circular.paragraphs] == [(1,), (3,), (3,)]
    assert [one.id for one in circular.paragraphs] == ["sec_1__p_1", "sec_3__p_1", "sec_3-2__p_1"]


def test_numbering_that_runs_through_all_parts_is_no_gap():
    circular = parse(
        "一、甲事\n（一）甲一\n请办理。\n（二）甲二\n请办理。\n二、乙事\n（三）乙一\n请办理。\n"
    )
    assert "numbering_gap" not in codes(circular)


def test_titles_that_disagree_are_both_kept():
    circular = parse(
        "云港市人民政府关于印发巡河办法的通知\n各区人民政府：\n现将办法印发给你们。\n云港市人民政府\n2021年3月1日\n"
        "护河办法\n第一条　为了护河，制定本办法。\n"
    )
    assert "title_mismatch" in codes(circular)
    assert circular.inner_titles == ("护河办法",)


def test_a_year_at_the_start_is_no_heading():
    circular = parse(
        "关于防汛的通知\n2016年,全市防汛工作要认真落实责任。\n一、加强领导\n定期研究部署。\n"
    )
    assert [one.number for one in circular.headings] == ["一、"]


def test_a_text_without_line_ends_is_cut_where_it_begins_anew():
    body = "为加强防汛工作，保障人民群众生命财产安全，现就有关事项通知如下：" + "".join(
        f"{number}、{name}工作要抓实。各级各部门要高度重视，周密部署，加强值班值守，及时报送信息，确保安全度汛，不得脱岗漏岗。"
        for number, name in (("一", "巡查"), ("二", "预警"), ("三", "转移"))
    )
    circular = parse(f"云港市人民政府关于防汛工作的通知云政发〔2021〕5号各区人民政府：{body}")
    assert circular.title == "云港市人民政府关于防汛工作的通知"
    assert str(circular.number) == "云政发〔2021〕5号"
    assert circular.recipients == ("各区人民政府",)
    assert [one.path for one in circular.paragraphs] == [(), (1,), (2,), (3,)]
    assert [one.heading for one in circular.headings] == [
        "巡查工作要抓实",
        "预警工作要抓实",
        "转移工作要抓实",
    ]


def test_the_file_name_stands_in_for_a_title_with_a_remark():
    raw = RawCircular("关于做好防汛工作的通知.txt", "各区人民政府：\n请做好防汛工作。\n")
    circular = parse_circular(raw)
    assert circular.title == "关于做好防汛工作的通知"
    assert "title_from_name" in codes(circular)


def test_a_circular_said_twice_is_kept_once():
    text = "各区人民政府：\n请做好防汛工作，落实责任。\n请按时报送信息，不得迟报。\n云港市人民政府\n2021年3月1日\n"
    circular = parse("关于防汛的通知\n" + text + text)
    assert len(circular.paragraphs) == 2
    assert {one.reason for one in circular.dropped} == {"与上文重复"}


SIGNED = "云港市人民政府关于印发巡河和护河两个办法的通知\n各区人民政府：\n现印发给你们。\n云港市人民政府\n2021年3月1日\n"


def test_a_second_issued_document_begins_where_the_numbering_begins_anew():
    articles = "".join(f"第{one}条　巡河人员应当落实责任。\n" for one in "一二三四")
    circular = parse(f"{SIGNED}云港市巡河办法\n{articles}云港市护河办法\n{articles}")
    assert circular.inner_titles == ("云港市巡河办法", "云港市护河办法")
    assert {one.part.ordinal for one in circular.paragraphs[1:]} == {1, 2}


def test_an_attachment_may_bear_its_number_and_title_on_one_line():
    circular = parse(SIGNED + "附件1：巡河任务清单\n每日巡河。\n附件2 护河任务清单\n每日护河。\n")
    parts = [one.part for one in circular.paragraphs[1:]]
    assert [(one.kind, one.ordinal, one.title) for one in parts] == [
        (PartKind.ATTACHMENT, 1, "巡河任务清单"),
        (PartKind.ATTACHMENT, 2, "护河任务清单"),
    ]


def test_the_rows_of_a_table_of_tasks_are_groups():
    circular = parse(
        SIGNED + "附件1\n任务分工表\n序号\t任务\t牵头单位\t配合单位\t完成时限\n"
        "1\t落实巡河制度\t市水务局\t市公安局、市财政局\t2021年6月底前\n"
    )
    (group,) = circular.paragraphs[-1].groups
    assert [one.role.value for one in group.members] == ["lead", "support", "support"]
    assert group.deadline == "2021年6月底前"


def test_a_deadline_on_a_line_of_its_own_belongs_to_the_group_above():
    circular = parse(
        "一、加强巡查\n每日巡查堤防。\n责任单位：市水务局\n完成时限：2021年6月底前\n二、加强预警\n及时预警。\n"
    )
    (group,) = circular.paragraphs[0].groups
    assert group.deadline == "2021年6月底前"


def test_what_reads_like_a_group_and_is_none_is_said():
    circular = parse(
        "一、诚信申报\n申报材料（纳税人对其真实性负责）应当完整。\n二、严格审核\n及时审核。\n"
    )
    assert [one.code for one in circular.remarks if "负责" in one.message] == ["group_rejected"]
