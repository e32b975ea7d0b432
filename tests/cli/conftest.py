"""The command line as a test calls it, and a library of the samples."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from corpus.samples import sample_files
from webui.cli import main


@pytest.fixture(scope="session")
def sample_library(tmp_path_factory):
    """The location of a library that holds the samples, indexed; nobody may change it."""
    location = tmp_path_factory.mktemp("samples") / "library"
    args = ["--library", str(location), "add", *map(str, sample_files())]
    added = CliRunner().invoke(main, args, prog_name="gongwen")
    assert added.exit_code == 0, added.stderr
    return location


@pytest.fixture
def gongwen(sample_library):
    """Run a verb on the library of samples, or on another one."""

    def run(*args, library=sample_library):
        return CliRunner().invoke(
            main, ["--library", str(library), *map(str, args)], prog_name="gongwen"
        )

    return run
