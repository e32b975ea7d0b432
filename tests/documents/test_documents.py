"""The documents tell the truth: names, commands and options in them exist, and the other way round."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

RINGS = ("corpus", "indexer", "search", "webui")
DOCUMENTS = ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/glossary.md")


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def public_classes(repository: Path, ring: str) -> set[str]:
    return {
        node.name
        for module in (repository / ring).rglob("*.py")
        if "migrations" not in module.parts
        for node in ast.parse(read(module)).body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    }


def test_architecture_names_every_module_and_no_other(repository: Path):
    text = read(repository / "ARCHITECTURE.md")
    named = set(re.findall(r"`((?:corpus|indexer|search|webui)/[\w/]+\.py)`", text))
    present = {
        str(module.relative_to(repository))
        for ring in RINGS
        for module in (repository / ring).rglob("*.py")
        if module.name != "__init__.py" and "migrations" not in module.parts
    }
    assert named == present


@pytest.mark.parametrize("ring", ["corpus"])
def test_glossary_holds_every_public_class(repository: Path, ring: str):
    text = read(repository / "docs/glossary.md")
    missing = {name for name in public_classes(repository, ring) if f"`{name}`" not in text}
    assert not missing


def test_glossary_holds_every_error(repository: Path):
    text = read(repository / "docs/glossary.md")
    errors = {
        name
        for ring in RINGS
        for name in public_classes(repository, ring)
        if name.endswith("Error")
    }
    assert not {name for name in errors if f"`{name}`" not in text}


def test_glossary_holds_every_index_field(repository: Path):
    from indexer.fields import FIELDS

    text = read(repository / "docs/glossary.md")
    assert not {field.name for field in FIELDS if f"`{field.name}`" not in text}


def test_glossary_holds_every_verb_and_the_readme_shows_each(repository: Path):
    from webui.cli import main

    glossary, readme = read(repository / "docs/glossary.md"), read(repository / "README.md")
    verbs = set(main.commands)
    assert not {verb for verb in verbs if f"`gongwen {verb}`" not in glossary}
    assert not {verb for verb in verbs if f"gongwen {verb}" not in readme}


def test_glossary_holds_every_address(repository: Path, tmp_path: Path):
    from webui.app import create_app

    text = read(repository / "docs/glossary.md")
    rules = {str(rule) for rule in create_app(tmp_path).url_map.iter_rules()}
    assert not {rule for rule in rules if f"`{rule}`" not in text}


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_linked_file_exists(repository: Path, document: str):
    path = repository / document
    targets = re.findall(r"\]\((?!https?:|#)([^)#]+)", read(path))
    assert not [target for target in targets if not (path.parent / target).exists()]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_make_target_named_in_a_document_exists(repository: Path, document: str):
    targets = set(re.findall(r"^([a-z-]+):", read(repository / "Makefile"), flags=re.MULTILINE))
    named = set(re.findall(r"`make ([a-z-]+)", read(repository / document)))
    assert named <= targets


def test_every_decision_says_context_choice_and_cost(repository: Path):
    for decision in (repository / "docs/adr").glob("*.md"):
        text = read(decision)
        assert all(f"**{part}.**" in text for part in ("Context", "Choice", "Cost")), decision.name


def test_public_documents_name_no_machine_path(repository: Path):
    for document in [
        *DOCUMENTS,
        *(f"docs/adr/{f.name}" for f in (repository / "docs/adr").iterdir()),
    ]:
        assert not re.search(r"/(?:work|root|home)/", read(repository / document)), document


def test_glossary_holds_every_reason_remark_and_parameter(repository: Path):
    from corpus.permalinks import LinkStatus
    from corpus.readers.reasons import REASONS
    from search.facets import FACETS

    remarks = {
        call.args[1].value
        for module in (repository / "corpus").rglob("*.py")
        for call in ast.walk(ast.parse(read(module)))
        if isinstance(call, ast.Call)
        and getattr(call.func, "id", "") == "Remark"
        and len(call.args) > 1
        and isinstance(call.args[1], ast.Constant)
    }
    text = read(repository / "docs/glossary.md")
    names = {*REASONS, *remarks, *FACETS, *(status.value for status in LinkStatus)}
    assert remarks
    assert not {name for name in names if f"`{name}`" not in text}
