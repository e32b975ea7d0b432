"""Whether a circular still applies: said with its evidence, never guessed, and a facet like any."""

from __future__ import annotations

import csv
import io
import json
from urllib.parse import quote

import pytest

from search.standing import VALIDITY_NAMES
from tests.libraries import fill_library, write_texts
from tests.web.conftest import site_over

OFFICE = "云港市人民政府办公室"
TEXTS = {
    "废止": """云港市人民政府办公室关于种子监管的通知
云政办发〔2010〕1号
各县（市、区）人民政府：
加强种子监管。（市农业局牵头）
云港市人民政府办公室
2010年3月1日
""",
    "废止者": """云港市人民政府办公室关于种子管理的通知
云政办发〔2015〕2号
各县（市、区）人民政府：
加强种子管理和监管。（市农业局牵头）
《云港市人民政府办公室关于种子监管的通知》（云政办发〔2010〕1号）同时废止。
云港市人民政府办公室
2015年3月1日
""",
    "到期": """云港市人民政府办公室关于印发种子监管办法的通知
云政办发〔2016〕3号
各县（市、区）人民政府：
种子监管按本办法执行。（市农业局牵头）
本办法自2016年4月1日起施行，有效期至2018年12月31日。
云港市人民政府办公室
2016年3月1日
""",
    "有效": """云港市人民政府办公室关于印发种子监管细则的通知
云政办发〔2017〕4号
各县（市、区）人民政府：
种子监管按本细则执行。（市农业局牵头）
本细则自2017年4月1日起施行，有效期至2099年12月31日。
云港市人民政府办公室
2017年3月1日
""",
    "将来": """云港市人民政府办公室关于印发种子监管规则的通知
云政办发〔2018〕5号
各县（市、区）人民政府：
种子监管按本规则执行。（市农业局牵头）
本规则自2098年1月1日起施行。
云港市人民政府办公室
2018年3月1日
""",
    "不详": """云港市人民政府办公室关于种子监管工作的通知
云政办发〔2019〕6号
各县（市、区）人民政府：
做好种子监管。（市农业局牵头）
云港市人民政府办公室
2019年3月1日
""",
}
NUMBERS = {
    "云政办发〔2010〕1号": ("repealed", "云政办发〔2015〕2号"),
    "云政办发〔2015〕2号": ("unknown", ""),
    "云政办发〔2016〕3号": ("expired", "有效期至2018年12月31日"),
    "云政办发〔2017〕4号": ("in_force", "有效期至2099年12月31日"),
    "云政办发〔2018〕5号": ("not_yet", "自2098年1月1日起施行"),
    "云政办发〔2019〕6号": ("unknown", ""),
}


@pytest.fixture(scope="module")
def six(tmp_path_factory):
    sources = write_texts(tmp_path_factory.mktemp("sources"), TEXTS)
    return site_over(fill_library(tmp_path_factory.mktemp("six"), [sources]))


def answer(site, query):
    return site.get(f"/api/v1/search?{quote(query, safe='=&')}").get_json()


@pytest.mark.parametrize("number", NUMBERS)
def test_the_page_of_a_circular_says_it_with_its_evidence(six, number):
    validity, evidence = NUMBERS[number]
    tree = six.tree(f"/d/{six.id_of(number)}/")
    said = tree.xpath("string(//dt[.='时效']/following-sibling::dd[1])")
    assert said.startswith(VALIDITY_NAMES[validity])
    assert evidence in said
    if validity == "repealed":
        assert f"/d/{six.id_of('云政办发〔2015〕2号')}/" in tree.xpath(
            "//p[@class='notice cited']/a/@href"
        )


