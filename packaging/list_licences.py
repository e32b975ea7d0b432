"""List what gongwen is installed with, and under which licences (许可证清单).

python packaging/list_licences.py            print docs/licences.md
python packaging/list_licences.py --sbom     print a CycloneDX list of parts as JSON
"""

from __future__ import annotations

import argparse
import json
import re
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "requirements.lock"
CLUSTER_LOCK = ROOT / "requirements-cluster.lock"  # the same, and what gongwen[cluster] adds
PINNED = re.compile(r"^([A-Za-z0-9_.-]+)==([^\s;\\]+)", re.MULTILINE)
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
# Metadata that holds a whole licence text, or nothing: what it says, in the names of SPDX.
KNOWN = {
    "whoosh": "BSD-2-Clause", "xlsxwriter": "BSD-2-Clause", "jieba": "MIT", "pdfminer-six": "MIT", "lxml": "BSD-3-Clause",
    "markdown-it-py": "MIT", "mdurl": "MIT", "jinja2": "BSD-3-Clause", "waitress": "ZPL-2.1", "opencc": "Apache-2.0",
    "pypinyin": "MIT", "python-docx": "MIT", "rich": "MIT", "itsdangerous": "BSD-3-Clause", "mako": "MIT", "blinker": "MIT",
    "pygments": "BSD-2-Clause", "sqlalchemy": "MIT", "rapidfuzz": "MIT", "rjieba": "MIT", "greenlet": "MIT AND PSF-2.0",
    "charset-normalizer": "MIT", "pycparser": "BSD-3-Clause", "cffi": "MIT",
    # Of gongwen[cluster], which need not be installed where the list is made.
    "certifi": "MPL-2.0", "events": "BSD-3-Clause", "grpcio": "Apache-2.0", "idna": "BSD-3-Clause", "opensearch-protobufs": "Apache-2.0",
    "opensearch-py": "Apache-2.0", "protobuf": "BSD-3-Clause", "psycopg": "LGPL-3.0-only", "psycopg-binary": "LGPL-3.0-only",
    "python-dateutil": "BSD-3-Clause", "requests": "Apache-2.0", "tzdata": "Apache-2.0", "urllib3": "MIT",
}  # fmt: skip
HEAD = """# 许可证

gongwen 自身用 MIT 许可证。下面是随它安装的软件，由 `make licences` 从 `requirements.lock`、`requirements-cluster.lock` 和各软件自己的说明生成，测试保证与实际一致；没有 GPL、AGPL 软件。

| 软件 | 版本 | 许可证 |
|---|---|---|
"""
CLUSTER_HEAD = """
## 服务器上的公文库和索引（`gongwen[cluster]`）

公文库放在 PostgreSQL 上、索引放在 OpenSearch 上时另装这些。其中的 psycopg 用 LGPL-3.0，作为独立的库调用，没有改动。

| 软件 | 版本 | 许可证 |
|---|---|---|
"""


def pinned(lock: Path = LOCK) -> list[tuple[str, str]]:
    """Return names and versions of a lock."""
    return PINNED.findall(lock.read_text(encoding="utf-8"))


def licence_of(name: str) -> str:
    """Return a package's licence by its SPDX name, as it says itself or as we know it."""
    try:
        found: Distribution | None = distribution(name)
    except PackageNotFoundError:  # a part for another system or Python
        found = None
    said = found.metadata.get("License-Expression") if found else None
    return said or KNOWN.get(name, "未知")


def licences_page() -> str:
    every, added = pinned(), sorted(set(pinned(CLUSTER_LOCK)) - set(pinned()))
    return HEAD + "".join(map(_row, every)) + CLUSTER_HEAD + "".join(map(_row, added))


def _row(part: tuple[str, str]) -> str:
    name, version = part
    return f"| {name} | {version} | {licence_of(name)} |\n"


def parts_list() -> dict[str, Any]:
    """Return the CycloneDX list: every part with its version, licence and the hashes it may have.

    What `gongwen[cluster]` adds is marked as optional.
    """
    text = CLUSTER_LOCK.read_text(encoding="utf-8")
    always = set(pinned())
    starts = list(PINNED.finditer(text))
    ends = [one.start() for one in starts[1:]] + [len(text)]
    parts = []
    for start, end in zip(starts, ends, strict=True):
        name, version = start.groups()
        parts.append({
            "type": "library", "scope": "required" if (name, version) in always else "optional", "bom-ref": f"pkg:pypi/{name}@{version}", "name": name, "version": version,
            "purl": f"pkg:pypi/{name}@{version}", "licenses": [{"expression": licence_of(name)}],
            # One package has a file for each system: each of them has its hash.
            "externalReferences": [{
                "type": "distribution", "url": f"https://pypi.org/project/{name}/{version}/",
                "hashes": [{"alg": "SHA-256", "content": digest} for digest in HASH.findall(text[start.end() : end])],
            }],
        })  # fmt: skip
    ours = {"type": "application", "bom-ref": "gongwen", "name": "gongwen", "version": "0.1.0"}
    return {
        "bomFormat": "CycloneDX", "specVersion": "1.6", "serialNumber": f"urn:uuid:{uuid5(NAMESPACE_URL, text)}", "version": 1,
        "metadata": {"component": ours | {"licenses": [{"expression": "MIT"}]}}, "components": parts,
        "dependencies": [{"ref": "gongwen", "dependsOn": [part["bom-ref"] for part in parts]}],
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--sbom", action="store_true")
    if parser.parse_args().sbom:
        print(json.dumps(parts_list(), ensure_ascii=False, indent=1))
    else:
        print(licences_page(), end="")


if __name__ == "__main__":
    main()
