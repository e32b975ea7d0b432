"""`gongwen export-static`: a folder or a zip, whole or not at all."""

from __future__ import annotations

import json
import re
import zipfile

import pytest
from click.testing import CliRunner
from lxml import html

from corpus.library import Library
from corpus.text import fold_text
from tests.libraries import fill_library, sample_texts, write_texts
from webui.cli import main
from webui.offline_data import fold_table
from webui.statuses import ExitCode

HOSTILE = """云港市人民政府文件
云政发〔2023〕3号
云港市人民政府关于</script><script>alert(1)</script>整治的意见
一、整治
查处</script><img src=x onerror=alert(2)>行为。（市公安局负责）
云港市人民政府
2023年5月6日
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    sources = write_texts(tmp_path_factory.mktemp("sources"), {"整治": HOSTILE})
    return fill_library(tmp_path_factory.mktemp("offline"), [*sample_texts(), sources])


@pytest.fixture
def export(folder):
    def run(*words):
        return CliRunner().invoke(
            main, ["--library", str(folder), "export-static", *map(str, words)]
        )

    return run


def test_every_paragraph_has_its_page_and_its_row(export, folder, tmp_path):
    out = tmp_path / "离线"
    assert export(out).exit_code == ExitCode.DONE
    data = "".join(path.read_text("utf-8") for path in sorted((out / "files").glob("data*.js")))
    with Library.open(folder) as library:
        for circular in library.circular_ids():
            page = html.parse(str(out / "d" / f"{circular}.html"))
            ids = set(page.xpath("//@id"))
            for paragraph in library.get(circular).circular.paragraphs:
                assert paragraph.id in ids
                assert f'"{paragraph.id}"' in data


def test_every_link_of_the_site_leads_to_a_file_of_it(export, tmp_path):
    out = tmp_path / "离线"
    export(out)
    for page in out.rglob("*.html"):
        for link in html.parse(str(page)).xpath("//@href | //@src"):
            assert not re.match(r"[a-z]+:|/", link)
            assert (page.parent / link.partition("#")[0]).exists(), link


def test_a_query_chooses_the_circulars(export, tmp_path):
    out = tmp_path / "部分.zip"
    shown = export(out, "--query", '"网络抽样检验"')
    assert "1 份公文" in shown.stderr
    with zipfile.ZipFile(out) as package:
        assert len([name for name in package.namelist() if name.startswith("d/")]) == 1
        assert {"index.html", "files/data.js", "files/offline.js"} <= set(package.namelist())


def test_the_same_library_gives_the_same_pages(export, tmp_path):
    export(tmp_path / "甲.zip")
    export(tmp_path / "乙.zip")
    one, other = (zipfile.ZipFile(tmp_path / name) for name in ("甲.zip", "乙.zip"))
    with one, other:
        assert one.namelist() == other.namelist()
        assert one.read("files/data.js") == other.read("files/data.js")


def test_what_is_there_is_never_overwritten(export, tmp_path):
    (tmp_path / "我的文件").mkdir()
    (tmp_path / "我的文件" / "a.txt").write_text("别动", encoding="utf-8")
    assert export(tmp_path / "我的文件").exit_code == ExitCode.USAGE
    assert (tmp_path / "我的文件" / "a.txt").exists()


def test_nothing_found_is_told(export, tmp_path):
    shown = export(tmp_path / "无.zip", "--query", '"没有这样的字句"')
    assert shown.exit_code == ExitCode.NOT_FOUND
    assert not (tmp_path / "无.zip").exists()


def test_a_circular_cannot_break_out_of_its_page(export, tmp_path):
    out = tmp_path / "离线"
    export(out, "--query", "文号:云政发〔2023〕3号")
    for page in out.rglob("*.html"):
        tree = html.parse(str(page))
        assert all(script.get("src") for script in tree.xpath("//script"))
        assert not tree.xpath("//img")


def test_folding_in_the_browser_is_ours():
    table = json.loads(json.dumps(fold_table()))
    single = dict(zip(table["from"], table["to"], strict=True))
    for text in ("㈠加強“雙打”Ａ３?１５", "國辦發〔２０１７〕４６號", "①　é…ﬁ"):
        folded = "".join(
            "" if sign in table["nothing"] else table["several"].get(sign, single.get(sign, sign))
            for sign in text
        )
        assert folded == fold_text(text)
