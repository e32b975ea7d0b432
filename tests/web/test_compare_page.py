"""The page that sets two circulars beside each other, and the way to it."""

from __future__ import annotations

import pytest
from lxml import html

from corpus.library import Library
from tests.libraries import fill_library
from webui.app import create_app


@pytest.fixture(scope="module")
def years(tmp_path_factory, repository):
    sources = sorted((repository / "tests" / "comparison").glob("*.txt"))
    folder = fill_library(tmp_path_factory.mktemp("compared"), sources)
    with Library.open(folder) as library:
        a, b = sorted(library.circular_ids(), key=lambda each: library.get(each).source_name)
    return create_app(folder, config={"TESTING": True}).test_client(), a, b


def tree_of(response):
    assert response.status_code == 200, response.get_data(as_text=True)
    return html.document_fromstring(response.get_data(as_text=True))


def classed(tree, name):
    return [one.text_content() for one in tree.find_class(name)]


def test_from_a_circular_to_the_other_and_to_the_comparison(years):
    client, a, _ = years
    page = tree_of(client.get(f"/d/{a}/"))
    (link,) = page.xpath("//a[text()='与另一份文件对照']/@href")
    choice = tree_of(client.get(link))
    assert choice.xpath("//h2[text()='标题相近的']")
    (other,) = choice.xpath("//main//li/a/@href")
    rows = tree_of(client.get(other)).xpath("//@data-row")
    assert rows == ["like", "same", "only_b", "only_a", "same", "only_a"]


def test_from_the_list_a_circular_is_chosen_too(years):
    client, a, _ = years
    assert f"/compare?a={a}" in tree_of(client.get("/circulars")).xpath("//a/@href")
    assert len(tree_of(client.get("/compare")).xpath("//main//li")) == 2


def test_the_other_one_is_found_by_its_title_or_number(years):
    client, a, b = years
    found = tree_of(client.get(f"/compare?a={a}&find=2025〕9号")).xpath("//main//li/a/@href")
    assert found == [f"/compare?a={a}&b={b}"]
    nothing = tree_of(client.get(f"/compare?a={a}&find=没有的字"))
    assert "没有找到" in classed(nothing, "blank")[0]


def test_differing_words_and_agencies_are_marked(years):
    client, a, b = years
    tree = tree_of(client.get(f"/compare?a={a}&b={b}"))
    assert classed(tree, "lack")[1:] == ["每季度", "三年"]
    assert classed(tree, "gain")[1:] == ["每月", "五年"]
    assert "仅乙有 市消防救援支队（配合）" in classed(tree, "moves-of")[0]
    assert "市交通局：牵头 → 共同；市公安局：配合 → 共同" in classed(tree, "moves-of")[1]


def test_one_kind_of_rows_can_be_shown_alone(years):
    client, a, b = years
    tree = tree_of(client.get(f"/compare?a={a}&b={b}&show=only_a"))
    assert tree.xpath("//@data-row") == ["only_a", "only_a"]
    assert tree.xpath("//*[@class='shows']/a[@aria-current]")[0].text_content() == "◧ 仅甲有 2"


def test_paragraphs_can_be_compared_too(years):
    client, a, b = years
    assert (
        len(tree_of(client.get(f"/compare?a={a}&b={b}&unit=paragraph")).xpath("//@data-row")) == 7
    )


@pytest.mark.parametrize("query", ["show=x", "unit=x"])
def test_impossible_parameters_are_told(years, query):
    client, a, b = years
    assert client.get(f"/compare?a={a}&b={b}&{query}").status_code == 400


def test_a_circular_is_not_compared_with_itself_nor_with_nothing(years):
    client, a, _ = years
    assert client.get(f"/compare?a={a}&b={a}").status_code == 400
    assert client.get(f"/compare?a={a}&b=nothing").status_code == 404
    assert client.get("/compare?a=nothing").status_code == 404
