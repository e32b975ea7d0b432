"""Every bad input has its own clear Chinese answer, an exit code and, on the page, a status."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3

import pytest
from click.testing import CliRunner

from corpus.samples import sample_files
from webui.app import create_app
from webui.cli import main

CHINESE = re.compile(r"[\u4e00-\u9fff]")
TEXT = next(path for path in sample_files() if path.name == "yungang-2018-44.txt")
GBK_PAGE = next(path for path in sample_files() if path.name == "yungang-2023-71.html")
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(200))


def run(*args):
    return CliRunner().invoke(main, list(map(str, args)), prog_name="gongwen")


def answer(location, address):
    return create_app(location, config={"TESTING": True}).test_client().get(address)


def said_in_chinese(result):
    """The one line an error is, after the library's notes."""
    lines = [line for line in result.stderr.splitlines() if line.startswith("错误：")]
    assert len(lines) == 1, result.stderr
    assert CHINESE.search(lines[0])
    assert "Traceback" not in result.output
    return lines[0]


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    location = tmp_path_factory.mktemp("sound") / "库"
    assert run("--library", location, "add", TEXT).exit_code == 0
    return location


@pytest.fixture
def library(sound, tmp_path):
    return shutil.copytree(sound, tmp_path / "库")


# Files

BAD_FILES = {
    "empty": ("空.txt", b"", "文件是空的"),
    "blank": ("空白.txt", " \r\n\u3000\r\n".encode(), "文件是空的"),
    "picture": ("通知.txt", PNG, "这是一张图片"),
    "nothing_but_nul": ("零.txt", bytes(5000), ""),
    "random_bytes": ("乱.txt", bytes(range(128, 256)) * 40, ""),
}


@pytest.mark.parametrize("kind", BAD_FILES)
def test_a_file_that_is_no_text_is_quarantined_with_its_reason(tmp_path, kind):
    name, data, said = BAD_FILES[kind]
    (tmp_path / name).write_bytes(data)
    added = run("--library", tmp_path / "库", "add", tmp_path / name, "--json")
    line = json.loads(added.stdout)
    assert added.exit_code == 1
    assert line["status"] == "quarantined"
    assert said in line["message"]
    assert CHINESE.search(line["message"])
    assert line["message"] in added.stderr


@pytest.mark.parametrize("kind", BAD_FILES)
def test_parsing_a_file_that_is_no_text_is_code_1(tmp_path, kind):
    name, data, said = BAD_FILES[kind]
    (tmp_path / name).write_bytes(data)
    parsed = run("parse", tmp_path / name, "--json")
    assert (parsed.exit_code, parsed.stdout) == (1, "")
    assert said in said_in_chinese(parsed)


def test_gbk_without_a_label_is_read(tmp_path):
    (tmp_path / "甲.txt").write_bytes(TEXT.read_text(encoding="utf-8").encode("gbk"))
    parsed = run("parse", tmp_path / "甲.txt", "--json")
    assert parsed.exit_code == 0
    assert json.loads(parsed.stdout)["number"] == "云政办发〔2018〕44号"


def test_a_page_that_declares_gb2312_and_holds_gbk_is_read():
    value = json.loads(run("parse", GBK_PAGE, "--json").stdout)
    assert value["number"] == "云政办发〔2023〕71号"
    assert any("堃河新城" in each["text"] for each in value["paragraphs"])


def test_a_line_of_20_megabytes_has_an_answer(tmp_path):
    (tmp_path / "长.txt").write_bytes("加强监管，落实责任。".encode() * 700_000)
    added = run("--library", tmp_path / "库", "add", tmp_path / "长.txt", "--json")
    line = json.loads(added.stdout)
    assert (added.exit_code, line["status"]) == (1, "quarantined")
    assert "万字" in line["message"]


