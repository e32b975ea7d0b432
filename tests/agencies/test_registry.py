from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.agencies import AgencyRegistry
from corpus.agency_prefix import NameKind, take_apart
from corpus.places import find_place

registry = AgencyRegistry.load()


def id_of(name: str, region: str, on: date | None = None) -> str:
    return registry.resolve(name, region=region, on=on).agency_id


@pytest.mark.parametrize(
    ("name", "prefix", "bare"),
    [
        ("市公安局", "市", "公安局"),
        ("市市场监管局", "市", "市场监管局"),
        ("市市政园林局", "市", "市政园林局"),
        ("市市民政局", "市", "市民政局"),
        ("自治区公安厅", "自治区", "公安厅"),
        ("市民政局", "市", "民政局"),
        ("市政务服务中心", "市", "政务服务中心"),
        ("市场监管局", "", "市场监管局"),
        ("市政园林局", "", "市政园林局"),
        ("国资委", "", "国资委"),
        ("区划办", "", "区划办"),
    ],
)
def test_the_longest_reading_decides_where_the_prefix_ends(name, prefix, bare):
    parts = take_apart(name)
    assert (parts.prefix, parts.bare) == (prefix, bare)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("市委宣传部", NameKind.PARTY),
        ("自治区党委组织部", NameKind.PARTY),
        ("厦门海关", NameKind.PLACED),
        ("人民银行厦门中心支行", NameKind.PLACED),
        ("国家税务总局福建省税务局", NameKind.PLACED),
        ("工业和信息化部", NameKind.CENTRAL),
        ("国家发展改革委", NameKind.CENTRAL),
        ("公安局", NameKind.BARE),
        ("各区“双打办”", NameKind.COLLECTIVE),
        ("市直各有关单位", NameKind.COLLECTIVE),
        ("县级以上地方各级人民政府", NameKind.COLLECTIVE),
        ("三明、南平和龙岩市政府", NameKind.COLLECTIVE),
    ],
)
def test_a_name_says_whose_body_it_is(name, kind):
    assert take_apart(name, find_place("厦门")).kind is kind


def test_two_spellings_of_one_body_share_an_id():
    assert id_of("市市场监督局", "厦门市") == id_of("市市场监督管理局", "厦门市")
    assert id_of("市发改委", "厦门市") == id_of("市发展和改革委员会", "厦门市")
    assert id_of("厦门市公安局", "福建省") == id_of("市公安局", "厦门市") == "350200:公安"


@pytest.mark.parametrize(
    ("one", "other"),
    [("市工商局", "市工商联"), ("市国税局", "市国土局"), ("市质监局", "市市场监管局")],
)
def test_look_alikes_stay_apart(one, other):
    assert id_of(one, "厦门市") != id_of(other, "厦门市")


@pytest.mark.parametrize(
    ("name", "region", "agency_id"),
    [
        ("厦门海关", "福建省", "海关:厦门"),
        ("宁夏邮政管理局", "宁夏回族自治区", "邮政管理:宁夏"),
        ("市邮政管理局", "厦门市", "邮政管理:厦门"),
        ("省财政厅", "厦门市", "350000:财政"),
        ("区公安分局", "湖里区", "350206:?区公安分局"),
        ("云港市公安局", "云港市", "云港市:公安"),
        ("市公安局", "云港市", "云港市:公安"),
        ("公安部", "", "全国:公安"),
        ("各区人民政府", "厦门市", "350200:*各区人民政府"),
        ("市梦想管理局", "厦门市", "350200:?市梦想管理局"),
    ],
)
def test_an_id_names_the_place_and_the_line(name, region, agency_id):
    assert id_of(name, region) == agency_id


