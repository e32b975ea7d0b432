"""The results page: what it says, and that every link does what it says."""

from __future__ import annotations

from urllib.parse import quote, urlencode

import pytest


def texts(tree, path):
    return ["".join(element.itertext()).strip() for element in tree.xpath(path)]


def search(site, query, status=200):
    return site.tree(f"/search?{quote(query, safe='=&')}", status)


def total(tree):
    headline = texts(tree, "//h1")[0]
    return 0 if headline == "没有找到" else int(headline.split()[1])


def test_the_headline_names_unit_and_circulars(site):
    assert texts(search(site, "q=知识产权"), "//h1")[0].startswith("找到 ")
    assert " 段，来自 " in texts(search(site, "q=知识产权"), "//h1")[0]
    assert " 条措施，来自 " in texts(search(site, "q=知识产权&unit=measure"), "//h1")[0]


def test_every_hit_marks_the_word(site):
    tree = search(site, "q=知识产权")
    hits = tree.xpath("//article[@data-hit]")
    assert hits
    assert all("知识产权" in "".join(hit.xpath(".//mark//text()")) for hit in hits)


def test_every_facet_value_leads_there_and_back(site):
    start = search(site, "q=知识产权")
    for box in start.xpath("//fieldset[@data-facet]//input[@type='checkbox']")[:12]:
        name, value = box.get("name"), box.get("value")
        count = int(box.getparent().xpath("string(.//em/text())"))
        ticked = search(site, f"q=知识产权&{name}={value}")
        assert total(ticked) == count
        chosen = ticked.xpath(f"//input[@name='{name}'][@checked]")
        assert [each.get("value") for each in chosen] == [value]
        back = ticked.xpath("//a[@class='chip']/@href")
        assert back == ["/search?q=" + quote("知识产权")]


def test_two_values_of_one_facet_widen_and_two_facets_narrow(site):
    lead, support = (
        total(search(site, "q=知识产权&role=lead")),
        total(search(site, "q=知识产权&role=support")),
    )
    either = total(search(site, "q=知识产权&role=lead&role=support"))
    assert max(lead, support) <= either <= lead + support
    assert total(search(site, "q=知识产权&role=lead&year=2018")) <= lead


def test_at_once_asks_for_both_agencies(site):
    any_of = search(site, "agency=市公安局&agency=市知识产权局")
    all_of = search(site, "agency=市公安局&agency=市知识产权局&agency_op=all")
    assert 0 < total(all_of) < total(any_of)
    assert all_of.xpath("//input[@name='agency_op'][@value='all'][@checked]")


def test_a_ticked_value_without_matches_stays_in_sight(site):
    tree = search(site, "q=知识产权&kind=批复")
    assert tree.xpath("//input[@name='kind'][@value='批复'][@checked]")
    assert [chip.strip("×") for chip in texts(tree, "//a[@class='chip']")] == ["批复"]


def test_the_form_works_without_scripts(site):
    tree = search(site, "q=知识产权&unit=measure&sort=date&role=lead")
    form = tree.xpath("//form[@id='search']")[0]
    assert form.get("method", "get").lower() == "get"
    hidden = {
        each.get("name"): each.get("value") for each in form.xpath(".//input[@type='hidden']")
    }
    assert hidden == {"unit": "measure", "sort": "date"}
    assert len(form.xpath(".//button[@type='submit'][normalize-space()='应用筛选']")) == 2
    assert tree.xpath("//input[@name='q'][@form='search']")


def test_the_phone_has_its_filters_under_a_button_that_counts_them(site):
    tree = search(site, "q=知识产权&role=lead&year=2018")
    assert texts(tree, "//details[@class='toggle']/summary") == ["筛选（2）"]


def test_nothing_found_under_filters_offers_what_would_be(site):
    tree = search(site, "q=清网&role=sole&year=2017")
    assert texts(tree, "//h1") == ["没有找到"]
    assert "个筛选条件的段落。" in texts(tree, "//div[@class='empty']/h2")[0]
    for offer in tree.xpath("//a[@class='offer']"):
        label = offer.text_content()
        promised = int(label.split("可得 ")[1].split()[0])
        assert total(site.tree(offer.get("href"))) == promised > 0


def test_nothing_found_keeps_what_was_typed(site):
    tree = search(site, "q=无损化销毁站")
    assert tree.xpath("//input[@name='q']/@value")[0] == "无损化销毁站"
    assert "没有找到" in texts(tree, "//div[@class='empty']/h2")[0]


