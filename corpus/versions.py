"""Which versions of what do the work (版本): the first thing to tell whoever is asked for help."""

from __future__ import annotations

import platform
import sqlite3
from importlib.metadata import PackageNotFoundError, version
from typing import Final

_PACKAGES: Final = ("lxml", "pdfminer.six", "python-docx", "sqlalchemy", "whoosh", "jieba", "flask")


def program_versions() -> tuple[tuple[str, str], ...]:
    """Return the names and versions of this program, of Python and of what matters below them."""
    from corpus.readers.xml import libxml2_version

    return (
        ("gongwen", _installed("gongwen")),
        ("Python", platform.python_version()),
        ("SQLite", sqlite3.sqlite_version),
        ("libxml2", libxml2_version()),
        *((name, _installed(name)) for name in _PACKAGES),
    )


def _installed(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:  # run from a folder, not installed
        return "？"
