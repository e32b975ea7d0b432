"""A library of its own for each test, and circulars made of a few words."""

from __future__ import annotations

import shutil

import pytest

from corpus.library import Library
from tests.library.making import circular, group, source  # noqa: F401 - fixtures


@pytest.fixture(scope="session")
def empty_library(tmp_path_factory):
    """A library made once: copying it is faster than migrating a new one for each test."""
    folder = tmp_path_factory.mktemp("空库") / "库"
    Library.open(folder, create=True).close()
    return folder


@pytest.fixture
def folder_library(tmp_path, empty_library):
    """A library in a folder, for what is true of folders alone."""
    shutil.copytree(empty_library, tmp_path / "库")
    with Library.open(tmp_path / "库") as opened:
        yield opened


@pytest.fixture(params=["folder", pytest.param("server", marks=pytest.mark.cluster)])
def library(request):
    """A library, once in a folder and once on a real server: what it promises is the same."""
    return request.getfixturevalue(f"{request.param}_library")


@pytest.fixture
def add(library, source):  # noqa: F811 - the fixture
    """Store a circular; its file's content follows from its texts unless given."""

    def store(stored, place="/文件/甲.txt", content=None):
        said = (stored.title, str(stored.number), *(each.text for each in stored.paragraphs))
        return library.add(source("\n".join(said) if content is None else content, place), stored)

    return store
