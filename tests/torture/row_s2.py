"""S2 supply chain: every part pinned with its hashes, none known to be bad, all of them with a licence."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.torture.outcome import Tally
from tests.torture.serving import REPOSITORY

SHORT, LONG = 1, 1
ENTRY = re.compile(
    r"^([A-Za-z0-9_.-]+)==([^\s;\\]+)((?:.*\\\n)?(?:\s+--hash=sha256:[0-9a-f]{64}.*\n)*)",
    re.MULTILINE,
)
FORBIDDEN = re.compile(r"\bA?GPL|未知")


def run(trials: int, seed: int, long: bool) -> tuple[int, int]:
    tally = Tally()
    # It holds all that requirements.lock does; tests/documents see to that.
    text = (REPOSITORY / "requirements-cluster.lock").read_text(encoding="utf-8")
    versions = {}
    for name, version, hashes in ENTRY.findall(text):
        versions[canonicalize_name(name)] = version
        tally.trial(*([] if "sha256:" in hashes else [f"{name} has no hash"]))
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for line in (*project["dependencies"], *project["optional-dependencies"]["cluster"]):
        wanted = Requirement(line)
        version = versions.get(canonicalize_name(wanted.name), "")
        fits = version and wanted.specifier.contains(version, prereleases=True)
        tally.trial(
            *([] if fits else [f"{line} is locked at {version or 'nothing'}: run make lock"])
        )
    for line in (
        (REPOSITORY / "packaging" / "known-bad.txt").read_text(encoding="utf-8").splitlines()
    ):
        bad = Requirement(line.partition("#")[0].strip()) if not line.startswith("#") else None
        if bad is not None:
            version = versions.get(canonicalize_name(bad.name), "")
            met = version and bad.specifier.contains(version, prereleases=True)
            tally.trial(*([f"{bad.name} {version} is known to be bad: {line}"] if met else []))
    listing = [sys.executable, "packaging/list_licences.py"]
    parts = json.loads(subprocess.check_output([*listing, "--sbom"], cwd=REPOSITORY))["components"]
    tally.trial(
        *(
            []
            if {canonicalize_name(one["name"]) for one in parts} == set(versions)
            else ["the list of parts is not the lock"]
        )
    )
    for part in parts:
        said = part["licenses"][0]["expression"]
        tally.trial(*([f"{part['name']}: {said}"] if FORBIDDEN.search(said) else []))
    return tally.result()
