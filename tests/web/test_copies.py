"""Reprints are shown once, with their sources."""

from __future__ import annotations

import pytest
from lxml import html

from corpus.library import Library
from indexer.reprints import update_reprints
from tests.libraries import fill_library, write_texts
from webui.app import create_app

SENTENCE = "对危险货物堆场实行分区存放，禁止混存混放，堆场管理人员持证上岗。"
REST = (
    "港口经营企业每季度开展一次应急演练，演练记录保存三年，演练方案报市交通局备案。"
    "建立船员安全培训档案，做到一人一档，培训不合格的不得上船作业。"
    "对客运码头开展春运专项检查，重点检查消防通道、救生设备和视频监控。"
    "推广使用岸电设施，减少船舶靠港期间污染排放，年底前实现主要泊位全覆盖。"
    "畅通举报渠道，对查实的举报给予奖励，对举报人的信息严格保密。"
    "各有关单位要加强组织领导，定期会商研判，每半年向市政府报告一次工作进展情况。"
)
TEXT = f"云港市人民政府关于加强港口安全工作的通知\n各县（市、区）人民政府：\n{SENTENCE}\n{REST}\n%s云港市人民政府\n2024年3月5日\n"


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    texts = {
        "甲网": TEXT % "",
        "乙网": (TEXT % "请抓好落实。\n").removeprefix("云港市人民政府"),
    }
    sources = write_texts(tmp_path_factory.mktemp("sources"), texts)
    folder = fill_library(tmp_path_factory.mktemp("library"), [sources])
    with Library.open(folder) as library:
        assert update_reprints(library) == 1
    return create_app(folder, config={"TESTING": True}).test_client()


def tree(client, path):
    return html.document_fromstring(client.get(path).get_data(as_text=True))


def test_a_reprint_is_one_result_with_its_sources(client):
    page = tree(client, "/search?q=危险货物堆场")
    assert len(page.xpath("//article")) == 1
    (copies,) = page.find_class("copies")
    assert copies.text_content().startswith("另有 1 份相同文本：")
    assert "找到 2 段" in page.get_element_by_id("results").text_content()


def test_what_only_one_of_them_says_stands_alone(client):
    assert len(tree(client, "/search?q=请抓好落实").xpath("//article")) == 1


def test_the_page_of_a_circular_names_its_reprints(client):
    page = tree(client, "/search?q=危险货物堆场")
    other = page.find_class("copies")[0].find("a")
    opened = tree(client, other.get("href"))
    (copies,) = opened.find_class("copies")
    assert {other.text, copies.find("a").text} == {"甲网.txt", "乙网.txt"}
