"""What gongwen is installed with is pinned, licensed and listed as it is."""

from __future__ import annotations

import json
import subprocess
import sys


def run(repository, *arguments):
    command = [sys.executable, "packaging/list_licences.py", *arguments]
    return subprocess.check_output(command, cwd=repository, text=True, encoding="utf-8")


def test_the_list_of_licences_is_true(repository):
    assert (repository / "docs" / "licences.md").read_text(encoding="utf-8") == run(repository)


def test_no_licence_is_unknown_or_infectious(repository):
    page = run(repository)
    assert page.count("| MIT |") > 5
    rows = [line for line in page.splitlines() if line.startswith("| ")]
    assert not [row for row in rows if "GPL" in row or "未知" in row]


def test_the_list_of_parts_is_cyclonedx(repository):
    listed = json.loads(run(repository, "--sbom"))
    assert listed["bomFormat"] == "CycloneDX"
    assert listed["dependencies"][0]["ref"] == "gongwen"
    for part in listed["components"]:
        assert part["purl"] == f"pkg:pypi/{part['name']}@{part['version']}"
        assert part["externalReferences"][0]["hashes"]
