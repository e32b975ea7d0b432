"""What the verbs print and how they end, on a library of the samples."""

from __future__ import annotations

import csv
import io
import json

import jsonschema
import pytest

from corpus.samples import sample_files
from webui.cli import default_library, main
from webui.cli_circulars import split_name
from webui.export_cells import safe_cell
from webui.statuses import ExitCode

NUMBER = "云政办发〔2018〕44号"
PARAGRAPH = "云政办发-2018-44/sec_1__sub_1__p_1"


def sample(name):
    return next(path for path in sample_files() if path.name == name)


def schema(repository, name):
    path = repository / "webui" / "schemas" / f"{name}.schema.json"
    return json.loads(path.read_text(encoding="utf-8"))


# parse


@pytest.mark.parametrize("path", sample_files(), ids=lambda path: path.name)
def test_parse_keeps_the_contract(gongwen, repository, path):
    shown = gongwen("parse", path, "--json")
    assert shown.exit_code == ExitCode.DONE
    jsonschema.validate(json.loads(shown.stdout), schema(repository, "parse"))


def test_spans_of_a_parsed_text_point_into_the_file(gongwen):
    path = sample("yungang-2017-58.txt")
    text = path.read_text(encoding="utf-8")
    for each in json.loads(gongwen("parse", path, "--json").stdout)["paragraphs"]:
        start, end = each["span"]
        assert text[start:end] == each["text"]


def test_several_files_are_one_object_a_line_with_their_names(gongwen):
    files = [str(sample("yungang-2017-58.txt")), str(sample("hexi-2018-nongzi.html"))]
    lines = gongwen("parse", *files, "--json").stdout.splitlines()
    assert [json.loads(line)["file"] for line in lines] == files


def test_parse_needs_no_library(gongwen, tmp_path):
    shown = gongwen("parse", sample("yungang-2017-58.txt"), library=tmp_path / "无")
    assert shown.exit_code == ExitCode.DONE
    assert "发文字号　云政办发〔2017〕58号" in shown.stdout
    assert not (tmp_path / "无").exists()


def test_the_outline_names_every_role_by_sign_and_word(gongwen):
    shown = gongwen("parse", sample("yungang-2018-44.txt")).stdout
    assert "●市公安局（牵头）　○市市场监督局（配合）" in shown
    assert "三、强化协同联动" in shown


def test_one_unreadable_file_does_not_stop_the_others(gongwen, tmp_path):
    shown = gongwen("parse", tmp_path / "没有.txt", sample("yungang-2018-44.txt"), "--json")
    assert shown.exit_code == ExitCode.NOT_FOUND
    assert len(shown.stdout.splitlines()) == 1
    assert "没有.txt：找不到这个文件" in shown.stderr


# add, index


def test_adding_twice_changes_nothing_and_says_so(gongwen, tmp_path):
    folder = tmp_path / "库"
    first = gongwen("add", sample("yungang-2018-44.txt"), library=folder)
    again = gongwen("add", sample("yungang-2018-44.txt"), library=folder)
    assert (first.exit_code, again.exit_code) == (ExitCode.DONE, ExitCode.DONE)
    assert "入库 1" in first.stderr
    assert "未变 1" in again.stderr
    assert "没有变化" in again.stderr


def test_files_still_in_quarantine_are_no_change(gongwen, tmp_path):
    empty, folder = tmp_path / "空.txt", tmp_path / "库"
    empty.touch()
    first = gongwen("add", sample("yungang-2018-44.txt"), empty, library=folder)
    again = gongwen("add", sample("yungang-2018-44.txt"), empty, library=folder)
    assert "没有变化" not in first.stderr
    assert "没有变化" in again.stderr
    assert "空.txt：文件是空的" in again.stderr


def test_add_reports_one_json_line_a_file(gongwen, tmp_path):
    empty = tmp_path / "空.txt"
    empty.touch()
    added = gongwen("add", sample("yungang-2018-44.txt"), empty, "--json", library=tmp_path / "库")
    lines = [json.loads(line) for line in added.stdout.splitlines()]
    assert added.exit_code == ExitCode.NOT_FOUND
    assert [line["status"] for line in lines] == ["indexed", "quarantined"]
    assert lines[1]["reason"] == "empty"
    assert set(lines[0]) >= {"file", "sha256", "status", "reason", "id", "paragraphs", "ms"}


def test_text_and_page_of_one_circular_are_one(gongwen, tmp_path):
    pair = [path for path in sample_files() if path.stem == "yungang-2017-58"]
    added = gongwen("add", *pair, "--json", library=tmp_path / "库")
    lines = [json.loads(line) for line in added.stdout.splitlines()]
    assert [line["status"] for line in lines] == ["indexed", "duplicate"]
    assert len({line["id"] for line in lines}) == 1


def test_a_folder_of_samples_gives_the_samples_only(gongwen, repository, tmp_path):
    added = gongwen("add", repository / "corpus" / "samples", library=tmp_path / "库")
    assert added.exit_code == ExitCode.DONE
    stems = {path.stem for path in sample_files()}
    assert f"入库 {len(stems)}" in added.stderr


