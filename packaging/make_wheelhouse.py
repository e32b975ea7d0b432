"""Fill a folder with everything that an offline installation needs (离线安装包), and prove it.

    python packaging/make_wheelhouse.py wheelhouse

What is downloaded must have the hashes of `requirements-cluster.lock`. Packages without a wheel are
built here, so the folder gets lists of its own, with the hash of every file in it: one of what
everybody needs, one with what `gongwen[cluster]` adds. At the end both are installed from the
folder alone, into an environment that is thrown away.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LIST, CLUSTER_LIST = "requirements.txt", "requirements-cluster.txt"
PINNED = re.compile(r"^([A-Za-z0-9_.-]+)==", re.MULTILINE)
NOT_SHIPPED = shutil.ignore_patterns(".*", "tests", "var", "build", "wheelhouse", "*.egg-info")


def pip(*arguments: str, python: str = sys.executable) -> None:
    # Isolated: no file of the folder this is run in may play a module of pip's.
    subprocess.run(
        [python, "-I", "-m", "pip", "--disable-pip-version-check", *arguments], check=True
    )


def fill(folder: Path, python_version: str | None) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for old in (*folder.glob("*.whl"), *folder.glob("*.tar.gz")):
        old.unlink()
    lock = str(ROOT / "requirements-cluster.lock")
    wanted = ("--python-version", python_version, "--only-binary=:all:") if python_version else ()
    pip("download", "-q", "--require-hashes", "-r", lock, "-d", str(folder), *wanted)
    for source in (*folder.glob("*.tar.gz"), *folder.glob("*.zip")):
        pip("wheel", "-q", "--no-deps", "-w", str(folder), str(source))
        source.unlink()
    with tempfile.TemporaryDirectory() as place:
        # A copy: building leaves a folder behind, from which a later build would take old files.
        copy = shutil.copytree(ROOT, Path(place) / "gongwen", ignore=NOT_SHIPPED)
        pip("wheel", "-q", "--no-deps", "-w", str(folder), str(copy))


def write_lists(folder: Path) -> None:
    """Write one line a package: its version and the hash of its file here."""
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    always = {_plain(name) for name in (*PINNED.findall(lock), "gongwen")}
    lines, needed = [], []
    for wheel in sorted(folder.glob("*.whl")):
        name, version = wheel.name.split("-")[:2]
        digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
        lines.append(f"{_plain(name)}=={version} --hash=sha256:{digest}\n")
        if _plain(name) in always:
            needed.append(lines[-1])
    (folder / LIST).write_text("".join(needed), encoding="utf-8")
    (folder / CLUSTER_LIST).write_text("".join(lines), encoding="utf-8")


def _plain(name: str) -> str:
    """Return a package's name as all its spellings have it in common."""
    return re.sub(r"[-_.]+", "-", name).lower()


def prove(folder: Path) -> None:
    """Install from the folder alone: what everybody needs and use it, then the rest."""
    with tempfile.TemporaryDirectory() as place:
        venv.create(place, with_pip=True)
        python, gongwen = (str(Path(place) / "bin" / name) for name in ("python", "gongwen"))
        _install(folder, LIST, python)
        subprocess.run([gongwen, "--version"], check=True, cwd=place)
        library = str(Path(place) / "library")
        samples = str(ROOT / "corpus" / "samples")
        subprocess.run([gongwen, "--library", library, "add", samples], check=True, cwd=place)
        _install(folder, CLUSTER_LIST, python)
        subprocess.run([python, "-c", "import opensearchpy, psycopg"], check=True, cwd=place)


def _install(folder: Path, name: str, python: str) -> None:
    pip(
        "install", "-q", "--no-index", "--find-links", str(folder), "--require-hashes",
        "-r", str(folder / name), python=python,
    )  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--python-version", help="for another Python than this one, such as 3.12")
    asked = parser.parse_args()
    folder = asked.folder.resolve()
    fill(folder, asked.python_version)
    write_lists(folder)
    if not asked.python_version:
        prove(folder)
    size = sum(path.stat().st_size for path in folder.iterdir()) / 1e6
    print(f"{folder}：{len(list(folder.glob('*.whl')))} 个安装包，共 {size:.0f} MB")


if __name__ == "__main__":
    main()
