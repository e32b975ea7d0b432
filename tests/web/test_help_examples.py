"""Every example of the help page does what the page says of it, counted by hand over the samples."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from corpus.model import measures_of
from corpus.text import fold_text
from search.query import Unit
from search.requests import SearchRequest
from search.searcher import Searcher

POLICE, JUSTICE = "云港市:公安", "云港市:司法"


class Paragraph:
    """What a claim may look at."""

    def __init__(self, stored, paragraph):
        self.stored = stored
        self.key = (stored.id, paragraph.id)
        self.text = fold_text(paragraph.text)
        self.title = fold_text("\n".join((stored.circular.title, *stored.circular.inner_titles)))
        self.headings = fold_text("\n".join((*paragraph.headings, paragraph.run_in_heading)))
        self.number = str(stored.circular.number or "")
        self.day = stored.circular.date_signed or stored.circular.date_printed
        self.path = paragraph.path
        self.members = {
            (member.agency_id, member.role.value)
            for group in paragraph.groups
            for member in group.members
        }
        self.measures = [fold_text(one.text) for one in measures_of(paragraph)]

    def has(self, *words):
        return all(word in self.text for word in words)

    def any(self, *words):
        return any(word in self.text for word in words)

    def of(self, *agencies):
        return any(agency in agencies for agency, _ in self.members)

    def leads(self, agency):
        return (agency, "lead") in self.members

    def around(self, word):
        return word in self.text + self.title + self.headings


def in_year(one, first, last):
    """The year of the date; where there is none, the year in the title."""
    years = range(first, last + 1)
    return one.day.year in years if one.day else any(f"{year}年" in one.title for year in years)


def bears(number):
    return lambda one: one.number == number or one.has(fold_text(number))


THE_44TH = "云政办发〔2018〕44号"
E_COMMERCE = ("电子商务", "电商", "网络零售", "网购")
EXACT = {
    '"知识产权"': lambda one: one.has("知识产权"),
    "“知识产权”": lambda one: one.has("知识产权"),
    "种子 OR 农药": lambda one: one.any("种子", "农药"),
    "种子 或 农药": lambda one: one.any("种子", "农药"),
    "种子|农药": lambda one: one.any("种子", "农药"),
    "侵权 -网络": lambda one: one.has("侵权") and not one.has("网络"),
    "侵权 非 网络": lambda one: one.has("侵权") and not one.has("网络"),
    "侵权 NOT 网络": lambda one: one.has("侵权") and not one.has("网络"),
    "(种子 OR 农药) 检查": lambda one: one.any("种子", "农药") and one.has("检查"),
    "（种子　ＯＲ　农药） 检查": lambda one: one.any("种子", "农药") and one.has("检查"),
    "侵权假*": lambda one: one.has("侵权假"),
    "责任单位:市公安局": lambda one: one.of(POLICE),
    "责任单位：市公安局、市司法局": lambda one: one.of(POLICE, JUSTICE),
    "牵头:市公安局": lambda one: one.leads(POLICE),
    "文号:云政办发〔2018〕44号": lambda one: one.number == THE_44TH,
    "年:2018": lambda one: in_year(one, 2018, 2018),
    "年:2016..2018 侵权": lambda one: in_year(one, 2016, 2018) and one.has("侵权"),
    "标题:工作要点": lambda one: "工作要点" in one.title,
    "章节:网络": lambda one: "网络" in one.headings,
    "侵权 /段 网络": lambda one: one.has("侵权", "网络"),
    "侵权 /措施 网络": lambda one: any("侵权" in text and "网络" in text for text in one.measures),
    "云政办发〔2018〕44号": bears(THE_44TH),
    "云政办发[2018]44號": bears(THE_44TH),
    "云政办发 2018 44 号": bears(THE_44TH),
    "44号": lambda one: "〕44号" in one.number or one.has("44号"),
    "2018年44号": lambda one: one.number.endswith("〔2018〕44号") or one.has("2018", "44号"),
    "四（二）": lambda one: one.path[:2] == (4, 2),
    "云政办发〔2018〕44号 四（二）": lambda one: one.number == THE_44TH and one.path[:2] == (4, 2),
    "双随机一公开": lambda one: one.any("双随机、一公开", "双随机一公开"),
    "電子商務": lambda one: one.any(*E_COMMERCE),
    "二〇一七年": lambda one: one.any("二〇一七年", "2017年"),
}
# Examples of which the page says more, or less, than a set: each with its own test below.
OTHERS = {
    "网络 侵权", "市公安局", "牵头 市公安局", "市公安局牵头", "云港 农资", "2018 打假 要点", "3.15", "3·15",
    "3?15", "校园食品安全由谁负责？",
}  # fmt: skip


@pytest.fixture(scope="module")
def library(site):
    with site.library() as library:
        yield library


@pytest.fixture(scope="module")
def paragraphs(library):
    return [
        Paragraph(stored, paragraph)
        for stored in map(library.get, library.circular_ids())
        for paragraph in stored.circular.paragraphs
    ]


@pytest.fixture(scope="module")
def ask(library):
    with Searcher(library) as searcher:
        yield lambda line, **more: searcher.search(SearchRequest(q=line, limit=100, **more))


def found(results):
    return {(hit.circular, hit.paragraph) for hit in results.hits}


def test_the_page_shows_the_examples_that_are_tested_and_no_other(site):
    links = site.tree("/help").xpath("//table//a/@href")
    shown = {parse_qs(urlsplit(link).query)["q"][0] for link in links}
    assert shown == EXACT.keys() | OTHERS


@pytest.mark.parametrize("line", EXACT)
def test_an_example_finds_what_the_page_says_and_nothing_else(line, ask, paragraphs):
    expected = {one.key for one in paragraphs if EXACT[line](one)}
    results = ask(line)
    assert expected
    assert found(results) == expected
    assert results.total == results.complete == len(expected)


def test_all_words_come_first_then_most_of_them_announced(ask, paragraphs):
    results = ask("网络 侵权")
    both = {one.key for one in paragraphs if one.has("网络", "侵权")}
    assert {(hit.circular, hit.paragraph) for hit in results.hits[: results.complete]} == both
    assert 0 < len(both) < 10 <= 10 * results.partial
    assert f"另有 {results.partial} 段含部分词" in "".join(results.notices)


def test_an_agency_offers_what_it_is_responsible_for(ask, paragraphs, site):
    results = ask("市公安局")
    (hint,) = results.agency_hints
    assert (hint.agency_id, hint.total) == (POLICE, sum(one.of(POLICE) for one in paragraphs))
    assert all(one.key in found(results) for one in paragraphs if one.has("市公安局"))
    offer = site.tree("/search?q=市公安局").xpath("//p[contains(@class, 'agencies')]/a")[0]
    assert offer.text == f"只看市公安局负责的（{hint.total} 段）"
    assert f"找到 {hint.total} 段" in site.tree(offer.get("href")).xpath("string(//h1)")


@pytest.mark.parametrize("line", ["牵头 市公安局", "市公安局 牵头", "市公安局牵头"])
def test_what_an_agency_leads_comes_first(line, ask, paragraphs):
    results = ask(line)
    led = {one.key for one in paragraphs if one.leads(POLICE)}
    first = {(hit.circular, hit.paragraph) for hit in results.hits[: len(led)]}
    assert led
    assert first == led
    assert "牵头:市公安局" in "".join(results.notices)


@pytest.mark.parametrize("line", ["云港 农资", "2018 打假 要点"])
def test_place_year_and_kind_may_stand_in_the_title(line, ask, paragraphs):
    place = line.partition(" ")[0]
    best = ask(line).hits[0]
    paragraph = next(one for one in paragraphs if one.key == (best.circular, best.paragraph))
    assert paragraph.around(place)
    assert "在标题或章节中" in best.reasons[0] or best.tier.is_partial


@pytest.mark.parametrize("line", ["3.15", "3·15", "3?15"])
def test_one_day_in_several_spellings(line, ask, paragraphs):
    wanted = {one.key for one in paragraphs if one.any("3·15", "消费者权益日")}
    assert wanted
    assert wanted <= found(ask(line))


def test_a_question_is_answered_by_its_words(ask):
    assert "校园食品安全" in ask("校园食品安全由谁负责？").hits[0].title


def test_a_number_that_is_not_held_says_who_cites_it(ask, paragraphs):
    cited = "江市监发〔2020〕118号"
    assert not any(one.number == cited for one in paragraphs)
    hint = ask(cited).number_hint
    assert hint is not None
    assert (hint.number, hint.held, hint.cited_by) == (cited, (), 1)


def test_a_pasted_link_opens_its_paragraph(site, paragraphs):
    circular, eid = paragraphs[0].key
    answer = site.get("/search", query_string={"q": f"http://127.0.0.1:8321/d/{circular}/p/{eid}"})
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith(f"/d/{circular}/p/{eid}")


def test_each_kind_of_synonym_can_be_switched_off_in_the_address(ask):
    kinds = {one.kind: one for one in ask("電子商務").expansions}
    assert kinds["synonym"].active
    without = ask("電子商務", verbatim=("电子商务",))
    assert without.total < ask("電子商務").total
    assert not any(one.active for one in without.expansions)
    assert ask("電子商務", expand=()).total == without.total


def test_near_words_only_make_partial_matches(ask, paragraphs):
    results = ask("农资")
    near = {one.key for one in paragraphs if one.any("种子", "农药") and not one.has("农资")}
    assert near & found(results)
    assert all(hit.tier.is_partial for hit in results.hits if (hit.circular, hit.paragraph) in near)
    assert any("相关：" in reason for hit in results.hits for reason in hit.reasons)


def test_names_before_and_after_a_reform_are_found_on_request(ask):
    before = ask("市质监局")
    offered = [one for one in before.expansions if one.kind == "rename"]
    assert not any(one.active for one in offered)


def test_a_hit_found_by_its_place_says_so(ask):
    assert ask("云政办发〔2018〕44号 四（二）").hits[0].reasons == ("文号、单位或层次",)


def test_measures_are_searched_by_the_same_language(ask, paragraphs):
    results = ask("牵头:市公安局", unit=Unit.MEASURE)
    led = sum(("云港市:公安", "lead") in one.members for one in paragraphs)
    assert results.total >= led > 0