def test_without_the_index_a_search_says_how_to_build_it(gongwen, tmp_path):
    folder = tmp_path / "库"
    gongwen("add", sample("yungang-2018-44.txt"), "--no-index", library=folder)
    missing = gongwen("search", "知识产权", library=folder)
    assert missing.exit_code == ExitCode.UNAVAILABLE
    assert "gongwen index" in missing.stderr
    assert gongwen("index", library=folder).exit_code == ExitCode.DONE
    assert gongwen("search", "知识产权", library=folder).exit_code == ExitCode.DONE


def test_a_rebuilt_index_answers_the_same(gongwen, tmp_path):
    folder = tmp_path / "库"
    gongwen("add", sample("yungang-2018-44.txt"), library=folder)
    before = json.loads(gongwen("search", "知识产权", "--json", library=folder).stdout)
    assert gongwen("index", "--rebuild", library=folder).exit_code == ExitCode.DONE
    after = json.loads(gongwen("search", "知识产权", "--json", library=folder).stdout)
    assert (before["hits"], before["facets"]) == (after["hits"], after["facets"])


def test_a_missing_folder_makes_no_library(gongwen, tmp_path):
    added = gongwen("add", tmp_path / "没有这个文件夹", library=tmp_path / "库")
    assert added.exit_code == ExitCode.NOT_FOUND
    assert "没有找到文件或文件夹" in added.stderr
    assert not (tmp_path / "库").exists()


# search


@pytest.mark.parametrize("unit", ["paragraph", "measure"])
def test_search_keeps_the_contract(gongwen, repository, unit):
    found = gongwen("search", "知识产权", "--unit", unit, "--json")
    answer = json.loads(found.stdout)
    jsonschema.validate(answer, schema(repository, "search"))
    assert answer["total"] > 0
    assert answer["unit"] == unit


def test_agency_and_role_mean_the_same_assignment(gongwen):
    asked = ("search", "知识产权", "--unit", "measure", "--json", "--agency", "市公安局")
    led = json.loads(gongwen(*asked, "--role", "牵头").stdout)["hits"]
    assert led
    for hit in led:
        assert any(
            each["as_written"] == "市公安局" and each["role"] == "lead"
            for each in hit["assignments"]
        )
    helped = json.loads(gongwen(*asked, "--role", "support").stdout)["hits"]
    assert helped
    assert not {hit["id"] for hit in led} & {hit["id"] for hit in helped}


def test_a_quoted_string_finds_exactly_the_texts_that_hold_it(gongwen):
    answer = json.loads(gongwen("search", '"套用登记证号"', "--json").stdout)
    assert answer["total"] == 1
    assert "套用登记证号" in answer["hits"][0]["text"]


def test_text_output_says_where_and_what(gongwen):
    found = gongwen("search", "知识产权", "--agency", "市公安局", "--role", "牵头")
    assert f"（{NUMBER}）第一部分第（一）项第1段" in found.stdout
    assert "●市公安局（牵头）" in found.stdout
    assert "找到" in found.stderr


def test_csv_opens_in_a_spreadsheet(gongwen):
    printed = gongwen("search", "知识产权", "--csv", "--limit", "3").stdout
    assert printed.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(printed.removeprefix("\ufeff"))))
    assert len(rows) == 3
    assert all(row["引文"] and "知识产权" in row["文字"] for row in rows)


def test_a_cell_never_becomes_a_formula():
    texts = ("=1+1", "-甲", "@乙", "丙")
    assert [safe_cell(text) for text in texts] == ["'=1+1", "'-甲", "'@乙", "丙"]


def test_quotes_are_text_and_citation(gongwen):
    printed = gongwen("search", '"套用登记证号"', "--quote").stdout
    assert "套用登记证号" in printed.splitlines()[0]
    assert printed.splitlines()[1].startswith("——《云港市人民政府办公厅")


def test_nothing_found_is_code_1_and_says_which_filter_to_drop(gongwen):
    found = gongwen("search", "知识产权", "--agency", "县教育局")
    assert (found.exit_code, found.stdout) == (ExitCode.NOT_FOUND, "")
    assert "没有找到符合条件的段落" in found.stderr
    assert "去掉“县教育局”可得" in found.stderr


def test_a_number_not_held_is_said_to_be_cited(gongwen):
    found = gongwen("search", "河政办发[2018]12号")
    assert "库中没有 河政办发〔2018〕12号。已有 1 份文件引用了它。" in found.stderr


# show, cite


@pytest.mark.parametrize(
    "name",
    [NUMBER, "云政办发[2018]44号", "云政办发-2018-44", "http://127.0.0.1/id/云政办发-2018-44"],
)
def test_a_circular_goes_by_any_spelling_of_its_number(gongwen, name):
    shown = gongwen("show", name)
    assert shown.exit_code == ExitCode.DONE
    assert f"发文字号　{NUMBER}" in shown.stdout


