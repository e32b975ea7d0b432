from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.places import (
    PlaceLevel,
    ancestors,
    find_place,
    match_place,
    place_at_start,
    place_of_code,
    read_region,
)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("厦门", "厦门市"),
        ("厦门市", "厦门市"),
        ("宁夏", "宁夏回族自治区"),
        ("吉林", "吉林省"),
        ("延边", "延边朝鲜族自治州"),
        ("阿拉善", "阿拉善盟"),
        ("象州", "象州县"),
    ],
)
def test_a_short_name_means_the_same_place_as_the_full_one(written, name):
    assert find_place(written) == find_place(name)


def test_a_name_of_several_places_needs_to_be_told_where():
    assert find_place("鼓楼区") is None
    assert find_place("鼓楼区", within="350000").code == "350102"


def test_a_place_knows_what_it_lies_in():
    assert [place.name for place in ancestors("350203")] == ["厦门市", "福建省"]
    assert ancestors("350000") == ()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("厦门市人民政府办公厅关于印发", "350200"),
        ("宁夏回族自治区党委", "640000"),
        ("福建省厦门市湖里区教育局", "350206"),
        ("北京市石景山区人民政府", "110107"),
        ("宁夏邮政管理局", "640000"),
    ],
)
def test_a_title_tells_its_place(text, code):
    assert place_at_start(text).code == code


@pytest.mark.parametrize(
    ("text", "name", "level"),
    [
        ("云港市人民政府办公室关于", "云港市", PlaceLevel.PREFECTURE),
        ("江东省商务厅", "江东省", PlaceLevel.PROVINCE),
        ("河西自治区", "河西自治区", PlaceLevel.PROVINCE),
        ("临溪县财政局", "临溪县", PlaceLevel.COUNTY),
    ],
)
def test_an_invented_place_is_known_by_its_shape(text, name, level):
    place = place_at_start(text)
    assert (place.name, place.code, place.level) == (name, name, level)


@pytest.mark.parametrize("text", ["城市管理局", "全市工作要点", "加快城市更新", "各市人民政府", ""])
def test_ordinary_words_are_no_places(text):
    assert place_at_start(text) is None


def test_the_standard_has_thirty_four_provinces():
    provinces = {
        code for code in (f"{n:02}0000" for n in range(100)) if place_of_code(code) is not None
    }
    assert len(provinces) == 34


def test_a_former_name_is_kept_and_marked():
    assert find_place("崇文区").until == "2009"


def test_the_country_is_no_region():
    assert read_region("全国") is None
    assert read_region("") is None


@given(st.text(max_size=40))
def test_any_text_may_be_asked_for_its_place(text):
    place_at_start(text)
    read_region(text)
    matched = match_place(text)
    assert matched is None or 0 < matched.end <= len(text)
