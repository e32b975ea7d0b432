"""Fixtures every test may use."""

from __future__ import annotations

import os
import runpy
from pathlib import Path

import pytest
from hypothesis import settings

# How fast one example is depends on what else the machine does: no claim of ours is timed.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

pytest_plugins = (  # servers start when a test asks for one
    "tests.cluster.postgres_fixtures",
    "tests.cluster.opensearch_fixtures",
)

REPOSITORY = Path(__file__).resolve().parent.parent

# No socket beyond this machine, in any test and in any Python a test starts.
NO_EGRESS = str(REPOSITORY / "tests" / "no_egress")
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (NO_EGRESS, os.environ.get("PYTHONPATH"))))
runpy.run_path(f"{NO_EGRESS}/sitecustomize.py")


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