def test_nul_and_lone_surrogates_inside_a_text_are_survived(tmp_path):
    text = TEXT.read_text(encoding="utf-8")
    data = text.replace("知识产权", "知识\0产权", 1).encode() + "\ud800尾".encode(
        "utf-8", "surrogatepass"
    )
    (tmp_path / "损.txt").write_bytes(data)
    library = tmp_path / "库"
    added = run("--library", library, "add", tmp_path / "损.txt", "--json")
    line = json.loads(added.stdout)
    assert line["status"] in {"indexed", "quarantined"}
    assert added.exit_code == (0 if line["status"] == "indexed" else 1)
    if line["status"] == "indexed":
        found = run("--library", library, "search", "无害化销毁", "--json")
        assert json.loads(found.stdout)["total"] == 1
        assert answer(library, f"/d/{line['id']}/").status_code == 200


def test_an_entity_that_names_a_surrogate_does_no_harm(tmp_path):
    page = TEXT.read_text(encoding="utf-8").replace("\n", "</p>\n<p>")
    (tmp_path / "页.html").write_text(
        f"<html><body><p>{page}&#xD800;&#0;</p></body></html>", "utf-8"
    )
    library = tmp_path / "库"
    added = run("--library", library, "add", tmp_path / "页.html", "--json")
    assert json.loads(added.stdout)["status"] in {"indexed", "quarantined"}
    assert added.exit_code in {0, 1}


def test_one_bad_file_does_not_keep_the_others_out(tmp_path):
    folder = tmp_path / "公文"
    folder.mkdir()
    shutil.copy(TEXT, folder / "好.txt")
    (folder / "坏.txt").write_bytes(PNG)
    added = run("--library", tmp_path / "库", "add", folder)
    assert added.exit_code == 1
    assert "入库 1，隔离 1" in added.stderr
    assert run("--library", tmp_path / "库", "search", "知识产权").exit_code == 0


def test_a_quarantined_file_is_not_read_again_unless_asked(tmp_path):
    (tmp_path / "坏.txt").write_bytes(PNG)
    args = ("--library", tmp_path / "库", "add", tmp_path / "坏.txt", "--json")
    assert [run(*args).exit_code, run(*args).exit_code, run(*args, "--retry").exit_code] == [1] * 3


# Places


@pytest.mark.parametrize("verb", ["add", "parse", "check"])
def test_a_path_that_is_not_there_is_code_1(tmp_path, verb):
    missing = tmp_path / "没有"
    ended = run("--library", tmp_path / "库", verb, missing)
    assert ended.exit_code == 1
    assert "没有" in said_in_chinese(ended)
    assert not (tmp_path / "库").exists()


@pytest.mark.parametrize(
    "verb", [("search", "甲"), ("show", "甲"), ("cite", "甲"), ("index",), ("check",)]
)
def test_a_library_that_is_not_there_is_code_3_and_is_not_made(tmp_path, verb):
    ended = run("--library", tmp_path / "无", *verb)
    assert ended.exit_code == 3
    assert "gongwen add" in said_in_chinese(ended)
    assert not (tmp_path / "无").exists()


def test_a_file_in_place_of_the_library_is_code_3(tmp_path):
    (tmp_path / "库").write_text("甲", "utf-8")
    ended = run("--library", tmp_path / "库", "add", TEXT)
    assert ended.exit_code == 3
    said_in_chinese(ended)


@pytest.mark.parametrize("verb", [("add", TEXT), ("search", "甲"), ("check",)])
def test_a_library_of_a_newer_version_is_left_alone(library, verb):
    database = library / "library.sqlite"
    with sqlite3.connect(database) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999_later'")
    connection.close()
    before = database.read_bytes()
    ended = run("--library", library, *verb)
    assert ended.exit_code == 3
    assert "升级 gongwen" in said_in_chinese(ended)
    assert database.read_bytes() == before
    assert answer(library, "/search?q=甲").status_code == 503


@pytest.mark.parametrize(
    "junk", ["这不是数据库".encode() * 300, b"SQLite format 3\0" + b"\xff" * 9000]
)
def test_a_damaged_library_is_code_3(tmp_path, junk):
    (tmp_path / "库").mkdir()
    (tmp_path / "库" / "library.sqlite").write_bytes(junk)
    ended = run("--library", tmp_path / "库", "search", "甲")
    assert ended.exit_code == 3
    assert "已损坏" in said_in_chinese(ended)


