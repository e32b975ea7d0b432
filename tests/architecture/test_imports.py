"""The import table of ARCHITECTURE.md, held by the code itself."""

from __future__ import annotations

import ast
import importlib
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

RINGS = ("corpus", "indexer", "search", "webui")  # each may import itself and those before it

# Each vendor has one door (an engine has two: one half writes, one half reads).
DOORS = {
    "lxml": ("corpus/readers/html.py", "corpus/readers/xml.py"),  # pages; XML of packages
    "docx": ("corpus/readers/docx.py", "webui/export_docx*.py"),  # one reads, one writes
    "pdfminer": ("corpus/readers/pdf.py",),
    "sqlalchemy": ("corpus/library*.py", "corpus/migrations/**/*.py"),
    "alembic": ("corpus/library*.py", "corpus/migrations/**/*.py"),
    "opencc": ("corpus/text.py",),
    "charset_normalizer": ("corpus/readers/decoding.py",),
    "jieba": ("indexer/segmenting.py",),
    "rjieba": ("indexer/segmenting.py",),
    "whoosh": ("indexer/whoosh_*.py", "search/whoosh_engine.py"),
    "opensearchpy": ("indexer/opensearch_connection.py",),
    "flask": ("webui/*.py",),
    "werkzeug": ("webui/*.py",),
    "markupsafe": ("webui/*.py",),
    "click": ("webui/*.py",),
    "rich": ("webui/*.py",),
    "waitress": ("webui/*.py",),
    "xlsxwriter": ("webui/export_xlsx.py",),
    "pypinyin": ("search/suggest.py", "search/facets.py", "webui/*.py"),
    "rapidfuzz": ("search/suggest.py", "search/likeness.py"),
    "cachetools": ("search/literals.py",),
    "numpy": ("corpus/text.py", "indexer/*.py", "search/*.py"),
}


def modules_of(repository: Path, ring: str) -> Iterator[Path]:
    return (repository / ring).rglob("*.py")


def imports_of(module: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: relative import"
            found.add(node.module or "")
    return found


@pytest.mark.parametrize("ring", RINGS)
def test_imports_run_only_rightwards(repository: Path, ring: str):
    allowed = set(RINGS[: RINGS.index(ring) + 1])
    wrong = {
        f"{module.relative_to(repository)}: {name}"
        for module in modules_of(repository, ring)
        for name in imports_of(module)
        if name.split(".")[0] in RINGS and name.split(".")[0] not in allowed
    }
    assert not wrong


@pytest.mark.parametrize("vendor", DOORS)
def test_each_vendor_comes_in_by_its_own_door(repository: Path, vendor: str):
    doors = {door for pattern in DOORS[vendor] for door in repository.glob(pattern)}
    wrong = {
        str(module.relative_to(repository))
        for ring in RINGS
        for module in modules_of(repository, ring)
        if module not in doors and any(name.split(".")[0] == vendor for name in imports_of(module))
    }
    assert not wrong


def test_every_third_party_import_is_declared_and_has_a_door(repository: Path):
    known = set(sys.stdlib_module_names) | set(RINGS) | set(DOORS)
    unknown = {
        f"{module.relative_to(repository)}: {name}"
        for ring in RINGS
        for module in modules_of(repository, ring)
        for name in imports_of(module)
        if name.split(".")[0] not in known
    }
    assert not unknown


@pytest.mark.parametrize("ring", RINGS)
def test_the_four_packages_are_ours_and_not_a_namesake(repository: Path, ring: str):
    package = importlib.import_module(ring)
    assert package.__file__ is not None
    assert package.__file__.startswith(str(repository))


def test_no_test_folder_is_a_package(repository: Path):
    assert not list((repository / "tests").rglob("__init__.py"))
    assert not {f.name for f in (repository / "tests").rglob("*") if f.is_dir()} & set(RINGS)


def test_no_module_outgrows_its_question(repository: Path):
    too_long = {
        str(module.relative_to(repository)): lines
        for ring in RINGS
        for module in modules_of(repository, ring)
        if (lines := len(module.read_text(encoding="utf-8").splitlines())) > 400
    }
    assert not too_long


def test_pages_escape_by_construction(repository: Path):
    # Markup is made in one module; templates never switch escaping off.
    unsafe = [
        str(page.relative_to(repository))
        for page in (repository / "webui" / "templates").rglob("*.html")
        if "|safe" in page.read_text(encoding="utf-8").replace(" ", "")
    ]
    makers = [
        str(module.relative_to(repository))
        for module in (repository / "webui").rglob("*.py")
        if "Markup(" in module.read_text(encoding="utf-8") and module.name != "markup.py"
    ]
    assert unsafe == []
    assert makers == []
