"""What gongwen is installed with is pinned, licensed and listed as it is."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib

PINNED = re.compile(r"^([A-Za-z0-9_.-]+)==([^\s;\\]+)", re.MULTILINE)


def run(repository, *arguments):
    command = [sys.executable, "packaging/list_licences.py", *arguments]
    return subprocess.check_output(command, cwd=repository, text=True, encoding="utf-8")


def test_the_list_of_licences_is_true(repository):
    assert (repository / "docs" / "licences.md").read_text(encoding="utf-8") == run(repository)


def test_no_licence_is_unknown_or_infectious(repository):
    page = run(repository)
    assert page.count("| MIT |") > 5
    rows = [line for line in page.splitlines() if line.startswith("| ")]
    assert not [row for row in rows if re.search(r"\bA?GPL|未知", row)]
    always = page.partition("gongwen[cluster]")[0]
    assert "GPL" not in always.replace("没有 GPL、AGPL 软件", "")


def test_what_servers_need_is_pinned_beside_what_everybody_needs(repository):
    locks = [
        dict(PINNED.findall((repository / name).read_text(encoding="utf-8")))
        for name in ("requirements.lock", "requirements-cluster.lock")
    ]
    always, more = locks
    assert always.items() < more.items()
    setup = tomllib.loads((repository / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [re.match(r"[\w.-]+", each)[0] for each in setup["optional-dependencies"]["cluster"]]
    assert set(wanted) <= more.keys() - always.keys()


def test_the_list_of_parts_is_cyclonedx(repository):
    listed = json.loads(run(repository, "--sbom"))
    assert listed["bomFormat"] == "CycloneDX"
    assert listed["dependencies"][0]["ref"] == "gongwen"
    for part in listed["components"]:
        assert part["purl"] == f"pkg:pypi/{part['name']}@{part['version']}"
        assert part["externalReferences"][0]["hashes"]