def test_a_number_that_is_not_held_says_who_cites_it(site):
    tree = search(site, "q=云政办发〔2017〕99号")
    assert "库中没有 云政办发〔2017〕99号" in texts(tree, "//div[@class='number-hint']/p")[0]
    assert "云政办发〔2017〕58号" in "".join(texts(tree, "//div[@class='number-hint']"))


def test_a_number_that_is_held_leads_to_its_circular(site):
    tree = search(site, "q=云政办发[2017]58号")
    link = tree.xpath("//div[@class='number-hint']//a/@href")[0]
    assert link == f"/d/{site.id_of('云政办发〔2017〕58号')}/"


def test_a_pasted_permalink_opens_the_paragraph(site):
    tree = search(site, "q=知识产权")
    link = tree.xpath("//a[@data-link]/@href")[0]
    response = site.get("/search", query_string={"q": f"http://old-host:9/{link.lstrip('/')}"})
    assert (response.status_code, response.location) == (303, link)


def test_a_long_quotation_found_opens_its_paragraph(site_of):
    sentence = "各有关部门要按照职责分工逐项落实年度任务并定期报告进展情况"
    words = "，".join(f"第{n}项工作中{sentence}" for n in range(40))
    site = site_of(
        f"云港市人民政府关于年度任务的通知\n云政发〔2020〕1号\n各区人民政府：\n{words}。\n"
    )
    address = f"/search?{urlencode({'q': f'“{words}”'})}"
    link = site.tree(address).xpath("//h2/a/@href")[0]
    assert site.get(link).status_code == 200


def test_pages_follow_one_another_without_gap_or_repeat(site):
    seen: list[str] = []
    tree = search(site, "q=知识产权&limit=7")
    wanted = total(tree)
    while True:
        seen += tree.xpath("//a[@data-link]/@href")
        onward = tree.xpath("//nav[@class='pages']//a[@rel='next']/@href")
        if not onward:
            break
        tree = site.tree(onward[0])
    assert len(seen) == len(set(seen)) == wanted > 7


def test_matches_of_some_words_stand_below_a_line(site):
    tree = search(site, "q=网络 抽样 检验")
    assert any(
        "含全部词" in text for text in texts(tree, "//p[@class='notice']|//p[@class='split']")
    )


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("q=*", "暂不支持以 * 开头的检索"),
        ("q=" + "长" * 5000, "超过上限"),
        ("q=年:2018..2016", "请调换"),
    ],
)
def test_a_question_that_cannot_be_asked_says_how_to_mend_it(site, query, words):
    tree = search(site, query, 400)
    assert words in texts(tree, "//div[@class='empty']/h2")[0]
    assert tree.xpath("//input[@name='q']/@value")


@pytest.mark.parametrize(
    "query", ["page=0", "page=x", "limit=101", "unit=文件", "role=老大", "sort=?"]
)
def test_an_impossible_parameter_is_a_400_page(site, query):
    tree = search(site, query, 400)
    assert query.split("=")[0] in texts(tree, "//h1")[0]


def test_unbalanced_quotes_are_searched_as_plain_words(site):
    tree = search(site, 'q="知识产权')
    assert "引号没有成对" in texts(tree, "//p[@class='notice']")[0]
    assert total(tree) > 0


def test_the_canonical_address_leaves_defaults_out(site):
    tree = search(site, "page=1&q=知识产权&agency_op=any&unit=paragraph")
    canonical = tree.xpath("//link[@rel='canonical']/@href")[0]
    assert canonical.endswith("/search?q=" + quote("知识产权"))


def test_hits_in_the_order_of_files_stand_in_groups_under_their_file(site):
    page = site.tree("/search?q=知识产权&sort=document")
    groups = page.find_class("group")
    titles = [group.find_class("src")[0].text_content() for group in groups]
    assert len(titles) == len(set(titles)) > 1
    assert page.xpath("//article//*[@class='src']") == []
    promised = [group.xpath("string(p[last()])") for group in groups]
    assert sum(int(each.split()[1]) for each in promised) == len(page.xpath("//article"))
    assert [one.text for one in page.xpath("//*[@class='sorts']/a")] == [
        "按相关度",
        "按日期",
        "按文件",
    ]
    ungrouped = site.tree("/search?q=知识产权")
    assert ungrouped.find_class("group") == []
    assert len(ungrouped.find_class("src")) == len(ungrouped.xpath("//article"))
