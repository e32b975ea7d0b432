"""`gongwen verify`: verdicts on stdout, the sum on stderr, an exit code a script can use."""

from __future__ import annotations

import csv
import json

import pytest
from click.testing import CliRunner

from tests.libraries import fill_library, write_texts
from webui.cli import main
from webui.statuses import ExitCode

HELD = "公共食堂应当公开食品加工过程"
TEXT = f"""云港市人民政府文件
云政发〔2023〕3号
云港市人民政府关于食堂管理的意见
一、公开过程
{HELD}，并公示食材来源。（市市场监督局负责）
云港市人民政府
2023年5月6日
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    sources = write_texts(tmp_path_factory.mktemp("sources"), {"食堂": TEXT})
    return fill_library(tmp_path_factory.mktemp("verify"), [sources])


@pytest.fixture
def verify(folder, tmp_path):
    def run(text, *options):
        report = tmp_path / "报告.txt"
        report.write_text(text, encoding="utf-8")
        words = ["--library", str(folder), "verify", str(report), *options]
        return CliRunner().invoke(main, words, prog_name="gongwen")

    return run


def test_a_sound_report_ends_with_nothing_to_mend(verify):
    shown = verify(f"文件要求“{HELD}”（云政发〔2023〕3号）。")
    assert shown.exit_code == ExitCode.DONE
    assert shown.stdout.startswith(f"1. ✓ 一致　{HELD}\n   出处：《云港市")
    assert "核对 2 处：一致 2。" in shown.stderr


def test_a_report_to_be_mended_ends_otherwise(verify):
    shown = verify("文件要求“公共食堂可以公开食品加工过程”，见云政发〔2023〕9号。")
    assert shown.exit_code == ExitCode.NOT_FOUND
    assert "≠ 文字已变（相似度 8" in shown.stdout
    assert "？ 未找到　云政发〔2023〕9号" in shown.stdout


def test_one_object_for_programs(verify):
    shown = verify(f"“{HELD}”", "--json", "--base-url", "http://gongwen.example/")
    answer = json.loads(shown.stdout)
    assert (answer["sound"], answer["counts"]["same"]) == (True, 1)
    place = answer["checked"][0]["places"][0]
    assert place["permalink"].startswith("http://gongwen.example/d/")
    assert place["text"][slice(*place["passage"])] == HELD


def test_the_record_becomes_a_file(verify, tmp_path):
    out = tmp_path / "记录.csv"
    assert verify(f"“{HELD}”", "--out", str(out)).exit_code == ExitCode.DONE
    rows = list(csv.DictReader(out.read_text(encoding="utf-8-sig").splitlines()))
    assert [row["结论"] for row in rows] == ["一致"]
    assert verify(f"“{HELD}”", "--out", str(tmp_path / "记录.docx")).exit_code == ExitCode.DONE
    assert (tmp_path / "记录.docx").read_bytes().startswith(b"PK")


def test_another_ending_is_a_mistake_and_a_missing_file_is_told(verify, folder):
    assert verify("x", "--out", "记录.pdf").exit_code == ExitCode.USAGE
    shown = CliRunner().invoke(main, ["--library", str(folder), "verify", "没有.docx"])
    assert shown.exit_code == ExitCode.NOT_FOUND
