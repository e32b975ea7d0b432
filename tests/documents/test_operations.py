"""The operations guide is true: its commands run, its files are sound, what it names exists."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys

import pytest

GUIDE = "docs/operations.md"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def guide(repository):
    return (repository / GUIDE).read_text(encoding="utf-8")


def blocks(guide, kind):
    return [text for found, text in BLOCK.findall(guide) if found == kind]


def test_every_console_command_of_the_guide_runs(repository, guide, tmp_path):
    samples = tmp_path / "公文文件夹"
    samples.mkdir()
    for path in sorted((repository / "corpus" / "samples").glob("*.txt"))[:3]:
        shutil.copy(path, samples)
    shutil.copytree(samples, tmp_path / "内部文件夹")
    commands = [
        line.removeprefix("$ ")
        for text in blocks(guide, "console")
        for line in text.splitlines()
        if line.startswith("$ ")
    ]
    assert len(commands) >= 5
    for command in commands:
        done = subprocess.run(
            [sys.executable, "-m", "webui.cli", *shlex.split(command)[1:]],
            cwd=tmp_path,
            env=os.environ | {"GONGWEN_LIBRARY": str(tmp_path / "库"), "PYTHONPATH": os.pathsep.join(
                [str(repository), os.environ.get("PYTHONPATH", "")])},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )  # fmt: skip
        assert done.returncode == 0, (command, done.stderr)


def test_the_shell_blocks_are_shell(guide):
    for text in blocks(guide, "sh"):
        done = subprocess.run(
            ["bash", "-n"], input=text, text=True, capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr


def test_every_option_and_verb_in_the_guide_exists(repository, guide):
    from webui.cli import main

    for verb in re.findall(r"gongwen ([a-z][a-z-]*)", guide.replace("gongwen gongwen", "")):
        assert verb in main.commands, verb
    served = {option for each in main.commands["serve"].params for option in each.opts}
    unit = (repository / "packaging" / "gongwen.service").read_text(encoding="utf-8")
    command = next(line for line in unit.splitlines() if line.startswith("ExecStart="))
    assert set(re.findall(r"--[a-z-]+", command)) <= served
    for option in (
        "--proxy-hops",
        "--trust",
        "--token-file",
        "--user-header",
        "--group-header",
        "--rights-file",
    ):
        assert option in guide
        assert option in served


def test_what_the_guide_copies_is_there(repository, guide):
    for path in set(re.findall(r"packaging/[\w.-]+", guide)):
        assert (repository / path).is_file(), path
    for verb in re.findall(r"`make ([a-z-]+)", guide):
        assert f"\n{verb}:" in (repository / "Makefile").read_text(encoding="utf-8")


def test_the_unit_is_sound(repository, tmp_path):
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("systemd is not installed here, so nobody can judge the unit")
    unit = (repository / "packaging" / "gongwen.service").read_text(encoding="utf-8")
    # The program and its user are not installed on this machine.
    unit = unit.replace("/opt/gongwen/bin/gongwen", "/bin/true").replace(
        "User=gongwen", "User=root"
    )
    path = tmp_path / "gongwen.service"
    path.write_text(unit.replace("Group=gongwen", "Group=root"), encoding="utf-8")
    done = subprocess.run(
        [analyze, "verify", str(path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "gongwen.service" not in done.stderr, done.stderr


def test_the_gateway_overwrites_what_a_visitor_may_forge(repository):
    site = (repository / "packaging" / "nginx.conf").read_text(encoding="utf-8")
    forwarded = dict(re.findall(r"proxy_set_header (\S+) (.+);", site))
    assert forwarded["X-Forwarded-For"] == "$remote_addr"  # not appended to
    assert forwarded["X-Remote-User"] == forwarded["X-Remote-Groups"] == '""'
    assert site.count("{") == site.count("}")
