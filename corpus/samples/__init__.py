"""Invented circulars of invented places: the demo library and the tests' honest material.

Every circular is here twice, as plain text and as the page of a site; `README.md` says which trap
of the genre stands where.
"""

from __future__ import annotations

from pathlib import Path


def sample_files() -> tuple[Path, ...]:
    """Return every sample (样例公文), plain texts and pages, ordered by name.

    >>> [path.name for path in sample_files() if path.stem == "yungang-2017-58"]
    ['yungang-2017-58.html', 'yungang-2017-58.txt']
    """
    folder = Path(__file__).resolve().parent
    return tuple(sorted(path for path in folder.iterdir() if path.suffix in {".txt", ".html"}))
