"""The invented circulars hold every trap of the genre, and the parser survives each."""

from __future__ import annotations

import re
from functools import cache

import pytest

from corpus.model import Level, PartKind, Role
from corpus.readers.reading import read_path
from corpus.samples import sample_files
from corpus.structure import parse_circular

STEMS = sorted({path.stem for path in sample_files()})
FIELDS = ("inner_titles", "number", "issuers", "recipients", "date_signed", "date_printed")


@cache
def parsed(name):
    return parse_circular(read_path(next(path for path in sample_files() if path.name == name)))


def source(stem):
    path = next(path for path in sample_files() if path.name == f"{stem}.txt")
    return path.read_text(encoding="utf-8")


def shape(circular):
    return (
        [(each.id, each.heading) for each in circular.headings],
        [(each.id, each.text, each.run_in_heading) for each in circular.paragraphs],
        [
            (member.expanded, member.role)
            for each in circular.paragraphs
            for group in each.groups
            for member in group.members
        ],
    )


def paragraph(stem, opening):
    return next(each for each in parsed(f"{stem}.txt").paragraphs if each.text.startswith(opening))


def roles(group):
    return {member.expanded: member.role for member in group.members}


def test_there_are_at_least_twelve_and_each_is_there_twice():
    assert len(STEMS) >= 12
    assert len(sample_files()) == 2 * len(STEMS)


@pytest.mark.parametrize("stem", STEMS)
def test_a_sample_is_as_long_as_a_circular(stem):
    assert 800 <= len(source(stem)) <= 3000


@pytest.mark.parametrize("stem", STEMS)
def test_text_and_page_are_the_same_circular(stem):
    text, page = parsed(f"{stem}.txt"), parsed(f"{stem}.html")
    assert shape(text) == shape(page)
    assert [getattr(text, name) for name in FIELDS] == [getattr(page, name) for name in FIELDS]


@pytest.mark.parametrize("stem", STEMS)
def test_no_two_samples_are_of_one_title(stem):
    titles = [parsed(f"{each}.txt").title for each in STEMS]
    assert titles.count(parsed(f"{stem}.txt").title) == 1


@pytest.mark.parametrize(
    ("stem", "number"),
    [
        ("yungang-2017-58", "云政办发〔2017〕58号"),
        ("jiangdong-ling-215", "江东省人民政府令第215号"),
        ("jiangdong-gonggao-2021-7", "江东省市场监督管理局公告2021年第7号"),
        ("jiangdong-2018-33", "江政办发〔2018〕33号"),
        ("hexi-2018-nongzi", "None"),  # 河政办发〔2018〕12号 is a cited one
        ("yungang-2021-qingwang", "None"),  # 暂无
    ],
)
def test_the_number_is_the_circulars_own(stem, number):
    assert str(parsed(f"{stem}.txt").number) == number
    assert str(parsed(f"{stem}.html").number) == number


def test_the_page_declares_gb2312_and_holds_more():
    path = next(path for path in sample_files() if path.name == "yungang-2023-71.html")
    data = path.read_bytes()
    assert b"charset=gb2312" in data
    with pytest.raises(UnicodeDecodeError):
        data.decode("gb2312")
    assert "堃河新城" in read_path(path).text


def test_seven_groups_stand_in_one_paragraph_and_two_shi_are_kept():
    many = paragraph("yungang-2017-58", "开展专利标识核查")
    assert len(many.groups) == 7
    assert roles(many.groups[5]) == {"市市政园林局": Role.SOLE}
    assert roles(many.groups[6])["市公安局"] is Role.LEAD


def test_both_spellings_of_one_body_share_an_id():
    ids = {
        member.agency_id
        for each in parsed("yungang-2017-58.txt").paragraphs
        for group in each.groups
        for member in group.members
        if member.as_written in {"市市场监督局", "市市场监督管理局"}
    }
    assert len(ids) == 1


def test_the_public_security_bureau_leads_here_and_supports_there():
    found = {
        member.role
        for stem in ("yungang-2017-58", "yungang-2018-44")
        for each in parsed(f"{stem}.txt").paragraphs
        if "知识产权" in each.text
        for group in each.groups
        for member in group.members
        if member.as_written == "市公安局"
    }
    assert {Role.LEAD, Role.SUPPORT} <= found


def test_the_elided_prefix_is_the_region_and_never_the_party_committee():
    group = paragraph("hexi-2018-nongzi", '组织"放心农资下乡"').groups[0]
    assert [member.expanded for member in group.members] == [
        "自治区党委宣传部",
        "自治区公安厅",
        "自治区农牧厅",
        "自治区供销合作社",
        "自治区文化厅",
    ]


def test_names_with_a_prefix_of_their_own_keep_it():
    group = paragraph("hexi-2018-nongzi", "引导金融机构").groups[0]
    written = [member.as_written for member in group.members]
    assert written[-2:] == ["河西国税局", "人民银行沙川中心支行"]
    assert [member.expanded for member in group.members][-2:] == written[-2:]
    assert group.open_ended


