"""Fixtures every test may use."""

from __future__ import annotations

from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of the checkout."""
    return REPOSITORY


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real circulars beside the checkout; absent outside the team's machines."""
    folder = REPOSITORY.parent / "shared"
    if not (folder / "corpus").is_dir():
        pytest.skip("the folder of real circulars (../shared) is not here")
    return folder
