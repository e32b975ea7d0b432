"""What the specification says of 厦门 2016, on the pages and in the files made from the real text."""

from __future__ import annotations

import json
import re
from datetime import date, datetime

import pytest
from lxml import html

from corpus.ingest import add_paths
from corpus.library import Library
from indexer.build import update_index
from webui.app import create_app
from webui.views_citation import list_citations

NUMBER = "厦府办〔2016〕146号"
NAME = "xiamen-2016-146"
POLICE = "厦门市公安局"
WORDS = {"lead": "牵头", "support": "配合", "joint": "共同", "sole": "单独"}
ACCESSED = date(2026, 11, 21)  # the day in the examples
FIRST = "第一部分第（一）项第1段"


@pytest.fixture(scope="module")
def pair(shared, tmp_path_factory):
    """The two circulars that stand for the product's purpose, held and indexed."""
    folder = tmp_path_factory.mktemp("pair")
    with Library.open(folder, create=True) as library:
        names = (f"{NAME}.txt", "ningxia-2017.txt")
        add_paths(library, [shared / "corpus" / name for name in names], workers=1)
        update_index(library)
        yield library


@pytest.fixture(scope="module")
def app(pair):
    return create_app(pair.folder, config={"TESTING": True})


@pytest.fixture(scope="module")
def get(app):
    """Fetch an address that is there."""
    client = app.test_client()

    def fetch(path):
        response = client.get(path)
        assert response.status_code == 200
        return response

    return fetch


@pytest.fixture(scope="module")
def read(get):
    """Fetch a page as a tree."""
    return lambda path: html.document_fromstring(get(path).get_data(as_text=True))


@pytest.fixture(scope="module")
def stored(pair):
    return pair.find_number(NUMBER)[0]


@pytest.fixture(scope="module")
def groups(shared):
    """The annotated responsibility groups, in the order of the text."""
    gold = json.loads((shared / "gold" / f"{NAME}.json").read_text(encoding="utf-8"))
    return [group for paragraph in gold["paragraphs"] for group in paragraph["groups"]]


@pytest.fixture(scope="module")
def police(groups):
    """Which measures the annotation gives to 市公安局, by role."""
    tasks: dict[str, list[int]] = {}
    for order, group in enumerate(groups, start=1):
        for one in group["agencies"]:
            if one["canonical_full_name"] == POLICE:
                tasks.setdefault(WORDS[one["role"]], []).append(order)
    return tasks


@pytest.fixture(scope="module")
def examples(shared):
    """The forms of ux.md §2.7: each name of a form with its example between backticks."""
    text = (shared / "docs" / "ux.md").read_text(encoding="utf-8")
    section = text.partition("### 2.7 ")[2].partition("\n### ")[0]
    rows = re.findall(r"^\| ([^|]+?)(?: \[check\])? \| (.*) \|$", section, re.MULTILINE)
    return {name: re.findall(r"`([^`]+)`", said) for name, said in rows}


def squeezed(text):
    return "".join(text.split())


def test_the_page_has_exactly_the_46_annotated_measures(read, stored, groups):
    rows = read(f"/d/{stored.id}/matrix").xpath("//tr[@data-measure]")
    assert [row.get("data-measure") for row in rows] == [str(n + 1) for n in range(46)]
    for row, group in zip(rows, groups, strict=True):
        cells = row.xpath("td[i]")
        roles = {role for cell in cells for role in cell.xpath("span[@class='unseen']/text()")}
        assert roles == {WORDS[one["role"]] for one in group["agencies"]}
        assert len(cells) == len({one["canonical_full_name"] for one in group["agencies"]})


def test_the_row_of_the_police_is_the_annotated_one(read, stored, police):
    tree = read(f"/d/{stored.id}/matrix")
    (row,) = tree.xpath("//section[@class='by-agency']//tbody/tr[th//text()='市公安局']")
    counted = "，".join(
        f"{word} {len(police[word])} 项" for word in WORDS.values() if word in police
    )
    assert row.xpath("string(td[1])").strip() == counted
    numbers = sorted(int(each) for each in row.xpath("td[2]//a/text()"))
    assert numbers == sorted(order for orders in police.values() for order in orders)
    own = read(row.xpath("th//a/@href")[0])
    assert sorted(map(int, own.xpath("//li/@data-measure"))) == numbers
    assert squeezed(f"市公安局：{counted}") in squeezed(own.xpath("string(//main)"))


def test_the_workbook_says_the_same(get, stored, police, workbook):
    book = workbook(get(f"/d/{stored.id}/matrix.xlsx").data)
    orders = [each for each in book.column("分工矩阵", "A") if each.isdigit()]
    assert orders == [str(n + 1) for n in range(46)]
    agencies, roles, numbers = (book.column("单位清单", letter) for letter in "ABC")
    found: dict[str, list[int]] = {}
    for agency, role, number in zip(agencies, roles, numbers, strict=True):
        if agency == "市公安局":
            found.setdefault(role, []).append(int(number))
    assert found == police


@pytest.fixture(scope="module")
def cited(app, stored):
    """The forms of the first paragraph of the first part, by name."""
    paragraph = next(one for one in stored.circular.paragraphs if one.cite == FIRST)
    address = f"http://localhost/d/{stored.id}/p/{paragraph.id}"
    with app.test_request_context("/"):
        rows = list_citations(stored.circular, paragraph, address, ACCESSED)
    return paragraph, address, {row.name: row.text for row in rows}


def test_the_four_citations_are_those_of_the_specification_to_the_byte(cited, stored, examples):
    _, address, texts = cited
    (older,) = examples["GB/T 7714—2015"]
    before, dots, after = older.partition("http://…/p/…")
    assert (dots, after) == ("http://…/p/…", "")
    assert texts["GB/T 7714—2015"] == before + address
    full, comma = examples["GB/T 7714—2025"]
    assert (full, comma) == ("（2016-09-14）", "，")
    half = full.translate(str.maketrans("（）", "()"))
    assert older.count(half) == 1
    assert texts["GB/T 7714—2025"] == before.replace(half, full) + address
    for name in ("公文内引用", "法学引注"):
        (example, *_) = examples[name]
        start, dots, end = example.partition("…")  # 《…的通知》 shortens the title
        assert (start, dots) == ("《", "…")
        assert texts[name] == f"《{stored.circular.title.removesuffix('的通知')}{end}"


def test_the_page_says_these_citations_too(read, cited, stored):
    paragraph, _, texts = cited
    tree = read(f"/d/{stored.id}/p/{paragraph.id}/cite")
    today = datetime.now().astimezone().date().isoformat()
    for name, text in texts.items():
        (shown,) = tree.xpath(f"//dl/div[dt/span/text()='{name}']/dd")
        assert shown.text == text.replace(ACCESSED.isoformat(), today)


def test_every_measure_of_the_pair_is_once_in_their_comparison(pair, get, read, stored, workbook):
    """厦门 2016 beside 宁夏 2017, which has no number of its own."""
    (other,) = (each for each in pair.circular_ids() if each != stored.id)
    query = f"a={stored.id}&b={other}"
    rows = read(f"/compare?{query}").xpath("//@data-row")
    both = sum(row in {"same", "like"} for row in rows)
    assert both + rows.count("only_a") == 46
    assert both + rows.count("only_b") == 32
    assert both >= 10
    book = workbook(get(f"/compare.xlsx?{query}").data)
    assert len(book.column("对照", "B")) == len(rows) + 1
    assert get(f"/compare.docx?{query}").data.startswith(b"PK")