@pytest.mark.parametrize(
    ("name", "region", "canonical"),
    [
        ("市公安局", "厦门市", "厦门市公安局"),
        ("市经信局", "厦门市", "厦门市经济和信息化局"),
        ("市委宣传部", "厦门市", "中共厦门市委宣传部"),
        ("自治区党委宣传部", "宁夏回族自治区", "中共宁夏回族自治区委员会宣传部"),
        ("银川海关", "宁夏回族自治区", "中华人民共和国银川海关"),
        ("自治区国资委", "宁夏回族自治区", "宁夏回族自治区人民政府国有资产监督管理委员会"),
        ("市卫计委", "云港市", "云港市卫生和计划生育委员会"),
        ("省税务局", "福建省", "国家税务总局福建省税务局"),
        ("市教委", "北京市", "北京市教育委员会"),
        ("市财政局", "北京市", "北京市财政局"),
        ("省妇联", "江东省", "江东省妇女联合会"),
        ("省金融办", "福建省", "福建省金融工作办公室"),
        ("北京银保监局", "北京市", "中国银行保险监督管理委员会北京监管局"),
        ("市委", "云港市", "中共云港市委"),
        ("国家发展改革委", "全国", "国家发展和改革委员会"),
    ],
)
def test_a_full_name_has_its_place_and_the_form_of_its_level(name, region, canonical):
    assert registry.resolve(name, region=region).canonical == canonical


def test_the_date_decides_between_bodies_of_one_short_name():
    assert registry.resolve("市广电局", region="厦门市", on=date(2012, 1, 1)).line == "广播电影电视"
    assert registry.resolve("市广电局", region="厦门市", on=date(2020, 1, 1)).line == "广播电视"
    assert registry.resolve("省林业局", region="福建省", on=date(2017, 1, 1)).line == "林业"


def test_an_unknown_body_is_kept_and_flagged():
    found = registry.resolve("市梦想管理局", region="厦门市")
    assert not found.known
    assert found.canonical == "厦门市梦想管理局"


def test_running_text_is_matched_at_the_longest_name():
    text = "由市市场监督管理局牵头"
    assert text[1 : registry.match_at(text, 1).end] == "市市场监督管理局"
    assert registry.match_at(text, 0) is None


def test_every_listed_name_is_an_agency_name():
    assert [name for name in registry.names() if len(name) > 1 and not known(name)] == []


def known(name: str) -> bool:
    return registry.is_agency_name(name) or bool(take_apart(name).via) or name in UNSURE


# Short forms that are ordinary words elsewhere; they count only inside longer names.
UNSURE = {"公安", "国安", "国税", "地税", "融办", "防指", "省检"}


@given(
    st.text(alphabet="省市区县自治委党人民政府公安局厅部各有关单位厦门（）、“”和国家", max_size=16)
)
def test_any_name_resolves_to_something(name):
    found = registry.resolve(name, region="厦门市")
    assert ":" in found.agency_id


@pytest.mark.parametrize(
    ("name", "region", "agency_id"),
    [
        ("平潭综合实验区管委会", "福建省", "平潭综合实验区:管理委员会"),
        ("平潭综合实验区管理委员会", "", "平潭综合实验区:管理委员会"),
        ("市高新区管委会", "厦门市", "350200/高新区:管理委员会"),
        ("厦门火炬高新区管委会", "厦门市", "350200/火炬高新区:管理委员会"),
        ("福州大学", "福建省", "高校:福州大学"),
        ("市商务粮食局", "厦门市", "350200:商务粮食"),
        ("市商务和粮食局", "厦门市", "350200:商务粮食"),
        ("市监委", "厦门市", "350200:监察委员会"),
        ("区防指", "厦门市湖里区", "350206:防汛抗旱"),
    ],
)
def test_a_body_is_known_by_rule_where_no_list_could_hold_it(name, region, agency_id):
    found = AgencyRegistry.load().resolve(name, region=region)
    assert (found.agency_id, found.known) == (agency_id, True)


def test_two_zones_of_one_city_are_two_bodies():
    registry = AgencyRegistry.load()
    ids = {
        registry.resolve(name, region="厦门市").agency_id
        for name in ("高新区管委会", "经开区管委会", "开发区管委会")
    }
    assert len(ids) == 3