def test_show_prints_one_paragraph_with_its_permalink(gongwen):
    shown = gongwen("show", PARAGRAPH)
    assert "聚焦直播带货" in shown.stdout
    assert "/p/sec_1__sub_1__p_1" in shown.stdout


def test_show_as_json_is_the_parsed_circular_and_where_it_stands(gongwen, repository):
    value = json.loads(gongwen("show", NUMBER, "--json").stdout)
    jsonschema.validate(value, schema(repository, "parse"))
    assert value["permalink"] == f"/d/{value['id']}/"
    one = json.loads(gongwen("show", PARAGRAPH, "--json").stdout)
    assert one["permalink"] == f"/d/{value['id']}/p/sec_1__sub_1__p_1"


def test_a_permalink_names_its_paragraph(gongwen):
    address = json.loads(gongwen("show", PARAGRAPH, "--json").stdout)["permalink"]
    again = gongwen("show", f"http://127.0.0.1:8321{address}?hl=知识产权")
    assert "聚焦直播带货" in again.stdout


def test_a_measure_found_names_its_paragraph(gongwen):
    found = json.loads(gongwen("search", "--unit", "measure", "--limit", 1, "--json").stdout)
    hit = found["hits"][0]
    assert hit["id"] != f"{hit['circular']}/{hit['paragraph']}"
    for name in (hit["id"], hit["permalink"]):
        shown = json.loads(gongwen("show", name, "--json").stdout)
        assert shown["id"] == hit["paragraph"]
        assert gongwen("cite", name, "--style", "gongwen").stdout.strip() == hit["citation"]


def test_what_is_not_held_is_code_1(gongwen):
    for name, said in [
        ("国办发〔2099〕1号", "库中没有"),
        ("随便什么", "库中没有"),
        ("云政办发-2018-44/sec_99__p_1", "不存在。原文件仍在"),
    ]:
        shown = gongwen("show", name)
        assert (shown.exit_code, shown.stdout) == (ExitCode.NOT_FOUND, "")
        assert said in shown.stderr


@pytest.mark.parametrize(
    ("style", "part"),
    [
        ("gongwen", "（云政办发〔2018〕44号）第一部分第（一）项第1段\n"),
        ("公文", "（云政办发〔2018〕44号）第一部分第（一）项第1段\n"),
        ("gbt2025", "[EB/OL]. （2018-04-19）["),
        ("gbt2015", "[EB/OL]. (2018-04-19)["),
        ("legal", "2018年4月19日发布。\n"),
    ],
)
def test_cite_speaks_four_styles(gongwen, style, part):
    assert part in gongwen("cite", PARAGRAPH, "--style", style).stdout


def test_a_citation_carries_the_address_of_the_readers_own_service(gongwen):
    cited = gongwen("cite", PARAGRAPH, "--base-url", "http://gongwen.example/")
    assert "http://gongwen.example/d/" in cited.stdout


def test_a_name_is_split_at_its_first_slash():
    assert split_name(" 甲 ") == ("甲", "")
    assert split_name("甲/p/p_1/") == ("甲", "p_1")
    assert split_name("http://h/d/甲/#p_1") == ("甲", "p_1")


# check


def test_check_says_a_sound_library_is_sound(gongwen):
    checked = gongwen("check")
    assert checked.exit_code == ExitCode.DONE
    assert "公文库和索引完好" in checked.stdout


def test_check_notices_an_index_that_lags(gongwen, tmp_path):
    folder = tmp_path / "库"
    gongwen("add", sample("yungang-2018-44.txt"), library=folder)
    gongwen("add", sample("hexi-2018-nongzi.txt"), "--no-index", library=folder)
    checked = gongwen("check", library=folder)
    assert checked.exit_code == ExitCode.UNAVAILABLE
    assert "索引落后公文库 1 次变更" in checked.stderr


def test_check_lists_the_quarantine_with_reasons(gongwen, tmp_path):
    (tmp_path / "空.txt").touch()
    gongwen("add", tmp_path / "空.txt", library=tmp_path / "库")
    checked = gongwen("check", library=tmp_path / "库")
    assert "隔离　空.txt：文件是空的" in checked.stdout


def test_check_of_a_file_shows_where_every_field_comes_from(gongwen):
    checked = gongwen("check", sample("yungang-2017-58.txt"))
    assert checked.exit_code == ExitCode.DONE
    assert "云政办发〔2017〕58号" in checked.stdout
    assert "成文日期" in checked.stdout
    assert "%" in checked.stdout


def test_the_library_is_kept_where_data_of_users_is_kept(monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", "/甲")
    assert default_library() == "/甲/gongwen/library"
    monkeypatch.delenv("XDG_DATA_HOME")
    assert default_library().endswith("/.local/share/gongwen/library")


def test_the_version_is_told():
    from click.testing import CliRunner

    assert CliRunner().invoke(main, ["--version"]).stdout.startswith("gongwen ")
