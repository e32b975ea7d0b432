"""Circulars for libraries on real servers."""

from __future__ import annotations

from tests.library.making import circular, group, source  # noqa: F401 - fixtures
