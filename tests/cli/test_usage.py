"""Every word of the command line is Chinese, and every verb shows an example."""

from __future__ import annotations

import re

import pytest
from click.testing import CliRunner

from webui.cli import main
from webui.cli_words import width_of, wrap
from webui.errors import STATUS
from webui.statuses import EXIT_CODES, ExitCode, exit_code_of

VERBS = (
    *("parse", "add", "index", "search", "show", "cite", "matrix", "verify", "serve", "check"),
    *("agencies", "export-static", "backup", "restore", "move", "reparse", "remove"),
)
CLICK_WORDS = re.compile(r"Usage|Options|Commands|Error|Missing|Invalid|Try |No such|Show ")


def run(*args):
    return CliRunner().invoke(main, args, prog_name="gongwen")


def test_the_verbs_are_those_of_the_contract():
    assert tuple(main.commands) == VERBS


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_explains_itself_in_chinese_with_an_example(verb):
    shown = run(verb, "--help")
    assert shown.exit_code == ExitCode.DONE
    assert "例：\n  gongwen" in shown.stdout
    assert not CLICK_WORDS.search(shown.stdout)


@pytest.mark.parametrize("verb", ["", *VERBS])
def test_no_line_of_help_is_wider_than_a_console(verb):
    shown = run(*filter(None, [verb]), "--help")
    assert max(map(width_of, shown.stdout.splitlines())) <= 100


def test_the_bare_command_shows_the_help_and_is_a_usage_error():
    shown = run()
    assert (shown.exit_code, shown.stdout) == (ExitCode.USAGE, "")
    assert "用法：gongwen" in shown.stderr


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["sarch", "知识产权"], "没有命令 sarch"),
        (["search", "--limt", "3"], "没有选项 --limt，是否想用"),
        (["search", "--limit", "多"], "选项 --limit 有误：“多”不是整数"),
        (["search", "--limit", "101"], "101 不在 0 到 100 之间"),
        (["search", "--limit"], "选项 --limit 后面缺少值"),
        (["search", "--role", "主持"], "可用：lead（牵头）"),
        (["parse"], "缺少参数 文件"),
        (["show", "甲", "乙"], "多出了参数：乙"),
        (["add", "--json=1", "甲"], "选项 --json 不需要值"),
        (["cite"], "缺少参数 公文[/段落]"),
    ],
)
def test_a_slip_on_the_command_line_is_named_in_chinese(args, said):
    shown = run(*args)
    assert (shown.exit_code, shown.stdout) == (ExitCode.USAGE, "")
    assert said in shown.stderr
    assert not CLICK_WORDS.search(shown.stderr)


def test_a_role_may_be_written_in_chinese(tmp_path):
    # The library is missing, so the option was understood before that was noticed.
    shown = run("--library", str(tmp_path / "无"), "search", "甲", "--role", "牵头")
    assert shown.exit_code == ExitCode.UNAVAILABLE


def test_wrapping_never_cuts_a_latin_word_nor_starts_a_line_with_a_comma():
    lines = list(wrap("请运行 gongwen index --rebuild，重建整个索引，然后再试一次。", 16))
    assert (
        "".join(lines).replace(" ", "")
        == "请运行gongwenindex--rebuild，重建整个索引，然后再试一次。"
    )
    assert not any(line.startswith(("，", "。")) for line in lines)


def test_the_page_and_the_command_line_judge_an_error_alike():
    alike = {400: ExitCode.USAGE, 404: ExitCode.NOT_FOUND, 503: ExitCode.UNAVAILABLE}
    codes = dict(EXIT_CODES)
    both = [(kind, status) for kind, status in STATUS if kind in codes]
    assert both
    assert all(codes[kind] is alike[status] for kind, status in both)


def test_an_error_nobody_listed_is_unavailable():
    from corpus.errors import CorpusError

    assert exit_code_of(CorpusError("甲")) is ExitCode.UNAVAILABLE