@pytest.mark.parametrize("number", NUMBERS)
def test_machines_read_the_same(six, number):
    tree = six.tree(f"/d/{six.id_of(number)}/")
    (block,) = tree.xpath("//script[@type='application/ld+json']/text()")
    described = json.loads(block)
    assert described["@type"] == "Legislation"
    assert described["legislationIdentifier"] == number
    force = {
        "repealed": "NotInForce",
        "expired": "NotInForce",
        "not_yet": "NotInForce",
        "in_force": "InForce",
    }
    wanted = force.get(NUMBERS[number][0])
    assert described.get("legislationLegalForce", "").rpartition("/")[2] == (wanted or "")


def test_it_is_a_facet_whose_counts_are_what_ticking_finds(six):
    facet = answer(six, "q=种子&limit=100")["facets"]["validity"]
    assert {value["value"] for value in facet} == {
        "repealed",
        "expired",
        "in_force",
        "not_yet",
        "unknown",
    }
    for value in facet:
        ticked = answer(six, f"q=种子&validity={value['value']}&limit=100")
        assert ticked["total"] == value["count"] == len(ticked["hits"])
        assert {NUMBERS[hit["number"]][0] for hit in ticked["hits"]} == {value["value"]}
        # counted without its own selection, as every facet is
        assert {v["value"]: v["count"] for v in ticked["facets"]["validity"]} == {
            v["value"]: v["count"] for v in facet
        }
    both = answer(six, "q=种子&validity=expired&validity=已废止")
    assert both["total"] == sum(v["count"] for v in facet if v["value"] in {"expired", "repealed"})


def test_other_facets_and_files_keep_to_what_is_ticked(six):
    ticked = answer(six, "q=种子&unit=measure&validity=in_force")
    assert [value["value"] for value in ticked["facets"]["year"]] == ["2017"]
    rows = six.get("/search.csv?q=种子&unit=measure&validity=in_force").get_data(as_text=True)
    assert rows.count("云政办发〔2017〕4号") >= ticked["total"] > 0
    assert "云政办发〔2010〕1号" not in rows


def test_hits_say_it_in_json_and_in_tables(six):
    for hit in answer(six, "q=种子&limit=100")["hits"]:
        validity, evidence = NUMBERS[hit["number"]]
        assert hit["validity"] == validity
        assert evidence in hit["validity_evidence"] if evidence else not hit["validity_evidence"]
    table = six.get(f"/search.csv?{quote('q=种子&unit=measure', safe='=&')}").get_data(as_text=True)
    rows = list(csv.DictReader(io.StringIO(table.removeprefix("\ufeff"))))
    assert rows
    for row in rows:
        validity, evidence = NUMBERS[row["发文字号"]]
        assert row["时效"].startswith(VALIDITY_NAMES[validity])
        assert evidence in row["时效"]


def test_the_card_says_it_and_the_chip_names_it(six):
    tree = six.tree("/search?q=种子&validity=repealed")
    assert (
        "已废止（《云港市人民政府办公室关于种子管理的通知》（云政办发〔2015〕2号）废止）"
        in tree.xpath("string(//article)")
    )
    assert tree.xpath("string(//a[@class='chip'])") == "已废止×"
    assert tree.xpath("//input[@name='validity'][@value='repealed'][@checked]")


def test_nothing_found_offers_what_would_be_without_it(six):
    tree = six.tree("/search?q=种子&year=2010&validity=in_force")
    offers = tree.xpath("//a[@class='offer']")
    assert any('移除"现行有效"' in offer.text_content() for offer in offers)
    for offer in offers:
        if "可得" in offer.text_content():
            promised = int(offer.text_content().split("可得 ")[1].split()[0])
            found = six.get(f"/api/v1{offer.get('href')}").get_json()
            assert found["total"] == promised > 0


def test_an_unknown_standing_names_the_known_ones(six):
    response = six.get("/api/v1/search?validity=也许")
    assert response.status_code == 400
    assert "现行有效" in response.get_json()["detail"]


def test_a_library_that_says_nothing_shows_no_such_facet(site_of):
    site = site_of(TEXTS["不详"])
    assert site.tree("/search?q=种子").xpath("//fieldset[@data-facet='validity']") == []