def test_collectives_are_separated_by_the_comma_where_the_first_has_no_verb():
    group = paragraph("yungang-2017-58", "扎实推进").groups[0]
    assert [member.as_written for member in group.members] == [
        "市打击侵权假冒工作领导小组有关成员单位",
        "各县(市、区)“双打办”",
    ]
    assert all(member.collective and member.role is Role.JOINT for member in group.members)


def test_a_measure_shaped_like_a_run_in_heading_is_none():
    assert paragraph("yungang-2017-58", "扎实推进").run_in_heading == ""
    assert paragraph("yungang-2017-58", "整治网络售假").run_in_heading == "整治网络售假行为。"


def test_a_heading_may_end_in_a_full_stop():
    headings = parsed("yungang-2017-58.txt").headings
    assert "加强出口商品监管" in {heading.heading for heading in headings}


def test_the_five_levels_stand_under_each_other():
    circular = parsed("linxi-2021-32.txt")
    levels = {heading.level for heading in circular.headings}
    assert {Level.PART, Level.ITEM, Level.POINT, Level.SUBPOINT} <= levels
    assert max(len(each.path) for each in circular.paragraphs) == 5  # ① has no heading text


def test_label_lines_and_odd_brackets_are_groups_with_their_deadline():
    groups = [
        group
        for each in parsed("linxi-2021-32.txt").paragraphs
        for group in each.groups
        if each.part.kind is PartKind.INNER
    ]
    raised = {group.raw[0] for group in groups}
    assert {"【", "["} <= raised
    assert any("2021年9月底前" in group.deadline for group in groups)


def test_the_order_is_divided_into_chapters_sections_and_articles():
    levels = {heading.level for heading in parsed("jiangdong-ling-215.txt").headings}
    assert {Level.CHAPTER, Level.SECTION} <= levels
    cited = {each.cite for each in parsed("jiangdong-ling-215.txt").paragraphs}
    assert any("第十二条" in each for each in cited)


def test_three_inner_documents_restart_their_articles():
    circular = parsed("yungang-2020-46.txt")
    assert len(circular.inner_titles) == 3
    inner = {each.part.ordinal for each in circular.paragraphs if each.part.kind is PartKind.INNER}
    assert len(inner) == 3
    assert len({each.id for each in circular.paragraphs}) == len(circular.paragraphs)


def test_running_text_names_who_leads_and_who_supports():
    group = paragraph("jiangdong-2020-31", "支持基层医疗").groups[0]
    assert roles(group) == {
        "省卫生健康委": Role.LEAD,
        "省民政厅": Role.SUPPORT,
        "省医保局": Role.SUPPORT,
    }


def test_a_forwarded_opinion_keeps_its_forwarders_number_and_date():
    circular = parsed("jiangdong-2018-33.txt")
    assert circular.title.startswith("江东省人民政府办公厅转发")
    assert str(circular.date_signed) == "2018-04-12"


def test_signed_and_printed_dates_are_two():
    circular = parsed("yungang-2017-58.txt")
    assert (str(circular.date_signed), str(circular.date_printed)) == ("2017-04-11", "2017-04-13")


def test_references_resolve_among_the_samples_and_some_do_not():
    held = {str(parsed(f"{stem}.txt").number) for stem in STEMS} - {"None"}
    cited = {
        str(reference.number)
        for stem in STEMS
        for reference in parsed(f"{stem}.txt").references
        if reference.number
    }
    assert len(cited & held) >= 5
    assert "河政办发〔2018〕12号" in cited - held


def test_slips_of_the_source_stay_as_written():
    for stem, slip in [
        ("yungang-2017-58", "注册商标专用全"),
        ("yungang-2017-58", "“3?15”"),
        ("yungang-2017-58", '"双创"'),
        ("hexi-2018-nongzi", "网际协议抵制（IP地址）"),
    ]:
        assert any(slip in each.text for each in parsed(f"{stem}.txt").paragraphs), slip


def test_page_furniture_is_no_paragraph():
    furniture = re.compile(r"责任编辑|分享到|打印本页|当前位置|ICP备|扫描二维码|索 引 号|上一篇")
    for stem in STEMS:
        for each in parsed(f"{stem}.html").paragraphs:
            assert not furniture.search(each.text), (stem, each.text)


def test_the_readme_names_every_sample(repository):
    readme = (repository / "corpus" / "samples" / "README.md").read_text(encoding="utf-8")
    assert all(f"`{stem}`" in readme for stem in STEMS)


def test_every_trap_of_the_readme_points_at_a_line_that_exists(repository):
    readme = (repository / "corpus" / "samples" / "README.md").read_text(encoding="utf-8")
    numbered = re.findall(r"^\| (\d+) ", readme, re.MULTILINE)
    assert [int(each) for each in numbered] == list(range(1, 26))
    for stem, lines in re.findall(r"`([a-z0-9-]+)` : ([\d–, ]+)", readme):
        last = max(int(each) for each in re.findall(r"\d+", lines))
        assert last <= len(source(stem).splitlines()), (stem, lines)
