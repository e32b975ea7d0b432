"""What is installed is what stands here: every package listed, every data file beside it shipped."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

RINGS = ("corpus", "indexer", "search", "webui")


def read_setup(repository: Path) -> dict:
    return tomllib.loads((repository / "pyproject.toml").read_text(encoding="utf-8"))["tool"][
        "setuptools"
    ]


def files_beside_the_code(repository: Path) -> set[Path]:
    return {
        path.relative_to(repository)
        for ring in RINGS
        for path in (repository / ring).rglob("*")
        if path.is_file() and path.suffix not in {".py", ".pyc"}
    }


def test_every_folder_with_modules_is_a_listed_package(repository: Path):
    present = {
        ".".join(module.relative_to(repository).parent.parts)
        for ring in RINGS
        for module in (repository / ring).rglob("*.py")
    }
    assert set(read_setup(repository)["packages"]) == present


def test_every_file_beside_the_code_is_shipped(repository: Path):
    shipped = {
        path.relative_to(repository)
        for package, patterns in read_setup(repository)["package-data"].items()
        for pattern in patterns
        for path in repository.joinpath(*package.split(".")).glob(pattern)
    }
    assert files_beside_the_code(repository) <= shipped