# Index


def test_a_missing_index_is_code_3_and_a_503_that_name_the_command(library):
    shutil.rmtree(library / "index")
    ended = run("--library", library, "search", "知识产权")
    assert ended.exit_code == 3
    assert "gongwen index" in said_in_chinese(ended)
    page = answer(library, "/search?q=知识产权")
    assert page.status_code == 503
    assert "gongwen index" in page.text


def test_a_damaged_index_is_noticed_and_rebuilt(library):
    generation = library / "index" / (library / "index" / "CURRENT").read_text().split()[0]
    for file in generation.iterdir():
        if file.name != "manifest.json":
            data = bytearray(file.read_bytes())
            data[len(data) // 2] ^= 0xFF
            file.chmod(0o600)
            file.write_bytes(data)
    ended = run("--library", library, "search", "知识产权")
    assert ended.exit_code == 3
    assert "gongwen index --rebuild" in said_in_chinese(ended)
    checked = run("--library", library, "check")
    assert checked.exit_code == 3
    assert "索引已损坏" in checked.stderr
    assert answer(library, "/search?q=知识产权").status_code == 503
    assert run("--library", library, "index", "--rebuild").exit_code == 0
    assert run("--library", library, "search", "知识产权").exit_code == 0


def test_a_pointer_to_nowhere_is_survived(library):
    (library / "index" / "CURRENT").write_text("gen-999999", "ascii")
    ended = run("--library", library, "search", "知识产权")
    assert ended.exit_code in {0, 3}
    assert run("--library", library, "index", "--rebuild").exit_code == 0
    assert run("--library", library, "search", "知识产权").exit_code == 0


# Questions


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("知" * 5000, "超过上限"),
        ("*", "暂不支持以 * 开头的检索"),
        ("*权", "请改为：权*"),
        ("年:2018..2016", "请调换"),
    ],
)
def test_a_question_that_cannot_be_asked_is_code_2_and_400(library, line, said):
    ended = run("--library", library, "search", line)
    assert ended.exit_code == 2
    assert said in said_in_chinese(ended)
    page = create_app(library).test_client().get("/search", query_string={"q": line})
    assert page.status_code == 400
    assert said in page.text
    problem = create_app(library).test_client().get("/api/v1/search", query_string={"q": line})
    assert (problem.status_code, problem.mimetype) == (400, "application/problem+json")
    assert said in problem.json["detail"]


@pytest.mark.parametrize("line", ['"知识产权', '知识产权"', "“知识产权", "知识产权” 保护"])
def test_unbalanced_quotes_are_read_as_text_with_a_notice(library, line):
    found = run("--library", library, "search", line, "--json")
    assert found.exit_code == 0
    assert json.loads(found.stdout)["total"] > 0
    assert any("成对" in notice for notice in json.loads(found.stdout)["notices"])
    told = run("--library", library, "search", line)
    assert "成对" in told.stderr


def test_an_unbalanced_bracket_is_text_like_any_other(library):
    # It stands so in the circular: 实行提级办理。（市公安局牵头
    found = json.loads(run("--library", library, "search", "(市公安局", "--json").stdout)
    assert found["total"] == 1
    assert "（市公安局" in found["hits"][0]["text"]


@pytest.mark.parametrize(
    "line", ["", "\0", "\ud800", "OR", "-", '""', "《》", "\u200b", "🀄", "' OR 1=1 --", "a:b:c"]
)
def test_odd_lines_get_an_answer_and_never_a_trace(library, line):
    ended = run("--library", library, "search", line, "--json")
    assert ended.exit_code in {0, 1, 2}
    assert ended.exception is None or isinstance(ended.exception, SystemExit)


def test_a_parameter_of_the_page_that_cannot_be_is_a_400(library):
    for parameters in ("unit=字", "sort=随便", "limit=500", "page=0", "page=abc", "role=主持"):
        page = answer(library, f"/search?q=知识产权&{parameters}")
        assert page.status_code == 400, parameters
        assert CHINESE.search(page.text)
