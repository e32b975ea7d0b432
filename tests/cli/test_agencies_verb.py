"""`gongwen agencies`: what the registry holds and why a name means what it means."""

from __future__ import annotations

import json

from webui.statuses import ExitCode


def test_without_a_verb_it_shows_its_help(gongwen):
    shown = gongwen("agencies")
    assert shown.exit_code == ExitCode.USAGE
    assert "gongwen agencies explain" in shown.stderr


def test_an_alias_says_where_it_comes_from(gongwen):
    shown = gongwen("agencies", "explain", "市工商局", "--region", "厦门市")
    assert shown.exit_code == ExitCode.DONE
    assert "别名来自　agencies.tsv 中“工商行政管理”的简称 工商局" in shown.stdout
    assert "编号　350200:工商行政管理" in shown.stdout
    assert "改革后的承接机关　市场监督管理（2018年起）" in shown.stdout


def test_the_same_name_may_mean_another_body_in_another_year(gongwen):
    def line_on(day):
        args = ("agencies", "explain", "广电局", "--region", "福建省", "--on", day, "--json")
        return json.loads(gongwen(*args).stdout)["line"]

    assert line_on("2012-05-01") == "广播电影电视"
    assert line_on("2020-05-01") == "广播电视"


def test_an_elided_prefix_is_restored_before_the_name_is_read(gongwen):
    shown = gongwen("agencies", "explain", "财政厅", "--region", "福建省").stdout
    assert "补全省略的前缀　省财政厅" in shown
    assert "规范全称　福建省财政厅" in shown


def test_a_name_nobody_listed_is_said_to_be_kept_as_it_is(gongwen):
    shown = gongwen("agencies", "explain", "市电子信息集团", "--region", "厦门市")
    assert shown.exit_code == ExitCode.NOT_FOUND
    assert "未登记：按原名保留，不与相近的名称合并" in shown.stdout


def test_a_date_that_is_none_is_refused(gongwen):
    shown = gongwen("agencies", "explain", "市公安局", "--on", "去年")
    assert shown.exit_code == ExitCode.USAGE
    assert "“去年”不是日期" in shown.stderr


def test_the_registry_is_sound_and_says_where_it_lies(gongwen):
    shown = gongwen("agencies", "check")
    assert shown.exit_code == ExitCode.DONE, shown.stderr
    assert "agency_extras.tsv" in shown.stdout
    assert "名录完好。" in shown.stdout


def test_the_bodies_of_a_library_are_listed_by_frequency(gongwen):
    shown = gongwen("agencies", "list", "--json")
    assert shown.exit_code == ExitCode.DONE
    mentions = [json.loads(line)["mentions"] for line in shown.stdout.splitlines()]
    assert mentions
    assert mentions == sorted(mentions, reverse=True)


def test_the_unknown_ones_are_a_part_of_all(gongwen):
    every = set(gongwen("agencies", "list").stdout.splitlines())
    unknown = set(gongwen("agencies", "list", "--unknown").stdout.splitlines())
    assert unknown <= every
    assert all(":?" in line for line in unknown)
